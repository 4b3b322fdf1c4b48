import { expect, test } from '@jest/globals';
import { type Claim, claimOf } from '../../src/deploy/claim.ts';
import type { RunStatus } from '../../src/report/report.ts';
import { aReceipt, aService, aVerdict } from '../support/build.ts';

const none: Claim = { commit: undefined, source: undefined };
const byPush: Claim = { commit: 'c1', source: 'push' };
const byOutpost: Claim = { commit: 'c2', source: 'outpost' };

test.each<[string, string | undefined, string | undefined, string | undefined, RunStatus, Claim]>([
  ['the commit that Outpost shows', 'c2', undefined, undefined, 'deployed', byOutpost],
  [
    'the commit that Outpost shows, even if another was pushed',
    'c2',
    'c1',
    'c1',
    'deployed',
    byOutpost,
  ],
  [
    'the commit that Outpost shows, even if the deploy failed',
    'c2',
    'c1',
    'c1',
    'failed',
    byOutpost,
  ],
  ['the pushed commit, if it is still the tip', undefined, 'c1', 'c1', 'deployed', byPush],
  ['the commit that a rollback restored', undefined, 'c1', 'c1', 'rolled-back', byPush],
  ['none if the tip has moved', undefined, 'c1', 'c3', 'deployed', none],
  ['none if the tip is unknown', undefined, 'c1', undefined, 'deployed', none],
  ['none if nothing was pushed', undefined, undefined, 'c1', 'deployed', none],
  ['none if the deploy failed', undefined, 'c1', 'c1', 'failed', none],
  ['none if the deploy was only accepted', undefined, 'c1', 'c1', 'accepted', none],
])('%s', (_, shown, pushed, tip, status, claim) => {
  const receipt = aReceipt();
  const verdict = aVerdict({
    status,
    service: aService({ commit: shown }),
    receipt: { ...receipt, deploy: { ...receipt.deploy, commit: pushed } },
  });
  expect(claimOf(verdict, tip)).toEqual(claim);
});
