import type { Clock } from '../../lib/clock.ts';
import type { Reply } from '../../outpost/reply.ts';
import type { GithubSecret } from './wire.ts';

/** Sent with each request to GitHub. */
export const GITHUB_HEADERS = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
};

/** Who owns the secret, and what it's for: Actions, Dependabot or Codespaces. */
export type GithubPlace =
  | {
      readonly kind: 'repository' | 'dependabot' | 'codespaces';
      readonly owner: string;
      readonly repository: string;
    }
  | {
      readonly kind: 'environment';
      readonly owner: string;
      readonly repository: string;
      readonly environment: string;
    }
  | { readonly kind: 'organization'; readonly organization: string };

interface GithubPaths {
  /** All secrets of that place. */
  readonly secrets: string;
  /** All its plain variables; undefined = it has none. */
  readonly variables: string | undefined;
  readonly right: string;
}

const RIGHTS =
  "The job's own GITHUB_TOKEN can't write secrets. Use a GitHub App's token, or a fine-grained personal access token, with the permission";

/**
 * https://docs.github.com/rest/actions/secrets, https://docs.github.com/rest/actions/variables and
 * the same pages for Dependabot and Codespaces.
 */
export const githubPaths: Readonly<Record<GithubPlace['kind'], GithubPaths>> = {
  repository: {
    secrets: '/repos/{owner}/{repository}/actions/secrets',
    variables: '/repos/{owner}/{repository}/actions/variables',
    right: `${RIGHTS} Secrets: write.`,
  },
  environment: {
    secrets: '/repos/{owner}/{repository}/environments/{environment}/secrets',
    variables: '/repos/{owner}/{repository}/environments/{environment}/variables',
    right: `${RIGHTS} Environments: write.`,
  },
  organization: {
    secrets: '/orgs/{organization}/actions/secrets',
    variables: '/orgs/{organization}/actions/variables',
    right: `${RIGHTS} Organization secrets: write.`,
  },
  dependabot: {
    secrets: '/repos/{owner}/{repository}/dependabot/secrets',
    variables: undefined,
    right: `${RIGHTS} Dependabot secrets: write.`,
  },
  codespaces: {
    secrets: '/repos/{owner}/{repository}/codespaces/secrets',
    variables: undefined,
    right: `${RIGHTS} Codespaces secrets: write.`,
  },
};

export function githubPhrase(place: GithubPlace, name: string): string {
  switch (place.kind) {
    case 'repository':
      return `the secret ${name} of the repository ${place.owner}/${place.repository}`;
    case 'environment':
      return `the secret ${name} of the environment ${place.environment} of ${place.owner}/${place.repository}`;
    case 'organization':
      return `the secret ${name} of the organization ${place.organization}`;
    case 'dependabot':
      return `the Dependabot secret ${name} of ${place.owner}/${place.repository}`;
    case 'codespaces':
      return `the Codespaces secret ${name} of ${place.owner}/${place.repository}`;
  }
}

/** When the secret was last written, by this machine's clock. */
export function writtenMsOf(
  reply: Reply<GithubSecret>,
  { updated_at: updated }: GithubSecret,
  clock: Clock,
): number | undefined {
  const nowMs = clock.wallMs();
  const dateMs = reply.kind === 'value' ? (reply.dateMs ?? nowMs) : nowMs;
  const updatedMs = Date.parse(updated);
  return Number.isNaN(updatedMs) ? undefined : nowMs - (dateMs - updatedMs);
}
