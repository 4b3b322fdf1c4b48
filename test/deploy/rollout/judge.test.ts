import { describe, expect, test } from '@jest/globals';
import {
  type Ending,
  type Judgement,
  judge,
  type Observation,
} from '../../../src/deploy/rollout/judge.ts';
import type { Service } from '../../../src/outpost/model.ts';
import { anOpenJudgement, aService, type JudgementStart } from '../../support/build.ts';

const stamps: Readonly<Record<string, string | undefined>> = {
  '': '2026-01-01T00:00:00Z',
  '@later': '2026-01-01T00:05:00Z',
  '@latest': '2026-01-01T00:06:00Z',
  '@none': undefined,
};

/**
 * Reads looks as they are written here: `5:deploying 10:running@later#dep_2(0/1)`. The seconds, the
 * status, an updated_at that has moved, the deployment's id, and the replicas that are ready and
 * wanted.
 */
function looksOf(text: string): readonly Observation[] {
  return text.split(' ').map((look) => {
    const match = /^([\d.]+):(\w+)(@\w+)?(?:#(\w+))?(?:\((\d)\/(\d)\))?$/.exec(look);
    if (match === null) throw new Error(`${look} is no look`);
    const [, seconds, word, stamp = '', deploymentId, ready, wanted] = match;
    const readyReplicas = ready === undefined ? undefined : Number(ready);
    const minReplicas = wanted === undefined ? undefined : Number(wanted);
    const status = word as Service['status'];
    const updatedAt = stamps[stamp];
    const seen =
      word === 'missing'
        ? word
        : aService({ status, updatedAt, deploymentId, readyReplicas, minReplicas });
    return { atMs: Number(seconds) * 1_000, seen };
  });
}

function judgeAll(looks: string, start: Partial<JudgementStart> = {}): Judgement {
  return looksOf(looks).reduce(judge, anOpenJudgement(start));
}

const was = (status: Service['status'], deploymentId?: string): Partial<JudgementStart> => ({
  baseline: aService({ status, deploymentId }),
});
const ours: Partial<JudgementStart> = { deploymentId: 'dep_2' };
const lost: Partial<JudgementStart> = { confirmed: false };

type Row = readonly [rule: string, looks: string, start?: Partial<JudgementStart>];

describe('deployed', () => {
  test.each<Row>([
    ['deploying, then running for five seconds', '10:deploying 15:running 20:running'],
    ['running with a moved updated_at, for five seconds', '5:running@later 10:running@later'],
    [
      'running with a new id, for five seconds',
      '5:running#dep_2 10:running#dep_2',
      was('running', 'dep_1'),
    ],
    ['running with the id that the call told', '5:running#dep_2 10:running#dep_2', ours],
    [
      'the id that the call told, after the one from before',
      '5:running#dep_1 10:running#dep_2 15:running#dep_2',
      { ...was('running', 'dep_1'), ...ours },
    ],
    [
      'of a re-run: the deploy of the first attempt, under way before',
      '5:deploying#dep_2 10:running#dep_2 15:running#dep_2',
      { ...was('deploying', 'dep_2'), ...ours },
    ],
    ['after it was degraded for a while', '5:deploying 10:degraded 15:running 20:running'],
    ['after it was missing for a moment', '5:deploying 10:missing 15:running 20:running'],
    [
      'after the answer was lost, and the deploy appeared',
      '10:deploying 15:running 20:running',
      lost,
    ],
    [
      'the deploy of a lost answer may appear late, too',
      '50:running 59:deploying 90:running 95:running',
      lost,
    ],
    [
      'of a service that was stopped before',
      '5:stopped 10:deploying 15:running 20:running',
      was('stopped'),
    ],
    [
      'of a service that had failed before',
      '5:failed 10:deploying 15:running 20:running',
      was('failed'),
    ],
    ['scaled to zero: no replica is wanted', '1:deploying 5:running(0/0) 10:running(0/0)'],
    ['with as many replicas as are wanted', '1:deploying 5:running(1/1) 10:running(1/1)'],
    ['whatever comes after that', '10:deploying 15:running 20:running 25:failed 30:missing'],
    ['though no look shows the id that the call told', '10:deploying 15:running 20:running', ours],
    [
      'though no look shows an id, and the baseline did',
      '10:deploying 15:running 20:running',
      was('running', 'dep_1'),
    ],
    [
      'under an id that comes late, where the baseline has none to compare it with',
      '5:deploying#dep_2 10:running#dep_3 15:running#dep_3',
    ],
    [
      'deploying with a new stamp, where another deploy was under way',
      '5:deploying@later 10:running@later 15:running@later',
      was('deploying'),
    ],
  ])('%s', (_, looks, start = {}) => {
    expect(judgeAll(looks, start).ending).toBe('deployed');
  });
});

describe('not yet', () => {
  test.each<Row>([
    ['running as before: the deploy has not begun', '5:running 10:running 600:running'],
    ['running once', '10:deploying 15:running'],
    ['running for less than five seconds', '10:deploying 15:running 19.999:running'],
    [
      'running at two looks, but it went down and came back in between: the stamp moved',
      '1:deploying 5:running@later 11:running@latest',
    ],
    [
      'deploying once more, with the stamp of the running before: no other deploy',
      '5:deploying 10:running@later 12:deploying@later',
    ],
    [
      'deploying once more under our own id: no other deploy',
      '5:deploying#dep_2 10:running@later#dep_2 12:deploying@latest#dep_2',
      { ...was('running', 'dep_1'), ...ours },
    ],
    ['running, but interrupted by degraded', '1:deploying 5:running 8:degraded 11:running'],
    ['running, but interrupted by a 404', '1:deploying 5:running 8:missing 11:running'],
    ['running, but interrupted by an unknown status', '1:deploying 5:running 8:unknown 11:running'],
    [
      'running without a ready replica, where one is wanted',
      '1:deploying 5:running(0/1) 20:running(0/1)',
    ],
    ['degraded is waited on', '5:deploying 100:degraded 500:degraded'],
    ['a status that nobody documented is waited on', '5:deploying 100:unknown 500:unknown'],
    ['failed as before the deploy is no news', '5:failed 50:failed', was('failed')],
    ['stopped as before the deploy is no news', '5:stopped 50:stopped', was('stopped')],
    [
      'deploying proves nothing where it was deploying already',
      '5:deploying 10:running 20:running',
      was('deploying'),
    ],
    [
      'an updated_at that one of both does not have proves nothing',
      '5:running@none 20:running@none',
    ],
    [
      'the deployment before ours, while ours has an id',
      '5:running@later#dep_1 50:running@later#dep_1',
      { ...was('running', 'dep_1'), ...ours },
    ],
    [
      'deploying, but under the id from before',
      '5:deploying#dep_1 10:running#dep_1 20:running#dep_1',
      { ...was('running', 'dep_1'), ...ours },
    ],
    [
      'a rollback that is not told: it ran under the id from before all the time',
      '5:deploying#dep_1 10:running@later#dep_1 20:running@later#dep_1',
      was('running', 'dep_1'),
    ],
    [
      'the end of a deploy that was under way before ours',
      '5:running@later 20:running@later',
      was('deploying'),
    ],
    [
      'a degraded service that recovers, while it is not known whether the call arrived',
      '5:running@later 20:running@later',
      { ...was('degraded'), ...lost },
    ],
    [
      'a stamp that moves for whatever reason, while it is not known whether the call arrived',
      '5:running@later 20:running@later',
      lost,
    ],
    [
      'deploying with a new stamp, where another deploy was under way and it is not known whether the call arrived',
      '5:deploying@later 10:running@later 20:running@later',
      { ...was('deploying'), ...lost },
    ],
    [
      'failed with a moved stamp, while it is not known whether the call arrived',
      '5:failed@later 20:failed@later',
      lost,
    ],
    [
      'an id where the baseline showed none: lists show no ids, so it may be the old one',
      '5:running#dep_1 20:running#dep_1',
    ],
    [
      'an updated_at that the baseline did not have',
      '5:running@later 20:running@later',
      { baseline: aService({ updatedAt: undefined }) },
    ],
    [
      'a lost call is looked for from when following began',
      '60:running 89.999:running',
      { ...lost, sinceMs: 30_000 },
    ],
    ['a 404 for less than half a minute', '5:missing 34.999:missing'],
    ['two short absences', '5:missing 20:deploying 30:missing 59:missing'],
    [
      'a call that was confirmed is never called lost, however long it takes to begin',
      '5:running 600:running 6000:running',
    ],
  ])('%s', (_, looks, start = {}) => {
    expect(judgeAll(looks, start).ending).toBeUndefined();
  });
});

describe('it went wrong', () => {
  test.each<[string, Ending, string, Partial<JudgementStart>?]>([
    ['failed after it began', 'failed', '5:deploying 10:failed'],
    [
      'failed again at the first look, with a moved updated_at',
      'failed',
      '5:failed@later',
      was('failed'),
    ],
    ['failed while running was being proven', 'failed', '5:deploying 10:running 12:failed'],
    ['stopped after it began', 'stopped', '5:deploying 10:stopped'],
    ['a 404 for half a minute', 'gone', '5:missing 35:missing'],
    [
      'a 404 for half a minute while it was rolled out',
      'gone',
      '5:deploying 10:missing 20:missing 40:missing',
    ],
    ['another id than the one that the call told', 'superseded', '5:deploying#dep_3', ours],
    [
      'another id than the one that appeared first',
      'superseded',
      '5:deploying#dep_2 10:running#dep_3',
      was('running', 'dep_1'),
    ],
    [
      'without ids: a deploy that began after ours ran',
      'superseded',
      '5:deploying 10:running@later 12:deploying@latest',
    ],
    [
      'the id from before is back',
      'rolled-back',
      '5:deploying#dep_2 10:running#dep_1',
      was('running', 'dep_1'),
    ],
    [
      'the id from before is back while running was being proven',
      'rolled-back',
      '5:running#dep_2 9:running#dep_1',
      was('running', 'dep_1'),
    ],
    [
      'the answer was lost, and nothing appeared for a minute',
      'never-appeared',
      '5:running 59.999:running 60:running',
      lost,
    ],
  ])('%s', (_, ending, looks, start = {}) => {
    expect(judgeAll(looks, start).ending).toBe(ending);
  });
});

describe('where it is only to be known that it began', () => {
  test.each<[string, Ending | undefined, string, Partial<JudgementStart>?]>([
    ['deploying is enough', 'started', '5:deploying'],
    ['so is a new id', 'started', '5:running#dep_2', was('running', 'dep_1')],
    ['running with a new stamp is not', undefined, '5:running@later'],
    ['running as before is not', undefined, '5:running'],
    ['failed is told as that', 'failed', '5:failed#dep_2', was('running', 'dep_1')],
    ['stopped is told as that', 'stopped', '5:stopped#dep_2', was('running', 'dep_1')],
    ['nothing in a minute', 'never-appeared', '5:running 65:running'],
  ])('%s', (_, ending, looks, start = {}) => {
    expect(judgeAll(looks, { confirmed: false, untilStarted: true, ...start }).ending).toBe(ending);
  });
});

test('the last look and the own id are remembered through an absence', () => {
  expect(
    judgeAll('5:deploying#dep_2 10:missing', { ...was('running', 'dep_1'), ...lost }),
  ).toMatchObject({
    deploymentId: 'dep_2',
    begun: true,
    begunMs: 5_000,
    confirmed: true,
    missingSinceMs: 10_000,
    last: { status: 'deploying', deploymentId: 'dep_2' },
  });
});

test.each<[what: string, shown: Partial<Service>, wanted: string | undefined, ending: Ending]>([
  ['the branch hotfix', { branch: 'hotfix' }, undefined, 'superseded'],
  ['the branch main', { branch: 'main' }, undefined, 'deployed'],
  ['the branch main by its full name', { branch: 'refs/heads/main' }, undefined, 'deployed'],
  [
    'a branch that holds what full names begin with',
    { branch: 'marefs/heads/in' },
    undefined,
    'superseded',
  ],
  ['our commit', { commit: 'c0ffee' }, 'c0ffee', 'deployed'],
  ['another commit', { commit: 'decade' }, 'c0ffee', 'superseded'],
  ['our commit as git abbreviates it', { commit: 'C0FFEE0' }, 'c0ffee0123456789', 'deployed'],
  [
    'our commit whole, where we have the begin',
    { commit: 'c0ffee0123456789' },
    'c0ffee0',
    'deployed',
  ],
  ['too little of a commit', { commit: 'c0ffee' }, 'c0ffee0123456789', 'superseded'],
  ['no commit', {}, 'c0ffee', 'deployed'],
  ['a commit, and ours is not known', { commit: 'decade' }, undefined, 'deployed'],
])('where Outpost shows in the end %s: %j, and %s was wanted: %s', (_, shown, commit, ending) => {
  const looks = looksOf('5:deploying 10:running 15:running').map(({ atMs, seen }) => ({
    atMs,
    seen: seen === 'missing' ? seen : { ...seen, ...shown },
  }));
  expect(looks.reduce(judge, judgeAll('0:running', { commit })).ending).toBe(ending);
});

test('a lost call is known to have arrived by the commit that was pushed, where Outpost shows which one runs', () => {
  const baseline = aService({ commit: 'decade0123456789' });
  const looks = ['c0ffee0', 'c0ffee0'].map((commit, index) => ({
    atMs: 5_000 * (index + 1),
    seen: aService({ commit }),
  }));
  const start = { ...lost, baseline, commit: 'c0ffee0123456789' };
  expect(looks.reduce(judge, anOpenJudgement(start)).ending).toBe('deployed');
  const endingFrom = (fields: Partial<JudgementStart>) =>
    looks.reduce(judge, anOpenJudgement({ ...start, ...fields })).ending;
  expect(endingFrom({ baseline: aService({ commit: 'c0ffee0' }) })).toBeUndefined();
  expect(endingFrom({ baseline: aService() })).toBeUndefined();
  expect(endingFrom({ commit: undefined })).toBeUndefined();
  expect(judgeAll('5:running 10:running', start).ending).toBeUndefined();
});

test('a platform that moves updated_at by itself at every look is believed at the seventh', () => {
  const looks = [0, 1, 2, 3, 4, 5, 6].map((minute) => ({
    atMs: 10_000 + minute * 6_000,
    seen: aService({ updatedAt: `2026-01-01T01:0${minute}:00Z` }),
  }));
  const began = judgeAll('5:deploying');
  expect(looks.slice(0, 6).reduce(judge, began)).toMatchObject({ ending: undefined, unsettled: 5 });
  expect(looks.reduce(judge, began).ending).toBe('deployed');
});
