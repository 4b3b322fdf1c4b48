import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/server.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { telling } from '../support/push/deploys.ts';
import { cloneOf, newOrigin, posixGitTest, temporaryFolder } from '../support/push/git.ts';
import { propose } from '../support/push/merges.ts';
import { CLI_BUNDLE } from '../support/run-cli.ts';

const file = readFileSync(join(ROOT, 'examples/jenkins/Jenkinsfile'), 'utf8');

/** The script of the only `sh` step, as Jenkins passes it to the shell. */
const script = /sh '''\n([\s\S]*?)\n *'''/.exec(file)?.[1] ?? '';

test('the script pins the version of the program and verifies its checksum', () => {
  expect(script).toMatch(/deploy-action\/v\d+\.\d+\.\d+\/dist\/cli\/index\.js/);
  expect(script).toMatch(
    /echo '[0-9a-f]{64} {2}outpost-deploy\.mjs' \| sha256sum --check --strict/,
  );
});

test('a pull request from a fork starts nothing, and no argument contains the token', () => {
  expect(file).toContain('expression { env.CHANGE_ID && !env.CHANGE_FORK }');
  expect(file).toContain("string(credentialsId: 'outpost', variable: 'OUTPOST_TOKEN')");
  expect(script).not.toContain('OUTPOST_TOKEN');
});

/**
 * Runs the script in a checkout, without waiting for the rollout. Uses this repository's program
 * instead of the fetched one.
 */
async function runScript(folder: string, env: Readonly<Record<string, string>>) {
  const emulator = await startEmulator({
    scenario: {
      ...telling,
      services: [{ namespace: 'acme', name: 'web-preview', repository: 'acme/web' }],
    },
  });
  try {
    const token = emulator.world.createToken({ name: 'Jenkins', scopes: ['service', 'repo'] });
    const programs = temporaryFolder();
    writeFileSync(join(programs, 'curl'), `#!/bin/sh\ncp '${CLI_BUNDLE}' outpost-deploy.mjs\n`);
    writeFileSync(join(programs, 'sha256sum'), '#!/bin/sh\nexit 0\n');
    for (const name of ['curl', 'sha256sum']) chmodSync(join(programs, name), 0o755);
    const child = spawn('/bin/sh', ['-c', script], {
      cwd: folder,
      env: {
        PATH: `${programs}:${process.env['PATH']}`,
        JENKINS_URL: 'https://jenkins.example.com/',
        OUTPOST_TOKEN: token,
        OUTPOST_ORIGIN: emulator.origin,
        OUTPOST_WAIT: 'false',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const status = await new Promise((resolve) => child.on('close', resolve));
    return {
      status,
      output,
      service: (name: string) => emulator.world.service('acme', name),
    };
  } finally {
    await emulator.close();
  }
}

posixGitTest('a pull request deploys the head of its branch to the preview', async () => {
  const repository = cloneOf(newOrigin());
  const { head } = propose(repository, 'head first');
  repository.git('update-ref', 'refs/remotes/origin/PR-7', head);
  const { status, output, service } = await runScript(repository.folder, {
    BRANCH_NAME: 'PR-7',
    CHANGE_ID: '7',
    CHANGE_BRANCH: 'topic',
    CHANGE_TARGET: 'main',
  });
  expect(`${status}\n${output}`).toMatch(/^0\n/);
  expect(service('web-preview')).toMatchObject({ lastBranch: 'topic', lastCommit: head });
});

posixGitTest('a detached checkout of main is deployed to production', async () => {
  const repository = cloneOf(newOrigin());
  repository.git('checkout', '--quiet', '--detach');
  const commit = repository.git('rev-parse', 'HEAD');
  const { status, output, service } = await runScript(repository.folder, { BRANCH_NAME: 'main' });
  expect(`${status}\n${output}`).toMatch(/^0\n/);
  expect(service('web')).toMatchObject({ lastBranch: 'main', lastCommit: commit });
});
