import { randomBytes } from 'node:crypto';
import { oauthRefusal, refused } from './gitlab-answers.ts';
import type { GitlabHolder } from './gitlab-world.ts';

/** What a token can do. */
export interface GitlabTokenRights {
  /** Default: `api`. `other` is any scope without API access. */
  readonly scope?: 'api' | 'read_api' | 'other';
  /** Its role in everything it can see. Default: owner. */
  readonly role?: keyof typeof LEVELS;
  /** Full paths of the projects and groups it can see. Default: all. Others get a 404. */
  readonly sees?: readonly string[];
  /** Its last day, `2026-12-31`. Default: never. */
  readonly expires?: string;
}

// https://docs.gitlab.com/api/members/#roles
const LEVELS = { guest: 10, reporter: 20, developer: 30, maintainer: 40, owner: 50 };

export class GitlabTokens {
  readonly #rights = new Map<string, GitlabTokenRights>();
  readonly #ended = new Map<string, 'revoked' | 'expired'>();

  issue(rights: GitlabTokenRights): string {
    const token = `glpat-${randomBytes(12).toString('hex')}`;
    this.#rights.set(token, rights);
    return token;
  }

  end(token: string, how: 'revoked' | 'expired'): void {
    this.#ended.set(token, how);
  }

  /**
   * The rights of a request, or 401; a token without the scope for this method is 403.
   * https://docs.gitlab.com/api/rest/authentication/
   */
  ofRequest(headers: Readonly<Record<string, string>>, method: string): GitlabTokenRights {
    const token =
      headers['private-token'] ?? /^bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? '';
    const rights = this.#rights.get(token);
    if (rights === undefined) throw refused(401, '401 Unauthorized');
    const ended = this.#ended.get(token);
    if (ended === 'revoked')
      throw oauthRefusal(
        401,
        'invalid_token',
        'Token was revoked. You have to re-authorize from the user.',
      );
    if (ended === 'expired')
      throw oauthRefusal(
        401,
        'invalid_token',
        'Token is expired. You can either do re-authorization or token refresh.',
      );
    const { scope = 'api' } = rights;
    if (scope === 'api' || (scope === 'read_api' && method === 'GET')) return rights;
    const needed = method === 'GET' ? 'api read_api' : 'api';
    throw oauthRefusal(
      403,
      'insufficient_scope',
      'The request requires higher privileges than provided by the access token.',
      needed,
    );
  }
}

export function levelOf({ role = 'owner' }: GitlabTokenRights): number {
  return LEVELS[role];
}

/** 404 unless the token can see this project or group. */
export function requireSight({ sees }: GitlabTokenRights, { kind, path }: GitlabHolder): void {
  if (sees?.includes(path) === false)
    throw refused(404, kind === 'project' ? '404 Project Not Found' : '404 Group Not Found');
}

/**
 * 403 unless the token can manage the variables here: maintainers in a project, owners in a group.
 * Nobody can in an archived project, where even reading them is a 403:
 * https://gitlab.com/gitlab-org/gitlab/-/issues/399327.
 */
export function requireVariables(
  rights: GitlabTokenRights,
  { kind, archived }: GitlabHolder,
): void {
  if (archived || levelOf(rights) < (kind === 'project' ? LEVELS.maintainer : LEVELS.owner))
    throw refused(403, '403 Forbidden');
}
