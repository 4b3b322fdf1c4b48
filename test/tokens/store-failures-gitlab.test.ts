import { expect, test } from '@jest/globals';
import { throttled, tooManyRequests } from '../../simulators/stores/gitlab-store.ts';
import { madeUp } from '../support/made-up.ts';
import { type GitlabSite, gitlabSite } from '../support/token-site.ts';
import { answer, assertNothingDone, common, fault, type Row } from './store-failures.ts';

const gitlab: readonly Row<GitlabSite>[] = [
  ...common,
  [
    '401, revoked',
    ({ keeper: { store, token } }) => void store.revokeToken(token),
    '4 store-refused',
    /401.*revoked, expired or mistyped/s,
  ],
  [
    '401, expired',
    ({ keeper: { store, token } }) => void store.revokeToken(token, 'expired'),
    '4 store-refused',
    /401/,
  ],
  [
    "the job's own token",
    () => ({ storeToken: madeUp('glcbt', '64_1234567890abcdefghij', '-') }),
    '4 store-refused',
    /401.*CI_JOB_TOKEN can't write variables/s,
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
    ({ keeper: { store } }) => ({
      storeToken: store.issueToken({ role: 'maintainer' }),
      inputs: { group: 'acme' },
    }),
    '4 store-refused',
    /403 Forbidden.*role Owner/s,
  ],
  [
    'a project that is not there',
    () => ({ inputs: { project: 'acme/none' } }),
    '4 store-refused',
    /404 Project Not Found.*acme\/none/s,
  ],
  [
    'a group that is not there',
    () => ({ inputs: { group: 'none' } }),
    '4 store-refused',
    /404 Group Not Found.*group none/s,
  ],
  [
    'a project that the token does not see',
    ({ keeper: { store } }) => ({ storeToken: store.issueToken({ sees: ['acme/other'] }) }),
    '4 store-refused',
    /404.*that the token in OUTPOST_STORE_TOKEN can see it/s,
  ],
  [
    'a variable that is not there',
    () => ({ inputs: { 'secret-name': 'OTHER_TOKEN' } }),
    '4 store-refused',
    /no such variable.*OTHER_TOKEN/s,
  ],
  [
    'a variable of another scope',
    () => ({ inputs: { 'environment-scope': 'review/*' } }),
    '4 store-refused',
    /no such variable.*A variable of that name has the scope `\*`/s,
  ],
  [
    'several variables',
    fault({ mode: 'status', status: 409, method: 'GET', skip: 1 }),
    '4 store-refused',
    /several with that name/,
  ],
  [
    'an archived project',
    ({ keeper: { store } }) => void store.archive('acme/web'),
    '4 store-refused',
    /archived.*Unarchive it/s,
  ],
  ['too many requests', fault(answer(tooManyRequests(7200))), '8 store-unavailable', /429/],
  [
    'the limit before the application',
    fault(answer(throttled(7200))),
    '8 store-unavailable',
    /429/,
  ],
];

test.each(gitlab)('GitLab: %s: nothing is done', async (_, arrange, verdict, says) => {
  const site = await gitlabSite();
  await assertNothingDone(site, arrange(site) ?? undefined, verdict, says);
});

test('GitLab: the probes of many other runs are not a refusal', async () => {
  const site = await gitlabSite();
  const taken = { message: { key: ['(OUTPOST_ROTATION_CHECK) has already been taken'] } };
  site.keeper.server.failNext({
    mode: 'status',
    status: 400,
    body: taken,
    method: 'POST',
    times: 9,
  });
  expect((await site.run()).exitStatus).toBe(0);
  expect({ probe: site.keeper.holdsProbe(), alive: site.alive() }).toEqual({
    probe: false,
    alive: [await site.stored()],
  });
});

test('GitLab: a variable of type File is refused', async () => {
  const site = await gitlabSite({ fields: { variable_type: 'file' } });
  await assertNothingDone(
    site,
    undefined,
    '4 store-refused',
    /type File, so jobs get a path instead of the token/,
  );
});
