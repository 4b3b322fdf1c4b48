import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan, PlannedDeploy } from '../../src/deploy/plan.ts';
import { follow } from '../../src/deploy/rollout/follow.ts';
import { deploy } from '../../src/deploy/start.ts';
import { Failure } from '../../src/lib/failure.ts';
import {
  aServer,
  aService,
  knowErrorsOfNode,
  type Received,
  withStillTime,
} from '../support/build.ts';
import { aStepRun, type StepRun } from '../support/step-run.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

function planOf({ config }: StepRun, ...names: readonly string[]): Plan {
  const deploys = names.map((name) => aDeploy(name));
  return { config, skewMs: 0, checkout: undefined, deploys };
}

function aDeploy(service: string, fields: Partial<PlannedDeploy> = {}): PlannedDeploy {
  const target = { namespace: 'acme', service, branch: 'main' };
  return {
    target,
    baseline: aService({ name: service }),
    commit: undefined,
    isStale: false,
    callsBefore: 0,
    ...fields,
  };
}

function answer(response: ServerResponse, status: number, body: unknown = {}): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const isCall = ({ method }: Received): boolean => method === 'POST';

test('a cancel while a service is read again takes nothing from what was started: each has its receipt', async () => {
  const cancelled = new Failure({ code: 'interrupted', attempted: 'a', happened: 'b', hint: 'c' });
  let cancel = (): void => undefined;
  const { origin } = await aServer((response, request) => {
    if (isCall(request)) {
      answer(response, 200);
      response.once('finish', () => cancel());
    }
    // The other one is asked about and never answers.
  });
  const stepRun = await aStepRun(origin, { maxParallel: 2 });
  cancel = () => stepRun.cancel(cancelled);
  const plan = { ...planOf(stepRun), deploys: [aDeploy('web'), aDeploy('api', { isStale: true })] };
  const receipts = await deploy(plan, stepRun.run);
  expect(
    receipts.map(({ deploy: { target }, answer: { kind } }) => [target.service, kind]),
  ).toEqual([
    // The cancel may overtake the answer on its way; the call itself is never forgotten.
    ['web', expect.stringMatching(/^(accepted|unconfirmed)$/)],
    ['api', 'refused'],
  ]);
  expect(receipts[1]?.answer).toMatchObject({
    failure: {
      code: 'interrupted',
      happened: expect.stringContaining('before this deploy was started'),
    },
  });
});

describe("the run's time", () => {
  test('what it does not reach any more is not started, and is told as that', async () => {
    const { origin, received } = await aServer((response, request) => {
      if (isCall(request)) stepRun.clock.advance(900_000);
      answer(response, 200);
    });
    const stepRun: StepRun = await aStepRun(origin, { maxParallel: 1, wait: false });
    const plan = planOf(stepRun, 'web', 'api');
    const receipts = await deploy(plan, stepRun.run);
    expect(received.filter(isCall).map(({ path }) => path)).toEqual([
      '/auth/v1/v1/services/web/deploy',
    ]);
    const [web, api] = await follow(receipts, plan, stepRun.run);
    expect(web).toMatchObject({ status: 'accepted', failure: undefined });
    expect(api).toMatchObject({
      status: 'timed-out',
      failure: {
        code: 'timed-out',
        happened: "the run's time was up before this deploy was started",
      },
    });
  });
});

describe('the idempotency key', () => {
  const keysOf = (received: readonly Received[]): readonly unknown[] =>
    received.filter(isCall).map(({ headers }) => headers['idempotency-key']);

  test('is the same when a call is repeated', async () => {
    const { origin, received } = await aServer((response) =>
      answer(response, received.length < 3 ? 429 : 200),
    );
    const stepRun = await aStepRun(origin);
    await deploy(planOf(stepRun, 'web'), stepRun.run);
    expect(keysOf(received)).toHaveLength(3);
    expect(new Set(keysOf(received)).size).toBe(1);
  });

  test('is another for another service, for the call after a 409, and for a way back', async () => {
    const { origin, received } = await aServer((response, { method, path }) => {
      const isFirst = received.filter((one) => one.path === path && isCall(one)).length === 1;
      if (method === 'GET') answer(response, 200, { name: 'web', status: 'running' });
      else answer(response, isFirst && path.includes('web') ? 409 : 200);
    });
    const stepRun = await aStepRun(origin, { maxParallel: 1 });
    const [web] = await deploy(planOf(stepRun, 'web', 'api'), stepRun.run);
    const back = { ...aDeploy('web'), callsBefore: (web?.deploy.callsBefore ?? 0) + 1 };
    await deploy({ ...planOf(stepRun), deploys: [back] }, stepRun.run);
    expect(keysOf(received)).toHaveLength(4);
    expect(new Set(keysOf(received)).size).toBe(4);
  });
});

test('after a 409, a look that shows nothing is no sign that the other deploy has ended', async () => {
  const looks = [503, 'deploying', 'running'];
  const { origin, received } = await aServer((response, request) => {
    if (isCall(request)) return answer(response, received.filter(isCall).length === 1 ? 409 : 200);
    const look = looks.shift();
    return typeof look === 'number'
      ? answer(response, look)
      : answer(response, 200, { name: 'web', status: look });
  });
  const stepRun = await aStepRun(origin);
  const [receipt] = await deploy(planOf(stepRun, 'web'), stepRun.run);
  expect(received.map(({ method }) => method).join(' ')).toBe('POST GET GET GET POST');
  expect(receipt).toMatchObject({
    answer: { kind: 'accepted' },
    deploy: { baseline: { status: 'running' } },
  });
});
