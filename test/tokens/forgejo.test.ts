import { expect, test } from '@jest/globals';
import { type ForgejoStore, startForgejoStore } from '../../simulators/stores/forgejo-store.ts';
import { atEnd } from '../support/build.ts';
import { runToken } from '../support/run-token.ts';
import { openOutpost } from './outpost.ts';

const DAY_MS = 86_400_000;

async function openSite() {
  const { emulator, clock } = await openOutpost();
  const store: ForgejoStore = await startForgejoStore({ hold: clock.hold });
  atEnd(() => store.close());
  const first = emulator.world.createToken({ name: 'deploy', scopes: ['service'] });
  const manager = emulator.world.createToken({ name: 'manager', scopes: ['admin:org'] });
  store.seed('OUTPOST_TOKEN', first);
  const age = (ms: number): void => {
    for (const { name } of emulator.world.tokens.ownedBy('ada')) {
      const record = emulator.world.tokens.find('ada', name);
      if (record !== undefined) record.createdAtMs -= ms;
    }
  };
  const run = (inputs: Readonly<Record<string, string>> = {}) =>
    runToken({
      host: 'shell',
      verb: 'rotate',
      token: manager,
      storeToken: store.token,
      clock,
      inputs: {
        'token-name': 'deploy',
        origin: emulator.origin,
        store: 'forgejo',
        repository: 'acme/web',
        'api-url': store.url,
        ...inputs,
      },
    });
  const alive = (): readonly string[] =>
    emulator.world.tokens
      .ownedBy('ada')
      .flatMap(({ name }) => (name.startsWith('deploy') ? [name] : []));
  const stored = (): string | undefined =>
    emulator.world.tokens.nameOf(store.secretOf('OUTPOST_TOKEN') ?? '');
  return { store, run, alive, stored, age };
}

test('Forgejo: rotated with overlap, and the next run revokes the old token', async () => {
  const { store, run, alive, stored, age } = await openSite();
  age(7 * DAY_MS);
  const first = await run();
  expect({ exitStatus: first.exitStatus, seen: first.seen }).toMatchObject({ exitStatus: 0 });
  expect(alive()).toEqual(['deploy', stored()]);
  expect(store.variableOf('OUTPOST_TOKEN_NAME')).toBe(stored());
  expect(store.secretOf('OUTPOST_ROTATION_CHECK')).toBeUndefined();
  age(DAY_MS);
  const next = await run();
  expect(next.seen).toMatch(/not due for rotation/);
  expect(alive()).toEqual([stored()]);
});

test('Forgejo: a missing secret, and a refused credential', async () => {
  const { run, store } = await openSite();
  const missing = await run({ 'secret-name': 'OTHER' });
  expect(missing.exitStatus).toBe(4);
  expect(missing.seen).toMatch(/it doesn't exist/);
  store.failNext({ mode: 'status', status: 403, times: 9 });
  const refused = await run();
  expect(refused.exitStatus).toBe(4);
  expect(refused.seen).toMatch(/Forgejo answered 403/);
  expect(refused.seen).not.toMatch(/GitHub/);
});
