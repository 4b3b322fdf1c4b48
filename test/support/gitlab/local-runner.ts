import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { assertNoLeak } from '../spawn-bundle.ts';
import { VirtualClock } from '../virtual-time/clock.ts';
import { jobPath, jobPrograms } from './job-programs.ts';
import { groupEnd } from './process-group.ts';
import { ROOT, type Sandbox } from './sandbox.ts';

const GITLAB_CI_LOCAL = join(ROOT, 'node_modules/gitlab-ci-local/dist/index.js');

/** The schema validation takes as long as everything else together. */
export const NO_SCHEMA = '--no-json-schema-validation';

/** Files that our jobs leave behind. Each is searched for the token. */
export const RESULT_FILES = [
  'outpost.env',
  'outpost-annotations.json',
  'outpost-report.json',
] as const;

export interface LocalResult {
  readonly exitStatus: number | null;
  /** Everything that was printed on both streams. */
  readonly output: string;
  /** The exit status of each job that failed. */
  readonly failed: Readonly<Record<string, number>>;
}

export interface LocalRun {
  /** Project variables. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The clock that the jobs' programs share with the servers they call. Default: a new one. `real`
   * = the machine's.
   */
  readonly clock?: VirtualClock | 'real';
}

/** Runs a sandbox's pipeline with gitlab-ci-local, with every job in a shell on this machine. */
export async function runPipeline(sandbox: Sandbox, run: LocalRun = {}): Promise<LocalResult> {
  if (run.clock !== undefined) return await runJobs(sandbox, run, run.clock);
  const clock = await VirtualClock.start();
  try {
    return await runJobs(sandbox, run, clock);
  } finally {
    await clock.close();
  }
}

async function runJobs(
  sandbox: Sandbox,
  run: LocalRun,
  clock: VirtualClock | 'real',
): Promise<LocalResult> {
  const variables: Readonly<Record<string, string>> = {
    GITLAB_CI: 'true',
    CI_PROJECT_DIR: sandbox.folder,
    ...run.variables,
  };
  const args = [
    '--force-shell-executor',
    '--no-color',
    // Here all jobs share one folder, unlike on a real runner, so they run one after the other. The
    // preview validates the schema.
    '--concurrency=1',
    NO_SCHEMA,
    '--ignore-predefined-vars=GITLAB_CI,CI_PROJECT_DIR',
    ...Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
    ...(run.args ?? []),
  ];
  const programs = jobPrograms(clock);
  try {
    const result = await gitlabCiLocal(sandbox, args, { ...programs.env, ...run.env }, clock);
    assertNoLeak(
      [result.output, ...RESULT_FILES.map((name) => sandbox.read(name) ?? '')],
      variables['OUTPOST_TOKEN'],
    );
    return result;
  } finally {
    programs.remove();
  }
}

/** The pipeline as YAML with its includes resolved. stderr holds any problem with that. */
export async function preview(
  sandbox: Sandbox,
  { args = [], env }: Pick<LocalRun, 'args' | 'env'> = {},
): Promise<{ readonly yaml: string; readonly problem: string }> {
  const { exitStatus, stdout, output } = await gitlabCiLocal(
    sandbox,
    ['--preview', '--no-color', ...args],
    env,
  );
  return { yaml: stdout, problem: exitStatus === 0 ? '' : output };
}

/** The `when` that `rules` give each job, or `never` if the job would not be in the pipeline. */
export async function whenByJob(
  sandbox: Sandbox,
  variables: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const flags = Object.entries(variables).flatMap(([name, value]) => [
    '--variable',
    `${name}=${value}`,
  ]);
  const names = Object.keys(variables).join(',');
  const { stdout } = await gitlabCiLocal(sandbox, [
    '--list-csv-all',
    '--no-json-schema-validation',
    `--ignore-predefined-vars=${names}`,
    ...flags,
  ]);
  const rows = stdout
    .split('\n')
    .slice(1)
    .filter((line) => line !== '');
  return Object.fromEntries(
    rows.map((row) => row.split(';')).map(([name = '', , when = '']) => [name, when]),
  );
}

async function gitlabCiLocal(
  { folder }: Sandbox,
  args: readonly string[],
  env: LocalRun['env'] = {},
  clock: VirtualClock | 'real' = 'real',
): Promise<LocalResult & { readonly stdout: string }> {
  const child = spawn(process.execPath, [GITLAB_CI_LOCAL, ...args], {
    cwd: folder,
    env: { PATH: jobPath(), HOME: folder, GIT_CONFIG_SYSTEM: '/dev/null', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exitStatus = await groupEnd(child, clock);
  return { exitStatus, stdout, output, failed: failures(output) };
}

/** `outpost-deploy finished in 103 ms  FAIL 3`, or `WARN 3` if the failure is allowed. */
function failures(output: string): Record<string, number> {
  const lines = stripVTControlCharacters(output).matchAll(
    /^(\S.*?)\s+finished in .*?(?:FAIL|WARN)\s+(\d+)\s*$/gm,
  );
  return Object.fromEntries([...lines].map(([, job = '', status]) => [job, Number(status)]));
}
