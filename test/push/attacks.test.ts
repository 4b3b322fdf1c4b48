import { readdirSync } from 'node:fs';
import { expect } from '@jest/globals';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { type Attack, armAll, attacks } from '../support/push/attacks.ts';
import {
  deployPushed,
  type PushedRun,
  type PushResult,
  pushHosts,
  seed,
} from '../support/push/deploys.ts';
import { at, newOrigin, posixGitTest, skipLoudly } from '../support/push/git.ts';
import {
  assertInNoFile,
  newSite,
  type Site,
  snapshot,
  strace,
  tracedNode,
} from '../support/push/site.ts';
import { startStranger } from '../support/push/stranger.ts';

/**
 * Runs the shipped program in a checkout that an attacker has modified, and checks everything that
 * must hold for any attack.
 */
async function withstand(
  arm: Attack['arm'],
  run: Partial<PushedRun>,
): Promise<{ readonly result: PushResult; readonly token: string }> {
  const site = newSite();
  const stranger = await startStranger();
  const env: Record<string, string> = {};
  let before: Readonly<Record<string, string>> = {};
  let token = '';
  try {
    const result = await deployPushed({
      ...at(site.repository),
      ...run,
      env,
      prepare: (emulator, value) => {
        const prepared = run.prepare?.(emulator, value);
        token = value;
        // The program starts later, and only then reads these variables.
        Object.assign(env, arm(site, emulator.origin, stranger.origin), site.env);
        before = snapshot(site.repository.folder);
        return prepared;
      },
    });
    // The token reached the configured origin, and no other server got even a request.
    expect(stranger.heard).toEqual([]);
    const pushes = result.requests.filter(({ operation }) => operation === 'git.push');
    expect(new Set(pushes.map(({ tokenName }) => tokenName))).toEqual(new Set(['rehearsal']));
    for (const { headers } of result.requests) expect(headers).not.toHaveProperty('x-foreign');
    expectUntouched(site, before, token);
    return { result, token };
  } finally {
    await stranger.close();
  }
}

/**
 * No program of the attacker's ran, the checkout is unchanged, only the report is left of our
 * files, and no file contains the token.
 */
function expectUntouched(
  { root, stolen, repository }: Site,
  before: Readonly<Record<string, string>>,
  token: string,
): void {
  expect(readdirSync(stolen)).toEqual([]);
  expect(snapshot(repository.folder)).toEqual(before);
  expect(
    readdirSync(`${root}/runner`).filter((name) => !name.startsWith('outpost-report')),
  ).toEqual([]);
  expect(readdirSync(`${root}/tmp`)).toEqual([]);
  assertInNoFile(root, token);
}

function expectAccepted({ exitStatus, outputs, branches, stdout }: PushResult): void {
  expect(`${exitStatus} ${outputs['status']}\n${stdout}`).toMatch(/^0 accepted\n/);
  expect(branches).toEqual({ main: outputs['commit'] });
}

const quick = { inputs: { wait: 'false' } };
const turns = attacks.map((attack, index) => ({
  ...attack,
  host: pushHosts[index % 2] ?? 'github',
}));

posixGitTest.each(turns)(
  '$name: the token goes only to Outpost and is left nowhere ($host)',
  async ({ host, arm }) => {
    expectAccepted((await withstand(arm, { host, ...quick })).result);
  },
);

const traceTest = strace === undefined ? skipLoudly('strace') : posixGitTest;

traceTest.each(pushHosts)(
  'on %s, with all attacks at once, no process has the token in its arguments',
  async (host) => {
    const tracer = tracedNode(newSite().root);
    const { token, result } = await withstand(armAll, { host, ...quick, node: tracer.node });
    expectAccepted(result);
    const started = tracer.started();
    // Proves that the search sees everything: it saw git, and what git starts for a push.
    for (const words of [
      '"push", "--porcelain"',
      'git-remote-http',
      '"pack-objects"',
      '"ls-remote"',
    ]) {
      expect(started.some((line) => line.includes(words))).toBe(true);
    }
    expect(findLeaks(started.join('\n'), token)).toEqual([]);
    expect(started.join('\n')).not.toContain(Buffer.from(`ada:${token}`).toString('base64'));
  },
);

posixGitTest('all attacks at once do nothing to a rollback, which also pushes', async () => {
  const origin = newOrigin();
  const [former, built] = [origin.git('rev-parse', 'HEAD~1'), origin.git('rev-parse', 'HEAD')];
  const failing = [{ status: 'deploying', looks: 1 }, { status: 'failed' }];
  const { result } = await withstand(armAll, {
    inputs: { 'on-failure': 'rollback' },
    scenario: {
      deploymentInfo: true,
      rollouts: {
        'acme/web': [failing, [{ status: 'deploying', looks: 1 }, { status: 'running' }]],
      },
    },
    prepare: (emulator) => seed(emulator, origin, former),
  });
  expect(`${result.exitStatus} ${result.outputs['status']}\n${result.stdout}`).toMatch(
    /^5 rolled-back\n/,
  );
  expect(result.outputs['commit']).toBe(built);
  expect(result.branches).toEqual({ main: former });
});
