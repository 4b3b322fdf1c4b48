import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readConfig } from '../../src/deploy/config.ts';
import { type Input, inputs } from '../../src/inputs/table.ts';
import { inputsOf, type TokenInput } from '../../src/inputs/token-table.ts';
import { parseDurationMs } from '../../src/lib/duration.ts';
import { readRotateConfig } from '../../src/tokens/config.ts';
import type { StoreDefaults } from '../../src/tokens/place-inputs.ts';
import { aContext } from '../support/build.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping } from '../support/gitlab/yaml.ts';
import { allFilled, type Job, type Step, workflow } from './workflow.ts';

const names = readdirSync(join(ROOT, 'examples/github'));
const OURS = 'outpost/deploy-action@v1';
const ROTATE = 'outpost/deploy-action/rotate@v1';
/** An earlier step fetches it, using an ID token. */
const FETCHED = '${{ steps.secret.outputs.token }}';
/**
 * Third-party actions. Those of GitHub are at the same commit as in our own workflows
 * (test/contract/workflows.test.ts).
 */
const OTHERS =
  /^(?:actions\/(?:checkout|create-github-app-token)|dorny\/paths-filter|marocchino\/sticky-pull-request-comment)@[0-9a-f]{40}$/;
/**
 * Examples for one host only, because they use a feature of that host, or because the recipe works
 * differently on the other.
 */
const GITHUB_ALONE = [
  'datadog-event.yml',
  'dora.yml',
  'notify-slack.yml',
  'pull-request-comment.yml',
  'reusable-workflow.yml',
  'sentry-release.yml',
];
const GITLAB_ALONE = ['after-deploy.yml', 'deploy-template.yml', 'merge-request-note.yml'];
/** The permissions of the jobs that deploy, if they set any. */
const GRANTED: Readonly<Record<string, unknown>> = {
  'token-from-vault.yml': { 'id-token': 'write' },
  'pull-request-comment.yml': { 'pull-requests': 'write' },
};
const onGithub = (rows: readonly (Input | TokenInput)[]): readonly string[] =>
  rows.filter(({ hosts }) => hosts?.includes('github') ?? true).map(({ name }) => name);
/** What a rotation detects by itself in a GitHub job. */
const job: StoreDefaults = {
  store: 'github',
  repository: 'acme/web',
  project: undefined,
  apiUrl: undefined,
};

/** Steps that run a program of ours: the actions, or the single file that was fetched. */
function isOurs({ uses, run }: Step): boolean {
  return uses === OURS || uses === ROTATE || run?.startsWith('node outpost-token.mjs ') === true;
}

/** Jobs with one of our steps. */
function deploying(name: string): readonly Job[] {
  return workflow(name).jobs.filter(({ steps }) => steps.some(isOurs));
}

test('GitHub and GitLab have the same examples, except those that only one of them can have', () => {
  const onGitlab = readdirSync(join(ROOT, 'examples/gitlab'));
  expect(names.filter((name) => !onGitlab.includes(name))).toEqual(GITHUB_ALONE);
  expect(onGitlab.filter((name) => !names.includes(name))).toEqual(GITLAB_ALONE);
});

test('the list of examples is complete', () => {
  const list = readFileSync(join(ROOT, 'examples/README.md'), 'utf8');
  const linked = [...list.matchAll(/\]\((git(?:hub|lab)\/[^)]+)\)/g)].map(([, path]) => path);
  const there = ['github', 'gitlab'].flatMap((host) =>
    readdirSync(join(ROOT, 'examples', host)).map((name) => `${host}/${name}`),
  );
  expect([...new Set(linked)].sort()).toEqual(there.sort());
});

test.each(names)(
  '%s uses this action, and pins other actions to a commit with a version comment',
  (name) => {
    expect(deploying(name)).not.toEqual([]);
    const others = workflow(name)
      .jobs.flatMap(({ steps }) => steps.map(({ uses }) => uses))
      .filter((uses) => uses !== undefined && uses !== OURS && uses !== ROTATE);
    for (const uses of others) expect(uses).toMatch(OTHERS);
    const lines = workflow(name)
      .text.split('\n')
      .filter((line) => /^ *- uses: (?!outpost\/)/.test(line));
    expect(lines).toHaveLength(others.length);
    for (const line of lines)
      expect(line.trim()).toMatch(/^- uses: [a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  },
);

test.each(names)(
  '%s gives our step valid inputs that exist on GitHub, and the token from a secret',
  (name) => {
    for (const { with: given } of deploying(name).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses === OURS),
    )) {
      expect(onGithub(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      expect(['${{ secrets.OUTPOST_TOKEN }}', FETCHED]).toContain(given['token']);
      const { token: _, ...others } = allFilled(given, {
        matrix: { service: 'web' },
        github: { sha: '0123abc' },
        needs: { changes: { outputs: { service: 'acme/api then acme/web' } } },
        inputs: { service: 'acme/web', 'token-name': 'GitHub Actions', 'health-check': '/healthz' },
      });
      expect(() => readConfig(others, aContext())).not.toThrow();
    }
  },
);

test.each(names)(
  '%s gives a rotation valid inputs that exist on GitHub, and both tokens from secrets',
  (name) => {
    for (const { with: given } of deploying(name).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses === ROTATE),
    )) {
      expect(onGithub(inputsOf('rotate'))).toEqual(expect.arrayContaining(Object.keys(given)));
      const { token, 'store-token': storeToken, ...others } = given;
      expect(token).toMatch(/^\$\{\{ secrets\.OUTPOST_[A-Z_]*TOKEN \}\}$/);
      expect(storeToken).toBe('${{ steps.app.outputs.token }}');
      expect(() => readRotateConfig(others, job)).not.toThrow();
    }
  },
);

test.each(names)(
  '%s has minimal permissions and its own concurrency group that cancels no run',
  (name) => {
    const { all, jobs } = workflow(name);
    expect(JSON.stringify(all['permissions'])).toMatch(/^(?:\{\}|\{"contents":"read"\})$/);
    const granted = jobs.flatMap(({ all: job }) =>
      job['permissions'] === undefined ? [] : [JSON.stringify(job['permissions'])],
    );
    for (const permissions of granted)
      expect(permissions).toMatch(
        /^\{"(?:(?:actions":"read",")?contents":"(?:read|write)|(?:id-token|pull-requests)":"write)"\}$/,
      );
    for (const { all: job } of deploying(name)) {
      const queue = asMapping(job['concurrency'] ?? all['concurrency']);
      expect(queue).toMatchObject({
        group: expect.stringMatching(/^(?:deploy|check|rotate|report)-/),
        'cancel-in-progress': false,
      });
      expect(job['permissions']).toEqual(GRANTED[name]);
    }
  },
);

test.each(names)(
  '%s sets a limit for each job that is longer than the timeout of our step',
  (name) => {
    for (const { all: job, steps } of workflow(name).jobs) {
      const minutes = Number(job['timeout-minutes']);
      const ownMs = steps
        .filter(({ uses }) => uses === OURS)
        .map(({ with: given }) => parseDurationMs(given['timeout'] ?? '15m') ?? 0);
      expect(minutes * 60_000).toBeGreaterThan(Math.max(0, ...ownMs));
    }
  },
);

test.each(names)('%s has no trigger that exposes secrets to strangers', (name) => {
  // YAML 1.1 parses the bare word `on` as true.
  const { all } = workflow(name);
  const events = Object.keys(
    asMapping((all as Mapping & { readonly true?: unknown })['on'] ?? all['true']),
  );
  expect(['push', 'pull_request', 'schedule', 'workflow_call', 'workflow_dispatch']).toEqual(
    expect.arrayContaining(events),
  );
});

test.each(names)('%s passes expressions to a shell only through its environment', (name) => {
  for (const { run } of workflow(name).jobs.flatMap(({ steps }) => steps))
    expect(run ?? '').not.toContain('${{');
});
