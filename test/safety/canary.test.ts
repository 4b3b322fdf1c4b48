import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { startEmulator } from '../../emulator/server.ts';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';
import { strace, type Traced, traceRun } from './trace.ts';
import { hosts } from './written.ts';

/** Another server on the network. It refuses every request and records what it receives. */
interface Elsewhere {
  readonly url: string;
  readonly heard: () => string;
  readonly close: () => void;
}

async function openElsewhere(): Promise<Elsewhere> {
  const sockets = new Set<Socket>();
  let heard = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => heard,
    close,
  };
}

let elsewhere: Elsewhere;
beforeAll(async () => {
  elsewhere = await openElsewhere();
  if (strace === undefined)
    process.stderr.write(
      'strace is not to be had here: arguments and writes of the processes are NOT searched\n',
    );
});
afterAll(() => elsewhere.close());

/** Settings that make other programs print debug output. */
const LOUD = {
  RUNNER_DEBUG: '1',
  ACTIONS_STEP_DEBUG: 'true',
  GIT_TRACE: '1',
  GIT_TRACE_CURL: '1',
  GIT_TRACE_REDACT: '0',
  DEBUG: '*',
};

/**
 * An Outpost that echoes the token wherever it can, redirects the client to another server, and
 * lets the rollout fail.
 */
function careless(): Scenario {
  const json = { 'content-type': 'application/json' };
  return {
    echoToken: true,
    rollout: [{ status: 'deploying', looks: 3 }, { status: 'failed' }],
    faults: [
      {
        on: 'token.list',
        do: {
          kind: 'answer',
          status: 403,
          headers: json,
          body: '{"message":"you sent {{token}}"}',
        },
      },
      {
        on: 'service.get',
        skip: 1,
        do: { kind: 'redirect', status: 307, location: `${elsewhere.url}/status` },
      },
      {
        on: 'service.logs',
        do: { kind: 'redirect', status: 302, location: `${elsewhere.url}/logs` },
      },
      {
        on: 'service.logs',
        times: 'always',
        do: { kind: 'answer', status: 200, headers: json, body: '["Bearer {{token}}", "crashed"]' },
      },
    ],
  };
}

/**
 * System calls that contain the token, except the start of the program itself, mask commands, and
 * bytes sent to Outpost.
 */
function strayCalls({ calls }: Traced, token: string, port: string): readonly string[] {
  const [, ...afterStart] = calls;
  return afterStart
    .filter((call) => !call.includes(`->127.0.0.1:${port}]`))
    .map((call) => call.replace(/::add-mask::.*?\\n/g, ''))
    .filter((call) => findLeaks(call, token).length > 0);
}

/** Network connections of the process and its children. */
function peersOf({ calls }: Traced): readonly string[] {
  const peers = calls.flatMap(
    (call) =>
      /connect\(.*sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)/.exec(call)?.slice(1) ??
      [],
  );
  return [...new Set(peers)];
}

function expectNowhere(run: Traced, token: string): void {
  const places = {
    stdout: run.stdout.replace(/^::add-mask::.*$/gm, ''),
    stderr: run.stderr,
    ...run.files,
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    findLeaks(text, token).map(({ form }) => `${form} in ${place}`),
  );
  expect(found).toEqual([]);
}

test.concurrent.each(hosts)(
  'on %s the token is nowhere but on its way to Outpost',
  async (host) => {
    const clock = await VirtualClock.start();
    const emulator = await startEmulator({ scenario: careless(), now: clock.nowMs, timing: clock });
    try {
      const token = emulator.world.createToken({ name: 'canary', scopes: ['service'] });
      const inputs = {
        origin: emulator.origin,
        service: 'acme/web',
        branch: 'main',
        'token-name': 'canary',
      };
      const env = { ...LOUD, http_proxy: elsewhere.url, all_proxy: elsewhere.url };
      const run = await traceRun({ host, token, inputs, env, clock });
      expect(run.exitStatus).toBe(5);
      expect(run.stdout).toMatch(/acme\/web \| Bearer \*\*\*/);
      expectNowhere(run, token);
      const port = new URL(emulator.origin).port;
      expect(strayCalls(run, token, port)).toEqual([]);
      if (strace !== undefined) {
        expect(run.calls.filter((call) => /execve\(.*"grep"/.test(call))).not.toEqual([]);
        // Proves that the search would find the token.
        expect(
          run.calls.some((call) => call.includes(`->127.0.0.1:${port}]`) && call.includes(token)),
        ).toBe(true);
        expect(peersOf(run)).toEqual([port, '127.0.0.1']);
      }
      expect(elsewhere.heard()).not.toMatch(/\/(?:status|logs)/);
    } finally {
      await emulator.close();
      await clock.close();
    }
  },
);

test.concurrent.each(hosts)(
  'on %s a proxy hears the name of the host, and no more',
  async (host) => {
    const token = `op_pat_${'Zq7Xw3Kd9'.repeat(3)}`;
    const inputs = {
      origin: 'https://outpost.example',
      service: 'acme/web',
      branch: 'main',
      timeout: '60s',
    };
    const run = await traceRun({
      host,
      token,
      inputs,
      env: { ...LOUD, https_proxy: elsewhere.url },
    });
    expect(run.exitStatus).toBe(8);
    expect(run.stdout).toMatch(/The token goes to https:\/\/outpost\.example and nowhere else\./);
    expectNowhere(run, token);
    expect(strayCalls(run, token, '0')).toEqual([]);
    expect(elsewhere.heard()).toMatch(/^CONNECT outpost\.example:443 HTTP\/1\.1\r\n/m);
    expect(findLeaks(elsewhere.heard(), token)).toEqual([]);
  },
);
