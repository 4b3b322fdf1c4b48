import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import { exitStatusByCode, type FailureCode } from '../../src/lib/failure.ts';
import type { PlainFailure } from '../../src/report/report.ts';
import { needsPosixAtOnce } from '../support/posix.ts';
import { type RehearsalOptions, rehearse } from '../support/rehearse.ts';
import { runToken } from '../support/run-token.ts';
import { githubSite, type SiteOptions } from '../support/token-site.ts';
import { openOutpost } from '../tokens/outpost.ts';
import { expectPage, expectTexts } from './failure-texts.ts';

const quick = { rollout: [{ status: 'deploying', looks: 1 }, { status: 'running' }] } as const;
const failing = (...faults: readonly FaultRule[]): RehearsalOptions => ({
  scenario: { ...quick, faults },
  inputs: { timeout: '30s' },
});
const json = { 'content-type': 'application/json' };
const answer = (
  on: FaultRule['on'],
  status: number,
  body = '{"error":{"code":"x","message":"no"}}',
  times: FaultRule['times'] = 'always',
  skip = 0,
): FaultRule => ({
  on,
  skip,
  times,
  do: { kind: 'answer', status, headers: json, body },
});
/** A service as Outpost shows it, with the live deployment. */
const seen = (status: string, id: string): string =>
  JSON.stringify({ name: 'web', status, updated_at: `${status}${id}`, deployment: { id } });
const showing = (status: string, commit: string): string =>
  JSON.stringify({ name: 'web', status, commit });

let folder = '';
let jobFolder = '';
let commit = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-codes-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  git('init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'prod.env'), 'TOKEN=op_pat_7Kd92mXqPz41LtVb8Rwe\n');
  git('add', '-A');
  git('commit', '-qm', 'one');
  commit = git('rev-parse', 'HEAD');
  jobFolder = mkdtempSync(join(tmpdir(), 'outpost-codes-job-'));
  writeFileSync(join(jobFolder, 'migrate.json'), '{"name": "migrate", "commit": "{commit}"}');
});
afterAll(() => {
  for (const made of [folder, jobFolder]) rmSync(made, { recursive: true, force: true });
});

/** Kills the run while its rollout is in progress. */
function killed(signal: NodeJS.Signals): RehearsalOptions {
  return {
    scenario: { rollout: [{ status: 'deploying' }] },
    during: async ({ emulator, clock, child }) => {
      await clock.until(
        () => emulator.requests.some(({ operation }) => operation === 'service.deploy'),
        'the deploy was sent',
      );
      child.kill(signal);
    },
  };
}
/** Makes the run try only the documented address. */
const documentedForm = { 'service-path': '/{namespace}/service/{service}' };
const pushing = (
  faults: readonly FaultRule[],
  inputs: Readonly<Record<string, string>> = {},
): RehearsalOptions => ({
  scenario: { ...quick, faults },
  scopes: ['service', 'repo'],
  inputs: { push: 'acme/web', username: 'ada', 'leak-scan': 'off', ...inputs },
});

interface FailedCommand {
  readonly exitStatus: number | null;
  readonly failure: PlainFailure | undefined;
}

/** A rotation of a token in a GitHub secret in which something goes wrong. */
async function rotate(
  options: SiteOptions,
  inputs: Readonly<Record<string, string>> = {},
  storeStatus?: number,
): Promise<FailedCommand> {
  const site = await githubSite(options);
  if (storeStatus !== undefined)
    site.keeper.server.failNext({ mode: 'status', status: storeStatus, times: 9 });
  const { exitStatus, report } = await site.run({ inputs });
  return { exitStatus, failure: report?.failure };
}
const refusing = (on: FaultRule['on'], status: number): SiteOptions => ({
  scenario: { faults: [answer(on, status)] },
});

/** How to produce the codes that a deploy never ends with. */
const tokenWays = {
  'token-needs-attention': async () => {
    const { emulator, clock } = await openOutpost();
    const expiresAt = new Date(clock.nowMs() + 3 * 86_400_000).toISOString();
    emulator.world.createToken({ name: 'deploy', scopes: ['service'], expiresAt });
    const token = emulator.world.createToken({ name: 'manager', scopes: ['admin:org'] });
    const inputs = { origin: emulator.origin, 'token-name': 'deploy', strict: 'true' };
    const args = ['--json'];
    const run = { host: 'shell', verb: 'report', args, token, clock, inputs } as const;
    const { exitStatus, stdout } = await runToken(run);
    return { exitStatus, failure: JSON.parse(stdout).failure };
  },
  'token-value-lost': () => rotate(refusing('token.get', 401), { strategy: 'regenerate' }),
  'token-not-revoked': () => rotate(refusing('token.revoke', 403)),
  'store-refused': () => rotate({}, {}, 409),
  'store-unavailable': () => rotate({}, {}, 500),
} as const satisfies Readonly<Partial<Record<FailureCode, () => Promise<FailedCommand>>>>;

/** How to produce each code. `internal` has no row, since it is for unknown bugs. */
const ways: Readonly<
  Record<Exclude<FailureCode, 'internal' | keyof typeof tokenWays>, () => RehearsalOptions>
> = {
  'config-invalid': () => ({ scenario: quick, inputs: { service: 'acme/web/x' } }),
  'unsafe-trigger': () => ({ scenario: quick, env: { GITHUB_EVENT_NAME: 'issue_comment' } }),
  'unsafe-environment': () => ({ scenario: quick, env: { CI_DEBUG_TRACE: 'true' } }),
  'token-missing': () => ({ scenario: quick, env: { INPUT_TOKEN: '' } }),
  'token-malformed': () => ({ scenario: quick, env: { INPUT_TOKEN: 'two words' } }),
  'service-unreadable': () => ({ scenario: { ...quick, dialect: 'none', elsewhere: 'html' } }),
  'token-rejected': () => ({
    scenario: quick,
    prepare: ({ world }) => world.revokeToken('ada', 'rehearsal'),
  }),
  'token-expired': () => ({ scenario: 'expired-token' }),
  'token-expires-during-run': () => ({ scenario: quick, expiresInHours: 0.1 }),
  'token-scope-missing': () => ({ scenario: 'missing-scope' }),
  'token-scope-excess': () => ({
    scenario: quick,
    scopes: ['service', 'job'],
    inputs: { 'least-privilege': 'error' },
  }),
  'token-name-unknown': () => ({ scenario: quick, inputs: { 'token-name': 'rehersal' } }),
  'token-unchecked': () => ({
    ...failing(answer('token.list', 403), answer('token.get', 403)),
    inputs: { 'least-privilege': 'error' },
  }),
  'token-in-repository': () => ({
    scenario: quick,
    inputs: { 'leak-scan': 'error' },
    checkout: { folder, commit },
  }),
  'pre-deploy-failed': () => ({
    scenario: 'migration-failed',
    // The folder isn't a repository, so its commit is the run's.
    checkout: { folder: jobFolder, commit: '0123456789abcdef0123456789abcdef01234567' },
    inputs: { 'pre-deploy-job': 'migrate.json' },
  }),
  forbidden: () => failing(answer('service.deploy', 403)),
  'not-found': () => ({ scenario: 'unknown-service' }),
  conflict: () => failing(answer('service.deploy', 409)),
  refused: () => failing(answer('service.deploy', 422)),
  redirected: () => ({
    ...failing({
      on: 'service.get',
      times: 'always',
      do: { kind: 'redirect', status: 302, location: 'https://elsewhere.example/' },
    }),
    inputs: documentedForm,
  }),
  'unexpected-answer': () => ({ scenario: 'html-login', inputs: documentedForm }),
  'rollout-failed': () => ({ scenario: 'failing-rollout' }),
  'service-stopped': () => ({ scenario: 'stopped' }),
  'health-check-failed': () => ({
    scenario: quick,
    inputs: { 'health-check': 'http://127.0.0.1:9/', timeout: '60s' },
  }),
  superseded: () => ({ scenario: 'superseded' }),
  'wrong-service': () => ({ scenario: 'wrong-service' }),
  'commit-mismatch': () => ({
    ...failing(
      answer('service.get', 200, showing('running', 'decade0'), 1),
      answer('service.get', 200, showing('deploying', 'decade0'), 1, 0),
      answer('service.get', 200, showing('running', 'decade0'), 'always', 0),
    ),
    inputs: { proof: 'commit' },
  }),
  'rolled-back': () =>
    failing(
      answer('service.get', 200, seen('running', 'dep_1'), 1),
      answer('service.get', 200, seen('deploying', 'dep_2'), 1, 0),
      answer('service.get', 200, seen('running', 'dep_1'), 'always', 0),
    ),
  'timed-out': () => ({ scenario: 'never-ready' }),
  'outcome-unknown': () => ({ scenario: 'lost-answer-unknown' }),
  'rollout-unproven': () => ({ scenario: 'rolling' }),
  unavailable: () => ({ scenario: 'unavailable' }),
  'rate-limited': () =>
    failing({
      on: 'service.get',
      times: 'always',
      do: { kind: 'answer', status: 429, headers: { ...json, 'retry-after': '3600' }, body: '{}' },
    }),
  'push-not-possible': () => pushing([]),
  'push-refused': () => ({
    ...pushing([], { username: 'somebody' }),
    checkout: { folder, commit },
  }),
  'push-rejected': () => ({
    scenario: 'push-protected',
    inputs: { 'leak-scan': 'off' },
    checkout: { folder, commit },
  }),
  'push-lost': () => ({
    ...pushing([{ on: 'git.advertise', times: 'always', do: { kind: 'reset' } }]),
    checkout: { folder, commit },
  }),
  interrupted: () => killed('SIGINT'),
  terminated: () => killed('SIGTERM'),
};

const SAYS = '%s: exit status, output, annotation and summary say the same';
const isSignal = ([code]: readonly [string, unknown]): boolean =>
  code === 'interrupted' || code === 'terminated';
const rows = Object.entries(ways);
test.concurrent.each(rows.filter((row) => !isSignal(row)))(SAYS, sayTheSame);
needsPosixAtOnce().each(rows.filter(isSignal))(SAYS, sayTheSame);

test.each(Object.entries(tokenWays))(
  '%s: the exit status and the report match',
  async (code, way) => {
    const { exitStatus, failure } = await way();
    expect({ code: failure?.code, exitStatus }).toEqual({
      code,
      exitStatus: exitStatusByCode[code as FailureCode],
    });
    expectTexts(failure);
  },
);

test('failure-texts.md has a section per code, in the order of the table', expectPage);

async function sayTheSame(code: string, way: () => RehearsalOptions): Promise<void> {
  const { exitStatus, outputs, log, summary, report } = await rehearse(way());
  expect({ code: outputs['failure-code'], exitStatus }).toEqual({
    code,
    exitStatus: exitStatusByCode[code as FailureCode],
  });
  const error = log.annotations.find(({ level }) => level === 'error');
  const page = `/docs/failures.md#${code}`;
  expect(error?.properties['title']).toMatch(
    new RegExp(`^Outpost deploy: ${code} \\(exit status ${exitStatus}, while in `),
  );
  expect(error?.message).toContain(page);
  expect(summary).toContain(
    `### Why: [\`${code}\`](https://github.com/outpost/deploy-action/blob/v`,
  );
  expect(summary).toContain(page);
  expect(report?.failure).toMatchObject({ code, phase: expect.any(String) });
  for (const part of [report?.failure?.attempted, report?.failure?.hint])
    expect(error?.message).toContain(part);
  expectTexts(report?.failure);
}
