import { describe, expect, test } from '@jest/globals';
import {
  isIncomplete,
  isOtherLive,
  type Own,
  type WeakSign,
  weakSigns,
} from '../../../src/deploy/rollout/signs.ts';
import { aDeployment, aService } from '../../support/build.ts';
import { serviceOf } from './looks.ts';

function own(was: string, fields: Partial<Own> = {}): Own {
  return { baseline: serviceOf(was), ownId: undefined, pushedCommit: undefined, ...fields };
}

describe('weak signs', () => {
  test.each<[string, Own, string, readonly WeakSign[]]>([
    ['nothing', own('running'), 'running', []],
    ['a new updated_at', own('running'), 'running@later', ['updated-at']],
    ['fewer replicas', own('running(2/1)'), 'running(1/1)', ['replicas']],
    ['as many replicas', own('running(2/1)'), 'running(2/1)', []],
    ['more replicas', own('running(1/1)'), 'running(2/1)', []],
    ['replicas that were not shown before', own('running'), 'running(0/1)', []],
    ['replicas that are no longer shown', own('running(1/1)'), 'running', []],
    ['another version', own('running(1/1)v1'), 'running(1/1)v2', ['version']],
    ['a new id', own('running#dep_1'), 'running#dep_2', ['changed-with-call']],
    ['the id from before', own('running#dep_1'), 'running#dep_1', []],
    ['an id if there was none', own('running'), 'running#dep_1', []],
    [
      'our id if there was none',
      own('running', { ownId: 'dep_1' }),
      'running#dep_1',
      ['changed-with-call'],
    ],
    [
      'our id, which was already there',
      own('running#dep_1', { ownId: 'dep_1' }),
      'running#dep_1',
      [],
    ],
    ['rolling', own('running'), 'rolling', []],
  ])('%s', (_, mine, look, signs) => {
    expect(weakSigns(mine, serviceOf(look), true)).toEqual(signs);
  });

  test.each<[string, string | undefined, readonly WeakSign[]]>([
    ['another one', 'decade0', ['changed-with-call']],
    ['none', undefined, ['changed-with-call']],
    ['the same', 'c0ffee0', []],
  ])('the pushed commit, if the baseline showed %s', (_, commit, signs) => {
    const mine = { ...own('running', { pushedCommit: 'c0ffee0' }), baseline: aService({ commit }) };
    expect(weakSigns(mine, aService({ commit: 'c0ffee0' }), true)).toEqual(signs);
  });

  test('a new id also counts if it comes after one from before', () => {
    const deployments = ['dep_1', 'dep_2'].map((id) => aDeployment({ id }));
    expect(weakSigns(own('running#dep_1'), aService({ deployments }), true)).toEqual([
      'changed-with-call',
    ]);
  });

  test.each<[string, readonly WeakSign[]]>([
    ['rolling', ['earlier-rollout']],
    ['running', []],
  ])('during a rollout that was already in progress: %s', (look, signs) => {
    expect(weakSigns(own('rolling'), serviceOf(look), false)).toEqual(signs);
  });
});

test.each<[string, Partial<Own>, string, boolean]>([
  ['ours', { ownId: 'dep_2' }, 'running#dep_2', false],
  ['another one', { ownId: 'dep_2' }, 'running#dep_1', true],
  ['not shown', { ownId: 'dep_2' }, 'running', false],
  ['shown, but ours is unknown', {}, 'running#dep_1', false],
])('the live deployment is %s', (_, fields, look, isOther) => {
  expect(isOtherLive(own('running#dep_1', fields), serviceOf(look))).toBe(isOther);
});

test.each<[string, boolean]>([
  ['running', false],
  ['running(1/1)', false],
  ['running(2/1)', false],
  ['running(0/0)', false],
  ['running(0/1)', true],
  ['running#dep_2=rolling', true],
  ['running#dep_2', false],
  ['runningv2[2]', false],
  ['runningv2[1]', true],
  ['runningv2[1,2]', true],
  ['runningv2[2,1]', true],
  ['runningv2[]', true],
  ['running(0/0)v2[]', false],
  ['running(1/1)v2[]', true],
])('%s is incomplete: %s', (look, isShort) => {
  expect(isIncomplete(own('running', { ownId: 'dep_2' }), serviceOf(look))).toBe(isShort);
});

test('a replica count is not compared without the other one', () => {
  const mine = own('running');
  expect(isIncomplete(mine, aService({ readyReplicas: 0 }))).toBe(false);
  expect(isIncomplete(mine, aService({ minReplicas: 1 }))).toBe(false);
});
