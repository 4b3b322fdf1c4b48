import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { runPipeline, whenByJob } from '../support/gitlab/local-runner.ts';
import {
  CLI_BUNDLE,
  openSandbox,
  ROOT,
  type Sandbox,
  templateFiles,
} from '../support/gitlab/sandbox.ts';
import { needsPosix } from '../support/posix.ts';

const testWithRunner = needsPosix('bash', 'git');
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.remove());

/** The component project: the tree of gitlab/, with addresses on this machine. */
function open(port: number): Sandbox {
  const text = readFileSync(join(ROOT, 'gitlab/.gitlab-ci.yml'), 'utf8')
    .replaceAll('4747', String(port))
    .replace(/emulator_url='.*'/, `emulator_url='${join(ROOT, 'dist/emulator/index.js')}'`)
    .replaceAll(
      '      environment: rehearsal\n',
      `      environment: rehearsal\n      bundle-url: ${CLI_BUNDLE}\n`,
    );
  sandbox = openSandbox({ '.gitlab-ci.yml': text, ...templateFiles() });
  return sandbox;
}

/** A free port that stays free, because it's below the range from which systems assign ports. */
async function freePort(port = 20_000 + (process.pid % 10_000)): Promise<number> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return await freePort(port + 1);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

testWithRunner(
  'the pipeline of the component project tries the components of its own commit',
  async () => {
    const { output, ...result } = await runPipeline(open(await freePort()));
    expect(output).toContain('acme/web is deployed and running.');
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
  },
);

const tried = {
  'try-check': 'on_success',
  'try-deploy': 'on_success',
  'read-rotate': 'never',
  'outputs-reach-later-jobs': 'on_success',
};

testWithRunner.each([
  ['1.2.3', 'on_success'],
  ['v1.2.3', 'never'],
  ['1.2.3-rc.1', 'never'],
])('the tag %s creates the release: %s', async (tag, when) => {
  const variables = { CI_COMMIT_TAG: tag, CI_COMMIT_BRANCH: '' };
  expect(await whenByJob(open(4747), variables)).toEqual({ ...tried, release: when });
});

test('its images have a version, and no shell runs a command from the description of a release', () => {
  const text = readFileSync(join(ROOT, 'gitlab/.gitlab-ci.yml'), 'utf8');
  const images = [...text.matchAll(/^ {2}image: (.+)$/gm)].map(([, image]) => image);
  expect(images).not.toEqual([]);
  for (const image of images) expect(image).toMatch(/:v?\d/);
  // GitLab puts it into a command between double quotes. Only $CI_COMMIT_TAG may be expanded there.
  const description = /^ {4}description: (.+)$/m.exec(text)?.[1] ?? '';
  expect(description.replace('$CI_COMMIT_TAG', '1.2.3')).toMatch(/^[\w ,.]+$/);
});
