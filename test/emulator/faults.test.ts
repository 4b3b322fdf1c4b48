import { Agent } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { FaultRule, WireFault } from '../../src/emulator/faults.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import { ask, deploy, emulate, field, tokenFor } from './client.ts';

const LOOK = { path: '/acme/service/web' } as const;

function faulty(fault: WireFault, rule: Partial<FaultRule> = {}): Promise<Emulator> {
  return emulate({ scenario: { faults: [{ on: 'service.get', do: fault, ...rule }] } });
}

/** Everything that the socket carries, until the server closes it or falls silent. */
function rawAnswer(emulator: Emulator, path: string, quietMs = 150): Promise<Buffer> {
  const { hostname, port } = new URL(emulator.origin);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: outpost\r\nAuthorization: Bearer ${emulator.sessionToken}\r\n\r\n`);
    });
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

describe('the wire', () => {
  test('reset: not one byte', async () => {
    const emulator = await faulty({ kind: 'reset' });
    await expect(ask(emulator, { ...LOOK, token: emulator.sessionToken })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(emulator.requests[0]?.status).toBe('reset');
    expect((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).status).toBe(200);
  });

  test.each(['length', 'chunked'] as const)('cut: half of a body framed by %s', async (framing) => {
    const emulator = await faulty({ kind: 'cut', framing }, { times: 2 });
    await expect(ask(emulator, { ...LOOK, token: emulator.sessionToken })).rejects.toThrow(/cut|aborted/);
    const raw = (await rawAnswer(emulator, LOOK.path)).toString('utf8');
    expect(raw).toMatch(/^HTTP\/1\.1 200/);
    expect(raw.toLowerCase()).toContain(framing === 'length' ? 'content-length' : 'transfer-encoding: chunked');
    expect(raw).toContain('"name":"web"');
    expect(raw).not.toContain('updated_at');
    expect(raw).not.toContain('\r\n0\r\n');
    expect(emulator.requests.map(({ status }) => status)).toEqual(['cut', 'cut']);
  });

  test('cut: a deploy without a body still has one to cut, and is accepted', async () => {
    const scenario = {
      deployAnswer: { status: 204, body: 'none' as const },
      faults: [{ on: 'service.deploy' as const, do: { kind: 'cut' as const } }],
    };
    const emulator = await emulate({ scenario });
    await expect(deploy(emulator, tokenFor(emulator, ['service']))).rejects.toThrow(/cut|aborted/);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
  });

  test('hang: nothing comes', async () => {
    const emulator = await faulty({ kind: 'hang' });
    await expect(ask(emulator, { ...LOOK, token: emulator.sessionToken, timeoutMs: 100 })).rejects.toThrow('timed out');
    expect(emulator.requests[0]?.status).toBe('hang');
  });

  test('slow: byte by byte', async () => {
    const emulator = await faulty({ kind: 'slow', delayMs: 1 });
    const startedMs = Date.now();
    const answer = await ask(emulator, { ...LOOK, token: emulator.sessionToken });
    expect(field(answer, 'name')).toBe('web');
    expect(Date.now() - startedMs).toBeGreaterThan(answer.text.length / 2);
    const never = await faulty({ kind: 'slow', delayMs: 1_000 });
    await expect(ask(never, { ...LOOK, token: never.sessionToken, timeoutMs: 100 })).rejects.toThrow('timed out');
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

  test('answer: repeats the token if the scenario is about that', async () => {
    const faults: FaultRule[] = [{ on: 'service.get', do: { kind: 'answer', status: 500, body: 'bad token {{token}}' } }];
    const emulator = await emulate({ scenario: { faults, echoToken: true } });
    expect((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).text).toBe(`bad token ${emulator.sessionToken}`);
  });

  test.each([301, 302, 303, 307, 308] as const)('redirect: %i', async (status) => {
    const emulator = await faulty({ kind: 'redirect', status, location: 'https://evil.example/' });
    const answer = await ask(emulator, { ...LOOK, token: emulator.sessionToken });
    expect([answer.status, answer.headers.location]).toEqual([status, 'https://evil.example/']);
  });

  test('header-bomb: too large for a client, or too many', async () => {
    const large = await faulty({ kind: 'header-bomb' });
    await expect(ask(large, { ...LOOK, token: large.sessionToken })).rejects.toMatchObject({ code: 'HPE_HEADER_OVERFLOW' });
    const many = await faulty({ kind: 'header-bomb', form: 'many' });
    expect((await rawAnswer(many, LOOK.path, 1_000)).toString('latin1').split('\r\n').length).toBeGreaterThan(10_000);
  });

  test('gzip-bomb: small on the wire, large when unpacked', async () => {
    const emulator = await faulty({ kind: 'gzip-bomb', bytes: 8 * 1_048_576 });
    const raw = await rawAnswer(emulator, LOOK.path);
    const body = raw.subarray(raw.indexOf('\r\n\r\n') + 4);
    expect(raw.toString('latin1').toLowerCase()).toContain('content-encoding: gzip');
    expect(body.length).toBeLessThan(100_000);
    expect(gunzipSync(body).length).toBe(8 * 1_048_576);
  });

  test('big-body: as many bytes as asked for, and an end when the client leaves', async () => {
    const emulator = await faulty({ kind: 'big-body', bytes: 3_000_000 });
    expect((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).text.length).toBe(3_000_000);
    const endless = await faulty({ kind: 'big-body', bytes: 1e12 });
    await expect(ask(endless, { ...LOOK, token: endless.sessionToken, timeoutMs: 100 })).rejects.toThrow('timed out');
  });

  test('close-idle: a whole answer, then the connection is gone', async () => {
    const emulator = await faulty({ kind: 'close-idle' });
    const agent = new Agent({ keepAlive: true });
    const first = await ask(emulator, { ...LOOK, token: emulator.sessionToken, agent });
    expect([first.status, first.headers.connection]).toEqual([200, 'keep-alive']);
    const raw = await rawAnswer(emulator, LOOK.path, 50);
    expect(raw.toString('utf8')).toContain('200 OK');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Object.values(agent.freeSockets).flat()).toEqual([]);
    agent.destroy();
  });

  test.each([100, 103] as const)('early: %i before the answer', async (status) => {
    const emulator = await faulty({ kind: 'early', status });
    const answer = await ask(emulator, { ...LOOK, token: emulator.sessionToken });
    expect(answer.early).toContain(status);
    expect(field(answer, 'name')).toBe('web');
  });
});

describe('when a fault strikes', () => {
  const down: WireFault = { kind: 'answer', status: 503 };
  test.each([
    { rule: {}, statuses: [503, 200, 200, 200, 200] },
    { rule: { skip: 1 }, statuses: [200, 503, 200, 200, 200] },
    { rule: { skip: 1, times: 2 }, statuses: [200, 503, 503, 200, 200] },
    { rule: { times: 'always' as const }, statuses: [503, 503, 503, 503, 503] },
    { rule: { times: Number.POSITIVE_INFINITY }, statuses: [503, 503, 503, 503, 503] },
    { rule: { on: '*' as const, skip: 4 }, statuses: [200, 200, 200, 200, 503] },
    { rule: { on: 'service.list' as const, times: 'always' as const }, statuses: [200, 200, 200, 200, 200] },
  ])('$rule', async ({ rule, statuses }) => {
    const emulator = await faulty(down, rule);
    const seen: number[] = [];
    for (let look = 0; look < 5; look++) seen.push((await ask(emulator, { ...LOOK, token: emulator.sessionToken })).status);
    expect(seen).toEqual(statuses);
  });

  test.each([
    { afterHandling: false, deploys: 0, status: 'running' },
    { afterHandling: true, deploys: 1, status: 'deploying' },
  ])('a lost answer to a deploy, afterHandling $afterHandling', async ({ afterHandling, deploys, status }) => {
    for (const fault of [down, { kind: 'reset' }, { kind: 'hang' }] satisfies WireFault[]) {
      const emulator = await emulate({ scenario: { faults: [{ on: 'service.deploy', afterHandling, do: fault }] } });
      const token = tokenFor(emulator, ['service']);
      await ask(emulator, {
        method: 'POST',
        path: '/auth/v1/v1/services/web/deploy',
        token,
        headers: { 'content-type': 'application/json' },
        body: '{"branch":"main"}',
        timeoutMs: 50,
      }).catch(() => undefined);
      expect(emulator.world.service('acme', 'web')).toMatchObject({ deploysAccepted: deploys, status });
    }
  });
});

describe('closing', () => {
  test.each([{ kind: 'hang' }, { kind: 'slow', delayMs: 10_000 }, { kind: 'big-body', bytes: 1e12 }] satisfies WireFault[])(
    'ends at once although $kind holds a request',
    async (fault) => {
      const emulator = await faulty(fault);
      // The client itself would wait longer than this test may take.
      const open = ask(emulator, { ...LOOK, token: emulator.sessionToken, timeoutMs: 60_000 }).then(
        () => 'answered',
        () => 'failed',
      );
      while (emulator.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await emulator.close();
      expect(await open).toBe('failed');
    },
  );
});
