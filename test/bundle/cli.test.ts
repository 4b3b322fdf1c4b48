import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/server.ts';
import { nodes } from '../support/nodes.ts';
import { needsPosix } from '../support/posix.ts';
import { rehearseOn } from '../support/rehearse.ts';
import { CLI_BUNDLE, runCli } from '../support/run-cli.ts';
import { spawnBundle } from '../support/spawn-bundle.ts';

const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';
const NOBODY = { origin: 'http://127.0.0.1:9', timeout: '20s', branch: 'main' };

test('a token on the command line is refused and not repeated', async () => {
  // runCli asserts that no form of the token was written.
  const { exitStatus, stderr } = await runCli({
    host: 'shell',
    args: ['deploy', '--token', TOKEN],
    token: TOKEN,
  });
  expect(exitStatus).toBe(2);
  expect(stderr.length).toBeGreaterThan(20);
});

test('the token can come from standard input', async () => {
  const emulator = await startEmulator({
    scenario: { rollout: [{ status: 'deploying' }, { status: 'running' }] },
  });
  const token = emulator.world.createToken({ name: 'laptop', scopes: ['service'] });
  const args = [
    'deploy',
    '--token-stdin',
    '--service',
    'acme/web',
    '--branch',
    'main',
    '--wait=false',
    '--origin',
    emulator.origin,
  ];
  const { exitStatus } = await runCli({
    host: 'shell',
    args,
    stdin: `${token}\n`,
    env: { OUTPOST_TOKEN: undefined },
  });
  await emulator.close();
  expect(exitStatus).toBe(0);
});

needsPosix()('a standard input that cannot be read holds no token', () => {
  const folder = openSync(tmpdir(), 'r');
  const args = [CLI_BUNDLE, 'check', '--token-stdin', '--service', 'acme/web', '--branch', 'main'];
  const place = mkdtempSync(join(tmpdir(), 'outpost-stdin-'));
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    stdio: [folder, 'pipe', 'pipe'],
    encoding: 'utf8',
    cwd: place,
  });
  closeSync(folder);
  rmSync(place, { recursive: true });
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toMatch(/token-missing/);
});

test('check changes nothing and writes no files, on both hosts', async () => {
  for (const host of ['gitlab', 'shell'] as const) {
    const emulator = await startEmulator();
    const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
    const { exitStatus, stdout, files } = await runCli({
      host,
      verb: 'check',
      token,
      inputs: { service: 'acme/web', branch: 'main', origin: emulator.origin },
    });
    expect({ exitStatus, files }).toEqual({ exitStatus: 0, files: {} });
    expect(stdout).toMatch(/^Checked: acme\/web can be deployed\. Nothing was changed\.$/m);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
    await emulator.close();
  }
});

test('status shows what is running now, and writes no files', async () => {
  const emulator = await startEmulator();
  const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
  const run = { host: 'gitlab', verb: 'status', token } as const;
  const up = await runCli({
    ...run,
    inputs: { service: 'acme/web,acme/none', origin: emulator.origin },
  });
  expect(up.exitStatus).toBe(4);
  expect(up.stdout).toMatch(
    /acme\/web: now running.*\nacme\/none: the current status is not known/,
  );
  expect(up.files).toEqual({});
  await emulator.close();
  const down = await runCli({ ...run, inputs: { ...NOBODY, service: 'acme/web' } });
  expect(down.exitStatus).toBe(8);
  expect(down.stdout).toMatch(/acme\/web: the current status is not known/);
  const without = await runCli({ ...run, token: '', inputs: { ...NOBODY, service: 'acme/web' } });
  expect(without.exitStatus).toBe(3);
  expect(without.stdout).toMatch(/Could not read the current status: Reading the token/);
});

test.each([
  [
    'a protected variable on an unprotected ref',
    { CI_COMMIT_REF_PROTECTED: 'false' },
    '',
    /this ref is not protected/,
  ],
  [
    'a merge request of a fork',
    { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '8', CI_MERGE_REQUEST_PROJECT_ID: '7' },
    '',
    /comes from a fork/,
  ],
  [
    'another environment',
    { CI_ENVIRONMENT_NAME: 'staging' },
    '',
    /this job's environment is `staging`/,
  ],
  ['no environment', {}, '', /this job has no environment/],
  [
    'the literal of a variable that does not exist',
    {},
    '$OUTPOST_TOKEN',
    /the name of a variable, not its value/,
  ],
])('a missing token on GitLab names its cause: %s', async (_, env, token, says) => {
  const { exitStatus, page } = await runCli({
    host: 'gitlab',
    token,
    env,
    inputs: { ...NOBODY, service: 'acme/web' },
  });
  expect(exitStatus).toBe(3);
  expect(page.join('\n')).toMatch(says);
});

test('CI_DEBUG_TRACE is refused with the reason, unless it is allowed', async () => {
  const run = { host: 'gitlab', token: TOKEN, env: { CI_DEBUG_TRACE: 'true' } } as const;
  const refused = await runCli({ ...run, inputs: { ...NOBODY, service: 'acme/web' } });
  expect({ exit: refused.exitStatus, code: refused.outputs['failure-code'] }).toEqual({
    exit: 2,
    code: 'unsafe-environment',
  });
  expect(refused.page.join('\n')).toMatch(/CI_DEBUG_TRACE is set, which prints every variable/);
  const allowed = await runCli({
    ...run,
    inputs: { ...NOBODY, service: 'acme/web', 'allow-debug-trace': 'true' },
  });
  expect(allowed.outputs['failure-code']).toBe('unavailable');
});

test('a read-only folder is a warning for each file, and does not change the result', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  for (const name of ['outpost.env', 'outpost-report.json']) mkdirSync(join(folder, name));
  const emulator = await startEmulator({
    scenario: { rollout: [{ status: 'deploying' }, { status: 'running' }] },
  });
  const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
  const args = [
    'deploy',
    '--service',
    'acme/web',
    '--branch',
    'main',
    '--wait=false',
    '--origin',
    emulator.origin,
  ];
  const { exitStatus, stderr } = await spawnBundle({
    bundle: CLI_BUNDLE,
    args,
    folder,
    env: { OUTPOST_TOKEN: token },
  });
  await emulator.close();
  rmSync(folder, { recursive: true });
  expect(exitStatus).toBe(0);
  expect(stderr).toMatch(
    /outpost\.env could not be written \(EISDIR\)\. This doesn't change the result/,
  );
  expect(stderr).toMatch(/outpost-report\.json could not be written/);
});

test('color on request, plain lines in a pipe', async () => {
  const run = { host: 'shell', token: TOKEN, inputs: { ...NOBODY, service: 'x' } } as const;
  expect((await runCli(run)).stderr).not.toContain('\u001b');
  expect((await runCli({ ...run, env: { FORCE_COLOR: '1' } })).stderr).toContain(
    '\u001b[31mError: ',
  );
});

test('a service name that could break a shell is refused', async () => {
  for (const service of ["acme/we'b", 'acme/$(id)', 'acme/`id`', 'acme/web now']) {
    const { exitStatus } = await runCli({
      host: 'shell',
      token: TOKEN,
      inputs: { ...NOBODY, service },
    });
    expect(exitStatus).toBe(2);
  }
});

test.each(nodes())(
  'the single file runs alone, under another name, with Node $version',
  async ({ path }) => {
    const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
    const bundle = join(folder, 'outpost-deploy.mjs');
    copyFileSync(CLI_BUNDLE, bundle);
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
    const { exitStatus, stdout } = await spawnBundle({
      bundle,
      args: ['version'],
      folder,
      env: {},
      node: path,
    });
    rmSync(folder, { recursive: true });
    expect({ exitStatus, stdout }).toEqual({
      exitStatus: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  },
);

test('GitLab gets links for the job page: the endpoint, and the meaning of a failure', async () => {
  const good = await rehearseOn('gitlab', {
    scenario: { rollout: [{ status: 'deploying' }, { status: 'running' }] },
  });
  expect(
    JSON.parse(
      (good as unknown as { files: Record<string, string> }).files['outpost-annotations.json'] ??
        '',
    ),
  ).toEqual({
    Outpost: [{ external_link: { label: 'acme/web', url: 'https://web.acme.outpost.run' } }],
  });
});
