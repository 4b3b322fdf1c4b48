import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../src/deploy/config.ts';
import { type Input, inputs } from '../../src/inputs/table.ts';
import { aContext } from '../support/build.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseYaml } from '../support/gitlab/yaml.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const FORMS = '.github/ISSUE_TEMPLATE';
const forms = readdirSync(join(ROOT, FORMS)).filter((name) => name !== 'config.yml');

/** The variables in .env.example, in order. */
const variables = [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(
  ([, name = '', value = '']) => ({ name, value }),
);

function fields(form: string): readonly Mapping[] {
  const { body } = parseYaml(read(`${FORMS}/${form}`));
  return (Array.isArray(body) ? body : []).map(asMapping);
}

test('each variable in .env.example matches an input of the plain command', () => {
  const onShell = (inputs as readonly Input[]).filter(
    ({ hosts }) => hosts?.includes('shell') ?? true,
  );
  const known = [
    'OUTPOST_TOKEN',
    ...onShell.map(({ name }) => `OUTPOST_${name.toUpperCase().replaceAll('-', '_')}`),
  ];
  expect(variables.length).toBeGreaterThan(5);
  expect(variables.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
});

test('the values of .env.example are valid, and its token is a placeholder', () => {
  const given = variables.filter(({ name, value }) => value !== '' && name !== 'OUTPOST_TOKEN');
  const raw = Object.fromEntries(
    given.map(({ name, value }) => [
      name.replace('OUTPOST_', '').toLowerCase().replaceAll('_', '-'),
      value,
    ]),
  );
  expect(() => readConfig(raw, aContext())).not.toThrow();
  expect(variables.find(({ name }) => name === 'OUTPOST_TOKEN')?.value).toMatch(/^op_pat_x{20}$/);
});

test('git ignores .env, which will hold a token, but not the example', () => {
  expect(read('.gitignore').split('\n')).toContain('.env');
});

test.each(forms)('%s: each field has a unique id and a label', (form) => {
  const asked = fields(form).filter(({ type }) => type !== 'markdown');
  const ids = asked.map(({ id }) => id);
  expect(new Set(ids).size).toBe(asked.length);
  for (const { attributes } of asked)
    expect(asMapping(attributes)).toMatchObject({ label: expect.stringMatching(/./) });
});

test('the bug form requires version and log, and starts with a warning not to paste a token', () => {
  const [first, ...asked] = fields('bug.yml');
  expect(asMapping(first?.['attributes'])['value']).toMatch(/^\*\*Never paste a token/);
  const required = asked.filter(
    ({ validations }) => validations !== undefined && asMapping(validations)['required'] === true,
  );
  expect(required.map(({ id }) => id)).toEqual(expect.arrayContaining(['version', 'log']));
});

test('vulnerability reports are sent to the private form', () => {
  const links = parseYaml(read(`${FORMS}/config.yml`))['contact_links'];
  const urls = (Array.isArray(links) ? links : []).map((link) => String(asMapping(link)['url']));
  expect(urls.some((url) => url.endsWith('/security/advisories/new'))).toBe(true);
});

test('the debugger runs tests with the same flags as `npm test`', () => {
  const { configurations } = JSON.parse(read('.vscode/launch.json')) as {
    configurations: readonly Record<string, unknown>[];
  };
  const { scripts } = JSON.parse(read('package.json')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const tests = configurations.find(({ program }) => String(program).endsWith('jest.js'));
  const flags = tests?.['runtimeArgs'] as readonly string[];
  expect(scripts['test']).toBe(`node ${flags.join(' ')} node_modules/jest/bin/jest.js`);
});
