import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { needsPosix } from '../support/posix.ts';
import { leftBehind } from '../support/soak/left.ts';
import { countsLine, soak } from '../support/soak/soak.ts';

// A small part of `npm run soak`, with its own fixed seed, so that a failure is reproducible.

const RUNS = 40;
const SIGNALLED = 20;
const SEED = 1_000_000;

// Some of the faults are cancels.
needsPosix()(
  `${RUNS} runs under random faults: none deploys twice, reports a wrong result, hangs, or leaks`,
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
    // The invariants would also hold if no run did anything, so enough runs must end well.
    expect(result.endings['deployed'] ?? 0).toBeGreaterThan(RUNS / 5);
    expect(Object.keys(result.endings).length).toBeGreaterThan(3);
  },
);

needsPosix()(
  `${SIGNALLED} runs that get a signal at a random moment: each ends within 2 s and leaves nothing behind`,
  async () => {
    const violations: string[] = [];
    const result = await soak({
      runs: SIGNALLED,
      seed: SEED,
      jobs: 4,
      signals: true,
      onViolation: ({ seed }, { invariant, detail }) =>
        violations.push(
          `${invariant}: ${detail}; again: npm run soak -- --signals --runs 1 --seed ${seed}`,
        ),
    });
    process.stdout.write(`${countsLine(result)} (signals, seed ${SEED}, ${result.seconds} s)\n`);
    expect(violations).toEqual([]);
    const cancelled = Object.entries(result.endings).filter(([words]) => /cancelled/.test(words));
    expect(cancelled.length).toBeGreaterThan(0);
  },
);

test('leftovers of a run are detected: a file, and on Linux a process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  writeFileSync(join(folder, 'token'), '');
  const script = 'process.stdout.write("up"); setInterval(() => undefined, 1_000)';
  const child = spawn(process.execPath, ['-e', script], { env: { TMPDIR: folder } });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const left = leftBehind(folder);
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  const processes = process.platform === 'linux' ? [`the process ${child.pid}`] : [];
  expect(left).toEqual(['the file token', ...processes]);
});
