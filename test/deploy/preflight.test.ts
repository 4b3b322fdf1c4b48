import { beforeAll, expect, test } from '@jest/globals';
import { preflight } from '../../src/deploy/preflight.ts';
import { aServer, knowErrorsOfNode, withStillTime } from '../support/build.ts';
import { aStepRun, type StepRun } from '../support/step-run.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

test('how the clocks differ is seen as an answer comes, and not after the other reads have waited', async () => {
  let refusals = 0;
  const { origin } = await aServer((response, { path }) => {
    const headers = {
      'content-type': 'application/json',
      date: new Date(stepRun.clock.wallMs()).toUTCString(),
    };
    if (path.startsWith('/auth/') && refusals < 2) {
      refusals += 1;
      response.writeHead(429, { ...headers, 'retry-after': '50' }).end('{}');
    } else
      response
        .writeHead(200, headers)
        .end(JSON.stringify({ name: 'web', status: 'running', scopes: ['service'] }));
  });
  const stepRun: StepRun = await aStepRun(origin, { tokenName: 'ci', leakScan: 'off' });
  const { skewMs } = await preflight(stepRun.config, stepRun.run);
  expect(stepRun.clock.nowMs()).toBeGreaterThanOrEqual(100_000);
  expect(skewMs).toBe(0);
  expect(stepRun.page()).not.toContain('clock differs');
});
