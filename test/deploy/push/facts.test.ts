import { expect } from '@jest/globals';
import { type Emulator, startEmulator } from '../../../emulator/server.ts';
import type { Config } from '../../../src/deploy/config.ts';
import { examineCheckout } from '../../../src/deploy/push/checkout.ts';
import { type Pushed, push, readTip } from '../../../src/deploy/push/push.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { needs } from '../../support/gitlab/needs.ts';
import { seed } from '../../support/push/deploys.ts';
import { cloneOf, newOrigin, type Repository } from '../../support/push/git.ts';
import { aStepRun } from '../../support/step-run.ts';

// Runs one test after the other, because each uses the ports of a run in this process.
const testWithGit = needs('git');

interface Facts {
  readonly pushed: Pushed | undefined;
  readonly tip: string | undefined;
  readonly page: string;
}

/**
 * Pushes the checkout to `main` of an Outpost whose branch is where the test puts it. `after` can
 * move the branch before the tip is read.
 */
async function factsOf(
  checkout: Repository,
  tip: string | undefined,
  nonFastForward: Config['nonFastForward'],
  after: (emulator: Emulator) => void = () => undefined,
): Promise<Facts> {
  const emulator = await startEmulator({});
  try {
    const token = new Secret(
      emulator.world.createToken({ name: 'rehearsal', scopes: ['service', 'repo'] }),
    );
    if (tip !== undefined) seed(emulator, checkout, tip);
    const { run, config, page } = await aStepRun(new URL(emulator.origin), {
      push: { namespace: 'acme', name: 'web' },
      username: 'ada',
      checkoutFolder: checkout.folder,
      nonFastForward,
    });
    const plan = {
      config,
      skewMs: 0,
      checkout: await examineCheckout(config, run),
      form: undefined,
      job: undefined,
      deploys: [],
    };
    const pushed = await push(plan, token, run);
    after(emulator);
    return { pushed, tip: await readTip(plan, plan.checkout, token, run), page: page() };
  } finally {
    await emulator.close();
  }
}

/** A checkout of main, and one of an older commit of it. */
function checkouts(): {
  readonly newest: Repository;
  readonly old: Repository;
  readonly commits: readonly [old: string, newest: string];
} {
  const origin = newOrigin();
  const [newest, old] = [cloneOf(origin), cloneOf(origin)];
  old.git('checkout', '--quiet', '--detach', 'HEAD~2');
  const commits = [old.git('rev-parse', 'HEAD'), newest.git('rev-parse', 'HEAD')] as const;
  return { newest, old, commits };
}

testWithGit('a new branch', async () => {
  const { newest, commits } = checkouts();
  const { pushed, tip } = await factsOf(newest, undefined, 'fail');
  expect(pushed).toMatchObject({
    outcome: 'moved',
    branch: 'main',
    commit: commits[1],
    formerCommit: undefined,
    newerCommits: 0,
  });
  expect(tip).toBe(commits[1]);
});

testWithGit.each(['fail', 'skip', 'force'] as const)('a fast-forward, with %s', async (how) => {
  const { newest, commits } = checkouts();
  const { pushed, tip } = await factsOf(newest, commits[0], how);
  expect(pushed).toMatchObject({ outcome: 'moved', formerCommit: commits[0], newerCommits: 0 });
  expect(tip).toBe(commits[1]);
});

testWithGit.each(['fail', 'skip', 'force'] as const)(
  'the commit is already there, with %s',
  async (how) => {
    const { newest, commits } = checkouts();
    const { pushed } = await factsOf(newest, commits[1], how);
    expect(pushed).toMatchObject({ outcome: 'already-there', formerCommit: commits[1] });
  },
);

testWithGit('back by two commits', async () => {
  const { old, commits } = checkouts();
  const { pushed, tip } = await factsOf(old, commits[1], 'force');
  expect(pushed).toMatchObject({
    outcome: 'moved',
    commit: commits[0],
    formerCommit: commits[1],
    newerCommits: 2,
  });
  expect(tip).toBe(commits[0]);
});

testWithGit('two commits ahead: skipped', async () => {
  const { old, commits } = checkouts();
  const { pushed, tip } = await factsOf(old, commits[1], 'skip');
  expect(pushed).toMatchObject({ outcome: 'skipped', formerCommit: commits[1], newerCommits: 2 });
  expect(tip).toBe(commits[1]);
});

testWithGit('an unrelated history has no number of newer commits', async () => {
  const { newest, old, commits } = checkouts();
  old.git('fetch', '--quiet', newest.folder, 'main');
  old.commit('other', 'other\n');
  const { pushed, page } = await factsOf(old, commits[1], 'force');
  expect(pushed).toMatchObject({ outcome: 'moved', newerCommits: undefined });
  expect(page).toMatch(/loses 2 commits/);
});

testWithGit('the tip is read again, because someone may have pushed after us', async () => {
  const { newest, commits } = checkouts();
  let rival: string | undefined;
  const { tip } = await factsOf(newest, commits[0], 'fail', ({ world }) => {
    world.setBranch('acme', 'web', 'main');
    rival = world.branchCommit('acme', 'web', 'main');
  });
  expect(tip).toBe(rival);
  expect(tip).not.toBe(commits[1]);
});
