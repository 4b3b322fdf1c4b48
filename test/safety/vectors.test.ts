import { expect, test } from '@jest/globals';
import { VECTOR_TOKENS } from '../../simulators/runner/vectors.ts';
import { BROKEN, FORMS } from './finer-vectors.ts';
import { unseenMarks, ways, written } from './ways.ts';
import { hosts, leaksIn, shownInFiles, shownInLog } from './written.ts';

/**
 * Ways with few places take only some of the forms each time. Over all hosts and token lengths,
 * each form is used.
 */
const PART = 5;
const combinations = hosts.flatMap((host) =>
  VECTOR_TOKENS.map((token) => ({ host, token, length: token.length })),
);
const rows = ways.flatMap((way) =>
  combinations.map((one, turn) => {
    const forms = way.exit === 0 ? FORMS.slice(turn * PART, (turn + 1) * PART) : FORMS;
    return { ...one, way, name: way.name, forms };
  }),
);

test('each form has its turn', () => {
  expect(PART * combinations.length).toBeGreaterThanOrEqual(FORMS.length);
  expect(rows.every(({ forms }) => forms.length > 0)).toBe(true);
});

test.concurrent.each(rows)(
  '$host, $length characters, no form in the log: $name',
  async ({ way, host, token, forms }) => {
    const run = await written(way, host, token, forms);
    expect(leaksIn(shownInLog(run), token)).toEqual([]);
    expect({ exitStatus: run.exitStatus, unseen: unseenMarks(run, way, token, forms) }).toEqual({
      exitStatus: way.exit,
      unseen: [],
    });
  },
);

test.concurrent.each(rows)(
  '$host, $length characters, no form in the files: $name',
  async ({ way, host, token, forms }) => {
    expect(leaksIn(shownInFiles(await written(way, host, token, forms)), token)).toEqual([]);
  },
);

const finely = rows.filter(({ way, length }) => length === 29 && way.exit !== 0);
test.concurrent.each(finely)(
  '$host, tokens that are broken finely: $name',
  async ({ way, host, token }) => {
    const run = await written(way, host, token, BROKEN);
    expect(leaksIn([...shownInLog(run), ...shownInFiles(run)], token)).toEqual([]);
  },
);
