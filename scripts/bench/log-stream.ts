import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { SERVICES, serveLog } from '../../test/safety/long-log.ts';
import type { Found } from '../../test/safety/stream-scan.ts';
import { VirtualClock } from '../../test/support/virtual-time/clock.ts';
import { endOf, spawnNode } from '../../test/support/virtual-time/processes.ts';
import { BUNDLE, PROBE, readProbe, type Used } from './measure.ts';

export const TOKEN = `op_pat_${randomBytes(24)
  .toString('base64')
  .replace(/[^0-9A-Za-z]/g, 'x')}`;

export type Streamed = Found & Used;

/**
 * Sends this much log through the shipped action, with the token hidden in it once, and searches
 * the output. The program's waits take no time.
 */
export async function streamLog(totalBytes: number, folder: string): Promise<Streamed> {
  const clock = await VirtualClock.start();
  const search = newSearch();
  const server = await serveLog(totalBytes, TOKEN, search.caughtUp);
  try {
    return await stream(clock, search, server.origin, folder);
  } finally {
    server.close();
    await clock.close();
  }
}

async function stream(
  clock: VirtualClock,
  search: Search,
  origin: string,
  folder: string,
): Promise<Streamed> {
  const service = Array.from({ length: SERVICES }, (_, index) => `acme/s${index}`).join(',');
  const startMs = performance.now();
  const child = spawnNode({
    clock,
    preload: [PROBE],
    args: [BUNDLE],
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ...{
        RUNNER_TEMP: folder,
        GITHUB_ACTION: 'deploy',
        GITHUB_REF_NAME: 'main',
        GITHUB_REF_TYPE: 'branch',
      },
      ...{ INPUT_TOKEN: TOKEN, INPUT_ORIGIN: origin, INPUT_SERVICE: service, INPUT_TIMEOUT: '24h' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the output is no pipe');
  let said = '';
  stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const [found] = await Promise.all([search.of(stdout), endOf(child, clock)]);
  return { ...found, ms: performance.now() - startMs, ...readProbe(said) };
}

/**
 * Chunks that may wait to be searched. Beyond that, the output isn't read, just like on a slow
 * runner.
 */
const MAX_WAITING = 64;

interface Search {
  /** Resolves once all output received so far has been searched. */
  caughtUp(): Promise<void>;
  of(output: NodeJS.ReadableStream): Promise<Found>;
}

function newSearch(): Search {
  let waiting = 0;
  let onCaughtUp: (() => void)[] = [];
  const of = (output: NodeJS.ReadableStream): Promise<Found> => {
    const worker = new Worker(new URL('../../test/safety/stream-scan.ts', import.meta.url), {
      workerData: TOKEN,
    });
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
        if (waiting > 0) return;
        for (const call of onCaughtUp) call();
        onCaughtUp = [];
      });
    });
  };
  const caughtUp = (): Promise<void> =>
    waiting === 0 ? Promise.resolve() : new Promise((resolve) => onCaughtUp.push(resolve));
  return { caughtUp, of };
}
