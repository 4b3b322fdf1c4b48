import { expect, test } from '@jest/globals';
import { createShellHost } from '../../src/hosts/shell.ts';
import { withStillTime } from '../support/build.ts';

const time = withStillTime();

/** A shell host on a terminal of this width, and what it wrote. */
function onTerminal(columns: number, rewrites = true) {
  const written: string[] = [];
  const stdout = {
    write: (text: string) => void written.push(text),
    drained: () => Promise.resolve(),
  };
  const terminal = { colour: false, rewrites, columns };
  return {
    host: createShellHost({
      env: { PATH: process.env['PATH'] },
      flags: {},
      folder: '.',
      stdout,
      terminal,
    }),
    written,
  };
}

test('on a terminal one line tells how it stands, and is taken away before the next line of the log', () => {
  const { host, written } = onTerminal(80);
  host.progress?.('acme/web: deploying', 65_000);
  host.say('acme/web: running');
  expect(written.join('')).toBe(
    '\r\u001b[Kacme/web: deploying (1 m 05 s)\r\u001b[Kacme/web: running\n',
  );
});

test('it is cut where the line ends: a longer one would stay behind', () => {
  const { host, written } = onTerminal(12);
  host.progress?.('acme/web: deploying', 0);
  host.say('x');
  expect(written[0]).toBe('\r\u001b[Kacme/web: d');
});

test('it goes on by itself, second by second, as long as nothing else is said', () => {
  const { host, written } = onTerminal(80);
  host.progress?.('acme/web: deploying', 30_100);
  time.advance(999);
  expect(written).toEqual(['\r\u001b[Kacme/web: deploying (30 s)']);
  time.advance(1);
  time.advance(1_000);
  expect(written.slice(1)).toEqual([
    '\r\u001b[Kacme/web: deploying (31 s)',
    '\r\u001b[Kacme/web: deploying (32 s)',
  ]);
  host.say('x');
  const { length } = written;
  time.advance(60_000);
  expect(written).toHaveLength(length);
});

test('where no line can be written over, there is none', () => {
  expect(onTerminal(80, false).host.progress).toBeUndefined();
});
