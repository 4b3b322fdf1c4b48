// `npm run fuzz -- --seed 1 --seconds 60`: feeds random log text, answers and git output to the
// parts that read them, on both simulated runners. Exits with 1 if it found anything.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, TARGETS, type Target } from '../test/support/fuzz/fuzz.ts';

function numberOf(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} must be a whole number, not ${text}`);
  return value;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** The number of runs per target. */
    runs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true, default: [...TARGETS] },
    /** The sources to test. Pass a copy to see what the fuzzing finds in changed code. */
    source: { type: 'string', default: resolve(import.meta.dirname, '../src') },
    'git-line-length': { type: 'string', default: '1000000' },
    'hang-seconds': { type: 'string', default: '30' },
  },
});
const targets = values.target.filter((one): one is Target => TARGETS.some((name) => name === one));
if (targets.length !== values.target.length)
  throw new Error(`--target must be one of ${TARGETS.join(', ')}`);

for (const target of targets) {
  const seed = numberOf(values.seed, 'seed');
  const { runs, finding } = await fuzz({
    target,
    source: resolve(values.source),
    seed,
    runs: numberOf(values.runs, 'runs'),
    seconds: numberOf(values.seconds, 'seconds'),
    hangSeconds: numberOf(values['hang-seconds'], 'hang-seconds'),
    gitLineLength: numberOf(values['git-line-length'], 'git-line-length'),
  });
  process.stdout.write(
    `${target}: ${runs} runs with the seed ${seed}, ${finding === undefined ? 'nothing found' : `FOUND\n${finding}`}\n`,
  );
  if (finding !== undefined) process.exitCode = 1;
}
