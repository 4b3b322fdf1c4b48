import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { madeUp } from '../support/made-up.ts';
import { runToken } from '../support/run-token.ts';
import { type Outpost, openOutpost } from './outpost.ts';

/** A date between the expiry dates of the tokens. */
const NOW_MS = Date.UTC(2026, 5, 1);

async function withTokens(scenario: Scenario = {}): Promise<Outpost & { readonly token: string }> {
  const outpost = await openOutpost({ scenario, startMs: NOW_MS });
  const { emulator } = outpost;
  emulator.world.createToken({ name: 'last', scopes: ['service', 'repo'] });
  emulator.world.createToken({ name: 'b-soon', scopes: [], expiresAt: '2027-01-01T00:00:00Z' });
  emulator.world.createToken({
    name: 'a-soon',
    scopes: ['job'],
    expiresAt: '2027-01-01T00:00:00Z',
  });
  emulator.world.createToken({
    name: 'first',
    scopes: ['service'],
    expiresAt: '2020-01-01T00:00:00Z',
  });
  return {
    ...outpost,
    token: emulator.world.createToken({
      name: 'manager',
      scopes: ['admin:org'],
      expiresAt: '2028-01-01T00:00:00Z',
    }),
  };
}

test('list: a table, soonest expiry first, never last', async () => {
  const { emulator, clock, token } = await withTokens();
  const { exitStatus, seen } = await runToken({
    host: 'shell',
    verb: 'list',
    inputs: { origin: emulator.origin },
    token,
    clock,
  });
  expect(exitStatus).toBe(0);
  const [, head = '', ...rows] = seen.trimEnd().split('\n');
  expect(head.split(/ {2,}/)).toEqual(['NAME', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED']);
  expect(rows.map((row) => row.split(/\s/)[0])).toEqual([
    'first',
    'a-soon',
    'b-soon',
    'manager',
    'last',
  ]);
  // The columns are aligned with their headings.
  for (const row of rows)
    expect(row.slice(head.indexOf('SCOPES') - 2, head.indexOf('SCOPES'))).toBe('  ');
  expect(rows.at(-1)).toMatch(/service,repo .* never +never$/);
});

test.each(['shell', 'gitlab'] as const)(
  'list --json (%s): one document and nothing else',
  async (host) => {
    const { emulator, clock, token } = await withTokens();
    const inputs = { origin: emulator.origin, json: 'true' };
    const { exitStatus, seen } = await runToken({ host, verb: 'list', inputs, token, clock });
    expect(exitStatus).toBe(0);
    const { tokens } = JSON.parse(seen);
    expect(tokens.map(({ name }: { readonly name: string }) => name)).toEqual([
      'first',
      'a-soon',
      'b-soon',
      'manager',
      'last',
    ]);
    expect(tokens.at(-1)).toEqual({
      name: 'last',
      scopes: ['service', 'repo'],
      created_at: expect.stringMatching(/Z$/),
      expires_at: null,
      last_used_at: null,
    });
  },
);

test('list --json: a failure is a document too', async () => {
  const { emulator, clock } = await withTokens();
  const inputs = { origin: emulator.origin, json: 'true' };
  const { exitStatus, seen } = await runToken({
    host: 'shell',
    verb: 'list',
    inputs,
    token: madeUp('op_pat', 'revoked0123456789'),
    clock,
  });
  expect(exitStatus).toBe(3);
  expect(JSON.parse(seen)).toMatchObject({
    failure: { code: 'token-rejected', happened: expect.stringMatching(/401/) },
  });
});

test('list: hundreds of tokens, page by page', async () => {
  const { emulator, clock, token } = await withTokens();
  for (let index = 0; index < 245; index += 1)
    emulator.world.createToken({ name: `n-${index}`, scopes: [] });
  const inputs = { origin: emulator.origin, json: 'true' };
  const { seen } = await runToken({ host: 'shell', verb: 'list', inputs, token, clock });
  expect(JSON.parse(seen).tokens).toHaveLength(250);
});

const ALWAYS = { on: 'token.revoke', times: 'always' } as const;

test.each([
  [
    'another token',
    'last',
    undefined,
    0,
    /Revoked the token "last"/,
    ['first', 'a-soon', 'b-soon', 'manager'],
  ],
  [
    'its own token',
    'manager',
    undefined,
    0,
    /Revoked the token "manager"/,
    ['first', 'a-soon', 'b-soon', 'last'],
  ],
  [
    'a token that is not there',
    'lsat',
    undefined,
    3,
    /token-name-unknown.*no token named "lsat".*Did you mean `last`/s,
    undefined,
  ],
  [
    'where the request is unknown: 404',
    'last',
    404,
    10,
    /token-not-revoked.*it is still alive.*doesn't have the request/s,
    undefined,
  ],
  [
    'where the request is unknown: 405',
    'last',
    405,
    10,
    /token-not-revoked.*Revoke it yourself in Settings/s,
    undefined,
  ],
  ['where it is refused', 'last', 403, 10, /token-not-revoked.*Outpost answered 403/s, undefined],
] as const)('revoke: %s', async (_, name, status, exitStatus, says, left) => {
  const faults =
    status === undefined ? [] : [{ ...ALWAYS, do: { kind: 'answer', status } } as const];
  const { emulator, clock, token } = await withTokens({ faults });
  const before = emulator.world.tokens.ownedBy('ada').map((record) => record.name);
  const result = await runToken({
    host: 'shell',
    verb: 'revoke',
    args: [name],
    inputs: { origin: emulator.origin },
    token,
    clock,
  });
  expect({ exitStatus: result.exitStatus, seen: result.seen }).toMatchObject({ exitStatus });
  expect(result.seen).toMatch(says);
  const after = emulator.world.tokens.ownedBy('ada').map((record) => record.name);
  expect(after.sort()).toEqual([...(left ?? before)].sort());
});
