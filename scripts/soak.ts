// `npm run soak -- --runs 500 --seed 1`: runs the shipped bundles with random faults, and counts
// what must never happen. With `--signals`, each run gets a signal at a random moment.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Schedule } from '../test/support/soak/schedule.ts';
import { countsLine, soak } from '../test/support/soak/soak.ts';
import type { Violation } from '../test/support/soak/truth.ts';

function numberOf(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} must be a whole number, not ${text}`);
  return value;
}

/** A violation, with everything needed to reproduce it. */
function report(schedule: Schedule, { invariant, detail }: Violation): void {
  process.stdout.write(
    `${invariant}: ${detail}\n  again: npm run soak -- --runs 1 --seed ${schedule.seed}${values.signals ? ' --signals' : ''}\n  ${JSON.stringify(schedule)}\n`,
  );
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: `${availableParallelism() * 2}` },
    signals: { type: 'boolean', default: false },
  },
});
const seed = numberOf(values.seed, 'seed');
const result = await soak({
  runs: numberOf(values.runs, 'runs'),
  seed,
  jobs: numberOf(values.jobs, 'jobs'),
  signals: values.signals,
  onViolation: report,
});
const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, left], [, right]) => right - left)
    .map(([words, count]) => `${words} ${count}`)
    .join(', ');
process.stdout.write(`ended: ${counted(result.endings)}\n`);
for (const [title, claims] of Object.entries(result.table).sort())
  process.stdout.write(`  ${title}: ${counted(claims)}\n`);
process.stdout.write(`${countsLine(result)} (seed ${seed}, ${result.seconds} s)\n`);
process.exitCode = Object.values(result.counts).every((count) => count === 0) ? 0 : 1;
