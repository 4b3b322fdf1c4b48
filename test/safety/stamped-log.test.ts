import { expect, test } from '@jest/globals';
import { startHostileOutpost } from './hostile-outpost.ts';
import { type HostUnderTest, runOn, shownInFiles, shownInLog } from './written.ts';

/**
 * A service prints a token in pieces too short to be recognized, each in its own log entry. The
 * text between them (each entry's time, the indent of the failure card) must not keep us from
 * finding the token.
 */

const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';
const time = (index: number): string => `2036-11-23T10:00:${String(index).padStart(2, '0')}`;

const bodies: Readonly<Record<string, (pieces: readonly string[]) => Buffer>> = {
  'JSON entries with a time': (pieces) =>
    json(pieces.map((message, index) => ({ timestamp: `${time(index)}.123Z`, message }))),
  'JSON entries with a zone': (pieces) =>
    json(pieces.map((line, index) => ({ timestamp: `${time(index)}+02:00`, line }))),
  'JSON entries with seconds since 1970': (pieces) =>
    json(pieces.map((text, index) => ({ timestamp: 2_100_000_000 + index, text }))),
  'JSON entries with a time in words': (pieces) =>
    json(pieces.map((message, index) => ({ timestamp: `Mon Nov 23 ${index}`, message }))),
  'plain lines': (pieces) => plain(pieces),
  'plain lines with a time': (pieces) =>
    plain(pieces.map((piece, index) => `${time(index)}.123456789Z ${piece}`)),
  'plain lines with a time in brackets': (pieces) =>
    plain(pieces.map((piece, index) => `[${time(index).replace('T', ' ')},123] ${piece}`)),
};

function json(entries: readonly unknown[]): Buffer {
  return Buffer.from(JSON.stringify({ data: entries }));
}

function plain(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\n')}\n`);
}

function piecesOf(token: string, length: number): readonly string[] {
  return token.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
}

const hosts: readonly HostUnderTest[] = ['github', 'gitlab', 'shell'];
const cases = hosts.flatMap((host) =>
  Object.keys(bodies).flatMap((body) => [9, 6].map((length) => ({ host, body, length }))),
);

test.concurrent.each(cases)(
  '$host: pieces of $length characters in $body',
  async ({ host, body, length }) => {
    const pieces = piecesOf(TOKEN, length);
    const server = await startHostileOutpost({
      says: () => undefined,
      services: 1,
      log: () => bodies[body]?.(['a line before', ...pieces, 'a line behind']) ?? Buffer.alloc(0),
    });
    try {
      const run = await runOn(host, {
        token: TOKEN,
        inputs: { origin: server.origin, 'token-name': 'ci', service: 'acme/s0', branch: 'main' },
      });
      const shown = [...shownInLog(run), ...shownInFiles(run)].map(({ text }) => text).join('\n');
      expect(shown).toMatch(/a line behind/);
      expect(shown).toMatch(/[Ll]ast log lines of .?acme\/s0/);
      for (const piece of pieces.filter((one) => one.length > 4))
        expect(shown).not.toContain(piece);
    } finally {
      await server.close();
    }
  },
);
