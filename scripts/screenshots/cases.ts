import { createHash } from 'node:crypto';
import { assessToken } from '../../src/auth/assess.ts';
import { readConfig } from '../../src/deploy/config.ts';
import type { JobEnd } from '../../src/deploy/job.ts';
import { makePlan, type Plan, type PlannedDeploy, stagesOf } from '../../src/deploy/plan.ts';
import { neededScopes, type Preflight } from '../../src/deploy/preflight.ts';
import type { Receipt } from '../../src/deploy/receipt.ts';
import { obstacleIn, type Released } from '../../src/deploy/release.ts';
import { makeReport } from '../../src/deploy/report.ts';
import { afterRollback } from '../../src/deploy/rolled-back.ts';
import { openJudgement } from '../../src/deploy/rollout/judgement.ts';
import { findingOfEnding, type Verdict } from '../../src/deploy/rollout/verdict.ts';
import { fullName } from '../../src/deploy/target.ts';
import type { Context } from '../../src/host.ts';
import type { RawInputs } from '../../src/inputs/table.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { version } from '../../src/lib/version.ts';
import { formOf, servicePaths } from '../../src/outpost/forms.ts';
import { type Acceptance, type Service, UNSEEN } from '../../src/outpost/model.ts';
import type { Report } from '../../src/report/report.ts';
import { renderSummary } from '../../src/report/summary.ts';

/**
 * The runs that docs/screenshots shows. Each is a few facts; every word of its report is made by
 * the program.
 */

const START_MS = Date.parse('2026-11-24T10:00:00Z');
const DAY_MS = 86_400_000;
const COMMIT = '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4';
const FORMER = '1c9e0d28c4a7b3f65e0d9182736455463728190a';
const LOG = [
  'Starting 2 replicas in us-east-1',
  "Error: Cannot find module './config/production.json'",
  'replica-0 exited with code 1 (restart 3 of 3)',
  'Rollout failed: 0 of 2 replicas became ready',
];

const context: Context = {
  host: 'github',
  branch: 'main',
  branchless: undefined,
  proposedMerge: undefined,
  testedRun: undefined,
  tag: undefined,
  commit: COMMIT,
  commitUrl: `https://github.com/acme/shop/commit/${COMMIT}`,
  trigger: 'push',
  fromFork: false,
  fromDependabot: false,
  onProtectedRef: undefined,
  environment: undefined,
  hazards: [],
  folder: '.',
  isRerun: false,
  runId: '1',
  runKey: 'github',
};

const NOTHING_TOLD: Acceptance = {
  deploymentId: undefined,
  endpoint: undefined,
  namespace: undefined,
  service: undefined,
  failedWord: undefined,
};

interface Course {
  readonly inputs: RawInputs;
  /** Names of the services whose rollout fails. */
  readonly failing?: readonly string[];
  readonly tokenDays?: number;
  readonly scopes?: readonly string[];
  /** How long the job before the deploy takes. */
  readonly jobSeconds?: number;
}

/**
 * The simulated time is a second for the check, the job, at most a minute per stage, and 35 s for a
 * rollback.
 */
function reportOf(course: Course): Report {
  const { failing = [], tokenDays = 61, scopes = ['service'], jobSeconds } = course;
  const config = readConfig(course.inputs, context);
  const ready: Preflight = {
    config,
    atWallMs: START_MS + 1_000,
    skewMs: 0,
    form: formOf(servicePaths[0]),
    checkout: undefined,
    job: undefined,
    baselines: new Map(config.targets.map((one) => [fullName(one), shown(one.service, FORMER)])),
    provedByHealth: new Set(),
  };
  const plan = makePlan(ready);
  const facts = { scopes, expiresMs: START_MS + tokenDays * DAY_MS, lastUsedMs: START_MS };
  const { report: token } = assessToken(config, neededScopes(config), facts, START_MS);
  const jobEndMs = ready.atWallMs + (jobSeconds ?? 0) * 1_000;
  const job: JobEnd | undefined =
    jobSeconds === undefined
      ? undefined
      : {
          job: { namespace: 'acme', job: `migrate-${COMMIT.slice(0, 7)}-1` },
          status: 'succeeded',
          failure: undefined,
          startWallMs: ready.atWallMs,
          endWallMs: jobEndMs,
          logTail: [],
        };
  const released = releasedOf(plan, failing, jobEndMs);
  const verdicts =
    config.onFailure === 'rollback'
      ? released.verdicts.map((verdict) => rolledBack(verdict, config.rollbackBranch ?? ''))
      : released.verdicts;
  const endMs = Math.max(
    ...verdicts.flatMap(({ finishedWallMs, later }) => [
      finishedWallMs,
      ...later.map(({ endWallMs }) => endWallMs),
    ]),
  );
  const clock: Clock = { nowMs: () => 0, wallMs: () => endMs, sleep: () => Promise.resolve() };
  const progress = {
    config,
    token,
    preflight: ready,
    plan,
    job,
    released: { ...released, verdicts },
  };
  return makeReport(progress, context, START_MS, clock, version);
}

function shown(name: string, commit: string): Service {
  const endpoint = `https://${name}.acme.outpost.run`;
  return { ...UNSEEN, name, phase: 'running', statusWord: 'running', commit, endpoint };
}

function releasedOf(plan: Plan, failing: readonly string[], startMs: number): Released {
  let released: Released = { verdicts: [], skipped: [] };
  let beginMs = startMs;
  for (const { deploys } of stagesOf(plan)) {
    const because = obstacleIn(released.verdicts);
    const verdicts =
      because === undefined
        ? deploys.map((planned, index) => verdictOf(planned, failing, beginMs, 24 + index * 5))
        : [];
    released = {
      verdicts: [...released.verdicts, ...verdicts],
      skipped: [
        ...released.skipped,
        ...(because === undefined ? [] : deploys.map((deploy) => ({ deploy, because }))),
      ],
    };
    beginMs = Math.max(beginMs, ...verdicts.map(({ finishedWallMs }) => finishedWallMs));
  }
  return released;
}

function verdictOf(
  deploy: PlannedDeploy,
  failing: readonly string[],
  sentWallMs: number,
  seconds: number,
): Verdict {
  const { service, branch } = deploy.target;
  const fails = failing.includes(service);
  const receipt: Receipt = {
    deploy,
    sentWallMs,
    answeredWallMs: sentWallMs + 1_000,
    sentMs: 0,
    requestId: `req_0abd53af5f${Buffer.from(service).toString('hex').slice(0, 4)}`,
    earlyLook: undefined,
    answer: { kind: 'accepted', acceptance: NOTHING_TOLD, attached: false },
  };
  const start = {
    baseline: deploy.baseline,
    branch,
    pushedCommit: undefined,
    runCommit: undefined,
    proof: 'rollout',
    isBlind: false,
    stableForMs: 10_000,
    sentMs: 0,
    sinceMs: 0,
  } as const;
  const judgement = openJudgement(start, { confirmed: true, ownId: undefined });
  return {
    ...findingOfEnding(
      { ending: fails ? 'failed' : 'deployed', strength: 'strong' },
      judgement,
      receipt,
    ),
    receipt,
    service: shown(service, fails ? FORMER : COMMIT),
    finishedWallMs: sentWallMs + seconds * 1_000,
    durationMs: seconds * 1_000,
    later: [],
    logTail: fails ? LOG : [],
  };
}

function rolledBack(verdict: Verdict, branch: string): Verdict {
  const { receipt, finishedWallMs: startWallMs } = verdict;
  const target = { ...receipt.deploy.target, branch };
  const end: Verdict = {
    ...verdict,
    receipt: { ...receipt, deploy: { ...receipt.deploy, target } },
    status: 'deployed',
    service: shown(target.service, FORMER),
  };
  const later = [{ phase: 'rollback', startWallMs, endWallMs: startWallMs + 35_000 } as const];
  return { ...afterRollback(verdict, end, fullName(target)), later };
}

const TWELVE = [
  'web',
  'api',
  'worker',
  'mail',
  'search',
  'billing',
  'admin',
  'docs',
  'feed',
  'auth',
  'media',
  'jobs',
];
const named = (names: readonly string[]): string => names.map((name) => `acme/${name}`).join(' ');

/** By the name of the picture. */
export const cases: Readonly<Record<string, Report>> = {
  'three-services': reportOf({ inputs: { service: named(['web', 'api', 'worker']) } }),
  'failed-rollout': reportOf({ inputs: { service: 'acme/web' }, failing: ['web'] }),
  'twelve-services': reportOf({ inputs: { service: named(TWELVE) }, failing: ['worker', 'feed'] }),
  'rolled-back': reportOf({
    inputs: { service: 'acme/web', 'on-failure': 'rollback', 'rollback-branch': 'stable' },
    failing: ['web'],
  }),
  'token-expiring': reportOf({
    inputs: { service: 'acme/web' },
    tokenDays: 3,
    scopes: ['service', 'admin:org'],
  }),
  stages: reportOf({
    inputs: { service: 'acme/api then acme/web acme/worker then acme/docs' },
    failing: ['worker'],
    jobSeconds: 12,
  }),
};

/**
 * What a reader of a summary sees. Link addresses don't count, because they may change without
 * changing the picture.
 */
export function inputOf(report: Report): string {
  const seen = renderSummary(report).replace(/\]\([^)]*\)/g, ']');
  return createHash('sha256').update(seen).digest('hex');
}
