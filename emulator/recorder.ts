import type { ApiRequest } from './call.ts';
import { splitTarget } from './call.ts';
import { presentedToken } from './credentials.ts';
import type { WireFault } from './faults.ts';
import type { Operation } from './vocabulary.ts';
import type { World } from './world.ts';

/** How a request ended: with a status, without one, or still pending. */
export type RequestOutcome = number | WireFault['kind'] | 'pending' | 'aborted';

/** A request, recorded for assertions. No field contains a credential. */
export interface RecordedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, the text, or nothing. Bodies from git aren't kept. */
  readonly body: unknown;
  readonly status: RequestOutcome;
  readonly operation: Operation;
  readonly tokenName?: string;
}

/** A recorded request that hasn't ended yet. */
export type OpenRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

const CREDENTIAL = /(op_pat_|oauth_)[A-Za-z0-9_-]+/;
const CREDENTIALS = /(op_pat_|oauth_)[A-Za-z0-9_-]+/g;
const CREDENTIAL_HEADERS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'private-token',
];

/** Records a request without its credentials. */
export function recordOf(request: ApiRequest, operation: Operation, world: World): OpenRecord {
  const { path, query } = splitTarget(request.target);
  const token = presentedToken(request.headers['authorization']);
  const tokenName = token === undefined ? undefined : world.tokens.nameOf(token);
  return {
    atMs: world.nowMs(),
    method: request.method,
    path: scrub(path),
    query: Object.fromEntries([...query].map(([name, value]) => [scrub(name), scrub(value)])),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        scrub(name),
        headerText(name, value),
      ]),
    ),
    body: bodyOf(request.body),
    status: 'pending',
    operation,
    ...(tokenName === undefined ? {} : { tokenName }),
  };
}

/** Replaces token values, including percent-encoded ones. */
export function scrub(text: string): string {
  const plain = decoded(text);
  return CREDENTIAL.test(plain) ? plain.replaceAll(CREDENTIALS, '$1***') : text;
}

/** Only shows the scheme of a credential, so that no encoding of it can slip through. */
function headerText(name: string, value: string): string {
  if (!CREDENTIAL_HEADERS.includes(name)) return scrub(value);
  const [scheme, ...rest] = value.split(' ');
  return rest.length === 0 ? '***' : `${scrub(scheme ?? '')} ***`;
}

function bodyOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    // Serialized again before scrubbing, since \u escapes may hide a token.
    return JSON.parse(JSON.stringify(JSON.parse(text)).replaceAll(CREDENTIALS, '$1***'));
  } catch {
    return scrub(text);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
