import { expect, test } from '@jest/globals';
import { createShellHost } from '../../src/hosts/shell.ts';
import { anOutput, NO_RESULTS, withStillTime } from '../support/build.ts';

const time = withStillTime();
const LINE = '\r\u001b[K';

/** A shell host on a terminal of this width, and what it wrote. */
function onTerminal(columns: number, isLive = true) {
  const written: string[] = [];
  let width = columns;
  const log = { ...anOutput((text) => void written.push(text)), columns: () => width };
  const errors = anOutput((text) => void written.push(`! ${text}`), columns);
  const options = { env: { PATH: process.env['PATH'] }, flags: {}, folder: '.' };
  return {
    host: createShellHost({
      ...options,
      log,
      errors,
      results: NO_RESULTS,
      colour: false,
      isLive,
    }),
    written,
    resize: (to: number) => {
      width = to;
    },
  };
}

test('on a terminal one line tells how it stands, and is taken away before the next line of the log', () => {
  const { host, written } = onTerminal(80);
  host.progress?.('acme/web: deploying', 65_000);
  host.say('acme/web: running');
  expect(written.join('')).toBe(`${LINE}acme/web: deploying (1 m 05 s)${LINE}acme/web: running\n`);
});

test('a warning on the other stream takes it away too', () => {
  const { host, written } = onTerminal(80);
  host.progress?.('acme/web: deploying', 0);
  host.warn({ title: 'Late', message: 'one\ntwo' });
  expect(written).toEqual([
    `${LINE}acme/web: deploying (0 s)`,
    LINE,
    '! Warning: Late\n  one\n  two\n',
  ]);
});

test.each([
  [20, `${LINE}acme/web: deploying`],
  [12, `${LINE}acme/web: d`],
  [2, `${LINE}a`],
  [1, undefined],
  [0, undefined],
])(
  'on %d columns it is cut where the line ends: a longer one would stay behind',
  (width, drawn) => {
    const { host, written } = onTerminal(width);
    host.progress?.('acme/web: deploying', 0);
    time.advance(3_000);
    expect(new Set(written)).toEqual(new Set(drawn === undefined ? [] : [drawn]));
  },
);

test('it follows the width of the terminal', () => {
  const { host, written, resize } = onTerminal(80);
  host.progress?.('acme/web: deploying', 0);
  resize(9);
  time.advance(1_000);
  expect(written.at(-1)).toBe(`${LINE}acme/web`);
});

test('a character that may take two columns does not push it over the end', () => {
  const { host, written } = onTerminal(14);
  host.progress?.('web: 正在部署👩‍🚀 now', 0);
  expect(written).toEqual([`${LINE}web: ?????? n`]);
});

test('it goes on by itself, second by second, as long as nothing else is said', () => {
  const { host, written } = onTerminal(80);
  host.progress?.('acme/web: deploying', 30_100);
  time.advance(999);
  expect(written).toEqual([`${LINE}acme/web: deploying (30 s)`]);
  time.advance(1);
  time.advance(1_000);
  expect(written.slice(1)).toEqual([
    `${LINE}acme/web: deploying (31 s)`,
    `${LINE}acme/web: deploying (32 s)`,
  ]);
  host.say('x');
  const { length } = written;
  time.advance(60_000);
  expect(written).toHaveLength(length);
});

test('where no line can be written over, there is none', () => {
  expect(onTerminal(80, false).host.progress).toBeUndefined();
});

test('results are on one stream, errors and warnings on the other', () => {
  const { host, written } = onTerminal(80, false);
  host.conclude('done');
  host.notice({ title: 'By the way', message: 'so' });
  host.fail({ title: 'Bad', message: 'why' });
  expect(written).toEqual(['done\n', 'Notice: By the way\n  so\n', '! Error: Bad\n  why\n']);
});
