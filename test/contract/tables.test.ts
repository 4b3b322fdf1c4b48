import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { rotationOutputs } from '../../scripts/rotation-outputs.ts';
import { type Input, inputs } from '../../src/inputs/table.ts';
import { type TokenInput, tokenInputs } from '../../src/inputs/token-table.ts';
import { outputs } from '../../src/report/outputs.ts';
import { rotationPublicationOf } from '../../src/tokens/rotation-report.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const actions = [
  { file: 'action.yml', folder: '.', steps: ['pre', 'main', 'post'], outputs },
  // A rotation has no second process before or after it that could hold the tokens.
  { file: 'rotate/action.yml', folder: 'rotate', steps: ['main'], outputs: rotationOutputs },
];

test('the actions and the tables in the documents match the output of `npm run docs`', () => {
  expect(
    execFileSync(process.execPath, ['scripts/docs.ts', '--check'], { cwd: root, encoding: 'utf8' }),
  ).toBe('');
});

test.each([...inputs, ...tokenInputs] as readonly (Input | TokenInput)[])(
  'the input $name has a readable name and description',
  ({ name, description, kind, choices }) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(description.length).toBeGreaterThan(20);
    expect(description).toMatch(/[.)]$/);
    expect(choices !== undefined).toBe(kind === 'choice');
  },
);

test.each(actions)(
  '$file has no expression in a description, because the runner would evaluate it',
  ({ file }) => {
    expect(readFileSync(join(root, file), 'utf8')).not.toContain('${{');
  },
);

test.each(actions)(
  '$file uses node24 and programs that exist',
  ({ file, folder, steps, ...table }) => {
    const action = readFileSync(join(root, file), 'utf8');
    expect(action).toMatch(/using: node24/);
    // The runner resolves the path relative to the action's own file.
    const named = [...action.matchAll(/^ {2}(main|pre|post): (\S+)$/gm)].map(
      ([, step = '', path = '']) => ({ step, path }),
    );
    expect(named.map(({ step }) => step).sort()).toEqual([...steps].sort());
    for (const { path } of named)
      expect(readFileSync(join(root, folder, path), 'utf8')).not.toBe('');
    expect(
      table.outputs.map(({ name }) => name).every((name) => action.includes(`\n  ${name}:\n`)),
    ).toBe(true);
  },
);

test('a rotation sets the outputs in its table, and the host sets the file paths', () => {
  const facts = { status: 'failed', revoked: [], left: [] } as unknown as Parameters<
    typeof rotationPublicationOf
  >[0];
  expect([...Object.keys(rotationPublicationOf(facts).outputs()), 'summary', 'report']).toEqual(
    rotationOutputs.map(({ name }) => name),
  );
});
