import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAsGitlab } from '../../simulators/runner/gitlab.ts';
import { readReport } from './report-schema.ts';
import type { HostResult } from './run-github.ts';
import { assertNoLeak, type BundleRun, seenOf, spawnBundle } from './spawn-bundle.ts';

export const CLI_BUNDLE = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));

export interface CliRun extends Pick<BundleRun, 'node' | 'clock' | 'onStart' | 'stdin'> {
  readonly host: 'gitlab' | 'shell';
  readonly verb?: 'deploy' | 'check' | 'status' | 'probe';
  /** Passed as flags. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Passed in OUTPOST_TOKEN; nothing that is written may contain any form of it. */
  readonly token?: string;
  /** Where the command runs; the default is a new, empty folder. */
  readonly folder?: string;
}

export interface CliResult extends HostResult {
  readonly stderr: string;
  /** The files it wrote, by name. */
  readonly files: Readonly<Record<string, string>>;
}

const JOB_ON_MAIN = {
  GITLAB_CI: 'true',
  CI_COMMIT_BRANCH: 'main',
  CI_COMMIT_SHA: '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
  CI_COMMIT_REF_PROTECTED: 'true',
  CI_PROJECT_URL: 'https://gitlab.com/acme/shop',
  CI_PROJECT_ID: '7',
  CI_PIPELINE_ID: '11',
  CI_JOB_ID: '13',
  CI_PIPELINE_SOURCE: 'push',
};

/**
 * Runs the shipped command in a GitLab job or a plain shell, and reads its output the
 * way their users do.
 */
export async function runCli(run: CliRun): Promise<CliResult> {
  const folder = run.folder ?? mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const flags = Object.entries(run.inputs ?? {}).map(([name, value]) => `--${name}=${value}`);
    const env = {
      ...(run.host === 'gitlab' ? JOB_ON_MAIN : {}),
      OUTPOST_TOKEN: run.token,
      ...run.env,
    };
    const args = run.args ?? [run.verb ?? 'deploy', '--host', run.host, ...flags];
    const result = await spawnBundle({ ...run, bundle: CLI_BUNDLE, args, env, folder });
    const names = existsSync(folder)
      ? readdirSync(folder).filter((name) => name.startsWith('outpost'))
      : [];
    const files = Object.fromEntries(
      names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    assertNoLeak([result.stdout, result.stderr, ...Object.values(files)], run.token);
    const { page, problems } = readAsGitlab(result.chunks, { maskedValues: [] });
    if (run.host === 'gitlab' && problems.length > 0)
      throw new Error(`GitLab has complaints: ${problems.join('; ')}`);
    const report = files['outpost-report.json'];
    return {
      exitStatus: result.exitStatus,
      stdout: result.stdout,
      stderr: result.stderr,
      page: run.host === 'gitlab' ? page : seenOf(result).split('\n'),
      outputs: outputsOf(files['outpost.env'] ?? ''),
      report: report === undefined ? undefined : readReport(report),
      files,
    };
  } finally {
    if (run.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads dotenv as GitLab does: each line must be KEY=value, and nothing else is accepted. */
function outputsOf(dotenv: string): Readonly<Record<string, string>> {
  if (dotenv !== '' && !/^(?:[A-Za-z0-9_]+=[^\n]*\n)+$/.test(dotenv))
    throw new Error(`GitLab would refuse this dotenv report: ${JSON.stringify(dotenv)}`);
  const entries = [...dotenv.matchAll(/^OUTPOST_(\w+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name.toLowerCase().replaceAll('_', '-'), value],
  );
  return Object.fromEntries(entries);
}
