import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { runPipeline } from '../support/gitlab/local-runner.ts';
import { needs } from '../support/gitlab/needs.ts';
import { CLI_BUNDLE, git, openSandbox, ROOT, template } from '../support/gitlab/sandbox.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

/**
 * Runs what docs/self-managed-gitlab.md tells people to run, on a GitLab instance simulated by this
 * test.
 */
const page = readFileSync(join(ROOT, 'docs/self-managed-gitlab.md'), 'utf8');
const JOB_TOKEN = 'glcbt-made-up-for-this-test';
const PACKAGE =
  '/api/v4/projects/outpost%2Fdeploy-action/packages/generic/outpost-deploy/1.0.0/index.js';
const testWithPrograms = needs('bash', 'git', 'wget');

let folder: string;
let clock: VirtualClock;
let emulator: Emulator;
let instance: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-instance-'));
  clock = await VirtualClock.start();
  emulator = await startEmulator({ now: clock.nowMs, timing: clock });
  // As an internal project answers: with its login page, unless a job presents its token.
  instance = createServer(({ url, headers }, response) => {
    const isOurs = url === PACKAGE && headers['job-token'] === JOB_TOKEN;
    response.end(isOurs ? readFileSync(CLI_BUNDLE) : '<html>Sign in</html>');
  });
  await new Promise<void>((resolve) => instance.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await emulator.close();
  await clock.close();
  instance.closeAllConnections();
  instance.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page's code block that contains these words. */
function block(words: string): string {
  const blocks = [...page.matchAll(/^```(?:sh|yaml)\n(.*?)^```/gms)].map(([, text = '']) => text);
  const [found, ...others] = blocks.filter((text) => text.includes(words));
  if (found === undefined || others.length > 0) throw new Error(`not one block has "${words}"`);
  return found;
}

testWithPrograms(
  'a component project that is made as the page says has the tree of gitlab/',
  () => {
    const clone = join(folder, 'clone');
    const project = join(folder, 'deploy.git');
    git(folder, 'init', '--quiet', '--bare', project);
    git(project, 'config', 'receive.advertisePushOptions', 'true');
    git(folder, 'clone', '--quiet', '--shared', ROOT, clone);
    for (const tag of ['v1.0.0', 'v1.1.0']) git(clone, 'tag', '--force', tag, 'HEAD');
    const run = (commands: string): void => {
      execFileSync('bash', ['-ec', commands.replaceAll(/https:\S+deploy\.git/g, project)], {
        cwd: clone,
        env: { PATH: process.env['PATH'], HOME: folder, ...author },
        stdio: 'pipe',
      });
    };
    const first = block('push -o ci.skip');
    run(first);
    expect(git(project, 'rev-parse', '1.0.0^{tree}')).toBe(git(clone, 'rev-parse', 'HEAD:gitlab'));
    expect(git(project, 'rev-parse', 'main')).toBe(git(project, 'rev-parse', '1.0.0'));
    const [, push = ''] = first.split('\n');
    run(`${block('FETCH_HEAD')}${push.replace('1.0.0', '1.1.0')}`);
    expect(git(project, 'log', '--format=%s', 'main')).toBe('Version 1.1.0\nVersion 1.0.0');
  },
);

const author = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((who) => [
    [`GIT_${who}_NAME`, 'ada'],
    [`GIT_${who}_EMAIL`, 'ada@example.com'],
  ]),
);

/** The page's pipeline, with the template in the project and this test's addresses. */
function pipelineOf(token: string): string {
  const { port } = instance.address() as AddressInfo;
  return block('before_script')
    .replace(/- project: .*\n.*\n.*\n/, '- local: templates/deploy.yml\n')
    .replace('    inputs:\n', `    inputs:\n      branch: main\n      origin: ${emulator.origin}\n`)
    .replace('$CI_API_V4_URL', `http://127.0.0.1:${port}/api/v4`)
    .replace('$CI_JOB_TOKEN', token);
}

testWithPrograms.each([
  { what: "the job's own token", token: JOB_TOKEN, exitStatus: 0, failed: {} },
  // gitlab-ci-local exits with 1 if a job failed.
  { what: 'no token', token: 'none', exitStatus: 1, failed: { 'outpost-deploy': 70 } },
])('the program in an internal project, with $what', async ({ token, exitStatus, failed }) => {
  const name = 'GitLab CI';
  const value = emulator.world.createToken({ name, scopes: ['service'], expiresInDays: 90 });
  const sandbox = openSandbox({
    'templates/deploy.yml': template('deploy'),
    '.gitlab-ci.yml': pipelineOf(token),
  });
  try {
    const variables = { OUTPOST_TOKEN: value };
    const result = await runPipeline(sandbox, { clock, variables });
    expect(result).toMatchObject({ exitStatus, failed });
    const isDeployed = result.output.includes('acme/web is deployed and running.');
    expect(isDeployed).toBe(exitStatus === 0);
  } finally {
    sandbox.remove();
    emulator.world.revokeToken('ada', name);
  }
});
