import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Judgement,
  judge,
  type Observation,
  openJudgement,
} from '../../../src/deploy/rollout/judge.ts';
import type { Service } from '../../../src/outpost/model.ts';
import { aService } from '../../support/build.ts';

const statuses: readonly Service['status'][] = [
  'deploying',
  'running',
  'running',
  'running',
  'degraded',
  'stopped',
  'failed',
  'unknown',
];

const services = fc
  .record({
    status: fc.constantFrom(...statuses),
    updatedAt: fc.constantFrom(undefined, 'before', 'before', 'after', 'later'),
    deploymentId: fc.constantFrom(undefined, undefined, 'dep_1', 'dep_2', 'dep_3'),
    readyReplicas: fc.constantFrom(undefined, 0, 1),
    minReplicas: fc.constantFrom(undefined, 0, 1),
  })
  .map((fields) => aService(fields));

const sequences = fc
  .array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 12_000 }),
      seen: fc.oneof({ weight: 9, arbitrary: services }, fc.constant('missing' as const)),
    }),
    {
      maxLength: 12,
    },
  )
  .map((looks) => {
    let atMs = 0;
    return looks.map(({ afterMs, seen }): Observation => {
      atMs += afterMs;
      return { atMs, seen };
    });
  });

const starts = fc
  .record({
    baseline: services,
    branch: fc.constant('main' as const),
    commit: fc.constant(undefined),
    sinceMs: fc.constant(0 as const),
    confirmed: fc.boolean(),
    untilStarted: fc.constant(false),
    sentMs: fc.constant(0),
    deploymentId: fc.constantFrom(undefined, undefined, 'dep_2'),
  })
  // An answer that names the deployment from before names none: follow.ts leaves it out.
  .filter(
    ({ baseline, deploymentId }) =>
      deploymentId === undefined || deploymentId !== baseline.deploymentId,
  )
  .map(openJudgement);

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

/**
 * What the service as it was before the deploy cannot explain; where the answer to the call was
 * lost, a moved stamp alone is no such sign. Written from the rule, not from the program.
 */
function isFresh({ seen }: Observation, { baseline, confirmed }: Judgement): boolean {
  if (seen === 'missing') return false;
  const stampMoved =
    seen.updatedAt !== undefined &&
    baseline.updatedAt !== undefined &&
    seen.updatedAt !== baseline.updatedAt;
  const idMoved = seen.deploymentId !== undefined && seen.deploymentId !== baseline.deploymentId;
  return (
    (stampMoved && confirmed) ||
    idMoved ||
    (seen.status === 'deploying' && baseline.status !== 'deploying')
  );
}

function isServing({ seen }: Observation): boolean {
  return (
    seen !== 'missing' &&
    seen.status === 'running' &&
    !(seen.readyReplicas === 0 && (seen.minReplicas ?? 0) > 0)
  );
}

test('deployed is never said without a fresh sign, and then running at two looks five seconds apart with nothing but running between', () => {
  let deployed = 0;
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const end = follow(start, looks).findIndex(({ ending }) => ending === 'deployed');
      if (end < 0) return;
      deployed += 1;
      let first = end;
      while (first > 0 && looks.slice(first - 1, end).every(isServing)) first -= 1;
      expect(looks.slice(first, end + 1).every(isServing)).toBe(true);
      const sign = looks.findIndex((look) => isFresh(look, start));
      expect(sign).toBeGreaterThanOrEqual(0);
      const from = Math.max(first, sign);
      expect((looks[end]?.atMs ?? 0) - (looks[from]?.atMs ?? 0)).toBeGreaterThanOrEqual(5_000);
    }),
    { numRuns: 6_000 },
  );
  // Some fifty of them are, by chance: were it none, nothing would have been said here.
  expect(deployed).toBeGreaterThan(10);
});

test('deployed is never said of another deployment than the one that the call told', () => {
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const end = follow(start, looks).findIndex(({ ending }) => ending === 'deployed');
      const seen = looks[end]?.seen;
      if (seen === undefined || seen === 'missing' || start.deploymentId === undefined) return;
      expect([undefined, start.deploymentId]).toContain(seen.deploymentId);
    }),
    { numRuns: 5_000 },
  );
});

test('an ending stays, and nothing is changed in a state that was handed over', () => {
  fc.assert(
    fc.property(starts, sequences, (start, looks) => {
      const states = follow(start, looks);
      const end = states.findIndex(({ ending }) => ending !== undefined);
      if (end >= 0) expect(states.slice(end).every((state) => state === states[end])).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('the same looks always give the same states', () => {
  fc.assert(
    fc.property(starts, sequences, (start, looks) =>
      expect(follow(start, looks)).toEqual(follow({ ...start }, looks)),
    ),
    { numRuns: 500 },
  );
});

test('the moment at which the clock began is of no matter', () => {
  fc.assert(
    fc.property(
      starts,
      sequences,
      fc.integer({ min: 0, max: 10_000_000 }),
      (start, looks, shift) => {
        const later = looks.map(({ atMs, seen }) => ({ atMs: atMs + shift, seen }));
        const endings = (states: readonly Judgement[]) => states.map(({ ending }) => ending);
        expect(endings(follow({ ...start, sentMs: shift, sinceMs: shift }, later))).toEqual(
          endings(follow(start, looks)),
        );
      },
    ),
    { numRuns: 1_000 },
  );
});
