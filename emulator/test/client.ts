import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Agent, request } from 'node:http';
import { afterEach } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../server.ts';
import { startEmulator } from '../server.ts';
import type { Timing } from '../timing.ts';

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly early: readonly number[];
}

/** A clock that only moves when the test moves it. */
export interface HandTime {
  readonly now: () => number;
  readonly timing: Timing;
  /** The answers that the emulator is holding back. */
  readonly held: readonly ServerResponse[];
  advance(ms: number): void;
}

export function handTime(): HandTime {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const held: ServerResponse[] = [];
  const timers = new Set<{ atMs: number; readonly ms: number; readonly run: () => void }>();
  const every: Timing['every'] = (ms, run) => {
    const timer = { atMs: nowMs + ms, ms, run };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (;;) {
      const [next] = [...timers].sort((left, right) => left.atMs - right.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      nowMs = next.atMs;
      next.atMs += next.ms;
      next.run();
    }
    nowMs = untilMs;
  };
  return {
    now: () => nowMs,
    timing: { every, hold: (response) => void held.push(response) },
    held,
    advance,
  };
}

const running: Emulator[] = [];

/**
 * Starts an emulator that is closed at the end of the test. Its clock stands still unless the
 * options set another one.
 */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const { now, timing } = handTime();
  const emulator = await startEmulator({ now, timing, ...options });
  running.push(emulator);
  return emulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** A request whose answer may never come. */
export interface Begun {
  readonly answer: Promise<Answer>;
  /** The part of the body received so far; undefined if not even the headers have arrived. */
  received(): Buffer | undefined;
  breakOff(): void;
}

/** Sends one request over a real socket. Rejects if the answer fails. */
export function ask(emulator: Pick<Emulator, 'origin'>, question: Ask): Promise<Answer> {
  return begin(emulator, question).answer;
}

export function begin(
  { origin }: Pick<Emulator, 'origin'>,
  { method = 'GET', path, token, headers = {}, body, agent = new Agent({ keepAlive: false }) }: Ask,
): Begun {
  const early: number[] = [];
  let chunks: Buffer[] | undefined;
  const received = (): Buffer | undefined =>
    chunks === undefined ? undefined : Buffer.concat(chunks);
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const outgoing = request(`${origin}${path}`, {
    method,
    agent,
    headers: { ...authorization, ...headers },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    outgoing.on('response', (response) => {
      const parts: Buffer[] = [];
      chunks = parts;
      response.on('data', (chunk: Buffer) => parts.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (response.complete)
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, early });
        else reject(new Error('cut'));
      });
    });
    outgoing.on('information', ({ statusCode }) => early.push(statusCode));
    outgoing.on('continue', () => early.push(100));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  return { answer, received, breakOff: () => void outgoing.destroy(new Error('broken off')) };
}

/** A request with a JSON body. */
export function send(
  emulator: Emulator,
  method: string,
  path: string,
  token: string,
  body: unknown,
): Promise<Answer> {
  return ask(emulator, {
    method,
    path,
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The documented deploy call. */
export function deploy(
  emulator: Emulator,
  token: string,
  service = 'web',
  branch = 'main',
): Promise<Answer> {
  return send(emulator, 'POST', `/auth/v1/v1/services/${service}/deploy`, token, { branch });
}

/** A field of a JSON answer, by a path of names and indices. */
export function field(answer: Answer, ...path: readonly (string | number)[]): unknown {
  let value: unknown = JSON.parse(answer.text);
  for (const name of path)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}

/** A token with these scopes, for ada or another user. */
export function tokenFor(emulator: Emulator, scopes: readonly string[], user = 'ada'): string {
  return emulator.world.createToken({
    user,
    name: `${user}-${scopes.join('-')}-${emulator.world.tokens.ownedBy(user).length}`,
    scopes,
  });
}
