import type { ChildProcess } from 'node:child_process';
import type { FaultRule } from '../../emulator/faults.ts';
import type { Scenario } from '../../emulator/scenario.ts';
import { PROBE_NAME } from '../../src/tokens/stores/store.ts';
import type { TokenResult } from '../support/run-token.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { type Asker, siteWith, type TokenSite } from '../support/token-site.ts';

/** One request of a rotation, and the moment at which the run is interrupted there. */
export interface Step {
  readonly server: 'Outpost' | 'store';
  /** The position of the request among those to that server, from 0. */
  readonly index: number;
  /** What the run does in this step, as a phrase. */
  readonly does: string;
  /** `before` = the request hasn't taken effect; `after` = it has, but its answer never arrives. */
  readonly moment: 'before' | 'after';
}

const STORES = 'stores the new token';
const REVOKES = 'revokes the old token';
const MAKES = 'makes the new token';
const LOOKS = 'looks at the stored token';

/** A request of a successful run, to Outpost or to the store. */
interface Asked {
  readonly server: Step['server'];
  readonly index: number;
  readonly atMs: number;
  readonly method: string;
  /** An Outpost operation, or a path of the store. */
  readonly what: string;
}

/** Describes a request, taking into account what the run has done before it. */
function wordsOf({ method, what }: Asked, before: ReadonlySet<string>): string {
  const hasMade = before.has(MAKES);
  switch (what) {
    case 'token.list':
      return hasMade ? 'looks for another rotation' : 'lists the tokens';
    case 'token.create':
      return MAKES;
    case 'token.revoke':
      return REVOKES;
    case 'token.get':
      if (!hasMade) return 'tries what is stored';
      if (before.has(REVOKES)) return 'looks whether the old token is gone';
      return before.has(STORES) ? 'tries the new token once more' : 'tries the new token';
  }
  // The path contains the project's number or the repository's name.
  const last = what.split('/').at(-1) ?? '';
  if (method === 'GET' && /\/(?:repos\/[^/]+|projects|groups)\/[^/]+$/.test(what))
    return 'looks whether it is archived';
  switch (`${method} ${last}`) {
    case 'GET OUTPOST_TOKEN':
      return hasMade ? 'looks at the stored token once more' : LOOKS;
    case 'GET variables':
    // Secrets and variables with the same name elsewhere, and the values of the variables next to
    // them.
    case 'GET environments':
    case 'GET OUTPOST_TOKEN_NAME':
      return LOOKS;
    case 'GET public-key':
      return hasMade ? 'reads the key once more' : 'reads the key to seal with';
    case `PUT ${PROBE_NAME}`:
      return `writes \`${PROBE_NAME}\``;
    case `DELETE ${PROBE_NAME}`:
      return `deletes \`${PROBE_NAME}\``;
    case 'PUT OUTPOST_TOKEN':
      return STORES;
    case 'POST variables':
      return hasMade ? 'notes the name of the new token' : `writes \`${PROBE_NAME}\``;
    case 'PUT OUTPOST_TOKEN_NAME':
    case 'PATCH OUTPOST_TOKEN_NAME':
      return before.has(STORES) ? 'notes the name of the new token' : 'takes the old name away';
  }
  throw new Error(`a step without words: ${method} ${what}`);
}

/** Which place a request is about, if there are several. */
function placeIn({ server, what }: Asked): string {
  if (server === 'Outpost' || !SEVERAL.test(what)) return '';
  return SEVERAL.exec(what)?.[1] === undefined ? '' : ' (the other place)';
}

const SEVERAL = /(\/environments\/|\/groups\/)/;

const goodRuns = new Map<string, Promise<readonly Step[]>>();

/**
 * Every request of a successful run, in order, so that no step is missed. A write is interrupted
 * twice.
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
 * Each store and each asker at least once, for what is tried at every step. A store doesn't know
 * who calls Outpost, so the two other pairs are tried only at the steps at which the asker can
 * matter.
 */
export const everyStep: readonly (readonly [StoreName, Asker])[] = [
  ['github', 'manager'],
  ['gitlab', 'itself'],
];
export const askerSteps: readonly (readonly [StoreName, Asker])[] = [
  ['github', 'itself'],
  ['gitlab', 'manager'],
];

/** The step calls Outpost, or changes the token in the store. */
export function canDependOnAsker({ server, does }: Step): boolean {
  return server === 'Outpost' || does === STORES;
}

async function stepsOfGoodRun(store: StoreName, asker: Asker): Promise<readonly Step[]> {
  const site = await siteWith(store, { asker });
  const { exitStatus, stdout } = await site.run();
  if (exitStatus !== 0) throw new Error(`the good run ended with ${exitStatus}: ${stdout}`);
  return stepsIn(site);
}

/** The requests of all runs at a site so far. */
export function stepsIn(site: TokenSite): readonly Step[] {
  const asked: readonly Asked[] = [
    ...site.emulator.requests.map(({ atMs, method, operation }, index) => ({
      server: 'Outpost' as const,
      index,
      atMs,
      method,
      what: operation,
    })),
    ...site.keeper.server.requests.map(({ atMs, method, path }, index) => ({
      server: 'store' as const,
      index,
      atMs,
      method,
      what: path,
    })),
  ].sort((left, right) => left.atMs - right.atMs);
  const before = new Set<string>();
  return asked.flatMap((one): readonly Step[] => {
    const words = wordsOf(one, before);
    before.add(words);
    const step = { server: one.server, index: one.index, does: `${words}${placeIn(one)}` };
    return one.method === 'GET'
      ? [{ ...step, moment: 'before' }]
      : [
          { ...step, moment: 'before' },
          { ...step, moment: 'after' },
        ];
  });
}

/** A site whose server never answers the request of this step. */
export async function siteHanging(
  open: (scenario: Scenario) => Promise<TokenSite>,
  { server, index, moment }: Step,
): Promise<TokenSite> {
  const hang: FaultRule = {
    on: '*',
    skip: index,
    afterHandling: moment === 'after',
    do: { kind: 'hang' },
  };
  const site = await open(server === 'Outpost' ? { faults: [hang] } : {});
  if (server === 'store')
    site.keeper.server.failNext({
      mode: moment === 'after' ? 'applied-then-hang' : 'hang',
      skip: index,
    });
  return site;
}

/** Runs a rotation until it hangs at the step, and then sends it a signal. */
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

/** Runs something for each item, a few at a time. */
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
