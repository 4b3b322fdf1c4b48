import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { preflight } from '../../src/deploy/preflight.ts';
import { aContext, aServer, knowErrorsOfNode, withStillTime } from '../support/build.ts';
import { aStepRun, type StepRun } from '../support/step-run.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

test('measures the clock difference as an answer arrives, not after other reads', async () => {
  let refusals = 0;
  const { origin } = await aServer((response, { path }) => {
    const headers = {
      'content-type': 'application/json',
      date: new Date(stepRun.clock.wallMs()).toUTCString(),
    };
    if (path.startsWith('/ben/') && refusals < 2) {
      refusals += 1;
      response.writeHead(429, { ...headers, 'retry-after': '50' }).end('{}');
    } else
      response
        .writeHead(200, headers)
        .end(JSON.stringify({ name: 'web', status: 'running', scopes: ['service'] }));
  });
  const stepRun: StepRun = await aStepRun(origin, {
    targets: ['acme', 'ben'].map((namespace) => ({
      namespace,
      service: 'web',
      branch: 'main',
      stage: 1,
    })),
    leakScan: 'off',
  });
  const { skewMs } = await preflight(stepRun.config, stepRun.run, () => undefined);
  expect(stepRun.clock.nowMs()).toBeGreaterThanOrEqual(100_000);
  expect(skewMs).toBe(0);
  expect(stepRun.page()).not.toContain('clock differs');
});

test.each([
  ['feedbeef', ['acme/web']],
  ['0123456789', []],
])(
  'requests the health check that can prove a deploy before the deploy: %s',
  async (body, proved) => {
    const { origin, received } = await aServer((response, { path }) => {
      if (path === '/version') response.end(body);
      else
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ name: 'web', status: 'running', endpoint: origin.origin }));
    });
    const { run, config } = await aStepRun(origin, {
      healthCheck: '/version',
      healthCheckContains: '0123456',
      leakScan: 'off',
    });
    const ready = await preflight(
      config,
      { ...run, host: { ...run.host, context: aContext() } },
      () => undefined,
    );
    expect([...ready.provedByHealth]).toEqual(proved);
    expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /acme/service/web',
      'GET /version',
    ]);
  },
);

test.each([
  [{ servicePath: '/{namespace}/{service}' }, 'config-invalid'],
  [{ servicePath: '/{namespace}/{service}', api: { job: '/jobs/{namespace}/{job}' } }, undefined],
  [{ servicePath: '/v2/{namespace}/services/{service}' }, undefined],
] as const)('a job that cannot be followed is not started: %j', async (fields, code) => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-job-'));
  try {
    const preDeployJob = join(folder, 'migrate.json');
    writeFileSync(preDeployJob, '{"name": "migrate", "commit": "{commit}"}');
    const { origin, received } = await aServer((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ name: 'web', status: 'running' })),
    );
    const { run, config } = await aStepRun(origin, { ...fields, preDeployJob, leakScan: 'off' });
    const seen = { ...run, host: { ...run.host, context: aContext() } };
    const ready = preflight(config, seen, () => undefined);
    if (code === undefined) expect((await ready).job?.job).toMatch(/^migrate-0123456-/);
    else await expect(ready).rejects.toMatchObject({ code });
    expect(received.every(({ method }) => method === 'GET')).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
