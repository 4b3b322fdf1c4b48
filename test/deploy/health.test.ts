import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Config } from '../../src/deploy/config.ts';
import { checkHealth } from '../../src/deploy/health.ts';
import { provesByHealth } from '../../src/deploy/health-probe.ts';
import type { Context } from '../../src/host.ts';
import {
  aContext,
  aServer,
  aService,
  aVerdict,
  knowErrorsOfNode,
  type Received,
  withStillTime,
} from '../support/build.ts';
import { aStepRun } from '../support/step-run.ts';

beforeAll(knowErrorsOfNode);
withStillTime();

test('a check with no time left times out, and is no reason to roll the service back', async () => {
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
    failure: { code: 'timed-out', happened: expect.stringContaining('the run timed out before') },
  });
});

describe('a health check can prove a deploy', () => {
  type Answer = (response: ServerResponse, request: Received, socket: Socket) => void;

  const page =
    (body: string, status = 200): Answer =>
    (response) =>
      response.writeHead(status).end(body);
  const before = page('{"commit":"feedbeef"}');

  interface Probe {
    readonly config?: Partial<Config>;
    readonly context?: Partial<Context>;
    readonly answer?: Answer;
    /** The service's endpoint. Default: the address of the server. */
    readonly endpoint?: string | undefined;
    readonly isRehearsal?: boolean;
  }

  /** Whether the health check can prove the deploy, and how often the address was requested. */
  async function probe(fields: Probe): Promise<readonly [boolean, number]> {
    const { config, context, answer = before, isRehearsal = true } = fields;
    const { origin, received } = await aServer(answer);
    const check = { healthCheck: '/version', healthCheckContains: '0123456', ...config };
    const stepRun = await aStepRun(origin, check);
    const { host } = stepRun.run;
    const run = { ...stepRun.run, isRehearsal, host: { ...host, context: aContext(context) } };
    const endpoint = 'endpoint' in fields ? fields.endpoint : origin.origin;
    const proves = await provesByHealth(stepRun.config, aService({ endpoint }), run);
    return [proves, received.length];
  }

  test.each<[string, string, Partial<Context>]>([
    ['seven digits of the commit', '0123456', {}],
    ['the whole commit', '0123456789abcdef0123456789abcdef01234567', {}],
    ['the commit among other words', '{"version":"0123456789ab"}', {}],
    ['the tag', 'v1.2.3', { tag: 'v1.2.3' }],
    ['the tag among other words', 'release v1.2.3 of web', { tag: 'v1.2.3' }],
    ['the tag, if no commit is known', 'v1.2.3', { tag: 'v1.2.3', commit: undefined }],
  ])('if its text names %s', async (_, healthCheckContains, context) => {
    expect(await probe({ config: { healthCheckContains }, context })).toEqual([true, 1]);
  });

  test.each<[string, string | undefined, Partial<Context>]>([
    ['is anything else', 'ok', {}],
    ['names only six digits of the commit', '012345', {}],
    ['names another commit', 'feedbeef', {}],
    ['names the end of the commit', '01234567'.slice(-6), {}],
    ['names another tag', 'v1.2.2', { tag: 'v1.2.3' }],
    ['names a commit that this run does not know', '0123456', { commit: undefined }],
    ['is missing', undefined, {}],
  ])('not if its text %s: no request is sent', async (_, healthCheckContains, context) => {
    const config = 'commit' in context ? { commit: context.commit } : {};
    expect(await probe({ config: { healthCheckContains, ...config }, context })).toEqual([
      false,
      0,
    ]);
  });

  test.each<[string, Answer]>([
    ['200 without the text', before],
    ['200 with an empty body', page('')],
    ['204', page('', 204)],
    ['299', page('feedbeef', 299)],
    [
      'a redirect on the same host, and then 200',
      (response, { path }) =>
        path === '/version'
          ? response.writeHead(302, { location: '/v2/version' }).end()
          : response.end('feedbeef'),
    ],
  ])('if the address answers with %s before the call', async (_, answer) => {
    expect((await probe({ answer }))[0]).toBe(true);
  });

  test.each<[string, Answer]>([
    ['with the text already', page('{"commit":"0123456789abcdef"}')],
    ['404', page('no such page', 404)],
    ['401', page('', 401)],
    ['500', page('', 500)],
    ['503', page('starting', 503)],
    ['not at all', (_, __, socket) => socket.resetAndDestroy()],
    ['but breaks off', (response, _, socket) => response.write('{', () => socket.destroy())],
    ['with more than is read', page('x'.repeat(1_048_577))],
    [
      'with a redirect to another host',
      (response) => response.writeHead(302, { location: 'https://login.example/' }).end(),
    ],
    [
      'with one redirect after another',
      (response) => response.writeHead(302, { location: '/version' }).end(),
    ],
  ])('not if the address answers %s before the call', async (_, answer) => {
    const [proves, asked] = await probe({ answer });
    expect(proves).toBe(false);
    expect(asked).toBeGreaterThan(0);
  });

  test.each<[string, Probe]>([
    ['there is no check', { config: { healthCheck: undefined } }],
    ['the service shows no endpoint for its path', { endpoint: undefined }],
    ['its endpoint is not a URL', { endpoint: 'web.acme' }],
    ['its endpoint is a cloud metadata address', { endpoint: 'http://169.254.169.254' }],
    ['its endpoint is this machine, outside a rehearsal', { isRehearsal: false }],
    [
      'its own URL is a cloud metadata address',
      { config: { healthCheck: 'http://169.254.169.254/latest' } },
    ],
  ])('not if %s: no request is sent', async (_, fields) => {
    expect(await probe(fields)).toEqual([false, 0]);
  });

  test('a full URL needs no endpoint, and is requested without the token', async () => {
    const { origin, received } = await aServer(before);
    const healthCheck = new URL('/version?full=1', origin).href;
    const { run, config } = await aStepRun(origin, { healthCheck, healthCheckContains: '0123456' });
    const asking = { ...run, host: { ...run.host, context: aContext() } };
    expect(await provesByHealth(config, aService(), asking)).toBe(true);
    expect(received).toMatchObject([{ method: 'GET', path: '/version?full=1' }]);
    expect(received[0]?.headers.authorization).toBeUndefined();
  });
});
