import { Failure } from '../lib/failure.ts';
import type { Method } from './exchange.ts';

/** What the program requests from Outpost. */
export type Operation = 'token' | 'user' | 'repositories' | 'deploy' | 'createJob';

/** One way to send an operation. Each template variable is one path segment. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  /**
   * `documented`: read on one of Outpost's pages. `inferred`: concluded from them, never used
   * without being chosen.
   */
  readonly basis: 'documented' | 'inferred';
  readonly source: string;
}

/** A request as a user may write it. */
export type WrittenRoute = Pick<Route, 'method' | 'path'>;

/**
 * The routes as documented today. The deploy call has only one form, because a second one after a
 * 404 could deploy twice. Reads change nothing, so forms.ts tries several.
 */
export const routes: Readonly<Record<Operation, Route>> = {
  token: {
    method: 'GET',
    path: '/auth/v1/pat/{name}',
    basis: 'documented',
    source: 'https://outpost.run/docs/api-reference/overview, Personal access tokens',
  },
  user: {
    method: 'GET',
    path: '/auth/v1/users',
    basis: 'documented',
    source: 'https://outpost.run/docs/api-reference/overview, Authentication',
  },
  repositories: {
    method: 'GET',
    path: '/{namespace}/repositories',
    basis: 'documented',
    source:
      'https://outpost.run/docs/api-reference/repositories, List repositories (the page writes it in two more ways)',
  },
  deploy: {
    method: 'POST',
    path: '/auth/v1/v1/services/{service}/deploy',
    basis: 'documented',
    source: 'https://outpost.run/docs/teams/access-tokens, Using Tokens in CI/CD Pipelines',
  },
  createJob: {
    method: 'POST',
    path: '/auth/v1/seed/{namespace}/jobs',
    basis: 'documented',
    source: 'https://outpost.run/docs/api-reference/jobs, Create a job (its body is not shown)',
  },
};

/** Operations on a user's tokens. */
export type TokenOperation = 'list' | 'create' | 'revoke' | 'regenerate';

/**
 * Outpost documents that tokens can be listed, regenerated and revoked, and shows no request for
 * it. The inferred routes follow from the two that it shows, by the habits of its other pages; each
 * can be overridden, and a 404 or 405 to one says that it may not exist.
 */
export const tokenRoutes: Readonly<Record<TokenOperation, Route>> = {
  create: {
    method: 'POST',
    path: '/auth/v1/pat',
    basis: 'documented',
    source:
      'https://outpost.run/docs/api-reference/overview, Personal access tokens (how scopes are sent is not shown: as a list)',
  },
  list: {
    method: 'GET',
    path: '/auth/v1/pat',
    basis: 'inferred',
    source: 'from the path of create',
  },
  revoke: {
    method: 'DELETE',
    path: '/auth/v1/pat/{name}',
    basis: 'inferred',
    source: 'from the path that reads one token by its name',
  },
  regenerate: {
    method: 'POST',
    path: '/auth/v1/pat/{name}/regenerate',
    basis: 'inferred',
    source: 'from the path of one token and the word that the page uses',
  },
};

/**
 * Fills a path template and appends it to the origin. Each variable becomes exactly one path
 * segment.
 *
 * @throws Failure `config-invalid` if a value cannot be one segment (`.` and `..` would go up, even
 *     percent-encoded).
 */
export function urlFor(
  origin: URL,
  path: string,
  variables: Readonly<Record<string, string>>,
): URL {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = variables[name] ?? '';
    if (value === '' || value === '.' || value === '..' || /\p{Cc}/u.test(value)) {
      throw unbuildable(
        path,
        `the ${name} cannot be used in a path`,
        `Check the ${name} for dots and control characters.`,
      );
    }
    return encodeURIComponent(value);
  });
  const url = new URL(filled, origin);
  // A path with its own host (`//host/...`) would send the token there.
  if (url.origin !== origin.origin)
    throw unbuildable(path, 'it points to another host', 'Check the input `deploy-path`.');
  return url;
}

function unbuildable(path: string, happened: string, hint: string): Failure {
  return new Failure({
    code: 'config-invalid',
    attempted: `Building the URL ${path}`,
    happened,
    hint,
  });
}
