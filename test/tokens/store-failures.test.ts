import { expect, test } from '@jest/globals';
import type { TokenProgramRun } from '../support/run-token.ts';
import type { StoreFaultRule } from '../support/stores/faults.ts';
import { primaryLimit, secondaryLimit } from '../support/stores/github-store.ts';
import { throttled, tooManyRequests } from '../support/stores/gitlab-store.ts';
import type { StoreAnswer } from '../support/stores/http.ts';
import { type GithubSite, type GitlabSite, githubSite, gitlabSite, type TokenSite } from '../support/token-site.ts';

/** What is wrong, by whose doing, how the run ends and what it says. */
type Row<Site> = readonly [
  name: string,
  arrange: (site: Site) => Partial<TokenProgramRun> | undefined,
  verdict: '4 store-refused' | '8 store-unavailable',
  says: RegExp,
];

function answer({ status, headers, body }: StoreAnswer): StoreFaultRule {
  return { mode: 'status', status, headers, body, times: 9 };
}

/** Faults that are the same everywhere. */
const common: readonly Row<TokenSite>[] = [
  ['500 again and again', fault({ mode: 'status', status: 500, times: 9 }), '8 store-unavailable', /answered 500/],
  ['503 again and again', fault({ mode: 'status', status: 503, times: 9 }), '8 store-unavailable', /answered 503/],
  ['a page of a proxy', fault({ mode: 'html', status: 502, times: 9 }), '8 store-unavailable', /answered 502/],
  ['a page in place of JSON', fault({ mode: 'html', status: 200, times: 9 }), '8 store-unavailable', /is not the JSON that was asked for/],
  ['JSON of another shape', fault({ mode: 'status', status: 200, body: [], times: 9 }), '8 store-unavailable', /is not the JSON/],
  ['connections that break', fault({ mode: 'reset', times: 99 }), '8 store-unavailable', /cannot be reached/],
  [
    'a redirect',
    fault({ mode: 'status', status: 301, headers: { location: 'https://elsewhere.example/' } }),
    '4 store-refused',
    /answered 301.*renamed or moved: a redirect is never followed with a token/s,
  ],
  ['409 for the probe', fault({ mode: 'status', status: 409, method: 'DELETE' }), '4 store-refused', /one at a time/],
  ['429 for hours', fault({ mode: 'status', status: 429, headers: { 'retry-after': '7200' } }), '8 store-unavailable', /answered 429/],
  [
    'no server there',
    () => ({ inputs: { 'api-url': 'http://127.0.0.1:1' } }),
    '8 store-unavailable',
    /cannot be reached: the connection was refused/,
  ],
];

function fault(rule: StoreFaultRule): (site: TokenSite) => undefined {
  return (site) => {
    site.keeper.server.failNext(rule);
    return undefined;
  };
}

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
    /not accessible by integration.*GITHUB_TOKEN can never write secrets/s,
  ],
  [
    'a classic token of no administrator',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ kind: 'classic', role: 'write' }) }),
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
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ secrets: 'write' }), inputs: { organization: 'acme' } }),
    '4 store-refused',
    /permission Organization secrets: write/,
  ],
  ['a repository that is not there', () => ({ inputs: { repository: 'acme/none' } }), '4 store-refused', /404.*acme\/none/s],
  [
    'a repository that the token does not see',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ secrets: 'write', repositories: ['acme/other'] }) }),
    '4 store-refused',
    /404.*that the token in OUTPOST_STORE_TOKEN may see it/s,
  ],
  ['a secret that is not there', () => ({ inputs: { 'secret-name': 'OTHER_TOKEN' } }), '4 store-refused', /404.*OTHER_TOKEN/s],
  ['an environment that is not there', () => ({ inputs: { environment: 'none' } }), '4 store-refused', /404.*environment none/s],
  ['an organization that is not there', () => ({ inputs: { organization: 'none' } }), '4 store-refused', /404.*organization none/s],
  ['an archived repository', ({ keeper: { store } }) => void store.archive('acme/web'), '4 store-refused', /archived.*Unarchive it/s],
  ['422 for the probe', fault({ mode: 'status', status: 422, method: 'PUT' }), '4 store-refused', /improperly encrypted secret/],
  ['the primary limit, as 403', fault(answer(primaryLimit(7200))), '8 store-unavailable', /rate limit exceeded/],
  ['the secondary limit, as 403', fault(answer(secondaryLimit(7200))), '8 store-unavailable', /secondary rate limit/],
];

const gitlab: readonly Row<GitlabSite>[] = [
  ...common,
  [
    '401, revoked',
    ({ keeper: { store, token } }) => void store.revokeToken(token),
    '4 store-refused',
    /401.*revoked, expired or mistyped/s,
  ],
  ['401, expired', ({ keeper: { store, token } }) => void store.revokeToken(token, 'expired'), '4 store-refused', /401/],
  [
    "the job's own token",
    () => ({ storeToken: 'glcbt-64_1234567890abcdefghij' }),
    '4 store-refused',
    /401.*CI_JOB_TOKEN cannot write variables/s,
  ],
  [
    'a token that may read alone',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ scope: 'read_api' }) }),
    '4 store-refused',
    /403.*scope `api`/s,
  ],
  [
    'a token without the scope',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ scope: 'other' }) }),
    '4 store-refused',
    /403.*scope `api`/s,
  ],
  [
    'a developer',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ role: 'developer' }) }),
    '4 store-refused',
    /403 Forbidden.*role Maintainer/s,
  ],
  [
    "a maintainer, for a group's variable",
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ role: 'maintainer' }), inputs: { group: 'acme' } }),
    '4 store-refused',
    /403 Forbidden.*role Owner/s,
  ],
  ['a project that is not there', () => ({ inputs: { project: 'acme/none' } }), '4 store-refused', /404 Project Not Found.*acme\/none/s],
  ['a group that is not there', () => ({ inputs: { group: 'none' } }), '4 store-refused', /404 Group Not Found.*group none/s],
  [
    'a project that the token does not see',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ sees: ['acme/other'] }) }),
    '4 store-refused',
    /404.*that the token in OUTPOST_STORE_TOKEN may see it/s,
  ],
  [
    'a variable that is not there',
    () => ({ inputs: { 'secret-name': 'OTHER_TOKEN' } }),
    '4 store-refused',
    /404 Variable Not Found.*OTHER_TOKEN/s,
  ],
  [
    'a variable of another scope',
    () => ({ inputs: { 'environment-scope': 'review/*' } }),
    '4 store-refused',
    /404 Variable Not Found.*review\/\*/s,
  ],
  ['several variables', fault({ mode: 'status', status: 409, method: 'GET', skip: 1 }), '4 store-refused', /several of that name/],
  ['an archived project', ({ keeper: { store } }) => void store.archive('acme/web'), '4 store-refused', /archived.*Unarchive it/s],
  ['too many requests', fault(answer(tooManyRequests(7200))), '8 store-unavailable', /429/],
  ['the limit before the application', fault(answer(throttled(7200))), '8 store-unavailable', /429/],
];

async function assertNothingDone(
  site: TokenSite,
  more: Partial<TokenProgramRun> | undefined,
  verdict: string,
  says: RegExp,
): Promise<void> {
  const secrets = (): readonly string[] => [...site.secrets(), more?.storeToken ?? ''].filter((one) => one !== '');
  const result = await site.run({ realTime: false, timeScale: 4, secrets, ...more });
  expect(`${result.exitStatus} ${result.outputs['failure-code']}`).toBe(verdict);
  expect(result.outputs['status']).toBe('failed');
  expect(result.report?.failure?.attempted).toMatch(/^Checking whether the (secret|variable) .* can be written$/);
  expect(result.page.join('\n')).toMatch(says);
  expect(site.emulator.requests.map(({ operation }) => operation)).toEqual(['token.list']);
  expect({ alive: site.alive(), stored: await site.stored() }).toEqual({ alive: ['deploy'], stored: 'deploy' });
}

test.each(github)(
  'GitHub: %s: nothing is done',
  async (_, arrange, verdict, says) => {
    const site = await githubSite();
    await assertNothingDone(site, arrange(site) ?? undefined, verdict, says);
  },
  60_000,
);

test.each(gitlab)(
  'GitLab: %s: nothing is done',
  async (_, arrange, verdict, says) => {
    const site = await gitlabSite();
    await assertNothingDone(site, arrange(site) ?? undefined, verdict, says);
  },
  60_000,
);

test('GitLab: a variable of the type file is refused', async () => {
  const site = await gitlabSite({ fields: { variable_type: 'file' } });
  await assertNothingDone(site, undefined, '4 store-refused', /type file, so jobs get a path in place of the token/);
}, 60_000);
