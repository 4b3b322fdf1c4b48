import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitLags } from './bench/exit-lag.ts';
import { fleets } from './bench/fleet.ts';
import { logPipeline } from './bench/log.ts';
import type { Row } from './bench/measure.ts';
import { circumstances, tableOf, writePage } from './bench/page.ts';
import { acceptedDeploy, coldStart } from './bench/programs.ts';
import { redaction } from './bench/redaction.ts';
import { sizes } from './bench/sizes.ts';

/**
 * `npm run bench`: what the shipped program costs. Machines are noisy, so that what counts is ratios of things that took turns in one run;
 * nothing here fails on a time. `-- --write` keeps the table in docs/performance.md, `--full` sends a gibibyte of log instead of 128 MiB.
 */
const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '31' },
  },
});
const rounds = Number(values.rounds);
/** At this pace the log is no faster than whoever reads it. */
const PACE = 20;

const folder = mkdtempSync(join(tmpdir(), 'outpost-bench-'));
const parts: readonly (() => readonly Row[] | Promise<readonly Row[]>)[] = [
  () => coldStart(folder, rounds),
  () => acceptedDeploy(folder, rounds),
  sizes,
  () => redaction(rounds),
  () => logPipeline(folder, values.full ? 1_024 : 128, PACE),
  () => fleets(folder),
  exitLags,
];

try {
  const rows: Row[] = [];
  for (const part of parts) {
    const found = await part();
    rows.push(...found);
    process.stderr.write(`${found.map(({ what, measured }) => `${what}: ${measured}\n`).join('')}`);
  }
  const text = `${tableOf(rows)}\n\n${circumstances(rounds)}`;
  process.stdout.write(`\n${text}\n`);
  if (values.write) writePage(text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
