import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOutputs } from '../../scripts/job-page.mjs';
import { type GithubLog, readAsGithub } from '../../simulators/runner/github.ts';
import { readAsGitlab } from '../../simulators/runner/gitlab.ts';
import type { RotationReport } from '../../src/tokens/rotation-report.ts';
import { readReport } from './report-schema.ts';
import {
  assertNoLeak,
  type BundleResult,
  type BundleRun,
  seenOf,
  spawnBundle,
} from './spawn-bundle.ts';

export const TOKEN_BUNDLE = fileURLToPath(new URL('../../dist/token/index.js', import.meta.url));

export type TokenHost = 'github' | 'gitlab' | 'shell';

export interface TokenProgramRun extends Pick<BundleRun, 'clock' | 'onStart' | 'stdin'> {
  readonly host: TokenHost;
  /** The default is `rotate`, the only one that the action on GitHub supports. */
  readonly verb?: 'report' | 'list' | 'rotate' | 'revoke' | 'create' | 'compromised';
  /** Passed as flags, or as INPUT_* on GitHub. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Used instead of the verb and the inputs, or after them if the verb is given too. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Passed in OUTPOST_TOKEN, or as the input `token`. */
  readonly token?: string;
  /** Passed in OUTPOST_STORE_TOKEN, or as the input `store-token`. */
  readonly storeToken?: string;
  /**
   * More secrets: nothing that is written may contain any form of them. Called when the run has
   * ended.
   */
  readonly secrets?: () => readonly string[];
  /** The program's path, if it isn't in dist/. */
  readonly bundle?: string;
  readonly shipped?: true;
}

/** What one run wrote, read the way a person or the next step reads it. */
export interface TokenResult {
  /** null = a signal ended it. */
  readonly exitStatus: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they arrived. */
  readonly seen: string;
  /** The log page, line by line. */
  readonly page: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly report: RotationReport | undefined;
  /** By name. */
  readonly files: Readonly<Record<string, string>>;
}

const GITHUB_JOB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'schedule',
  GITHUB_REPOSITORY: 'acme/web',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_RUN_ID: '1',
  GITHUB_ACTION: 'rotate',
};

const GITLAB_JOB = {
  GITLAB_CI: 'true',
  CI_COMMIT_BRANCH: 'main',
  CI_COMMIT_REF_PROTECTED: 'true',
  CI_PROJECT_ID: '101',
  CI_PIPELINE_SOURCE: 'schedule',
};

/** The commands that this program sends to the runner on purpose. */
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
 * Runs the shipped program as each host does, and reads its output the way their users do.
 *
 * @throws if the log ran a command that we didn't intend, or if anything written contains a form of
 *     a token.
 */
export async function runToken(run: TokenProgramRun): Promise<TokenResult> {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    for (const name of ['outputs', 'summary.md'])
      if (run.host === 'github') writeFileSync(join(folder, name), '');
    const result = await spawnBundle({
      ...run,
      bundle: run.bundle ?? TOKEN_BUNDLE,
      args: argsOf(run),
      env: envOf(run, folder),
      folder,
    });
    const files = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    // Mask commands have to contain the token; the runner never shows them.
    const stdout =
      run.host === 'github' ? result.stdout.replace(/^::add-mask::.*$/gm, '') : result.stdout;
    const known = [run.token, run.storeToken].filter(
      (one): one is string => one !== undefined && one !== '',
    );
    for (const secret of new Set([...known, ...(run.secrets?.() ?? [])]))
      assertNoLeak([stdout, result.stderr, ...Object.values(files)], secret);
    // A process that is killed while writing leaves an incomplete file.
    const whole = result.exitStatus === null ? {} : files;
    const report = Object.entries(whole).find(([name]) =>
      /^outpost-report.*\.json$/.test(name),
    )?.[1];
    return {
      exitStatus: result.exitStatus,
      stdout: result.stdout,
      stderr: result.stderr,
      seen: seenOf(result),
      page: pageOf(run, result, known),
      outputs:
        run.host === 'github'
          ? Object.fromEntries(parseOutputs(whole['outputs'] ?? ''))
          : dotenvOf(whole['outpost.env'] ?? ''),
      report: report === undefined ? undefined : readReport(report, 'rotation'),
      files,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What a run says about its failure. The rest of its page names every token that it created,
 * whatever happened to that token.
 */
export function saidOf({ report }: TokenResult): string {
  const { failure } = report ?? {};
  return failure == null ? '' : [failure.attempted, failure.happened, failure.hint].join('\n');
}

function argsOf({ host, verb, inputs = {}, args }: TokenProgramRun): readonly string[] {
  if (host === 'github') return [];
  if (args !== undefined && verb === undefined) return args;
  return [
    verb ?? 'rotate',
    ...(args ?? []),
    '--host',
    host,
    ...Object.entries(inputs).map(([name, value]) => `--${name}=${value}`),
  ];
}

function envOf(run: TokenProgramRun, folder: string): Readonly<Record<string, string | undefined>> {
  if (run.host !== 'github') {
    const job = run.host === 'gitlab' ? GITLAB_JOB : {};
    return { ...job, OUTPOST_TOKEN: run.token, OUTPOST_STORE_TOKEN: run.storeToken, ...run.env };
  }
  const inputs = { ...run.inputs, token: run.token, 'store-token': run.storeToken };
  return {
    ...GITHUB_JOB,
    GITHUB_OUTPUT: join(folder, 'outputs'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    RUNNER_TEMP: folder,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...run.env,
  };
}

function pageOf(
  { host }: TokenProgramRun,
  { chunks, exitStatus }: BundleResult,
  secrets: readonly string[],
): readonly string[] {
  if (host === 'shell') return seenOf({ chunks }).split('\n');
  if (host === 'gitlab') {
    const { page, problems } = readAsGitlab(chunks, { maskedValues: [] });
    if (problems.length > 0) throw new Error(`GitLab has complaints: ${problems.join('; ')}`);
    return page;
  }
  const log = readAsGithub(chunks, { knownSecrets: secrets });
  assertOurs(log, exitStatus === null);
  return log.lines;
}

function assertOurs(log: GithubLog, wasKilled: boolean): void {
  const strange = log.commands.filter(({ name, form }) => !MEANT.has(name) || form !== '::');
  if (strange.length > 0)
    throw new Error(`the log ran commands that nobody meant: ${JSON.stringify(strange)}`);
  if (log.problems.length > 0)
    throw new Error(`the runner has complaints: ${log.problems.join('; ')}`);
  if (!wasKilled && (log.stoppedAtEnd || log.openGroups > 0))
    throw new Error('commands stayed stopped, or a group open');
}

/** Reads dotenv as GitLab does: each line must be KEY=value, and nothing else is accepted. */
function dotenvOf(text: string): Readonly<Record<string, string>> {
  if (text !== '' && !/^(?:[A-Za-z0-9_]+=[^\n]*\n)+$/.test(text))
    throw new Error(`GitLab would refuse this: ${JSON.stringify(text)}`);
  return Object.fromEntries(
    [...text.matchAll(/^OUTPOST_(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name.toLowerCase().replaceAll('_', '-'),
      value,
    ]),
  );
}
