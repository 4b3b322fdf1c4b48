import { test } from '@jest/globals';
import { primaryLimit, secondaryLimit } from '../../simulators/stores/github-store.ts';
import { type GithubSite, githubSite } from '../support/token-site.ts';
import { answer, assertNothingDone, common, fault, type Row } from './store-failures.ts';

const github: readonly Row<GithubSite>[] = [
  ...common,
  [
    '401',
    ({ keeper: { store, token } }) => void store.revokeToken(token),
    '4 store-refused',
    /Bad credentials.*revoked, expired or mistyped/s,
  ],
  [
    'a token that may read secrets alone',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ secrets: 'read' }) }),
    '4 store-refused',
    /Resource not accessible by personal access token.*permission Secrets: write/s,
  ],
  [
    'a token that may do nothing with secrets',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({}) }),
    '4 store-refused',
    /403.*permission Secrets: write/s,
  ],
  [
    "the job's own token",
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ kind: 'job' }) }),
    '4 store-refused',
    /not accessible by integration.*GITHUB_TOKEN can't write secrets/s,
  ],
  [
    'a classic token of no administrator',
    ({ keeper: { store } }) => ({
      storeToken: store.issueToken({ kind: 'classic', role: 'write' }),
    }),
    '4 store-refused',
    /Must have admin rights/,
  ],
  [
    'a token without the right to environments',
    ({ keeper: { store } }) => ({
      storeToken: store.issueToken({ secrets: 'write', environments: 'none' }),
      inputs: { environment: 'production' },
    }),
    '4 store-refused',
    /permission Environments: write/,
  ],
  [
    "a token without the right to an organization's secrets",
    ({ keeper: { store } }) => ({
      storeToken: store.issueToken({ secrets: 'write' }),
      inputs: { organization: 'acme' },
    }),
    '4 store-refused',
    /permission Organization secrets: write/,
  ],
  [
    'a repository that is not there',
    () => ({ inputs: { repository: 'acme/none' } }),
    '4 store-refused',
    /404.*acme\/none/s,
  ],
  [
    'a repository that the token does not see',
    ({ keeper: { store } }) => ({
      storeToken: store.issueToken({ secrets: 'write', repositories: ['acme/other'] }),
    }),
    '4 store-refused',
    /404.*that the token in OUTPOST_STORE_TOKEN can see it/s,
  ],
  [
    'a secret that is not there',
    () => ({ inputs: { 'secret-name': 'OTHER_TOKEN' } }),
    '4 store-refused',
    /404.*OTHER_TOKEN/s,
  ],
  [
    'an environment that is not there',
    () => ({ inputs: { environment: 'none' } }),
    '4 store-refused',
    /404.*environment none/s,
  ],
  [
    'an organization that is not there',
    () => ({ inputs: { organization: 'none' } }),
    '4 store-refused',
    /404.*organization none/s,
  ],
  [
    'an archived repository',
    ({ keeper: { store } }) => void store.archive('acme/web'),
    '4 store-refused',
    /archived.*Unarchive it/s,
  ],
  [
    '422 for the probe',
    fault({ mode: 'status', status: 422, method: 'PUT' }),
    '4 store-refused',
    /improperly encrypted secret/,
  ],
  [
    'the primary limit, as 403',
    fault(answer(primaryLimit(7200))),
    '8 store-unavailable',
    /rate limit exceeded/,
  ],
  [
    'the secondary limit, as 403',
    fault(answer(secondaryLimit(7200))),
    '8 store-unavailable',
    /secondary rate limit/,
  ],
];

test.each(github)('GitHub: %s: nothing is done', async (_, arrange, verdict, says) => {
  const site = await githubSite();
  await assertNothingDone(site, arrange(site) ?? undefined, verdict, says);
});
