import { readdirSync } from 'node:fs';
import { expect } from '@jest/globals';
import { type Attack, armAll, attacks } from '../support/push/attacks.ts';
import { deployPushed, type PushHost, type PushResult, pushHosts } from '../support/push/deploys.ts';
import { at, gitTest, SLOW_MS, skipLoudly } from '../support/push/git.ts';
import { assertInNoFile, newSite, type Site, snapshot, strace, tracedNode } from '../support/push/site.ts';
import { assertHeardNothing, startStranger } from '../support/push/stranger.ts';
import { findLeaks } from '../support/runner/leaks.ts';

interface Attacked {
  readonly site: Site;
  readonly result: PushResult;
  readonly token: string;
}

/** The shipped program against an attack, with all that must hold whatever the attack is. */
async function withstand(host: PushHost, arm: Attack['arm'], node?: string): Promise<Attacked> {
  const site = newSite();
  const place = at(site.repository);
  const stranger = await startStranger();
  const variables: Record<string, string> = {};
  let before: Readonly<Record<string, string>> = {};
  let token = '';
  try {
    const result = await deployPushed({
      host,
      ...place,
      realTime: true,
      inputs: { wait: 'false' },
      ...(node === undefined ? {} : { node }),
      prepare: ({ origin }, value) => {
        token = value;
        Object.assign(variables, arm(site, origin, stranger.origin), site.env);
        before = snapshot(site.repository.folder);
      },
      env: variables,
    });
    expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(/^0 accepted\n/);
    expect(result.branches).toEqual({ main: place.commit });
    // The token reached the configured origin, and nobody else; nobody else was even asked.
    expect(result.requests.filter(({ operation }) => operation === 'git.push').map(({ tokenName }) => tokenName)).toEqual(['rehearsal']);
    expect(stranger.heard).toEqual([]);
    assertHeardNothing(stranger, token);
    for (const { headers } of result.requests) expect(headers).not.toHaveProperty('x-foreign');
    // No program of the attacker's ran, in the checkout is what was there before, and nothing of ours is left.
    expect(readdirSync(site.stolen)).toEqual([]);
    expect(snapshot(site.repository.folder)).toEqual(before);
    expect(readdirSync(`${site.root}/runner`).filter((name) => !name.startsWith('outpost-report'))).toEqual([]);
    expect(readdirSync(`${site.root}/tmp`)).toEqual([]);
    assertInNoFile(site.root, token);
    return { site, result, token };
  } finally {
    await stranger.close();
  }
}

const turns = attacks.map((attack, index) => ({ ...attack, host: pushHosts[index % 2] ?? 'github' }));

gitTest.each(turns)(
  '$name: the token goes to Outpost alone, and stays nowhere ($host)',
  async ({ host, arm }) => {
    await withstand(host, arm);
  },
  SLOW_MS,
);

const traceTest = strace === undefined ? skipLoudly('this machine has no strace that works: the arguments of processes') : gitTest;

traceTest.each(pushHosts)(
  'on %s, all at once: no argument of any process holds the token',
  async (host) => {
    const tracer = tracedNode(newSite().root);
    const { token } = await withstand(host, armAll, tracer.node);
    const started = tracer.started();
    // The search sees what it should: git was started, and what git starts for a push.
    for (const words of ['"push", "--porcelain"', 'git-remote-http', '"pack-objects"', '"ls-remote"']) {
      expect(started.some((line) => line.includes(words))).toBe(true);
    }
    expect(findLeaks(started.join('\n'), token)).toEqual([]);
    expect(started.join('\n')).not.toContain(Buffer.from(`ada:${token}`).toString('base64'));
  },
  SLOW_MS,
);
