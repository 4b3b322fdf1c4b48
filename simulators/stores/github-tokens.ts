import { randomBytes } from 'node:crypto';
import { refused } from './github-answers.ts';
import type { GithubPlace } from './github-world.ts';

export type Right = 'write' | 'read' | 'none';

/**
 * What a token can do. The job's own token can't have any of these rights, so `kind: 'job'` ignores
 * them.
 */
export interface GithubTokenRights {
  readonly kind?: 'fine-grained' | 'classic' | 'job';
  /** Repository secrets. Default: none. */
  readonly secrets?: Right;
  /** Environment secrets. Default: same as `secrets`, like classic tokens. */
  readonly environments?: Right;
  /** Organization secrets. Default: none. */
  readonly organization?: Right;
  /** Dependabot and Codespaces secrets. Default: none. */
  readonly dependabot?: Right;
  readonly codespaces?: Right;
  /** Plain variables everywhere. Default: none. */
  readonly variables?: Right;
  /** The repositories it can see, by full name. Default: all. Others get a 404. */
  readonly repositories?: readonly string[];
  /** Its owner's role in the repositories. Default: admin. */
  readonly role?: 'admin' | 'write' | 'read';
  /** When it expires, as in the header of each answer. Default: never. */
  readonly expires?: string;
}

const PREFIX = { 'fine-grained': 'github_pat_', classic: 'ghp_', job: 'ghs_' };

// https://docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
const PERMISSION = {
  secrets: 'secrets',
  environments: 'environments',
  organization: 'organization_secrets',
  dependabot: 'dependabot_secrets',
  codespaces: 'codespaces_secrets',
  variables: 'variables',
};

export class GithubTokens {
  readonly #rights = new Map<string, GithubTokenRights>();

  issue(rights: GithubTokenRights): string {
    const token = `${PREFIX[rights.kind ?? 'fine-grained']}${randomBytes(18).toString('hex')}`;
    this.#rights.set(token, rights);
    return token;
  }

  revoke(token: string): void {
    this.#rights.delete(token);
  }

  /**
   * The rights of a request, or 401.
   * https://docs.github.com/rest/authentication/authenticating-to-the-rest-api
   */
  ofRequest(authorization: string | undefined): GithubTokenRights {
    if (authorization === undefined) throw refused(401, 'Requires authentication');
    const rights = this.#rights.get(/^(?:bearer|token) (\S+)$/i.exec(authorization)?.[1] ?? '');
    if (rights === undefined) throw refused(401, 'Bad credentials');
    return rights;
  }
}

/** 404 unless the token can see the repository. */
export function requireSight(rights: GithubTokenRights, repository: string): void {
  const seen =
    rights.repositories?.some((name) => name.toLowerCase() === repository.toLowerCase()) ?? true;
  if (!seen) throw refused(404, 'Not Found');
}

/** 403 unless the token can read, or write, the secrets of this place. */
export function requireRight(
  rights: GithubTokenRights,
  place: GithubPlace,
  needed: 'read' | 'write',
  isVariable = false,
): void {
  const area = isVariable ? 'variables' : areaOf(place);
  const held =
    rights.kind === 'job'
      ? 'none'
      : (rights[area] ?? (area === 'environments' ? rights.secrets : undefined) ?? 'none');
  if (held === 'write' || (held === 'read' && needed === 'read')) return;
  const headers = { 'x-accepted-github-permissions': `${PERMISSION[area]}=${needed}` };
  if (rights.kind === 'job') throw refused(403, 'Resource not accessible by integration', headers);
  // A classic token has scopes instead, so its owner's role is checked.
  if (rights.kind === 'classic')
    throw refused(403, 'Must have admin rights to Repository.', {
      'x-accepted-oauth-scopes': 'admin:org, repo',
    });
  throw refused(403, 'Resource not accessible by personal access token', headers);
}

function areaOf(place: GithubPlace): keyof typeof PERMISSION {
  if ('organization' in place) return 'organization';
  return place.area ?? (place.environment === undefined ? 'secrets' : 'environments');
}
