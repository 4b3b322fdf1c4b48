import { normalise } from '../auth/credential.ts';
import { Failure } from '../lib/failure.ts';
import { Secret } from '../lib/secret.ts';
import type { StoreInputs } from './config.ts';
import type { TokenRun } from './run.ts';
import { type GithubPlace, GithubStore } from './stores/github.ts';
import { GitlabStore } from './stores/gitlab.ts';
import type { SecretStore } from './stores/store.ts';

/**
 * The store that the inputs name. @throws Failure `config-invalid` without a credential that may be
 * one for it.
 */
export function openStore(inputs: StoreInputs, given: Secret, run: TokenRun): SecretStore {
  const value = normalise(given.reveal());
  const problem = problemOf(value);
  if (problem !== undefined) {
    throw new Failure({
      code: 'config-invalid',
      attempted: 'Reading the configuration',
      happened: `\`store-token\` ${problem}`,
      hint: 'Put a credential that may write the secret into the variable OUTPOST_STORE_TOKEN, from a secret of its own. docs/tokens.md says which rights it needs.',
    });
  }
  const credential = new Secret(value);
  if (value !== given.reveal()) run.host.mask(credential);
  const connection = run.connect(new URL(inputs.apiUrl.origin), credential);
  const basePath = inputs.apiUrl.pathname.replace(/\/$/, '');
  if (inputs.store === 'github')
    return new GithubStore(connection, basePath, githubPlace(inputs), inputs.secretName);
  const { group, project = '', environmentScope } = inputs;
  const place =
    group === undefined
      ? { kind: 'project' as const, id: project }
      : { kind: 'group' as const, id: group };
  return new GitlabStore(connection, basePath, { ...place, environmentScope }, inputs.secretName);
}

/**
 * What is certainly no credential for a store. A token of Outpost must not go there by a mistake.
 */
function problemOf(value: string): string | undefined {
  if (value === '') return 'is missing: a credential that may write the secret';
  if (value.startsWith('op_pat_'))
    return 'is a token of Outpost, and not one of the system that keeps the secret';
  return /^[\x21-\x7e]+$/.test(value)
    ? undefined
    : 'holds white space or a foreign character in its middle';
}

function githubPlace({ organization, repository, environment }: StoreInputs): GithubPlace {
  if (organization !== undefined) return { kind: 'organization', organization };
  const { namespace: owner = '', name = '' } = repository ?? {};
  return environment === undefined
    ? { kind: 'repository', owner, repository: name }
    : { kind: 'environment', owner, repository: name, environment };
}
