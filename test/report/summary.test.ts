import { describe, expect, test } from '@jest/globals';
import type {
  DeploymentReport,
  FailureReport,
  PhaseReport,
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

function aPhase(phase: PhaseReport['phase']): PhaseReport {
  return {
    phase,
    service: 'acme/web',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:00:10.000Z',
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
  expires_soon: false,
  last_used_at: null,
};

describe('the whole page', () => {
  test('a successful deploy', () => {
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
        '| Expires | ▰▰▰▰▰▱▱▱▱▱ in 40 days, 2026-12-15 |',
        '',
        'Manage it in [Settings > Access Tokens](https://outpost.run/docs/teams/access-tokens).',
        '',
      ].join('\n'),
    );
  });

  test('a failure: what to do, the log lines, why, then the rest', () => {
    const deployments = [
      aDeploymentReport({ service: 'api' }),
      aDeploymentReport({
        status: 'failed',
        commit: undefined,
        failure: aFailureReport,
        log_tail: ['boot', 'panic: no DATABASE_URL'],
      }),
    ];
    const phases = [aPhase('rollout')];
    const job = {
      namespace: 'acme',
      name: 'migrate-0123456-1',
      status: 'succeeded',
      started_at: '2026-01-01T00:00:00.000Z',
      finished_at: '2026-01-01T00:00:12.000Z',
      log_tail: [],
    } as const;
    const report = aReport({
      status: 'failed',
      headline: 'acme/web failed; 1 deployed.',
      failure: aFailureReport,
      deployments,
      phases,
      pre_deploy_job: job,
    });
    expect(renderSummary(report).split('```mermaid')[0]).toBe(
      [
        '## ❌ Failed',
        '',
        '`acme/web failed; 1 deployed.`',
        '',
        '**What to do:** `Read the log.`',
        '',
        'Last log lines of `acme/web`:',
        '',
        '```text',
        'boot',
        'panic: no DATABASE_URL',
        '```',
        '',
        '### Why: [`rollout-failed`](https://github.com/outpost/deploy-action/blob/v1.0.0/docs/failures.md#rollout-failed)',
        '',
        'Phase: rollout. Request: `req_9`.',
        '',
        '| Service | Branch | Commit | Endpoint | Status | Time |',
        '| --- | --- | --- | --- | --- | --- |',
        '| `acme/web` | `main` | not shown by Outpost | [`https://web.acme.outpost.run`](https://web.acme.outpost.run) | ❌ Failed | 1 m 05 s |',
        '| `acme/api` | `main` | [`0123456`](https://github.com/acme/web/commit/0123456789abcdef0123456789abcdef01234567) | [`https://web.acme.outpost.run`](https://web.acme.outpost.run) | ✅ Deployed and running | 1 m 05 s |',
        '',
        '✅ Pre-deploy job `acme/migrate-0123456-1`: succeeded after 12 s.',
        '',
        '',
      ].join('\n'),
    );
  });

  test('names every failure with its request id, and folds the other log lines', () => {
    const other = { ...aFailureReport, attempted: 'Rolling out acme/api', request_id: 'req_8' };
    const page = renderSummary(
      aReport({
        status: 'failed',
        failure: aFailureReport,
        deployments: [
          aDeploymentReport({ failure: aFailureReport, log_tail: ['panic'] }),
          aDeploymentReport({ service: 'api', failure: other, log_tail: ['out of memory'] }),
        ],
      }),
    );
    expect(page).toContain(
      ' Request: `req_9`.\n\n- `Rolling out acme/api: Outpost reports that the rollout failed` (request `req_8`)\n',
    );
    expect(page).toContain(
      '<details><summary>More log lines</summary>\n\nLast log lines of `acme/api`:\n\n```text\nout of memory\n```\n\n</details>',
    );
    expect(page.indexOf('panic')).toBeLessThan(page.indexOf('### Why'));
  });

  test('a list stays a list', () => {
    const happened = '2 problems with the inputs:\n- `api`: unknown key\n\n- `branch`: a tag';
    const failure = { ...aFailureReport, happened };
    expect(renderSummary(aReport({ status: 'failed', failure, deployments: [] }))).toContain(
      '\n\n- `` `api`: unknown key ``\n- `` `branch`: a tag ``\n',
    );
  });

  test('a run without deployments has its verdict and failure, and no empty tables', () => {
    const page = renderSummary(
      aReport({
        status: 'failed',
        deployments: [],
        failure: { ...aFailureReport, request_id: undefined },
      }),
    );
    expect(page).toMatch(
      /^## ❌ Failed\n\n`acme\/web is deployed and running\.`\n\n\*\*What to do:\*\* `Read the log\.`\n\n### Why/,
    );
    expect(page).not.toMatch(/\| Service \||[Rr]equest|### Token|undefined/);
  });
});

test.each<[RunStatus, string]>([
  ['deployed', '✅ Deployed and running'],
  ['accepted', '✅ Accepted, rollout not followed'],
  ['checked', '✅ Checked, nothing was changed'],
  ['failed', '❌ Failed'],
  ['rolled-back', '↩️ Rolled back'],
  ['superseded', '❌ Superseded by another deploy'],
  ['timed-out', '⏱️ Timed out'],
  ['unknown', '❓ Outcome unknown'],
  ['cancelled', '🚫 Cancelled'],
])('%s has the title "%s"', (status, title) => {
  expect(renderSummary(aReport({ status })).split('\n')[0]).toBe(`## ${title}`);
});

describe('the token', () => {
  test.each<[string, Partial<TokenReport>, string]>([
    [
      'a token that never expires',
      { expires_at: null, days_left: undefined },
      '| Expires | never |',
    ],
    [
      'an unknown expiry',
      { expires_at: undefined, days_left: undefined },
      '| Expires | not known |',
    ],
    ['scopes that Outpost did not show', { held: undefined }, '| Held | not known |'],
    ['a token without scopes', { held: [] }, '| Held | nothing |'],
    ['a missing scope', { held: [], missing: ['service'] }, '| Missing | `service` |'],
    [
      'a token that expires within a day',
      { days_left: 0, expires_soon: true },
      '| Expires | ▱▱▱▱▱▱▱▱▱▱ within a day, 2026-12-15 |',
    ],
    ['an expired token', { days_left: -1 }, '| Expires | ▱▱▱▱▱▱▱▱▱▱ expired, 2026-12-15 |'],
    [
      'scopes that are not needed',
      { excess: ['repo', 'machine'] },
      '| Not needed | `repo` `machine` |',
    ],
    ['an untrusted name', { name: 'a|b' }, '### Token `a\\|b`'],
    ['an untrusted scope', { held: ['<b>'] }, '| Held | `<b>` |'],
  ])('%s', (_, fields, line) => {
    expect(renderSummary(aReport({ token: { ...aTokenReport, ...fields } }))).toContain(line);
  });

  test.each([
    [3, 'in 3 days'],
    [1, 'in 1 day'],
    [0, 'within a day'],
  ])('a token with %i days left is in the title', (days_left, words) => {
    const token = { ...aTokenReport, days_left, expires_soon: true };
    expect(renderSummary(aReport({ token }))).toMatch(
      new RegExp(`^## ✅ Deployed and running · ⚠️ token expires ${words}\\n`),
    );
  });

  test('what to do about a token that expires soon, unless a failure comes first', () => {
    const token = { ...aTokenReport, days_left: 3, expires_soon: true };
    const toDo = (report: Partial<Report>): readonly string[] =>
      renderSummary(aReport({ token, ...report }))
        .split('\n')
        .filter((line) => line.startsWith('**What to do:**'));
    expect(toDo({})).toEqual([
      '**What to do:** Regenerate the token in [Settings > Access Tokens](https://outpost.run/docs/teams/access-tokens) before 2026-12-15 and store the new value, or [let a job replace it](https://github.com/outpost/deploy-action/blob/v1.0.0/docs/tokens.md).',
    ]);
    expect(toDo({ status: 'failed', failure: aFailureReport })).toEqual([
      `**What to do:** \`${aFailureReport.hint}\``,
    ]);
  });

  test('without a name, there is no empty code span in the title', () => {
    expect(renderSummary(aReport({ token: { ...aTokenReport, name: undefined } }))).toContain(
      '### Token\n',
    );
  });
});

describe('untrusted text stays text', () => {
  const evil = '`</td><img src=x>|[a](https://evil.example)\n## forged';

  test('in every untrusted field', () => {
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
    for (const row of outside.filter((line) => line.startsWith('|')))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(7);
  });

  test('encodes a URL that would end its link early', () => {
    const page = renderSummary(
      aReport({ deployments: [aDeploymentReport({ endpoint: 'https://x.example/a)b(c|d>e' })] }),
    );
    expect(page).toContain('](https://x.example/a%29b%28c%7Cd%3Ee)');
  });

  test('without a commit URL, shows only the id, and without a commit, no id', () => {
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

describe('what changed since the last deploy', () => {
  const BEFORE = 'feedbeef89abcdef0123456789abcdef01234567';
  const AFTER = '0123456789abcdef0123456789abcdef01234567';
  const linksOf = (fields: Partial<DeploymentReport>, run: Partial<Report> = {}) =>
    renderSummary(
      aReport({ deployments: [aDeploymentReport({ previous_commit: BEFORE, ...fields })], ...run }),
    )
      .split('\n')
      .filter((line) => line.startsWith('[What changed'));

  test.each([
    ['https://github.com/acme/web/commit/', 'https://github.com/acme/web/compare/'],
    ['https://gitlab.com/acme/web/-/commit/', 'https://gitlab.com/acme/web/-/compare/'],
  ])('%s', (page, compare) => {
    expect(linksOf({}, { commit_url: `${page}${AFTER}` })).toEqual([
      `[What changed since the last deploy](${compare}${BEFORE}...${AFTER})`,
    ]);
  });

  const push = [{ ...aPhase('push'), service: undefined }];
  test.each<[string, Partial<DeploymentReport>, Partial<Report>, number]>([
    ['the previous commit is unknown', { previous_commit: undefined }, {}, 0],
    ['it is the same commit', { previous_commit: AFTER.slice(0, 7) }, {}, 0],
    [
      'the previous commit is not a commit id',
      { previous_commit: '](https://evil.example)' },
      {},
      0,
    ],
    ['another commit is live', { commit: BEFORE }, {}, 0],
    ['the live commit is not shown', { commit: undefined }, {}, 0],
    ['the repository has no web page', {}, { commit_url: undefined }, 0],
    ['another commit is live, after a push', { commit: BEFORE }, { phases: push }, 1],
    [
      'after a push that deployed nothing',
      { commit: BEFORE, started_at: undefined },
      { phases: push },
      0,
    ],
  ])('%s: %#', (_, deployment, run, count) => {
    expect(linksOf(deployment, run)).toHaveLength(count);
  });

  test('a push does not count for a service with another branch', () => {
    const deployments = [
      aDeploymentReport({ previous_commit: BEFORE, commit: undefined }),
      aDeploymentReport({ service: 'api', branch: 'release' }),
    ];
    expect(renderSummary(aReport({ deployments, phases: push }))).not.toContain('What changed');
  });

  test('services with different previous commits get one link per commit', () => {
    const deployments = [
      aDeploymentReport({ previous_commit: BEFORE }),
      aDeploymentReport({ service: 'api', previous_commit: BEFORE }),
      aDeploymentReport({ service: 'job', previous_commit: 'abcdef0' }),
    ];
    const page = renderSummary(aReport({ deployments }));
    expect(page).toMatch(/What changed.*feedbeef.*\) \(`acme\/web`, `acme\/api`\)\n/);
    expect(page).toMatch(/What changed.*abcdef0.*\) \(`acme\/job`\)\n/);
  });
});

test('says that a rollback does not undo a job if there was one', () => {
  const pre_deploy_job = {
    namespace: 'acme',
    name: 'migrate',
    status: 'succeeded',
    started_at: '2026-01-01T00:00:00.000Z',
    finished_at: '2026-01-01T00:00:12.000Z',
    log_tail: [],
  } as const;
  const deployments = [aDeploymentReport({ status: 'rolled-back', reason: 'taken back' })];
  const page = renderSummary(aReport({ pre_deploy_job, deployments }));
  expect(page).toContain('succeeded after 12 s. The rollback did not undo it.');
  expect(page).toContain('| ↩️ Rolled back: `taken back` |');
});

describe('the chart of the phases', () => {
  const phases = [
    { ...aPhase('check'), service: undefined },
    aPhase('deploy'),
    aPhase('rollout'),
    aPhase('rollback'),
  ];
  const redIn = (run: Partial<Report>): readonly string[] =>
    [...renderSummary(aReport({ phases, ...run })).matchAll(/^ {2}(.+) :crit/gm)].map(
      ([, name = '']) => name,
    );

  test('one section per service, bars in milliseconds, none with zero length', () => {
    const [first, second] = phases;
    expect(
      renderSummary(
        aReport({
          phases: [first, second].flatMap((one) =>
            one === undefined ? [] : [{ ...one, finished_at: one.started_at }],
          ),
        }),
      ),
    ).toContain(
      [
        '```mermaid',
        'gantt',
        '  dateFormat x',
        '  axisFormat %H:%M:%S',
        '  section run',
        '  check :1767225600000, 1767225600250',
        '  section acme/web',
        '  deploy :1767225600000, 1767225600250',
        '```',
      ].join('\n'),
    );
  });

  const failed = { failure: aFailureReport };
  test.each<[string, Partial<Report>, readonly string[]]>([
    ['nothing failed', {}, []],
    [
      'the phase that failed, but not a successful rollback',
      { ...failed, deployments: [aDeploymentReport({ status: 'rolled-back', ...failed })] },
      ['rollout'],
    ],
    [
      'a rollback that failed too',
      { ...failed, deployments: [aDeploymentReport({ status: 'failed', ...failed })] },
      ['rollout', 'rollback'],
    ],
    [
      'a cancel is not a failure',
      { ...failed, deployments: [aDeploymentReport({ status: 'cancelled', ...failed })] },
      [],
    ],
    [
      'a failed phase of the whole run',
      { status: 'failed', failure: { ...aFailureReport, phase: 'check' } },
      ['check'],
    ],
  ])('red: %s', (_, run, red) => {
    expect(redIn(run)).toEqual(red);
  });

  test.each([
    [5, false],
    [6, true],
  ])('with %i services, it is folded: %s', (count, isFolded) => {
    const deployments = Array.from({ length: count }, (_, index) =>
      aDeploymentReport({ service: `s${index}` }),
    );
    expect(renderSummary(aReport({ phases, deployments })).includes('<details>')).toBe(isFolded);
  });
});

test('a summary over the limit is cut at a line break and says so', () => {
  const deployments = Array.from({ length: 20_000 }, (_, index) =>
    aDeploymentReport({ service: `s${index}` }),
  );
  const page = renderSummary(aReport({ deployments }));
  expect(Buffer.byteLength(page)).toBeLessThan(1_048_576);
  expect(page).toMatch(/\|\n\nThe rest of this summary was cut/);
});
