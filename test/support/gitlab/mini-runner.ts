import { spawn } from 'node:child_process';
import type { OutputChunk } from '../../../simulators/runner/github.ts';
import { type GitlabLog, readAsGitlab } from '../../../simulators/runner/gitlab.ts';
import { isAnyoneLeft } from '../../faults/process-group.ts';
import { assertNoLeak } from '../spawn-bundle.ts';
import type { VirtualClock } from '../virtual-time/clock.ts';
import { type JobPrograms, jobPrograms } from './job-programs.ts';
import { type Dotenv, environmentUrl, isRetried, readDotenv } from './job-reports.ts';
import { RESULT_FILES } from './local-runner.ts';
import { groupEnd, killGroup } from './process-group.ts';
import type { Sandbox } from './sandbox.ts';
import { asLines, asMapping, type Mapping } from './yaml.ts';

export interface JobRun {
  /** `real` = the machine's. */
  readonly clock: VirtualClock | 'real';
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Cancels the job when the function returns true and every process waits. On the machine's clock:
   * when the output matches the pattern.
   */
  readonly cancel?: (() => boolean) | RegExp;
  /** Another script line prints the token, so only the masked output is searched for it. */
  readonly foreignPrint?: boolean;
  /** The image's shell. Default: bash, as on a machine with both. */
  readonly shell?: 'bash' | 'sh';
  /** The image's `node`. Default: the Node that runs the tests. */
  readonly node?: string;
}

export interface JobResult {
  readonly status: 'success' | 'failed' | 'canceled';
  readonly exitStatus: number | null;
  /** The log as GitLab shows it: masked and rendered. */
  readonly log: GitlabLog;
  readonly dotenv: Dotenv;
  readonly environmentUrl: string | undefined;
  readonly retried: boolean;
  /** From the signal to the end of after_script, on the job's clock. */
  readonly cancelMs: number;
  /** Whether a process of the job was still running after its shell had ended. */
  readonly leftProcess: boolean;
}

interface ShellResult {
  readonly exitStatus: number | null;
  readonly cancelledAtMs: number | undefined;
  readonly leftProcess: boolean;
}

/**
 * Runs one job as the shell executor of GitLab's runner does. It covers what gitlab-ci-local can't:
 * a cancel (SIGTERM to the process group, then after_script in a new shell), the runner's masking,
 * and what the server does with the reports.
 *
 * @throws when the raw output, or a file that the job left behind, holds a form of the token.
 */
export async function runJob(sandbox: Sandbox, job: Mapping, run: JobRun): Promise<JobResult> {
  const programs = jobPrograms(run.clock, run.node);
  try {
    return await runScripts(sandbox, job, run, programs);
  } finally {
    programs.remove();
  }
}

async function runScripts(
  sandbox: Sandbox,
  job: Mapping,
  run: JobRun,
  programs: JobPrograms,
): Promise<JobResult> {
  const chunks: OutputChunk[] = [];
  const site = { sandbox, programs, chunks };
  const script = await runShell(
    site,
    [...asLines(job['before_script']), ...asLines(job['script'])],
    'running',
    run,
  );
  const status =
    script.cancelledAtMs !== undefined
      ? 'canceled'
      : script.exitStatus === 0
        ? 'success'
        : 'failed';
  const { cancel, ...afterwards } = run;
  const after = await runShell(site, asLines(job['after_script']), status, afterwards);
  const cancelMs = nowOn(run.clock) - (script.cancelledAtMs ?? nowOn(run.clock));
  const token = run.variables['OUTPOST_TOKEN'];
  const log = readAsGitlab(chunks, { maskedValues: token === undefined ? [] : [token] });
  const raw =
    run.foreignPrint === true ? log.raw : Buffer.concat(chunks.map(({ data }) => data)).toString();
  assertNoLeak([raw, ...RESULT_FILES.map((name) => sandbox.read(name) ?? '')], token);
  const dotenv = readDotenv(sandbox.read('outpost.env'));
  const environment = job['environment'] === undefined ? {} : asMapping(job['environment']);
  return {
    status,
    exitStatus: script.exitStatus,
    log,
    dotenv,
    environmentUrl:
      status === 'success' && 'variables' in dotenv
        ? environmentUrl(environment['url'], dotenv.variables)
        : undefined,
    retried: status === 'failed' && isRetried(job['retry'], 'script_failure', 0),
    cancelMs,
    leftProcess: script.leftProcess || after.leftProcess,
  };
}

interface JobSite {
  readonly sandbox: Sandbox;
  readonly programs: JobPrograms;
  readonly chunks: OutputChunk[];
}

async function runShell(
  { sandbox: { folder }, programs, chunks }: JobSite,
  lines: readonly string[],
  jobStatus: string,
  { clock, variables, cancel, shell = 'bash' }: JobRun,
): Promise<ShellResult> {
  const strict = shell === 'bash' ? 'set -eo pipefail' : 'set -e';
  const text = [
    "trap 'exit 1' TERM",
    strict,
    ...lines.flatMap((line) => [`echo ${quoted(`$ ${line.split('\n')[0]}`)}`, line]),
  ].join('\n');
  const child = spawn(shell, ['-c', text], {
    cwd: folder,
    env: {
      ...programs.env,
      HOME: folder,
      GITLAB_CI: 'true',
      CI_PROJECT_DIR: folder,
      ...variables,
      CI_JOB_STATUS: jobStatus,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The job has its own process group, because a cancel signals the whole group.
    detached: true,
  });
  let cancelledAtMs: number | undefined;
  const cancelNow = (): void => {
    if (cancelledAtMs !== undefined) return;
    cancelledAtMs = nowOn(clock);
    killGroup(child, 'SIGTERM', clock);
  };
  let seen = '';
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (data: Buffer) => {
      chunks.push({ stream, data });
      seen += data.toString();
      if (cancel instanceof RegExp && cancel.test(seen)) cancelNow();
    });
  // If the clock notices a hang, groupEnd throws it.
  if (typeof cancel === 'function' && clock !== 'real')
    clock.until(cancel, 'the job is to be cancelled').then(cancelNow, () => undefined);
  const exitStatus = await groupEnd(child, clock);
  return { exitStatus, cancelledAtMs, leftProcess: isAnyoneLeft({ child }) };
}

function nowOn(clock: JobRun['clock']): number {
  return clock === 'real' ? performance.now() : clock.nowMs();
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
