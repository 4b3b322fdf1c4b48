import { expect, test } from '@jest/globals';
import { cases } from '../../scripts/screenshots/cases.ts';
import { failureText } from '../../src/report/failure-text.ts';

test('names every failure with its request id, after the part that a runner may cut off', () => {
  const report = cases['twelve-services'];
  if (report?.failure === undefined) throw new Error('two of the twelve fail');
  expect(failureText(report.failure, report, true).message.split('\n')).toEqual([
    'Rolling out acme/worker: Outpost reports that the rollout failed.',
    report.failure.hint,
    `Request: ${report.failure.request_id}`,
    expect.stringMatching(/#rollout-failed$/),
    'The last log lines of acme/worker:',
    ...report.deployments.flatMap(({ service, log_tail }) =>
      service === 'worker' ? log_tail.map((line) => `  ${line}`) : [],
    ),
    expect.stringMatching(
      /^Also: Rolling out acme\/feed: Outpost reports that the rollout failed\. \(request req_\w+\)$/,
    ),
  ]);
});
