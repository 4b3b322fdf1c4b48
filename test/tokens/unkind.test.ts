import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import type { TokenHabits } from '../../emulator/scenario.ts';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { gateBefore } from '../support/gate.ts';
import { runToken, saidOf, type TokenResult } from '../support/run-token.ts';
import { githubSite, siteWith, type TokenSite } from '../support/token-site.ts';
import { stepNamed } from './steps.ts';

// An Outpost that reports less than hoped, or does something else than it was asked to. No answer
// about tokens is documented.

const verdict = ({ exitStatus, outputs }: TokenResult): string =>
  `${exitStatus} ${outputs['failure-code']}`.trim();

async function assertUntouched(site: TokenSite): Promise<void> {
  const seen = { alive: site.alive(), stored: await site.stored(), written: site.keeper.written() };
  expect(seen).toEqual({ alive: ['deploy'], stored: 'deploy', written: [] });
}

test.each([
  ['none at all', { givesScopes: [] }, /without the scope `service`/],
  ['others', { givesScopes: ['repo:read'] }, /without the scope `service`.*and with `repo:read`/],
  ['more', { givesScopes: ['service', 'repo'] }, /with `repo`, which wasn't requested/],
] as const satisfies readonly (readonly [string, TokenHabits, RegExp])[])(
  'the new token gets other scopes than requested, %s: it is never stored, and the message says what to do',
  async (_, tokens, says) => {
    const site = await githubSite({ scenario: { tokens } });
    const result = await site.run();
    expect(verdict(result)).toBe('4 unexpected-answer');
    expect(site.issued).toHaveLength(3);
    expect(saidOf(result)).toMatch(says);
    expect(saidOf(result)).toMatch(
      /yourself in Settings > Access Tokens.*with the scope `service`/s,
    );
    await assertUntouched(site);
  },
);

test('a record of the new token without scopes is accepted', async () => {
  const rule: FaultRule = {
    on: 'token.get',
    do: { kind: 'answer', status: 200, body: '{"expires_at":"2099-01-01T00:00:00Z"}' },
  };
  const site = await githubSite({ scenario: { faults: [rule] } });
  expect(verdict(await site.run())).toBe('0');
  expect(site.alive()).toEqual([await site.stored()]);
});

test.each(['github', 'gitlab'] as const)(
  '%s: a list without creation times: another rotation is recognized by the date in its name',
  async (store) => {
    const site = await siteWith(store, { scenario: { tokens: { omits: ['created_at'] } } });
    const { pathname, origin } = new URL(site.keeper.server.url);
    const gate = await gateBefore(origin);
    const { index } = await stepNamed(store, 'stores the new token');
    const held = gate.hold(index, 'before');
    const first = site.run({ inputs: { 'api-url': `${gate.origin}${pathname}` } });
    await held.reached;
    const second = await site.run();
    held.release();
    expect([await first, second].map(verdict)).toEqual(['0', '4 conflict']);
    expect(site.alive()).toEqual([await site.stored()]);
    site.pass(LONGEST_RUN_MS + 5_000);
    expect(verdict(await site.run())).toBe('0');
    expect(site.alive()).toEqual([await site.stored()]);
  },
);

test('a name that only looks dated is not dated', async () => {
  const site = await githubSite({ scenario: { tokens: { omits: ['created_at'] } } });
  site.emulator.world.createToken({ name: 'deploy-2026-99-99-999999-abcd', scopes: ['service'] });
  expect(verdict(await site.run())).toBe('0');
});

test.each([
  ['behind', -59_000],
  ['ahead of', 59_000],
])(
  'this machine is a little %s Outpost: the two minutes of another rotation are by the clock of Outpost',
  async (_, aheadMs) => {
    const site = await githubSite({ scenario: { clockOffsetMs: -aheadMs } });
    site.pass(-100_000);
    site.emulator.world.createToken({ name: 'deploy-2026-01-02-030405-abcd', scopes: ['service'] });
    site.pass(100_000);
    expect(verdict(await site.run())).toBe('4 conflict');
    site.pass(LONGEST_RUN_MS - 90_000);
    expect(verdict(await site.run())).toBe('0');
  },
);

test('a cancel while the new token is being created: the report says that it may still be created', async () => {
  const site = await githubSite();
  const { index } = await stepNamed('github', 'makes the new token');
  const gate = await gateBefore(site.emulator.origin);
  const held = gate.hold(index, 'before');
  let child: ChildProcess | undefined;
  const ended = site.run({
    inputs: { origin: gate.origin },
    onStart: (started) => {
      child = started;
    },
  });
  await held.reached;
  child?.kill('SIGTERM');
  const result = await ended;
  expect(verdict(result)).toBe('143 terminated');
  expect(site.alive()).toEqual(['deploy']);
  held.release();
  await site.clock.until(() => site.alive().length === 2, 'the token is made after all');
  expect(saidOf(result)).toContain(
    `"${site.alive()[1]}" doesn't exist now, but may still be created`,
  );
  site.pass(LONGEST_RUN_MS + 5_000);
  expect(verdict(await site.run())).toBe('0');
  expect(site.alive()).toEqual([await site.stored()]);
});

test('a cancel while the new token is being created, and Outpost stops answering: the run ends five seconds later, and names the token', async () => {
  const never = { times: 'always', do: { kind: 'hang' } } as const;
  const faults: readonly FaultRule[] = [
    { on: 'token.create', afterHandling: true, ...never },
    { on: 'token.revoke', ...never },
  ];
  const site = await githubSite({ scenario: { faults } });
  const { clock } = site;
  let child: ChildProcess | undefined;
  let [sentMs, endedMs] = [0, 0];
  const ended = site.run({
    onStart: (started) => {
      child = started;
      started.once('exit', () => {
        endedMs = clock.nowMs();
      });
    },
  });
  const sent = clock
    .until(() => site.alive().length === 2, 'the token is made')
    .then(() => {
      sentMs = clock.nowMs();
      child?.kill('SIGTERM');
    });
  const [result] = await Promise.all([ended, sent]);
  expect(verdict(result)).toBe('143 terminated');
  expect(saidOf(result)).toContain(`"${site.alive()[1]}" may be left over`);
  expect(endedMs - sentMs).toBeGreaterThanOrEqual(5_000);
  expect(endedMs - sentMs).toBeLessThan(6_000);
});

test.each([
  ['a gateway gave up', { kind: 'answer', status: 504 }, false, true],
  ['the connection broke', { kind: 'reset' }, false, true],
  [
    'it was made, and its answer lost: it is revoked, and so is not to come',
    { kind: 'reset' },
    true,
    false,
  ],
] as const)('creating the new token: %s', async (_, fault, afterHandling, isNamed) => {
  const site = await githubSite({
    scenario: { faults: [{ on: 'token.create', do: fault, afterHandling }] },
  });
  const result = await site.run();
  expect(verdict(result)).toBe('8 unavailable');
  expect(
    /"deploy-\d{4}-[^"]*" doesn't exist now, but may still be created/.test(saidOf(result)),
  ).toBe(isNamed);
  await assertUntouched(site);
});

const DAY = '2026-01-02-030405-abcd';

test('a list in smaller pages than requested is read to its end: another rotation on the second page is seen, and leftovers are revoked', async () => {
  const site = await githubSite({ scenario: { tokens: { pageSize: 20 } } });
  for (let index = 0; index < 45; index += 1)
    site.emulator.world.createToken({ name: `other-${index}`, scopes: [] });
  site.emulator.world.createToken({ name: `deploy-${DAY}`, scopes: ['service'] });
  expect(verdict(await site.run())).toBe('4 conflict');
  site.pass(LONGEST_RUN_MS + 5_000);
  const result = await site.run();
  expect({ verdict: verdict(result), revoked: result.report?.revoked }).toEqual({
    verdict: '0',
    revoked: ['deploy', `deploy-${DAY}`],
  });
});

const oneOfThree = (page: number): string =>
  JSON.stringify({
    data: [{ name: 'deploy', scopes: ['service'] }],
    pagination: { page, total: 3, total_pages: 3 },
  });

test.each([
  ['more pages than are read', { tokens: { pageSize: 1 } }, 120],
  [
    'one page again and again',
    {
      faults: [
        {
          on: 'token.list',
          times: 'always',
          do: { kind: 'answer', status: 200, body: oneOfThree(1) },
        },
      ],
    },
    0,
  ],
] as const)(
  'an incomplete list (%s) is refused: nothing is created, and it is never shown as complete',
  async (_, scenario, others) => {
    const site = await githubSite({ scenario });
    for (let index = 0; index < others; index += 1)
      site.emulator.world.createToken({ name: `other-${index}`, scopes: [] });
    const result = await site.run();
    expect(verdict(result)).toBe('4 unexpected-answer');
    expect(saidOf(result)).toMatch(/listed only some of its tokens/);
    await assertUntouched(site);
    const list = await runToken({
      host: 'shell',
      verb: 'list',
      inputs: { origin: site.emulator.origin },
      token: site.asker(),
      clock: site.clock,
    });
    expect(list.exitStatus).toBe(4);
  },
);
