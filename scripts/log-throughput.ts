import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { logPipeline } from './bench/log.ts';
import { tableOf } from './bench/page.ts';
import { redaction } from './bench/redaction.ts';

/**
 * `node scripts/log-throughput.ts [--mib 1024]`: the rows of `npm run bench` about the log, for a
 * log of any length. It fails if any part of the token is printed.
 */
const { values } = parseArgs({ options: { mib: { type: 'string', default: '1024' } } });
const folder = mkdtempSync(join(tmpdir(), 'outpost-throughput-'));
try {
  const rows = [...(await logPipeline(folder, Number(values.mib))), ...(await redaction())];
  process.stdout.write(`${tableOf(rows)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
