import { constants } from 'node:os';
import { expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import type { RecordedRequest } from '../../emulator/server.ts';
import { needsPosixAtOnce } from '../support/posix.ts';
import { countedStatus, type Ended, type LaunchHost, onSite } from './launch.ts';
import { isAnyoneLeft } from './process-group.ts';

// A runner gives a cancelled step 7.5 s, a container less. Within 2 s the process must be gone,
// having told the truth and written the outputs and the report.

interface Moment {
  readonly name: string;
  readonly scenario: Scenario;
  /** Whether the moment has come, judged by the requests that Outpost received. */
  readonly hasCome: (requests: readonly RecordedRequest[]) => boolean;
  /** What the log must say about the service. */
  readonly says: RegExp;
  readonly accepted: 0 | 1;
}

const count = (requests: readonly RecordedRequest[], operation: string): number =>
  requests.filter((request) => request.operation === operation).length;

const moments: readonly Moment[] = [
  {
    name: 'before the first answer',
    scenario: { faults: [{ on: '*', times: 'always', do: { kind: 'hang' } }] },
    hasCome: (requests) => count(requests, 'service.get') > 0,
    says: /(?:the job was cancelled|the run was interrupted)[\s\S]*deploys that had not started did not happen/,
    accepted: 0,
  },
  {
    name: 'while the deploy call hangs',
    scenario: { faults: [{ on: 'service.deploy', afterHandling: true, do: { kind: 'hang' } }] },
    hasCome: (requests) => count(requests, 'service.deploy') > 0,
    says: /acme\/web: cancelled: (?:the job was cancelled|the run was interrupted); Outpost may or may not have started the deploy/,
    accepted: 1,
  },
  {
    name: 'during the rollout',
    scenario: { rollout: [{ status: 'deploying' }] },
    hasCome: (requests) => count(requests, 'service.get') > 1,
    says: /acme\/web: cancelled: (?:the job was cancelled|the run was interrupted); Outpost continues the deploy; it was last seen deploying/,
    accepted: 1,
  },
  {
    name: 'while settling',
    scenario: { rollout: [{ status: 'deploying' }, { status: 'running' }] },
    // By the third look, the second one has been processed.
    hasCome: (requests) => count(requests, 'service.get') > 3,
    says: /acme\/web: cancelled: (?:the job was cancelled|the run was interrupted); Outpost continues the deploy; it was last seen running/,
    accepted: 1,
  },
];

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 } as const;
type Signal = keyof typeof signals;

async function cancel(
  moment: Moment,
  host: LaunchHost,
  signal: Signal,
  times: number,
): Promise<void> {
  await onSite(moment.scenario, async ({ emulator, clock, launch }) => {
    const run = launch({ host });
    await clock.until(() => moment.hasCome(emulator.requests), moment.name);
    const sentMs = clock.nowMs();
    for (let time = 0; time < times; time += 1) run.child.kill(signal);
    const ended = await run.ended;
    const tookMs = ended.atMs - sentMs;
    // A second signal may arrive after the last line of output, when Node has already removed its
    // handlers. Then that signal ends the process.
    const statuses =
      times === 1 ? [signals[signal]] : [signals[signal], 128 + constants.signals[signal]];
    expect(statuses).toContain(countedStatus(ended));
    expect(tookMs).toBeLessThan(2_000);
    expect(isAnyoneLeft(run)).toBe(false);
    expectTrueWords(ended, signals[signal], moment);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(moment.accepted);
  });
}

function expectTrueWords(
  { seen, outputs, report }: Ended,
  exitStatus: number,
  { says, accepted }: Moment,
): void {
  expect(seen).toMatch(says);
  const code = exitStatus === 130 ? 'interrupted' : 'terminated';
  expect({ status: outputs['status'], code: outputs['failure-code'] }).toEqual({
    status: 'cancelled',
    code,
  });
  expect(report).toMatchObject({ status: 'cancelled', exit_status: exitStatus, failure: { code } });
  expect(report?.deployments.map(({ service, status }) => ({ service, status }))).toEqual([
    { service: 'web', status: accepted === 0 ? 'skipped' : 'cancelled' },
  ]);
  // One line says how the service ended, and nothing else says so.
  expect(seen.match(/^acme\/web: (?:cancelled|deployed|failed|unknown)/gm) ?? []).toHaveLength(
    accepted,
  );
}

const cases = moments.flatMap((moment) =>
  (['github', 'shell'] as const).flatMap((host) =>
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => ({ ...moment, host, signal })),
  ),
);

needsPosixAtOnce().each(cases)(
  '$signal $name on $host, once and twice: ends within 2 s and reports the truth',
  async ({ host, signal, ...moment }) => {
    await Promise.all([cancel(moment, host, signal, 1), cancel(moment, host, signal, 2)]);
  },
);
