import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type DeploymentPhase,
  deploymentPhaseOf,
  type Phase,
  phaseOf,
} from '../../src/outpost/words.ts';

const ROLLING = [
  'deploying',
  'building',
  'pending',
  'queued',
  'provisioning',
  'starting',
  'updating',
  'replica_init',
  'controller_init',
  'rolling',
  'rolling_update',
  'rolling_out',
];
const FAILED = [
  'failed',
  'failed_cleanup',
  'error',
  'errored',
  'error_pulling_image',
  'crashed',
  'crash_loop',
  'unhealthy',
  'controller_failed',
];
const IDLE = ['stopped', 'no_replica', 'idle', 'sleeping', 'scaled_to_zero'];
const SUCCEEDED = ['succeeded', 'success', 'deployed', 'completed', 'live', 'active', 'running'];
const UNKNOWN = [
  'degraded',
  'ready',
  'healthy',
  'warming',
  'preparing',
  'not_running',
  'running_late',
  'unhealthy_host',
  'was_controller_failed',
  'controller_failed_over',
  'has_failed',
  'unrolling',
  'terminated',
  '',
];

const documented: readonly string[] = [
  ...new Set([ROLLING, FAILED, IDLE, SUCCEEDED, UNKNOWN].flat()),
];

/** What the word means according to the lists above. `unknown` if it's in no list. */
function listed<Kind extends string>(
  word: string,
  lists: readonly (readonly [Kind, readonly string[]])[],
): Kind | 'unknown' {
  return lists.find(([, words]) => words.includes(word))?.[0] ?? 'unknown';
}

const ofService = (word: string): Phase =>
  listed<Phase>(word, [
    ['running', ['running']],
    ['rolling', ROLLING],
    ['failed', FAILED],
    ['idle', IDLE],
  ]);
const ofDeployment = (word: string): DeploymentPhase =>
  listed<DeploymentPhase>(word, [
    ['succeeded', SUCCEEDED],
    ['rolling', ROLLING],
    ['failed', FAILED],
  ]);

test.each(documented.map((word) => [word, ofService(word), ofDeployment(word)] as const))(
  '"%s" of a service is %s, of a deployment %s',
  (word, phase, deploymentPhase) => {
    expect([phaseOf(word), deploymentPhaseOf(word)]).toEqual([phase, deploymentPhase]);
  },
);

test.each<[string, Phase, DeploymentPhase]>([
  ['Running', 'running', 'succeeded'],
  ['RUNNING', 'running', 'succeeded'],
  [' running\n', 'running', 'succeeded'],
  ['Active', 'unknown', 'succeeded'],
  ['READY', 'unknown', 'unknown'],
  ['REPLICA_INIT', 'rolling', 'rolling'],
  ['replica-init', 'rolling', 'rolling'],
  ['ReplicaInit', 'rolling', 'rolling'],
  ['replica init', 'rolling', 'rolling'],
  ['replica  init', 'rolling', 'rolling'],
  ['CONTROLLER_FAILED', 'failed', 'failed'],
  ['ControllerFailed', 'failed', 'failed'],
  ['NO_REPLICA', 'idle', 'unknown'],
  ['Scaled to zero', 'idle', 'unknown'],
  ['ScaledToZero', 'idle', 'unknown'],
  ['CrashLoopBackOff', 'failed', 'failed'],
  ['FAILED_PROVISION', 'failed', 'failed'],
  ['Error: exit 1', 'failed', 'failed'],
  ['RollingUpdate', 'rolling', 'rolling'],
  ['Unhealthy', 'failed', 'failed'],
])('"%s" of a service is %s, of a deployment %s', (word, phase, deploymentPhase) => {
  expect([phaseOf(word), deploymentPhaseOf(word)]).toEqual([phase, deploymentPhase]);
});

test.each<[string, Phase]>([
  ['ready', 'running'],
  ['Up-And-Ready', 'running'],
  ['stopped', 'rolling'],
  ['running', 'failed'],
  ['building', 'idle'],
  ['live', 'unknown'],
  ['updating', 'rolling'],
])('what the user sets for a status takes precedence: "%s" is %s', (word, phase) => {
  const told = {
    running: ['ready', 'upAndReady'],
    rolling: ['stopped'],
    failed: ['Running'],
    idle: ['building'],
  };
  expect(phaseOf(word, told)).toBe(phase);
});

test('case, surrounding blanks, and hyphens instead of underscores do not matter', () => {
  const respelled = fc
    .tuple(
      fc.constantFrom(...documented),
      fc.constantFrom('', ' ', '\t', '\n'),
      fc.constantFrom('', ' ', '\r\n'),
      fc.boolean(),
      fc.constantFrom('_', '-', ' '),
    )
    .map(([word, before, after, isUpper, joint]) => {
      const joined = word.replaceAll('_', joint);
      return [word, `${before}${isUpper ? joined.toUpperCase() : joined}${after}`] as const;
    });
  fc.assert(
    fc.property(respelled, ([word, spelled]) => {
      expect([phaseOf(spelled), deploymentPhaseOf(spelled)]).toEqual([
        ofService(word),
        ofDeployment(word),
      ]);
    }),
  );
});

test('only `running` means running, so no other text can turn a run green', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.tuple(fc.string(), fc.string()).map((sides) => sides.join('running')),
      ),
      (word) => {
        if (phaseOf(word) === 'running') expect(word.trim().toLowerCase()).toBe('running');
      },
    ),
  );
});
