import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findGit } from '../../src/lib/git-program.ts';
import { deployPushed, expectDeployed } from '../support/push/deploys.ts';
import { at, gitTest, posixGitTest, temporaryFolder } from '../support/push/git.ts';
import { newSite, type Site } from '../support/push/site.ts';

/**
 * A partial clone whose configuration names a program that fetches missing objects. It lacks the
 * file that every reader requests first.
 */
function armedSite(): Site {
  const site = newSite();
  const { repository } = site;
  repository.commit('.gitattributes', '*.bin filter=lfs\n');
  const blob = repository.git('rev-parse', 'HEAD:.gitattributes');
  rmSync(join(repository.folder, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
  for (const [key, value] of [
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'evil'],
    ['remote.evil.url', `ext::${site.trap('promisor')} %S`],
    ['remote.evil.promisor', 'true'],
    ['remote.evil.partialCloneFilter', 'blob:none'],
    ['protocol.allow', 'always'],
    ['protocol.ext.allow', 'always'],
    ['core.fsmonitor', site.trap('fsmonitor')],
    ['core.pager', site.trap('pager')],
    ['core.sshCommand', site.trap('ssh')],
    ['core.alternateRefsCommand', site.trap('alternates')],
    ['diff.external', site.trap('diff')],
  ] as const)
    repository.git('config', key, value);
  return site;
}

const runs = [
  { name: 'a dry run', inputs: { 'dry-run': 'true' } },
  {
    name: 'a dry run with a search that must be complete',
    inputs: { 'dry-run': 'true', 'leak-scan': 'error' },
  },
  { name: 'a deploy without a push', inputs: { push: '', wait: 'false' } },
  { name: 'a push', inputs: { wait: 'false' } },
];

posixGitTest.each(
  runs.flatMap((run) => [
    { ...run, host: 'github' as const },
    { ...run, host: 'shell' as const },
  ]),
)(
  '$name starts none of the programs that the checkout configures ($host)',
  async ({ inputs, host }) => {
    const site = armedSite();
    await deployPushed({ host, ...at(site.repository), env: site.env, inputs });
    expect(readdirSync(site.stolen)).toEqual([]);
  },
);

posixGitTest('the search fails if git cannot read an object', async () => {
  const site = armedSite();
  const { page, exitStatus } = await deployPushed({
    ...at(site.repository),
    env: site.env,
    inputs: { push: '', 'leak-scan': 'error' },
  });
  expect(exitStatus).toBe(3);
  expect(page.join('\n')).toMatch(/`leak-scan` could not run: git cannot read the checkout/);
});

posixGitTest.each(['github', 'shell'] as const)(
  'in the checkout, git only runs `rev-parse` (%s)',
  async (host) => {
    const site = newSite();
    const { folder, commit } = at(site.repository);
    const log = join(site.root, 'git-calls');
    const PATH = pathWithGit(
      `echo "$PWD $*" >> '${log}'\nexec '${findGit(process.env['PATH'])}' "$@"`,
    );
    const env = { ...site.env, PATH };
    const result = await deployPushed({ host, folder, commit, env, inputs: { wait: 'false' } });
    expect(`${result.exitStatus}\n${result.stdout}`).toMatch(/^0\n/);
    const calls = readFileSync(log, 'utf8').split('\n');
    const inside = calls.filter((call) => call.startsWith(`${folder} `));
    expect(inside.length).toBeGreaterThan(0);
    for (const call of inside)
      expect(call.slice(folder.length + 1)).toMatch(/^(?:rev-parse |--version$)/);
  },
);

function pathWithGit(script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return `${folder}:${process.env['PATH']}`;
}

gitTest('a git executable in the checkout is not started', async () => {
  const { folder, commit } = at(newSite().repository);
  const isWindows = process.platform === 'win32';
  // Any program will do that doesn't answer as git does.
  const program = isWindows
    ? readFileSync(join(process.env['SystemRoot'] ?? '', 'System32', 'where.exe'))
    : '#!/bin/sh\nexit 1\n';
  const name = isWindows ? 'git.exe' : 'git';
  writeFileSync(join(folder, name), program, { mode: 0o755 });
  const env = { PATH: `.${delimiter}${process.env['PATH']}` };
  const run = { folder, commit, env, inputs: { branch: 'main' } };
  expectDeployed(await deployPushed({ ...run, host: 'shell' }), commit, 'main');
});

const inFolders =
  (...files: readonly string[]) =>
  (file: string): boolean =>
    files.includes(file);

test.each([
  { platform: 'linux', path: '/a:/b', files: ['/b/git'], found: '/b/git' },
  { platform: 'linux', path: '/a:/b', files: ['/a/git', '/b/git'], found: '/a/git' },
  { platform: 'linux', path: '.::bin:/b', files: ['git', 'bin/git', '/b/git'], found: '/b/git' },
  { platform: 'linux', path: '.:', files: ['git'], found: undefined },
  { platform: 'linux', path: undefined, files: ['git'], found: undefined },
  {
    platform: 'win32',
    path: '.;;bin;C:tools;\\tools;"C:\\Program Files\\Git\\cmd";C:\\b',
    files: ['git.exe', 'bin\\git.exe', '\\tools\\git.exe', 'C:\\Program Files\\Git\\cmd\\git.exe'],
    found: 'C:\\Program Files\\Git\\cmd\\git.exe',
  },
  { platform: 'win32', path: 'C:\\a', files: ['C:\\a\\git.cmd', 'git.exe'], found: undefined },
] as const)('on $platform, $path: $found', ({ platform, path, files, found }) => {
  expect(findGit(path, platform, inFolders(...files))).toBe(found);
});
