import { spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/server.ts';
import { nodes } from '../support/nodes.ts';
import { rehearse } from '../support/rehearse.ts';
import { runGithub } from '../support/run-github.ts';

/** The service runs at once, so that the order of requests depends only on the program. */
const quick = {
  rollout: [
    { status: 'deploying', looks: 1, log: ['building'] },
    { status: 'running', log: ['ready'] },
  ],
} as const;

test.concurrent('a deploy sends no more than it needs: two reads at once, one POST, then reads', async () => {
  const { operations, requests, exitStatus } = await rehearse({ scenario: quick });
  expect(exitStatus).toBe(0);
  expect([...operations.slice(0, 2)].sort()).toEqual(['service.get', 'token.list']);
  expect(operations.slice(2)).toEqual([
    'service.deploy',
    // Looks come 0.3, 1 and 2 s after the call, then every 3 s. Logs are read from the first look
    // after 3 s.
    'service.get',
    'service.get',
    'service.get',
    'service.logs',
    'service.get',
    'service.get',
    'service.get',
    'service.logs',
  ]);
  const post = requests.find(({ operation }) => operation === 'service.deploy');
  expect(post).toMatchObject({
    method: 'POST',
    path: '/auth/v1/v1/services/web/deploy',
    body: { branch: 'main' },
  });
  expect(post?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
});

test.concurrent('every output is set, and the environment of the next step can read them', async () => {
  const { outputs } = await rehearse({ scenario: quick });
  expect(outputs).toMatchObject({
    status: 'deployed',
    endpoint: 'https://web.acme.outpost.run',
    commit: '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
    'token-scopes': 'service',
    'failure-code': '',
  });
  expect(JSON.parse(outputs['deployments'] ?? '')).toEqual([
    {
      namespace: 'acme',
      service: 'web',
      branch: 'main',
      stage: 1,
      reason: null,
      commit: null,
      commit_source: null,
      previous_commit: null,
      status: 'deployed',
      endpoint: 'https://web.acme.outpost.run',
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      finished_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      duration_seconds: expect.any(Number),
      request_id: expect.stringMatching(/^req_[0-9a-f]{12}$/),
    },
  ]);
});

test.concurrent('wait: false stops once Outpost has accepted, and says only that', async () => {
  const { operations, outputs, exitStatus, log } = await rehearse({
    scenario: quick,
    inputs: { wait: 'false' },
  });
  expect({ exitStatus, status: outputs['status'] }).toEqual({ exitStatus: 0, status: 'accepted' });
  expect(operations).toEqual(['token.list', 'service.deploy']);
  expect(log.lines.join('\n')).toMatch(
    /accepted the deploy of acme\/web\. This run did not wait for the rollout/,
  );
});

test.concurrent('wait: false does not read, and reports a lost answer as unknown', async () => {
  const { outputs, exitStatus } = await rehearse({
    scenario: 'lost-answer',
    inputs: { wait: 'false' },
  });
  expect({ exitStatus, status: outputs['status'] }).toEqual({ exitStatus: 7, status: 'unknown' });
});

test.concurrent('a dry run checks everything, prints the plan and changes nothing', async () => {
  const { operations, outputs, exitStatus, log } = await rehearse({
    scenario: quick,
    inputs: { 'dry-run': 'true' },
  });
  expect({ exitStatus, status: outputs['status'] }).toEqual({ exitStatus: 0, status: 'checked' });
  expect(operations).not.toContain('service.deploy');
  expect(log.lines.join('\n')).toMatch(
    /POST http:\/\/127\.0\.0\.1:\d+\/auth\/v1\/v1\/services\/web\/deploy\nproof: .*\ndry run: the deploy call is not sent/,
  );
});

test.concurrent('the branch comes from the target, then the input, then the build', async () => {
  const of = async (
    inputs: Record<string, string>,
    env: Record<string, string> = {},
    event: unknown = undefined,
  ) =>
    (
      await rehearse({ scenario: quick, inputs: { wait: 'false', ...inputs }, env, event })
    ).requests.find(({ method }) => method === 'POST')?.body;
  expect(await of({ service: 'acme/web@release', branch: 'other' })).toEqual({ branch: 'release' });
  expect(await of({ branch: 'other' })).toEqual({ branch: 'other' });
  expect(await of({}, { GITHUB_REF_NAME: 'topic' })).toEqual({ branch: 'topic' });
  expect(
    await of(
      {},
      {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_HEAD_REF: 'feature/x',
        GITHUB_REF_NAME: '7/merge',
      },
      { pull_request: { head: { repo: { full_name: 'acme/shop' } } } },
    ),
  ).toEqual({
    branch: 'feature/x',
  });
});

/** Somebody else's deploy of acme/web, in progress when the run starts. */
async function deployElsewhere(
  { origin }: { readonly origin: string },
  token: string,
): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  await fetch(`${origin}/auth/v1/v1/services/web/deploy`, {
    method: 'POST',
    headers,
    body: '{"branch":"hotfix"}',
  });
}

test.concurrent('409: waits for the other deploy to end, then sends again', async () => {
  const scenario = { rollout: [{ status: 'deploying', looks: 3 }, { status: 'running' }] } as const;
  const { exitStatus, log, emulator } = await rehearse({ scenario, prepare: deployElsewhere });
  expect(exitStatus).toBe(0);
  expect(log.lines.join('\n')).toMatch(/another deploy is in progress \(409\)/);
  expect(emulator.world.service('acme', 'web')).toMatchObject({
    deploysAccepted: 2,
    lastBranch: 'main',
  });
});

test.concurrent('endless 409: one more call at the end, then a conflict', async () => {
  const scenario = { rollout: [{ status: 'deploying' }] } as const;
  const { exitStatus, outputs, operations, emulator } = await rehearse({
    scenario,
    prepare: deployElsewhere,
    inputs: { timeout: '30s' },
  });
  expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
    exitStatus: 4,
    code: 'conflict',
  });
  expect(operations.filter((operation) => operation === 'service.deploy').length).toBe(3);
  expect(emulator.world.service('acme', 'web')).toMatchObject({
    deploysAccepted: 1,
    lastBranch: 'hotfix',
  });
});

test.concurrent('least-privilege: excess scopes warn, fail, or are ignored', async () => {
  const scopes = ['service', 'admin:org'];
  const warned = await rehearse({ scenario: quick, scopes });
  expect(warned.log.annotations[0]).toMatchObject({
    level: 'warning',
    message: expect.stringMatching(/also has `admin:org`/),
  });
  expect(warned.exitStatus).toBe(0);
  const stopped = await rehearse({
    scenario: quick,
    scopes,
    inputs: { 'least-privilege': 'error' },
  });
  expect({ exit: stopped.exitStatus, code: stopped.outputs['failure-code'] }).toEqual({
    exit: 3,
    code: 'token-scope-excess',
  });
  expect(stopped.operations).not.toContain('service.deploy');
  const off = await rehearse({ scenario: quick, scopes, inputs: { 'least-privilege': 'off' } });
  expect(off.log.annotations).toEqual([]);
});

test.concurrent('a token that expires during the run stops it before anything happens', async () => {
  const { exitStatus, outputs, operations } = await rehearse({
    scenario: quick,
    expiresInHours: 0.1,
  });
  expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
    exitStatus: 3,
    code: 'token-expires-during-run',
  });
  expect(operations).not.toContain('service.deploy');
});

test.concurrent('one unknown service among several: nothing is deployed, and a similar name is suggested', async () => {
  const { exitStatus, log, operations } = await rehearse({
    scenario: quick,
    inputs: { service: 'acme/web, acme/wroker' },
  });
  expect(exitStatus).toBe(4);
  expect(log.lines.join('\n')).toMatch(/acme\/wroker.*no such service[\s\S]*`acme\/worker`/);
  expect(operations).not.toContain('service.deploy');
});

test.concurrent.each(nodes())('the bundle runs under Node $version', async ({ path }) => {
  const { exitStatus, outputs } = await rehearse({ scenario: quick, node: path });
  expect({ exitStatus, status: outputs['status'] }).toEqual({ exitStatus: 0, status: 'deployed' });
});

/** The command from the product page on access tokens, "Using Tokens in CI/CD Pipelines". */
function documentedCurl(origin: string, token: string): Promise<number | 'none'> {
  const args = [
    '-X',
    'POST',
    '-H',
    `Authorization: Bearer ${token}`,
    '-H',
    'Content-Type: application/json',
    '-d',
    '{"branch": "main"}',
  ];
  return new Promise((resolve) => {
    const child = spawn('curl', ['-s', ...args, `${origin}/auth/v1/v1/services/web/deploy`], {
      stdio: 'ignore',
    });
    child.on('error', () => resolve('none'));
    child.on('close', (status) => resolve(status ?? 1));
  });
}

test.concurrent('with a revoked token, the documented curl passes, and this fails', async () => {
  const emulator = await startEmulator();
  try {
    const token = emulator.world.createToken({ name: 'ci', scopes: ['service'] });
    emulator.world.revokeToken('ada', 'ci');
    const curl = await documentedCurl(emulator.origin, token);
    // Without curl, its half of the comparison is skipped, with a message.
    if (curl === 'none')
      process.stderr.write('curl is not installed: its exit status is not compared\n');
    else expect(curl).toBe(0);
    const { exitStatus, outputs } = await runGithub({
      token,
      inputs: { service: 'acme/web', origin: emulator.origin },
    });
    expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
      exitStatus: 3,
      code: 'token-rejected',
    });
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
  } finally {
    await emulator.close();
  }
});
