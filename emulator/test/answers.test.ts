import { describe, expect, test } from '@jest/globals';
import type { DeployBody, Scenario } from '../scenario.ts';
import { challenge } from '../scenarios-answers.ts';
import { ask, deploy, emulate, field, send, tokenFor } from './client.ts';

describe('the response to an accepted deploy', () => {
  test.each<{ readonly scenario: Scenario; readonly body: unknown }>([
    {
      scenario: { deployAnswer: { body: 'id' } },
      body: { id: expect.stringMatching(/^dep_[0-9a-f]{12}$/) },
    },
    {
      scenario: { deployAnswer: { body: 'id' }, deploymentIds: 'number' },
      body: { id: expect.any(Number) },
    },
    {
      scenario: { deployAnswer: { body: 'deployment' } },
      body: { deployment: { id: expect.stringMatching(/^dep_/), status: 'deploying' } },
    },
    {
      scenario: {
        deployAnswer: { body: 'deployment' },
        rollout: [{ status: 'running', deploymentStatus: 'failed' }],
      },
      body: { deployment: { id: expect.stringMatching(/^dep_/), status: 'failed' } },
    },
    {
      scenario: { deployAnswer: { body: 'names' } },
      body: { id: expect.stringMatching(/^dep_/), namespace: 'acme', service: 'web' },
    },
    {
      scenario: { deployAnswer: { body: 'service' }, versions: true, deploymentInfo: true },
      body: expect.objectContaining({
        name: 'web',
        status: 'deploying',
        version: 2,
        deployment: expect.objectContaining({ branch: 'main' }),
      }),
    },
  ])('$scenario', async ({ scenario, body }) => {
    const emulator = await emulate({ scenario });
    const answer = await deploy(emulator, tokenFor(emulator, ['service']));
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.text)).toEqual(body);
    const [truth] = emulator.world.deploysOf('acme', 'web');
    const shown = field(answer, 'id') ?? field(answer, 'deployment', 'id');
    if (scenario.deployAnswer?.body !== 'service') expect(truth?.id).toBe(shown);
  });
});

describe('an error in a 2xx response', () => {
  test.each<{ readonly body: DeployBody; readonly text: RegExp }>([
    { body: 'error-object', text: /^\{"error":\{"code":"invalid_branch","message":"The branch/ },
    { body: 'error-text', text: /^\{"error":"The branch can't be deployed\."\}$/ },
    { body: 'error-list', text: /^\{"errors":\[\{"code":"invalid_branch","message":"The/ },
    { body: 'success-false', text: /^\{"success":false,"message":"The branch/ },
    { body: 'ok-false', text: /^\{"ok":false\}$/ },
  ])('$body', async ({ body, text }) => {
    const emulator = await emulate({ scenario: { deployAnswer: { body } } });
    const before = emulator.world.service('acme', 'web');
    const answer = await deploy(emulator, tokenFor(emulator, ['service']));
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(text);
    expect(emulator.world.service('acme', 'web')).toEqual(before);
    expect(emulator.world.deploysOf('acme', 'web')).toEqual([]);
  });

  test('can be followed by changes that no deploy caused', async () => {
    let nowMs = 0;
    const emulator = await emulate({
      now: () => nowMs,
      scenario: {
        deployAnswer: { status: 201, body: 'ok-false' },
        deploymentInfo: true,
        afterRefusal: [
          { status: 'running', ms: 1_000, keepsUpdatedAt: true },
          { status: 'running', ms: 1_000, movesUpdatedAt: true },
          { status: 'deploying', supersededBy: 'hotfix', ms: 1_000 },
          { status: 'running' },
        ],
      },
    });
    expect((await deploy(emulator, tokenFor(emulator, ['service']))).status).toBe(201);
    const seen: unknown[] = [];
    for (let second = 0; second < 4; second++) {
      const { status, updatedAt, deployments } = emulator.world.service('acme', 'web');
      seen.push([status, Date.parse(updatedAt), deployments.length]);
      nowMs += 1_000;
    }
    expect(seen).toEqual([
      ['running', -3_600_000, 1],
      ['running', 1_000, 1],
      ['deploying', 2_000, 2],
      ['running', 3_000, 2],
    ]);
    expect(emulator.world.deploysOf('acme', 'web')).toEqual([]);
  });
});

describe('a deploy of another service than the requested one', () => {
  test('a service with the same name, because the path has no namespace', async () => {
    const emulator = await emulate({ scenario: 'wrong-service' });
    const answer = await deploy(emulator, tokenFor(emulator, ['service']));
    expect(JSON.parse(answer.text)).toMatchObject({ namespace: 'ada', service: 'web' });
    expect(emulator.world.deploysOf('ada', 'web')).toHaveLength(1);
    expect(emulator.world.deploysOf('acme', 'web')).toEqual([]);
  });

  test('a service with another name, if the scenario sets one', async () => {
    const scenario = { deploysInstead: 'acme/api', deployAnswer: { body: 'names' } } as const;
    const emulator = await emulate({ scenario });
    const answer = await deploy(emulator, tokenFor(emulator, ['service']));
    expect(JSON.parse(answer.text)).toMatchObject({ namespace: 'acme', service: 'api' });
    expect(emulator.world.deploysOf('acme', 'api')).toHaveLength(1);
    expect(emulator.world.deploysOf('acme', 'web')).toEqual([]);
  });
});

describe('redirects', () => {
  test('after the deploy was accepted', async () => {
    const emulator = await emulate({ scenario: 'redirect-after-deploy' });
    const answer = await deploy(emulator, tokenFor(emulator, ['service']));
    expect([answer.status, answer.headers.location]).toEqual([302, '/acme/service/web']);
    expect(emulator.world.deploysOf('acme', 'web')).toHaveLength(1);
  });

  test('to the path with a slash, before anything happens', async () => {
    const emulator = await emulate({ scenario: 'redirect-with-slash' });
    const token = tokenFor(emulator, ['service']);
    const answer = await deploy(emulator, token);
    const path = '/auth/v1/v1/services/web/deploy/';
    expect([answer.status, answer.headers.location]).toEqual([307, path]);
    expect(emulator.world.deploysOf('acme', 'web')).toEqual([]);
    expect((await send(emulator, 'POST', path, token, { branch: 'main' })).status).toBe(202);
    expect(emulator.world.deploysOf('acme', 'web')).toHaveLength(1);
  });

  test.each([
    { slashRedirect: true, path: '/acme/service/web/', status: 307, location: '/acme/service/web' },
    { slashRedirect: true, path: '/acme/service/web', status: 200 },
    { slashRedirect: true, path: '/nowhere/', status: 404 },
    { slashRedirect: false, path: '/acme/service/web/', status: 404 },
  ])('$path: $status with slashRedirect $slashRedirect', async ({ slashRedirect, ...row }) => {
    const emulator = await emulate({ scenario: { slashRedirect } });
    const answer = await ask(emulator, { path: row.path, token: emulator.sessionToken });
    expect([answer.status, answer.headers.location]).toEqual([row.status, row.location]);
  });
});

test.each([403, 503] as const)('a challenge from the edge with status %s', async (status) => {
  const emulator = await emulate({
    scenario: { faults: [{ on: '*', times: 'always', do: challenge(status) }] },
  });
  const token = tokenFor(emulator, ['service']);
  for (const answer of [
    await ask(emulator, { path: '/acme/service/web', token }),
    await ask(emulator, { path: '/auth/v1/users', token }),
    await deploy(emulator, token),
  ]) {
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'cf-mitigated': 'challenge',
      'cf-ray': expect.stringMatching(/^[0-9a-f]{16}-[A-Z]{3}$/),
      'content-type': 'text/html; charset=utf-8',
    });
    expect(answer.text).toContain('Just a moment');
  }
  expect(emulator.world.deploysOf('acme', 'web')).toEqual([]);
});
