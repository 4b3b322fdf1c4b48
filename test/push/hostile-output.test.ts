import { expect } from '@jest/globals';
import { pushFailure } from '../../src/deploy/push/push-failure.ts';
import { deployPushed, expectNotDeployed, pushHosts, telling } from '../support/push/deploys.ts';
import { at, gitTest, newOrigin } from '../support/push/git.ts';

// A line of one megabyte, made so that a pattern applied to all of it takes minutes. The run would
// then ignore its timeout and signals, and the clock's hang detection would end the test.

const long = (piece: string): string => piece.repeat(Math.ceil(1_000_000 / piece.length));

gitTest.each(pushHosts)(
  'the run ends if the git server reports a missing repository in a one-megabyte line (%s)',
  async (host) => {
    const body = `${long("repository '")}x' not found\n`;
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const result = await deployPushed({
      host,
      ...at(newOrigin()),
      scenario: {
        ...telling,
        faults: [
          {
            on: 'git.advertise',
            times: 'always',
            do: { kind: 'answer', status: 404, headers, body },
          },
        ],
      },
    });
    expectNotDeployed(result, 'push-refused', 9, /Outpost has no such repository/);
  },
);

gitTest.each(["repository '", '[rejected] ', 'pack ', '[remote rejected] (', 'unable to read '])(
  'the run ends if a hook prints %j for a megabyte',
  async (piece) => {
    const scenario = {
      ...telling,
      repositories: [{ namespace: 'acme', name: 'web', declineHook: `${long(piece)}\n` }],
    };
    const result = await deployPushed({ ...at(newOrigin()), scenario });
    expectNotDeployed(result, 'push-rejected', 9, /Outpost rejected it/);
  },
);

gitTest('an error after many lines of server output is still read', () => {
  const stderr = `${'remote: no\n'.repeat(50_000)}fatal: unable to access 'x': The requested URL returned error: 403\n`;
  const end = { status: 128, stdout: '', stderr, trouble: undefined };
  const failure = pushFailure(end, 'Pushing', { namespace: 'acme', name: 'web' });
  expect(failure.code).toBe('push-refused');
  return Promise.resolve();
});
