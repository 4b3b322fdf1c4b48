import { expect } from '@jest/globals';
import { needsPosix } from '../support/posix.ts';
import { countsLine, soak } from '../support/soak/soak.ts';

// A small part of `npm run soak`, with a seed of its own that does not change: what fails here
// fails again.

const RUNS = 40;
const SEED = 1_000_000;

// Some of the troubles are cancels.
needsPosix()(
  `${RUNS} runs under random faults: none deploys twice, tells an untruth, hangs or leaks`,
  async () => {
    const violations: string[] = [];
    const result = await soak({
      runs: RUNS,
      seed: SEED,
      jobs: 4,
      onViolation: ({ seed }, { invariant, detail }) =>
        violations.push(`${invariant}: ${detail}; again: npm run soak -- --runs 1 --seed ${seed}`),
    });
    process.stdout.write(`${countsLine(result)} (seed ${SEED}, ${result.seconds} s)\n`);
    expect(violations).toEqual([]);
    // Truth is told of nothing if nothing happens.
    expect(result.endings['deployed'] ?? 0).toBeGreaterThan(RUNS / 5);
    expect(Object.keys(result.endings).length).toBeGreaterThan(3);
  },
);
