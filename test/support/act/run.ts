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

// nektos/act runs workflows as GitHub does, and shares no code with GitHub's runner. In host mode
// its steps are processes of this machine. What it does otherwise than GitHub (read in version
// 0.2.89, https://github.com/nektos/act/blob/v0.2.89/): - A cancelled step is killed at once, and
// its children are not: GitHub sends SIGINT and waits (pkg/container/host_environment.go).
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation - Of a
// secret it hides the exact value and what `add-mask` names; GitHub derives eleven more forms
// (pkg/runner/logger.go). With `--json` the mask commands themselves are printed with the value in
// them, so that output is never asked for here (pkg/runner/command.go). - `concurrency`,
// `permissions` and the secrets and reviewers of an `environment` are read over. - actions/checkout
// is not fetched: the project's folder is copied (pkg/runner/step_action_remote.go), whatever its
// `fetch-depth`. It talks to this machine alone. To learn its own address it opens a UDP socket
// towards 8.8.8.8, over which nothing is ever sent (pkg/common/outbound_ip.go): no flag keeps it
// from that.

export interface ActOptions {
  readonly workflow: string;
  /** What act must end with: 0 if all is well, 1 if a job failed. Default: 0. */
  readonly exitStatus?: 0 | 1;
  /**
   * What steps share with the servers they ask; default is one of its own. act itself can't follow
   * it.
   */
  readonly clock?: VirtualClock;
  readonly scenario?: Scenario;
  /**
   * The first one is the secret OUTPOST_TOKEN. Default: one that may deploy, named "GitHub
   * Actions".
   */
  readonly tokens?: readonly TokenRequest[];
  /** Hours from now, for all of them. */
  readonly expiresInHours?: number;
  /** The token is a variable of the environment, and act knows no secret. */
  readonly tokenUnknownToAct?: boolean;
  /** Not everything that the workflow uses is on this machine. */
  readonly asksStrangers?: boolean;
  /** The project whose workflow it is; `newOrigin()` if not given. */
  readonly repository?: Repository;
  readonly event?: string;
  readonly payload?: unknown;
  readonly args?: readonly string[];
  /** Programs that come before all others, as scripts for bash. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly prepare?: (emulator: Emulator, token: string) => void;
  readonly during?: (running: Running) => Promise<void>;
}

/** A run that has begun. */
export interface Running {
  readonly act: ChildProcess;
  readonly clock: VirtualClock;
  readonly emulator: Emulator;
  readonly token: string;
  /** Names every step's process, and no other's. */
  readonly folder: string;
  output(): string;
}

export interface ActResult {
  /** On the clock of the steps. */
  readonly endedAtMs: number;
  /**
   * Everything that was printed, on both streams: the log, the outputs of each step, the summaries.
   */
  readonly output: string;
  /** What the steps printed, without the name of the job before it. */
  readonly page: readonly string[];
  /** How many connections were meant for other machines. */
  readonly strangersAsked: number;
  readonly emulator: Emulator;
  readonly operations: readonly string[];
}

/**
 * Runs a workflow with act against an emulated Outpost of its own.
 *
 * @throws when act does not end as it should, anything that it printed holds a form of the token, a
 *     process outlives the run, or another machine is asked for anything.
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
  // It is awaited below; until then a failure must not go unhandled.
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
