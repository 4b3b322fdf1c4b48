import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { onSite } from './launch.ts';
import { quick } from './row.ts';

// F56: requests go through a proxy. Requests to this machine never do, so Outpost has a host name
// here that only the proxy can resolve.

interface Tunnel {
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

interface Proxy {
  readonly port: number;
  readonly tunnels: readonly Tunnel[];
  close(): void;
}

async function startProxy(answer: (socket: Socket) => void): Promise<Proxy> {
  const tunnels: Tunnel[] = [];
  const server = createServer();
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    tunnels.push({ target: url, headers });
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, tunnels, close: () => server.close() };
}

const ORIGIN = 'https://outpost.invalid';
const PASSWORD = 'pr0xy-passw0rd';
const hosts = ['github', 'shell'] as const;

test.each([
  {
    what: '407',
    answer: 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
    why: /the proxy refused the connection \(407\)/,
    calls: 1,
  },
  {
    what: 'CONNECT 403',
    answer: 'HTTP/1.1 403 Forbidden\r\n\r\n',
    why: /the proxy refused the connection \(403\)/,
    calls: 5,
  },
  { what: 'a proxy that hangs up', answer: '', why: /the proxy refused the connection/, calls: 5 },
])(
  'F56 $what: nothing is deployed, and the proxy password is not shown',
  async ({ answer, why, calls }) => {
    const proxy = await startProxy((socket) => socket.end(answer));
    const env = { https_proxy: `http://ci:${PASSWORD}@127.0.0.1:${proxy.port}` };
    await onSite(quick, async ({ launch }) => {
      for (const host of hosts) {
        // Without a token name, there is only one kind of read, so the tries can be counted.
        const ended = await launch({ host, env, inputs: { origin: ORIGIN, 'token-name': '' } })
          .ended;
        expect({ exitStatus: ended.exitStatus, code: ended.outputs['failure-code'] }).toEqual({
          exitStatus: 8,
          code: 'unavailable',
        });
        expect(ended.seen).toMatch(why);
        expect(JSON.stringify(ended)).not.toContain(PASSWORD);
      }
    });
    expect(proxy.tunnels.map(({ target }) => target)).toEqual(
      Array(calls * hosts.length).fill('outpost.invalid:443'),
    );
    // The proxy gets its own password, and nothing else.
    for (const { headers } of proxy.tunnels) {
      expect(headers['proxy-authorization']).toBe(
        `Basic ${Buffer.from(`ci:${PASSWORD}`).toString('base64')}`,
      );
      expect(headers).not.toHaveProperty('authorization');
    }
    proxy.close();
  },
);

test('F56 a proxy that is down', async () => {
  await onSite(quick, async ({ launch }) => {
    // The `discard` port. A port that was free a moment ago may be in use by another test.
    const env = { https_proxy: 'http://127.0.0.1:9' };
    const { exitStatus, seen } = await launch({ host: 'shell', env, inputs: { origin: ORIGIN } })
      .ended;
    expect(exitStatus).toBe(8);
    expect(seen).toMatch(
      /Outpost cannot be reached: the (?:proxy|connection) (?:refused the connection|was refused)/,
    );
  });
});

test('F56 the proxy is not used if no_proxy names Outpost', async () => {
  const proxy = await startProxy((socket) => socket.end());
  await onSite(quick, async ({ launch }) => {
    const env = { https_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: 'outpost.invalid' };
    const { exitStatus } = await launch({
      host: 'shell',
      env,
      inputs: { origin: ORIGIN, timeout: '20s' },
    }).ended;
    expect(exitStatus).toBe(8);
  });
  expect(proxy.tunnels).toEqual([]);
  proxy.close();
});

test('F56 a TLS failure behind a working proxy is not blamed on the proxy', async () => {
  await onSite(quick, async ({ emulator, launch }) => {
    const { port } = new URL(emulator.origin);
    const proxy = await startProxy((socket) => {
      // The server at the other end doesn't speak TLS.
      const onward = connect(Number(port), '127.0.0.1', () =>
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n'),
      );
      socket.pipe(onward).pipe(socket);
      onward.on('error', () => socket.destroy());
    });
    const env = { https_proxy: `http://127.0.0.1:${proxy.port}` };
    const { exitStatus, seen } = await launch({ host: 'shell', env, inputs: { origin: ORIGIN } })
      .ended;
    expect(exitStatus).toBe(8);
    expect(seen).toMatch(/TLS/);
    expect(emulator.requests).toEqual([]);
    proxy.close();
  });
});
