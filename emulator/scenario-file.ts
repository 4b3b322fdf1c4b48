import { readFileSync } from 'node:fs';
import type { Fields } from './check.ts';
import { anyText, byKind, either, listOf, mapOf, object, oneOf, truth, whole } from './check.ts';
import { dialects } from './dialects.ts';
import { elsewheres } from './elsewhere.ts';
import { envelopes, listEnvelopes, namings } from './envelopes.ts';
import type { WireFault } from './faults.ts';
import { sizeRefusals, visibilities } from './repositories.ts';
import type { Scenario } from './scenario.ts';
import {
  deployBodies,
  deployEnds,
  deploymentFields,
  jobBodies,
  jobEnds,
  jobNameRules,
  logOrders,
  logShapes,
  scopeForms,
  servingKinds,
  tokenFields,
  tokenShapes,
} from './scenario.ts';
import { keyForms, statusFields, timeForms } from './spelling.ts';
import { operations, scopes } from './vocabulary.ts';

/** An invalid scenario file; the message lists all its problems. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

const faultFields: Readonly<Record<WireFault['kind'], Fields>> = {
  reset: {},
  cut: { framing: oneOf(['length', 'chunked']) },
  hang: {},
  slow: { 'delayMs!': whole(1) },
  answer: { 'status!': whole(200, 599), headers: mapOf(anyText), body: anyText },
  redirect: { status: oneOf([301, 302, 303, 307, 308]), 'location!': anyText },
  'header-bomb': { form: oneOf(['large', 'many']) },
  'gzip-bomb': { bytes: whole(1) },
  'big-body': { 'bytes!': whole(2) },
  'close-idle': {},
  early: { 'status!': oneOf([100, 103]) },
};

const fault = object({
  'on!': oneOf([...operations, '*']),
  skip: whole(0),
  times: either(oneOf(['always']), whole(1)),
  afterHandling: truth,
  'do!': byKind(faultFields),
});

const timedStep = { looks: whole(1), ms: whole(1), log: listOf(anyText) };

const jobStep = object({ 'status!': anyText, ...timedStep, end: oneOf(jobEnds) });

const rollout = listOf(
  object({
    'status!': anyText,
    ...timedStep,
    keepsUpdatedAt: truth,
    movesUpdatedAt: truth,
    supersededBy: anyText,
    serving: oneOf(servingKinds),
    deploymentStatus: anyText,
    readyReplicas: whole(0),
    end: oneOf(deployEnds.filter((end) => end !== 'superseded')),
  }),
  1,
);

const repository = object({
  'namespace!': anyText,
  'name!': anyText,
  description: anyText,
  visibility: oneOf(visibilities),
  defaultBranch: anyText,
  protectedBranches: listOf(anyText),
  maxPackBytes: whole(1),
  tooLarge: oneOf(sizeRefusals),
  refusesChunks: truth,
  declineHook: anyText,
});

const rehearsal = object({
  'inputs!': mapOf(anyText),
  'token!': object({
    name: anyText,
    'scopes!': listOf(oneOf(scopes)),
    expiresInDays: oneOf([30, 60, 90]),
    expiresAt: either(oneOf(['past']), whole(1)),
  }),
  'exit!': whole(0, 255),
});

const scenario = object({
  name: anyText,
  description: anyText,
  rehearsal,
  rollout,
  rollouts: mapOf(listOf(rollout, 1)),
  services: listOf(
    object({
      'namespace!': anyText,
      'name!': anyText,
      status: anyText,
      repository: anyText,
      minReplicas: whole(0, 4),
    }),
  ),
  jobs: listOf(listOf(jobStep, 1), 1),
  jobAnswer: object({ status: whole(200, 299), body: oneOf(jobBodies) }),
  jobNames: oneOf(jobNameRules),
  repositories: listOf(repository),
  dialect: oneOf(dialects),
  elsewhere: oneOf(elsewheres),
  readSlash: truth,
  deployPath: (value, path) =>
    typeof value === 'string' && isDeployPath(value)
      ? []
      : [`${path} must be a path that contains {service}`],
  deploymentPath: (value, path) =>
    typeof value === 'string' && isDeployPath(value) && value.split('/').includes('{id}')
      ? []
      : [`${path} must be a path that contains {service} and {id}`],
  slashRedirect: truth,
  deployAnswer: object({ status: whole(200, 299), body: oneOf(deployBodies) }),
  deploysInstead: (value, path) =>
    typeof value === 'string' && /^[^/]+\/[^/]+$/.test(value)
      ? []
      : [`${path} must be the namespace/name of a service`],
  afterRefusal: rollout,
  deploymentInfo: either(
    truth,
    object({ field: oneOf(deploymentFields), which: oneOf(['latest', 'serving']) }),
  ),
  deploymentIds: oneOf(['text', 'number']),
  versions: truth,
  spelling: object({
    keys: oneOf(keyForms),
    status: oneOf(statusFields),
    times: oneOf(timeForms),
    listTimes: oneOf(timeForms),
    words: mapOf(anyText),
  }),
  envelope: oneOf(envelopes),
  listEnvelope: oneOf(listEnvelopes),
  naming: oneOf(namings),
  namelessItem: truth,
  logs: object({ shape: oneOf(logShapes), order: oneOf(logOrders) }),
  tokens: object({
    givesScopes: listOf(oneOf(scopes)),
    omits: listOf(oneOf(tokenFields)),
    pageSize: whole(1, 100),
    shape: oneOf(tokenShapes),
    scopesAs: oneOf(scopeForms),
    keys: oneOf(keyForms),
    times: oneOf(timeForms),
  }),
  faults: listOf(fault),
  echoToken: truth,
  clockOffsetMs: whole(Number.MIN_SAFE_INTEGER),
});

/** Every problem that keeps a value from being a scenario, with its path. */
export function scenarioProblems(value: unknown): readonly string[] {
  return scenario(value, 'scenario');
}

/** Reads a scenario from a JSON file; throws a ScenarioFileError that lists all problems. */
export function readScenarioFile(file: string): Scenario {
  const value = jsonIn(file);
  if (isScenario(value)) return value;
  throw new ScenarioFileError(
    `${file} is not a scenario:\n${scenarioProblems(value)
      .map((problem) => `  - ${problem}`)
      .join('\n')}`,
  );
}

function isScenario(value: unknown): value is Scenario {
  return scenarioProblems(value).length === 0;
}

function isDeployPath(path: string): boolean {
  return path.startsWith('/') && path.split('/').includes('{service}');
}

function jsonIn(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ScenarioFileError(`--scenario-file: can't read ${file}: ${messageOf(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ScenarioFileError(`--scenario-file: ${file} is not JSON: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
