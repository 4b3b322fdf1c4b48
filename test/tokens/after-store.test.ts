import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { gateBefore } from '../support/gate.ts';
import { saidOf, type TokenResult } from '../support/run-token.ts';
import { githubSite, siteWith, type TokenSite } from '../support/token-site.ts';
import { cutOff, type Step, siteHanging, stepNamed } from './steps.ts';

const LEFT = ['deploy-2026-01-02-030405-abcd', 'deploy-2026-02-03-040506-0000'];

const verdict = ({ exitStatus, outputs }: TokenResult): string =>
  `${exitStatus} ${outputs['failure-code']}, ${outputs['status']}`;

/** Expects that the next run cleans everything up. */
async function expectMended(site: TokenSite): Promise<void> {
  site.pass(LONGEST_RUN_MS + 5_000);
  expect((await site.run()).exitStatus).toBe(0);
  expect(site.alive()).toEqual([await site.stored()]);
}

test.each(['github', 'gitlab'] as const)(
  '%s: the stored token cannot be tried again: the report names it, and both tokens stay',
  async (store) => {
    // The first read tries the new token before it's stored. On GitLab, the old one is tried as
    // well.
    const skip = store === 'gitlab' ? 2 : 1;
    const faults: readonly FaultRule[] = [
      { on: 'token.get', skip, times: 4, do: { kind: 'answer', status: 503 } },
    ];
    const site = await siteWith(store, { scenario: { faults } });
    const result = await site.run();
    expect(verdict(result)).toBe('7 outcome-unknown, unknown');
    const stored = await site.stored();
    expect(site.alive()).toEqual(['deploy', stored]);
    expect(result.outputs['stored-name']).toBe(stored);
    expect(result.outputs['token-expires-at']).toMatch(/^\d{4}-/);
    expect(result.report).toMatchObject({ token_name: stored, revoked: [], left: ['deploy'] });
    expect(saidOf(result)).toContain(stored);
    await expectMended(site);
  },
);

test('somebody revokes the stored token before it is tried again: the run reports it as dead', async () => {
  const site = await githubSite();
  const { index } = await stepNamed('github', 'stores the new token', 'after');
  const gate = await gateBefore(new URL(site.keeper.server.url).origin);
  const held = gate.hold(index, 'after');
  const ended = site.run({ inputs: { 'api-url': gate.origin } });
  await held.reached;
  const name = site.alive().find((one) => one !== 'deploy') ?? '';
  site.emulator.world.revokeToken('ada', name);
  held.release();
  const result = await ended;
  expect(verdict(result)).toBe('3 token-value-lost, unknown');
  expect({ alive: site.alive(), stored: await site.stored() }).toEqual({
    alive: ['deploy'],
    stored: undefined,
  });
  expect(result.report).toMatchObject({ token_name: name, revoked: [], left: ['deploy'] });
  expect(saidOf(result)).toMatch(/the stored token no longer works/);
  expect(saidOf(result)).toMatch(/in Settings > Access Tokens and store it yourself/);
  expect(saidOf(result)).not.toMatch(/both .*work/i);
  await expectMended(site);
});

test.each([
  ['before the first is revoked', 'revokes the old token', 'before', 0, []],
  ['after the first is revoked, and before that is known', 'revokes the old token', 'after', 0, []],
  ['before the second is revoked', 'revokes the old token', 'before', 2, ['deploy']],
  ['when the stored token is tried once more', 'tries the new token once more', 'before', 0, []],
] as const)(
  'a cancel %s: the report names the stored token and what is left',
  async (_, does, moment, later, revoked) => {
    const step = await stepNamed('github', does, moment);
    const here = { ...step, index: step.index + later };
    const site = await siteHanging((scenario) => githubSite({ scenario }), here);
    for (const name of LEFT) site.emulator.world.createToken({ name, scopes: ['service'] });
    site.pass(LONGEST_RUN_MS + 5_000);
    const result = await cutOff(site, here, 'SIGTERM');
    expect(verdict(result)).toBe('143 terminated, cancelled');
    const stored = await site.stored();
    expect(result.outputs['stored-name']).toBe(stored);
    const left = ['deploy', ...LEFT].filter((name) => !revoked.some((one) => one === name));
    expect(result.report).toMatchObject({ token_name: stored, revoked, left });
    for (const name of [stored, ...left]) expect(saidOf(result)).toContain(`"${name}"`);
    expect(saidOf(result)).not.toMatch(/Look above/);
    await expectMended(site);
  },
);

test.each([
  ['cannot be tried', 503, '7 outcome-unknown, unknown', /in Settings > Access Tokens/],
  [
    'is dead',
    401,
    '3 token-value-lost, unknown',
    /Regenerate "deploy" in Settings > Access Tokens and store the value yourself/,
  ],
] as const)(
  'regenerate: the stored value %s: it is stored anyway, and there is no old token',
  async (_, status, expected, says) => {
    const faults: readonly FaultRule[] = [
      { on: 'token.get', times: 'always', do: { kind: 'answer', status } },
    ];
    const site = await githubSite({ scenario: { faults } });
    const result = await site.run({ inputs: { strategy: 'regenerate' } });
    expect(verdict(result)).toBe(expected);
    expect(result.outputs['stored-name']).toBe('deploy');
    expect(await site.stored()).toBe('deploy');
    expect(saidOf(result)).toMatch(says);
    expect(saidOf(result)).not.toMatch(/old token|[Nn]othing was (?:deployed|replaced)/);
  },
);

test('regenerate: a cancel while the stored value is being tried', async () => {
  const faults: readonly FaultRule[] = [{ on: 'token.get', do: { kind: 'hang' } }];
  const site = await githubSite({ scenario: { faults } });
  const step: Step = { server: 'Outpost', index: 2, does: 'tries the new value', moment: 'before' };
  const result = await cutOff(site, step, 'SIGTERM', { strategy: 'regenerate' });
  expect(verdict(result)).toBe('143 terminated, cancelled');
  expect(result.outputs['stored-name']).toBe('deploy');
  expect(await site.stored()).toBe('deploy');
  expect(saidOf(result)).not.toMatch(/old token|Look above/);
});
