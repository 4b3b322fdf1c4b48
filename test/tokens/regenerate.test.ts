import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import type { StoreFaultRule } from '../../simulators/stores/faults.ts';
import { askers, githubSite, siteWith } from '../support/token-site.ts';

test.each(askers)(
  '%s, run by %s: the token keeps its name, its old value is dead, the stored one works',
  async (store, asker) => {
    const site = await siteWith(store, { asker });
    const result = await site.run({ inputs: { strategy: 'regenerate' } });
    expect({ exitStatus: result.exitStatus, page: result.page }).toMatchObject({ exitStatus: 0 });
    expect(result.page.join('\n')).toMatch(/`regenerate` ends the old value of "deploy" at once/);
    expect(result.outputs).toMatchObject({ status: 'rotated', 'stored-name': 'deploy' });
    expect(site.emulator.world.tokens.nameOf(site.first)).toBeUndefined();
    expect({ alive: site.alive(), stored: await site.stored() }).toEqual({
      alive: ['deploy'],
      stored: 'deploy',
    });
    expect(site.keeper.value()).toBe(site.issued.at(-1));
  },
);

const ON = { on: 'token.regenerate' } as const;

test.each([
  [
    '404',
    { ...ON, do: { kind: 'answer', status: 404 } },
    '4 not-found',
    /doesn't seem to have the request.*`strategy: replace`. Nothing was changed/s,
  ],
  ['405', { ...ON, do: { kind: 'answer', status: 405 } }, '4 refused', /405/],
  ['403', { ...ON, do: { kind: 'answer', status: 403 } }, '4 forbidden', /403/],
] as const satisfies readonly (readonly [string, FaultRule, string, RegExp])[])(
  'if regenerating answers %s, nothing is changed',
  async (_, rule, expected, says) => {
    const site = await githubSite({ scenario: { faults: [rule] } });
    const result = await site.run({ inputs: { strategy: 'regenerate' } });
    expect(`${result.exitStatus} ${result.outputs['failure-code']}`).toBe(expected);
    expect(result.page.join('\n')).toMatch(says);
    expect({ stored: await site.stored(), written: site.keeper.written() }).toEqual({
      stored: 'deploy',
      written: [],
    });
  },
);

const REFUSED: StoreFaultRule = {
  mode: 'status',
  status: 403,
  method: 'PUT',
  pathPattern: 'OUTPOST_TOKEN',
};

test.each([
  [
    'its answer is lost',
    { ...ON, do: { kind: 'reset' }, afterHandling: true },
    undefined,
    /the token may have a new value/,
  ],
  [
    'its answer is a page',
    { ...ON, do: { kind: 'answer', status: 200, body: '<p>' }, afterHandling: true },
    undefined,
    /may have a new value/,
  ],
  [
    'it answers 502',
    { ...ON, do: { kind: 'answer', status: 502 }, afterHandling: true },
    undefined,
    /may have a new value/,
  ],
  [
    'the store then refuses the value',
    undefined,
    REFUSED,
    /the new value could not be stored: GitHub answered 403/,
  ],
] as const satisfies readonly (readonly [
  string,
  FaultRule | undefined,
  StoreFaultRule | undefined,
  RegExp,
])[])('if %s, the value is lost, and the run says so', async (_, rule, storeRule, says) => {
  const site = await githubSite({ scenario: { faults: rule === undefined ? [] : [rule] } });
  if (storeRule !== undefined) site.keeper.server.failNext(storeRule);
  const result = await site.run({ inputs: { strategy: 'regenerate' } });
  expect(`${result.exitStatus} ${result.outputs['failure-code']} ${result.outputs['status']}`).toBe(
    '3 token-value-lost unknown',
  );
  expect(result.page.join('\n')).toMatch(says);
  expect(result.page.join('\n')).toMatch(
    /Regenerate "deploy" in Settings > Access Tokens and store the value yourself/,
  );
  expect(await site.stored()).toBeUndefined();
});

test.each(['replace', 'regenerate'])(
  '%s: a dry run tries the store and changes nothing',
  async (strategy) => {
    const site = await githubSite();
    const result = await site.run({ inputs: { strategy, 'dry-run': 'true' } });
    expect({ exitStatus: result.exitStatus, status: result.outputs['status'] }).toEqual({
      exitStatus: 0,
      status: 'checked',
    });
    expect(result.page.join('\n')).toMatch(/"deploy" can be replaced\. Nothing was changed/);
    expect({
      stored: await site.stored(),
      alive: site.alive(),
      written: site.keeper.written(),
    }).toEqual({
      stored: 'deploy',
      alive: ['deploy'],
      written: [],
    });
    expect(site.keeper.holdsProbe()).toBe(false);
  },
);

test.each([
  [
    'Outpost gives it a new value',
    { ...ON, do: { kind: 'hang' }, afterHandling: true },
    undefined,
    /cancelled while Outpost was changing the value/,
  ],
  [
    'the new value is stored',
    undefined,
    { mode: 'hang', method: 'PUT', pathPattern: 'OUTPOST_TOKEN' },
    /cancelled while storing it/,
  ],
] as const satisfies readonly (readonly [
  string,
  FaultRule | undefined,
  StoreFaultRule | undefined,
  RegExp,
])[])(
  'a cancel while %s: the run says that the stored token may be dead',
  async (_, rule, storeRule, says) => {
    const site = await githubSite({ scenario: { faults: rule === undefined ? [] : [rule] } });
    if (storeRule !== undefined) site.keeper.server.failNext(storeRule);
    const isThere = (): boolean =>
      storeRule === undefined
        ? site.emulator.requests.some(({ operation }) => operation === 'token.regenerate')
        : site.keeper.server.requests.some(
            ({ method, path }) => method === 'PUT' && path.endsWith('/OUTPOST_TOKEN'),
          );
    let child: ChildProcess | undefined;
    const ended = site.run({
      inputs: { strategy: 'regenerate' },
      onStart: (started) => {
        child = started;
      },
    });
    const cancelled = site.clock
      .until(isThere, 'the run is there')
      .then(() => child?.kill('SIGTERM'));
    const [result] = await Promise.all([ended, cancelled]);
    expect(`${result.exitStatus} ${result.outputs['failure-code']}`).toBe('3 token-value-lost');
    expect(result.page.join('\n')).toMatch(says);
    expect(result.page.join('\n')).toMatch(/Regenerate "deploy" in Settings/);
  },
);
