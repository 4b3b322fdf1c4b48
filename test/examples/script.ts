import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { allFilled, type Contexts, type Step } from './workflow.ts';

export interface ScriptRun {
  readonly exitStatus: number | null;
  /** stdout and stderr together. */
  readonly output: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs a step's script in a folder as GitHub's runner does: in bash with the runner's options, the
 * step's own environment, and `env` in place of the runner's. It doesn't block this process, which
 * may be the server that the script calls.
 */
export async function runScript(
  { run = 'exit 99', env: own }: Step,
  folder: string,
  contexts: Contexts,
  env: Readonly<Record<string, string>> = {},
): Promise<ScriptRun> {
  const outputFile = join(folder, 'outputs');
  writeFileSync(outputFile, '');
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      GITHUB_OUTPUT: outputFile,
      ...allFilled(own, contexts),
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [exitStatus] = await once(child, 'close');
  const lines = readFileSync(outputFile, 'utf8').matchAll(/^([\w-]+)=(.*)$/gm);
  const outputs = Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
  return { exitStatus, output, outputs };
}

/** A request as a server received it. */
export interface Received {
  /** `POST /path` */
  readonly request: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON. undefined = there was no body. */
  readonly json: unknown;
}

/** A server on this machine that replaces a third party's. */
export interface StandIn {
  /** Without a trailing slash. */
  readonly url: string;
  readonly received: readonly Received[];
}

/** What a stand-in answers: JSON, with status 200 by default. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** Runs a test with a server that answers like this. */
export async function withStandIn<Result>(
  answer: (received: Received) => Reply,
  use: (standIn: StandIn) => Promise<Result>,
): Promise<Result> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = {
      request: `${request.method} ${request.url}`,
      headers: request.headers,
      json: body === '' ? undefined : JSON.parse(body),
    };
    received.push(one);
    const { status = 200, headers = {}, json = {} } = answer(one);
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(json));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await use({ url: `http://127.0.0.1:${port}`, received });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
