import type { ChildProcess } from 'node:child_process';
import type { FaultRule } from '../../emulator/faults.ts';
import { PROBE_NAME } from '../../src/tokens/stores/store.ts';
import type { TokenResult } from '../support/run-token.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { type Asker, siteWith, type TokenSite } from '../support/token-site.ts';

/** One request of a rotation, and the moment at which the run is cut off there. */
export interface Step {
  readonly server: 'Outpost' | 'store';
  /** Which request to that server, from 0. */
  readonly index: number;
  /** What the run does there, as a phrase. */
  readonly does: string;
  /** `before` = the request was not done yet; `after` = it was, and its answer never came. */
  readonly moment: 'before' | 'after';
}

const STORES = 'stores the new token';

const OUTPOST_WORDS: Readonly<Record<string, readonly string[]>> = {
  'token.list': ['lists the tokens', 'looks for another rotation'],
  'token.create': ['makes the new token'],
  'token.get': [
    'tries the new token',
    'tries the new token once more',
    'looks whether the old token is gone',
  ],
  'token.revoke': ['revokes the old token'],
};

/**
 * The last segment of a path, or two; the project and the repository have numbers and names there.
 */
const STORE_WORDS: Readonly<Record<string, readonly string[]>> = {
  'GET OUTPOST_TOKEN': ['looks at the stored token'],
  'GET public-key': ['reads the key to seal with', 'reads the key once more'],
  [`PUT ${PROBE_NAME}`]: [`writes \`${PROBE_NAME}\``],
  'POST variables': [`writes \`${PROBE_NAME}\``],
  [`DELETE ${PROBE_NAME}`]: [`deletes \`${PROBE_NAME}\``],
  'PUT OUTPOST_TOKEN': [STORES],
  'GET web': ['looks whether the repository is archived'],
  'GET 101': ['looks whether the project is archived'],
};

const goodRuns = new Map<string, Promise<readonly Step[]>>();

/**
 * Every request of a good run, in order, so that no step is forgotten: a write is cut off twice.
 */
export function stepsOf(store: StoreName, asker: Asker): Promise<readonly Step[]> {
  const key = `${store} ${asker}`;
  const steps = goodRuns.get(key) ?? stepsOfGoodRun(store, asker);
  goodRuns.set(key, steps);
  return steps;
}

export async function stepNamed(
  store: StoreName,
  does: string,
  moment: Step['moment'] = 'before',
): Promise<Step> {
  const step = (await stepsOf(store, 'manager')).find(
    (one) => one.does === does && one.moment === moment,
  );
  if (step === undefined) throw new Error(`no step ${does}`);
  return step;
}

/**
 * Each store and each asker once, for what is tried at every step. A store doesn't know who asks
 * Outpost: of the two other pairs, the steps are enough at which that can matter.
 */
export const everyStep: readonly (readonly [StoreName, Asker])[] = [
  ['github', 'manager'],
  ['gitlab', 'itself'],
];
export const askerSteps: readonly (readonly [StoreName, Asker])[] = [
  ['github', 'itself'],
  ['gitlab', 'manager'],
];

/** Outpost is asked, or there is another token in the store afterwards. */
export function canDependOnAsker({ server, does }: Step): boolean {
  return server === 'Outpost' || does === STORES;
}

async function stepsOfGoodRun(store: StoreName, asker: Asker): Promise<readonly Step[]> {
  const site = await siteWith(store, { asker });
  const { exitStatus, stdout } = await site.run();
  if (exitStatus !== 0) throw new Error(`the good run ended with ${exitStatus}: ${stdout}`);
  const seen = new Map<string, number>();
  const worded = (words: Readonly<Record<string, readonly string[]>>, key: string): string => {
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    const phrase = words[key]?.[index];
    if (phrase === undefined) throw new Error(`a step without words: ${key}, time ${index + 1}`);
    return phrase;
  };
  const asked = site.emulator.requests.map(({ atMs, method, operation }, index) => ({
    atMs,
    method,
    step: { server: 'Outpost' as const, index, does: worded(OUTPOST_WORDS, operation) },
  }));
  const kept = site.keeper.server.requests.map(({ atMs, method, path }, index) => ({
    atMs,
    method,
    step: {
      server: 'store' as const,
      index,
      does: worded(STORE_WORDS, `${method} ${path.split('/').at(-1)}`),
    },
  }));
  return [...asked, ...kept]
    .sort((left, right) => left.atMs - right.atMs)
    .flatMap(({ method, step }) =>
      method === 'GET'
        ? [{ ...step, moment: 'before' }]
        : [
            { ...step, moment: 'before' as const },
            { ...step, moment: 'after' as const },
          ],
    );
}

/** A site whose server never answers the request of a step. */
export async function siteHanging(
  store: StoreName,
  asker: Asker,
  { server, index, moment }: Step,
): Promise<TokenSite> {
  const hang: FaultRule = {
    on: '*',
    skip: index,
    afterHandling: moment === 'after',
    do: { kind: 'hang' },
  };
  const site = await siteWith(store, {
    asker,
    ...(server === 'Outpost' ? { scenario: { faults: [hang] } } : {}),
  });
  if (server === 'store')
    site.keeper.server.failNext({
      mode: moment === 'after' ? 'applied-then-hang' : 'hang',
      skip: index,
    });
  return site;
}

/** Runs a rotation until it hangs in the step, and sends it a signal there. */
export async function cutOff(
  site: TokenSite,
  { server, index, does }: Step,
  signal: NodeJS.Signals,
  inputs: Readonly<Record<string, string>> = {},
): Promise<TokenResult> {
  const { requests } = server === 'Outpost' ? site.emulator : site.keeper.server;
  let child: ChildProcess | undefined;
  const ended = site.run({
    inputs,
    onStart: (started) => {
      child = started;
    },
  });
  const reached = site.clock
    .until(() => requests.length > index, `the run ${does}`)
    .then(() => child?.kill(signal));
  const [result] = await Promise.all([ended, reached]);
  return result;
}

/** Does something for each item, a few at a time. */
export async function forEachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const left = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      results[next[0]] = await work(next[1]);
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}
