import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseYaml } from '../support/gitlab/yaml.ts';

const FOLDER = '.github/workflows';
const names = readdirSync(join(ROOT, FOLDER));

/** A file's text and its parsed content. */
function read(path: string): { readonly text: string; readonly all: Mapping } {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { text, all: parseYaml(text) };
}

function jobsOf(name: string): readonly (readonly [string, Mapping])[] {
  return Object.entries(asMapping(read(`${FOLDER}/${name}`).all['jobs'])).map(([job, value]) => [
    job,
    asMapping(value),
  ]);
}

function stepsOf(job: Mapping): readonly Mapping[] {
  return Array.isArray(job['steps']) ? job['steps'].map(asMapping) : [];
}

/** Every line of every script of a workflow, without comments. */
function scriptLines(name: string): readonly string[] {
  const scripts = jobsOf(name).flatMap(([, job]) => stepsOf(job).map((step) => step['run']));
  return scripts
    .flatMap((script) => (typeof script === 'string' ? script.split('\n') : []))
    .filter((line) => !/^\s*#/.test(line));
}

test.each(names)('%s: the workflow has no permissions, and each job declares its own', (name) => {
  const { all } = read(`${FOLDER}/${name}`);
  expect(all['permissions']).toEqual({});
  for (const [job, { permissions }] of jobsOf(name)) {
    if (permissions === undefined) continue;
    // `write-all` and `read-all` are strings.
    expect([job, typeof permissions]).toEqual([job, 'object']);
  }
});

test.each(names)(
  '%s: each action is local, or pinned to a commit with a version comment',
  (name) => {
    const uses = read(`${FOLDER}/${name}`)
      .text.split('\n')
      .filter((line) => /^\s*(?:- )?uses:/.test(line))
      .map((line) => line.trim().replace(/^- /, ''));
    const loose = uses.filter(
      (line) =>
        line !== 'uses: ./' &&
        !/^uses: [\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line),
    );
    expect(loose).toEqual([]);
  },
);

test('workflows, examples, and documents pin each action to the same commit', () => {
  const commits = new Map<string, Set<string>>();
  const examples = readdirSync(join(ROOT, 'examples/github')).map(
    (name) => `examples/github/${name}`,
  );
  const documents = [
    'README.md',
    ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
  ].filter((path) => path.endsWith('.md'));
  for (const path of [...names.map((name) => `${FOLDER}/${name}`), ...examples, ...documents]) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    for (const [, repository = '', rest = ''] of text.matchAll(
      /uses: ([\w.-]+\/[\w.-]+)[^@\s`]*@([0-9a-f]{40}.*)/g,
    )) {
      commits.set(repository, (commits.get(repository) ?? new Set()).add(rest));
    }
  }
  expect([...commits].filter(([, pins]) => pins.size > 1)).toEqual([]);
});

test.each(names)(
  '%s: no trigger exposes secrets to untrusted code, and no checkout keeps its token',
  (name) => {
    const { all } = read(`${FOLDER}/${name}`);
    const triggers =
      typeof all['on'] === 'string'
        ? [all['on']]
        : Array.isArray(all['on'])
          ? all['on']
          : Object.keys(asMapping(all['on']));
    for (const trigger of ['pull_request_target', 'issue_comment', 'workflow_run'])
      expect(triggers).not.toContain(trigger);
    const checkouts = jobsOf(name).flatMap(([, job]) =>
      stepsOf(job).filter(({ uses }) => String(uses).startsWith('actions/checkout@')),
    );
    for (const { with: inputs } of checkouts)
      expect(asMapping(inputs)).toMatchObject({ 'persist-credentials': false });
  },
);

test.each(names)('%s: every job has a timeout, and the workflow a concurrency group', (name) => {
  expect(asMapping(read(`${FOLDER}/${name}`).all['concurrency'])).toMatchObject({
    group: expect.any(String),
  });
  for (const [job, { 'timeout-minutes': minutes }] of jobsOf(name))
    expect([job, typeof minutes]).toEqual([job, 'number']);
});

test.each(names)('%s: the commands that it calls exist', (name) => {
  const lines = scriptLines(name);
  const npm = lines.flatMap((line) =>
    [...line.matchAll(/\bnpm (?:run )?([a-z:-]+)/g)].map(([, command = '']) => command),
  );
  const own = ['ci', 'cit'];
  expect(
    npm.filter((command) => !own.includes(command) && !(command in packageJson.scripts)),
  ).toEqual([]);
  const files = lines.flatMap((line) =>
    [...line.matchAll(/(?:^|[;&|]) *(?:node|bash) ([\w./-]+)/g)].map(([, file = '']) => file),
  );
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('ci: the last job always runs after all the others, and no other job can be skipped', () => {
  const jobs = jobsOf('ci.yml');
  const last = asMapping(Object.fromEntries(jobs)['ci-ok']);
  expect(last['if']).toBe('always()');
  expect([last['needs']].flat().sort()).toEqual(
    jobs
      .map(([name]) => name)
      .filter((name) => name !== 'ci-ok')
      .sort(),
  );
  expect(
    jobs.filter(
      ([name, job]) =>
        name !== 'ci-ok' && (job['if'] !== undefined || job['continue-on-error'] !== undefined),
    ),
  ).toEqual([]);
});

test('ci: runs all tests and `npm run check` through .ci/run', () => {
  expect(scriptLines('ci.yml')).toContain('bash .ci/run');
  const run = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  for (const command of ['npm cit', 'npm run check']) expect(run).toContain(command);
  // `npm cit` already runs the tests.
  expect(packageJson.scripts.check).not.toMatch(/npm (?:test|cit)/);
});

test('Dependabot updates everything in groups and waits before it takes a new release', () => {
  const { updates } = read('.github/dependabot.yml').all;
  const entries = (Array.isArray(updates) ? updates : []).map(asMapping);
  expect(entries.map((entry) => entry['package-ecosystem'])).toEqual(
    expect.arrayContaining(['npm', 'github-actions']),
  );
  for (const { cooldown, groups, schedule } of entries) {
    expect(Number(asMapping(cooldown)['default-days'])).toBeGreaterThanOrEqual(7);
    expect(Object.keys(asMapping(groups))).not.toEqual([]);
    expect(asMapping(schedule)).toMatchObject({ interval: 'weekly' });
  }
});
