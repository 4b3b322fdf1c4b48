import { describe, expect, test } from '@jest/globals';
import type {
  DeploymentReport,
  FailureReport,
  Report,
  RunStatus,
  TokenReport,
} from '../../src/report/report.ts';
import { renderSummary } from '../../src/report/summary.ts';

function aDeploymentReport(fields: Partial<DeploymentReport> = {}): DeploymentReport {
  return {
    namespace: 'acme',
    service: 'web',
    branch: 'main',
    stage: 1,
    commit: '0123456789abcdef0123456789abcdef01234567',
    commit_source: undefined,
    previous_commit: undefined,
    reason: undefined,
    status: 'deployed',
    endpoint: 'https://web.acme.outpost.run',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:01:05.000Z',
    duration_seconds: 65,
    request_id: 'req_1',
    failure: undefined,
    log_tail: [],
    ...fields,
  };
}

function aReport(fields: Partial<Report> = {}): Report {
  return {
    version: '1.0.0',
    status: 'deployed',
    exit_status: 0,
    headline: 'acme/web is deployed and running.',
    phases: [],
    origin: 'https://outpost.run',
    commit: '0123456789abcdef0123456789abcdef01234567',
    commit_url: 'https://github.com/acme/web/commit/0123456789abcdef0123456789abcdef01234567',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:01:05.000Z',
    token: undefined,
    pre_deploy_job: undefined,
    deployments: [aDeploymentReport()],
    failure: undefined,
    ...fields,
  };
}

const aFailureReport: FailureReport = {
  phase: 'rollout',
  code: 'rollout-failed',
  attempted: 'Rolling out acme/web',
  happened: 'Outpost reports that the rollout failed',
  hint: 'Read the log.',
  request_id: 'req_9',
};
const aTokenReport: TokenReport = {
  name: 'ci',
  needed: ['service'],
  held: ['service'],
  missing: [],
  excess: [],
  expires_at: '2026-12-15T10:00:00.000Z',
  days_left: 40,
  last_used_at: null,
};

describe('the whole page', () => {
  test('a deploy that went well', () => {
    expect(renderSummary(aReport({ token: aTokenReport }))).toBe(
      [
        '## ✅ Deployed and running',
        '',
        'acme/web is deployed and running.',
        '',
        '| Service | Branch | Commit | Endpoint | Status | Time |',
        '| --- | --- | --- | --- | --- | --- |',
        '| `acme/web` | `main` | [`0123456`](https://github.com/acme/web/commit/0123456789abcdef0123456789abcdef01234567) | [`https://web.acme.outpost.run`](https://web.acme.outpost.run) | ✅ Deployed and running | 1 m 05 s |',
        '',
        '### Token `ci`',
        '',
        '| Scopes | |',
        '| --- | --- |',
        '| Needed | `service` |',
        '| Held | `service` |',
        '| Expires | ▰▰▰▰▰▱▱▱▱▱ 40 days left, 2026-12-15 |',
        '',
        'Made and regenerated in [Settings > Access Tokens](https://outpost.run/docs/teams/access-tokens).',
        '',
      ].join('\n'),
    );
  });

  test('a failure says why, what to change, the request and the last log lines', () => {
    const deployments = [
      aDeploymentReport({
        status: 'failed',
        failure: aFailureReport,
        log_tail: ['boot', 'panic: no DATABASE_URL'],
      }),
    ];
    expect(
      renderSummary(aReport({ status: 'failed', failure: aFailureReport, deployments })),
    ).toContain(
      [
        '### Why: [`rollout-failed`](https://github.com/outpost/deploy-action/blob/v1.0.0/docs/failures.md#rollout-failed)',
        '',
        '| While in | rollout |',
        '| --- | --- |',
        '| Attempted | `Rolling out acme/web` |',
        '| What happened | `Outpost reports that the rollout failed` |',
        '| What to change | `Read the log.` |',
        '| Request | `req_9` |',
        '',
        'Last log lines of `acme/web`:',
        '',
        '```text',
        'boot',
        'panic: no DATABASE_URL',
        '```',
      ].join('\n'),
    );
  });

  test('a run that came to nothing has its verdict and its failure, and no empty tables', () => {
    const page = renderSummary(
      aReport({
        status: 'failed',
        deployments: [],
        failure: { ...aFailureReport, request_id: undefined },
      }),
    );
    expect(page).toMatch(/^## ❌ Failed\n\n`acme\/web is deployed and running\.`\n\n### Why/);
    expect(page).not.toMatch(/\| Service \||\| Request|### Token|undefined/);
  });
});

test.each<[RunStatus, string]>([
  ['deployed', '✅ Deployed and running'],
  ['accepted', '✅ Accepted, not waited for'],
  ['checked', '✅ Checked, nothing was changed'],
  ['failed', '❌ Failed'],
  ['rolled-back', '↩️ Rolled back'],
  ['superseded', '❌ Superseded by another deploy'],
  ['timed-out', '⏱️ Not done in time'],
  ['unknown', '❓ Outcome unknown'],
  ['cancelled', '🚫 Cancelled'],
])('%s is headed "%s"', (status, title) => {
  expect(renderSummary(aReport({ status })).split('\n')[0]).toBe(`## ${title}`);
});

describe('the token', () => {
  test.each<[string, Partial<TokenReport>, string]>([
    ['one that never expires', { expires_at: null, days_left: undefined }, '| Expires | never |'],
    [
      'an expiry that is not known',
      { expires_at: undefined, days_left: undefined },
      '| Expires | not known |',
    ],
    ['scopes that Outpost did not tell', { held: undefined }, '| Held | not known |'],
    ['a token without scopes', { held: [] }, '| Held | nothing |'],
    ['a scope that is missing', { held: [], missing: ['service'] }, '| Missing | `service` |'],
    [
      'scopes that are not needed',
      { excess: ['repo', 'machine'] },
      '| Not needed | `repo` `machine` |',
    ],
    ['a name that is foreign text', { name: 'a|b' }, '### Token `a\\|b`'],
    ['a scope that is foreign text', { held: ['<b>'] }, '| Held | `<b>` |'],
  ])('%s', (_, fields, line) => {
    expect(renderSummary(aReport({ token: { ...aTokenReport, ...fields } }))).toContain(line);
  });

  test('without a name there is no empty span in the title', () => {
    expect(renderSummary(aReport({ token: { ...aTokenReport, name: undefined } }))).toContain(
      '### Token\n',
    );
  });
});

describe('foreign text stays text', () => {
  const evil = '`</td><img src=x>|[a](https://evil.example)\n## forged';

  test('in every field that comes from outside', () => {
    const failure = {
      ...aFailureReport,
      happened: evil,
      attempted: evil,
      hint: evil,
      request_id: evil,
    };
    const deployments = [
      aDeploymentReport({ branch: evil, commit: evil, log_tail: ['```', evil], failure }),
    ];
    const lines = renderSummary(
      aReport({ status: 'failed', failure, deployments, commit_url: undefined }),
    ).split('\n');
    const block = lines.slice(lines.indexOf('````text'), lines.lastIndexOf('````') + 1);
    const outside = lines.filter((line) => !block.includes(line));
    expect(block.length).toBeGreaterThan(3);
    expect(outside.filter((line) => line.startsWith('#'))).toEqual([
      '## ❌ Failed',
      '### Why: [`rollout-failed`](https://github.com/outpost/deploy-action/blob/v1.0.0/docs/failures.md#rollout-failed)',
    ]);
    for (const line of outside)
      expect(line.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).not.toMatch(/<img|evil\.example/);
    for (const row of outside.filter((line) => line.includes('forged'))) {
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(row.includes('acme/web') ? 7 : 3);
    }
  });

  test('an address that would end its link early is encoded', () => {
    const page = renderSummary(
      aReport({ deployments: [aDeploymentReport({ endpoint: 'https://x.example/a)b(c|d>e' })] }),
    );
    expect(page).toContain('](https://x.example/a%29b%28c%7Cd%3Ee)');
  });

  test('without the address of a commit its name is shown alone, and without a commit nothing', () => {
    expect(renderSummary(aReport({ commit_url: undefined }))).toContain('| `0123456` |');
    expect(
      renderSummary(
        aReport({
          deployments: [
            aDeploymentReport({
              commit: undefined,
              endpoint: undefined,
              duration_seconds: undefined,
            }),
          ],
        }),
      ),
    ).toContain('| `acme/web` | `main` | not shown by Outpost |  | ✅ Deployed and running |  |');
  });
});

describe('the picture of the phases', () => {
  const phases = [
    {
      phase: 'check',
      service: undefined,
      started_at: '2026-01-01T00:00:00.000Z',
      finished_at: '2026-01-01T00:00:01.000Z',
    },
    {
      phase: 'deploy',
      service: 'acme/web',
      started_at: '2026-01-01T00:00:01.000Z',
      finished_at: '2026-01-01T00:00:01.000Z',
    },
    {
      phase: 'rollback',
      service: 'acme/web',
      started_at: '2026-01-01T00:00:02.000Z',
      finished_at: '2026-01-01T00:00:12.000Z',
    },
  ] as const;

  test('one section a service, bars in milliseconds, none without length', () => {
    expect(renderSummary(aReport({ phases }))).toContain(
      [
        '```mermaid',
        'gantt',
        '  dateFormat x',
        '  axisFormat %H:%M:%S',
        '  section run',
        '  check :1767225600000, 1767225601000',
        '  section acme/web',
        '  deploy :1767225601000, 1767225601250',
        '  rollback :crit, 1767225602000, 1767225612000',
        '```',
      ].join('\n'),
    );
  });
});

test('a summary over the limit is cut on the border of a line, and says so', () => {
  const deployments = Array.from({ length: 20_000 }, (_, index) =>
    aDeploymentReport({ service: `s${index}` }),
  );
  const page = renderSummary(aReport({ deployments }));
  expect(Buffer.byteLength(page)).toBeLessThan(1_048_576);
  expect(page).toMatch(/\|\n\nThe rest of this summary was cut/);
});
