import type { Dialect } from './dialects.ts';
import { pathsOf, readPaths } from './dialects.ts';
import type { ApiResponse } from './errors.ts';
import { forbidden, invalid, notFound, unauthorized } from './errors.ts';
import { loginPage, notFoundPage, webUiPage } from './payloads.ts';
import { bestTemplate } from './router.ts';
import type { Operation, ReadOperation } from './vocabulary.ts';
import { readOperations } from './vocabulary.ts';

export const elsewheres = [
  '404',
  'html-404',
  'html',
  'login',
  'login-elsewhere',
  '401',
  '403',
  '400',
] as const;
/**
 * The answer to a GET at a path outside the API. Reads share their paths with the web UI, so the
 * answer may be a page, or a redirect to one.
 */
export type Elsewhere = (typeof elsewheres)[number];

const LOGIN_PATH = '/login';

const missedOperations = {
  'service.get': 'elsewhere.get',
  'service.list': 'elsewhere.list',
  'service.logs': 'elsewhere.logs',
  'job.get': 'elsewhere.get',
  'job.list': 'elsewhere.list',
  'job.logs': 'elsewhere.logs',
} as const satisfies Readonly<Record<ReadOperation, Operation>>;

/**
 * Every path at which some dialect reads services or jobs, with its operation in the other
 * dialects.
 */
const allReads: ReadonlyMap<string, Operation> = new Map(
  Object.values(readPaths).flatMap((paths) =>
    readOperations.map((read) => [paths[read], missedOperations[read]] as const),
  ),
);

/**
 * The operation of a GET whose path reads services or jobs in another dialect, but not in this one.
 *
 * @param served paths of the routes that answer a GET.
 */
export function missedRead(
  dialect: Dialect | undefined,
  served: readonly string[],
  path: string,
): Operation | undefined {
  const own = [...served, ...Object.values(pathsOf(dialect) ?? {})];
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  // "v1" in the path of one dialect could be a namespace in the path of another. The path with
  // fewer variables wins. If they have the same number, this dialect's path wins.
  const meant = bestTemplate([...own, ...allReads.keys()], bare) ?? '';
  return own.includes(meant) ? undefined : allReads.get(meant);
}

/** Answers a GET at a path where there is nothing. Credentials don't matter here. */
export function elsewhereAnswer(kind: Elsewhere = '404', path: string): ApiResponse {
  switch (kind) {
    case '404':
      throw notFound(`There is nothing at ${path}.`);
    case '401':
      throw unauthorized('You are not signed in.');
    case '403':
      throw forbidden('You are not allowed to see this page.');
    case '400':
      throw invalid('The request is not valid.');
    case 'html-404':
      return page(404, notFoundPage);
    case 'html':
      return page(200, webUiPage);
    case 'login':
      return path === LOGIN_PATH ? page(200, loginPage) : redirect(302, LOGIN_PATH);
    case 'login-elsewhere':
      return redirect(307, `https://outpost.run${LOGIN_PATH}`);
  }
}

function page(status: number, body: string): ApiResponse {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function redirect(status: number, location: string): ApiResponse {
  return { status, headers: { location }, body: '' };
}
