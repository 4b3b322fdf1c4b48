import { expect, test } from '@jest/globals';
import type { StoreFaultRule } from '../../simulators/stores/faults.ts';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { saidOf } from '../support/run-token.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { githubSite, gitlabSite, siteWith, type TokenSite } from '../support/token-site.ts';
import { forEachOf, stepsOf } from './steps.ts';

const once: readonly (readonly [StoreName, string, StoreFaultRule])[] = (
  ['github', 'gitlab'] as const
).flatMap((store) => [
  [store, '503', { mode: 'status', status: 503 }],
  [store, '429 with Retry-After', { mode: 'status', status: 429, headers: { 'retry-after': '2' } }],
  [store, 'a page of a proxy', { mode: 'html' }],
  [store, 'a connection that breaks', { mode: 'reset' }],
  [store, 'an answer that is lost', { mode: 'applied-then-reset' }],
]);

test.each(once)(
  '%s: %s, once, at each request to the store: the token is replaced anyway',
  async (store, words, rule) => {
    const steps = (await stepsOf(store, 'manager')).filter(
      ({ server, moment }) => server === 'store' && moment === 'before',
    );
    const rows = await forEachOf(steps, async ({ index, does }) => {
      const site = await siteWith(store);
      site.keeper.server.failNext({ ...rule, skip: index });
      const { exitStatus, outputs } = await site.run();
      expect({ does, alive: site.alive() }).toEqual({ does, alive: [await site.stored()] });
      if (exitStatus === 0) return `${does}: 0`;
      // The run ended before anything was replaced. The next run replaces it.
      expect({ does, alive: site.alive() }).toEqual({ does, alive: ['deploy'] });
      expect((await site.run()).exitStatus).toBe(0);
      expect({ does, probe: site.keeper.holdsProbe() }).toEqual({ does, probe: false });
      return `${does}: ${exitStatus} ${outputs['failure-code']}`;
    });
    // A request that creates something is sent again only if it certainly did nothing.
    const isOnceOnly = (does: string): boolean =>
      store === 'gitlab' && does.startsWith('writes') && !words.startsWith('429');
    expect(rows).toEqual(
      steps.map(({ does }) => `${does}: ${isOnceOnly(does) ? '8 store-unavailable' : '0'}`),
    );
  },
);

interface Lost {
  /**
   * What happens to the request that stores the token. The rules apply one after the other, and the
   * last one to every further try.
   */
  readonly write: readonly StoreFaultRule[];
  /** The fault of the read after that. */
  readonly look?: StoreFaultRule;
}

/**
 * Runs with faults of the write. Returns the verdict, the live tokens, and what the store holds
 * once all writes have taken effect.
 */
async function lose(site: TokenSite, { write, look }: Lost): Promise<string> {
  const { server, target } = site.keeper;
  const at = new RegExp(`${target.path.replaceAll('.', '\\.')}$`);
  // On GitHub, one read of this path comes before. On GitLab, that read asks for all variables
  // instead.
  const skip = Object.keys(target.query).length === 0 ? 1 : 0;
  if (look !== undefined)
    server.failNext({ ...look, method: 'GET', pathPattern: at, skip, times: 9 });
  for (const [index, rule] of write.entries()) {
    const times = index === write.length - 1 ? 9 : (rule.times ?? 1);
    server.failNext({ ...rule, method: 'PUT', pathPattern: at, times });
  }
  const result = await site.run();
  server.catchUp();
  const [alive, stored] = [site.alive(), await site.stored()];
  expect(alive).toContain(stored);
  if (result.outputs['failure-code'] === 'outcome-unknown')
    expect(saidOf(result)).toMatch(/the .* may or may not have been changed/);
  const isNew = (name: string | undefined): string => (name === 'deploy' ? 'old' : 'new');
  for (const name of alive.filter((one) => one !== stored && one !== 'deploy'))
    expect(saidOf(result)).toContain(name);
  await server.mend();
  return `${result.exitStatus} ${result.outputs['failure-code']}; ${alive.map(isNew).join(' and ')}; ${isNew(stored)}`;
}

/** Expects that the next run replaces whatever was left. */
async function expectMended(site: TokenSite): Promise<void> {
  site.pass(LONGEST_RUN_MS + 5_000);
  expect((await site.run()).exitStatus).toBe(0);
  expect(site.alive()).toEqual([await site.stored()]);
}

const REFUSED_LOOK: StoreFaultRule = { mode: 'status', status: 503 };

/** After a broken connection, the request is sent again at once, and this try doesn't count. */
const DONE_AND_LOST: StoreFaultRule = { mode: 'applied-then-reset', times: 2 };
const REFUSED: StoreFaultRule = { mode: 'status', status: 403 };
const LIMITED: StoreFaultRule = { mode: 'status', status: 429, headers: { 'retry-after': '120' } };

const lost: readonly (readonly [string, Lost, string])[] = [
  ['refused with 403', { write: [REFUSED] }, '4 store-refused; old; old'],
  ['refused with 404', { write: [{ mode: 'status', status: 404 }] }, '4 store-refused; old; old'],
  ['refused with 422', { write: [{ mode: 'status', status: 422 }] }, '4 store-refused; old; old'],
  ['refused with 429', { write: [LIMITED] }, '8 store-unavailable; old; old'],
  [
    'redirected',
    {
      write: [{ mode: 'status', status: 307, headers: { location: 'https://elsewhere.example/' } }],
    },
    '4 store-refused; old; old',
  ],
  ['done, and every answer lost', { write: [{ mode: 'applied-then-reset' }] }, '0 ; new; new'],
  [
    'done, its answer lost, and refused with 403 when it is sent again',
    { write: [DONE_AND_LOST, REFUSED] },
    '0 ; new; new',
  ],
  [
    'done, its answer lost, and refused with 429 when it is sent again',
    { write: [DONE_AND_LOST, LIMITED] },
    '0 ; new; new',
  ],
  // A single read that shows the old token proves nothing, because a write that a gateway gave up
  // on may take effect later.
  ['never done', { write: [{ mode: 'reset' }] }, '7 outcome-unknown; old and new; old'],
  [
    'answered with 500, and never done',
    { write: [{ mode: 'status', status: 500 }] },
    '7 outcome-unknown; old and new; old',
  ],
  [
    'given up on by a gateway, and done after the look',
    { write: [{ mode: 'late', status: 504 }] },
    '7 outcome-unknown; old and new; new',
  ],
  [
    'given up on by a gateway, refused when it is sent again, and done after the look',
    { write: [{ mode: 'late', status: 504 }, REFUSED] },
    '7 outcome-unknown; old and new; new',
  ],
  [
    'done, and neither the answer nor a look comes',
    { write: [{ mode: 'applied-then-reset' }], look: REFUSED_LOOK },
    '7 outcome-unknown; old and new; new',
  ],
  [
    'done, its answer lost, and the store is gone',
    { write: [{ mode: 'applied-then-away' }] },
    '7 outcome-unknown; old and new; new',
  ],
  [
    'never done, and no look comes',
    { write: [{ mode: 'reset' }], look: REFUSED_LOOK },
    '7 outcome-unknown; old and new; old',
  ],
];

test.each(
  (['github', 'gitlab'] as const).flatMap((store) => lost.map((row) => [store, ...row] as const)),
)('%s: the write is %s', async (store, _, faults, outcome) => {
  const site = await siteWith(store);
  expect(await lose(site, faults)).toBe(outcome);
  // All rows with the same outcome leave the same state for the next run, so one of them is enough.
  if (lost.find((row) => row[2] === outcome)?.[1] === faults) await expectMended(site);
});

test.each([
  [
    'done, and every answer lost',
    { write: [{ mode: 'applied-then-reset' }] },
    '7 outcome-unknown; old and new; new',
  ],
  [
    'done, its answer lost, and refused when it is sent again',
    { write: [DONE_AND_LOST, REFUSED] },
    '7 outcome-unknown; old and new; new',
  ],
  ['never done', { write: [{ mode: 'reset' }] }, '7 outcome-unknown; old and new; old'],
  ['refused', { write: [REFUSED] }, '4 store-refused; old; old'],
] as const)(
  'GitLab, a hidden variable: the write is %s: a read shows nothing, so neither token is revoked',
  async (_, faults, outcome) => {
    const site = await gitlabSite({ fields: { masked: true, hidden: true, protected: true } });
    expect(await lose(site, faults)).toBe(outcome);
    await expectMended(site);
  },
);

const UNFIT: StoreFaultRule = { mode: 'status', status: 422 };

test.each([
  ['done, and every answer lost', [{ mode: 'applied-then-reset' }]],
  [
    'done, its answer lost, then taken for a stale key, and refused',
    [DONE_AND_LOST, UNFIT, REFUSED],
  ],
] as const)(
  'GitHub: the write is %s: the time of a secret written in the same second shows nothing',
  async (_, write) => {
    const site = await githubSite({ frozen: true });
    expect(await lose(site, { write })).toBe('7 outcome-unknown; old and new; new');
    await expectMended(site);
  },
);

test('GitHub: a key that changes between the read and the write is read again', async () => {
  const site = await githubSite();
  site.keeper.server.failNext({ ...UNFIT, method: 'PUT', pathPattern: 'OUTPOST_TOKEN' });
  expect((await site.run()).exitStatus).toBe(0);
  expect(site.alive()).toEqual([await site.stored()]);
});

test.each([
  ['at first', 2, []],
  ['when the one that was there did not fit', 3, [UNFIT]],
] as const)(
  'GitHub: a key that cannot be read %s: nothing was written, so the new token is revoked',
  async (_, skip, write) => {
    const site = await githubSite();
    // The check also reads the key.
    site.keeper.server.failNext({
      mode: 'status',
      status: 503,
      method: 'GET',
      pathPattern: 'public-key',
      skip: skip - 1,
      times: 9,
    });
    for (const rule of write)
      site.keeper.server.failNext({ ...rule, method: 'PUT', pathPattern: /OUTPOST_TOKEN$/ });
    const { exitStatus, outputs } = await site.run();
    expect(`${exitStatus} ${outputs['failure-code']}`).toBe('8 store-unavailable');
    expect({ alive: site.alive(), stored: await site.stored() }).toEqual({
      alive: ['deploy'],
      stored: 'deploy',
    });
  },
);
