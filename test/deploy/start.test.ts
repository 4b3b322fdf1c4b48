import type { ServerResponse } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan, PlannedDeploy } from '../../src/deploy/plan.ts';
import { follow } from '../../src/deploy/rollout/follow.ts';
import { deploy } from '../../src/deploy/start.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { Failure } from '../../src/lib/failure.ts';
import type { OutpostClient } from '../../src/outpost/client.ts';
import {
  aForm,
  aServer,
  aService,
  knowErrorsOfNode,
  nextTurn,
  type Received,
  type TestServer,
  until,
  withStillTime,
} from '../support/build.ts';
import { aStepRun, type StepRun } from '../support/step-run.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

/** If a call has been outstanding for this long, the service is looked at. */
const OUTSTANDING_MS = 2_000;

interface Start extends StepRun {
  /** Lets that time pass for an outstanding answer. */
  outlast(): void;
  /** The looks that have finished. */
  readonly looks: readonly unknown[];
}

/** A run in which an answer counts as outstanding for long only if the test says so. */
async function aStart(...options: Parameters<typeof aStepRun>): Promise<Start> {
  const stepRun = await aStepRun(...options);
  const { clock, run } = stepRun;
  const waiting: (() => void)[] = [];
  const looks: unknown[] = [];
  const held: Clock = {
    ...clock,
    sleep: (ms, signal) =>
      ms === OUTSTANDING_MS
        ? new Promise((resolve, reject) => {
            waiting.push(resolve);
            signal.addEventListener('abort', () => reject(signal.reason));
          })
        : clock.sleep(ms, signal),
  };
  const client: OutpostClient = {
    ...run.client,
    service: async (...asked) => {
      const reply = await run.client.service(...asked);
      looks.push(reply);
      return reply;
    },
  };
  const outlast = (): void => {
    clock.advance(OUTSTANDING_MS);
    for (const goOn of waiting.splice(0)) goOn();
  };
  return { ...stepRun, run: { ...run, clock: held, client }, outlast, looks };
}

function planOf({ config }: StepRun, ...names: readonly string[]): Plan {
  const deploys = names.map((name) => aDeploy(name));
  return { config, skewMs: 0, form: aForm(), checkout: undefined, job: undefined, deploys };
}

function aDeploy(service: string, fields: Partial<PlannedDeploy> = {}): PlannedDeploy {
  const target = { namespace: 'acme', service, branch: 'main', stage: 1 };
  return {
    target,
    baseline: aService({ name: service }),
    commit: undefined,
    wasPushedBefore: false,
    isStale: false,
    isProvedByHealth: false,
    callsBefore: 0,
    ...fields,
  };
}

function answer(response: ServerResponse, status: number, body: unknown = {}): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const isCall = ({ method }: Received): boolean => method === 'POST';

test('after a cancel during a re-read, nothing is sent and each service has a receipt', async () => {
  const cancelled = new Failure({ code: 'interrupted', attempted: 'a', happened: 'b', hint: 'c' });
  let cancel = (): void => undefined;
  // The server cancels the run on the first request and never answers.
  const { origin, received } = await aServer(() => cancel());
  const stepRun = await aStart(origin, { maxParallel: 2 });
  cancel = () => stepRun.cancel(cancelled);
  const plan = { ...planOf(stepRun), deploys: [aDeploy('web'), aDeploy('api', { isStale: true })] };
  const receipts = await deploy(plan, stepRun.run);
  expect(received.filter(isCall)).toEqual([]);
  expect(receipts.map(({ deploy: { target } }) => target.service)).toEqual(['web', 'api']);
  for (const { answer } of receipts)
    expect(answer).toMatchObject({
      kind: 'refused',
      failure: {
        code: 'interrupted',
        happened: expect.stringContaining('before this deploy was started'),
      },
    });
});

describe("the run's time", () => {
  test('a deploy with no time left is not started and is reported as timed out', async () => {
    const { origin, received } = await aServer((response, request) => {
      if (isCall(request)) stepRun.clock.advance(900_000);
      answer(response, 200);
    });
    const stepRun: Start = await aStart(origin, { maxParallel: 1, wait: false });
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
        happened: 'the run timed out before this deploy was started',
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
    const stepRun = await aStart(origin);
    await deploy(planOf(stepRun, 'web'), stepRun.run);
    expect(keysOf(received)).toHaveLength(3);
    expect(new Set(keysOf(received)).size).toBe(1);
  });

  test('differs for another service, for the call after a 409, and for a rollback', async () => {
    const { origin, received } = await aServer((response, { method, path }) => {
      const isFirst = received.filter((one) => one.path === path && isCall(one)).length === 1;
      if (method === 'GET') answer(response, 200, { name: 'web', status: 'running' });
      else answer(response, isFirst && path.includes('web') ? 409 : 200);
    });
    const stepRun = await aStart(origin, { maxParallel: 1 });
    const [web] = await deploy(planOf(stepRun, 'web', 'api'), stepRun.run);
    const back = { ...aDeploy('web'), callsBefore: (web?.deploy.callsBefore ?? 0) + 1 };
    await deploy({ ...planOf(stepRun), deploys: [back] }, stepRun.run);
    expect(keysOf(received)).toHaveLength(4);
    expect(new Set(keysOf(received)).size).toBe(4);
  });
});

test('after a 409, a look that shows nothing does not end the wait', async () => {
  const looks = [503, 'deploying', 'running'];
  const { origin, received } = await aServer((response, request) => {
    if (isCall(request)) return answer(response, received.filter(isCall).length === 1 ? 409 : 200);
    const look = looks.shift();
    return typeof look === 'number'
      ? answer(response, look)
      : answer(response, 200, { name: 'web', status: look });
  });
  const stepRun = await aStart(origin);
  const [receipt] = await deploy(planOf(stepRun, 'web'), stepRun.run);
  expect(received.map(({ method }) => method).join(' ')).toBe('POST GET GET GET POST');
  expect(receipt).toMatchObject({
    answer: { kind: 'accepted' },
    deploy: { baseline: { phase: 'running' } },
  });
});

describe('a call that gets no answer for more than 2 s', () => {
  const cancelled = new Failure({ code: 'interrupted', attempted: 'a', happened: 'b', hint: 'c' });

  interface Scene extends Start, TestServer {
    /** Sends the answer that the call waits for. */
    answerCall(status?: number): void;
  }

  /**
   * A server that holds back its answer to the call. It answers a look with `look`: a status code,
   * a status word, or nothing at all.
   */
  async function aScene(look: string | number | undefined): Promise<Scene> {
    const calls: ServerResponse[] = [];
    const server = await aServer((response, request) => {
      if (isCall(request)) calls.push(response);
      else if (typeof look === 'number') answer(response, look);
      else if (look !== undefined) answer(response, 200, { name: 'web', status: look });
    });
    const answerCall = (status = 202): void => {
      for (const response of calls.splice(0)) answer(response, status);
    };
    return { ...(await aStart(server.origin)), ...server, answerCall };
  }

  const methods = ({ received }: Scene): string => received.map(({ method }) => method).join(' ');
  const isLookSent = ({ received }: Scene) => received.some((request) => !isCall(request));
  const start = (scene: Scene) => deploy(planOf(scene, 'web'), scene.run);

  /** Resolves when the look has been read and its effects are done. */
  async function afterLook({ looks }: Scene): Promise<void> {
    await until(() => looks.length > 0);
    await nextTurn();
  }

  test('triggers one look, and the look is in the receipt', async () => {
    const scene = await aScene('deploying');
    const receipts = start(scene);
    await until(() => scene.received.some(isCall));
    scene.outlast();
    await afterLook(scene);
    scene.clock.advance(58_000);
    scene.outlast();
    scene.answerCall();
    expect(await receipts).toMatchObject([
      {
        sentMs: 0,
        earlyLook: { atMs: 2_000, seen: { name: 'web', phase: 'rolling' } },
        answer: { kind: 'accepted' },
      },
    ]);
    expect(methods(scene)).toBe('POST GET');
  });

  test('a look before a rejected call was sent again does not count', async () => {
    const scene = await aScene('deploying');
    const receipts = start(scene);
    await until(() => scene.received.some(isCall));
    scene.outlast();
    await afterLook(scene);
    scene.clock.advance(5_000);
    scene.answerCall(429);
    await until(() => {
      scene.outlast();
      return scene.received.filter(isCall).length === 2;
    });
    scene.answerCall();
    const [receipt] = await receipts;
    expect(receipt).toMatchObject({ answer: { kind: 'accepted' } });
    expect(receipt?.sentMs).toBeGreaterThanOrEqual(5_000);
    // The second call may have been outstanding for long as well.
    const { earlyLook, sentMs = 0 } = receipt ?? {};
    expect(earlyLook?.atMs ?? sentMs).toBeGreaterThanOrEqual(sentMs);
  });

  test('no look if the run does not wait for the deploy', async () => {
    const scene = await aScene('deploying');
    const { config, ...plan } = planOf(scene, 'web');
    const receipts = deploy({ ...plan, config: { ...config, wait: false } }, scene.run);
    await until(() => scene.received.some(isCall));
    scene.outlast();
    await nextTurn();
    scene.answerCall();
    expect(await receipts).toMatchObject([{ earlyLook: undefined, answer: { kind: 'accepted' } }]);
    expect(methods(scene)).toBe('POST');
  });

  test('no look if the answer comes first', async () => {
    const scene = await aScene('deploying');
    const receipts = start(scene);
    await until(() => scene.received.some(isCall));
    scene.answerCall();
    expect(await receipts).toMatchObject([{ earlyLook: undefined, answer: { kind: 'accepted' } }]);
    scene.outlast();
    await nextTurn();
    expect(methods(scene)).toBe('POST');
  });

  test.each<[string, string | number]>([
    ['503', 503],
    ['404', 404],
    ['401', 401],
  ])('triggers only one look, even if the look is answered with %s', async (_, look) => {
    const scene = await aScene(look);
    const receipts = start(scene);
    await until(() => scene.received.some(isCall));
    scene.outlast();
    await afterLook(scene);
    scene.answerCall();
    expect(await receipts).toMatchObject([{ earlyLook: undefined, answer: { kind: 'accepted' } }]);
    expect(methods(scene)).toBe('POST GET');
  });

  test('a look without an answer does not delay the answer to the call', async () => {
    const scene = await aScene(undefined);
    const receipts = start(scene);
    await until(() => scene.received.some(isCall));
    scene.outlast();
    await until(() => isLookSent(scene));
    scene.answerCall();
    expect(await receipts).toMatchObject([{ earlyLook: undefined, answer: { kind: 'accepted' } }]);
  });

  test.each<[string, number, string]>([
    ['refused', 400, 'refused'],
    ['unclear', 500, 'unconfirmed'],
  ])('the look is kept, even if the answer is %s', async (_, status, kind) => {
    const scene = await aScene('deploying');
    const receipts = start(scene);
    await until(() => scene.received.some(isCall));
    scene.outlast();
    await afterLook(scene);
    scene.answerCall(status);
    expect(await receipts).toMatchObject([
      { earlyLook: { seen: { phase: 'rolling' } }, answer: { kind } },
    ]);
  });

  describe('a cancel loses nothing', () => {
    const lost = {
      kind: 'unconfirmed',
      reason: 'b before Outpost answered',
    };

    test('before the look', async () => {
      const scene = await aScene('deploying');
      const receipts = start(scene);
      await until(() => scene.received.some(isCall));
      scene.cancel(cancelled);
      expect(await receipts).toMatchObject([{ earlyLook: undefined, answer: lost }]);
      expect(methods(scene)).toBe('POST');
    });

    test('during the look', async () => {
      const scene = await aScene(undefined);
      const receipts = start(scene);
      await until(() => scene.received.some(isCall));
      scene.outlast();
      await until(() => isLookSent(scene));
      scene.cancel(cancelled);
      expect(await receipts).toMatchObject([{ earlyLook: undefined, answer: lost }]);
    });

    test('after the look, which is kept', async () => {
      const scene = await aScene('deploying');
      const receipts = start(scene);
      await until(() => scene.received.some(isCall));
      scene.outlast();
      await afterLook(scene);
      scene.cancel(cancelled);
      expect(await receipts).toMatchObject([
        { earlyLook: { atMs: 2_000, seen: { phase: 'rolling' } }, answer: lost },
      ]);
    });
  });

  test.each<[string, (scene: Scene) => void, string]>([
    ['the job was cancelled', ({ cancel }) => cancel(cancelled), 'interrupted'],
    ['its time was up', ({ clock }) => clock.advance(900_000), 'timed-out'],
  ])('a call that was not sent because %s triggers no look', async (_, end, code) => {
    const scene = await aScene('deploying');
    const plan = { ...planOf(scene), deploys: [aDeploy('web', { isStale: true })] };
    const { client } = scene.run;
    const service: OutpostClient['service'] = () => {
      end(scene);
      return Promise.resolve({ kind: 'lost', reason: 'no answer', atOnce: false });
    };
    const [receipt] = await deploy(plan, { ...scene.run, client: { ...client, service } });
    scene.outlast();
    await nextTurn();
    expect(receipt).toMatchObject({
      earlyLook: undefined,
      answer: { kind: 'refused', failure: { code } },
    });
    expect(scene.received).toEqual([]);
  });

  test('after a 409, the second call and its look count', async () => {
    let calls = 0;
    const held: ServerResponse[] = [];
    const looks = ['running', 'deploying'];
    const server = await aServer((response, request) => {
      if (!isCall(request)) answer(response, 200, { name: 'web', status: looks.shift() });
      else if (calls++ === 0) answer(response, 409);
      else held.push(response);
    });
    const scene = await aStart(server.origin);
    const receipts = deploy(planOf(scene, 'web'), scene.run);
    await until(() => held.length > 0);
    scene.outlast();
    await until(() => scene.looks.length === 2);
    await nextTurn();
    for (const response of held) answer(response, 202);
    expect(await receipts).toMatchObject([
      {
        deploy: { baseline: { phase: 'running' }, callsBefore: 1 },
        sentMs: 5_000,
        earlyLook: { atMs: 7_000, seen: { phase: 'rolling' } },
        answer: { kind: 'accepted' },
      },
    ]);
  });
});
