import { expect, test } from '@jest/globals';
import { type Input, inputs } from '../../src/inputs/table.ts';
import { inputsOf, type TokenInput } from '../../src/inputs/token-table.ts';
import { rehearse } from '../support/rehearse.ts';
import { githubSite } from '../support/token-site.ts';

/**
 * On GitHub, every earlier step can set environment variables for our step (GITHUB_ENV). Inputs
 * must come only from `with`. A variable with another value ends the run before the token is used.
 */

const quick = { scenario: 'ok' as const };

test('OUTPOST_ORIGIN from an earlier step does not send the token anywhere', async () => {
  const { exitStatus, page, requests, outputs } = await rehearse({
    ...quick,
    // Nobody listens there, so a run that contacted it would fail in another way.
    env: { OUTPOST_ORIGIN: 'http://127.0.0.1:9' },
  });
  expect(exitStatus).toBe(2);
  expect(outputs['failure-code']).toBe('config-invalid');
  expect(page.join('\n')).toMatch(
    /`origin`: the variable OUTPOST_ORIGIN is set .* set `origin` under the step's `with`/,
  );
  expect(page.join('\n')).not.toContain('127.0.0.1:9');
  expect(requests).toEqual([]);
});

test('OUTPOST_ALLOW_UNSAFE_TRIGGER from an earlier step does not let a fork deploy', async () => {
  const { exitStatus, requests } = await rehearse({
    ...quick,
    env: { OUTPOST_ALLOW_UNSAFE_TRIGGER: 'true', GITHUB_EVENT_NAME: 'pull_request_target' },
  });
  expect(exitStatus).toBe(2);
  expect(requests).toEqual([]);
});

const deployRows: readonly Input[] = inputs;
const onGithub = deployRows.filter(
  ({ kind, hosts }) => kind !== 'secret' && (hosts === undefined || hosts.includes('github')),
);

test.each(onGithub.map(({ name }) => name))(
  'the input %s is not taken from the environment, and never ignored',
  async (name) => {
    const variable = `OUTPOST_${name.toUpperCase().replaceAll('-', '_')}`;
    const { exitStatus, page, requests } = await rehearse({ ...quick, env: { [variable]: 'x' } });
    expect(exitStatus).toBe(2);
    expect(page.join('\n')).toContain(`the variable ${variable} is set`);
    expect(requests).toEqual([]);
  },
);

test('a variable with the same value as the step, the default, or nothing is fine', async () => {
  const { exitStatus } = await rehearse({
    ...quick,
    inputs: { timeout: '5m' },
    env: { OUTPOST_TIMEOUT: ' 5m ', OUTPOST_LOGS: 'stream', OUTPOST_BRANCH: ' ' },
  });
  expect(exitStatus).toBe(0);
});

test('the early check reports it when the job starts, and fails if configured to', async () => {
  const run = { ...quick, step: 'pre' as const, env: { OUTPOST_ORIGIN: 'http://127.0.0.1:9' } };
  const warned = await rehearse(run);
  expect(warned.exitStatus).toBe(0);
  expect(warned.page.join('\n')).toMatch(/OUTPOST_ORIGIN is set/);
  const failed = await rehearse({ ...run, inputs: { 'early-check': 'error' } });
  expect(failed.exitStatus).toBe(2);
  expect([...warned.requests, ...failed.requests]).toEqual([]);
});

test('the post step does not contact another host either', async () => {
  const { requests, page } = await rehearse({
    ...quick,
    step: 'post' as const,
    env: { OUTPOST_ORIGIN: 'http://127.0.0.1:9' },
  });
  expect(page.join('\n')).toMatch(/Could not read the current status.*OUTPOST_ORIGIN/);
  expect(requests).toEqual([]);
});

const rotateRows: readonly TokenInput[] = inputsOf('rotate');
const ofRotation = rotateRows.filter(
  ({ kind, hosts }) => kind !== 'secret' && (hosts === undefined || hosts.includes('github')),
);

test('no input of a rotation is taken from the environment', async () => {
  const site = await githubSite();
  const env = Object.fromEntries(
    ofRotation.map(({ name }) => [`OUTPOST_${name.toUpperCase().replaceAll('-', '_')}`, 'x']),
  );
  const { exitStatus, page } = await site.run({ env });
  expect(exitStatus).toBe(2);
  for (const variable of Object.keys(env))
    expect(page.join('\n')).toContain(`the variable ${variable} is set`);
  expect(site.emulator.requests).toEqual([]);
  expect(site.keeper.value()).toBe(site.first);
});
