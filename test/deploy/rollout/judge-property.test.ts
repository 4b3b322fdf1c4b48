import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../../../src/deploy/rollout/judge.ts';
import type { Judgement, Observation } from '../../../src/deploy/rollout/judgement.ts';
import type { Service } from '../../../src/outpost/model.ts';
import { aDeployment, anOpenJudgement, aService } from '../../support/build.ts';

const phases: readonly Service['phase'][] = [
  'rolling',
  'running',
  'running',
  'running',
  'idle',
  'failed',
  'unknown',
];

const moments = [1, 1, 1, 2, 3].map((ms) => ({ ms: ms * 1_000, precisionMs: 1 }));

const services = fc
  .record({
    phase: fc.constantFrom(...phases),
    updatedAt: fc.constantFrom(undefined, ...moments),
    deployments: fc.constantFrom(
      [],
      [],
      ...['dep_1', 'dep_2', 'dep_3'].map((id) => [aDeployment({ id })]),
      [aDeployment({ id: 'dep_2', phase: 'rolling' })],
      [aDeployment({ id: 'dep_2', phase: 'failed' })],
    ),
    version: fc.constantFrom(undefined, undefined, '1', '2'),
    activeVersions: fc.constantFrom(undefined, undefined, ['1'], ['2'], ['1', '2']),
    commit: fc.constantFrom(undefined, undefined, 'c0ffee0', 'decade0'),
    readyReplicas: fc.constantFrom(undefined, 0, 1),
    minReplicas: fc.constantFrom(undefined, 0, 1),
  })
  .map((fields) => aService(fields));

type Look = Extract<Observation, { kind: 'service' }>;

const sequences = fc
  .array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 12_000 }),
      seen: fc.oneof({ weight: 9, arbitrary: services }, fc.constant('missing' as const)),
    }),
    { maxLength: 12 },
  )
  .map((looks) => {
    let atMs = 0;
    return looks.map(({ afterMs, seen }): Look => {
      atMs += afterMs;
      return { kind: 'service', atMs, seen };
    });
  });

const starts = fc
  .record({
    baseline: services,
    pushedCommit: fc.constantFrom(undefined, undefined, 'c0ffee0'),
    confirmed: fc.boolean(),
    proof: fc.constantFrom('rollout' as const, 'rollout' as const, 'updated-at' as const),
    ownId: fc.constantFrom(undefined, undefined, 'dep_2'),
  })
  // follow.ts ignores the id of an earlier deployment in the answer, so it can't be the deploy's
  // own.
  .filter(({ baseline, ownId }) => !baseline.deployments.some(({ id }) => id === ownId))
  .map((fields) => anOpenJudgement(fields));

/** The state after each look. */
function follow(start: Judgement, looks: readonly Observation[]): readonly Judgement[] {
  const states: Judgement[] = [];
  let state = Object.freeze(start);
  for (const look of looks) {
    state = Object.freeze(judge(state, look));
    states.push(state);
  }
  return states;
}

function endOf(states: readonly Judgement[], ending: string): number {
  return states.findIndex((state) => state.kind === 'ended' && state.ending === ending);
}

function shown(look: Look | undefined): Service | undefined {
  return look === undefined || look.seen === 'missing' ? undefined : look.seen;
}

/**
 * Whether the looks contain a strong sign: one that the service's state before the deploy can't
 * explain. Derived from the rule, not from the program.
 */
function hasStrongSign(looks: readonly Look[], { start, memory }: Judgement): boolean {
  const { baseline, pushedCommit } = start;
  const before = new Set(baseline.deployments.map(({ id }) => id));
  const isOurs = (id: string): boolean =>
    id === memory.ownId || (before.size > 0 && !before.has(id));
  return looks.some((look, index) => {
    const seen = shown(look);
    if (seen === undefined) return false;
    const earlier = looks.slice(0, index).map(shown);
    const isCalm =
      baseline.phase !== 'rolling' ||
      earlier.some((one) => one !== undefined && one.phase !== 'rolling');
    const newVersion =
      seen.version !== undefined &&
      baseline.version !== undefined &&
      seen.version !== baseline.version &&
      seen.activeVersions !== undefined;
    const ownRolls = seen.deployments.some(({ id, phase }) => isOurs(id) && phase === 'rolling');
    const isOwnLive =
      (seen.deployments[0] !== undefined && isOurs(seen.deployments[0].id)) ||
      (pushedCommit !== undefined && seen.commit === pushedCommit);
    const wasOther = earlier.some(
      (one) =>
        one !== undefined &&
        ((one.deployments[0] !== undefined && !isOurs(one.deployments[0].id)) ||
          (pushedCommit !== undefined && one.commit !== undefined && one.commit !== pushedCommit)),
    );
    return (
      (seen.phase === 'rolling' && isCalm) || newVersion || ownRolls || (isOwnLive && wasOther)
    );
  });
}

function isServing(look: Look): boolean {
  const seen = shown(look);
  return (
    seen?.phase === 'running' &&
    !(
      seen.readyReplicas !== undefined &&
      seen.minReplicas !== undefined &&
      seen.readyReplicas < seen.minReplicas
    )
  );
}

test('deployed needs a sign the baseline cannot explain, or a new updated_at if chosen', () => {
  let deployed = 0;
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const end = endOf(follow(start, looks), 'deployed');
      if (end < 0) return;
      deployed += 1;
      const moved = looks.some(({ seen }) => {
        const before = start.start.baseline.updatedAt?.ms;
        return (
          seen !== 'missing' &&
          before !== undefined &&
          seen.updatedAt !== undefined &&
          seen.updatedAt.ms !== before
        );
      });
      const chosen = start.start.proof === 'updated-at' && moved;
      expect(chosen || hasStrongSign(looks.slice(0, end + 1), start)).toBe(true);
    }),
    { numRuns: 12_000 },
  );
  // Some random cases must end as deployed. Otherwise this test would prove nothing.
  expect(deployed).toBeGreaterThan(10);
});

test('deployed needs ten uninterrupted seconds of running at the end', () => {
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const end = endOf(follow(start, looks), 'deployed');
      if (end < 0) return;
      let first = end;
      while (first > 0 && looks.slice(first - 1, end).every(isServing)) first -= 1;
      expect(looks.slice(first, end + 1).every(isServing)).toBe(true);
      expect((looks[end]?.atMs ?? 0) - (looks[first]?.atMs ?? 0)).toBeGreaterThanOrEqual(10_000);
    }),
    { numRuns: 6_000 },
  );
});

test('never reports another deployment or commit as deployed', () => {
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const end = endOf(follow(start, looks), 'deployed');
      const seen = shown(looks[end]);
      if (seen === undefined) return;
      const { ownId } = start.memory;
      if (ownId !== undefined && seen.deployments.length > 0)
        expect(seen.deployments.map(({ id }) => id)).toContain(ownId);
      const { pushedCommit } = start.start;
      if (pushedCommit !== undefined) expect([undefined, pushedCommit]).toContain(seen.commit);
    }),
    { numRuns: 6_000 },
  );
});

test('a failure on strong evidence follows a strong sign', () => {
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const states = follow(start, looks);
      const end = endOf(states, 'failed');
      const state = states[end];
      if (state?.kind !== 'ended' || state.strength !== 'strong') return;
      expect(hasStrongSign(looks.slice(0, end + 1), start)).toBe(true);
    }),
    { numRuns: 6_000 },
  );
});

test('an ending is final, and judge never changes the state passed to it', () => {
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const states = follow(start, looks);
      const end = states.findIndex(({ kind }) => kind === 'ended');
      if (end >= 0) expect(states.slice(end).every((state) => state === states[end])).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('the start of the clock does not matter', () => {
  fc.assert(
    fc.property(
      starts,
      sequences,
      fc.integer({ min: 0, max: 10_000_000 }),
      (begun, looks, shift) => {
        const later = looks.map((look) => ({ ...look, atMs: look.atMs + shift }));
        const start = { ...begun.start, sentMs: shift, sinceMs: shift };
        const endings = (states: readonly Judgement[]) =>
          states.map((state) => (state.kind === 'ended' ? state.ending : state.kind));
        expect(endings(follow({ ...begun, start }, later))).toEqual(endings(follow(begun, looks)));
      },
    ),
    { numRuns: 1_000 },
  );
});
