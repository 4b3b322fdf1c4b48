import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { hostileHookText } from '../../emulator/payloads.ts';
import type { RepositoryOptions } from '../../emulator/repositories.ts';
import {
  deployPushed,
  expectNotDeployed,
  type PushedRun,
  type PushResult,
  pushHosts,
  seed,
  telling,
} from '../support/push/deploys.ts';
import { at, gitTest, newOrigin, type Repository } from '../support/push/git.ts';

type Rules = Omit<RepositoryOptions, 'namespace' | 'name'>;

interface Rejection extends Partial<PushedRun> {
  readonly name: string;
  readonly rules?: Rules;
  /** Creates the checkout. Default: three small commits. */
  readonly checkout?: () => Repository;
  readonly code: string;
  readonly exit?: number;
  readonly says: RegExp;
}

function bigCheckout(): Repository {
  const repository = newOrigin();
  repository.commit('big', randomBytes(3_000_000));
  return repository;
}

const ahead: PushedRun['prepare'] = ({ world }) => void world.setBranch('acme', 'web', 'main');
const TOO_LARGE =
  /the push is too large for Outpost[\s\S]*Look for large files in the last commits/;
const FOREIGN =
  /main on Outpost is at [0-9a-f]{7} and has 1 commit that [0-9a-f]{7} does not contain[\s\S]*set `non-fast-forward: force`[\s\S]*add them to your repository first/;
const NO_ACCESS =
  /does not accept the token with this user name \(401\)[\s\S]*`username` must be the user who owns the token/;

const rejections: readonly Rejection[] = [
  {
    name: 'commits of somebody else on the branch',
    prepare: ahead,
    code: 'push-rejected',
    says: FOREIGN,
  },
  {
    name: 'a protected branch',
    rules: { protectedBranches: ['main'] },
    code: 'push-rejected',
    says: /branch main is protected[\s\S]*the branch is protected on Outpost[\s\S]*push to another `branch`/,
  },
  {
    name: 'a hook that declines it in words full of commands',
    rules: { declineHook: hostileHookText },
    code: 'push-rejected',
    says: /the commit message names no ticket[\s\S]*Outpost rejected it[\s\S]*Check the lines above that start with `remote:`/,
  },
  {
    name: 'a hook that rejects the push without a message',
    rules: { declineHook: '' },
    code: 'push-rejected',
    says: /Outpost rejected it/,
  },
  ...(['answer', 'hook', 'unpack'] as const).map((tooLarge) => ({
    name: `a push that is too large (${tooLarge})`,
    rules: { maxPackBytes: 100_000, tooLarge },
    checkout: bigCheckout,
    code: 'push-rejected',
    says: TOO_LARGE,
  })),
  {
    name: 'the name of another user',
    inputs: { username: 'ben' },
    code: 'push-refused',
    says: NO_ACCESS,
  },
  {
    name: 'no user name, and a namespace that is not one',
    inputs: { username: '' },
    code: 'push-refused',
    says: NO_ACCESS,
  },
  {
    name: 'a user name with a password in it',
    inputs: { username: 'ada:x' },
    code: 'push-refused',
    says: NO_ACCESS,
  },
  {
    name: 'a token that can only read repositories, without `token-name`',
    scopes: ['service', 'repo:read'],
    inputs: { 'token-name': '' },
    code: 'push-refused',
    says: /the token is not allowed to write to this repository \(403\)[\s\S]*The token needs the scope `repo`/,
  },
  {
    name: 'no such repository, but one with a similar name',
    inputs: { push: 'acme/wbe' },
    code: 'push-refused',
    says: /Outpost has no such repository[\s\S]*Did you mean `acme\/web`\? Change the input `push`/,
  },
  {
    name: 'no such repository, and none with a similar name',
    inputs: { push: 'acme/something-else' },
    code: 'push-refused',
    says: /Outpost has no such repository[\s\S]*create the repository in Outpost first/,
  },
];

// Both hosts handle a refusal in the same way, so they take turns. A hook's message is tested on
// each.
const cases = rejections.flatMap(({ name, ...rejection }, index) =>
  pushHosts
    .filter((_, turn) => turn === index % 2 || name.includes('hook'))
    .map((host) => ({ name, host, ...rejection })),
);

gitTest.each(cases)(
  '$name: nothing is deployed on $host',
  async ({ rules, checkout = newOrigin, code, exit = 9, says, ...run }) => {
    const scenario =
      rules === undefined
        ? telling
        : { ...telling, repositories: [{ namespace: 'acme', name: 'web', ...rules }] };
    const place = at(checkout());
    const result = await deployPushed({ scenario, ...place, ...run });
    expectNotDeployed(result, code, exit, says);
    expect(result.branches).toEqual(
      run.prepare === undefined ? {} : { main: expect.not.stringMatching(place.commit) },
    );
  },
);

gitTest.each(pushHosts)(
  'no git request is sent on %s if the named token can only read repositories',
  async (host) => {
    const result = await deployPushed({
      host,
      ...at(newOrigin()),
      scopes: ['service', 'repo:read'],
    });
    expectNotDeployed(
      result,
      'token-scope-missing',
      3,
      /is missing the scope `repo` \(it has `service`, `repo:read`\)/,
    );
    expect(gitOperations(result)).toEqual([]);
  },
);

gitTest('rewritten local history is not forced onto Outpost', async () => {
  const repository = newOrigin();
  const former = repository.git('rev-parse', 'HEAD');
  repository.git('commit', '--quiet', '--amend', '--message', 'Another word for it');
  const prepare: PushedRun['prepare'] = (emulator) => seed(emulator, repository, former);
  const result = await deployPushed({ ...at(repository), prepare });
  expectNotDeployed(result, 'push-rejected', 9, FOREIGN);
  expect(result.branches).toEqual({ main: former });
});

gitTest('a hook that prints the credential cannot get it into the log', async () => {
  const declineHook = 'error: got {{token}} in {{authorization}}\n';
  const scenario = {
    echoToken: true,
    repositories: [{ namespace: 'acme', name: 'web', declineHook }],
  };
  for (const host of pushHosts) {
    const result = await deployPushed({ host, scenario, ...at(newOrigin()) });
    // Every run is searched for all forms of the token. In this one, the token is certain to be
    // echoed.
    expectNotDeployed(result, 'push-rejected', 9, /error: got \*\*\* in (?:Basic )?\*\*\*/);
  }
});

function gitOperations({ operations }: PushResult): readonly string[] {
  return operations.filter((operation) => operation.startsWith('git.'));
}
