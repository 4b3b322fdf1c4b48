import type { ApiRequest } from './call.ts';
import { requireScope, splitTarget } from './call.ts';
import { basicCredential } from './credentials.ts';
import type { ApiError, ApiResponse } from './errors.ts';
import { forbidden, notFound, unauthorized } from './errors.ts';
import type { Repository } from './repositories.ts';
import type { Identity } from './tokens.ts';
import type { Operation, Role, Scope } from './vocabulary.ts';
import { roleIsAtLeast } from './vocabulary.ts';
import type { World } from './world.ts';

/** A request below `/{namespace}/{repo}.git/`, the documented form of a clone URL. */
export interface GitTarget {
  readonly namespace: string;
  readonly name: string;
  /** What follows the repository, starting with a slash. */
  readonly path: string;
  readonly operation: Operation;
  readonly writes: boolean;
}

const FLUSH_PACKET_BYTES = 4;
const READ_SCOPES: readonly Scope[] = ['repo', 'repo:read'];
const WRITE_SCOPES: readonly Scope[] = ['repo'];

/** Parses a request from git; undefined if it isn't one. */
export function gitTargetOf({
  method,
  target,
  headers,
}: Pick<ApiRequest, 'method' | 'target' | 'headers'>): GitTarget | undefined {
  const { path, query } = splitTarget(target);
  const [, namespace, name, rest] = /^\/([^/]+)\/([^/]+)\.git(\/.*)$/.exec(path) ?? [];
  if (namespace === undefined || name === undefined || rest === undefined) return undefined;
  const service = rest === '/info/refs' ? query.get('service') : rest.slice(1);
  const writes = service === 'git-receive-pack';
  const operation =
    writes || service === 'git-upload-pack'
      ? operationOf(method, rest, writes, headers)
      : 'unknown';
  return { namespace: decoded(namespace), name: decoded(name), path: rest, operation, writes };
}

/**
 * Checks the credential of a request from git. The user name with the token as password and the
 * scopes are documented. It's an assumption that no other credential works, that public
 * repositories need one too, and that a push needs Contributor or higher.
 */
export function admit(
  request: ApiRequest,
  target: GitTarget,
  world: World,
): { readonly identity: Identity; readonly repository: Repository } {
  const identity = identityOf(request, world);
  requireScope(identity, target.writes ? WRITE_SCOPES : READ_SCOPES);
  const role = world.namespaces.roleOf(identity.user, target.namespace);
  const repository = world.repositories.find(target.namespace, target.name);
  if (role === undefined || repository === undefined || target.operation === 'unknown') {
    throw notFound(
      `There is no repository at /${target.namespace}/${target.name}.git${target.operation === 'unknown' ? target.path : ''}.`,
    );
  }
  const least: Role = target.writes ? 'Contributor' : 'Reader';
  if (!roleIsAtLeast(role, least)) {
    throw forbidden(
      `This needs the role ${least} or higher in "${target.namespace}"; yours is ${role}.`,
    );
  }
  return { identity, repository };
}

/** A refusal for git: git shows plain text as lines that start with `remote:` (assumption). */
export function gitRefusal(error: ApiError): ApiResponse {
  const challenge = error.status === 401 ? { 'www-authenticate': 'Basic realm="Outpost"' } : {};
  return {
    status: error.status,
    headers: { ...error.headers, 'content-type': 'text/plain; charset=utf-8', ...challenge },
    body: `${error.message}\n`,
  };
}

/**
 * Before a large body, git sends an empty one to check the credential. That is neither a push nor a
 * fetch.
 */
function operationOf(
  method: string,
  path: string,
  writes: boolean,
  headers: ApiRequest['headers'],
): Operation {
  if (path === '/info/refs') return method === 'GET' ? 'git.advertise' : 'unknown';
  if (method !== 'POST') return 'unknown';
  if (headers['content-length'] === String(FLUSH_PACKET_BYTES)) return 'git.probe';
  return writes ? 'git.push' : 'git.fetch';
}

function identityOf(request: ApiRequest, world: World): Identity {
  const { authorization } = request.headers;
  const credential = basicCredential(authorization);
  if (credential === undefined)
    throw unauthorized('Git needs your user name, and a personal access token as the password.');
  const identity = world.tokens.authenticate(credential.password, world.nowMs());
  if (identity.token === undefined)
    throw unauthorized('The password must be a personal access token.');
  if (identity.user !== credential.user)
    throw unauthorized(`The token doesn't belong to the user "${credential.user}".`);
  return identity;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
