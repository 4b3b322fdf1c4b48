import { afterEach, expect, test } from '@jest/globals';
import { isolatedEnvironment } from '../../../src/deploy/push/git.ts';

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
});

test('git gets what it needs to reach the server, and nothing else from the job', () => {
  Object.assign(process.env, {
    RUNNER_TRACKING_ID: 'github_7',
    https_proxy: 'http://127.0.0.1:1',
    GITHUB_TOKEN: 'secret',
    GIT_TRACE_CURL: '1',
  });
  const env = isolatedEnvironment('/empty', [['http.followRedirects', 'false']]);
  // The runner uses its tracking id to end a git that outlived a killed step.
  expect(env).toMatchObject({
    RUNNER_TRACKING_ID: 'github_7',
    https_proxy: 'http://127.0.0.1:1',
    HOME: '/empty',
    GIT_CONFIG_KEY_0: 'http.followRedirects',
  });
  expect(env).not.toHaveProperty('GITHUB_TOKEN');
  expect(env).not.toHaveProperty('GIT_TRACE_CURL');
});
