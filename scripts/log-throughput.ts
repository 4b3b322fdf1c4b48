import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Redactor } from '../src/redact.ts';
import { SERVICES, serveLog } from '../test/safety/long-log.ts';
import type { Found } from '../test/safety/stream-scan.ts';

/**
 * `node scripts/log-throughput.ts [--mib 1024] [--scale 50]`: sends so much log through the shipped action, with the token hidden once in
 * it, and tells how fast it went, what memory it took, and whether anything of the token came out. Then what redaction costs, as ratios.
 */
const MIB = 1_048_576;
const TOKEN = `op_pat_${randomBytes(24)
  .toString('base64')
  .replace(/[^0-9A-Za-z]/g, 'x')}`;
interface Measured extends Found {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakKib: number;
}

/** One run of the shipped action, with its output searched. */
async function stream(totalBytes: number, folder: string, scale: number): Promise<Measured> {
  const server = await serveLog(totalBytes, TOKEN, () => waiting > 0);
  const probe = join(folder, 'probe.mjs');
  writeFileSync(
    probe,
    'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();' +
      ' process.stderr.write(`peak ${maxRSS} cpu ${userCPUTime + systemCPUTime}`); });\n',
  );
  const fastTime = new URL('../test/support/fast-time.mjs', import.meta.url).href;
  const bundle = fileURLToPath(new URL('../dist/github/index.js', import.meta.url));
  const service = Array.from({ length: SERVICES }, (_, index) => `acme/s${index}`).join(',');
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', pathToFileURL(probe).href, '--import', fastTime, bundle], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ...{ TIME_SCALE: String(scale), RUNNER_TEMP: folder, GITHUB_ACTION: 'deploy', GITHUB_REF_NAME: 'main', GITHUB_REF_TYPE: 'branch' },
      ...{ INPUT_TOKEN: TOKEN, INPUT_ORIGIN: server.origin, INPUT_SERVICE: service, INPUT_TIMEOUT: '24h' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const found = await searched(child.stdout);
  const seconds = (performance.now() - start) / 1000;
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  server.close();
  const [, peak, cpu] = /peak (\d+) cpu (\d+)/.exec(said) ?? [];
  return { ...found, seconds, cpuSeconds: Number(cpu) / 1e6, peakKib: Number(peak) };
}

/** Chunks that wait to be searched: more, and the reader is stopped, as a slow runner would stop it. */
const MAX_WAITING = 64;

/** How many there are. */
let waiting = 0;

function searched(output: NodeJS.ReadableStream): Promise<Found> {
  const worker = new Worker(new URL('../test/safety/stream-scan.ts', import.meta.url), { workerData: TOKEN });
  output.on('data', (chunk: Buffer) => {
    worker.postMessage(new Uint8Array(chunk));
    waiting += 1;
    if (waiting > MAX_WAITING) output.pause();
  });
  output.on('end', () => worker.postMessage('end'));
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message: Found | 'more') => {
      if (message !== 'more') {
        resolve(message);
        void worker.terminate();
        return;
      }
      waiting -= 1;
      if (waiting < MAX_WAITING / 2) output.resume();
    });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** What redaction costs, each pair in turns: against twice the text, and against the one replacement that it takes the place of. */
function ratios(name: string, text: string, rounds = 21): readonly string[] {
  const redactor = new Redactor();
  redactor.add(TOKEN);
  const half = text.length / 2;
  const once = `${text.slice(0, half)}${TOKEN}${text.slice(half + TOKEN.length)}`;
  const twice = once + once;
  const times = { once: [] as number[], twice: [] as number[], replace: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.once.push(timeOf(() => redactor.redactLines([once])));
    times.twice.push(timeOf(() => redactor.redactLines([twice])));
    times.replace.push(timeOf(() => once.replaceAll(TOKEN, '***')));
  }
  const [n, doubled, replace] = [median(times.once), median(times.twice), median(times.replace)];
  return [
    `redaction    of 4 MiB on one line, ${name}: ${(doubled / n).toFixed(2)}x for twice the text (goal: at most 2.5x), ` +
      `${(n / replace).toFixed(2)}x one replaceAll (goal: at most 3x; ${n.toFixed(1)} ms against ${replace.toFixed(1)} ms)`,
  ];
}

/** Lines of a log as programs write them, without their ends. */
function ordinaryText(): string {
  let text = '';
  for (let number = 0; text.length < 4 * MIB; number += 1)
    text += `2026-01-01T00:00:00.${number}Z replica-${number % 3} info GET /orders/${number}/items 200 in ${number % 97} ms, user agent Mozilla/5.0 `;
  return text.slice(0, 4 * MIB);
}

async function measure(): Promise<void> {
  const { values } = parseArgs({ options: { mib: { type: 'string', default: '1024' }, scale: { type: 'string', default: '50' } } });
  const folder = mkdtempSync(join(tmpdir(), 'outpost-throughput-'));
  try {
    const scale = Number(values.scale);
    const empty = await stream(0, folder, scale);
    const full = await stream(Number(values.mib) * MIB, folder, scale);
    const mib = full.bytes / MIB;
    const lines = [
      `written      ${mib.toFixed(0)} MiB in ${full.lines} lines, ${full.gaps} reads of the log were missed`,
      `throughput   ${(mib / full.seconds).toFixed(0)} MiB/s with all waiting, ${(mib / (full.cpuSeconds - empty.cpuSeconds)).toFixed(0)} MiB a second of processor time`,
      `peak memory  ${((full.peakKib - empty.peakKib) / 1024).toFixed(0)} MiB above an empty run (${(full.peakKib / 1024).toFixed(0)} against ${(empty.peakKib / 1024).toFixed(0)} MiB; goal: at most 40 MiB)`,
      `the token    hidden ${full.hidden} time(s), ${full.leaks.length} leak(s)`,
      ...full.leaks.map((leak) => `             ${JSON.stringify(leak)}`),
      ...ratios('a log', ordinaryText()),
      ...ratios('random letters', randomBytes(3 * MIB).toString('base64')),
      `Node ${process.version}, time passed ${scale} times as fast.`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    if (full.leaks.length > 0 || full.hidden === 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await measure();
