import { join } from 'node:path';
import type { Annotation, Host } from '../host.ts';
import type { RawInputs } from '../inputs/table.ts';
import type { Sink } from '../output/sink.ts';
import type { Stdout } from '../output/stdout.ts';
import type { Publication } from '../report/publication.ts';
import type { Environment } from './environment.ts';
import { dotenvOf, replaceFile, tryWriting } from './files.ts';

export interface PlainHostOptions {
  /** The process's environment: the token is taken out of it. */
  readonly env: Environment;
  /** Inputs that were given as flags. */
  readonly flags: RawInputs;
  /** Where the result files go. */
  readonly folder: string;
  readonly stdout: Stdout;
}

const RED = 31;
const YELLOW = 33;
const BLUE = 34;

export type Paint = (code: number, text: string) => string;

export const coloured: Paint = (code, text) => `\u001b[${code}m${text}\u001b[0m`;
export const plain: Paint = (_, text) => text;

/**
 * What a host without commands of its own shares with the others of its kind: messages as lines,
 * results as files.
 */
export function plainMessages(
  sink: Sink,
  paint: Paint,
): Pick<Host, 'say' | 'quote' | 'cleanLog' | 'notice' | 'warn' | 'fail'> {
  const annotate = (code: number, word: string, { title, message, place }: Annotation): void => {
    const at = place === undefined ? '' : ` (${sink.clean(place.file)}:${place.line})`;
    sink.writeRaw(`${paint(code, `${word}: ${sink.clean(title)}`)}${at}\n`);
    for (const line of sink.cleanLines(message)) sink.writeRaw(`  ${line}\n`);
  };
  return {
    say: sink.say,
    quote: sink.quote,
    cleanLog: sink.cleanLog,
    notice: (annotation) => annotate(BLUE, 'Notice', annotation),
    warn: (annotation) => annotate(YELLOW, 'Warning', annotation),
    fail: (annotation) => annotate(RED, 'Error', annotation),
  };
}

export interface ResultFiles {
  readonly folder: string;
  /** What the names in outpost.env begin with. */
  readonly prefix: string;
  readonly sink: Sink;
  readonly warn: (annotation: Annotation) => void;
}

export const DOTENV_FILE = 'outpost.env';
export const REPORT_FILE = 'outpost-report.json';
const SUMMARY_FILE = 'outpost-report.md';

/**
 * The prefix that was asked for; a bad one is for the configuration to report, and meanwhile the
 * usual one serves.
 */
export function prefixOf(inputs: RawInputs): string {
  const prefix = inputs['dotenv-prefix'] ?? '';
  return /^\w{1,64}$/.test(prefix) ? prefix : 'OUTPOST_';
}

/**
 * Writes outpost.env before anything can fail: GitLab fails a job whose dotenv report is missing,
 * or empty.
 */
export function beginFiles({ folder, prefix, warn }: ResultFiles): Promise<void> {
  return tryWriting(DOTENV_FILE, warn, () =>
    replaceFile(join(folder, DOTENV_FILE), dotenvOf(prefix, { status: 'unknown' })),
  );
}

/** outpost.env and the report as JSON and as Markdown, each on its own. */
export async function publishFiles(
  publication: Publication,
  { folder, prefix, sink, warn }: ResultFiles,
): Promise<void> {
  await tryWriting(DOTENV_FILE, warn, () => {
    const values = { ...publication.outputs(), report: REPORT_FILE };
    replaceFile(join(folder, DOTENV_FILE), sink.redact(dotenvOf(prefix, values)));
  });
  await tryWriting(REPORT_FILE, warn, () =>
    replaceFile(join(folder, REPORT_FILE), sink.redact(publication.json())),
  );
  await tryWriting(SUMMARY_FILE, warn, () =>
    replaceFile(join(folder, SUMMARY_FILE), sink.redact(publication.markdown())),
  );
}
