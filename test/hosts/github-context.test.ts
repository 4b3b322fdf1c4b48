import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkCredential } from '../../src/auth/credential.ts';
import type { Context } from '../../src/host.ts';
import { createGithubHost } from '../../src/hosts/github.ts';
import { Secret } from '../../src/lib/secret.ts';
import { anOutput, TOKEN } from '../support/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'outpost-events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHA = '1'.repeat(40);
const HEAD = '2'.repeat(40);

/** What the host reports about a run with these variables and this event file. */
function contextOf(env: Readonly<Record<string, string>>, event: string | undefined): Context {
  const path = join(folder, `${Math.random()}.json`);
  if (event !== undefined) writeFileSync(path, event);
  const stdout = anOutput(() => undefined);
  const all = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_SHA: SHA, GITHUB_EVENT_PATH: path, ...env };
  return createGithubHost(all, stdout).host.context;
}

const ref = (name: string) => ({
  GITHUB_REF: `refs/heads/${name}`,
  GITHUB_REF_NAME: name,
  GITHUB_REF_TYPE: 'branch',
});
const merge = {
  GITHUB_REF: 'refs/pull/12/merge',
  GITHUB_REF_NAME: '12/merge',
  GITHUB_REF_TYPE: 'branch',
};
const tag = { GITHUB_REF: 'refs/tags/v1', GITHUB_REF_NAME: 'v1', GITHUB_REF_TYPE: 'tag' };
const shop = { full_name: 'acme/shop' };
const request = (more: object) => ({
  repository: shop,
  pull_request: {
    head: { ref: 'topic', sha: HEAD, repo: shop },
    base: { ref: 'release' },
    ...more,
  },
});
const run = (more: object) => ({
  repository: shop,
  workflow_run: {
    conclusion: 'success',
    head_branch: 'staging',
    head_sha: HEAD,
    head_repository: shop,
    ...more,
  },
});

interface Row {
  readonly trigger: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  readonly branch: string | undefined;
  readonly commit: string;
}

const open = request({ state: 'open', merged_at: null });
const merged = request({ state: 'closed', merged: true, merged_at: '2026-11-01T00:00:00Z' });
const closed = request({ state: 'closed', merged: false, merged_at: null });

describe('branch and commit, by trigger', () => {
  test.each<Row>([
    { trigger: 'push', env: ref('main'), branch: 'main', commit: SHA },
    { trigger: 'workflow_dispatch', env: ref('topic'), branch: 'topic', commit: SHA },
    { trigger: 'repository_dispatch', env: ref('main'), branch: 'main', commit: SHA },
    { trigger: 'schedule', env: ref('main'), branch: 'main', commit: SHA },
    { trigger: 'push', env: tag, branch: undefined, commit: SHA },
    { trigger: 'release', env: tag, branch: undefined, commit: SHA },
    {
      trigger: 'merge_group',
      env: ref('gh-readonly-queue/main/pr-7-0123'),
      branch: undefined,
      commit: SHA,
    },
    { trigger: 'pull_request', env: merge, event: open, branch: 'topic', commit: HEAD },
    {
      trigger: 'pull_request_target',
      env: ref('release'),
      event: open,
      branch: 'topic',
      commit: HEAD,
    },
    { trigger: 'pull_request_review', env: merge, event: open, branch: 'topic', commit: HEAD },
    {
      trigger: 'pull_request_review_comment',
      env: merge,
      event: open,
      branch: 'topic',
      commit: HEAD,
    },
    { trigger: 'pull_request', env: ref('release'), event: merged, branch: 'release', commit: SHA },
    { trigger: 'pull_request_review', env: merge, event: merged, branch: 'release', commit: SHA },
    { trigger: 'pull_request', env: merge, event: closed, branch: undefined, commit: HEAD },
    { trigger: 'workflow_run', env: ref('main'), event: run({}), branch: 'staging', commit: HEAD },
    {
      trigger: 'workflow_run',
      env: ref('main'),
      event: run({ head_branch: null }),
      branch: undefined,
      commit: HEAD,
    },
    { trigger: 'deployment', env: merge, branch: undefined, commit: SHA },
  ])('$trigger: $branch', ({ trigger, env = {}, event = { repository: shop }, branch, commit }) => {
    const text = JSON.stringify(event);
    expect(contextOf({ GITHUB_EVENT_NAME: trigger, ...env }, text)).toMatchObject({
      branch,
      commit,
    });
  });
});

describe('an event file without information', () => {
  const files = {
    missing: undefined,
    empty: '',
    broken: '{"workflow_run": {"conclusion": "succ',
    'of another shape': '[]',
    'without its subject': '{"repository": {"full_name": "acme/shop"}}',
    'with a subject of another shape': '{"workflow_run": "success", "pull_request": 7}',
    'with a conclusion of another shape': JSON.stringify(run({ conclusion: { success: true } })),
    'with nothing in it': JSON.stringify({ workflow_run: {}, pull_request: {} }),
  };

  test.each(Object.entries(files))('%s: a workflow_run never counts as safe', (_, text) => {
    const context = contextOf({ GITHUB_EVENT_NAME: 'workflow_run', ...ref('main') }, text);
    expect(context.branch).toBeUndefined();
    for (const allowUnsafeTrigger of [false, true])
      expect(() =>
        checkCredential({ allowUnsafeTrigger, allowDebugTrace: false }, new Secret(TOKEN), context),
      ).toThrow(/does not say that the workflow before it succeeded/);
  });

  test.each(Object.entries(files))('%s: a pull request has no branch', (_, text) => {
    for (const trigger of ['pull_request', 'pull_request_target', 'pull_request_review']) {
      const context = contextOf({ GITHUB_EVENT_NAME: trigger, ...ref('main') }, text);
      expect(context.branch).toBeUndefined();
    }
  });

  test.each(Object.entries(files))('%s: a push is a push', (_, text) => {
    const context = contextOf({ GITHUB_EVENT_NAME: 'push', ...ref('main') }, text);
    expect(context).toMatchObject({ branch: 'main', commit: SHA, fromFork: false });
  });
});

test.each(['failure', 'cancelled', 'skipped', 'timed_out', 'action_required', 'neutral', 'stale'])(
  'a workflow that ended as %s is never a reason to deploy',
  (conclusion) => {
    const context = contextOf(
      { GITHUB_EVENT_NAME: 'workflow_run', ...ref('main') },
      JSON.stringify(run({ conclusion })),
    );
    const allowances = { allowUnsafeTrigger: true, allowDebugTrace: false };
    expect(() => checkCredential(allowances, new Secret(TOKEN), context)).toThrow(
      new RegExp(`ended with \`${conclusion}\``),
    );
  },
);
