import { parentPort, workerData } from 'node:worker_threads';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { MARK } from './long-log.ts';

/** Longer than any form of the token. */
const OVERLAP = 4_096;

/** What was found in an output stream. */
export interface Found {
  readonly bytes: number;
  readonly lines: number;
  readonly hidden: number;
  readonly gaps: number;
  readonly leaks: readonly string[];
}

/**
 * Runs in its own thread. It searches a stream chunk by chunk and reports what it found at the end.
 */
function scan(token: string): void {
  const decoder = new TextDecoder();
  let carry = '';
  let found: Found = { bytes: 0, lines: 0, hidden: 0, gaps: 0, leaks: [] };
  parentPort?.on('message', (chunk: Uint8Array | 'end') => {
    if (chunk === 'end') return void parentPort?.postMessage(found);
    const text = decoder.decode(chunk, { stream: true }).replace(/^::add-mask::.*\n/gm, '');
    const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    // Join the lines again, to find a token that is split over two of them.
    const joined = carry + text.replace(/\n(?: {2}\S+ \| )?/g, '');
    const leaks = findLeaks(joined, token).map(
      ({ form, at }) => `${form}: ${joined.slice(Math.max(0, at - 40), at + 80)}`,
    );
    const hidden =
      (carry.slice(1 - MARK.length) + joined.slice(carry.length)).split(MARK).length - 1;
    carry = joined.slice(-OVERLAP);
    found = {
      bytes: found.bytes + chunk.length,
      lines: found.lines + count(/\n/g),
      hidden: found.hidden + hidden,
      gaps: found.gaps + count(/some log lines before these are missing/g),
      leaks: [...found.leaks, ...leaks].slice(0, 5),
    };
    parentPort?.postMessage('more');
    return undefined;
  });
}

scan(String(workerData));
