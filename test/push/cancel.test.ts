import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import {
  deployPushed,
  type PushedRun,
  type PushResult,
  pushHosts,
  telling,
} from '../support/push/deploys.ts';
import { at, posixGitTest } from '../support/push/git.ts';
import { processesNaming } from '../support/push/processes.ts';
import { assertInNoFile, newSite, type Site, snapshot } from '../support/push/site.ts';

interface Cancelled {
  readonly site: Site;
  readonly result: PushResult;
  readonly token: string;
  /** From the signal to the end of the process. */
  readonly tookMs: number;
  /** git's processes that were still running when the program had ended. */
  readonly left: readonly string[];
}

/** Sends a signal to the program while a request of git hangs. */
async function cancelDuring(
  on: FaultRule['on'],
  signal: NodeJS.Signals,
  run: Partial<PushedRun>,
): Promise<Cancelled> {
  const site = newSite();
  let token = '';
  let origin = '';
  let sentMs = Number.NaN;
  let left: readonly string[] = [];
  const result = await deployPushed({
    ...at(site.repository),
    env: site.env,
    scenario: { ...telling, faults: [{ on, times: 'always', do: { kind: 'hang' } }] },
    ...run,
    prepare: (_, value) => {
      token = value;
    },
    during: async ({ emulator, clock, child }) => {
      await clock.until(
        () => emulator.requests.some(({ operation }) => operation === on),
        `${on} hangs`,
      );
      expect(
        processesNaming(emulator.origin).filter((line) => /^(?:\S+\/)?git /.test(line)),
      ).not.toEqual([]);
      sentMs = clock.nowMs();
      child.kill(signal);
    },
    onEnd: (emulator) => {
      ({ origin } = emulator);
      left = processesNaming(origin);
    },
  });
  // The processes that a killed program leaves behind end with its server. Until then, they may
  // still clean up.
  while (processesNaming(origin).length > 0) await sleep(10);
  return { site, result, token, tookMs: result.endedMs - sentMs, left };
}

const cases = (['SIGINT', 'SIGTERM'] as const).flatMap((signal, turn) =>
  (['git.advertise', 'git.push'] as const).map((on, index) => ({
    signal,
    on,
    host: pushHosts[(turn + index) % 2] ?? 'github',
  })),
);

posixGitTest.each(cases)(
  '$signal while $on hangs: the run, git, and its files are gone within 2 s ($host)',
  async ({ signal, on, host }) => {
    const { site, result, token, tookMs, left } = await cancelDuring(on, signal, { host });
    expect(tookMs).toBeLessThan(2_000);
    expect(left).toEqual([]);
    expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
      signal === 'SIGINT' ? /^130 cancelled\n/ : /^143 cancelled\n/,
    );
    expect(result.page.join('\n')).toMatch(
      /the job was cancelled[\s\S]*deploys that had not started did not happen/,
    );
    expect(result.deploys).toBe(0);
    expectClean(site, token);
  },
);

posixGitTest.each(pushHosts)(
  'SIGKILL during a push leaves no token in any file (%s)',
  async (host) => {
    const { site, result, token } = await cancelDuring('git.push', 'SIGKILL', { host });
    expect(result.exitStatus).toBe(null);
    assertInNoFile(site.root, token);
    expect(snapshot(site.repository.folder)).toEqual(site.before);
  },
);

/** Only the report is left of our files, and no file contains the token. */
function expectClean(site: Site, token: string): void {
  expect(
    readdirSync(join(site.root, 'runner')).filter((name) => !name.startsWith('outpost-report')),
  ).toEqual([]);
  expect(readdirSync(join(site.root, 'tmp'))).toEqual([]);
  assertInNoFile(site.root, token);
  expect(snapshot(site.repository.folder)).toEqual(site.before);
}
