import { expect, test } from '@jest/globals';
import { type Claim, claimOf } from '../../src/deploy/claim.ts';
import type { RunStatus } from '../../src/report/report.ts';
import { aReceipt, aService, aVerdict } from '../support/build.ts';

const none: Claim = { commit: undefined, source: undefined };
const byPush: Claim = { commit: 'c1', source: 'push' };
const byOutpost: Claim = { commit: 'c2', source: 'outpost' };

test.each<[string, string | undefined, string | undefined, string | undefined, RunStatus, Claim]>([
  ['what Outpost shows', 'c2', undefined, undefined, 'deployed', byOutpost],
  ['what Outpost shows, whatever was pushed', 'c2', 'c1', 'c1', 'deployed', byOutpost],
  ['what Outpost shows of a failed deploy', 'c2', 'c1', 'c1', 'failed', byOutpost],
  ['what was pushed and is at the tip still', undefined, 'c1', 'c1', 'deployed', byPush],
  ['what a rollback brought back', undefined, 'c1', 'c1', 'rolled-back', byPush],
  ['none, where the tip has moved', undefined, 'c1', 'c3', 'deployed', none],
  ['none, where the tip is not known', undefined, 'c1', undefined, 'deployed', none],
  ['none, where nothing was pushed', undefined, undefined, 'c1', 'deployed', none],
  ['none of a deploy that failed', undefined, 'c1', 'c1', 'failed', none],
  ['none of one that was only accepted', undefined, 'c1', 'c1', 'accepted', none],
])('%s', (_, shown, pushed, tip, status, claim) => {
  const receipt = aReceipt();
  const verdict = aVerdict({
    status,
    service: aService({ commit: shown }),
    receipt: { ...receipt, deploy: { ...receipt.deploy, commit: pushed } },
  });
  expect(claimOf(verdict, tip)).toEqual(claim);
});
