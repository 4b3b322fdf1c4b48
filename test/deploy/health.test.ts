import { beforeAll, expect, test } from '@jest/globals';
import { checkHealth } from '../../src/deploy/health.ts';
import { aServer, aService, aVerdict, knowErrorsOfNode, withStillTime } from '../support/build.ts';
import { aStepRun } from '../support/step-run.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

test('a check that no time was left for holds nothing against the service: timed out, and no reason to roll it back', async () => {
  const { origin, received } = await aServer((response) => response.end());
  const { run, config, clock } = await aStepRun(origin, { healthCheck: '/healthz' });
  clock.advance(config.timeoutMs);
  const [after] = await checkHealth(
    [aVerdict({ service: aService({ endpoint: origin.origin }) })],
    config,
    run,
  );
  expect(received).toEqual([]);
  expect(after).toMatchObject({
    status: 'timed-out',
    failure: { code: 'timed-out', happened: expect.stringContaining('no time was left') },
  });
});
