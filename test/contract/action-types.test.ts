import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Input, inputs } from '../../src/inputs.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseYaml } from '../support/gitlab/yaml.ts';

const parts = ['inputs', 'outputs'] as const;

function part(file: string, name: (typeof parts)[number]): Mapping {
  return asMapping(parseYaml(readFileSync(join(ROOT, file), 'utf8'))[name]);
}

test.each(parts)('the %s that have a type are those of action.yml', (name) => {
  expect(Object.keys(part('action-types.yml', name))).toEqual(Object.keys(part('action.yml', name)));
});

test.each(parts)('the types of the %s are of the form that github-actions-typing reads', (name) => {
  const needed: Readonly<Record<string, readonly string[]>> = { enum: ['allowed-values'], list: ['separator', 'list-item'] };
  for (const [of, value] of Object.entries(part('action-types.yml', name))) {
    const { type, ...more } = asMapping(value);
    expect(['string', 'boolean', 'integer', 'enum', 'list']).toContain(type);
    expect([of, Object.keys(more)]).toEqual([of, needed[String(type)] ?? []]);
  }
});

const choosing = (inputs as readonly Input[]).filter(({ choices, hosts }) => choices !== undefined && (hosts?.includes('github') ?? true));

test.each(choosing)('the values of $name are texts, and those that the program takes', ({ name, choices }) => {
  expect(asMapping(part('action-types.yml', 'inputs')[name])['allowed-values']).toEqual(choices);
});
