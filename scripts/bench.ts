import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bounds } from './bench/bounds.ts';
import { emulatorPush } from './bench/emulator-push.ts';
import { exitLags } from './bench/exit-lag.ts';
import { fleets } from './bench/fleet.ts';
import { logPipeline } from './bench/log.ts';
import type { Row } from './bench/measure.ts';
import { circumstances, tableOf, writePage } from './bench/page.ts';
import { acceptedDeploy, coldStart } from './bench/programs.ts';
import { redaction } from './bench/redaction.ts';
import { sizes } from './bench/sizes.ts';

/**
 * `npm run bench`: measures what the shipped program costs. Machines are noisy, so it compares
 * things that take turns in one run, and never fails because of a time. It fails if memory exceeds
 * its limit. `-- --write` updates the table in docs/dev/performance.md, `--full` sends a gibibyte
 * of log instead of 128 MiB, `--only fleets,bounds` runs only some parts.
 */
const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '31' },
  },
});
const rounds = Number(values.rounds);

const folder = mkdtempSync(join(tmpdir(), 'outpost-bench-'));
const parts: Readonly<Record<string, () => readonly Row[] | Promise<readonly Row[]>>> = {
  start: () => coldStart(folder, rounds),
  deploy: () => acceptedDeploy(folder, rounds),
  sizes,
  redaction: () => redaction(rounds),
  log: () => logPipeline(folder, values.full ? 1_024 : 128),
  bounds,
  fleets,
  lags: exitLags,
  push: emulatorPush,
};
const chosen = values.only?.split(',') ?? Object.keys(parts);

try {
  const rows: Row[] = [];
  for (const name of chosen) {
    const part = parts[name];
    if (part === undefined)
      throw new Error(`unknown part "${name}"; parts: ${Object.keys(parts).join(', ')}`);
    const found = await part();
    rows.push(...found);
    process.stderr.write(`${found.map(({ what, measured }) => `${what}: ${measured}\n`).join('')}`);
  }
  const text = `${tableOf(rows)}\n\n${circumstances(rounds)}`;
  process.stdout.write(`\n${text}\n`);
  if (values.write) writePage(text);
  const beyond = rows.filter(({ isBeyond }) => isBeyond);
  for (const { what, measured, goal } of beyond)
    process.stderr.write(`Over its limit: ${what}: ${measured}, ${goal}\n`);
  if (beyond.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
