import { afterEach, expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import type { GithubStore } from '../../simulators/stores/github-store.ts';
import type { GitlabStore } from '../../simulators/stores/gitlab-store.ts';
import { baseOf } from '../../src/auth/names.ts';
import { runToken, type TokenProgramRun, type TokenResult } from './run-token.ts';
import {
  type GithubPlaceOptions,
  type GitlabPlaceOptions,
  githubKeeper,
  gitlabKeeper,
  type Keeper,
  type StoreName,
  type StoreTime,
} from './token-keepers.ts';
import { VirtualClock } from './virtual-time/clock.ts';

/**
 * The token that calls Outpost: the one being replaced, or another token of the same user that may
 * manage tokens.
 */
export type Asker = 'itself' | 'manager';

/** Both stores, each with both askers. */
export const askers: readonly (readonly [StoreName, Asker])[] = [
  ['github', 'manager'],
  ['github', 'itself'],
  ['gitlab', 'manager'],
  ['gitlab', 'itself'],
];

/**
 * An Outpost, a store that holds one of its tokens, and the clock that they share with the programs
 * under test.
 */
export interface TokenSite<Kept extends Keeper = Keeper> {
  readonly clock: VirtualClock;
  readonly emulator: Emulator;
  readonly keeper: Kept;
  /** Every token that Outpost issued, in order. */
  readonly issued: readonly string[];
  /** The first value of the token that gets replaced. */
  readonly first: string;
  /** The token for calling Outpost, as a job would get it now. */
  asker(): string;
  /** The current time for Outpost and the store. */
  now(): number;
  /** Moves the time of Outpost and the store forward, but not the programs' clock. */
  pass(ms: number): void;
  /** Names of the live tokens of the family `deploy`. */
  alive(): readonly string[];
  /** The name of the token in the store. undefined = Outpost doesn't accept it. */
  stored(): Promise<string | undefined>;
  /** The same for each place. */
  storedInAll(): Promise<readonly (string | undefined)[]>;
  /** Runs the program in a job of the CI system that the store belongs to. */
  run(more?: Partial<TokenProgramRun>): Promise<TokenResult>;
  /** Runs the program as given, adding only the store's credential. */
  runPlain(run: TokenProgramRun): Promise<TokenResult>;
  /** The secrets of a run, for tests that start the program in another way. */
  secrets(): readonly string[];
  /** @throws if a request carried a secret anywhere but where it belongs. */
  assertWire(): void;
}

export interface SiteOptions {
  readonly scenario?: Scenario;
  readonly asker?: Asker;
  /**
   * Stops the time of Outpost and the store, with the first token stored in the current second.
   * Otherwise that was an hour ago.
   */
  readonly frozen?: boolean;
}

export type GithubSite = TokenSite<Keeper & { readonly store: GithubStore }>;
export type GitlabSite = TokenSite<Keeper & { readonly store: GitlabStore }>;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** Old enough that no later write falls into the same second. */
const EARLIER_MS = 3_600_000;

export function siteWith(store: StoreName, options: SiteOptions = {}): Promise<TokenSite> {
  return store === 'github' ? githubSite(options) : gitlabSite(options);
}

export function githubSite(options: SiteOptions & GithubPlaceOptions = {}): Promise<GithubSite> {
  return openSite(options, (time) => githubKeeper(options, time));
}

export function gitlabSite(options: SiteOptions & GitlabPlaceOptions = {}): Promise<GitlabSite> {
  return openSite(options, (time) => gitlabKeeper(options, time));
}

async function openSite<Kept extends Keeper>(
  { scenario = {}, asker = 'manager', frozen = false }: SiteOptions,
  openKeeper: (time: StoreTime) => Promise<Kept>,
): Promise<TokenSite<Kept>> {
  const clock = await VirtualClock.start();
  let passedMs = frozen ? 0 : -EARLIER_MS;
  const frozenMs = frozen ? clock.nowMs() : undefined;
  const now = withOrder(() => (frozenMs ?? clock.nowMs()) + passedMs);
  const emulator = await startEmulator({ scenario, now, timing: clock });
  const issued = noteIssued(emulator);
  const first = emulator.world.createToken({
    name: 'deploy',
    scopes: asker === 'itself' ? ['service', 'admin:org'] : ['service'],
  });
  const manager = emulator.world.createToken({ name: 'manager', scopes: ['admin:org'] });
  const keeper = await openKeeper({ now, hold: clock.hold });
  open.push(async () => {
    await Promise.all([emulator.close(), keeper.server.close()]);
    await clock.close();
  });
  keeper.seed(first);
  passedMs = 0;
  for (const secret of [/op_pat_[A-Za-z0-9]{8,}/, keeper.token]) keeper.server.watch(secret);
  const secrets = (): readonly string[] => [...issued, keeper.token];
  const site: TokenSite<Kept> = {
    clock,
    emulator,
    keeper,
    issued,
    first,
    asker: () => (asker === 'manager' ? manager : keeper.value()),
    now,
    pass: (ms) => {
      passedMs += ms;
    },
    alive: () =>
      emulator.world.tokens
        .ownedBy('ada')
        .flatMap(({ name }) => (baseOf(name) === 'deploy' ? [name] : [])),
    stored: async () => await acceptedName(emulator, keeper.value()),
    storedInAll: async () =>
      await Promise.all(keeper.values().map((value) => acceptedName(emulator, value))),
    run: async (more = {}) => {
      const inputs = {
        'token-name': 'deploy',
        origin: emulator.origin,
        // Each run replaces the token and revokes the old one, unless a test says otherwise.
        'rotate-after': '0s',
        overlap: '0s',
        ...keeper.inputs,
        ...more.inputs,
      };
      const env = { ...keeper.env, ...more.env };
      const base = {
        clock,
        host: keeper.host,
        token: site.asker(),
        storeToken: keeper.token,
        secrets,
      };
      const result = await runToken({ ...base, ...more, inputs, env });
      site.assertWire();
      return result;
    },
    runPlain: (run) => runToken({ clock, storeToken: keeper.token, secrets, ...run }),
    secrets,
    assertWire: () => assertWire(emulator, keeper, secrets()),
  };
  return site;
}

/**
 * Adds fractions of a millisecond, so that requests to two servers have a defined order even if no
 * time passes between them.
 */
function withOrder(nowMs: () => number): () => number {
  // The smallest step that a number of this size can represent. All steps together stay below one
  // millisecond.
  const STEPS = 4_096;
  let [lastMs, step] = [0, 0];
  return () => {
    const ms = nowMs();
    step = ms === lastMs ? Math.min(step + 1, STEPS - 1) : 0;
    lastMs = ms;
    return ms + step / STEPS;
  };
}

/** Records the tokens that the world issues, because the world keeps only their hashes. */
function noteIssued({ world: { tokens } }: Emulator): readonly string[] {
  const issued: string[] = [];
  const note = (value: string): string => {
    issued.push(value);
    return value;
  };
  const [create, regenerate] = [tokens.create.bind(tokens), tokens.regenerate.bind(tokens)];
  tokens.create = (...args) => note(create(...args));
  tokens.regenerate = (...args) => note(regenerate(...args));
  return issued;
}

/** The name of the token that Outpost accepts this value as, or undefined for a 401. */
async function acceptedName(
  { origin, world }: Emulator,
  value: string,
): Promise<string | undefined> {
  const response = await fetch(`${origin}/auth/v1/users`, {
    headers: { authorization: `Bearer ${value}` },
  });
  await response.arrayBuffer();
  return response.status === 200 ? world.tokens.nameOf(value) : undefined;
}

function assertWire({ requests }: Emulator, keeper: Keeper, secrets: readonly string[]): void {
  const asked = requests.map(({ headers: { authorization, ...headers }, path, query, body }) =>
    JSON.stringify([path, query, body, headers]),
  );
  expect(asked.filter((text) => text.includes('***'))).toEqual([]);
  const everything = JSON.stringify([asked, keeper.server.requests]);
  expect(secrets.flatMap((secret) => findLeaks(everything, secret))).toEqual([]);
  const carrying = keeper.server.requests.filter(({ secretIn }) => secretIn.length > 0);
  for (const { method, path, query, secretIn } of carrying) {
    expect({ method, secretIn }).toEqual({ method: 'PUT', secretIn: ['value'] });
    expect(keeper.targets).toContainEqual({ path, query });
  }
  // Neither the store's credential nor a token from before the run may be stored.
  const [first, manager] = secrets;
  for (const value of keeper.written()) {
    expect(secrets).toContain(value);
    expect([first, manager, keeper.token]).not.toContain(value);
  }
}
