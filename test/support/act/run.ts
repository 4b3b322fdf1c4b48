import { type ChildProcess, spawn } from 'node:child_process';
import type { Scenario } from '../../../emulator/scenario.ts';
import { type Emulator, startEmulator } from '../../../emulator/server.ts';
import type { TokenRequest } from '../../../emulator/tokens.ts';
import { newOrigin, type Repository, temporaryFolder } from '../push/git.ts';
import { processesNaming } from '../push/processes.ts';
import { assertNoLeak } from '../spawn-bundle.ts';
import { VirtualClock } from '../virtual-time/clock.ts';
import { endOf } from '../virtual-time/processes.ts';
import { argumentsOf, countingProxy, environment } from './site.ts';

// nektos/act runs workflows as GitHub does, but shares no code with GitHub's runner. In host mode,
// its steps are processes of this machine. It differs from GitHub in these ways (as of version
// 0.2.89, https://github.com/nektos/act/blob/v0.2.89/):
// - It kills a cancelled step at once, but not the step's children. GitHub sends SIGINT and waits
//   (pkg/container/host_environment.go).
//   https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
// - It hides only the exact value of a secret and what `add-mask` names. GitHub derives eleven more
//   forms (pkg/runner/logger.go). With `--json`, it prints the mask commands themselves with the
//   value in them, so we never ask for that output (pkg/runner/command.go).
// - It ignores `concurrency`, `permissions`, and the secrets and reviewers of an `environment`.
// - It doesn't fetch actions/checkout. It copies the project's folder
//   (pkg/runner/step_action_remote.go), whatever the `fetch-depth`.
//
// It only talks to this machine. To learn its own address, it opens a UDP socket to 8.8.8.8 but
// never sends anything over it (pkg/common/outbound_ip.go). No flag turns that off.

export interface ActOptions {
  readonly workflow: string;
  /** The exit status that act must end with: 0 if all is well, 1 if a job failed. Default: 0. */
  readonly exitStatus?: 0 | 1;
  /**
   * The clock that the steps share with the servers they call. Default: a new one. act itself can't
   * follow it.
   */
  readonly clock?: VirtualClock;
  readonly scenario?: Scenario;
  /**
   * The first one becomes the secret OUTPOST_TOKEN. Default: a token named "GitHub Actions" that
   * may deploy.
   */
  readonly tokens?: readonly TokenRequest[];
  /** Hours from now, for all tokens. */
  readonly expiresInHours?: number;
  /** The token is an environment variable, so act doesn't know it as a secret. */
  readonly tokenUnknownToAct?: boolean;
  /**
   * Some of what the workflow uses is not on this machine, so requests to other hosts are expected.
   */
  readonly asksStrangers?: boolean;
  /** The project that the workflow belongs to. Default: `newOrigin()`. */
  readonly repository?: Repository;
  readonly event?: string;
  readonly payload?: unknown;
  readonly args?: readonly string[];
  /** Programs to put first on PATH, as bash scripts. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly prepare?: (emulator: Emulator, token: string) => void;
  readonly during?: (running: Running) => Promise<void>;
}

/** A run that has started. */
export interface Running {
  readonly act: ChildProcess;
  readonly clock: VirtualClock;
  readonly emulator: Emulator;
  readonly token: string;
  /** Part of the arguments of each step's process, and of no other process. */
  readonly folder: string;
  output(): string;
}

export interface ActResult {
  /** On the clock of the steps. */
  readonly endedAtMs: number;
  /**
   * Everything that was printed on both streams: the log, the outputs of each step, the summaries.
   */
  readonly output: string;
  /** What the steps printed, without the job name that act puts before each line. */
  readonly page: readonly string[];
  /** How many connections to other machines were attempted. */
  readonly strangersAsked: number;
  readonly emulator: Emulator;
  readonly operations: readonly string[];
}

/**
 * Runs a workflow with act against its own emulated Outpost.
 *
 * @throws when act does not end as it should, when anything it printed holds a form of the token,
 *     when a process outlives the run, or when anything connects to another machine.
 */
export async function runAct(options: ActOptions): Promise<ActResult> {
  if (options.clock !== undefined) return await runOn(options.clock, options);
  const clock = await VirtualClock.start();
  try {
    return await runOn(clock, options);
  } finally {
    await clock.close();
  }
}

async function runOn(clock: VirtualClock, options: ActOptions): Promise<ActResult> {
  const { scenario = {} } = options;
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  const proxy = await countingProxy();
  try {
    const token = makeTokens(options, emulator, clock.nowMs());
    options.prepare?.(emulator, token);
    const folder = temporaryFolder('outpost-act-');
    const act = spawn('act', argumentsOf(folder, options, token, emulator.origin), {
      cwd: (options.repository ?? newOrigin()).folder,
      env: {
        ...environment(folder, options, proxy.url),
        ...clock.nodeEnv,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = await followed(act, options.during, { clock, emulator, token, folder });
    assertNoLeak([ended.output], token);
    if (ended.exitStatus !== (options.exitStatus ?? 0))
      throw new Error(`act ended with ${ended.exitStatus}:\n${ended.output}`);
    const left = processesNaming(folder);
    if (left.length > 0) throw new Error(`the run left processes behind: ${left.join('; ')}`);
    const strangersAsked = proxy.asked();
    if (strangersAsked > 0 && options.asksStrangers !== true)
      throw new Error(`other machines were asked:\n${ended.output}`);
    const operations = emulator.requests.map(({ operation }) => operation);
    return {
      output: ended.output,
      endedAtMs: ended.atMs,
      page: pageOf(ended.output),
      strangersAsked,
      emulator,
      operations,
    };
  } finally {
    proxy.close();
    await emulator.close();
  }
}

/** `[Deploy/deploy]   | text` */
function pageOf(output: string): readonly string[] {
  return output.split('\n').flatMap((line) => /^\[[^\]]*\] {3}\| (.*)$/.exec(line)?.slice(1) ?? []);
}

/** How each stage of each step ended, in order: `Success - Main outpost/deploy-action@v1`. */
export function stagesOf({ output }: Pick<ActResult, 'output'>): readonly string[] {
  return [...output.matchAll(/(Success|Failure) - (?:Pre|Main|Post) .*?(?= \[|$)/gm)].map(
    ([stage]) => stage,
  );
}

function makeTokens(
  { tokens, expiresInHours }: ActOptions,
  { world }: Emulator,
  nowMs: number,
): string {
  const expiry = {
    expiresAt: new Date(nowMs + (expiresInHours ?? 90 * 24) * 3_600_000).toISOString(),
  };
  const requests = tokens ?? [{ name: 'GitHub Actions', scopes: ['service'] }];
  return requests.map((request) => world.createToken({ ...expiry, ...request }))[0] ?? '';
}

async function followed(
  act: ChildProcess,
  during: ActOptions['during'],
  site: Omit<Running, 'act' | 'output'>,
): Promise<{ readonly exitStatus: number | null; readonly atMs: number; readonly output: string }> {
  let output = '';
  for (const stream of [act.stdout, act.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = endOf(act, site.clock);
  // `ended` is awaited below. Until then, its rejection must not count as unhandled.
  ended.catch(() => undefined);
  try {
    await during?.({ ...site, act, output: () => output });
  } catch (error) {
    act.kill('SIGKILL');
    await Promise.allSettled([ended]);
    throw new Error(
      `${error instanceof Error ? error.message : error}, and act had printed:\n${output}`,
      { cause: error },
    );
  }
  const exitStatus = await ended;
  return { exitStatus, atMs: site.clock.nowMs(), output };
}
