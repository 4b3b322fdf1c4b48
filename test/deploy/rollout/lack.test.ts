import { expect, test } from '@jest/globals';
import { judge } from '../../../src/deploy/rollout/judge.ts';
import { lackOf } from '../../../src/deploy/rollout/lack.ts';
import { anOpenJudgement, aService, type JudgementStart } from '../../support/build.ts';
import { looksOf, serviceOf } from './looks.ts';

type Start = Partial<JudgementStart>;

const lackAfter = (looks: string, start: Start = {}) =>
  lackOf(looksOf(looks).reduce(judge, anOpenJudgement(start)));

const was = (look: string): Start => ({ baseline: serviceOf(look) });

test.each<[string, string, string, Start?]>([
  [
    'nothing changed',
    '5:running',
    'the service shows `running`, and nothing changed since the call',
  ],
  [
    'updated_at changed',
    '5:running@later',
    'the service shows `running`, and `updated_at` changed, but that can have other reasons',
  ],
  ['replicas', '5:running(1/1)', 'fewer replicas were ready for a while', was('running(2/1)')],
  ['the version', '5:running(1/1)v2', 'its target version changed', was('running(1/1)v1')],
  [
    'an id that changed at once',
    '5:running#dep_2',
    'its deployment or commit changed with the call itself',
    was('running#dep_1'),
  ],
  [
    'an earlier rollout',
    '2:rolling 5:running',
    'a rollout from before the call finished',
    was('rolling'),
  ],
  [
    'two signs',
    '5:running@later(1/1)',
    '`updated_at` changed and fewer replicas were ready for a while, but',
    was('running(2/1)'),
  ],
  [
    'the deployment from before',
    '5:running#dep_1',
    'Outpost shows the deployment dep_1, which is from before the deploy',
    was('running#dep_1'),
  ],
  [
    'the same if ours is known',
    '5:running#dep_1',
    'Outpost shows the deployment dep_1, not the one from this run (dep_2)',
    { ...was('running#dep_1'), ownId: 'dep_2' },
  ],
  [
    'a commit',
    '1:rolling 5:running 20:running',
    'Outpost does not show which commit is live',
    { proof: 'commit', runCommit: 'c0ffee0' },
  ],
  [
    'an address',
    '5:missing',
    'none of the known addresses returned the service',
    { isBlind: true },
  ],
])('%s', (_, looks, because, start = {}) => {
  expect(lackAfter(looks, start)?.because).toContain(because);
});

test.each<[string, string, Start?]>([
  ['nothing was seen', '5:missing'],
  ['it is rolling', '5:rolling'],
  ['it settles', '5:rolling 6:running'],
  [
    'it settles, and its commit should be visible',
    '5:rolling',
    { proof: 'commit', runCommit: 'c0ffee0' },
  ],
])('nothing is missing: %s', (_, looks, start = {}) => {
  expect(lackAfter(looks, start)).toBeUndefined();
});

test('the hint names the health check first, and `proof: updated-at` last if it would help', () => {
  const moved = lackAfter('5:running@later')?.hint ?? '';
  expect(moved).toMatch(
    /`health-check: \/version` and `health-check-contains: .*`proof: updated-at`/,
  );
  expect(lackAfter('5:running')?.hint).toMatch(/`health-check-contains: "{commit:7}"`\.$/);
});

test.each<[string, string, RegExp, Start]>([
  [
    'the deployment from before',
    '5:running#dep_1',
    /^Check the service in the dashboard\..*`health-check: /,
    was('running#dep_1'),
  ],
  [
    'a commit',
    '1:rolling 5:running 20:running',
    /^To prove the commit, .*`health-check: .*Or remove `proof: commit`\.$/,
    { proof: 'commit', runCommit: 'c0ffee0' },
  ],
  ['an address', '5:missing', /what the health check returns\.$/, { isBlind: true }],
])('the hint for %s', (_, looks, hint, start) => {
  expect(lackAfter(looks, start)?.hint).toMatch(hint);
});

test('says that a service has no status', () => {
  const seen = aService({ statusWord: '' });
  const judged = judge(anOpenJudgement(), { kind: 'service', atMs: 5_000, seen });
  expect(lackOf(judged)?.because).toContain('the service shows `no status`, and');
});
