import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:http';
import { afterEach } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../../src/emulator/server.ts';
import { startEmulator } from '../../src/emulator/server.ts';

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly early: readonly number[];
}

const running: Emulator[] = [];

/** Starts an emulator that ends with the test. */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** One request over a real socket; fails when the answer does. */
export function ask(
  { origin }: Pick<Emulator, 'origin'>,
  { method = 'GET', path, token, headers = {}, body, agent, timeoutMs = 3_000 }: Ask,
): Promise<Answer> {
  const own = agent ?? new Agent({ keepAlive: false });
  const early: number[] = [];
  return new Promise((resolve, reject) => {
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const outgoing = request(`${origin}${path}`, { method, agent: own, headers: { ...authorization, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.complete) resolve({ status: response.statusCode ?? 0, headers: response.headers, text, early });
        else reject(new Error('cut'));
      });
    });
    outgoing.on('information', ({ statusCode }) => early.push(statusCode));
    outgoing.on('continue', () => early.push(100));
    outgoing.on('error', reject);
    const timer = setTimeout(() => outgoing.destroy(new Error('timed out')), timeoutMs);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.end(body);
  });
}

/** A request with a JSON body. */
export function send(emulator: Emulator, method: string, path: string, token: string, body: unknown): Promise<Answer> {
  return ask(emulator, { method, path, token, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** The documented deploy call. */
export function deploy(emulator: Emulator, token: string, service = 'web', branch = 'main'): Promise<Answer> {
  return send(emulator, 'POST', `/auth/v1/v1/services/${service}/deploy`, token, { branch });
}

/** A field of a JSON answer, by a path of names and indices. */
export function field(answer: Answer, ...path: readonly (string | number)[]): unknown {
  let value: unknown = JSON.parse(answer.text);
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}

/** A token of ada's, or another user's, with these scopes. */
export function tokenFor(emulator: Emulator, scopes: readonly string[], user = 'ada'): string {
  return emulator.world.createToken({ user, name: `${user}-${scopes.join('-')}-${emulator.world.tokens.ownedBy(user).length}`, scopes });
}
