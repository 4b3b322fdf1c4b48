import type { WireFault } from '../../emulator/faults.ts';
import { badGatewayPage, loginPage } from '../../emulator/payloads.ts';
import { modelScenario, rolloutModels, rolloutSigns } from '../../emulator/rollout-models.ts';
import { answer, deployed, inTurn, lasting, prove, type Row, refusal, under } from './row.ts';

// Faults of the looks at the rollout. Outpost continues the deploy whatever we see, so not seeing
// it is no failure.

/** Leaves out the read before the deploy. */
const look = { on: 'service.get', skip: 1 } as const;
const lookStays = { ...look, times: 'always' } as const;
const unproven = { exit: 7, status: 'unknown', code: 'rollout-unproven' } as const;
const body = '"updated_at":"2999-01-01T00:00:00Z","ready_replicas":2,"min_replicas":2';

const survived: readonly (readonly [id: string, fault: string, does: WireFault])[] = [
  ['F07', 'a reset', { kind: 'reset' }],
  ['F09', 'a cut body (length)', { kind: 'cut', framing: 'length' }],
  ['F09', 'a cut body (chunked)', { kind: 'cut', framing: 'chunked' }],
  ['F11', 'headers that never come', { kind: 'hang' }],
  ['F12', 'one byte every five seconds', { kind: 'slow', delayMs: 5_000 }],
  ['F13', 'an empty 200', answer(200)],
  ['F14', 'a login page', answer(200, loginPage)],
  ['F15', 'broken JSON', answer(200, '{"name":"web","status":"failed"')],
  ['F16', 'a list', answer(200, '[{"name":"api","status":"failed"}]')],
  ['F16', '100,000 brackets', answer(200, '['.repeat(100_000))],
  ['F17', 'a body of a gigabyte', { kind: 'big-body', bytes: 1_073_741_824 }],
  ['F17', 'a gzip bomb', { kind: 'gzip-bomb' }],
  ['F18', 'headers too large', { kind: 'header-bomb' }],
  ['F19', 'a redirect', { kind: 'redirect', location: '/login' }],
  ['F23', 'a 403 from the edge', answer(403, '<html>')],
  ['F28', 'a bad gateway', answer(502, badGatewayPage)],
  ['F62', 'the answer is about another service', answer(200, '{"name":"api","status":"failed"}')],
];

prove([
  ...inTurn(
    survived.map(
      ([id, fault, does]): Row => ({
        id,
        fault: `${fault} in two polls`,
        // Two looks may take half a minute.
        scenario: { ...lasting(40_000), faults: [{ ...look, times: 2, do: does }] },
        ...deployed,
        atMost: 30,
        says: /Cannot see the rollout right now/,
      }),
    ),
  ),
  {
    id: 'F29',
    fault: '503 for three minutes',
    scenario: { ...lasting(200_000), faults: [{ ...look, times: 47, do: answer(503) }] },
    inputs: { logs: 'off' },
    ...deployed,
    says: /(?:Cannot see the rollout right now: Outpost answered 503[\s\S]*){3}/,
    silentOn: /(?:Cannot see the rollout right now[\s\S]*){5}/,
    atMost: 57,
  },
  {
    id: 'F30',
    fault: '503 for ever',
    scenario: under({ ...lookStays, do: answer(503) }),
    inputs: { timeout: '90s' },
    exit: 7,
    status: 'unknown',
    code: 'outcome-unknown',
    says: /Outpost could not be reached for 1 m \d\d s/,
    atMost: 42,
  },
  { id: 'F31', fault: 'a single 401', scenario: under({ ...look, do: answer(401) }), ...deployed },
  {
    id: 'F31',
    fault: '401 from the second poll on',
    scenario: under({ ...lookStays, skip: 2, do: answer(401) }),
    exit: 7,
    status: 'unknown',
    code: 'outcome-unknown',
    says: /the token was revoked or expired during the deploy[\s\S]*Outpost continues the deploy/,
    atMost: 7,
  },
  {
    id: 'F32',
    fault: '404 right after the deploy',
    scenario: {
      ...lasting(10_000),
      faults: [{ ...look, times: 3, do: refusal(404, 'not_found', 'No such service.') }],
    },
    ...deployed,
    says: /not found; this may be temporary/,
  },
  {
    id: 'F32',
    fault: '404 forever',
    scenario: under({ ...lookStays, do: refusal(404, 'not_found', 'No such service.') }),
    exit: 5,
    status: 'failed',
    code: 'rollout-failed',
    says: /the service is gone: Outpost has answered 404 for 30 s/,
  },
  {
    id: 'F33',
    fault: 'running since before the deploy, forever',
    scenario: { rollout: [{ status: 'running', keepsUpdatedAt: true }] },
    inputs: { timeout: '30s' },
    ...unproven,
    says: /without proof that the new revision is running: the service shows `running`, and nothing changed since the call[\s\S]*health-check-contains: "\{commit:7\}"/,
    silentOn: /proof: updated-at/,
  },
  {
    id: 'F33',
    fault: 'running since before the deploy, with a timestamp that moved with the call',
    scenario: { rollout: [{ status: 'running' }] },
    inputs: { timeout: '30s' },
    ...unproven,
    says: /the service shows `running`, and `updated_at` changed, but that can have other reasons[\s\S]*proof: updated-at/,
  },
  {
    id: 'F33',
    fault: 'a timestamp that moved with the call, which the workflow accepts as proof',
    scenario: { rollout: [{ status: 'running' }] },
    inputs: { proof: 'updated-at' },
    ...deployed,
  },
  {
    id: 'F34',
    fault: 'running for one look, then failed',
    scenario: {
      rollout: [
        { status: 'deploying' },
        { status: 'running' },
        { status: 'failed', log: ['exited with code 1'] },
      ],
    },
    exit: 5,
    status: 'failed',
    code: 'rollout-failed',
    says: /exited with code 1/,
  },
  {
    id: 'F35',
    fault: 'an undocumented status',
    scenario: {
      rollout: [{ status: 'deploying' }, { status: 'warming', looks: 3 }, { status: 'running' }],
    },
    ...deployed,
    says: /Outpost shows the status "warming", which is not documented; still waiting/,
    silentOn: /(?:which is not documented[\s\S]*){2}/,
  },
  {
    id: 'F35',
    fault: 'statuses in a different case',
    scenario: under(
      { ...look, do: answer(200, `{"name":"web","status":"DEPLOYING",${body}}`) },
      { ...lookStays, do: answer(200, `{"name":"web","status":"Running",${body}}`) },
    ),
    ...deployed,
  },
  {
    id: 'F35',
    fault: 'no status in two polls',
    scenario: under({ ...look, times: 2, do: answer(200, `{"name":"web",${body}}`) }),
    ...deployed,
    says: /without a status/,
  },
  {
    id: 'F36',
    fault: 'a rollout that never ends',
    scenario: { rollout: [{ status: 'deploying' }] },
    inputs: { timeout: '70s' },
    exit: 6,
    status: 'timed-out',
    code: 'timed-out',
    // 30 in the first minute, 18 in a later one.
    atMost: 37,
    says: /still deploying \(\d+ s; timeout in \d+ s\)[\s\S]*did not finish within 1 m 10 s: it was last seen deploying[\s\S]*raise the input `timeout`/,
  },
  // A rolling update that doesn't show itself is indistinguishable from none.
  ...inTurn(
    rolloutModels.flatMap((model) =>
      rolloutSigns.map(
        (signs): Row => ({
          id: 'F64',
          fault: `a good rollout, ${model}, that shows, in addition to the status: ${signs}`,
          scenario: modelScenario(model, { signs }),
          inputs: { timeout: '2m', 'on-failure': 'rollback', 'rollback-branch': 'stable' },
          ...(model === 'rolling' && signs === 'none' ? unproven : deployed),
          silentOn: /Rolling back/,
          atMost: 36,
        }),
      ),
    ),
  ),
  ...([true, false] as const).map(
    (deploymentInfo): Row => ({
      id: 'F37',
      fault: `another deploy takes over, ${deploymentInfo ? 'with' : 'without'} ids to tell them apart`,
      scenario: {
        deploymentInfo,
        rollout: [
          { status: 'deploying' },
          // With ids, our own deployment's `running` would be the proof.
          ...(deploymentInfo ? [] : [{ status: 'running' }]),
          { status: 'deploying', supersededBy: 'hotfix' },
          { status: 'running' },
        ],
      },
      exit: 5,
      status: 'superseded',
      code: 'superseded',
      says: /another deploy.* replaced this one before it was confirmed/,
    }),
  ),
]);
