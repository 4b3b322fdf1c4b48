import { type Dialect, dialects } from '../../../emulator/dialects.ts';
import type { Elsewhere } from '../../../emulator/elsewhere.ts';
import type { RolloutSigns } from '../../../emulator/rollout-models.ts';
import {
  acceptances,
  type DeployBody,
  type DeploymentInfo,
  refusals,
  type Scenario,
} from '../../../emulator/scenario.ts';
import {
  keyForms,
  type Spelling,
  statusFields,
  type TimeForm,
} from '../../../emulator/spelling.ts';
import { callFate, type Fate, readTrouble, type Trouble } from './faults.ts';
import { createPrng, type Prng } from './prng.ts';
import { type Story, tellStory } from './stories.ts';

export const BRANCH = 'main';
/** The branch that a rollback deploys. */
export const BRANCH_BEFORE = 'stable';
const TIMEOUT_SECONDS = 240;

/**
 * Everything that defines one run of the soak. It's plain data, so that it can be printed and
 * reproduced.
 */
export interface Schedule {
  readonly seed: number;
  readonly host: 'github' | 'shell';
  readonly services: readonly string[];
  /** Separates two services in the input. `then` starts a new stage. */
  readonly separator: ',' | ' then ';
  readonly stories: Readonly<Record<string, Story>>;
  readonly wait: boolean;
  readonly rollsBack: boolean;
  readonly timeoutSeconds: number;
  readonly logs: 'stream' | 'on-failure' | 'off';
  readonly scenario: Scenario;
  /** Milliseconds after which the job is cancelled. */
  readonly cancelAfterMs: number | undefined;
  /** The signal that cancels it. */
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  /** Outpost accepted a deploy, but the answer doesn't say so. */
  readonly isAnswerLost: boolean;
  /** Reads are refused in a way that may be final, so a run that gives up is right. */
  readonly mayEndIt: boolean;
  /** No fault affects the deploy call or the reads of the status. */
  readonly isCalm: boolean;
}

export function makeSchedule(seed: number): Schedule {
  const prng = createPrng(seed);
  const services = prng.pick<readonly string[]>([
    ['web'],
    ['web'],
    ['web'],
    ['web', 'api'],
    ['web', 'api', 'worker'],
  ]);
  // A list shows none of these signs.
  const signs =
    services.length === 1
      ? prng.pick<RolloutSigns>(['none', 'none', 'versions', 'deployment', 'deployment'])
      : 'none';
  const stories = Object.fromEntries(services.map((name) => [name, tellStory(prng, name, signs)]));
  const fate = callFate(prng, services.length);
  const status = services.length === 1 ? 'service.get' : 'service.list';
  const troubles = Array.from({ length: prng.chance(0.3) ? 0 : prng.whole(1, 4) }, () =>
    readTrouble(prng, status),
  );
  const wait = !prng.chance(0.1);
  const rollsBack = wait && prng.chance(0.35);
  return {
    seed,
    host: prng.pick(['github', 'shell']),
    services,
    separator: wait && createPrng(seed ^ 0x57a9e).chance(0.5) ? ' then ' : ',',
    stories,
    wait,
    rollsBack,
    // Half of the time is for the rollback.
    timeoutSeconds: rollsBack ? 2 * TIMEOUT_SECONDS : TIMEOUT_SECONDS,
    logs: prng.pick(['stream', 'stream', 'on-failure', 'off']),
    scenario: scenarioOf(prng, stories, signs, fate, troubles),
    cancelAfterMs: prng.chance(0.08) ? prng.whole(1, 30_000) : undefined,
    signal: 'SIGINT',
    isAnswerLost: fate.answerLost,
    mayEndIt: troubles.some(({ mayEndIt }) => mayEndIt),
    isCalm: fate.rules.length === 0 && troubles.every(({ rule }) => rule.on !== status),
  };
}

/** The same run, with a signal at a random moment. */
export function withSignal(schedule: Schedule): Schedule {
  const prng = createPrng(schedule.seed ^ 0x5eed);
  // Half of them come early, when the requests, the leak scan and the deploy call follow each
  // other.
  const mostMs = prng.pick([2_000, schedule.timeoutSeconds * 500]);
  return {
    ...schedule,
    cancelAfterMs: prng.whole(1, mostMs),
    signal: prng.pick(['SIGINT', 'SIGTERM', 'SIGHUP']),
  };
}

function scenarioOf(
  prng: Prng,
  stories: Readonly<Record<string, Story>>,
  signs: RolloutSigns,
  fate: Fate,
  troubles: readonly Trouble[],
): Scenario {
  const back = [{ status: 'deploying', ms: 3_000 }, { status: 'running' }];
  const told = Object.entries(stories);
  return {
    rollouts: Object.fromEntries(
      told.map(([name, { rollout }]) => [`acme/${name}`, [rollout, back]]),
    ),
    services: told.flatMap(([, { service }]) => (service === undefined ? [] : [service])),
    versions: signs === 'versions',
    deploymentInfo: signs === 'deployment' && infoOf(prng),
    deploymentIds: prng.pick(['text', 'text', 'number']),
    ...callOf(prng),
    spelling: spellingOf(prng),
    logs: {
      shape: prng.pick(['json', 'text', 'strings']),
      order: prng.pick(['in-order', 'in-order', 'duplicated', 'out-of-order']),
    },
    faults: [...fate.rules, ...troubles.map(({ rule }) => rule)],
    echoToken: true,
    ...placeOf(prng),
  };
}

const readable = dialects.filter((dialect) => dialect !== 'none');

/** Where services are read, what other addresses answer, and what wraps a service. */
function placeOf(prng: Prng): Scenario {
  if (prng.chance(0.3)) return {};
  return {
    dialect: prng.pick<Dialect>(['reference', ...readable]),
    elsewhere: prng.pick<Elsewhere>(['404', '404', 'html', 'html-404', 'login', '401']),
    envelope: prng.pick(['bare', 'bare', 'data', 'service', 'data.service', 'list']),
    listEnvelope: prng.pick(['page', 'page', 'array', 'services']),
    naming: prng.pick(['separate', 'separate', 'full_name', 'full-in-name']),
  };
}

function infoOf(prng: Prng): DeploymentInfo {
  return {
    field: prng.pick([
      'deployment',
      'deployment',
      'current_deployment',
      'latest_deployment',
      'deployment_id',
    ]),
    which: prng.pick(['latest', 'latest', 'serving']),
  };
}

/**
 * What a deploy call gets as an answer. Sometimes that is a refusal in a 2xx, or another service's
 * deploy.
 */
function callOf(prng: Prng): Pick<Scenario, 'deployAnswer' | 'afterRefusal' | 'deploysInstead'> {
  const status = prng.pick([200, 201, 202]);
  if (prng.chance(0.05))
    return {
      deployAnswer: { status, body: prng.pick<DeployBody>([...refusals]) },
      // A change by somebody else, such as an autoscaler.
      ...(prng.chance(0.5) && { afterRefusal: [{ status: 'running', movesUpdatedAt: true }] }),
    };
  return {
    deployAnswer: { status, body: prng.pick<DeployBody>([...acceptances]) },
    ...(prng.chance(0.03) && { deploysInstead: 'ada/blog' }),
  };
}

const timeForms: readonly [TimeForm, ...TimeForm[]] = [
  'milliseconds',
  'seconds',
  'offset',
  'epoch-seconds',
  'epoch-milliseconds',
];

function spellingOf(prng: Prng): Spelling {
  if (prng.chance(0.4)) return {};
  return {
    keys: prng.pick([...keyForms]),
    status: prng.pick([...statusFields]),
    times: prng.pick(timeForms),
    listTimes: prng.pick(timeForms),
    words: {
      running: prng.pick(['running', 'RUNNING', 'Running']),
      deploying: prng.pick(['deploying', 'DEPLOYING', 'building', 'ReplicaInit', 'rolling-update']),
      failed: prng.pick(['failed', 'FAILED', 'error', 'CrashLoopBackOff']),
      stopped: prng.pick(['stopped', 'NO_REPLICA', 'sleeping']),
    },
  };
}
