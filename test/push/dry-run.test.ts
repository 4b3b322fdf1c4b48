import { describe, expect } from '@jest/globals';
import {
  deployPushed,
  type PushedRun,
  type PushResult,
  pushHosts,
  seed,
} from '../support/push/deploys.ts';
import { at, cloneOf, gitTest, newOrigin, type Repository } from '../support/push/git.ts';

const short = (commit: string): string => commit.slice(0, 7);

/** A dry run. Outpost's branch main is at this commit, if there is one. */
function tryPush(
  repository: Repository,
  tip: string | undefined,
  { inputs, ...run }: Partial<PushedRun> = {},
): Promise<PushResult> {
  return deployPushed({
    ...at(repository),
    ...run,
    ...(tip === undefined ? {} : { prepare: (emulator) => seed(emulator, repository, tip) }),
    inputs: { 'dry-run': 'true', ...inputs },
  });
}

/** Whatever the dry run found, it changed nothing. */
function expectUnchanged(
  { operations, branches, deploys }: PushResult,
  tip: string | undefined,
): void {
  expect({ branches, deploys }).toEqual({
    branches: tip === undefined ? {} : { main: tip },
    deploys: 0,
  });
  expect(operations.filter((one) => ['git.push', 'service.deploy'].includes(one))).toEqual([]);
}

function expectChecked(result: PushResult, said: string): void {
  expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
    /^0 checked\n/,
  );
  expect(result.page.join('\n')).toContain(said);
}

describe.each(pushHosts)('on %s, a dry run asks what the push would do', (host) => {
  gitTest('there is no such branch yet', async () => {
    const repository = newOrigin();
    const { commit } = at(repository);
    const result = await tryPush(repository, undefined, { host });
    expectChecked(result, `acme/web: the push would create main at ${short(commit)}.`);
    expect(result.page.join('\n')).toContain(`push ${short(commit)} to main of acme/web`);
    expect(result.page.join('\n')).toContain(
      'dry run: nothing is pushed and no deploy call is sent, so whether the token may push, the address of the call and the branch are not tested',
    );
    expectUnchanged(result, undefined);
  });

  gitTest('an older commit than that of the branch is rejected', async () => {
    const repository = cloneOf(newOrigin());
    const newer = at(repository).commit;
    repository.git('checkout', '--quiet', '--detach', 'HEAD~2');
    const result = await tryPush(repository, newer, { host });
    expect(result).toMatchObject({
      exitStatus: 9,
      outputs: { status: 'failed', 'failure-code': 'push-rejected' },
    });
    expect(result.page.join('\n')).toMatch(
      /Checking the push to acme\/web: main on Outpost is at [0-9a-f]{7}, 2 commits ahead of [0-9a-f]{7}/,
    );
    expectUnchanged(result, newer);
  });
});

gitTest('the push would be a fast-forward', async () => {
  const repository = newOrigin();
  const former = repository.git('rev-parse', 'HEAD~1');
  const result = await tryPush(repository, former);
  expectChecked(
    result,
    `acme/web: the push would move main from ${short(former)} to ${short(at(repository).commit)}.`,
  );
  expectUnchanged(result, former);
});

gitTest('the branch is already there', async () => {
  const repository = newOrigin();
  const { commit } = at(repository);
  const result = await tryPush(repository, commit);
  expectChecked(result, `acme/web: main is already at ${short(commit)}; there is nothing to push.`);
  expectUnchanged(result, commit);
});

gitTest('the branch is ahead: with `skip` nothing would be pushed', async () => {
  const repository = cloneOf(newOrigin());
  const newer = at(repository).commit;
  repository.git('checkout', '--quiet', '--detach', 'HEAD~1');
  const inputs = { 'non-fast-forward': 'skip' };
  const result = await tryPush(repository, newer, { inputs });
  expectChecked(
    result,
    `acme/web: main is already 1 commit ahead of ${short(at(repository).commit)}; nothing would be pushed or deployed.`,
  );
  expectUnchanged(result, newer);
});

gitTest('the branch is ahead: with `force` it would move back, and a warning says so', async () => {
  const repository = cloneOf(newOrigin());
  const newer = at(repository).commit;
  repository.git('checkout', '--quiet', '--detach', 'HEAD~1');
  const inputs = { 'non-fast-forward': 'force' };
  const result = await tryPush(repository, newer, { inputs });
  expectChecked(result, `the push would move main from ${short(newer)}`);
  expect(result.page.join('\n')).toMatch(/main moves back 1 commit to [0-9a-f]{7}\./);
  expectUnchanged(result, newer);
});

gitTest('histories that diverged are rejected, also with `skip`', async () => {
  const repository = newOrigin();
  const former = at(repository).commit;
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  repository.commit('four', 'four\n');
  const inputs = { 'non-fast-forward': 'skip' };
  const result = await tryPush(repository, former, { inputs });
  expect(result.outputs).toMatchObject({ 'failure-code': 'push-rejected' });
  expectUnchanged(result, former);
});

gitTest('with too little history to tell, a warning says what was not checked', async () => {
  const origin = newOrigin();
  const former = at(origin).commit;
  origin.git('checkout', '--quiet', '-b', 'rewritten', 'HEAD~1');
  for (const name of ['four', 'five']) origin.commit(name, `${name}\n`);
  const repository = cloneOf(origin, '--depth=1', '--branch=rewritten');
  const result = await deployPushed({
    ...at(repository),
    prepare: (emulator) => seed(emulator, origin, former),
    inputs: { 'dry-run': 'true', branch: 'main' },
  });
  expectChecked(
    result,
    `acme/web: the checkout has too little history before ${short(at(repository).commit)} to tell whether it follows ${short(former)}, where main is.`,
  );
  expectUnchanged(result, former);
});

gitTest('a clone of one commit for a branch that is not there yet: the same warning', async () => {
  const repository = cloneOf(newOrigin(), '--depth=1');
  const result = await tryPush(repository, undefined);
  expectChecked(result, 'to tell whether Outpost has what comes before it.');
  expectUnchanged(result, undefined);
});

gitTest('a misspelled repository is found, with the name that was meant', async () => {
  const repository = newOrigin();
  const result = await tryPush(repository, undefined, { inputs: { push: 'acme/wbe' } });
  expect(result).toMatchObject({ exitStatus: 9, outputs: { 'failure-code': 'push-refused' } });
  expect(result.page.join('\n')).toMatch(/acme\/web/);
  expectUnchanged(result, undefined);
});
