import { describe, expect, test } from '@jest/globals';
import { judge } from '../../../src/deploy/rollout/judge.ts';
import type { Ending, Judgement, Strength } from '../../../src/deploy/rollout/judgement.ts';
import type { Service } from '../../../src/outpost/model.ts';
import { parseMoment } from '../../../src/outpost/moment.ts';
import {
  aDeployment,
  anOpenJudgement,
  aService,
  type JudgementStart,
} from '../../support/build.ts';
import { looksOf, serviceOf } from './looks.ts';

type Start = Partial<JudgementStart>;

function judgeAll(looks: string, start: Start = {}): Judgement {
  return looksOf(looks).reduce(judge, anOpenJudgement(start));
}

/** How it ended, for example `deployed strong`. undefined = it hasn't ended. */
function endingOf(judgement: Judgement): string | undefined {
  return judgement.kind === 'ended' ? `${judgement.ending} ${judgement.strength}` : undefined;
}

const was = (look: string): Start => ({ baseline: serviceOf(look) });
const ours: Start = { ownId: 'dep_2' };
const lost: Start = { confirmed: false };
const stamp: Start = { proof: 'updated-at' };

type Row = readonly [rule: string, looks: string, start?: Start];

describe('deployed, by strong evidence', () => {
  test.each<Row>([
    ['rolling, then running for ten seconds', '10:rolling 15:running 25:running'],
    ['a service that was idle before', '5:idle 10:rolling 15:running 25:running', was('idle')],
    [
      'a service that had failed before and still shows that for a while',
      '2:failed@later 4:failed@later 6:rolling 8:running 18:running',
      was('failed'),
    ],
    [
      'after the old revision kept running for a while',
      '5:running 10:rolling@later 15:running@later 25:running@later',
    ],
    ['after an undocumented status', '5:rolling 10:unknown 15:running 25:running'],
    ['after it was briefly missing', '5:rolling 10:missing 15:running 25:running'],
    [
      'after the answer was lost and the rollout appeared',
      '10:rolling 15:running 25:running',
      lost,
    ],
    ['the same if it appeared late', '50:running 59:rolling 90:running 100:running', lost],
    [
      'a re-run whose first attempt was rolling',
      '5:rolling 9:running 19:running',
      {
        ...was('rolling'),
        attached: true,
      },
    ],
    [
      'rolling again after another rollout finished',
      '2:rolling 5:running 9:rolling 12:running 22:running',
      was('rolling'),
    ],
    ['with as many ready replicas as wanted', '1:rolling 5:running(1/1) 15:running(1/1)'],
    [
      'scaled to zero, but with a status that means running',
      '1:rolling 5:running(0/0) 15:running(0/0)',
    ],
    [
      'a new target version, which then serves alone',
      '3:runningv2[1] 6:runningv2[1,2] 9:runningv2[2] 19:runningv2[2]',
      was('runningv1[1]'),
    ],
    [
      'the id from the answer, if another was live after the answer',
      '1:running#dep_1 3:running#dep_2 13:running#dep_2',
      { ...was('running#dep_1'), ...ours },
    ],
    [
      'only its own deployment is rolling',
      '1:running#dep_2=rolling 5:running#dep_2 15:running#dep_2',
      ours,
    ],
    ['even if no look shows the id from the answer', '10:rolling 15:running 25:running', ours],
    [
      'rolling again under its own id',
      '5:rolling#dep_2 10:running@later#dep_2 12:rolling@latest#dep_2 15:running#dep_2 25:running#dep_2',
      { ...was('running#dep_1'), ...ours },
    ],
    ['no matter what comes after that', '10:rolling 15:running 25:running 30:failed 35:missing'],
  ])('%s', (_, looks, start = {}) => {
    expect(endingOf(judgeAll(looks, start))).toBe('deployed strong');
  });
});

describe('deployed, by decisive evidence', () => {
  test.each<Row>([
    ["our deployment's own status", '1:running#dep_2=rolling 2:running#dep_2=succeeded', ours],
    [
      'the same for an id that is new since the call',
      '1:running#dep_2=succeeded',
      was('running#dep_1'),
    ],
    ['no matter what status the service itself shows', '1:unknown#dep_2=succeeded', ours],
    [
      'the health check that names the run, passing for ten seconds',
      '1:healthy 2:running 11:healthy',
    ],
    ['the same if nothing else is seen', '1:healthy 6:healthy 11:healthy', lost],
  ])('%s', (_, looks, start = {}) => {
    expect(endingOf(judgeAll(looks, start))).toBe('deployed decisive');
  });
});

describe('deployed, by `updated_at` alone if the user chose that', () => {
  test.each<Row>([
    ['updated_at changed, and running for ten seconds', '5:running@later 15:running@later', stamp],
  ])('%s', (_, looks, start = {}) => {
    expect(endingOf(judgeAll(looks, start))).toBe('deployed weak');
  });
  test.each<Row>([
    ['not if updated_at did not change', '5:running 15:running', stamp],
    ['not for less than ten seconds', '5:running@later 14.999:running@later', stamp],
    ['not if the answer was lost', '5:running@later 15:running@later', { ...stamp, ...lost }],
    ['not unless the user chose it', '5:running@later 15:running@later'],
  ])('%s', (_, looks, start = {}) => {
    expect(endingOf(judgeAll(looks, start))).toBeUndefined();
  });
});

test('scaled to zero: idle for ten seconds after rolling, if no replicas are wanted', () => {
  expect(endingOf(judgeAll('1:rolling 5:idle(0/0) 15:idle(0/0)', was('idle(0/0)')))).toBe(
    'scaled-to-zero strong',
  );
});

describe('not yet', () => {
  test.each<Row>([
    ['running as before', '5:running 10:running 600:running'],
    ['running once', '10:rolling 15:running'],
    ['running for less than ten seconds', '10:rolling 15:running 24.999:running'],
    ['a rolling update that only shows a changed updated_at', '1:running@later 600:running@later'],
    ['a new version that never serves', '1:runningv2[1] 600:runningv2[1]', was('runningv1[1]')],
    [
      'a new version while no version is shown as serving',
      '1:runningv2[] 600:runningv2[]',
      was('runningv1[1]'),
    ],
    [
      'a new target version, but Outpost does not show which version serves',
      '1:running(1/1) 99:running(1/1)',
      {
        baseline: aService({ version: '1' }),
      },
    ],
    ['replicas that dipped', '1:running(1/1) 3:running(1/1) 99:running(1/1)', was('running(2/1)')],
    [
      'running, but our own deployment is still rolling',
      '1:running#dep_2=rolling 600:running#dep_2=rolling',
      ours,
    ],
    [
      'an id that changed with the call',
      '1:running#dep_2 600:running#dep_2',
      { ...was('running#dep_1'), ...ours },
    ],
    [
      'a queued deploy: updated_at changed, but the old revision runs',
      '1:running@later 12:running@later',
    ],
    [
      'another went down and came back in the meantime',
      '1:rolling 5:running@later 16:running@latest',
    ],
    [
      'rolling again, with the updated_at from when it was running',
      '5:rolling 10:running@later 12:rolling@later',
    ],
    [
      'running, interrupted by an unknown status',
      '1:rolling 5:running 8:unknown 11:running 18:running',
    ],
    ['running, interrupted by a 404', '1:rolling 5:running 8:missing 11:running 18:running'],
    ['running with fewer replicas than wanted', '1:rolling 5:running(1/2) 60:running(1/2)'],
    ['an unknown status', '5:rolling 500:unknown'],
    ['failed as before', '5:failed 50:failed@later', was('failed')],
    ['idle as before', '5:idle 50:idle', was('idle(0/0)')],
    ['idle without a rollout, if a replica is wanted', '5:idle(0/1) 50:idle(0/1)'],
    ['idle, but Outpost does not show how many replicas are wanted', '5:rolling 50:idle 90:idle'],
    ['idle for less than ten seconds', '5:rolling 10:idle(0/0) 19.999:idle(0/0)'],
    [
      'the end of a rollout that was already in progress',
      '2:rolling 5:running 20:running',
      was('rolling'),
    ],
    [
      'a failure of a rollout that was already in progress',
      '2:rolling 5:failed 20:failed',
      was('rolling'),
    ],
    [
      'anything shown under the deployment before ours',
      '5:failed#dep_1 10:rolling#dep_1 15:running#dep_1 99:running#dep_1',
      { ...was('running#dep_1'), ...ours },
    ],
    [
      'the deployment from before, if no other is known',
      '5:rolling#dep_1 10:running#dep_1 99:running#dep_1',
      was('running#dep_1'),
    ],
    [
      'rolling again under the deployment from before',
      '5:rolling#dep_1 10:running@later#dep_1 12:rolling@latest#dep_1',
      was('running#dep_1'),
    ],
    [
      'our deployment succeeded, but the service has failed',
      '5:failed#dep_2=succeeded',
      { ...ours, ...was('failed') },
    ],
    ['a failure while we do not know if the call arrived', '5:failed 20:failed', lost],
    ['a changed updated_at while we do not know that', '5:running@later 20:running@later', lost],
    [
      'a new id, which shows that a lost call arrived',
      '5:running#dep_2 60:running#dep_2',
      { ...was('running#dep_1'), ...lost },
    ],
    ['an id, if the baseline showed none', '5:running#dep_1 20:running#dep_1'],
    [
      'an updated_at, if the baseline had none',
      '5:running@later 20:running@later',
      {
        ...stamp,
        baseline: aService({ updatedAt: undefined }),
      },
    ],
    [
      'a lost call, counted from when following began',
      '60:running 89.999:running',
      {
        ...lost,
        sinceMs: 30_000,
      },
    ],
    ['a 404 for less than half a minute', '5:missing 34.999:missing'],
    ['two short 404s', '5:missing 20:rolling 30:missing 59:missing'],
    ['a call that was confirmed is never called lost', '5:running 600:running 6000:running'],
    ['a health check that stopped passing just now', '1:healthy 6:healthy 12:unhealthy'],
    [
      'a health check that passed for less than ten seconds',
      '1:healthy 6:unhealthy 8:healthy 17.999:healthy',
    ],
  ])('%s', (_, looks, start = {}) => {
    expect(endingOf(judgeAll(looks, start))).toBeUndefined();
  });
});

describe('the rollout failed, or another deploy replaced it', () => {
  test.each<[string, `${Ending} ${Strength}`, string, Start?]>([
    ["our deployment's own status", 'failed decisive', '1:running#dep_2=failed', ours],
    ['failed after it was rolling', 'failed strong', '5:rolling 10:failed'],
    [
      'the same while we were confirming that it runs',
      'failed strong',
      '5:rolling 10:running 12:failed',
    ],
    [
      'failed after a new target version',
      'failed strong',
      '3:runningv2[1] 6:failedv2[1]',
      was('runningv1[1]'),
    ],
    ['failed, and had not failed before', 'failed weak', '5:failed'],
    [
      'failed again after another status',
      'failed weak',
      '5:failed 10:running 15:failed',
      was('failed'),
    ],
    [
      'failed after the end of an earlier rollout',
      'failed weak',
      '5:running 10:failed',
      was('rolling'),
    ],
    ['stopped after it was rolling', 'stopped weak', '5:rolling 10:idle(0/1)'],
    ['a 404 for half a minute', 'gone weak', '5:missing 35:missing'],
    [
      'the same at the end of the minute for a lost call',
      'gone weak',
      '30:missing 60:missing',
      lost,
    ],
    ['the same while rolling', 'gone weak', '5:rolling 10:missing 20:missing 40:missing'],
    ['an id other than the one from the answer', 'superseded strong', '5:rolling#dep_3', ours],
    [
      'an id other than the one that appeared first',
      'superseded strong',
      '5:rolling#dep_2 10:running#dep_3',
      was('running#dep_1'),
    ],
    [
      'without ids: rolling again after ours ran',
      'superseded strong',
      '5:rolling 10:running@later 12:rolling@latest',
    ],
    [
      'the id from before is back',
      'rolled-back strong',
      '5:rolling#dep_2 10:running#dep_1',
      was('running#dep_1'),
    ],
    [
      'the answer was lost, and nothing appeared for a minute',
      'never-appeared weak',
      '5:running 59.999:running 60:running',
      lost,
    ],
    ['the same, not even the service', 'never-appeared weak', '50:missing 60:missing', lost],
  ])('%s', (_, ending, looks, start = {}) => {
    expect(endingOf(judgeAll(looks, start))).toBe(ending);
  });
});

test('a look before the answer can show a rollout, but not what was live after the answer', () => {
  const early = (look: string, start: Start) =>
    looksOf(look).reduce(
      (state, one) => judge(state, one.kind === 'service' ? { ...one, isBeforeAnswer: true } : one),
      anOpenJudgement(start),
    );
  const after = looksOf('5:running#dep_2 15:running#dep_2');
  const own = { ...was('running#dep_1'), ...ours };
  expect(endingOf(after.reduce(judge, early('1:running#dep_1', own)))).toBeUndefined();
  expect(endingOf(after.reduce(judge, early('1:rolling#dep_1', own)))).toBe('deployed strong');
});

test('two spellings of the same time are equal', () => {
  const at = (text: string) => aService({ updatedAt: parseMoment(text) });
  const start = anOpenJudgement({ ...stamp, baseline: at('2026-01-01T00:00:00Z') });
  const looks = [5, 15].map((seconds) => ({
    kind: 'service' as const,
    atMs: seconds * 1_000,
    seen: at('2026-01-01T00:00:00.123Z'),
  }));
  const end = looks.reduce(judge, start);
  expect([endingOf(end), [...end.memory.weak]]).toEqual([undefined, []]);
});

test.each<[string, boolean, string | undefined]>([
  ['never, and it kept running', false, 'deployed strong'],
  ['from the second look on, so it changed', true, undefined],
])('running for ten seconds if updated_at is shown %s', (_, isShownAtLast, ending) => {
  const without = looksOf('5:rolling 10:running 20:running').map((look, index) =>
    look.kind === 'service' && look.seen !== 'missing' && !(isShownAtLast && index === 2)
      ? { ...look, seen: { ...look.seen, updatedAt: undefined } }
      : look,
  );
  expect(endingOf(without.reduce(judge, anOpenJudgement()))).toBe(ending);
});

test('a third deployment next to the one from before replaced ours', () => {
  const deployments = ['dep_1', 'dep_3'].map((id) => aDeployment({ id }));
  const look = { kind: 'service' as const, atMs: 5_000, seen: aService({ deployments }) };
  const start = anOpenJudgement({ ...was('running#dep_1'), ...ours });
  expect(endingOf(judge(start, look))).toBe('superseded strong');
});

test('what was seen is remembered while the service is missing', () => {
  expect(
    judgeAll('5:rolling#dep_2 10:missing', { ...was('running#dep_1'), ...lost }),
  ).toMatchObject({
    kind: 'waiting',
    memory: {
      ownId: 'dep_2',
      signMs: 5_000,
      confirmed: true,
      missingSinceMs: 10_000,
      last: { phase: 'rolling' },
    },
  });
});

const SHOWN = '5:rolling 10:running 20:running';

function judgeShown(shown: Partial<Service>, start: Start): Judgement {
  return looksOf(SHOWN).reduce(
    (state, look) =>
      judge(
        state,
        look.kind === 'service' && look.seen !== 'missing'
          ? { ...look, seen: { ...look.seen, ...shown } }
          : look,
      ),
    anOpenJudgement(start),
  );
}

test.each<[what: string, shown: Partial<Service>, pushed: string | undefined, ending: Ending]>([
  ['the branch hotfix', { branch: 'hotfix' }, undefined, 'superseded'],
  ['the branch main', { branch: 'main' }, undefined, 'deployed'],
  ['the branch main by its full name', { branch: 'refs/heads/main' }, undefined, 'deployed'],
  [
    'a branch that contains the prefix of full names',
    { branch: 'marefs/heads/in' },
    undefined,
    'superseded',
  ],
  ['our commit', { commit: 'c0ffee' }, 'c0ffee', 'deployed'],
  ['another commit', { commit: 'decade' }, 'c0ffee', 'superseded'],
  ['our commit as git abbreviates it', { commit: 'C0FFEE0' }, 'c0ffee0123456789', 'deployed'],
  ['our full commit, if we have its start', { commit: 'c0ffee0123456789' }, 'c0ffee0', 'deployed'],
  ['a commit that is cut too short', { commit: 'c0ffee' }, 'c0ffee0123456789', 'superseded'],
  ['no commit', {}, 'c0ffee', 'deployed'],
  ['a commit, and none was pushed', { commit: 'decade' }, undefined, 'deployed'],
])('if Outpost finally shows %s: %j, and %s was pushed: %s', (_, shown, pushedCommit, ending) => {
  expect(endingOf(judgeShown(shown, { pushedCommit }))).toBe(`${ending} strong`);
});

describe('proof: commit', () => {
  const run: Start = { proof: 'commit', runCommit: 'c0ffee0123456789' };
  test.each<[string, Partial<Service>, Start, string | undefined]>([
    ['the live commit is ours', { commit: 'c0ffee0' }, run, 'deployed strong'],
    ['it is another one', { commit: 'decade0' }, run, 'commit-mismatch strong'],
    ['none is shown', {}, run, undefined],
    [
      'none is shown, and ours was pushed',
      {},
      { ...run, pushedCommit: 'c0ffee0' },
      'deployed strong',
    ],
    [
      'not chosen, and the live commit is another one',
      { commit: 'decade0' },
      { runCommit: 'c0ffee0' },
      'deployed strong',
    ],
    ['the commit of this run is unknown', {}, { proof: 'commit' }, 'deployed strong'],
  ])('%s', (_, shown, start, ending) => {
    expect(endingOf(judgeShown(shown, start))).toBe(ending);
  });
});

test('the pushed commit shows that a lost call arrived, if another commit was live before', () => {
  const start = { ...lost, pushedCommit: 'c0ffee0123456789' };
  const looks = [
    [1, 'decade0'],
    [5, 'c0ffee0'],
    [15, 'c0ffee0'],
  ] as const;
  const end = looks
    .map(([seconds, commit]) => ({
      kind: 'service' as const,
      atMs: seconds * 1_000,
      seen: aService({ commit }),
    }))
    .reduce(judge, anOpenJudgement(start));
  expect(endingOf(end)).toBe('deployed strong');
});

test('a platform that changes updated_at on every look is eventually believed', () => {
  const looks = [0, 1, 2, 3, 4, 5, 6].map((minute) => ({
    kind: 'service' as const,
    atMs: 10_000 + minute * 12_000,
    seen: aService({ updatedAt: parseMoment(`2026-01-01T01:0${minute}:00Z`) }),
  }));
  const began = judgeAll('5:rolling');
  expect(looks.slice(0, 6).reduce(judge, began)).toMatchObject({ kind: 'settling', restarts: 5 });
  expect(endingOf(looks.reduce(judge, began))).toBe('deployed strong');
});
