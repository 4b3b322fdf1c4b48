import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ApiRequest } from './call.ts';
import type { GitChild, GitStore } from './git-store.ts';

/** A call of the backend. */
export interface BackendCall {
  readonly store: GitStore;
  /** Folder of the bare repository. */
  readonly folder: string;
  readonly request: ApiRequest;
  /** What follows the repository in the path. */
  readonly path: string;
  readonly user: string;
  /** Variables for the hooks. */
  readonly variables: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** The backend's answer. Its body is a stream. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** Settles when the backend is done, including hooks. */
  readonly ended: Promise<unknown>;
}

const HEAD_END = '\r\n\r\n';

/**
 * Runs `git http-backend`, the server side that comes with git, as a CGI program. Nothing is
 * buffered. A truncated body ends the backend, which then changes nothing. A complete one is
 * processed even if nobody waits for the answer anymore.
 */
export async function runBackend(call: BackendCall): Promise<BackendAnswer> {
  const child = call.store.start(['http-backend'], environmentOf(call));
  const ended = once(child, 'close');
  // Nobody has to wait for this, so a rejection must not count as unhandled. Callers that wait
  // still get the error.
  ended.catch(() => {});
  feed(child, call.body);
  const refused = once(call.body, 'error').then(([error]) => {
    // It keeps reading from a truncated body, and outlives the `git` process that started it.
    call.store.kill(child);
    throw error;
  });
  // This can reject before or after somebody waits for it.
  refused.catch(() => {});
  const { status, headers } = parseHead(await Promise.race([readHead(child.stdout), refused]));
  return { status, headers, body: child.stdout, ended };
}

/** The variables of CGI (RFC 3875) that git-http-backend(1) reads. */
function environmentOf({
  folder,
  request,
  path,
  user,
  variables,
}: BackendCall): Readonly<Record<string, string>> {
  const { headers, method, target } = request;
  const optional = {
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    HTTP_GIT_PROTOCOL: headers['git-protocol'],
    // The backend only passes this on by itself since git 2.34.
    GIT_PROTOCOL: headers['git-protocol'],
  };
  return {
    ...variables,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    REMOTE_USER: user,
    REMOTE_ADDR: '127.0.0.1',
    PATH_INFO: path,
    QUERY_STRING: target.split('?').slice(1).join('?'),
    REQUEST_METHOD: method,
    ...Object.fromEntries(
      Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

function feed({ stdin }: GitChild, body: Readable): void {
  // The backend may end before it has read everything, for example if it refuses the request.
  stdin.on('error', () => body.resume());
  body.once('close', () => stdin.end());
  body.pipe(stdin);
}

/** The text up to the empty line. The rest goes back into the stream. */
function readHead(stdout: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(HEAD_END);
      if (end === -1) return;
      stdout.off('data', take).off('close', fail);
      stdout.pause();
      stdout.unshift(head.subarray(end + HEAD_END.length));
      resolve(head.subarray(0, end).toString('latin1'));
    };
    const fail = (): void =>
      reject(
        new Error(
          'git http-backend gave no answer; is it installed here? (Alpine has it in the package git-daemon.)',
        ),
      );
    stdout.on('data', take).once('close', fail);
  });
}

function parseHead(head: string): Pick<BackendAnswer, 'status' | 'headers'> {
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { status, ...rest } = headers;
  return { status: status === undefined ? 200 : Number.parseInt(status, 10), headers: rest };
}
