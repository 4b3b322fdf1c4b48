import { expect, test } from '@jest/globals';
import {
  deployAndCheck,
  deployed,
  endOf,
  errorOf,
  lastly,
  unhealthy,
} from '../support/health/check.ts';
import { type Answer, hang, text, withEndpoint } from '../support/health/endpoint.ts';

const MEBIBYTE = 1_048_576;

test.concurrent('2xx at once must last as long as `running`, and the log says so', async () => {
  const run = await deployAndCheck((response) => text(response, 204, ''), {
    path: '/healthz?deep=1',
  });
  expect(endOf(run)).toEqual(deployed);
  expect(run.endpoint.asked.map(({ path }) => path)).toEqual(
    Array.from({ length: 3 }, () => '/healthz?deep=1'),
  );
  expect(run.text).toContain(
    `acme/web: ${run.endpoint.url}/healthz?deep=1 returns 204; checking that it stays that way for 10 s`,
  );
  expect(run.report?.phases.map(({ phase }) => phase)).toEqual([
    'check',
    'deploy',
    'rollout',
    'health check',
  ]);
});

test.concurrent('an answer that does not last starts over', async () => {
  const run = await deployAndCheck((response, _, number) =>
    text(response, number === 3 ? 503 : 200),
  );
  expect(endOf(run)).toEqual(deployed);
  // Two good answers, a bad one, then good ones for ten seconds.
  expect(run.endpoint.asked).toHaveLength(6);
  expect(run.text).toMatch(/returns 503; trying again[\s\S]*returns 200 for 10 s \(6 tries/);
});

test.concurrent('good answers that run out of time are not a failure of the service', async () => {
  const run = await deployAndCheck((response) => text(response, 200), {
    inputs: { 'stable-for': '40s', timeout: '60s' },
  });
  expect(endOf(run)).toEqual({ exitStatus: 6, status: 'timed-out', code: 'timed-out' });
  expect(run.text).toMatch(/returns 200, but the run timed out before it had done so for 40 s/);
});

test.concurrent('503, then 200: tries again and logs the answers in between', async () => {
  const run = await deployAndCheck((response, _, number) => text(response, number < 4 ? 503 : 200));
  expect(endOf(run)).toEqual(deployed);
  expect(run.text.match(/returns 503; trying again\./g)).toHaveLength(1);
  expect(run.text).toMatch(/returns 200 for 10 s \(6 tries, /);
});

test.concurrent('never healthy: exit status 5, last answer, duration, and what to change', async () => {
  const run = await deployAndCheck((response) => text(response, 503), {
    inputs: { timeout: '2m' },
  });
  expect(endOf(run)).toEqual(unhealthy);
  expect(errorOf(run)).toMatch(
    /^Checking the health of acme\/web: http:\/\/127\.0\.0\.1:\d+\/healthz /,
  );
  expect(errorOf(run)).toMatch(lastly('returns 503'));
  expect(errorOf(run)).toMatch(/If it just needs more time, raise the input `timeout`/);
  expect(run.report?.deployments).toMatchObject([
    { status: 'failed', failure: { code: 'health-check-failed' } },
  ]);
  expect(run.operations.filter((operation) => operation === 'service.deploy')).toHaveLength(1);
  // It's requested again and again, at growing intervals.
  expect(run.endpoint.asked.length).toBeGreaterThan(3);
  expect(run.endpoint.asked.length).toBeLessThan(20);
});

test.concurrent('reports the last answer if the answers change', async () => {
  const run = await deployAndCheck((response, _, number) => text(response, number < 3 ? 502 : 404));
  expect(endOf(run)).toEqual(unhealthy);
  expect(run.text).toMatch(/returns 502; trying again[\s\S]*returns 404; trying again/);
  expect(errorOf(run)).toMatch(lastly('returns 404'));
});

test.concurrent('the text that proves the new revision: not there, then there', async () => {
  const run = await deployAndCheck(
    (response, _, number) => text(response, 200, number < 3 ? 'revision 41' : 'revision 42'),
    {
      inputs: { 'health-check-contains': 'revision 42' },
    },
  );
  expect(endOf(run)).toEqual(deployed);
  expect(run.text).toContain('returns 200 without the text "revision 42"; trying again.');
  expect(run.text).toMatch(/returns 200 with the expected text for 10 s \(5 tries/);
});

test.concurrent('the text that proves the new revision never appears', async () => {
  const run = await deployAndCheck((response) => text(response, 200, 'revision 41'), {
    inputs: { 'health-check-contains': 'revision 42' },
  });
  expect(endOf(run)).toEqual(unhealthy);
  expect(errorOf(run)).toMatch(lastly('returns 200 without the text "revision 42"'));
});

const page = (status: number): Answer => {
  const body = '<!doctype html><title>Shop</title><script>alert(1)</script>';
  return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end(body);
};

test.concurrent('an HTML page counts by its status, and none of it is shown', async () => {
  const [good, bad] = await Promise.all([deployAndCheck(page(200)), deployAndCheck(page(500))]);
  expect([endOf(good), endOf(bad)]).toEqual([deployed, unhealthy]);
  for (const run of [good, bad]) expect(`${run.text}${run.summary}`).not.toContain('alert(1)');
});

test.concurrent('stops reading an endless body after one mebibyte', async () => {
  const run = await deployAndCheck(
    (response, path, number) => {
      if (number === 1) {
        // A client that wants more than this waits until the deadline and reports that.
        response.write(Buffer.alloc(MEBIBYTE + 1, 'x'));
        hang(response, path, number);
        return;
      }
      const chunk = Buffer.alloc(65_536, 'x');
      const pour = (): void => {
        while (!response.destroyed) if (!response.write(chunk)) return;
      };
      response.on('drain', pour);
      pour();
    },
    // The text never occurs, so the client needs the whole body.
    { inputs: { 'health-check-contains': 'revision 42' } },
  );
  expect(endOf(run)).toEqual(unhealthy);
  expect(run.text.match(/does not respond: .*; trying again/g)).toEqual([
    'does not respond: the response is larger than 1048576 bytes; trying again',
  ]);
  expect(run.endpoint.asked.length).toBeGreaterThan(1);
});

const broken: readonly { readonly name: string; readonly first: Answer; readonly says: RegExp }[] =
  [
    {
      name: 'hangs',
      first: hang,
      says: /does not respond: no complete response within 10 s; trying again/,
    },
    {
      name: 'is reset',
      first: (response) => response.socket?.resetAndDestroy(),
      says: /does not respond: the connection broke/,
    },
    {
      name: 'is cut',
      first: (response) => {
        const { socket } = response;
        response
          .writeHead(200, { 'content-length': '100' })
          .write('half', () => socket?.destroySoon());
      },
      says: /does not respond: the response was cut off/,
    },
    {
      name: 'redirects to nowhere',
      first: (response) => response.writeHead(302).end(),
      says: /returns 302; trying again/,
    },
  ];

test.concurrent.each(broken)(
  'tries again after a first try that $name',
  async ({ first, says }) => {
    const run = await deployAndCheck((response, path, number) =>
      number === 1 ? first(response, path, number) : text(response, 200),
    );
    expect(endOf(run)).toEqual(deployed);
    expect(run.text).toMatch(says);
  },
);

test.concurrent('nothing listens on the port', async () => {
  // Not a port that was free a moment ago. It may be in use by another test.
  const run = await deployAndCheck(hang, { inputs: { 'health-check': 'http://127.0.0.1:9/' } });
  expect(endOf(run)).toEqual(unhealthy);
  expect(errorOf(run)).toMatch(lastly('does not respond: the connection was refused'));
});

test.concurrent('a service that never ran is not checked', async () => {
  const run = await deployAndCheck((response) => text(response, 200), {
    scenario: 'failing-rollout',
  });
  expect(endOf(run)).toEqual({ ...unhealthy, code: 'rollout-failed' });
  expect(run.endpoint.asked).toEqual([]);
});

test.concurrent('sends no part of the token to the endpoint or a redirect target', async () => {
  let token = '';
  const asked = await withEndpoint(
    (response) => text(response, 200),
    async (elsewhere) => {
      const run = await deployAndCheck(
        (response, path, number) =>
          number === 1
            ? response.writeHead(307, { location: '/next', 'set-cookie': 'session=1' }).end()
            : path === '/next' && number < 3
              ? response.writeHead(307, { location: `${elsewhere.url}/` }).end()
              : text(response, 200),
        {
          prepare: (_, value) => {
            token = value;
          },
        },
      );
      expect(endOf(run)).toEqual(deployed);
      expect(elsewhere.asked).toEqual([]);
      return run.endpoint.asked;
    },
  );
  expect(asked.length).toBeGreaterThan(2);
  expect(token).toMatch(/^op_pat_/);
  for (const { headers } of asked) {
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(JSON.stringify(headers)).not.toContain(token.slice(7));
  }
});
