import { expect, test } from '@jest/globals';
import {
  deployAndCheck,
  deployed,
  endOf,
  errorOf,
  lastly,
  unhealthy,
} from '../support/health/check.ts';
import { type Answer, text, withEndpoint } from '../support/health/endpoint.ts';

const HEALTHY = 'there';

/** Redirects this many times, then answers. */
function hops(count: number, status = 302): Answer {
  return (response, path) => {
    const hop = Number(/^\/hop\/(\d+)$/.exec(path)?.[1] ?? 0);
    if (hop < count) response.writeHead(status, { location: `/hop/${hop + 1}` }).end();
    else text(response, 200, HEALTHY);
  };
}

test.concurrent.each([302, 308])(
  'follows three redirects (%d) on the same host',
  async (status) => {
    const run = await deployAndCheck(hops(3, status), {
      path: '/hop/0',
      inputs: { 'health-check-contains': HEALTHY },
    });
    expect(endOf(run)).toEqual(deployed);
    expect(run.endpoint.asked.slice(0, 4).map(({ path }) => path)).toEqual([
      '/hop/0',
      '/hop/1',
      '/hop/2',
      '/hop/3',
    ]);
  },
);

test.concurrent('does not follow the fourth redirect', async () => {
  const run = await deployAndCheck(hops(4), { path: '/hop/0' });
  expect(endOf(run)).toEqual(unhealthy);
  expect(errorOf(run)).toMatch(lastly('redirects more than 3 times'));
});

test.concurrent('does not follow a redirect to another host, even a healthy one', async () => {
  await withEndpoint(
    (response) => text(response, 200),
    async (elsewhere) => {
      const run = await deployAndCheck((response) =>
        response.writeHead(302, { location: `${elsewhere.url}/healthz` }).end(),
      );
      expect(endOf(run)).toEqual(unhealthy);
      expect(errorOf(run)).toMatch(
        lastly(`redirects to another host, ${new URL(elsewhere.url).host}`),
      );
      expect(elsewhere.asked).toEqual([]);
    },
  );
});

test.concurrent.each([
  ['a name of this machine', (port: string) => `http://localhost:${port}/`],
  ['a cloud metadata address', () => 'http://169.254.169.254/latest/meta-data/'],
  ['a URL that is not HTTP', () => 'file:///etc/passwd'],
  ['a script', () => 'javascript:alert(1)'],
])('a redirect to %s is not followed', async (_, target) => {
  const run = await deployAndCheck((response, __, number) =>
    number === 1
      ? response.writeHead(302, { location: target(`${response.socket?.localPort}`) }).end()
      : text(response, 200),
  );
  expect(endOf(run)).toEqual(deployed);
  expect(run.text).toMatch(/redirects to another host/);
  expect(run.endpoint.asked).toHaveLength(4);
});
