import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOutputs } from '../../scripts/job-page.mjs';
import { type GithubLog, readAsGithub } from '../../simulators/runner/github.ts';
import type { Report } from '../../src/report/report.ts';
import { readReport } from './report-schema.ts';
import { assertNoLeak, type BundleRun, spawnBundle } from './spawn-bundle.ts';

export const GITHUB_BUNDLE = fileURLToPath(new URL('../../dist/github/index.js', import.meta.url));

export interface GithubRun extends Pick<BundleRun, 'node' | 'clock' | 'onStart'> {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Adds to or replaces the variables that a push to the branch main sets. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly event?: unknown;
  /** Default: main. */
  readonly step?: 'pre' | 'post';
  /** The token's value: nothing that is written may contain any form of it. */
  readonly token?: string;
  /** The runner doesn't know that the token is a secret. */
  readonly tokenUnknownToRunner?: boolean;
}

/** What one run wrote, read the way a person or the next step reads it. */
export interface HostResult {
  readonly exitStatus: number | null;
  readonly stdout: string;
  /** The log page, line by line. */
  readonly page: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly report: Report | undefined;
}

export interface GithubResult extends HostResult {
  readonly log: GithubLog;
  readonly summary: string;
}

const PUSH_OF_MAIN = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_SHA: '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'deploy',
  GITHUB_ACTION: 'deploy',
};

/**
 * The commands that this program sends to the runner on purpose; any other command in its output
 * came from foreign text.
 */
const MEANT: ReadonlySet<string> = new Set([
  'add-mask',
  'group',
  'endgroup',
  'notice',
  'warning',
  'error',
  'stop-commands',
  'resume',
]);

/**
 * Runs the shipped bundle and reads its output as a runner does.
 *
 * @throws if the log ran a command that we didn't intend, or if anything written contains a form of
 *     the token.
 */
export async function runGithub(run: GithubRun): Promise<GithubResult> {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const event = join(folder, 'event.json');
    writeFileSync(event, JSON.stringify(run.event ?? { repository: { full_name: 'acme/shop' } }));
    for (const name of ['outputs', 'summary.md']) writeFileSync(join(folder, name), '');
    const result = await spawnBundle({
      ...run,
      bundle: run.step === undefined ? GITHUB_BUNDLE : join(GITHUB_BUNDLE, '..', `${run.step}.js`),
      folder,
      env: environmentOf(run, folder, event),
    });
    const log = readAsGithub(result.chunks, {
      knownSecrets: run.token === undefined || run.tokenUnknownToRunner ? [] : [run.token],
    });
    assertOurs(log);
    const files = readdirSync(folder)
      .filter((name) => name !== 'event.json')
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    assertNoLeak([withoutMasks(result.stdout), result.stderr, ...files], run.token);
    const read = (name: string): string =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
    const reportFile = readdirSync(folder).find((name) => /^outpost-report.*\.json$/.test(name));
    const outputs = Object.fromEntries(parseOutputs(read('outputs')));
    assertSameSummary(outputs['summary'], read('summary.md'));
    return {
      exitStatus: result.exitStatus,
      stdout: result.stdout,
      log,
      page: log.lines,
      outputs,
      summary: read('summary.md'),
      report: reportFile === undefined ? undefined : readReport(read(reportFile)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function environmentOf(
  run: GithubRun,
  folder: string,
  event: string,
): Readonly<Record<string, string | undefined>> {
  const inputs = Object.entries(run.inputs ?? {}).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  return {
    ...PUSH_OF_MAIN,
    GITHUB_EVENT_PATH: event,
    GITHUB_OUTPUT: join(folder, 'outputs'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    RUNNER_TEMP: folder,
    ...(run.token === undefined ? {} : { INPUT_TOKEN: run.token }),
    ...Object.fromEntries(inputs),
    ...run.env,
  };
}

/** The job page must show the content of the file that the output names. */
function assertSameSummary(path: string | undefined, shown: string): void {
  if (path === undefined || shown === '') return;
  if (readFileSync(path, 'utf8') !== shown)
    throw new Error(`the output summary names another text than the job's summary: ${path}`);
}

/** Mask commands have to contain the token; the runner never shows them. */
function withoutMasks(raw: string): string {
  return raw.replace(/^::add-mask::.*$/gm, '');
}

function assertOurs(log: GithubLog): void {
  const strange = log.commands.filter(({ name, form }) => !MEANT.has(name) || form !== '::');
  if (strange.length > 0)
    throw new Error(`the log ran commands that nobody meant: ${JSON.stringify(strange)}`);
  if (log.problems.length > 0)
    throw new Error(`the runner has complaints: ${log.problems.join('; ')}`);
  if (log.stoppedAtEnd || log.openGroups > 0)
    throw new Error('commands stayed stopped, or a group open');
}
