import { Failure } from '../failure.ts';
import type { Secret } from '../secret.ts';
import { createGithubStore, type GithubPlace } from '../stores/github.ts';
import { createGitlabStore } from '../stores/gitlab.ts';
import type { SecretStore } from '../stores/store.ts';
import type { StoreInputs } from './config.ts';
import type { TokenRun } from './run.ts';

/** The store that the inputs name. @throws Failure `config-invalid` without a credential for it. */
export function openStore(inputs: StoreInputs, credential: Secret, run: TokenRun): SecretStore {
  if (credential.reveal().trim() === '') {
    throw new Failure({
      code: 'config-invalid',
      attempted: 'Reading the configuration',
      happened: '`store-token` is missing: a credential that may write the secret',
      hint: 'Put it into the variable OUTPOST_STORE_TOKEN, from a secret of its own. docs/tokens.md says which rights it needs.',
    });
  }
  const connection = run.connect(new URL(inputs.apiUrl.origin), credential);
  const basePath = inputs.apiUrl.pathname.replace(/\/$/, '');
  if (inputs.store === 'github') return createGithubStore(connection, basePath, githubPlace(inputs), inputs.secretName);
  const { group, project = '', environmentScope } = inputs;
  const place = group === undefined ? { kind: 'project' as const, id: project } : { kind: 'group' as const, id: group };
  return createGitlabStore(connection, basePath, { ...place, environmentScope }, inputs.secretName);
}

function githubPlace({ organization, repository, environment }: StoreInputs): GithubPlace {
  if (organization !== undefined) return { kind: 'organization', organization };
  const { namespace: owner = '', name = '' } = repository ?? {};
  return environment === undefined
    ? { kind: 'repository', owner, repository: name }
    : { kind: 'environment', owner, repository: name, environment };
}
