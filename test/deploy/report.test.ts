import { describe, expect, test } from '@jest/globals';
import type { Config } from '../../src/deploy/config.ts';
import type { Pushed } from '../../src/deploy/push/push.ts';
import { makeReport, type Progress } from '../../src/deploy/report.ts';
import type { Verdict } from '../../src/deploy/rollout/verdict.ts';
import { Failure, type FailureCode } from '../../src/lib/failure.ts';
import { publicationOf } from '../../src/report/publication.ts';
import type { DeploymentReport, RunStatus } from '../../src/report/report.ts';
import {
  aConfig,
  aContext,
  aFakeClock,
  aForm,
  anAcceptance,
  aReceipt,
  aService,
  aVerdict,
} from '../support/build.ts';

function aPush(outcome: Pushed['outcome']): Pushed {
  return {
    outcome,
    commit: '0123456789abcdef0123456789abcdef01234567',
    branch: 'main',
    formerCommit: undefined,
    newerCommits: 2,
    startWallMs: 0,
    endWallMs: 1,
  };
}

const startedWallMs = Date.parse('2026-01-01T00:00:00Z');
const web = { namespace: 'acme', service: 'web', branch: 'main', stage: 1 };
const api = { namespace: 'acme', service: 'api', branch: 'main', stage: 1 };

function report(known: Progress, context = aContext()) {
  const clock = aFakeClock(startedWallMs);
  clock.advance(90_000);
  return makeReport(known, context, startedWallMs, clock, '1.2.3');
}

function aFailure(code: FailureCode, happened = 'it did not work'): Failure {
  return new Failure({
    code,
    attempted: 'Rolling out acme/web',
    happened,
    hint: 'Mend it.',
    requestId: 'req_1',
  });
}

function ended(status: RunStatus, code?: FailureCode): Verdict {
  return aVerdict({ status, failure: code === undefined ? undefined : aFailure(code, code) });
}

function failedOf(service: string, code: FailureCode): Verdict {
  const receipt = aReceipt();
  const target = { ...web, service };
  const attempted = `Rolling out acme/${service}`;
  const happened = 'it did not work';
  return aVerdict({
    receipt: { ...receipt, deploy: { ...receipt.deploy, target } },
    status: 'failed',
    failure: new Failure({ code, attempted, happened, hint: 'Mend it.', requestId: service }),
  });
}

function knownOf(verdicts: readonly Verdict[], config: Partial<Config> = {}): Progress {
  return {
    config: aConfig(config),
    plan: {
      config: aConfig(config),
      skewMs: 0,
      form: aForm(),
      checkout: undefined,
      job: undefined,
      deploys: [],
    },
    released: { verdicts, skipped: [] },
  };
}

test('a successful run', () => {
  expect(report(knownOf([aVerdict()]))).toEqual({
    version: '1.2.3',
    status: 'deployed',
    exit_status: 0,
    headline: 'acme/web is deployed and running.',
    phases: [
      {
        phase: 'deploy',
        service: 'acme/web',
        started_at: '2026-01-01T00:00:00.000Z',
        finished_at: '2026-01-01T00:00:01.000Z',
      },
      {
        phase: 'rollout',
        service: 'acme/web',
        started_at: '2026-01-01T00:00:01.000Z',
        finished_at: '2026-01-01T00:01:05.000Z',
      },
    ],
    origin: 'https://outpost.run',
    commit: '0123456789abcdef0123456789abcdef01234567',
    commit_url: 'https://github.com/acme/web/commit/0123456789abcdef0123456789abcdef01234567',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:01:30.000Z',
    token: undefined,
    pre_deploy_job: undefined,
    deployments: [
      {
        namespace: 'acme',
        service: 'web',
        branch: 'main',
        stage: 1,
        commit: undefined,
        commit_source: undefined,
        previous_commit: undefined,
        status: 'deployed',
        reason: undefined,
        endpoint: undefined,
        started_at: '2026-01-01T00:00:00.000Z',
        finished_at: '2026-01-01T00:01:05.000Z',
        duration_seconds: 65,
        request_id: 'req_1',
        failure: undefined,
        log_tail: [],
      },
    ],
    failure: undefined,
  });
});

describe('the status and the exit status', () => {
  test.each<[string, Progress, RunStatus, number]>([
    ['deployed', knownOf([ended('deployed')]), 'deployed', 0],
    ['accepted and not waited for', knownOf([ended('accepted')]), 'accepted', 0],
    [
      'a dry run',
      {
        config: aConfig({ dryRun: true }),
        plan: {
          config: aConfig({ dryRun: true }),
          skewMs: 0,
          form: aForm(),
          checkout: undefined,
          job: undefined,
          deploys: [],
        },
      },
      'checked',
      0,
    ],
    [
      'one of two failed',
      knownOf([ended('deployed'), ended('failed', 'rollout-failed')]),
      'failed',
      5,
    ],
    [
      'unknown is worse than failed',
      knownOf([ended('failed', 'forbidden'), ended('unknown', 'outcome-unknown')]),
      'unknown',
      7,
    ],
    [
      'failed is worse than timed out',
      knownOf([ended('timed-out', 'timed-out'), ended('failed', 'rollout-failed')]),
      'failed',
      5,
    ],
    [
      'timed out is worse than deployed',
      knownOf([ended('timed-out', 'timed-out'), ended('deployed')]),
      'timed-out',
      6,
    ],
    ['superseded', knownOf([ended('superseded', 'superseded')]), 'superseded', 5],
    ['rolled back', knownOf([ended('rolled-back', 'rolled-back')]), 'rolled-back', 5],
    [
      'a cancel takes precedence',
      knownOf([ended('unknown', 'outcome-unknown'), ended('cancelled', 'terminated')]),
      'cancelled',
      143,
    ],
    ['Ctrl-C before anything was read', { failure: aFailure('interrupted') }, 'cancelled', 130],
    ['a bad configuration', { failure: aFailure('config-invalid') }, 'failed', 2],
    ['a rejected token', { config: aConfig(), failure: aFailure('token-rejected') }, 'failed', 3],
    [
      'no time left to start',
      { config: aConfig(), failure: aFailure('timed-out') },
      'timed-out',
      6,
    ],
    [
      'Outpost is unavailable before anything was sent',
      { config: aConfig(), failure: aFailure('unavailable') },
      'failed',
      8,
    ],
    ['an internal error', { config: aConfig(), failure: aFailure('internal') }, 'failed', 1],
    [
      'a dry run that found an expired token',
      { config: aConfig({ dryRun: true }), failure: aFailure('token-expired') },
      'failed',
      3,
    ],
  ])('%s', (_, known, status, exit_status) => {
    expect(report(known)).toMatchObject({ status, exit_status });
  });
});

describe('the headline', () => {
  test.each<[string, Progress, string]>([
    [
      'two services',
      knownOf([aVerdict(), aVerdict()], { targets: [web, api] }),
      '2 services are deployed and running.',
    ],
    [
      'accepted claims nothing more',
      knownOf([ended('accepted')]),
      'Outpost accepted the deploy of acme/web. This run did not wait for the rollout.',
    ],
    [
      'a dry run claims nothing more',
      {
        config: aConfig({ dryRun: true }),
        plan: {
          config: aConfig({ dryRun: true }),
          skewMs: 0,
          form: aForm(),
          checkout: undefined,
          job: undefined,
          deploys: [],
        },
      },
      'Checked: acme/web can be deployed. Nothing was changed.',
    ],
    [
      'one failure',
      { failure: aFailure('forbidden', 'Outpost answered 403') },
      'Rolling out acme/web: Outpost answered 403.',
    ],
    [
      'several problems: the first line',
      { failure: aFailure('config-invalid', '2 problems with the inputs:\n- a\n- b') },
      'Rolling out acme/web: 2 problems with the inputs.',
    ],
    [
      'some of several',
      knownOf([
        ended('deployed'),
        ended('failed', 'rollout-failed'),
        ended('timed-out', 'timed-out'),
      ]),
      'acme/web failed, acme/web timed out; 1 deployed. Rolling out acme/web: rollout-failed.',
    ],
    [
      'more failures than are named, and a stage that never started',
      {
        ...knownOf(['a', 'b', 'c', 'd', 'e'].map((service) => failedOf(service, 'rollout-failed'))),
        released: {
          verdicts: [
            ...['a', 'b', 'c', 'd'].map((service) => failedOf(service, 'rollout-failed')),
            ended('deployed'),
          ],
          skipped: [{ deploy: aReceipt().deploy, because: 'acme/a in stage 1 failed' }],
        },
      },
      'acme/a failed, acme/b failed, acme/c failed; 1 more failed, 1 deployed, 1 skipped. Rolling out acme/a: it did not work.',
    ],
    [
      'a service that was rolled back with the one that failed',
      knownOf([
        { ...ended('rolled-back'), reason: 'taken back with the release' },
        { ...failedOf('api', 'rollout-failed'), status: 'rolled-back' },
      ]),
      'acme/api failed and was rolled back; 1 more rolled back. Rolling out acme/api: it did not work.',
    ],
  ])('%s', (_, known, headline) => {
    expect(report(known).headline).toBe(headline);
  });
});

describe('a failure', () => {
  test('of the run is reported in full', () => {
    expect(report({ failure: aFailure('forbidden') })).toMatchObject({
      origin: undefined,
      deployments: [],
      failure: {
        code: 'forbidden',
        attempted: 'Rolling out acme/web',
        happened: 'it did not work',
        hint: 'Mend it.',
        request_id: 'req_1',
      },
    });
  });

  test('of a service is reported with the service and its last log lines', () => {
    const verdict = { ...ended('failed', 'rollout-failed'), logTail: ['panic'] };
    expect(report(knownOf([aVerdict(), verdict])).deployments).toMatchObject([
      { failure: undefined, log_tail: [] },
      { failure: { code: 'rollout-failed' }, log_tail: ['panic'] },
    ]);
  });
});

describe('the endpoint is untrusted and becomes a link', () => {
  test.each([
    ['https://web.acme.outpost.run/', 'https://web.acme.outpost.run'],
    ['http://10.0.0.1:3000', 'http://10.0.0.1:3000'],
    ['https://a b', undefined],
    ['javascript:alert(1)', undefined],
    ['https://user:s3cret@web.example', undefined],
    ['https://user@web.example', undefined],
    ['https://:s3cret@web.example', undefined],
    ['web.example', undefined],
    [undefined, undefined],
  ])('%s becomes %s', (endpoint, shown) => {
    expect(
      report(knownOf([aVerdict({ service: aService({ endpoint }) })])).deployments[0]?.endpoint,
    ).toBe(shown);
  });

  test("comes from the last look, then the deploy's answer, then the baseline", () => {
    const deploy = {
      target: web,
      baseline: aService({ endpoint: 'https://before.example' }),
      commit: undefined,
      wasPushedBefore: false,
      isStale: false,
      isProvedByHealth: false,
      callsBefore: 0,
    };
    const answer = {
      kind: 'accepted',
      acceptance: anAcceptance({ endpoint: 'https://answer.example' }),
      attached: false,
    } as const;
    const endpointOf = (fields: Partial<Verdict>) =>
      report(knownOf([aVerdict(fields)])).deployments[0]?.endpoint;
    expect([
      endpointOf({
        receipt: aReceipt({ deploy, answer }),
        service: aService({ endpoint: 'https://seen.example' }),
      }),
      endpointOf({ receipt: aReceipt({ deploy, answer }), service: undefined }),
      endpointOf({ receipt: aReceipt({ deploy }), service: undefined }),
    ]).toEqual(['https://seen.example', 'https://answer.example', 'https://before.example']);
  });
});

describe('a run that deployed nothing reports what is known', () => {
  const config = aConfig({ targets: [web, api] });
  const { released: _, ...dry } = knownOf([], { dryRun: true });
  const token = {
    name: 'ci',
    needed: ['service'],
    held: ['service'],
    missing: [],
    excess: [],
    expires_at: '2026-01-04T00:00:00.000Z',
    days_left: 3,
    expires_soon: true,
    last_used_at: null,
  };
  const read = {
    found: new Map([
      ['acme/web', aService({ endpoint: 'https://web.example', commit: 'feedbeef' })],
    ]),
    failures: new Map([['acme/api', aFailure('not-found')]]),
  };

  test('if the check failed after the token was read: token facts, endpoint, and request', () => {
    const known = { config, token, read, failure: aFailure('not-found') };
    const outputs = publicationOf(report(known)).outputs();
    expect(outputs).toMatchObject({
      endpoint: 'https://web.example',
      'token-scopes': 'service',
      'token-expires-at': '2026-01-04T00:00:00.000Z',
      'token-days-left': '3',
      'failure-code': 'not-found',
    });
    expect(JSON.parse(outputs['deployments'] ?? '')).toMatchObject([
      { service: 'web', status: 'skipped', commit: 'feedbeef', request_id: null },
      { service: 'api', status: 'failed', reason: null, request_id: 'req_1' },
    ]);
  });

  test.each<[string, Progress, Partial<DeploymentReport>]>([
    [
      'only its inputs were read',
      { config, failure: aFailure('token-missing') },
      {
        status: 'skipped',
        reason: 'the run ended before its deploy: token-missing',
        endpoint: undefined,
      },
    ],
    [
      'a dry run',
      { ...dry, config, read },
      { status: 'checked', reason: undefined, endpoint: 'https://web.example' },
    ],
    [
      'a push that was skipped',
      { config, read, pushed: aPush('skipped') },
      { status: 'skipped', reason: 'the branch on Outpost is ahead of this commit' },
    ],
  ])('%s', (_, known, row) => {
    expect(report(known).deployments[0]).toMatchObject(row);
  });

  test('a deploy that may have been called is not reported as skipped', () => {
    const released = { verdicts: [], skipped: [] };
    expect(report({ config, released, failure: aFailure('internal') }).deployments).toEqual([]);
  });
});

describe('the phase that failed', () => {
  const rollback = { phase: 'rollback', startWallMs: 0, endWallMs: 1 } as const;
  const check = { phase: 'health check', startWallMs: 0, endWallMs: 1 } as const;
  const saved = new Failure({ ...aFailure('rollout-failed'), cause: aFailure('rollout-failed') });
  test.each([
    ['a rollout that was rolled back', saved, [rollback], 'rollout'],
    ['a health check that was rolled back', saved, [check, rollback], 'health check'],
    ['a health check', aFailure('health-check-failed'), [check], 'health check'],
    ['the rollback of a healthy service', aFailure('rollout-failed'), [rollback], 'rollback'],
  ])('%s', (_, failure, later, phase) => {
    const verdict = aVerdict({ status: 'failed', failure, later });
    expect(report(knownOf([verdict])).failure?.phase).toBe(phase);
  });
});

test('the commit that Outpost shows takes precedence over the built one', () => {
  expect(
    report(knownOf([aVerdict({ service: aService({ commit: 'feedbeef' }) })])).deployments[0]
      ?.commit,
  ).toBe('feedbeef');
});
