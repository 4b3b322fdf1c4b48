import { expect, test } from '@jest/globals';
import { createShellHost } from '../../src/hosts/shell.ts';
import { anOutput, NO_RESULTS, withStillTime } from '../support/build.ts';

const time = withStillTime();
const LINE = '\r\u001b[K';

/** A shell host on a terminal of this width, and its output. */
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

test('on a terminal, one line shows the progress, and is erased before the next line of the log', () => {
  const { host, written } = onTerminal(80);
  host.progress?.('acme/web: deploying', 65_000);
  host.say('acme/web: running');
  expect(written.join('')).toBe(`${LINE}acme/web: deploying (1 m 05 s)${LINE}acme/web: running\n`);
});

test('a warning on the other stream erases it too', () => {
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
  'on %d columns, it is cut at the end of the line, so that nothing stays behind',
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

test('characters that may be two columns wide do not make it too long', () => {
  const { host, written } = onTerminal(14);
  host.progress?.('web: 正在部署👩‍🚀 now', 0);
  expect(written).toEqual([`${LINE}web: ?????? n`]);
});

test('it updates itself every second until something else is written', () => {
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

test('without a terminal, there is no progress line', () => {
  expect(onTerminal(80, false).host.progress).toBeUndefined();
});

test('results go to one stream, errors and warnings to the other', () => {
  const { host, written } = onTerminal(80, false);
  host.conclude('done');
  host.notice({ title: 'By the way', message: 'so' });
  host.fail({ title: 'Bad', message: 'why' });
  expect(written).toEqual(['done\n', 'Notice: By the way\n  so\n', '! Error: Bad\n  why\n']);
});
