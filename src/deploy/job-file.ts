import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fillPlaceholders, type RunFacts } from '../inputs/placeholders.ts';
import { Failure } from '../lib/failure.ts';
import type { JobName } from '../outpost/model.ts';
import type { Config } from './config.ts';
import type { Run } from './run.ts';

/** The job that runs before the first deploy. */
export interface JobRequest extends JobName {
  /** As the user wrote it, with placeholders filled; the name is set for each attempt. */
  readonly body: Readonly<Record<string, unknown>>;
}

const MAX_BYTES = 262_144;
/** Deeper than a job is ever described; much deeper, the program's own stack would be too small. */
const MAX_DEPTH = 100;
/** Leaves room for the number of the attempt within the 64 characters that machines allow. */
const MAX_NAME_LENGTH = 61;
/** Enough to tell the few jobs of one run apart. */
const CONTENT_DIGITS = 4;
/** The number of digits in git's abbreviated commits. */
const SHORT_COMMIT = 7;

/**
 * Reads the file of the input `pre-deploy-job`. The job's name is that of its body, or of the file,
 * with the commit, the run and what stands for the body behind it: a re-run finds the job of the
 * attempt before it, and no other step of the run takes it for its own.
 *
 * @returns undefined if there is no `pre-deploy-job`.
 * @throws Failure `config-invalid`
 */
export function readJobFile(config: Config, { host }: Run): JobRequest | undefined {
  const { preDeployJob: path, targets, commit } = config;
  if (path === undefined) return undefined;
  const problems: string[] = [];
  const text = textOf(path);
  const json = fillAll(parse(text, path), { ...host.context, commit }, problems);
  const { name = basename(path).replace(/\.json$/i, ''), namespace = targets[0]?.namespace } = json;
  if (problems.length > 0) throw unusable(path, [...new Set(problems)].join('; '));
  if (typeof namespace !== 'string' || !/^[\w][\w.-]{0,99}$/.test(namespace))
    throw unusable(path, 'its `namespace` is not a valid name');
  const run = host.context.runId ?? shortHash(host.context.runKey);
  const content = shortHash(JSON.stringify(json)).slice(0, CONTENT_DIGITS);
  const job = [name, commit?.slice(0, SHORT_COMMIT), run, content].filter(Boolean).join('-');
  if (typeof name !== 'string' || !/^[A-Za-z0-9][\w.-]*$/.test(job))
    throw unusable(path, 'its `name` can only contain letters, digits, `-`, `_` and `.`');
  if (job.length > MAX_NAME_LENGTH)
    throw unusable(
      path,
      `the job's name \`${job}\` is longer than ${MAX_NAME_LENGTH} characters: shorten \`name\``,
    );
  if (commit === undefined || !JSON.stringify(json).includes(commit.slice(0, SHORT_COMMIT)))
    host.warn({
      title: 'Could not tell which commit the job runs',
      message: `${basename(path)} does not contain the commit. Use the placeholder {commit} in the part that says what to run.`,
    });
  return { namespace, job, body: json };
}

/** Follows a link, but does not wait for a pipe that nobody writes to. */
function textOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) throw unusable(path, 'it is not a file');
    if (stats.size > MAX_BYTES) throw unusable(path, `it is larger than ${MAX_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw unusable(path, `it cannot be read (${codeOf(thrown)})`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? `${thrown.code}` : 'unknown error';
}

function parse(text: string, path: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    // PowerShell and some editors begin a file with a byte order mark.
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw unusable(path, 'it is not valid JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw unusable(path, 'it is not a JSON object');
  return { ...json };
}

/** Fills placeholders after parsing, so that a value cannot add fields. */
function fillAll(
  body: Readonly<Record<string, unknown>>,
  facts: RunFacts,
  problems: string[],
): Readonly<Record<string, unknown>> {
  const fill = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return fillPlaceholders(value, facts, problems);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === MAX_DEPTH) {
      problems.push(`it is nested deeper than ${MAX_DEPTH} levels`);
      return value;
    }
    if (Array.isArray(value)) return value.map((one) => fill(one, depth + 1));
    return fillFields(value, depth + 1);
  };
  const fillFields = (fields: object, depth: number): Readonly<Record<string, unknown>> =>
    Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, fill(one, depth)]));
  return fillFields(body, 1);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function unusable(path: string, happened: string): Failure {
  return new Failure({
    code: 'config-invalid',
    attempted: `Reading the job of \`pre-deploy-job\`, ${basename(path)}`,
    happened,
    hint: 'Nothing was deployed. Fix the file or the input, and run the job again.',
  });
}
