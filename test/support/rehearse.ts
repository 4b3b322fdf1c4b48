import type { ChildProcess } from 'node:child_process';
import { rehearsalToken } from '../../emulator/rehearsal.ts';
import type { Scenario } from '../../emulator/scenario.ts';
import { type ScenarioName, scenarios } from '../../emulator/scenarios.ts';
import { type Emulator, type RecordedRequest, startEmulator } from '../../emulator/server.ts';
import { runCli } from './run-cli.ts';
import { type GithubResult, type GithubRun, type HostResult, runGithub } from './run-github.ts';
import { VirtualClock } from './virtual-time/clock.ts';

/** What the emulator saw during a run. */
export interface Seen {
  /** The requests that the emulator received, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Only the operations. */
  readonly operations: readonly string[];
  readonly emulator: Emulator;
  /** When the process ended, on the run's clock. */
  readonly endedMs: number;
}

/** A run in progress. */
export interface Running {
  readonly emulator: Emulator;
  readonly clock: VirtualClock;
  readonly child: ChildProcess;
}

export type Rehearsed = GithubResult & Seen;

export interface RehearsalOptions extends Omit<GithubRun, 'token' | 'clock'> {
  readonly scenario: Scenario | ScenarioName;
  /** The token's scopes. Default: those of the scenario's rehearsal, or else `service`. */
  readonly scopes?: readonly string[];
  /** Hours from now. */
  readonly expiresInHours?: number;
  /** The CI system's checkout. */
  readonly checkout?: { readonly folder: string; readonly commit: string };
  /** Changes the emulated world before the run. */
  readonly prepare?: (
    emulator: Emulator,
    token: string,
    clock: VirtualClock,
  ) => void | Promise<void>;
  /** Runs alongside the process, from its start; the result waits for it. */
  readonly during?: (running: Running) => void | Promise<void>;
}

/**
 * Runs the shipped action from start to exit, with its own emulator and its own token.
 */
export function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const { checkout } = options;
  const variables =
    checkout === undefined
      ? {}
      : { GITHUB_WORKSPACE: checkout.folder, GITHUB_SHA: checkout.commit };
  return withEmulator(options, (run) => runGithub({ ...run, env: { ...variables, ...run.env } }));
}

/** The same on one of the three hosts. */
export function rehearseOn(
  host: 'github' | 'gitlab' | 'shell',
  options: RehearsalOptions,
): Promise<HostResult & Seen> {
  if (host === 'github') return rehearse(options);
  const { checkout } = options;
  const variables =
    checkout === undefined || host === 'shell'
      ? {}
      : { CI_PROJECT_DIR: checkout.folder, CI_COMMIT_SHA: checkout.commit };
  // A shell has no variable for the checkout, so the command runs in that folder.
  const place = checkout === undefined || host === 'gitlab' ? {} : { folder: checkout.folder };
  return withEmulator(options, (run) => {
    const inputs = { ...run.inputs, branch: run.inputs?.['branch'] ?? 'main' };
    return runCli({ ...run, ...place, host, inputs, env: { ...variables, ...run.env } });
  });
}

async function withEmulator<Result>(
  options: RehearsalOptions,
  runHost: (run: GithubRun) => Promise<Result>,
): Promise<Result & Seen> {
  const clock = await VirtualClock.start();
  const scenario =
    typeof options.scenario === 'string' ? scenarios[options.scenario] : options.scenario;
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  try {
    const token = emulator.world.createToken(tokenRequest(options, scenario, clock.nowMs()));
    await options.prepare?.(emulator, token, clock);
    const inputs = {
      ...(scenario.rehearsal?.inputs ?? { service: 'acme/web', 'token-name': 'rehearsal' }),
      origin: emulator.origin,
      ...options.inputs,
    };
    let besides = Promise.resolve();
    const onStart = (child: ChildProcess): void => {
      options.onStart?.(child);
      besides = Promise.resolve(options.during?.({ emulator, clock, child }));
      // The `await` below reports a failure of `besides`. If the run itself throws, that error says
      // more.
      besides.catch(() => undefined);
    };
    const result = await runHost({ ...options, inputs, token, clock, onStart });
    const endedMs = clock.nowMs();
    await besides;
    const requests = [...emulator.requests];
    return {
      ...result,
      requests,
      operations: requests.map(({ operation }) => operation),
      emulator,
      endedMs,
    };
  } finally {
    await emulator.close();
    await clock.close();
  }
}

function tokenRequest(
  { scopes, expiresInHours }: RehearsalOptions,
  scenario: Scenario,
  nowMs: number,
) {
  const byScenario =
    scenario.rehearsal === undefined
      ? { name: 'rehearsal', scopes: ['service'] }
      : rehearsalToken(scenario.rehearsal, nowMs);
  return {
    ...byScenario,
    ...(scopes === undefined ? {} : { scopes }),
    ...(expiresInHours === undefined
      ? {}
      : { expiresAt: new Date(nowMs + expiresInHours * 3_600_000).toISOString() }),
  };
}
