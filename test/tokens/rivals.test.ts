import { expect, test } from '@jest/globals';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { gateBefore, type Held } from '../support/gate.ts';
import { saidOf, type TokenResult } from '../support/run-token.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { type Asker, askers, siteWith, type TokenSite } from '../support/token-site.ts';
import {
  askerSteps,
  canDependOnAsker,
  everyStep,
  forEachOf,
  type Step,
  stepNamed,
  stepsOf,
} from './steps.ts';

interface Gated {
  readonly held: readonly Held[];
  readonly result: Promise<TokenResult>;
}

/** Starts a rotation that is held at these steps. */
async function startGated(site: TokenSite, steps: readonly Step[]): Promise<Gated> {
  const { emulator, keeper } = site;
  const api = new URL(keeper.server.url);
  const [outpost, store] = await Promise.all([gateBefore(emulator.origin), gateBefore(api.origin)]);
  const held = steps.map(({ server, index, moment }) =>
    (server === 'Outpost' ? outpost : store).hold(index, moment),
  );
  return {
    held,
    result: site.run({
      inputs: { origin: outpost.origin, 'api-url': `${store.origin}${api.pathname}` },
    }),
  };
}

/**
 * Expects that after two rotations the store's token works, and that a failure named every other
 * live token.
 */
async function assertSound(site: TokenSite, results: readonly TokenResult[]): Promise<void> {
  const stored = await site.stored();
  const alive = site.alive();
  expect(alive).toContain(stored);
  const said = results.map(saidOf).join('\n');
  expect(alive.filter((name) => name !== stored && !said.includes(name))).toEqual([]);
  expect(site.keeper.holdsProbe()).toBe(false);
}

const verdict = ({ exitStatus, outputs }: TokenResult): string =>
  `${exitStatus} ${outputs['failure-code']}`.trim();

/**
 * Which of the two rotations wins, depending on what the first one has done when the second starts
 * and finishes.
 */
function expectedOf(asker: Asker, { does, moment }: Step, steps: readonly Step[]): string {
  const at = (words: string): number => steps.findIndex((step) => step.does === words);
  const here = moment === 'after' ? steps.length : at(does);
  // The first one knows nothing yet, so it goes on as if it came after the second: with the
  // second's token, or with a revoked one.
  if (here === 0) return asker === 'itself' ? '3 token-rejected, 0' : '0, 0';
  // GitLab showed a token that the second one has revoked in the meantime.
  if (does === 'tries what is stored') return '4 not-found, 0';
  if (here <= at('makes the new token')) return '4 conflict, 0';
  return here <= at('revokes the old token') ? '0, 4 conflict' : '0, 0';
}

/** Runs a second rotation from start to end while the first one is held, at each of these steps. */
async function tryRivals(
  store: StoreName,
  asker: Asker,
  isTried: (step: Step) => boolean,
): Promise<void> {
  // The requests are sent one after the other. So "after this answer" and "before the next request"
  // are the same moment.
  const steps = (await stepsOf(store, asker)).filter(({ moment }) => moment === 'before');
  const [last] = steps.slice(-1);
  const moments = [
    ...steps.filter(isTried),
    ...(last === undefined ? [] : [{ ...last, moment: 'after' as const }]),
  ];
  const rows = await forEachOf(moments, async (step) => {
    const site = await siteWith(store, { asker });
    const first = await startGated(site, [step]);
    await first.held[0]?.reached;
    const second = await site.run();
    first.held[0]?.release();
    const results = [await first.result, second];
    await assertSound(site, results);
    expect({ step, left: site.alive() }).toEqual({ step, left: [await site.stored()] });
    return `${step.does}, ${step.moment}: ${results.map(verdict).join(', ')}`;
  });
  expect(rows).toEqual(
    moments.map((step) => `${step.does}, ${step.moment}: ${expectedOf(asker, step, steps)}`),
  );
}

test.each(everyStep)(
  '%s, asked by %s: a second rotation while the first one waits at any step',
  async (store, asker) => {
    await tryRivals(store, asker, () => true);
  },
);

test.each(askerSteps)(
  '%s, asked by %s: a second rotation while the first one waits at any step at which it can matter who asks',
  async (store, asker) => {
    await tryRivals(store, asker, canDependOnAsker);
  },
);

/**
 * Two rotations that both saw only one token. The first has made its token and is held, and then
 * the second makes its own.
 *
 * @param apartMs the time between.
 */
async function bothMade(
  site: TokenSite,
  store: StoreName,
  apartMs: number,
): Promise<{ readonly older: Gated; readonly younger: Gated }> {
  const create = await stepNamed(store, 'makes the new token');
  const look = await stepNamed(store, 'looks for another rotation');
  const younger = await startGated(site, [create, look]);
  await younger.held[0]?.reached;
  const older = await startGated(site, [look]);
  await older.held[0]?.reached;
  site.pass(apartMs);
  younger.held[0]?.release();
  await younger.held[1]?.reached;
  expect(site.alive()).toHaveLength(3);
  return { older, younger: { ...younger, held: younger.held.slice(1) } };
}

// Only Outpost's data decides between them, so each asker is tried with one of the stores.
const orders = everyStep.flatMap(([store, asker]) =>
  (['older', 'younger'] as const).map((order) => [store, asker, order] as const),
);

test.each(orders)(
  '%s, run by %s: if both made a token, the one with the older token goes on, even if the %s one looks first',
  async (store, asker, order) => {
    const site = await siteWith(store, { asker });
    const runs = await bothMade(site, store, 1);
    const [one, other] =
      order === 'older' ? [runs.older, runs.younger] : [runs.younger, runs.older];
    one.held[0]?.release();
    await one.result;
    other.held[0]?.release();
    const results = [await runs.older.result, await runs.younger.result];
    expect(results.map(verdict)).toEqual(['0', '4 conflict']);
    await assertSound(site, results);
    expect(site.alive()).toEqual([await site.stored()]);
  },
);

test.each(everyStep)(
  '%s, run by %s: if both made a token at the same moment, both stop, and the old one stays',
  async (store, asker) => {
    const site = await siteWith(store, { asker });
    const { older, younger } = await bothMade(site, store, 0);
    for (const { held } of [older, younger]) held[0]?.release();
    const results = [await older.result, await younger.result];
    // If one looks after the other has revoked its own token, it sees no rival any more.
    expect(results.map(verdict)).toContain('4 conflict');
    await assertSound(site, results);
    expect(site.alive()).toHaveLength(1);
  },
);

/**
 * Prevents two tokens from being made at the same moment, which would make all rotations give up.
 */
function makeApart({ emulator, pass }: TokenSite): void {
  const { tokens } = emulator.world;
  const create = tokens.create.bind(tokens);
  tokens.create = (...args) => {
    pass(1);
    return create(...args);
  };
}

test.each(askers)(
  '%s, run by %s: two or three at once: at most one wins, the stored token works, and every other is named',
  async (store, asker) => {
    await forEachOf([2, 3], async (count) => {
      const site = await siteWith(store, { asker });
      makeApart(site);
      const results = await Promise.all(Array.from({ length: count }, () => site.run()));
      await assertSound(site, results);
      const winners = results.filter(({ exitStatus }) => exitStatus === 0);
      expect({ count, winners: winners.length }).toEqual({
        count,
        winners: site.keeper.written().length,
      });
      // A rotation that started after another had ended may win too. Then it replaced the other
      // one's token.
      const revoked = winners.flatMap(({ report }) => report?.revoked ?? []);
      const overwritten = winners
        .map(({ outputs }) => outputs['stored-name'])
        .filter((name) => !site.alive().includes(name ?? ''));
      expect({
        count,
        unseen: overwritten.filter((name) => !revoked.includes(name ?? '')),
      }).toEqual({ count, unseen: [] });
      for (const result of results)
        expect(['0', '4 conflict', '3 token-rejected']).toContain(verdict(result));
      site.pass(LONGEST_RUN_MS + 5_000);
      expect((await site.run()).exitStatus).toBe(0);
      expect(site.alive()).toEqual([await site.stored()]);
    });
  },
);
