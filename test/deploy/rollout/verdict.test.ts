import { describe, expect, test } from '@jest/globals';
import type {
  Ending,
  Judgement,
  Memory,
  Start,
  Strength,
} from '../../../src/deploy/rollout/judgement.ts';
import { findingOfEnding, findingOfStop, type Stop } from '../../../src/deploy/rollout/verdict.ts';
import { Failure, type FailureCode } from '../../../src/lib/failure.ts';
import type { RunStatus } from '../../../src/report/report.ts';
import { aDeployment, anOpenJudgement, aReceipt, aService } from '../../support/build.ts';

/** The judgement of a deploy whose rollout was seen to start after 65 seconds. */
function aJudgement(memory: Partial<Memory> = {}, start: Partial<Start> = {}): Judgement {
  const open = anOpenJudgement(start);
  const begun: Partial<Memory> = {
    last: aService({ phase: 'rolling' }),
    signMs: 65_000,
  };
  return { ...open, memory: { ...open.memory, ...begun, ...memory } };
}

const as = (ending: Ending, strength: Strength = 'strong') => ({ ending, strength });

describe('an ending', () => {
  test.each<[Ending, RunStatus]>([
    ['deployed', 'deployed'],
    ['scaled-to-zero', 'deployed'],
  ])('%s is %s, without a failure', (ending, status) => {
    expect(findingOfEnding(as(ending), aJudgement(), aReceipt())).toEqual({
      status,
      failure: undefined,
      mayRollBack: false,
    });
  });

  test.each<[Ending, RunStatus, FailureCode, string, RegExp]>([
    [
      'failed',
      'failed',
      'rollout-failed',
      'Outpost reports that the rollout failed',
      /last log lines, fix the cause/,
    ],
    [
      'stopped',
      'failed',
      'service-stopped',
      'the service was stopped during the rollout',
      /Find out who or what stopped it/,
    ],
    [
      'gone',
      'failed',
      'rollout-failed',
      'the service is gone: Outpost has answered 404 for 30 s',
      /who deleted or renamed it/,
    ],
    [
      'superseded',
      'superseded',
      'superseded',
      'another deploy replaced this one before it was confirmed',
      /Let only one job at a time deploy a service \(`concurrency:`/,
    ],
    [
      'rolled-back',
      'rolled-back',
      'rolled-back',
      'Outpost rolled back to the previous deployment',
      /The new revision did not stay up/,
    ],
    [
      'never-appeared',
      'unknown',
      'outcome-unknown',
      'the deploy call got no clear answer, and no deploy appeared within 1 m',
      /Check the service in the dashboard before you run the job again: it may have been deployed/,
    ],
  ])('%s is %s', (ending, status, code, happened, hint) => {
    expect(findingOfEnding(as(ending), aJudgement(), aReceipt())).toMatchObject({
      status,
      failure: {
        code,
        attempted: 'Rolling out acme/web',
        happened,
        hint: expect.stringMatching(hint),
        requestId: 'req_1',
      },
    });
  });

  test('the other deploy is named if its id is known', () => {
    const { failure } = findingOfEnding(
      as('superseded'),
      aJudgement({ last: aService({ deployments: [aDeployment({ id: 'dep_9' })] }) }),
      aReceipt(),
    );
    expect(failure?.happened).toBe(
      'another deploy (dep_9) replaced this one before it was confirmed',
    );
  });

  test.each<[Ending, string]>([
    ['superseded', 'another deploy replaced this one before it was confirmed'],
    ['commit-mismatch', 'the live commit is'],
  ])('%s for a service that was never seen names no id or commit', (ending, happened) => {
    const { failure } = findingOfEnding(as(ending), aJudgement({ last: undefined }), aReceipt());
    expect(failure?.happened).toContain(happened);
  });

  test('names both the other commit and ours', () => {
    const last = aService({ commit: 'decade0123456789' });
    const judgement = aJudgement({ last }, { proof: 'commit', runCommit: 'c0ffee0123456789' });
    expect(findingOfEnding(as('commit-mismatch'), judgement, aReceipt())).toMatchObject({
      status: 'failed',
      failure: {
        code: 'commit-mismatch',
        happened: "the rollout succeeded, but the live commit is decade0, not this run's c0ffee0",
        hint: expect.stringContaining('its branch main'),
      },
    });
  });

  test.each<[Ending, Strength, boolean]>([
    ['failed', 'decisive', true],
    ['failed', 'strong', true],
    ['failed', 'weak', false],
    ['stopped', 'weak', false],
    ['gone', 'weak', false],
    ['superseded', 'strong', false],
    ['rolled-back', 'strong', false],
    ['commit-mismatch', 'strong', false],
  ])('%s on %s evidence can be rolled back: %s', (ending, strength, mayRollBack) => {
    expect(findingOfEnding(as(ending, strength), aJudgement(), aReceipt())).toMatchObject({
      mayRollBack,
    });
  });
});

const deadline = (blindMs: number): Stop => ({
  kind: 'deadline',
  blindMs,
  timeoutMs: 900_000,
  atMs: 900_000,
});
const cancelled: Stop = {
  kind: 'cancelled',
  cause: new Failure({
    code: 'terminated',
    attempted: 'Running the deploy',
    happened: 'the job was cancelled',
    hint: '-',
  }),
};

describe('no ending', () => {
  test.each<[string, Stop, Judgement, RunStatus, FailureCode, string, RegExp]>([
    [
      'timed out during the rollout',
      deadline(5_000),
      aJudgement(),
      'timed-out',
      'timed-out',
      'the rollout did not finish within 15 m: it was last seen deploying, 13 m 55 s after it started (it waited 1 m 05 s to start)',
      /Outpost continues the rollout.*raise the input `timeout`/,
    ],
    [
      'the wait before the start is counted from the call',
      deadline(5_000),
      aJudgement({}, { sentMs: 20_000 }),
      'timed-out',
      'timed-out',
      '13 m 55 s after it started (it waited 45 s to start)',
      /Outpost continues the rollout/,
    ],
    [
      'timed out without proof',
      deadline(60_000),
      aJudgement({ signMs: undefined, last: aService() }),
      'unknown',
      'rollout-unproven',
      'the run timed out after 15 m without proof that the new revision is running: the service shows `running`, and nothing changed since the call',
      /`health-check-contains: "\{commit:7\}"`/,
    ],
    [
      'timed out after a minute without a look: its last status proves nothing',
      deadline(61_000),
      aJudgement(),
      'unknown',
      'outcome-unknown',
      'the run timed out after 15 m; Outpost could not be reached for 1 m 01 s; before that, it was last seen deploying',
      /Check the service in the dashboard/,
    ],
    [
      'timed out and its status was never seen',
      deadline(0),
      aJudgement({ last: undefined }),
      'unknown',
      'outcome-unknown',
      'before that, its status was never seen',
      /dashboard/,
    ],
    [
      'timed out and nothing could be read, so its status was never seen',
      deadline(900_000),
      aJudgement({ last: undefined }, { isBlind: true }),
      'unknown',
      'rollout-unproven',
      'without proof that the new revision is running: none of the known addresses returned the service',
      /the health check returns/,
    ],
    [
      'timed out and it is unknown if Outpost accepted the deploy',
      deadline(0),
      aJudgement({ confirmed: false }),
      'unknown',
      'outcome-unknown',
      'the run timed out after 15 m; the deploy call got no clear answer and no deploy appeared; it was last seen deploying',
      /it may have been deployed/,
    ],
    [
      'cancelled during the rollout: that does not stop Outpost',
      cancelled,
      aJudgement(),
      'cancelled',
      'terminated',
      'the job was cancelled; Outpost continues the deploy; it was last seen deploying',
      /a rollout continues without this run/,
    ],
    [
      'cancelled before it was known if Outpost accepted the deploy',
      cancelled,
      aJudgement({ confirmed: false, last: undefined }),
      'cancelled',
      'terminated',
      'the job was cancelled; Outpost may or may not have started the deploy; its status was never seen',
      /Check the service in the dashboard/,
    ],
    [
      'a service without a status',
      deadline(0),
      aJudgement({ last: aService({ statusWord: '' }) }),
      'timed-out',
      'timed-out',
      'it was last seen without a status',
      /timeout/,
    ],
    [
      'an undocumented status',
      deadline(0),
      aJudgement({ last: aService({ phase: 'unknown', statusWord: 'warming' }) }),
      'timed-out',
      'timed-out',
      'it was last seen warming',
      / does not document the status `warming`\..*`api: running=warming`.*`health-check-contains: "\{commit:7\}"`/,
    ],
  ])('%s', (_, stop, judgement, status, code, happened, hint) => {
    expect(findingOfStop(stop, judgement, aReceipt())).toMatchObject({
      status,
      mayRollBack: false,
      failure: {
        code,
        attempted: 'Following acme/web',
        happened: expect.stringContaining(happened),
        hint: expect.stringMatching(hint),
        requestId: 'req_1',
      },
    });
  });
});
