import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import { closeJobs, deploys, ran } from '../support/gitlab/job.ts';
import { type Sandbox, template } from '../support/gitlab/sandbox.ts';
import { needsPosix } from '../support/posix.ts';

/**
 * A checkout, or an artifact of an earlier job, may contain anything under the names of files that
 * our job writes. The job must still run the verified program, and change only its own files.
 */

const testWithRunner = needsPosix('bash', 'git', 'mkfifo');
afterEach(closeJobs);

const RESULTS = ['outpost.env', 'outpost-annotations.json', 'outpost-report.json'] as const;
const jobs = (['deploy', 'check'] as const).flatMap((name) =>
  (['bash', 'sh'] as const).map((shell) => ({ name, shell })),
);

/** Files in the checkout that a template writes itself, under their present and former names. */
function ownNames(): readonly string[] {
  const names = [...template('deploy').matchAll(/\.outpost-deploy[\w.-]*/g)].map(([name]) => name);
  return [...new Set([...names, '.outpost-deploy.mjs'])];
}

testWithRunner.each(jobs)(
  'links in the checkout to /dev/null do not replace the program ($name in $shell)',
  async ({ name, shell }) => {
    const temporary = mkdtempSync(join(tmpdir(), 'outpost-test-'));
    const result = await ran({
      template: name,
      shell,
      variables: { TMPDIR: temporary },
      prepare: ({ folder }) => {
        for (const own of ownNames()) symlinkSync('/dev/null', join(folder, own));
      },
    });
    expect(result.status).toBe('success');
    expect(result.log.raw).toMatch(/acme\/web/);
    if (name === 'deploy') expect(deploys(result)).toBe(1);
    // rmdirSync fails unless the folder is empty, so the program's folder must be gone.
    rmdirSync(temporary);
  },
);

testWithRunner.each(jobs)(
  'the target of a link in the checkout is not written ($name in $shell)',
  async ({ name, shell }) => {
    const target = (folder: string, own: string): string => join(folder, '.git', `victim${own}`);
    const names = [...RESULTS, ...ownNames()];
    const result = await ran({
      template: name,
      shell,
      prepare: ({ folder }) => {
        for (const own of names) {
          writeFileSync(target(folder, own), 'what was there');
          symlinkSync(target(folder, own), join(folder, own));
        }
      },
    });
    expect(result.status).toBe('success');
    for (const own of names)
      expect([own, readFileSync(target(result.sandbox.folder, own), 'utf8')]).toEqual([
        own,
        'what was there',
      ]);
    if (name === 'deploy')
      expect(result.dotenv).toMatchObject({ variables: { OUTPOST_STATUS: 'deployed' } });
  },
);

testWithRunner.each(jobs)(
  'a pipe in the checkout does not block the job ($name in $shell)',
  async ({ name, shell }) => {
    const names = [...RESULTS, ...ownNames()];
    const result = await ran({
      template: name,
      shell,
      prepare: ({ folder }) => execFileSync('mkfifo', names, { cwd: folder }),
    });
    expect(result.status).toBe('success');
    // `check` writes no files and changes none.
    const report = lstatSync(join(result.sandbox.folder, 'outpost-report.json'));
    expect(report.isFile()).toBe(name === 'deploy');
  },
);

testWithRunner('a folder with the name of the report does not stop the job', async () => {
  const result = await ran({
    prepare: ({ folder }) => mkdirSync(join(folder, 'outpost.env')),
  });
  expect(result.status).toBe('success');
  expect(result.dotenv).toMatchObject({ variables: { OUTPOST_STATUS: 'deployed' } });
});

testWithRunner.each([
  {
    name: 'a pipe',
    make: ({ folder }: Sandbox) => execFileSync('mkfifo', ['p'], { cwd: folder }),
    url: 'p',
  },
  { name: 'a device that never ends', make: () => undefined, url: '/dev/zero' },
  {
    name: 'a folder',
    make: ({ folder }: Sandbox) => mkdirSync(join(folder, 'p')),
    url: 'p',
  },
])('a bundle-url that is $name fails at once with exit status 69', async ({ make, url }) => {
  const result = await ran({ inputs: { 'bundle-url': url }, prepare: make });
  expect(result).toMatchObject({ status: 'failed', exitStatus: 69 });
  expect(result.log.raw).toMatch(/is not a plain file/);
  expect(deploys(result)).toBe(0);
});

/** Files that a cancelled job could mistake for the fetched program. */
const planted = [
  {
    name: 'a state file of the checkout',
    plant: (state: string, folder: string): void => writeFileSync(state, `${folder}/program.mjs`),
  },
  {
    name: 'a link to a state file',
    plant: (state: string, folder: string): void => {
      writeFileSync(join(folder, 'elsewhere'), `${folder}/program.mjs`);
      symlinkSync(join(folder, 'elsewhere'), state);
    },
  },
];

testWithRunner.each(planted)(
  'after_script runs nothing that $name names, and removes nothing there',
  async ({ plant }) => {
    const states = ownNames();
    const result = await ran({
      // The job ends before its first line, so the checkout still contains these files.
      extra: { script: ['echo cancelled early; sleep 60'] },
      files: { 'program.mjs': 'console.log("a file of the repository ran");\n' },
      prepare: ({ folder }) => {
        for (const state of states) {
          rmSync(join(folder, state), { force: true });
          plant(join(folder, state), folder);
        }
      },
      cancel: /cancelled early/,
      realTime: true,
    });
    expect(result.status).toBe('canceled');
    expect(result.log.raw).toContain('nothing was deployed');
    expect(result.log.raw).not.toContain('a file of the repository ran');
    expect(existsSync(join(result.sandbox.folder, 'program.mjs'))).toBe(true);
    expect(existsSync(join(result.sandbox.folder, '.gitlab-ci.yml'))).toBe(true);
  },
);

testWithRunner('a program that was changed after it was fetched is not run', async () => {
  const change = 'echo "process.exit(0);" > "$(cat .outpost-deploy-program)"';
  const result = await ran({ between: change });
  expect(result).toMatchObject({ status: 'failed', exitStatus: 70 });
  expect(result.log.raw).toContain('changed after it was fetched');
  expect(deploys(result)).toBe(0);
});

testWithRunner('a link in place of the fetched program is not followed', async () => {
  const change =
    'p=$(cat .outpost-deploy-program); cp "$p" copy.mjs; rm "$p"; ln -s "$PWD/copy.mjs" "$p"';
  const result = await ran({ between: change });
  expect(result).toMatchObject({ status: 'failed', exitStatus: 70 });
  expect(deploys(result)).toBe(0);
});

testWithRunner.each(['bash', 'sh'] as const)(
  'a full disk fails with exit status 69 in %s',
  async (shell) => {
    const result = await ran({ shell, extra: { before_script: ['ulimit -f 8'] } });
    expect(result).toMatchObject({ status: 'failed', exitStatus: 69 });
    expect(result.log.raw).toMatch(/could not be written \(EFBIG\)\.\n.*Nothing was deployed\./);
    expect(result.log.raw).not.toMatch(/^ +at /m);
  },
);

testWithRunner.each(['8.17.0', '18.20.4'])(
  'a job with Node %s says which Node it needs, not that the network failed',
  async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
    const preload = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
delete globalThis.fetch;
delete globalThis.AbortController;
`;
    writeFileSync(join(folder, 'preload.cjs'), preload);
    const node = join(folder, 'node');
    writeFileSync(node, `#!/bin/sh\nexec '${process.execPath}' -r '${folder}/preload.cjs' "$@"\n`, {
      mode: 0o700,
    });
    const result = await ran({ node, realTime: true });
    expect(result).toMatchObject({ status: 'failed', exitStatus: 69 });
    expect(result.log.raw).toMatch(
      new RegExp(`needs Node 20 or later, but the image of this job has Node ${version}`),
    );
    expect(result.log.raw).not.toMatch(/internal error|Next try/);
    rmSync(folder, { recursive: true });
  },
);
