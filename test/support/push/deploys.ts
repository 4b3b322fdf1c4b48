import type { ChildProcess } from 'node:child_process';
import { expect } from '@jest/globals';
import type { Scenario } from '../../../emulator/scenario.ts';
import { type Emulator, type RecordedRequest, startEmulator } from '../../../emulator/server.ts';
import type { Running, Seen } from '../rehearse.ts';
import { runCli } from '../run-cli.ts';
import { type GithubRun, type HostResult, runGithub } from '../run-github.ts';
import { VirtualClock } from '../virtual-time/clock.ts';
import type { Repository } from './git.ts';

export type PushHost = 'github' | 'gitlab';
export const pushHosts: readonly PushHost[] = ['github', 'gitlab'];

export interface PushedRun extends Omit<GithubRun, 'token' | 'clock' | 'onStart'> {
  readonly host?: PushHost | 'shell';
  readonly scenario?: Scenario;
  readonly scopes?: readonly string[];
  /** The checkout. */
  readonly folder: string;
  /** The commit that the CI system reports. */
  readonly commit: string;
  /** Changes the emulated world before the run. */
  readonly prepare?: (emulator: Emulator, token: string) => void | Promise<void>;
  /** Runs beside the program from its start. The result waits for it. */
  readonly during?: (running: Running) => Promise<void>;
  /** Called when the program has ended, while the emulator still runs. */
  readonly onEnd?: (emulator: Emulator) => void;
  /** Called when Outpost has served a request, with the number of requests of that kind so far. */
  readonly onServed?: (request: RecordedRequest, count: number, emulator: Emulator) => void;
}

export interface PushResult extends HostResult, Seen {
  /** Where the branches of acme/web pointed when the run had ended. */
  readonly branches: Readonly<Record<string, string>>;
  /** How often the service was deployed. */
  readonly deploys: number;
}

/** A platform that reports which commit runs. */
export const telling: Scenario = { deploymentInfo: true };

/**
 * Runs the shipped program in a checkout. It pushes to acme/web and then deploys the service of
 * that name.
 */
export async function deployPushed(run: PushedRun): Promise<PushResult> {
  const clock = await VirtualClock.start();
  const counts = new Map<string, number>();
  const emulator = await startEmulator({
    scenario: run.scenario ?? telling,
    now: clock.nowMs,
    timing: clock,
    onServed: (request) => {
      const count = (counts.get(request.operation) ?? 0) + 1;
      counts.set(request.operation, count);
      run.onServed?.(request, count, emulator);
    },
  });
  try {
    const token = emulator.world.createToken({
      name: 'rehearsal',
      scopes: run.scopes ?? ['service', 'repo'],
    });
    await run.prepare?.(emulator, token);
    const usual = {
      service: 'acme/web',
      'token-name': 'rehearsal',
      push: 'acme/web',
      username: 'ada',
      branch: '',
    };
    const inputs = { ...usual, origin: emulator.origin, ...run.inputs };
    let besides = Promise.resolve();
    const onStart = (child: ChildProcess): void => {
      besides = run.during?.({ emulator, clock, child }) ?? besides;
      // The `await` below reports a failure of `besides`. If the run itself throws, that error says
      // more.
      besides.catch(() => undefined);
    };
    const result = await onHost({ ...run, inputs, token, clock, onStart });
    const endedMs = clock.nowMs();
    run.onEnd?.(emulator);
    await besides;
    const requests = [...emulator.requests];
    const deploys = emulator.world.service('acme', 'web').deploysAccepted;
    return {
      ...result,
      requests,
      operations: requests.map(({ operation }) => operation),
      emulator,
      endedMs,
      branches: branchesOf(emulator),
      deploys,
    };
  } finally {
    await emulator.close();
    await clock.close();
  }
}

function onHost({
  host = 'github',
  folder,
  commit,
  env,
  ...run
}: PushedRun & GithubRun): Promise<HostResult> {
  if (host === 'github')
    return runGithub({ ...run, env: { GITHUB_WORKSPACE: folder, GITHUB_SHA: commit, ...env } });
  if (host === 'shell') return runCli({ ...run, host, folder, env: env ?? {} });
  return runCli({ ...run, host, env: { CI_PROJECT_DIR: folder, CI_COMMIT_SHA: commit, ...env } });
}

function branchesOf({ world }: Emulator): Readonly<Record<string, string>> {
  const names = ['main', 'topic', 'production', 'staging', 'feature/a-new-one', 'last-good'];
  const found = names.flatMap((name) => {
    const commit = world.branchCommit('acme', 'web', name);
    return commit === undefined ? [] : [[name, commit]];
  });
  return Object.fromEntries(found);
}

/** Puts a commit with its history onto an Outpost branch directly, without HTTP. */
export function seed(
  { world }: Emulator,
  repository: Repository,
  commit: string,
  branch = 'main',
  name = 'web',
): void {
  const record = world.repositories.find('acme', name);
  if (record === undefined) throw new Error(`the emulator has no repository acme/${name}`);
  repository.git('push', '--quiet', world.git.open(record), `${commit}:refs/heads/${branch}`);
}

/**
 * Expects that the pushed commit was deployed, according to what Outpost stores, runs and shows,
 * and to everything that the run wrote.
 */
export function expectDeployed(
  result: PushResult,
  commit: string,
  branch: string,
  deploysAccepted = 1,
): void {
  expect(`${result.exitStatus} ${result.outputs['failure-code']}\n${result.stdout}`).toMatch(
    /^0 \n/,
  );
  expect(result.branches[branch]).toBe(commit);
  const service = result.emulator.world.service('acme', 'web');
  expect(service).toMatchObject({ deploysAccepted, lastBranch: branch, lastCommit: commit });
  expect(result.outputs).toMatchObject({ status: 'deployed', commit });
  expect(JSON.parse(result.outputs['deployments'] ?? '')).toMatchObject([
    { service: 'web', branch, commit, status: 'deployed' },
  ]);
  expect(result.report).toMatchObject({
    commit,
    deployments: [{ service: 'web', branch, commit, status: 'deployed' }],
  });
}

/** Expects that the push failed and that no deploy followed. */
export function expectNotDeployed(
  result: PushResult,
  code: string,
  exitStatus: number,
  says: RegExp,
): void {
  const page = result.page.join('\n');
  expect(`${result.outputs['failure-code']} ${result.exitStatus}\n${page}`).toMatch(
    new RegExp(`^${code} ${exitStatus}\n`),
  );
  expect(page).toMatch(says);
  expect(result.outputs['status']).toBe('failed');
  expect(result.report).toMatchObject({
    status: 'failed',
    exit_status: exitStatus,
    failure: { code },
  });
  expect(result.report?.deployments.filter(({ status }) => status !== 'skipped')).toEqual([]);
  expect(result.operations).not.toContain('service.deploy');
  expect(result.deploys).toBe(0);
}
