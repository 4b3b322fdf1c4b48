import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Input, inputs } from '../../src/inputs/table.ts';
import { inputsOf, type TokenInput } from '../../src/inputs/token-table.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseYaml } from '../support/gitlab/yaml.ts';

const tables: Readonly<Record<string, readonly (Input | TokenInput)[]>> = {
  '.': inputs,
  rotate: inputsOf('rotate'),
};
const parts = Object.keys(tables).flatMap((folder) =>
  (['inputs', 'outputs'] as const).map((name) => ({ folder, name })),
);

function part(folder: string, file: string, name: 'inputs' | 'outputs'): Mapping {
  return asMapping(parseYaml(readFileSync(join(ROOT, folder, file), 'utf8'))[name]);
}

test.each(parts)('$folder: exactly the $name in action.yml have a type', ({ folder, name }) => {
  expect(Object.keys(part(folder, 'action-types.yml', name))).toEqual(
    Object.keys(part(folder, 'action.yml', name)),
  );
});

test.each(parts)(
  '$folder: the types of the $name follow the format of github-actions-typing',
  ({ folder, name }) => {
    const needed: Readonly<Record<string, readonly string[]>> = {
      enum: ['allowed-values'],
      list: ['separator', 'list-item'],
    };
    for (const [of, value] of Object.entries(part(folder, 'action-types.yml', name))) {
      const { type, ...more } = asMapping(value);
      expect(['string', 'boolean', 'integer', 'enum', 'list']).toContain(type);
      expect([of, Object.keys(more)]).toEqual([of, needed[String(type)] ?? []]);
    }
  },
);

const choosing = Object.entries(tables).flatMap(([folder, rows]) =>
  rows
    .filter(({ choices, hosts }) => choices !== undefined && (hosts?.includes('github') ?? true))
    .map(({ name, choices }) => ({ folder, name, choices })),
);

test.each(choosing)(
  '$folder: the allowed values of $name are those that the program accepts',
  ({ folder, name, choices }) => {
    expect(asMapping(part(folder, 'action-types.yml', 'inputs')[name])['allowed-values']).toEqual(
      choices,
    );
  },
);
