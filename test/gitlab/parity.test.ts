import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exitStatusByCode } from '../../src/failure.ts';
import { type Input, inputs } from '../../src/inputs.ts';
import { CLI_BUNDLE, ROOT, template } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseDocuments } from '../support/gitlab/yaml.ts';

/** Every way in which `deploy` differs from the table of inputs, on purpose. */
const leftOut: Readonly<Record<string, string>> = {
  token: 'inputs are stored with the pipeline: the token is a masked variable',
  'allow-unsafe-trigger': 'a trigger of GitHub',
  'early-check': 'the template check.yml does it',
};
const added = ['job-name', 'stage', 'image', 'rules', 'environment', 'environment-tier', 'bundle-url'];
const saysMore: Readonly<Record<string, string>> = { service: ' On GitLab: on one line, separated by commas, without spaces.' };

/** Every way in which `check` differs from `deploy`. */
const notChecked = ['wait', 'logs', 'dry-run', 'max-parallel', 'dotenv-prefix', 'environment-tier'];

const table = inputs as readonly Input[];
const [deploy, check] = (['deploy', 'check'] as const).map((name) => ({ text: template(name), declared: declaredIn(template(name)) }));
if (deploy === undefined || check === undefined) throw new Error('a template is missing');

function declaredIn(text: string): Readonly<Record<string, Mapping>> {
  const [header] = parseDocuments(text);
  const declared = asMapping(asMapping(header?.['spec'])['inputs']);
  return Object.fromEntries(Object.entries(declared).map(([name, row]) => [name, asMapping(row)]));
}

test('the templates and their README are what scripts/stamp.ts writes', () => {
  expect(execFileSync(process.execPath, ['scripts/stamp.ts', '--check'], { cwd: ROOT, encoding: 'utf8' })).toBe('');
});

test('`deploy` has the inputs of the table, and those that only GitLab has', () => {
  const expected = table.map(({ name }) => name).filter((name) => !(name in leftOut));
  expect(Object.keys(deploy.declared)).toEqual([...expected, ...added]);
});

test('what is left out exists, and is not for GitLab', () => {
  for (const name of Object.keys(leftOut)) {
    const row = table.find((one) => one.name === name);
    expect(row?.hosts ?? ['gitlab']).not.toContain('gitlab');
  }
});

test('`check` has the inputs of `deploy` that mean something to it, with the same rows, and `strict`', () => {
  const expected = Object.keys(deploy.declared).filter((name) => !notChecked.includes(name));
  expect(Object.keys(check.declared).sort()).toEqual([...expected, 'strict'].sort());
  for (const name of expected.filter((one) => !['job-name', 'stage'].includes(one)))
    expect(check.declared[name]).toEqual(deploy.declared[name]);
});

test.each(table.filter(({ name }) => !(name in leftOut)))(
  'the input $name is the same everywhere',
  ({ name, description, choices, ...row }) => {
    const declared = deploy.declared[name];
    expect(declared?.['description']).toBe(`${description}${saysMore[name] ?? ''}`);
    expect(declared?.['options']).toEqual(choices);
    if (row.required === true) expect(declared).not.toHaveProperty('default');
    else expect(String(declared?.['default'])).toBe(row.default ?? '');
  },
);

test.each([
  ['deploy', deploy],
  ['check', check],
] as const)('every input of `%s` is used, and none is used that is not declared', (_, { text, declared }) => {
  const used = [...text.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual(Object.keys(declared).sort());
  expect(text.match(/\$\[\[/g)).toHaveLength(used.length);
});

test.each([
  ['deploy', deploy],
  ['check', check],
] as const)('every text that becomes a part of the script of `%s` is guarded', (_, { text, declared }) => {
  const body = text.slice(text.indexOf('  script:'));
  for (const [, name = ''] of body.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)) {
    const { type, regex, options } = declared[name] ?? {};
    if (type !== 'string' || options !== undefined) continue;
    expect(regex).toMatch(/^\^.*\$$/);
    const guard = new RegExp(String(regex));
    for (const bad of ["'", '"', '$', '`', '\\', '\n', ';', '&', '|', '<', '>']) {
      for (const value of [bad, `a/b${bad}`, `${bad}a/b`, `https://a.b/${bad}`, `/{service}${bad}`, `15m${bad}`])
        expect(value).not.toMatch(guard);
    }
  }
});

test('no template touches the token', () => {
  for (const { text } of [deploy, check]) expect(text.replaceAll(/description: .*/g, '')).not.toMatch(/OUTPOST_TOKEN\b/);
});

test('the README has a row for every exit status', () => {
  const readme = readFileSync(join(ROOT, 'gitlab/README.md'), 'utf8');
  const statuses = [...new Set<number>([0, ...Object.values(exitStatusByCode), 69, 70])].filter((status) => status < 100);
  for (const status of statuses) expect(readme).toMatch(new RegExp(`^\\| ${status} \\| `, 'm'));
  expect(readme).toContain('| 130, 143 | ');
});

test('the README pins the templates, and the templates pin the program', () => {
  const readme = readFileSync(join(ROOT, 'gitlab/README.md'), 'utf8');
  const program = createHash('sha256').update(readFileSync(CLI_BUNDLE)).digest('hex');
  for (const { text } of [deploy, check]) {
    expect(readme).toContain(`integrity: sha256-${createHash('sha256').update(text).digest('base64')}\n`);
    expect(new Set(text.match(/[0-9a-f]{64}/g))).toEqual(new Set([program]));
  }
});
