import type { Route } from './call.ts';
import { ApiError, notFound } from './errors.ts';

/** A route and the variables of its path. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The route for a path; throws 404 for an unknown path, and 405 for the wrong method on a known
 * one.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const matches = matchesOf(routes, path);
  const match = matches.find(({ route }) => route.method === method);
  if (match !== undefined) return match;
  if (matches.length === 0) throw notFound(`There is nothing at ${path}.`);
  const allow = matches.map(({ route }) => route.method).join(', ');
  throw new ApiError(
    405,
    'method_not_allowed',
    `${method} is not allowed at ${path}; allowed: ${allow}.`,
    { allow },
  );
}

/** Whether there is anything at this path, with any method. */
export function isKnown(routes: readonly Route[], path: string): boolean {
  return matchesOf(routes, path).length > 0;
}

/** The same path with or without a trailing slash, if only that one is part of the API. */
export function slashRedirect(routes: readonly Route[], path: string): string | undefined {
  const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
  if (matchesOf(routes, path).length > 0 || matchesOf(routes, other).length === 0) return undefined;
  return other;
}

/** The template that matches a path. If several do, the one with the fewest variables. */
export function bestTemplate(templates: readonly string[], path: string): string | undefined {
  const [best] = templates
    .flatMap((template) => {
      const params = paramsOf(template, path);
      return params === undefined ? [] : [{ template, variables: Object.keys(params).length }];
    })
    .sort((left, right) => left.variables - right.variables);
  return best?.template;
}

function matchesOf(routes: readonly Route[], path: string): readonly Match[] {
  return routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
}

/** The variables of a path that matches a template. Each variable is one segment and not empty. */
function paramsOf(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const names = template.split('/');
  const segments = path.split('/');
  if (names.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const segment = decoded(segments[index] ?? '');
    const isVariable = name.startsWith('{') && name.endsWith('}');
    if (segment === undefined || (isVariable ? segment === '' : name !== segments[index]))
      return undefined;
    if (isVariable) params[name.slice(1, -1)] = segment;
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
