import { expect } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import {
  deployPushed,
  expectDeployed,
  expectNotDeployed,
  type PushHost,
  pushHosts,
  telling,
} from '../support/push/deploys.ts';
import { at, gitTest, newOrigin, posixGitTest } from '../support/push/git.ts';
import { processesNaming } from '../support/push/processes.ts';
import { startStranger } from '../support/push/stranger.ts';

interface Trouble {
  readonly name: string;
  readonly fault: FaultRule;
  readonly says: RegExp;
  readonly code: string;
}

const GONE = /the git server (?:cannot be reached|did not answer)|git failed: /;

const troubles: readonly Trouble[] = [
  {
    name: 'resets every connection',
    fault: { on: 'git.advertise', times: 'always', do: { kind: 'reset' } },
    says: GONE,
    code: 'push-lost',
  },
  {
    name: 'goes away with the push',
    fault: { on: 'git.push', times: 'always', do: { kind: 'reset' } },
    says: GONE,
    code: 'push-lost',
  },
  {
    name: 'answers each git request with 503',
    fault: { on: 'git.advertise', times: 'always', do: { kind: 'answer', status: 503 } },
    says: /git failed: .*503/,
    code: 'push-lost',
  },
  {
    name: 'is a login page',
    fault: {
      on: 'git.advertise',
      times: 'always',
      do: { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    },
    says: /git failed: /,
    code: 'push-lost',
  },
];

const turns = troubles.map((trouble, index) => ({
  ...trouble,
  host: pushHosts[index % 2] ?? 'github',
}));

gitTest.each(turns)(
  'nothing is deployed if the git server $name ($host)',
  async ({ host, fault, says, code }) => {
    const result = await deployPushed({
      host,
      ...at(newOrigin()),
      scenario: { ...telling, faults: [fault] },
    });
    expectNotDeployed(result, code, 9, says);
    expect(result.branches).toEqual({});
  },
);

gitTest.each(['git.advertise', 'git.fetch', 'git.push'] as const)(
  'a redirect of %s to another port is not followed, and that port gets no request',
  async (on) => {
    const stranger = await startStranger();
    try {
      const location = `${stranger.origin}/acme/web.git/${on === 'git.advertise' ? 'info/refs?service=git-upload-pack' : on.replace('.', '-')}`;
      const faults: readonly FaultRule[] = [
        { on, times: 'always', do: { kind: 'redirect', status: 307, location } },
      ];
      const result = await deployPushed({ ...at(newOrigin()), scenario: { ...telling, faults } });
      expectNotDeployed(
        result,
        'push-refused',
        9,
        /redirects to another address, and redirects are never followed with a token/,
      );
      expect(stranger.heard).toEqual([]);
    } finally {
      await stranger.close();
    }
  },
);

const lost: readonly { readonly name: string; readonly fault: FaultRule }[] = [
  { name: 'is cut', fault: { on: 'git.push', do: { kind: 'cut' } } },
  { name: 'is lost', fault: { on: 'git.push', afterHandling: true, do: { kind: 'reset' } } },
  {
    name: 'is a 502',
    fault: { on: 'git.push', afterHandling: true, do: { kind: 'answer', status: 502 } },
  },
];

gitTest.each(lost.map((one, index) => ({ ...one, host: pushHosts[index % 2] ?? 'github' })))(
  'if the answer to the push $name but Outpost has the commit, the run goes on ($host)',
  async ({ host, fault }) => {
    const place = at(newOrigin());
    const result = await deployPushed({
      host,
      ...place,
      scenario: { ...telling, faults: [fault] },
    });
    expectDeployed(result, place.commit, 'main');
    expect(result.page.join('\n')).toMatch(/main is at [0-9a-f]{7}, although git failed\./);
  },
);

const hangs: readonly { readonly on: FaultRule['on']; readonly host: PushHost }[] = [
  { on: 'git.advertise', host: 'github' },
  { on: 'git.push', host: 'gitlab' },
];

posixGitTest.each(hangs)(
  'if $on never gets an answer, the run ends at its deadline and stops git ($host)',
  async ({ on, host }) => {
    const scenario = {
      ...telling,
      faults: [{ on, times: 'always', do: { kind: 'hang' } }],
    } as const;
    let left: readonly string[] = ['the run has not ended'];
    const onEnd = ({ origin }: { readonly origin: string }): void => {
      left = processesNaming(origin);
    };
    const result = await deployPushed({
      host,
      ...at(newOrigin()),
      scenario,
      inputs: { timeout: '6s' },
      onEnd,
    });
    expectNotDeployed(result, 'push-lost', 9, /the run timed out before the git server answered/);
    const tookMs = result.endedMs - (result.requests[0]?.atMs ?? Number.NaN);
    expect(tookMs).toBeGreaterThanOrEqual(6_000);
    expect(tookMs).toBeLessThan(7_000);
    expect(left).toEqual([]);
  },
);
