import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { Copy } from '../support/release.ts';

/** The release workflow's two scripts that push, run against repositories in local folders. */
const test = needs('git');
const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

let copy: Copy;
beforeAll(() => {
  copy = new Copy(['package.json', 'LICENSE', 'gitlab', 'scripts/release']);
});
afterAll(() => copy.remove());

/** Tags a new commit and pushes the tag to the remote, as a person would. */
function tagged(name: string, remote?: string): string {
  const commit = copy.commit(name);
  copy.git('tag', name);
  if (remote !== undefined) copy.git('push', '--quiet', remote, `refs/tags/${name}`);
  return commit;
}

function refs(remote: string): Readonly<Record<string, string>> {
  const lines = copy.git('ls-remote', '--refs', remote).split('\n');
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? '']),
  );
}

test('v1 and v1.2 follow the newest release, and no tag moves back', () => {
  const remote = copy.remote();
  const move = (name: string): string =>
    copy.run('scripts/release/move-tags.ts', name, remote).text;
  const first = tagged('v1.2.3', remote);
  expect(move('v1.2.3')).toContain(`v1, v1.2: on ${first}.\n`);
  const second = tagged('v1.3.0', remote);
  expect(move('v1.3.0')).toContain(`v1, v1.3: on ${second}.\n`);
  const fix = tagged('v1.2.4', remote);
  expect(move('v1.2.4')).toContain(`v1.2: on ${fix}.\n`);
  expect(refs(remote)).toMatchObject({
    'refs/tags/v1': second,
    'refs/tags/v1.2': fix,
    'refs/tags/v1.3': second,
  });
  tagged('v1.4.0-rc.1', remote);
  expect(move('v1.4.0-rc.1')).toContain('No tag follows v1.4.0-rc.1.\n');
  expect(move('v1.3.0')).toContain(
    'v1.3.0 is not both checked out and on the remote: no tag was moved.\n',
  );
  expect(Object.keys(refs(remote)).filter((name) => name.startsWith('refs/heads/'))).toEqual([]);
});

test('the component project gets the folder gitlab as its root, one commit per version, and no version is ever replaced', () => {
  const remote = copy.remote();
  const push = (name: string, address = remote): { status: number | null; text: string } =>
    copy.run('scripts/release/push-component.ts', name, address);
  tagged('v3.0.0');
  expect(push('v3.0.0')).toMatchObject({
    status: 0,
    text: expect.stringMatching(/^refs\/tags\/3\.0\.0, refs\/heads\/main: [0-9a-f]{40}\.\n$/),
  });
  expect(push('v3.0.0')).toEqual({
    status: 0,
    text: '3.0.0 is published already, with these very files.\n',
  });
  const before = refs(remote);
  copy.write(
    'gitlab/templates/deploy.yml',
    `${copy.read('gitlab/templates/deploy.yml')}# ${version}\n`,
  );
  copy.git('tag', '--delete', 'v3.0.0');
  tagged('v3.0.0');
  expect(push('v3.0.0')).toEqual({
    status: 1,
    text: '3.0.0 is published already, with other files: a version is never replaced.\n',
  });
  expect(refs(remote)).toEqual(before);
  tagged('v3.1.0');
  expect(push('v3.1.0')).toMatchObject({ status: 0 });
  tagged('v3.0.1');
  expect(push('v3.0.1').text).toMatch(/^refs\/tags\/3\.0\.1: /);
  const after = refs(remote);
  expect(after['refs/heads/main']).toBe(after['refs/tags/3.1.0']);
  copy.git('fetch', '--quiet', '--no-tags', remote, 'refs/tags/3.1.0');
  expect(copy.git('ls-tree', '-r', '--name-only', 'FETCH_HEAD').split('\n')).toEqual([
    ...[
      '.gitlab-ci.yml',
      'LICENSE.md',
      'README.md',
      'templates/check.yml',
      'templates/deploy.yml',
      'templates/rotate.yml',
    ],
  ]);
  expect(copy.git('rev-parse', 'FETCH_HEAD^')).toBe(after['refs/tags/3.0.0']);
  expect(push('v3.1.0', '')).toMatchObject({
    status: 1,
    text: expect.stringContaining('No address of the component project was given.\n'),
  });
});

test.each([
  ['move-tags.ts', 'RELEASE_TOKEN', 'x-access-token'],
  ['push-component.ts', 'COMPONENT_TOKEN', 'release'],
])(
  '%s shows its token only to the server, not in the log or to the target of a redirect',
  async (script, variable, user) => {
    const seen: (readonly [string, string])[] = [];
    const server = createServer(({ url = '', headers }, response) => {
      seen.push([url, headers.authorization ?? '']);
      response.writeHead(302, { location: '/elsewhere/info/refs?service=git-upload-pack' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/project.git`;
    const name = `v5.0.${user.length}`;
    tagged(name);
    const { status, text } = await copy.runBeside(`scripts/release/${script}`, [name, address], {
      [variable]: 'glpat-not-a-real-one',
    });
    await new Promise((resolve) => server.close(resolve));
    const basic = Buffer.from(`${user}:glpat-not-a-real-one`).toString('base64');
    expect(seen).toEqual([['/project.git/info/refs?service=git-upload-pack', `Basic ${basic}`]]);
    expect(status).toBe(1);
    expect(text).not.toContain('not-a-real-one');
    expect(text).not.toContain(basic);
  },
);
