import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { MAX_BYTES } from '../../scripts/release/archive.ts';
import { stepOf } from '../contract/workflow-runner.ts';
import { needs } from '../support/gitlab/needs.ts';
import { Copy, type Said } from '../support/release.ts';

// .ci/run checks that dist matches the sources, by building it. Here that would take longer than
// everything else. On Windows, npm is a script, which can't be started as a program.
const test = needs('git', 'npm', ...(process.platform === 'win32' ? ['npm as a program'] : []));
let copy: Copy;
let start = '';
const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };
const tag = `v${version}`;

beforeAll(() => {
  copy = new Copy();
  start = copy.git('rev-parse', 'HEAD');
});
afterEach(() => copy.reset(start));
afterAll(() => copy.remove());

function dryRun(name = tag): Said {
  return copy.run('scripts/release.ts', '--dry-run', name);
}

test('a dry run shows everything that would be published and changes nothing', () => {
  const { status, text } = dryRun();
  expect(text).toContain(`${tag} of commit ${start}\n`);
  expect(status).toBe(0);
  const shown = (heading: string): string => text.split(`\n${heading}`)[1]?.split('\n\n')[0] ?? '';
  const paths = (heading: string): readonly string[] =>
    [...shown(heading).matchAll(/^ *\d+ {2}(\S+)$/gm)].map(([, path = '']) => path);
  expect(paths('The archive that a runner downloads:')).toEqual([
    ...[
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'action.yml',
      'dist/github/index.js',
      'dist/github/licenses.txt',
    ],
    ...['dist/github/package.json', 'dist/github/post.js', 'dist/github/pre.js'],
    ...[
      'dist/token/index.js',
      'dist/token/licenses.txt',
      'dist/token/package.json',
      'rotate/action.yml',
    ],
  ]);
  expect(Number(/(\d+) {2}as tar\.gz/.exec(text)?.[1])).toBeLessThan(MAX_BYTES);
  expect(paths('The component project on GitLab')).toEqual([
    ...[
      '.gitlab-ci.yml',
      'LICENSE.md',
      'README.md',
      'templates/check.yml',
      'templates/deploy.yml',
      'templates/rotate.yml',
    ],
  ]);
  expect(text).toContain('\nTags that move: v1, v1.0\n');
  for (const name of ['check', 'deploy', 'rotate']) {
    const integrity = createHash('sha256')
      .update(copy.read(`gitlab/templates/${name}.yml`))
      .digest('base64');
    expect(text).toContain(`    integrity: sha256-${integrity}\n`);
  }
  expect(copy.git('status', '--porcelain')).toBe('');
  expect(copy.git('tag', '--list')).toBe('');
});

test('each action in the archive finds its program, which starts with only the files in the archive', () => {
  const { folder } = copy;
  const unpacked = mkdtempSync(join(tmpdir(), 'outpost-archive-'));
  execFileSync('tar', ['-x', '-C', unpacked], {
    input: execFileSync('git', ['archive', 'HEAD'], { cwd: folder, maxBuffer: 2 ** 24 }),
  });
  for (const action of ['action.yml', 'rotate/action.yml']) {
    const main = /^ {2}main: (\S+)$/m.exec(readFileSync(join(unpacked, action), 'utf8'))?.[1] ?? '';
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(unpacked, dirname(action), main)],
      {
        cwd: unpacked,
        encoding: 'utf8',
        env: { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/web' },
      },
    );
    expect([status, stderr]).toEqual([2, '']);
    expect(stdout).toMatch(/^::error title=.*config-invalid/m);
  }
  rmSync(unpacked, { recursive: true });
});

test('--out writes what the workflow publishes, with a checksum for every file, and is reproducible', () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'outpost-release-out-')));
  const [first = '', second = ''] = folders;
  for (const folder of folders)
    expect(copy.run('scripts/release.ts', '--out', folder, tag)).toMatchObject({ status: 0 });
  const read = (path: string, folder = first): Buffer => readFileSync(join(folder, path));
  const sums = read('assets/SHA256SUMS').toString('utf8').trimEnd().split('\n');
  expect(sums).toHaveLength(10);
  for (const [sum, name] of sums.map((line) => line.split('  ')))
    expect([
      name,
      createHash('sha256')
        .update(read(`assets/${name}`))
        .digest('hex'),
    ]).toEqual([name, sum]);
  for (const path of ['subjects.txt', 'notes.md', 'plan.json', 'assets/SHA256SUMS'])
    expect(read(path, second)).toEqual(read(path));
  expect(JSON.parse(read('plan.json').toString('utf8'))).toEqual({
    version,
    commit: start,
    prerelease: false,
    latest: true,
  });
  expect(
    gunzipSync(read(`assets/deploy-action-${version}.tar.gz`)).includes(
      `deploy-action-${version}/action.yml`,
    ),
  ).toBe(true);
  const bom = JSON.parse(read('assets/sbom.cdx.json').toString('utf8')) as {
    components: { name: string; purl?: string }[];
  };
  expect(bom.components.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      '@actions/core',
      '@actions/http-client',
      '@noble/ciphers',
      '@noble/hashes',
      'tunnel',
      'zod',
    ]),
  );
  expect(bom.components.find(({ name }) => name === 'undici')?.purl).toBeUndefined();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

type Refusal = readonly [name: string, message: string, change: (one: Copy) => void];

/**
 * Each list is one commit with all of these changes. A dry run reports every problem it finds, both
 * before and after it builds something from the commit.
 */
const commits: readonly (readonly Refusal[])[] = [
  [
    [
      'a changelog without the version',
      `CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`,
      edit('CHANGELOG.md', `## [${version}]`, '## [0.0.9]'),
    ],
    [
      'an address with another version',
      'docs/jenkins.md names the version 0.0.9 in an address',
      edit('docs/jenkins.md', `/v${version}/`, '/v0.0.9/'),
    ],
    [
      'an address of a component with another version',
      'examples/gitlab/rotate-daily.yml names the version 0.0.9',
      edit('examples/gitlab/rotate-daily.yml', `/rotate@${version}`, '/rotate@0.0.9'),
    ],
    [
      'a lockfile with another version',
      'package-lock.json 0.0.9: run npm install',
      edit('package-lock.json', `"version": "${version}"`, '"version": "0.0.9"'),
    ],
  ],
  [
    [
      'a section without a date',
      `CHANGELOG.md: the section of ${version} has no date`,
      edit('CHANGELOG.md', /^(## \[\d.*\]) - .*$/m, '$1'),
    ],
  ],
  [
    [
      'a date that does not exist',
      `CHANGELOG.md: the section of ${version} has no date`,
      edit('CHANGELOG.md', /\d{4}-\d\d-\d\d$/m, '2026-02-30'),
    ],
  ],
  [
    [
      'a file in dist that no runner needs',
      'The archive holds dist/github/index.js.map, which no runner needs',
      forbidden('dist/github/index.js.map'),
    ],
    [
      'a line in .gitattributes that includes too much',
      'The archive holds package.json, which no runner needs',
      letIn('package.json'),
    ],
    [
      'a file in the component project',
      'gitlab/notes.txt would be published in the component project',
      forbidden('gitlab/notes.txt'),
    ],
    [
      'an action.yml that names a missing file',
      'The archive lacks dist/github/early.js',
      edit('action.yml', 'dist/github/pre.js', 'dist/github/early.js'),
    ],
    [
      'an action in a subfolder that looks for its program next to itself',
      'The archive lacks rotate/dist/token/index.js',
      edit('rotate/action.yml', '../dist/token', 'dist/token'),
    ],
    [
      'a file of dist/token that no runner needs',
      'The archive holds dist/token/post.js, which no runner needs',
      forbidden('dist/token/post.js'),
    ],
    [
      'a template that does not match dist',
      'gitlab/templates/deploy.yml: is stale',
      edit('gitlab/templates/deploy.yml', /bundle_sha256='../, "bundle_sha256='00"),
    ],
    [
      'a template that does not match the token program',
      'gitlab/templates/rotate.yml: is stale',
      edit('gitlab/templates/rotate.yml', /bundle_sha256='../, "bundle_sha256='00"),
    ],
  ],
];
const told = new Map<readonly Refusal[], Said>();

/** What a dry run reports for a commit with these changes. */
function saidOf(refusals: readonly Refusal[]): Said {
  const known = told.get(refusals);
  if (known !== undefined) return known;
  for (const [, , change] of refusals) change(copy);
  copy.commit('changed');
  const said = dryRun();
  told.set(refusals, said);
  return said;
}

test.each(
  commits.flatMap((refusals) => refusals.map(([name, message]) => ({ name, message, refusals }))),
)('$name stops the release', ({ message, refusals }) => {
  const { status, text } = saidOf(refusals);
  expect(text).toContain('Not ready to release:\n');
  expect(text).toContain(message);
  expect(status).toBe(1);
});

test.each([
  ['v9.9.9', `The tag is v9.9.9, but package.json has the version ${version}: its tag is ${tag}.`],
  [version, `${version} is no tag such as v1.2.3`],
  ['v1', 'v1 is no tag such as v1.2.3'],
])('the tag %s stops the release', (name, message) => {
  const { status, text } = dryRun(name);
  expect([status, text]).toEqual([1, expect.stringContaining(message)]);
});

test('a tag on another commit stops the release, and so do uncommitted changes', () => {
  copy.git('tag', tag);
  copy.commit('later');
  copy.write('notes.txt', 'not committed');
  const { status, text } = dryRun();
  copy.git('tag', '--delete', tag);
  expect(text).toContain(`The tag ${tag} is on ${start}, and what is checked out is `);
  expect(text).toContain('The tree is not clean:\n  ?? notes.txt');
  expect(status).toBe(1);
});

function forbidden(path: string): (one: Copy) => void {
  return (one) => one.write(path, 'not for the world\n');
}

function letIn(path: string): (one: Copy) => void {
  return (one) =>
    one.write('.gitattributes', `${one.read('.gitattributes')}/${path} -export-ignore\n`);
}

function edit(path: string, from: string | RegExp, to: string): (one: Copy) => void {
  return (one) => {
    const before = one.read(path);
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    one.write(path, after);
  };
}

/** The step of the job `publish` that decides what is attested, run as GitHub runs a script. */
function compare(): Said {
  const { run } = stepOf(
    'release.yml',
    'publish',
    'Make every file again from the tag, and compare it with what was shown',
  );
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', String(run)], {
    cwd: copy.folder,
    env: { ...process.env, TAG: tag },
    encoding: 'utf8',
  });
  return { status, text: `${stdout}${stderr}` };
}

const changes: readonly (readonly [string, (folder: string) => void])[] = [
  ['nothing', () => undefined],
  [
    'an asset and its checksums',
    (folder) => {
      const name = 'outpost-deploy.mjs';
      const before = readFileSync(join(folder, 'assets', name));
      const after = Buffer.concat([before, Buffer.from('\nsteal();\n')]);
      const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
      writeFileSync(join(folder, 'assets', name), after);
      for (const list of ['assets/SHA256SUMS', 'subjects.txt'])
        writeFileSync(
          join(folder, list),
          readFileSync(join(folder, list), 'utf8').replace(
            `${digest(before)}  ${name}`,
            `${digest(after)}  ${name}`,
          ),
        );
    },
  ],
  ['an additional asset', (folder) => writeFileSync(join(folder, 'assets/more.mjs'), 'steal();\n')],
  ['other notes', (folder) => writeFileSync(join(folder, 'notes.md'), 'Download it elsewhere.\n')],
];

needs('git', 'npm', 'bash').each(changes)(
  '`publish` rebuilds the files without packages and compares them with what was shown (changed: %s)',
  (what, change) => {
    copy.git('tag', '--force', tag);
    expect(copy.run('scripts/release.ts', '--out', 'shown', tag)).toMatchObject({ status: 0 });
    // Neither folder is part of the tag's files.
    writeFileSync(
      join(copy.folder, '.git/info/exclude'),
      '/node_modules\n/shown\n/release\n/packages\n',
    );
    renameSync(join(copy.folder, 'node_modules'), join(copy.folder, 'packages'));
    try {
      change(join(copy.folder, 'shown'));
      const { status, text } = compare();
      expect([text, status === 0]).toEqual([
        what === 'nothing' ? expect.anything() : expect.stringMatching(/differ|Only in/),
        what === 'nothing',
      ]);
    } finally {
      renameSync(join(copy.folder, 'packages'), join(copy.folder, 'node_modules'));
      for (const made of ['shown', 'release'])
        rmSync(join(copy.folder, made), { recursive: true, force: true });
    }
  },
);
