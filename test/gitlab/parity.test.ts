import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Input, inputs } from '../../src/inputs/table.ts';
import { inputsOf, type TokenInput } from '../../src/inputs/token-table.ts';
import { exitStatusByCode } from '../../src/lib/failure.ts';
import { declaredIn } from '../support/gitlab/declared.ts';
import {
  bundleOf,
  ROOT,
  TEMPLATES,
  type TemplateName,
  template,
} from '../support/gitlab/sandbox.ts';
import { asLines, asMapping, parseDocuments } from '../support/gitlab/yaml.ts';

/** Every intended difference between `deploy` and the table of inputs. */
const leftOut: Readonly<Record<string, string>> = {
  token: 'inputs are stored with the pipeline: the token is a masked variable',
  'allow-unsafe-trigger': 'a trigger of GitHub',
  'early-check': 'the template check.yml does it',
};
const added = [
  'job-name',
  'stage',
  'image',
  'rules',
  'environment',
  'environment-tier',
  'bundle-url',
];
const saysMore: Readonly<Record<string, string>> = {
  api: ' On GitLab: on one line, separated by blanks.',
};

/** Every difference between `check` and `deploy`. */
const notChecked = [
  'wait',
  'logs',
  'dry-run',
  'max-parallel',
  'dotenv-prefix',
  'non-fast-forward',
  'environment-tier',
];

/** Every intended difference between `rotate` and the command's table. */
const notRotated: Readonly<Record<string, string>> = {
  token: 'inputs are stored with the pipeline: the token is a masked variable',
  'store-token': 'likewise',
  store: 'the variables of GitLab',
  repository: 'of GitHub',
  environment: "of GitHub; here it is the job's",
  organization: 'of GitHub',
  'allow-unsafe-trigger': 'a trigger of GitHub',
};
const addedToRotate = added.filter((name) => name !== 'environment-tier');

const table = inputs as readonly Input[];
// Some flags belong only to the command.
const rotateTable = (inputsOf('rotate') as readonly TokenInput[]).filter(
  ({ hosts }) => hosts?.join() !== 'shell',
);
const all = TEMPLATES.map((name) => ({ name, text: template(name), declared: declaredIn(name) }));
const [deploy, check, rotate] = (['deploy', 'check', 'rotate'] as const).map((name) =>
  all.find((one) => one.name === name),
);
if (deploy === undefined || check === undefined || rotate === undefined)
  throw new Error('a template is missing');

test('the templates and their README match what scripts/stamp.ts writes', () => {
  expect(
    execFileSync(process.execPath, ['scripts/stamp.ts', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  ).toBe('');
});

test('`deploy` has the inputs of the table, and those only for GitLab', () => {
  const expected = table.map(({ name }) => name).filter((name) => !(name in leftOut));
  expect(Object.keys(deploy.declared)).toEqual([...expected, ...added]);
});

test('what is left out exists, and is not for GitLab', () => {
  for (const name of Object.keys(leftOut)) {
    const row = table.find((one) => one.name === name);
    expect(row?.hosts ?? ['gitlab']).not.toContain('gitlab');
  }
});

test('`check` has the inputs of `deploy` that it uses, with the same rows, and `strict`', () => {
  const expected = Object.keys(deploy.declared).filter((name) => !notChecked.includes(name));
  expect(Object.keys(check.declared).sort()).toEqual([...expected, 'strict'].sort());
  for (const name of expected.filter((one) => !['job-name', 'stage'].includes(one)))
    expect(check.declared[name]).toEqual(deploy.declared[name]);
});

test('`rotate` has the inputs of its table, and those only for GitLab', () => {
  const expected = rotateTable.map(({ name }) => name).filter((name) => !(name in notRotated));
  expect(Object.keys(rotate.declared)).toEqual([...expected, ...addedToRotate]);
  for (const name of Object.keys(notRotated))
    expect(rotateTable.map((row) => row.name)).toContain(name);
});

test.each([
  { name: 'deploy' as const, rows: table },
  { name: 'check' as const, rows: table },
  {
    name: 'rotate' as const,
    rows: [
      ...(inputsOf('rotate') as readonly TokenInput[]),
      ...table.filter((row) => row.name === 'dotenv-prefix'),
    ],
  },
])('no input of `$name` comes from a pipeline variable, not even one of another host', (one) => {
  const expected = one.rows
    .filter(({ kind }) => kind !== 'secret')
    .map(({ name }) => `OUTPOST_${name.toUpperCase().replaceAll('-', '_')}`);
  const lists = [...template(one.name).matchAll(/unset (OUTPOST_(?:.*\\\n)*.*)\n/g)].map(
    ([, names = '']) => names.split(/[\s\\]+/),
  );
  expect(lists).not.toEqual([]);
  for (const names of lists) expect(names.sort()).toEqual([...expected].sort());
});

test.each(TEMPLATES)(
  '`%s` takes nothing from earlier jobs, and its Node loads no code from variables',
  (name) => {
    const [, jobs] = parseDocuments(template(name));
    const job = asMapping(jobs?.['$[[ inputs.job-name ]]']);
    expect(job['dependencies']).toEqual([]);
    for (const script of [job['script'], job['after_script']]) {
      const lines = asLines(script).join('\n');
      expect(lines.indexOf('unset NODE_OPTIONS')).toBeGreaterThanOrEqual(0);
      expect(lines.indexOf('unset NODE_OPTIONS')).toBeLessThan(lines.indexOf(' node '));
    }
  },
);

const rows: readonly (readonly [TemplateName, Input | TokenInput])[] = [
  ...table.filter(({ name }) => !(name in leftOut)).map((row) => ['deploy', row] as const),
  ...rotateTable.filter(({ name }) => !(name in notRotated)).map((row) => ['rotate', row] as const),
];

test.each(rows.map(([of, row]) => ({ of, ...row })))(
  '$of: the input $name is the same everywhere',
  ({ of, name, description, choices, ...row }) => {
    const declared = all.find((one) => one.name === of)?.declared[name];
    expect(declared?.['description']).toBe(`${description}${saysMore[name] ?? ''}`);
    expect(declared?.['options']).toEqual(choices);
    if (row.required === true) expect(declared).not.toHaveProperty('default');
    else expect(String(declared?.['default'])).toBe(row.default ?? '');
  },
);

test.each(all)(
  'every input of `$name` is used, and every used input is declared',
  ({ text, declared }) => {
    const used = [...text.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(declared).sort());
    expect(text.match(/\$\[\[/g)).toHaveLength(used.length);
  },
);

test.each(all)(
  'every string that becomes part of the script of `$name` is guarded',
  ({ text, declared }) => {
    const body = text.slice(text.indexOf('  script:'));
    for (const [, input = ''] of body.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)) {
      const { type, regex, options } = declared[input] ?? {};
      if (type !== 'string' || options !== undefined) continue;
      expect(regex).toMatch(/^\^.*\$$/);
      const guard = new RegExp(String(regex));
      // Services may be on separate lines. In single quotes, a line break is ordinary text.
      const breaks = input === 'service' ? [] : ['\n'];
      for (const bad of ["'", '"', '$', '`', '\\', ';', '&', '|', '<', '>', ...breaks]) {
        for (const value of [
          bad,
          `a/b${bad}`,
          `${bad}a/b`,
          `https://a.b/${bad}`,
          `/{service}${bad}`,
          `15m${bad}`,
          `GET /${bad}`,
        ])
          expect(value).not.toMatch(guard);
      }
    }
  },
);

test('every template accepts the token name that docs/tokens.md recommends', () => {
  const [, name = ''] =
    /Name it after its place\s+\(`([^`]+)`\)/.exec(
      readFileSync(join(ROOT, 'docs/tokens.md'), 'utf8'),
    ) ?? [];
  expect(name).not.toBe('');
  const guards = all
    .map(({ declared }) => declared['token-name']?.['regex'])
    .filter((regex) => regex !== undefined);
  expect(guards.length).toBeGreaterThan(1);
  for (const regex of guards) expect(name).toMatch(new RegExp(String(regex)));
});

test('no template touches the token', () => {
  for (const { text } of all)
    expect(text.replaceAll(/(?:description|default): .*/g, '')).not.toMatch(
      /OUTPOST_(?:STORE_)?TOKEN\b/,
    );
});

test('the README has a row for every exit status', () => {
  const readme = readFileSync(join(ROOT, 'gitlab/README.md'), 'utf8');
  const statuses = [...new Set<number>([0, ...Object.values(exitStatusByCode), 69, 70])].filter(
    (status) => status < 100,
  );
  for (const status of statuses) expect(readme).toMatch(new RegExp(`^\\| ${status} \\| `, 'm'));
  expect(readme).toContain('| 130, 143 | ');
});

test('the README pins the templates, and the templates pin the program', () => {
  const readme = readFileSync(join(ROOT, 'gitlab/README.md'), 'utf8');
  for (const { name, text } of all) {
    const program = createHash('sha256')
      .update(readFileSync(bundleOf(name)))
      .digest('hex');
    expect(readme).toContain(
      `integrity: sha256-${createHash('sha256').update(text).digest('base64')}\n`,
    );
    expect(new Set(text.match(/[0-9a-f]{64}/g))).toEqual(new Set([program]));
  }
});
