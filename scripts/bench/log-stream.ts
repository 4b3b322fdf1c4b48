import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { SERVICES, serveLog } from '../../test/safety/long-log.ts';
import type { Found } from '../../test/safety/stream-scan.ts';
import { BUNDLE, PROBE, readProbe, type Used } from './measure.ts';

export const TOKEN = `op_pat_${randomBytes(24)
  .toString('base64')
  .replace(/[^0-9A-Za-z]/g, 'x')}`;

export type Streamed = Found & Used;

/**
 * Sends so much log through the shipped action, with the token hidden once in it, and searches what comes out.
 *
 * @param scale how many times as fast time passes: at 50 the log comes faster than the search goes, which then stops the program as a
 * slow runner would; at 20 it does not.
 */
export async function streamLog(totalBytes: number, folder: string, scale: number): Promise<Streamed> {
  const search = newSearch();
  const server = await serveLog(totalBytes, TOKEN, search.isBehind);
  const fastTime = new URL('../../test/support/fast-time.mjs', import.meta.url).href;
  const service = Array.from({ length: SERVICES }, (_, index) => `acme/s${index}`).join(',');
  const startMs = performance.now();
  const child = spawn(process.execPath, ['--import', PROBE, '--import', fastTime, BUNDLE], {
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
  const found = await search.of(child.stdout);
  const ms = performance.now() - startMs;
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  server.close();
  return { ...found, ms, ...readProbe(said) };
}

/** Chunks that wait to be searched: more, and the reader is stopped, as a slow runner would stop it. */
const MAX_WAITING = 64;

function newSearch(): { isBehind(): boolean; of(output: NodeJS.ReadableStream): Promise<Found> } {
  let waiting = 0;
  const of = (output: NodeJS.ReadableStream): Promise<Found> => {
    const worker = new Worker(new URL('../../test/safety/stream-scan.ts', import.meta.url), { workerData: TOKEN });
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
  };
  return { isBehind: () => waiting > 0, of };
}
