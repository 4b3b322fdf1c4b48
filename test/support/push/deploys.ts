import { expect } from '@jest/globals';
import type { Scenario } from '../../../src/emulator/scenario.ts';
import type { Emulator } from '../../../src/emulator/server.ts';
import { type RehearsalOptions, rehearseOn, type Seen } from '../rehearse.ts';
import type { HostResult } from '../run-github.ts';
import type { Repository } from './git.ts';

export type PushHost = 'github' | 'gitlab';
export const pushHosts: readonly PushHost[] = ['github', 'gitlab'];

export interface PushedRun extends Partial<RehearsalOptions> {
  readonly host?: PushHost;
  readonly repository: Repository;
  /** The commit that the CI system names; default is the one that is checked out. */
  readonly commit?: string;
}

export type PushResult = HostResult & Seen;

/** A platform that shows which commit runs. */
export const telling: Scenario = { deploymentInfo: true };

/** The shipped program in a checkout, with a push to acme/web before the deploy of the service of that name. */
export function deployPushed({ host = 'github', repository, commit, ...options }: PushedRun): Promise<PushResult> {
  return rehearseOn(host, {
    scenario: telling,
    scopes: ['service', 'repo'],
    ...options,
    checkout: { folder: repository.folder, commit: commit ?? repository.git('rev-parse', 'HEAD') },
    // The time passes faster for the program than for git: 2 hours are 6 minutes.
    inputs: { service: 'acme/web', 'token-name': 'rehearsal', push: 'acme/web', username: 'ada', branch: '', timeout: '2h', ...options.inputs },
  });
}

/** Puts a commit with its history onto a branch of Outpost, without the way over HTTP. */
export function seed({ world }: Emulator, repository: Repository, commit: string, branch = 'main', name = 'web'): void {
  const record = world.repositories.find('acme', name);
  if (record === undefined) throw new Error(`the emulator has no repository acme/${name}`);
  repository.git('push', '--quiet', world.git.open(record), `${commit}:refs/heads/${branch}`);
}

/** The pushed commit is the deployed one: by what Outpost has, runs, shows, and by all that the run wrote. */
export function expectDeployed(result: PushResult, commit: string, branch: string): void {
  const { world } = result.emulator;
  expect(`${result.exitStatus} ${result.outputs['failure-code']}\n${result.stdout}`).toMatch(/^0 \n/);
  expect(world.branchCommit('acme', 'web', branch)).toBe(commit);
  expect(world.service('acme', 'web')).toMatchObject({ deploysAccepted: 1, lastBranch: branch, lastCommit: commit });
  expect(result.outputs).toMatchObject({ status: 'deployed', commit });
  expect(JSON.parse(result.outputs['deployments'] ?? '')).toMatchObject([{ service: 'web', branch, commit, status: 'deployed' }]);
  expect(result.report).toMatchObject({ commit, deployments: [{ service: 'web', branch, commit, status: 'deployed' }] });
}

/** What was pushed came to nothing, and so did the deploy. */
export function expectNotDeployed(result: PushResult, code: string, exitStatus: number, says: RegExp): void {
  const page = result.page.join('\n');
  expect({ code: result.outputs['failure-code'], exitStatus: result.exitStatus, page }).toEqual({ code, exitStatus, page: expect.anything() });
  expect(page).toMatch(says);
  expect(result.outputs['status']).toBe('failed');
  expect(result.report).toMatchObject({ status: 'failed', exit_status: exitStatus, failure: { code }, deployments: [] });
  expect(result.operations).not.toContain('service.deploy');
  expect(result.emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
}
