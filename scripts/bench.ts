import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmulator } from '../src/emulator/server.ts';

/**
 * `npm run bench`: what the program costs, as ratios measured in one run. Machines are noisy, so each pair runs alternately and the
 * median counts; nothing here fails on a time.
 */
const ROUNDS = Number(process.argv[2] ?? 41);
const BUNDLE = fileURLToPath(new URL('../dist/github/index.js', import.meta.url));

interface Measured {
  readonly ms: number;
  readonly peakKib: number;
}

const folder = mkdtempSync(join(tmpdir(), 'outpost-bench-'));
/** Reports the peak memory of the process that it is loaded into, when that ends. */
const probe = join(folder, 'probe.mjs');
writeFileSync(probe, "process.on('exit', () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}`));\n");

function run(args: readonly string[], env: Readonly<Record<string, string>>, probed = false): Promise<Measured> {
  const start = performance.now();
  const all = probed ? ['--import', probe, ...args] : args;
  // A folder without a checkout, as in most jobs that only deploy: there is nothing to search for tokens.
  const child = spawn(process.execPath, all, {
    cwd: folder,
    env: { PATH: process.env['PATH'], RUNNER_TEMP: folder, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  return new Promise((resolve) =>
    child.on('close', () => resolve({ ms: performance.now() - start, peakKib: Number(/peak (\d+)/.exec(said)?.[1] ?? 0) })),
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Medians of two commands that take turns. */
async function compare(
  ours: () => Promise<Measured>,
  base: () => Promise<Measured>,
): Promise<{ readonly ours: number; readonly base: number }> {
  const times = { ours: [] as number[], base: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.ours.push((await ours()).ms);
    times.base.push((await base()).ms);
  }
  return { ours: median(times.ours), base: median(times.base) };
}

/** The requests of an accepted deploy, sent by nothing but node:http: the floor for a program that does the same work. */
const bareScript = `
import http from 'node:http';
const agent = new http.Agent({ keepAlive: true });
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const headers = { authorization: 'Bearer ' + process.env.INPUT_TOKEN, 'content-type': 'application/json' };
  const request = http.request(process.env.INPUT_ORIGIN + path, { method, headers, agent }, (response) => {
    let text = '';
    response.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
  });
  request.on('error', reject).end(body);
});
await Promise.all([ask('GET', '/auth/v1/pat/bench'), ask('GET', '/acme/service/web')]);
await ask('POST', '/auth/v1/v1/services/web/deploy', '{"branch":"main"}');
agent.destroy();
`;

const rows: string[][] = [];
const ratio = (name: string, { ours, base }: { ours: number; base: number }, goal: string): void => {
  rows.push([name, `${(ours / base).toFixed(2)}x`, goal, `${ours.toFixed(0)} ms against ${base.toFixed(0)} ms`]);
};

try {
  ratio(
    'cold start to a configuration error / node -e 0',
    await compare(
      () => run([BUNDLE], {}),
      () => run(['-e', '0'], {}),
    ),
    'at most 2.6x',
  );

  const emulator = await startEmulator({ scenario: { rollout: [{ status: 'running' }] } });
  const token = emulator.world.createToken({ name: 'bench', scopes: ['service'] });
  const bare = join(folder, 'bare.mjs');
  writeFileSync(bare, bareScript);
  const env = {
    INPUT_TOKEN: token,
    INPUT_ORIGIN: emulator.origin,
    INPUT_SERVICE: 'acme/web',
    'INPUT_TOKEN-NAME': 'bench',
    INPUT_WAIT: 'false',
    GITHUB_REF_NAME: 'main',
  };
  ratio(
    'accepted deploy (wait: false) / the same requests by bare node:http',
    await compare(
      () => run([BUNDLE], env),
      () => run([bare], env),
    ),
    'at most 1.4x',
  );

  const peaks: number[] = [];
  for (let round = 0; round < 5; round += 1) peaks.push((await run([BUNDLE], env, true)).peakKib);
  rows.push(['peak memory of that deploy', `${(median(peaks) / 1024).toFixed(0)} MiB`, 'at most 65 MiB', '']);
  await emulator.close();

  const { size } = statSync(BUNDLE);
  rows.push(['bundle', `${(size / 1000).toFixed(0)} kB`, 'at most 450 kB', `${readFileSync(BUNDLE, 'utf8').split('\n').length} lines`]);
} finally {
  rmSync(folder, { recursive: true });
}

const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
for (const row of rows)
  process.stdout.write(
    `${row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );
process.stdout.write(`Node ${process.version}, medians of ${ROUNDS} alternating runs.\n`);
