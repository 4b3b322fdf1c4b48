import type { NamedScenario } from './scenario.ts';
import { answerScenarios } from './scenarios-answers.ts';
import { modelScenarios } from './scenarios-models.ts';
import { pushScenarios } from './scenarios-push.ts';
import { rolloutScenarios } from './scenarios-rollout.ts';
import { stageScenarios } from './scenarios-stages.ts';
import { tokenScenarios } from './scenarios-token.ts';
import { wireScenarios } from './scenarios-wire.ts';

export type { NamedScenario, Rehearsal, Rollout, RolloutStep, Scenario } from './scenario.ts';
export { pushScenarios } from './scenarios-push.ts';

export const scenarioNames = [
  'ok',
  'slow-rollout',
  'degraded',
  'three-services',
  'failing-rollout',
  'never-ready',
  'stopped',
  'stale-running',
  'flapping',
  'superseded',
  'expired-token',
  'missing-scope',
  'expiring-token',
  'leaked-token',
  'unknown-service',
  'rate-limited',
  'lost-answer',
  'lost-answer-unknown',
  'log-injection',
  'html-login',
  'unavailable',
  'rolling',
  'rolling-versions',
  'rolling-fails-late',
  'rolling-stuck',
  'queued',
  'scale-to-zero',
  'scale-to-zero-idle',
  'after-failed',
  'deployment-live',
  'deployment-fails',
  'camel-case',
  'two-spellings',
  'ready-word',
  'fast-rollout',
  'autoscaler',
  'refused-in-200',
  'failed-in-200',
  'wrong-service',
  'redirect-after-deploy',
  'redirect-with-slash',
  'challenge',
  'push',
  'push-protected',
  'push-rejected-hook',
  'push-read-only',
  'migration',
  'migration-failed',
  'stages',
  'stage-fails',
  'stages-rolled-back',
] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/**
 * Every scenario that can be started by name. Those with a push need git and a checkout to push
 * from. Those with a `pre-deploy-job` need its file in a checkout.
 */
export const scenarios: Readonly<Record<ScenarioName, NamedScenario>> = {
  ...rolloutScenarios,
  ...tokenScenarios,
  ...wireScenarios,
  ...modelScenarios,
  ...answerScenarios,
  ...pushScenarios,
  ...stageScenarios,
};

export const pushScenarioNames = [
  'push',
  'push-protected',
  'push-rejected-hook',
  'push-read-only',
] as const satisfies readonly ScenarioName[];
export type PushScenarioName = (typeof pushScenarioNames)[number];

/** A scenario by its name. */
export function scenarioNamed(name: ScenarioName): NamedScenario {
  return scenarios[name];
}
