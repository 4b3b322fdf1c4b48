import { Agent } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { until } from '../../test/support/build.ts';
import type { FaultRule, WireFault } from '../faults.ts';
import type { Emulator, EmulatorOptions, RecordedRequest } from '../server.ts';
import { ask, begin, deploy, emulate, field, handTime, tokenFor } from './client.ts';

const LOOK = { path: '/acme/service/web' } as const;

function faulty(
  fault: WireFault,
  rule: Partial<FaultRule> = {},
  options: EmulatorOptions = {},
): Promise<Emulator> {
  return emulate({ ...options, scenario: { faults: [{ on: 'service.get', do: fault, ...rule }] } });
}

/**
 * A request as raw bytes. With `close`, the server closes the connection after the answer. With
 * `keep-alive`, only a fault closes it.
 */
function rawRequest(emulator: Emulator, connection: 'close' | 'keep-alive'): string {
  return `GET ${LOOK.path} HTTP/1.1\r\nHost: ${new URL(emulator.origin).host}\r\nConnection: ${connection}\r\nAuthorization: Bearer ${emulator.sessionToken}\r\n\r\n`;
}

/** Everything that the server sends until it closes the socket. */
function rawAnswer(emulator: Emulator, connection: 'close' | 'keep-alive'): Promise<Buffer> {
  const { hostname, port } = new URL(emulator.origin);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () =>
      socket.write(rawRequest(emulator, connection)),
    );
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

describe('wire faults', () => {
  test('reset: no byte is sent', async () => {
    const emulator = await faulty({ kind: 'reset' });
    await expect(ask(emulator, { ...LOOK, token: emulator.sessionToken })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(emulator.requests[0]?.status).toBe('reset');
    expect((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).status).toBe(200);
  });

  test.each(['length', 'chunked'] as const)(
    'cut: half of a body is sent (framing: %s)',
    async (framing) => {
      const emulator = await faulty({ kind: 'cut', framing }, { times: 2 });
      await expect(ask(emulator, { ...LOOK, token: emulator.sessionToken })).rejects.toThrow(
        /cut|aborted/,
      );
      const raw = (await rawAnswer(emulator, 'keep-alive')).toString('utf8');
      expect(raw).toMatch(/^HTTP\/1\.1 200/);
      expect(raw.toLowerCase()).toContain(
        framing === 'length' ? 'content-length' : 'transfer-encoding: chunked',
      );
      expect(raw).toContain('"name":"web"');
      expect(raw).not.toContain('updated_at');
      expect(raw).not.toContain('\r\n0\r\n');
      expect(emulator.requests.map(({ status }) => status)).toEqual(['cut', 'cut']);
    },
  );

  test('cut: a deploy without a body gets one to cut, and is accepted', async () => {
    const scenario = {
      deployAnswer: { status: 204, body: 'none' as const },
      faults: [{ on: 'service.deploy' as const, do: { kind: 'cut' as const } }],
    };
    const emulator = await emulate({ scenario });
    await expect(deploy(emulator, tokenFor(emulator, ['service']))).rejects.toThrow(/cut|aborted/);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
  });

  test('hang: nothing is sent', async () => {
    const { now, timing, held, advance } = handTime();
    const emulator = await faulty({ kind: 'hang' }, {}, { now, timing });
    const { answer, received, breakOff } = begin(emulator, {
      ...LOOK,
      token: emulator.sessionToken,
    });
    await until(() => held.length === 1);
    advance(86_400_000);
    // The emulator still answers other requests.
    expect((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).status).toBe(200);
    expect([received(), held[0]?.headersSent]).toEqual([undefined, false]);
    expect(emulator.requests[0]?.status).toBe('hang');
    breakOff();
    await expect(answer).rejects.toThrow('broken off');
  });

  test('slow: byte by byte', async () => {
    const { now, timing, held, advance } = handTime();
    const emulator = await faulty({ kind: 'slow', delayMs: 1_000 }, {}, { now, timing });
    const { answer, received } = begin(emulator, { ...LOOK, token: emulator.sessionToken });
    await until(() => received() !== undefined);
    const bytes = Number(held[0]?.getHeader('content-length'));
    for (let sent = 0; sent < bytes; sent += 1) {
      advance(999);
      expect([received()?.length, held[0]?.writableLength]).toEqual([sent, 0]);
      advance(1);
      await until(() => received()?.length !== sent);
      expect(received()).toHaveLength(sent + 1);
    }
    advance(1_000);
    expect(field(await answer, 'name')).toBe('web');
  });

  test.each([
    { status: 200, body: '<html>' },
    { status: 200, body: '' },
    { status: 200, body: '[null]' },
    { status: 429, headers: { 'retry-after': 'Fri, 31 Dec 2999 23:59:59 GMT' }, body: '' },
    { status: 503, headers: { 'content-type': 'text/plain' }, body: 'down' },
  ])('answer: $status "$body"', async (canned) => {
    const emulator = await faulty({ kind: 'answer', ...canned });
    const answer = await ask(emulator, { ...LOOK, token: emulator.sessionToken });
    expect([answer.status, answer.text]).toEqual([canned.status, canned.body]);
    expect(answer.headers).toMatchObject(canned.headers ?? {});
    expect(emulator.requests[0]?.status).toBe(canned.status);
  });

  test('answer: repeats the token if the scenario enables it', async () => {
    const faults: FaultRule[] = [
      { on: 'service.get', do: { kind: 'answer', status: 500, body: 'bad token {{token}}' } },
    ];
    const emulator = await emulate({ scenario: { faults, echoToken: true } });
    expect((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).text).toBe(
      `bad token ${emulator.sessionToken}`,
    );
  });

  test.each([301, 302, 303, 307, 308] as const)('redirect: %i', async (status) => {
    const emulator = await faulty({ kind: 'redirect', status, location: 'https://evil.example/' });
    const answer = await ask(emulator, { ...LOOK, token: emulator.sessionToken });
    expect([answer.status, answer.headers.location]).toEqual([status, 'https://evil.example/']);
  });

  test('header-bomb: too large for a client, or too many headers', async () => {
    const large = await faulty({ kind: 'header-bomb' });
    await expect(ask(large, { ...LOOK, token: large.sessionToken })).rejects.toMatchObject({
      code: 'HPE_HEADER_OVERFLOW',
    });
    const many = await faulty({ kind: 'header-bomb', form: 'many' });
    expect(
      (await rawAnswer(many, 'close')).toString('latin1').split('\r\n').length,
    ).toBeGreaterThan(10_000);
  });

  test('gzip-bomb: small on the wire, large when unpacked', async () => {
    const emulator = await faulty({ kind: 'gzip-bomb', bytes: 8 * 1_048_576 });
    const raw = await rawAnswer(emulator, 'close');
    const body = raw.subarray(raw.indexOf('\r\n\r\n') + 4);
    expect(raw.toString('latin1').toLowerCase()).toContain('content-encoding: gzip');
    expect(body.length).toBeLessThan(100_000);
    expect(gunzipSync(body).length).toBe(8 * 1_048_576);
  });

  test('big-body: sends as many bytes as requested, and stops if the client leaves', async () => {
    const emulator = await faulty({ kind: 'big-body', bytes: 3_000_000 });
    expect((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).text.length).toBe(
      3_000_000,
    );
    const served: RecordedRequest[] = [];
    const endless = await faulty(
      { kind: 'big-body', bytes: 1e12 },
      {},
      { onServed: (request) => served.push(request) },
    );
    const { answer, received, breakOff } = begin(endless, { ...LOOK, token: endless.sessionToken });
    await until(() => (received()?.length ?? 0) > 1_000_000);
    expect(served).toEqual([]);
    breakOff();
    await expect(answer).rejects.toThrow('broken off');
    await until(() => served.length === 1);
  });

  test('close-idle: sends a complete response, then closes the connection', async () => {
    const emulator = await faulty({ kind: 'close-idle' });
    const agent = new Agent({ keepAlive: true });
    const first = await ask(emulator, { ...LOOK, token: emulator.sessionToken, agent });
    expect([first.status, first.headers.connection]).toEqual([200, 'keep-alive']);
    // Without this fault, the server would only close the connection after a minute.
    await until(() => Object.values(agent.freeSockets).flat().length === 0);
    agent.destroy();
  });

  test('close-idle: does not answer a second request on the connection', async () => {
    let isServed = false;
    const emulator = await faulty(
      { kind: 'close-idle' },
      {},
      { onServed: () => (isServed = true) },
    );
    const { hostname, port } = new URL(emulator.origin);
    let raw = '';
    let isClosed = false;
    const socket = connect(Number(port), hostname, () =>
      socket.write(rawRequest(emulator, 'keep-alive')),
    );
    socket.on('data', (chunk: Buffer) => {
      raw += chunk.toString('utf8');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      isClosed = true;
    });
    await until(() => isServed && raw.includes('"name":"web"'));
    socket.write(rawRequest(emulator, 'close'));
    await until(() => isClosed);
    expect(raw.match(/200 OK/g)).toHaveLength(1);
  });

  test.each([100, 103] as const)('early: sends %i before the response', async (status) => {
    const emulator = await faulty({ kind: 'early', status });
    const answer = await ask(emulator, { ...LOOK, token: emulator.sessionToken });
    expect(answer.early).toContain(status);
    expect(field(answer, 'name')).toBe('web');
  });
});

describe('when a fault applies', () => {
  const down: WireFault = { kind: 'answer', status: 503 };
  test.each([
    { rule: {}, statuses: [503, 200, 200, 200, 200] },
    { rule: { skip: 1 }, statuses: [200, 503, 200, 200, 200] },
    { rule: { skip: 1, times: 2 }, statuses: [200, 503, 503, 200, 200] },
    { rule: { times: 'always' as const }, statuses: [503, 503, 503, 503, 503] },
    { rule: { times: Number.POSITIVE_INFINITY }, statuses: [503, 503, 503, 503, 503] },
    { rule: { on: '*' as const, skip: 4 }, statuses: [200, 200, 200, 200, 503] },
    {
      rule: { on: 'service.list' as const, times: 'always' as const },
      statuses: [200, 200, 200, 200, 200],
    },
  ])('$rule', async ({ rule, statuses }) => {
    const emulator = await faulty(down, rule);
    const seen: number[] = [];
    for (let look = 0; look < 5; look++)
      seen.push((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).status);
    expect(seen).toEqual(statuses);
  });

  test.each([
    { afterHandling: false, deploys: 0, status: 'running' },
    { afterHandling: true, deploys: 1, status: 'deploying' },
  ])(
    'a lost response to a deploy, afterHandling $afterHandling',
    async ({ afterHandling, deploys, status }) => {
      for (const fault of [down, { kind: 'reset' }, { kind: 'hang' }] satisfies WireFault[]) {
        const { now, timing, held } = handTime();
        const emulator = await emulate({
          now,
          timing,
          scenario: { faults: [{ on: 'service.deploy', afterHandling, do: fault }] },
        });
        const end = deploy(emulator, tokenFor(emulator, ['service'])).then(
          () => 'answered',
          () => 'lost',
        );
        if (fault.kind === 'hang') await until(() => held.length === 1);
        else expect(await end).toBe(fault.kind === 'reset' ? 'lost' : 'answered');
        expect(emulator.world.service('acme', 'web')).toMatchObject({
          deploysAccepted: deploys,
          status,
        });
      }
    },
  );
});

describe('close', () => {
  test.each([
    { kind: 'hang' },
    { kind: 'slow', delayMs: 10_000 },
    { kind: 'big-body', bytes: 1e12 },
  ] satisfies WireFault[])('ends at once even if $kind holds a request', async (fault) => {
    const emulator = await faulty(fault);
    const open = ask(emulator, { ...LOOK, token: emulator.sessionToken }).then(
      () => 'answered',
      () => 'failed',
    );
    await until(() => emulator.requests.length === 1);
    await emulator.close();
    expect(await open).toBe('failed');
  });
});
