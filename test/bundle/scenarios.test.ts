import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { JobEnd } from '../../emulator/scenario.ts';
import { type ScenarioName, scenarioNames, scenarios } from '../../emulator/scenarios.ts';
import type { Emulator } from '../../emulator/server.ts';
import { MIGRATION } from '../../scripts/start-checkout.mjs';
import { at, gitTest, newOrigin } from '../support/push/git.ts';
import { rehearseOn } from '../support/rehearse.ts';

interface Ending {
  readonly status: string;
  readonly code: string;
  readonly says: RegExp;
  /** Services in acme that must not be deployed. */
  readonly untouched?: readonly string[];
  /** How the created jobs really ended. Default: no jobs. */
  readonly jobs?: readonly JobEnd[];
}

const deployed: Ending = {
  status: 'deployed',
  code: '',
  says: /acme\/web is deployed and running/,
};

const unproven: Ending = {
  status: 'unknown',
  code: 'rollout-unproven',
  says: /health-check-contains/,
};

/** How each scenario must end, in addition to the exit status that the scenario itself declares. */
const endings: Readonly<Record<ScenarioName, Ending>> = {
  ok: deployed,
  'slow-rollout': deployed,
  degraded: { ...deployed, says: /degraded/ },
  'three-services': { ...deployed, says: /3 services are deployed and running/ },
  'stale-running': {
    ...deployed,
    says: /running, as before the deploy; waiting for the rollout to start/,
  },
  'rate-limited': deployed,
  'lost-answer': {
    ...deployed,
    says: /got no clear answer: Outpost answered 502.*the call is not sent again/,
  },
  'log-injection': deployed,
  'leaked-token': deployed,
  'expiring-token': {
    ...deployed,
    says: /expires in 3 days, on \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Regenerate it/,
  },
  'failing-rollout': {
    status: 'failed',
    code: 'rollout-failed',
    says: /Cannot find module '\.\/config\/production\.json'/,
  },
  flapping: { status: 'failed', code: 'rollout-failed', says: /degraded/ },
  stopped: {
    status: 'failed',
    code: 'service-stopped',
    says: /stopped during the rollout/,
  },
  superseded: {
    status: 'superseded',
    code: 'superseded',
    says: /another deploy \(dep_\w+\) replaced this one/,
  },
  'never-ready': {
    status: 'timed-out',
    code: 'timed-out',
    says: /did not finish within 20 s: it was last seen deploying/,
  },
  'lost-answer-unknown': {
    status: 'unknown',
    code: 'outcome-unknown',
    says: /no deploy appeared; it was last seen running/,
  },
  'expired-token': {
    status: 'failed',
    code: 'token-expired',
    says: /The token has expired\. Regenerate it/,
  },
  'missing-scope': {
    status: 'failed',
    code: 'token-scope-missing',
    says: /is missing the scope `service` \(it has `repo:read`\)/,
  },
  'unknown-service': { status: 'failed', code: 'not-found', says: /Did you mean `acme\/web`\?/ },
  'html-login': {
    status: 'failed',
    code: 'service-unreadable',
    says: /GET \/acme\/service\/web: 200 with an HTML page/,
  },
  unavailable: {
    status: 'failed',
    code: 'unavailable',
    says: /Outpost answered 503.*\n.*Nothing was deployed/,
  },
  rolling: unproven,
  'rolling-versions': deployed,
  'rolling-fails-late': {
    status: 'failed',
    code: 'rollout-failed',
    says: /Cannot find module '\.\/config\/production\.json'/,
  },
  'rolling-stuck': { status: 'timed-out', code: 'timed-out', says: /40 s/ },
  queued: deployed,
  'scale-to-zero': { ...deployed, says: /scaled to zero/ },
  'scale-to-zero-idle': { ...deployed, says: /scaled to zero/ },
  'after-failed': deployed,
  'deployment-live': deployed,
  'deployment-fails': {
    status: 'failed',
    code: 'rollout-failed',
    says: /Cannot find module '\.\/config\/production\.json'/,
  },
  'camel-case': deployed,
  'two-spellings': unproven,
  'ready-word': {
    status: 'timed-out',
    code: 'timed-out',
    says: /Outpost does not document the status `READY`.*`api: running=READY`/,
  },
  'fast-rollout': deployed,
  autoscaler: unproven,
  'refused-in-200': {
    status: 'failed',
    code: 'refused',
    says: /The branch can't be deployed\./,
  },
  'failed-in-200': { status: 'failed', code: 'rollout-failed', says: /dep_[0-9a-f]{12}/ },
  'wrong-service': { status: 'failed', code: 'wrong-service', says: /ada\/web/ },
  'redirect-after-deploy': deployed,
  'redirect-with-slash': { status: 'failed', code: 'redirected', says: /deploy-path/ },
  challenge: { status: 'failed', code: 'forbidden', says: /8f1e2d3c4b5a6978-FRA/ },
  push: {
    ...deployed,
    says: /acme\/web: main is at [0-9a-f]{7}\.[\s\S]*acme\/web is deployed and running/,
  },
  'push-protected': {
    status: 'failed',
    code: 'push-rejected',
    says: /the branch is protected on Outpost/,
  },
  'push-rejected-hook': {
    status: 'failed',
    code: 'push-rejected',
    says: /names no ticket \(policy 7\)[\s\S]*Outpost rejected it/,
  },
  'push-read-only': {
    status: 'failed',
    code: 'token-scope-missing',
    says: /is missing the scope `repo` \(it has `service`, `repo:read`\)/,
  },
  migration: {
    ...deployed,
    says: /Applying 0042_add_order_totals[\s\S]*acme\/web is deployed and running/,
    jobs: ['succeeded'],
  },
  'migration-failed': {
    status: 'failed',
    code: 'pre-deploy-failed',
    says: /column "total" of relation "orders" already exists/,
    untouched: ['web'],
    jobs: ['failed'],
  },
  stages: { ...deployed, says: /5 services are deployed and running/ },
  'stage-fails': {
    status: 'failed',
    code: 'rollout-failed',
    says: /Cannot find module '\.\/config\/production\.json'/,
    untouched: ['site'],
  },
  'stages-rolled-back': {
    status: 'rolled-back',
    code: 'rollout-failed',
    says: /the previous revision \(branch stable\) is live/,
    untouched: ['site'],
  },
};

const hosts = ['github', 'gitlab', 'shell'] as const;

async function expectEnding(scenario: ScenarioName, host: (typeof hosts)[number]): Promise<void> {
  const { exitStatus, outputs, page, report, emulator } = await rehearseOn(host, {
    scenario,
    ...checkoutFor(scenario),
  });
  const { status, code, says, untouched = [], jobs = [] } = endings[scenario];
  expect({ exitStatus, status: outputs['status'], code: outputs['failure-code'] }).toEqual({
    exitStatus: scenarios[scenario].rehearsal.exit,
    status,
    code,
  });
  // The exit status alone doesn't reveal a client that reported success too early.
  const { world } = emulator;
  if (status === 'deployed') expect(servicesNotLive(scenario, emulator)).toEqual([]);
  if (status === 'rolled-back') expect(servicesNotBack(scenario, emulator)).toEqual(untouched);
  for (const name of untouched) expect(world.deploysOf('acme', name)).toEqual([]);
  expect(world.jobsOf('acme').map(({ end }) => end)).toEqual(jobs);
  expect(page.join('\n')).toMatch(says);
  expect(report).toMatchObject({
    status,
    exit_status: exitStatus,
    failure: code === '' ? null : { code },
  });
}

/** The scenario's services in the namespace acme whose newest deploy isn't the one running. */
function servicesNotLive(scenario: ScenarioName, { world }: Emulator): readonly string[] {
  return servicesOf(scenario).filter(
    (name) => world.deploysOf('acme', name).at(-1)?.isLive !== true,
  );
}

/** The services that don't run the rollback branch. */
function servicesNotBack(scenario: ScenarioName, { world }: Emulator): readonly string[] {
  const former = scenarios[scenario].rehearsal.inputs['rollback-branch'];
  return servicesOf(scenario).filter((name) => {
    const newest = world.deploysOf('acme', name).at(-1);
    return newest?.branch !== former || !newest?.isLive;
  });
}

function servicesOf(scenario: ScenarioName): readonly string[] {
  const text = scenarios[scenario].rehearsal.inputs['service'] ?? '';
  return [...text.matchAll(/acme\/([^\s,]+)/g)].map(([, name = '']) => name);
}

/** The checkout that the scenario pushes, or that contains its job file. */
function checkoutFor(scenario: ScenarioName) {
  if (!needsCheckout(scenario)) return {};
  const origin = newOrigin();
  const { 'pre-deploy-job': job } = scenarios[scenario].rehearsal.inputs;
  if (job !== undefined) {
    mkdirSync(join(origin.folder, dirname(job)));
    origin.commit(job, MIGRATION);
  }
  return { checkout: at(origin) };
}

function needsCheckout(scenario: ScenarioName): boolean {
  const { push, 'pre-deploy-job': job } = scenarios[scenario].rehearsal.inputs;
  return push !== undefined || job !== undefined;
}

const pairs = scenarioNames.flatMap((scenario) => hosts.map((host) => ({ scenario, host })));
const TITLE = 'the scenario $scenario ends on $host as it says it must';

test.concurrent.each(pairs.filter(({ scenario }) => !needsCheckout(scenario)))(
  TITLE,
  ({ scenario, host }) => expectEnding(scenario, host),
);

gitTest.each(pairs.filter(({ scenario }) => needsCheckout(scenario)))(TITLE, ({ scenario, host }) =>
  expectEnding(scenario, host),
);
