import { Failure } from '../lib/failure.ts';
import type { Method } from './exchange.ts';

/** What the program asks of Outpost. */
export type Operation = 'token' | 'user' | 'repositories' | 'deploy' | 'createJob';

/** One way to write an operation as a request. Templates hold one path segment a variable. */
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

/** A request as a user may write it down. */
export type WrittenRoute = Pick<Route, 'method' | 'path'>;

/**
 * The routes as they are documented today. The deploy call has one form: after a 404 a second one
 * could deploy twice. Where services are read is another matter (forms.ts): a read changes nothing.
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

/** What can be asked of Outpost about all tokens of a user. */
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
 * Fills a path template and puts it behind the origin. Each variable becomes exactly one path
 * segment.
 *
 * @throws Failure `config-invalid` when a value cannot be one segment (`.` and `..` would climb,
 *     even percent-encoded).
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
  // A path that names a host of its own (`//host/...`) would take the token there.
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
