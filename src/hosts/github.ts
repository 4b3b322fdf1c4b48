import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@actions/core';
import { z } from 'zod/mini';
import type { Annotation, Context, Host } from '../host.ts';
import { inertLine, withoutControls } from '../inert.ts';
import { type InputName, inputs, type RawInputs } from '../inputs.ts';
import { Redactor } from '../redact.ts';
import type { Report } from '../report.ts';
import { Secret } from '../secret.ts';
import { renderSummary } from '../summary.ts';
import { outputsOf, reportJson } from './outputs.ts';

type Environment = Record<string, string | undefined>;

/**
 * GitHub Actions as a host. The only importer of @actions/core, which writes the runner's commands and escapes their data.
 * Everything goes to stdout: the runner handles stderr first, ahead of the masks.
 *
 * @param env the process's environment: the token is taken out of it, so that no child and no crash report inherits it.
 */
export function createGithubHost(env: Environment): Host {
  const redactor = new Redactor();
  const token = takeToken(env);
  const clean = (text: string): string => inertLine(redactor.redact(withoutControls(text)));
  const cleanLines = (text: string): readonly string[] => text.split('\n').map(clean);
  const say = (line: string): void => {
    for (const one of cleanLines(line)) core.info(one);
  };
  const annotate = (write: typeof core.error, { title, message }: Annotation): void =>
    write(cleanLines(message).join('\n'), { title: clean(title) });

  return {
    name: 'github',
    context: readContext(env),
    token,
    inputs: () => readInputs(env),
    mask: (secret) => {
      redactor.add(secret.reveal());
      for (const form of masksOf(secret.reveal())) core.setSecret(form);
    },
    say,
    quote: (source, lines) => {
      for (const line of lines) core.info(`  ${clean(source)} | ${clean(line)}`);
    },
    group: (title, lines) => {
      core.startGroup(clean(title));
      for (const line of lines) say(line);
      core.endGroup();
    },
    notice: (annotation) => annotate(core.notice, annotation),
    warn: (annotation) => annotate(core.warning, annotation),
    fail: (annotation) => annotate(core.error, annotation),
    publish: (report) => publish(report, env, redactor, (annotation) => annotate(core.warning, annotation)),
  };
}

/** The input wins over the variable. Both leave the environment. */
function takeToken(env: Environment): Secret {
  const token = new Secret(env['INPUT_TOKEN'] || env['OUTPOST_TOKEN'] || '');
  delete env['INPUT_TOKEN'];
  delete env['OUTPOST_TOKEN'];
  return token;
}

/** What the runner is told to hide. Short values are words that a log needs. */
function masksOf(value: string): readonly string[] {
  return [value, value.replace(/^op_pat_/, '')].filter((form) => form.trim().length >= 8);
}

/** `with: token-name:` arrives as INPUT_TOKEN-NAME; `env: OUTPOST_TOKEN_NAME:` holds where it is not given. */
function readInputs(env: Environment): RawInputs {
  const raw: Partial<Record<InputName, string>> = {};
  for (const { name } of inputs) {
    if (name === 'token') continue;
    const upper = name.toUpperCase();
    const given = env[`INPUT_${upper}`]?.trim() || env[`OUTPOST_${upper.replaceAll('-', '_')}`]?.trim();
    if (given) raw[name] = given;
  }
  return raw;
}

const Repository = z.nullish(z.object({ full_name: z.string() }));
/** The fields of the event that tell a fork. https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const Event = z.object({
  repository: Repository,
  pull_request: z.nullish(z.object({ head: z.object({ repo: Repository }) })),
  workflow_run: z.nullish(z.object({ head_repository: Repository })),
});

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function readContext(env: Environment): Context {
  const commit = env['GITHUB_SHA'] || undefined;
  const repository = env['GITHUB_REPOSITORY'] ?? '';
  const isBranch = env['GITHUB_REF_TYPE'] !== 'tag';
  const branch = env['GITHUB_HEAD_REF'] || (isBranch ? env['GITHUB_REF_NAME'] : undefined) || undefined;
  const run = ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_JOB', 'GITHUB_ACTION'].map((name) => env[name] ?? '');
  return {
    host: 'github',
    branch,
    tag: isBranch ? undefined : env['GITHUB_REF_NAME'],
    commit,
    commitUrl: commit === undefined ? undefined : `${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${repository}/commit/${commit}`,
    trigger: env['GITHUB_EVENT_NAME'] ?? 'unknown',
    fromFork: isFromFork(env),
    fromDependabot: env['GITHUB_ACTOR'] === 'dependabot[bot]',
    runKey: ['github', ...run].join(':'),
  };
}

/** A head repository that is another one, or was deleted (null), is a fork. */
function isFromFork(env: Environment): boolean {
  const event = readEvent(env['GITHUB_EVENT_PATH']);
  const base = event?.repository?.full_name ?? env['GITHUB_REPOSITORY'];
  if (event?.pull_request != null) return event.pull_request.head.repo?.full_name !== base;
  if (event?.workflow_run != null) return event.workflow_run.head_repository?.full_name !== base;
  return false;
}

function readEvent(path: string | undefined): z.infer<typeof Event> | undefined {
  if (!path) return undefined;
  try {
    return z.safeParse(Event, JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    // No event file (a local run): then nothing is known of a fork, and the trigger alone decides.
    return undefined;
  }
}

/** Each of the three is written on its own: a full disk or a missing file costs that one, never the verdict. */
async function publish(report: Report, env: Environment, redactor: Redactor, warn: (annotation: Annotation) => void): Promise<void> {
  const attempt = async (what: string, write: () => unknown): Promise<void> => {
    try {
      await write();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
      warn({ title: `${what} could not be written`, message: `${what} could not be written${code}. The verdict stands.` });
    }
  };
  const reportPath = join(env['RUNNER_TEMP'] || '.', `outpost-report-${(env['GITHUB_ACTION'] ?? '').replace(/\W+/g, '_') || 'step'}.json`);
  await attempt('The report', () => writeFileSync(reportPath, redactor.redact(reportJson(report))));
  await attempt('The outputs', () => {
    if (!env['GITHUB_OUTPUT']) return;
    for (const [name, value] of Object.entries({ ...outputsOf(report), report: reportPath })) core.setOutput(name, redactor.redact(value));
  });
  await attempt('The summary', () => {
    if (!env['GITHUB_STEP_SUMMARY']) return undefined;
    return core.summary.addRaw(redactor.redact(renderSummary(report))).write();
  });
}
