import { z } from 'zod/mini';
import { Secret } from '../../lib/secret.ts';
import { parseJson } from '../../outpost/wire.ts';

// Only the fields that are used. https://docs.github.com/rest/actions/secrets,
// https://docs.gitlab.com/api/project_level_variables/

const PublicKey = z.object({ key_id: z.string(), key: z.string() });
const GithubSecret = z.object({
  updated_at: z.string(),
  visibility: z.optional(z.enum(['all', 'private', 'selected'])),
});
const Archivable = z.object({ archived: z.catch(z.optional(z.boolean()), undefined) });
const RepositoryPage = z.object({ repositories: z.array(z.object({ id: z.number() })) });
const Variable = z.object({
  key: z.string(),
  value: z.nullable(
    z.pipe(
      z.string(),
      z.transform((text) => new Secret(text)),
    ),
  ),
  environment_scope: z.catch(z.optional(z.string()), undefined),
  masked: z.catch(z.optional(z.boolean()), undefined),
  protected: z.catch(z.optional(z.boolean()), undefined),
  variable_type: z.catch(z.optional(z.string()), undefined),
});

/** The value of a hidden variable is null. */
export type GitlabVariable = z.infer<typeof Variable>;
export type GithubSecret = z.infer<typeof GithubSecret>;

/** `id` has more digits than a number can hold, so it stays text. */
export function parsePublicKey(
  text: string,
): { readonly id: string; readonly key: Uint8Array } | undefined {
  const { data } = z.safeParse(PublicKey, parseJson(text));
  const key = data === undefined ? undefined : Buffer.from(data.key, 'base64');
  return data === undefined || key?.length !== 32 ? undefined : { id: data.key_id, key };
}

export function parseGithubSecret(text: string): GithubSecret | undefined {
  return z.safeParse(GithubSecret, parseJson(text)).data;
}

export function parseArchived(text: string): boolean | undefined {
  const { data } = z.safeParse(Archivable, parseJson(text));
  return data === undefined ? undefined : data.archived === true;
}

export function parseRepositoryIds(text: string): readonly number[] | undefined {
  return z.safeParse(RepositoryPage, parseJson(text)).data?.repositories.map(({ id }) => id);
}

export function parseVariable(text: string): GitlabVariable | undefined {
  return z.safeParse(Variable, parseJson(text)).data;
}

export function parseVariables(text: string): readonly GitlabVariable[] | undefined {
  return z.safeParse(z.array(Variable), parseJson(text)).data;
}

const Names = z.array(z.object({ name: z.string() }));
/** Forgejo and Gitea call a variable's value `data`. */
const NamedValue = z.object({ data: z.string() });

export function parseNames(text: string): readonly string[] | undefined {
  return z.safeParse(Names, parseJson(text)).data?.map(({ name }) => name);
}

export function parseNamedValue(text: string): string | undefined {
  return z.safeParse(NamedValue, parseJson(text)).data?.data;
}

const NamedList = z.object({ environments: z.array(z.object({ name: z.string() })) });
const GithubVariable = z.object({ value: z.string() });
const GitlabToken = z.object({ expires_at: z.nullable(z.string()) });

/** https://docs.github.com/rest/deployments/environments#list-environments */
export function parseEnvironments(text: string): readonly string[] | undefined {
  return z.safeParse(NamedList, parseJson(text)).data?.environments.map(({ name }) => name);
}

/** https://docs.github.com/rest/actions/variables#get-a-repository-variable */
export function parseGithubVariable(text: string): string | undefined {
  return z.safeParse(GithubVariable, parseJson(text)).data?.value;
}

/**
 * The last day of a token, `2026-12-31`; null = it never expires.
 * https://docs.gitlab.com/api/personal_access_tokens/#self-inform
 */
export function parseGitlabToken(text: string): { readonly expiresAt: string | null } | undefined {
  const { data } = z.safeParse(GitlabToken, parseJson(text));
  return data === undefined ? undefined : { expiresAt: data.expires_at };
}
