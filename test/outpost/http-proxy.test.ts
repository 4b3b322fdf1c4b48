import { execFile } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { aServer, atEnd, TOKEN } from '../support/build.ts';

const source = (path: string): string =>
  JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/**
 * The proxy comes from the environment of a process, so the request is sent by a separate process.
 * Its deadline isn't tested here.
 */
const program = `
import { createHttp } from ${source('outpost/http.ts')};
import { Secret } from ${source('lib/secret.ts')};
const http = createHttp(new Secret(process.env.TOKEN), 'outpost-deploy-action/test');
const url = new URL('http://outpost.test/acme/service/web');
const outcome = await http.send({ method: 'POST', url, body: '{}', maxBytes: 1000, deadlineMs: 1500000 }, new AbortController().signal);
http.close();
console.log(JSON.stringify({ ...outcome, body: outcome.body?.toString() }));
`;

async function deployThrough(proxy: URL): Promise<unknown> {
  const env = { TOKEN, http_proxy: proxy.href };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { env },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

interface Tunnel {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

async function aProxy(
  answer: (socket: Socket) => void,
): Promise<{ readonly origin: URL; readonly tunnels: readonly Tunnel[] }> {
  const tunnels: Tunnel[] = [];
  const server = createServer();
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    tunnels.push({ url, headers });
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  atEnd(() => server.close());
  return { origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), tunnels };
}

test('a request goes through the proxy, which sees neither the token nor the body', async () => {
  const { origin, received } = await aServer((response) => response.end('{"id":"dep_1"}'));
  const proxy = await aProxy((socket) => {
    const onward = connect(Number(origin.port), origin.hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
  });
  expect(await deployThrough(proxy.origin)).toMatchObject({
    kind: 'answer',
    status: 200,
    body: '{"id":"dep_1"}',
  });
  expect(received).toMatchObject([
    { method: 'POST', body: '{}', headers: { authorization: `Bearer ${TOKEN}` } },
  ]);
  expect(proxy.tunnels).toMatchObject([{ url: 'outpost.test:80' }]);
  expect(JSON.stringify(proxy.tunnels)).not.toContain(TOKEN.slice(7, 17));
});

test('sends the proxy its password and logs nothing about it', async () => {
  const proxy = await aProxy((socket) => socket.end('HTTP/1.1 502 No\r\n\r\n'));
  const withPassword = new URL(proxy.origin);
  withPassword.username = 'ada';
  withPassword.password = 'secret';
  await deployThrough(withPassword);
  expect(proxy.tunnels[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('ada:secret')}`);
});

test.each([
  { status: 407, passing: false, rule: 'requires a password, which is permanent' },
  { status: 403, passing: true, rule: 'refuses for now' },
  { status: 502, passing: true, rule: 'cannot reach the server' },
])('a proxy that $rule ($status): nothing was sent', async ({ status, passing }) => {
  const proxy = await aProxy((socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
  expect(await deployThrough(proxy.origin)).toEqual({
    kind: 'unsent',
    reason: `the proxy refused the connection (${status})`,
    passing,
  });
});

test('a proxy that closes the connection: nothing was sent', async () => {
  const proxy = await aProxy((socket) => socket.end());
  expect(await deployThrough(proxy.origin)).toEqual({
    kind: 'unsent',
    reason: 'the proxy refused the connection',
    passing: true,
  });
});
