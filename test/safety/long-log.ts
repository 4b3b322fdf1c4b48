import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const SERVICES = 4;
/** What the output must show in place of the token. */
export const MARK = 'here it is: ***';
/**
 * The longest line that is shown in full, and how many of them fit into the largest page that is
 * read.
 */
const LINE_BYTES = 16_384;
const PAGE_LINES = 255;

/**
 * Returns another page for each read. Its first line repeats the last line of the page before, so
 * that the reader can tell that nothing is missing.
 */
function newLog(
  totalBytes: number,
  hidden: string,
  hideAt: number,
): { next(): Buffer; sentBytes(): number } {
  const words = Array.from({ length: 64 }, () =>
    randomBytes(LINE_BYTES).toString('base64').replace(/.{7}/g, '$& ').slice(0, LINE_BYTES),
  );
  let last = 'the log begins';
  let number = 0;
  let sent = 0;
  const newLine = (): string => {
    number += 1;
    const line = `${number} ${words[number % words.length]}`.slice(0, LINE_BYTES - 1);
    if (sent > hideAt || sent + LINE_BYTES <= hideAt) return line;
    return `${line.slice(0, 5_000)} ${hidden} ${line.slice(5_100)}`.slice(0, LINE_BYTES - 1);
  };
  return {
    sentBytes: () => sent,
    next: () => {
      const lines = [last];
      while (lines.length < PAGE_LINES && sent < totalBytes) {
        lines.push(newLine());
        sent += LINE_BYTES;
      }
      last = lines.at(-1) ?? last;
      return Buffer.from(`${lines.join('\n')}\n`);
    },
  };
}

/**
 * The parts of Outpost that this test needs: services that keep rolling out until the whole log was
 * read.
 *
 * @param caughtUp resolves once the reader of the program's output has read everything so far. The
 *     next page waits for that, as it would for a log that is written in real time.
 */
export async function serveLog(
  totalBytes: number,
  token: string,
  caughtUp: () => Promise<void>,
): Promise<{ readonly origin: string; close(): void }> {
  const logs = Array.from({ length: SERVICES }, (_, index) =>
    newLog(
      totalBytes / SERVICES,
      MARK.replace('***', token),
      index === 1 ? totalBytes / SERVICES / 2 : Infinity,
    ),
  );
  const pages = logs.map((log) => log.next());
  let deployed = false;
  const isTaken = logs.map(() => false);
  const answer = (response: ServerResponse, url: string): void => {
    const log = /^\/acme\/service\/s(\d)\/logs$/.exec(url);
    if (log !== null) {
      const index = Number(log[1]);
      void caughtUp().then(() => response.end(pages[index]));
      // A page that was not fully sent will be requested again.
      response.on('finish', () => {
        isTaken[index] = (logs[index]?.sentBytes() ?? 0) >= totalBytes / SERVICES;
        pages[index] = logs[index]?.next() ?? Buffer.alloc(0);
      });
      return;
    }
    const status = !deployed ? 'running' : isTaken.every((taken) => taken) ? 'failed' : 'deploying';
    const data = logs.map((_, index) => ({
      name: `s${index}`,
      status,
      updated_at: deployed ? '2026-01-02T00:00:00Z' : '2026-01-01T00:00:00Z',
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data }));
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.method === 'POST') deployed = true;
      answer(response, (request.url ?? '').replace(/\?.*/, ''));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
