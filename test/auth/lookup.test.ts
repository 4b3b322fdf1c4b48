import { describe, expect, test } from '@jest/globals';
import { lookUpToken, type TokenLookup } from '../../src/auth/lookup.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createHttp } from '../../src/outpost/http.ts';
import { tokenRoutes } from '../../src/outpost/routes.ts';
import { createTokenClient } from '../../src/outpost/token-client.ts';
import { aServer, atEnd, TOKEN } from '../support/build.ts';

const NOW = Date.parse('2026-12-29T15:00:00Z');
const day = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();
const DATED = 'deploy-2026-12-24-153312-5r7s';

interface Written {
  readonly name: string;
  readonly created?: number | undefined;
  readonly expires?: number | null;
  readonly used?: number | null;
}

function written({ name, created, expires = null, used }: Written): unknown {
  return {
    name,
    scopes: ['service'],
    ...(created === undefined ? {} : { created_at: day(created) }),
    expires_at: expires === null ? null : day(expires),
    ...(used === undefined ? {} : { last_used_at: used === null ? null : day(used) }),
  };
}

/** Looks up a token on a server with this list, page by page. */
async function lookUp(
  list: readonly Written[] | { readonly status: number; readonly body?: string },
  asked = 'deploy',
  one?: { readonly status: number; readonly body?: string },
): Promise<{ readonly lookup: TokenLookup; readonly asked: readonly string[] }> {
  const requests: string[] = [];
  const { origin } = await aServer((response, request) => {
    requests.push(request.path);
    const url = new URL(request.path, 'http://x');
    response.setHeader('date', new Date(NOW).toUTCString());
    const isList = url.pathname === '/auth/v1/pat';
    const answer = isList ? list : (one ?? { status: 404, body: '{}' });
    if ('status' in answer) {
      response.writeHead(answer.status);
      response.end(answer.body ?? '');
      return;
    }
    const page = Number(url.searchParams.get('page'));
    const data = answer.slice((page - 1) * 100, page * 100).map(written);
    response.end(
      JSON.stringify({
        data,
        pagination: { total: answer.length, total_pages: Math.ceil(answer.length / 100) },
      }),
    );
  });
  const http = createHttp(new Secret(TOKEN), 'test');
  atEnd(() => http.close());
  const connection = {
    origin,
    http,
    clock: systemClock,
    signal: new AbortController().signal,
    deadlineMs: systemClock.nowMs() + 60_000,
    random: () => 0,
  };
  const tokens = createTokenClient(connection, tokenRoutes, 1);
  return { lookup: await lookUpToken(asked, tokens, systemClock), asked: requests };
}

describe('the token in use is', () => {
  test.each<[string, readonly Written[], string]>([
    ['the only one', [{ name: 'deploy', used: -1 }], 'deploy'],
    [
      'not an expired one',
      [
        { name: 'deploy', created: -32, expires: -2, used: -1 },
        { name: DATED, created: -5, expires: 25, used: -4 },
      ],
      DATED,
    ],
    [
      'the one used last, no matter how old it is',
      [
        { name: 'deploy', created: -28, expires: 2, used: -0.01 },
        { name: DATED, created: -1, expires: 29, used: -0.5 },
      ],
      'deploy',
    ],
    [
      'not one that only a rotation has used',
      [
        { name: 'deploy', created: -28, expires: 2, used: -1.5 },
        { name: DATED, created: -1, expires: 29, used: -1 + 0.0001 },
      ],
      'deploy',
    ],
    [
      'the one making the request, even if it is new',
      [
        { name: 'deploy', created: -28, expires: 2, used: -0.01 },
        { name: DATED, created: -0.0005, expires: 29, used: -0.00001 },
      ],
      DATED,
    ],
    [
      'the newest, if none was used',
      [
        { name: 'deploy', created: -28, used: null },
        { name: DATED, created: -1, used: null },
      ],
      DATED,
    ],
    [
      'the newest, if Outpost does not show when they were used',
      [{ name: 'deploy', created: -28 }, { name: DATED }],
      DATED,
    ],
    [
      'never one from another family',
      [
        { name: 'deployer', used: -0.01 },
        { name: 'deploy-2', used: -0.01 },
        { name: 'deploy', used: -5 },
      ],
      'deploy',
    ],
  ])('%s', async (_, list, name) => {
    const { lookup } = await lookUp(list);
    expect(lookup).toMatchObject({ kind: 'found', record: { name } });
  });

  test.each(['deploy', DATED, 'deploy-2025-01-01-000000-abcd'])(
    'the same if you ask for %s',
    async (asked) => {
      const { lookup } = await lookUp(
        [
          { name: 'deploy', used: -9 },
          { name: DATED, used: -1 },
        ],
        asked,
      );
      expect(lookup).toMatchObject({ kind: 'found', base: 'deploy', record: { name: DATED } });
    },
  );
});

test('reads the whole list: the token is on the third page', async () => {
  const many = Array.from({ length: 240 }, (_, index) => ({ name: `other-${index}` }));
  const { lookup, asked } = await lookUp([...many, { name: 'deploy' }]);
  expect(lookup).toMatchObject({ kind: 'found', record: { name: 'deploy' }, isWhole: true });
  expect(asked).toHaveLength(3);
});

test('a family with only expired tokens returns the last one', async () => {
  const { lookup } = await lookUp([
    { name: 'deploy', expires: -20, used: -21 },
    { name: DATED, expires: -2, used: -3 },
  ]);
  expect(lookup).toMatchObject({ kind: 'expired', record: { name: DATED }, living: [] });
});

test('a name missing from a complete list is unknown, with similar names', async () => {
  const { lookup, asked } = await lookUp(
    [{ name: 'deploys' }, { name: DATED }, { name: 'x' }],
    'depoly',
  );
  expect(lookup).toEqual({ kind: 'unknown', base: 'depoly', near: ['deploy', 'deploys'] });
  expect(asked).toHaveLength(1);
});

describe('without a list, reads the record with that exact name', () => {
  const one = {
    status: 200,
    body: JSON.stringify({ data: written({ name: 'deploy', expires: 5 }) }),
  };

  test.each([
    { status: 404 },
    { status: 405 },
    { status: 501 },
    { status: 403 },
    { status: 302 },
    { status: 200, body: '<html>' },
    { status: 200, body: '[1]' },
  ])('%j', async (list) => {
    const { lookup } = await lookUp(list, 'deploy', one);
    expect(lookup).toMatchObject({ kind: 'found', record: { name: 'deploy' }, isWhole: false });
  });

  test('and recognizes an expired one', async () => {
    const past = { status: 200, body: JSON.stringify(written({ name: 'deploy', expires: -5 })) };
    expect((await lookUp({ status: 404 }, 'deploy', past)).lookup.kind).toBe('expired');
  });
});

test.each([
  [{ status: 401 }, undefined, /answered 401/],
  [{ status: 500 }, undefined, /answered 500/],
  [{ status: 429 }, undefined, /answered 429/],
  [{ status: 404 }, { status: 403 }, /answered 403/],
  [{ status: 404 }, { status: 200, body: '<html>' }, /an HTML page/],
  [{ status: 404 }, { status: 404 }, /there is no token "deploy"/],
])('list %j, record %j: the token could not be read', async (list, one, because) => {
  const { lookup } = await lookUp(list, 'deploy', one);
  expect(lookup).toMatchObject({ kind: 'unread', because: expect.stringMatching(because) });
});
