import { expect, test } from '@jest/globals';
import { LONGEST_RUN_MS } from '../../src/tokens/run.ts';
import type { StoreFaultRule } from '../support/stores/faults.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { type GitlabSite, githubSite, gitlabSite, siteWith, type TokenSite } from '../support/token-site.ts';
import { forEachOf, stepsOf } from './steps.ts';

const once: readonly (readonly [StoreName, string, StoreFaultRule])[] = (['github', 'gitlab'] as const).flatMap((store) => [
  [store, '503', { mode: 'status', status: 503 }],
  [store, '429 with Retry-After', { mode: 'status', status: 429, headers: { 'retry-after': '2' } }],
  [store, 'a page of a proxy', { mode: 'html' }],
  [store, 'a connection that breaks', { mode: 'reset' }],
  [store, 'an answer that is lost', { mode: 'applied-then-reset' }],
]);

test.each(once)(
  '%s: %s, once, at each request to the store: the token is replaced all the same',
  async (store, words, rule) => {
    const steps = (await stepsOf(store, 'manager')).filter(({ server, moment }) => server === 'store' && moment === 'before');
    const rows = await forEachOf(steps, async ({ index, does }) => {
      const site = await siteWith(store);
      site.keeper.server.failNext({ ...rule, skip: index });
      const { exitStatus, outputs } = await site.run({ realTime: false, timeScale: 4 });
      expect({ does, alive: site.alive() }).toEqual({ does, alive: [await site.stored()] });
      if (exitStatus === 0) return `${does}: 0`;
      // The run ended before anything was replaced; the next one does it.
      expect({ does, alive: site.alive() }).toEqual({ does, alive: ['deploy'] });
      expect((await site.run()).exitStatus).toBe(0);
      expect({ does, probe: site.keeper.holdsProbe() }).toEqual({ does, probe: false });
      return `${does}: ${exitStatus} ${outputs['failure-code']}`;
    });
    // What makes something is never sent again unless it did nothing for certain.
    const isOnceOnly = (does: string): boolean => store === 'gitlab' && does.startsWith('writes') && !words.startsWith('429');
    expect(rows).toEqual(steps.map(({ does }) => `${does}: ${isOnceOnly(does) ? '8 store-unavailable' : '0'}`));
  },
  120_000,
);

interface Lost {
  /** What befalls the request that stores the token, every time it is sent. */
  readonly write: StoreFaultRule;
  /** And the look at it after that. */
  readonly look?: StoreFaultRule;
}

/** Runs with faults of the write, and says: verdict; who is alive; what the store holds. */
async function lose(site: TokenSite, { write, look }: Lost): Promise<string> {
  const { server, target } = site.keeper;
  const at = new RegExp(`${target.path.replaceAll('.', '\\.')}$`);
  // One look comes before: that of the check.
  if (look !== undefined) server.failNext({ ...look, method: 'GET', pathPattern: at, skip: 1, times: 9 });
  server.failNext({ ...write, method: 'PUT', pathPattern: at, times: 9 });
  const result = await site.run({ realTime: false, timeScale: 4 });
  const [alive, stored] = [site.alive(), await site.stored()];
  expect(alive).toContain(stored);
  const isNew = (name: string | undefined): string => (name === 'deploy' ? 'old' : 'new');
  const said = result.page.join('\n');
  for (const name of alive.filter((one) => one !== stored && one !== 'deploy')) expect(said).toContain(name);
  server.mend();
  site.pass(LONGEST_RUN_MS + 5_000);
  expect((await site.run()).exitStatus).toBe(0);
  expect(site.alive()).toEqual([await site.stored()]);
  return `${result.exitStatus} ${result.outputs['failure-code']}; ${alive.map(isNew).join(' and ')}; ${isNew(stored)}`;
}

const REFUSED_LOOK: StoreFaultRule = { mode: 'status', status: 503 };

const lost: readonly (readonly [string, Lost, string])[] = [
  ['never done', { write: { mode: 'reset' } }, '8 store-unavailable; old; old'],
  ['refused with 500', { write: { mode: 'status', status: 500 } }, '8 store-unavailable; old; old'],
  ['refused with 403', { write: { mode: 'status', status: 403 } }, '4 store-refused; old; old'],
  ['refused with 404', { write: { mode: 'status', status: 404 } }, '4 store-refused; old; old'],
  ['refused with 422', { write: { mode: 'status', status: 422 } }, '4 store-refused; old; old'],
  [
    'redirected',
    { write: { mode: 'status', status: 307, headers: { location: 'https://elsewhere.example/' } } },
    '4 store-refused; old; old',
  ],
  ['done, and every answer lost', { write: { mode: 'applied-then-reset' } }, '0 ; new; new'],
  [
    'done, and neither the answer nor a look comes',
    { write: { mode: 'applied-then-reset' }, look: REFUSED_LOOK },
    '7 outcome-unknown; old and new; new',
  ],
  ['never done, and no look comes', { write: { mode: 'reset' }, look: REFUSED_LOOK }, '7 outcome-unknown; old and new; old'],
];

test.each((['github', 'gitlab'] as const).flatMap((store) => lost.map((row) => [store, ...row] as const)))(
  '%s: the write is %s',
  async (store, _, faults, outcome) => {
    expect(await lose(await siteWith(store), faults)).toBe(outcome);
  },
  60_000,
);

const hidden = (): Promise<GitlabSite> => gitlabSite({ fields: { masked: true, hidden: true, protected: true } });

test.each([
  ['done, and every answer lost', { write: { mode: 'applied-then-reset' } }, '7 outcome-unknown; old and new; new'],
  ['never done', { write: { mode: 'reset' } }, '7 outcome-unknown; old and new; old'],
  ['refused', { write: { mode: 'status', status: 403 } }, '4 store-refused; old; old'],
] as const)(
  'GitLab, a hidden variable: the write is %s: a look tells nothing, so neither token is revoked',
  async (_, faults, outcome) => {
    expect(await lose(await hidden(), faults)).toBe(outcome);
  },
  60_000,
);

test('GitHub: a secret that was written in the very same second tells nothing by its time', async () => {
  const site = await githubSite({ frozen: true });
  expect(await lose(site, { write: { mode: 'applied-then-reset' } })).toBe('7 outcome-unknown; old and new; new');
}, 60_000);

test('GitHub: a key that was replaced between its reading and the write is read again', async () => {
  const site = await githubSite();
  site.keeper.server.failNext({ mode: 'status', status: 422, method: 'PUT', pathPattern: 'OUTPOST_TOKEN' });
  expect((await site.run()).exitStatus).toBe(0);
  expect(site.alive()).toEqual([await site.stored()]);
}, 60_000);
