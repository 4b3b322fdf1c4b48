import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { needsPosix } from '../support/posix.ts';
import { createAuthority } from './certificate.ts';
import { type Ended, type Launch, onSite } from './launch.ts';
import { startRelay } from './relay.ts';
import { lasting, quick } from './row.ts';

// Faults on the way to Outpost: names, connections, TLS, proxies. Nothing is sent before the
// connection is up.

const hosts = ['github', 'shell'] as const;
const YEAR_MS = 365 * 86_400_000;

/** Deploys the quick scenario on both hosts, at another address than the emulator's own. */
async function deployAt(
  origin: string | undefined,
  options: Partial<Launch> & { readonly deafPort?: number } = {},
): Promise<readonly (Ended & { readonly reached: number })[]> {
  return await onSite(quick, async ({ emulator, clock, launch }) => {
    if (options.deafPort !== undefined) clock.deaf(options.deafPort);
    const inputs = { ...(origin === undefined ? {} : { origin }), ...options.inputs };
    const ended = await Promise.all(
      hosts.map((host) => launch({ ...options, host, inputs }).ended),
    );
    return ended.map((one) => ({ ...one, reached: emulator.requests.length }));
  });
}

/** Nothing was deployed, and the exit status is the one that is safe to retry. */
function expectUnavailable(all: readonly Ended[], why: RegExp): void {
  for (const { exitStatus, outputs, seen } of all) {
    expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
      exitStatus: 8,
      code: 'unavailable',
    });
    expect(seen).toMatch(why);
    expect(seen).toMatch(/Nothing was deployed/);
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('F01 a host name that does not exist', async () => {
  // A label has at most 63 characters, so no name server is asked.
  expectUnavailable(
    await deployAt(`https://${'x'.repeat(64)}.example`),
    /the host name cannot be resolved/,
  );
});

test('F02 a name server that does not answer at first', async () => {
  for (const host of hosts) {
    await onSite(quick, async ({ emulator, launch }) => {
      const origin = emulator.origin.replace('127.0.0.1', 'localhost');
      const { exitStatus } = await launch({
        host,
        preload: ['./name-server-down.mjs'],
        inputs: { origin },
      }).ended;
      expect({
        exitStatus,
        accepted: emulator.world.service('acme', 'web').deploysAccepted,
      }).toEqual({ exitStatus: 0, accepted: 1 });
    });
  }
});

test('F03 no one listens on the port', async () => {
  // The `discard` port. A port that was free a moment ago may be in use by another test.
  expectUnavailable(await deployAt('http://127.0.0.1:9'), /the connection was refused/);
});

needsPosix()('F04 no one accepts the connection', async () => {
  // A stopped process whose connection queue is full. The kernel drops every further connection.
  const program =
    "const s=require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},()=>{console.log(s.address().port);process.kill(process.pid,'SIGSTOP')})";
  const still = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const fillers: Socket[] = [];
  try {
    const port = Number(
      await new Promise((resolve) =>
        still.stdout.once('data', (data: Buffer) => resolve(data.toString())),
      ),
    );
    for (let index = 0; index < 4; index += 1)
      fillers.push(connect(port, '127.0.0.1').on('error', () => undefined));
    // At least one of them doesn't fit in the queue.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expectUnavailable(
      await deployAt(`http://127.0.0.1:${port}`, { deafPort: port }),
      /no complete response within 15 s/,
    );
  } finally {
    for (const filler of fillers) filler.destroy();
    still.kill('SIGKILL');
  }
});

test.each([
  {
    what: 'has expired',
    host: 'localhost',
    notAfter: new Date('2021-01-01T00:00:00Z'),
    trusted: true,
    why: /certificate has expired/,
  },
  {
    what: 'is for another host',
    host: 'example.org',
    notAfter: new Date(Date.now() + YEAR_MS),
    trusted: true,
    why: /for another host/,
  },
  {
    what: 'is from an unknown authority',
    host: 'localhost',
    notAfter: new Date(Date.now() + YEAR_MS),
    trusted: false,
    why: /certificate (?:cannot be verified|chain is self-signed)|issuer of its TLS certificate is not trusted/,
  },
  {
    what: 'is valid',
    host: 'localhost',
    notAfter: new Date(Date.now() + YEAR_MS),
    trusted: true,
    why: undefined,
  },
])('F05 a certificate that $what', async ({ host, notAfter, trusted, why }) => {
  const authority = createAuthority();
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  const trust = join(folder, 'authority.pem');
  writeFileSync(trust, authority.cert);
  const env = trusted ? { NODE_EXTRA_CA_CERTS: trust } : {};
  try {
    // The virtual clock can't see a TLS handshake, so each one may seem to take as long as its
    // timeout.
    await onSite(lasting(120_000), async ({ emulator, launch }) => {
      const relay = await startRelay(
        emulator.origin,
        undefined,
        authority.issue({ host, notAfter }),
      );
      const inputs = { origin: `https://localhost:${relay.port}` };
      for (const on of hosts) {
        const ended = await launch({ host: on, inputs, env }).ended;
        if (why === undefined) expect(ended.exitStatus).toBe(0);
        else expectUnavailable([ended], why);
      }
      // No request was sent over an insecure connection.
      expect(relay.paths.length > 0).toBe(why === undefined);
      await relay.close();
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('F06 the TLS handshake is cut', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.once('data', () => socket.end());
    socket.on('error', () => undefined);
  });
  const port = await listening(server);
  expectUnavailable(
    await deployAt(`https://127.0.0.1:${port}`),
    /the connection closed during the TLS handshake/,
  );
  expect(connections).toBeLessThanOrEqual(20);
  server.close();
});

test('F20 nothing is sent to another host after a redirect, least of all the token', async () => {
  const strangers: string[] = [];
  const stranger = createServer((socket) =>
    socket.on('data', (data: Buffer) => strangers.push(data.toString())),
  );
  const location = `http://127.0.0.1:${await listening(stranger)}/acme/service/web`;
  const { origin: elsewhere } = new URL(location);
  const asked = [
    ['service.get', 'service-unreadable', `GET /acme/service/web: 307 to ${elsewhere}`],
    ['service.deploy', 'redirected', `redirects to ${elsewhere}. Redirects are never followed`],
  ] as const;
  for (const [on, code, says] of asked) {
    await onSite(
      {
        ...quick,
        faults: [{ on, times: 'always', do: { kind: 'redirect', status: 307, location } }],
      },
      async ({ launch }) => {
        for (const host of hosts) {
          const { exitStatus, outputs, seen } = await launch({ host }).ended;
          expect({ exitStatus, code: outputs['failure-code'] }).toEqual({
            exitStatus: 4,
            code,
          });
          expect(seen).toContain(says);
        }
      },
    );
  }
  expect(strangers).toEqual([]);
  stranger.close();
});
