import { describe, expect, test } from '@jest/globals';
import type { Scenario } from '../scenario.ts';
import { ask, deploy, emulate, field, tokenFor } from './client.ts';

const web = { namespace: 'acme', name: 'web', status: 'running' };
const api = { namespace: 'acme', name: 'api', status: 'running' };
const worker = { namespace: 'acme', name: 'worker', status: 'running' };

/** Reads a JSON answer and keeps only the fields that identify a service. */
async function read(scenario: Scenario, path: string): Promise<unknown> {
  const emulator = await emulate({ scenario });
  const { text } = await ask(emulator, { path, token: tokenFor(emulator, ['service']) });
  const kept = ['namespace', 'name', 'full_name', 'fullName', 'status', 'state', 'version'];
  return JSON.parse(text, (_, value: unknown) => {
    const isService = typeof value === 'object' && value !== null && 'id' in value;
    if (!isService) return value;
    return Object.fromEntries(Object.entries(value).filter(([key]) => kept.includes(key)));
  });
}

describe('a single read', () => {
  test.each<{ readonly scenario: Scenario; readonly shown: unknown }>([
    { scenario: {}, shown: web },
    { scenario: { envelope: 'bare' }, shown: web },
    { scenario: { envelope: 'data' }, shown: { data: web } },
    { scenario: { envelope: 'service' }, shown: { service: web } },
    { scenario: { envelope: 'result' }, shown: { result: web } },
    { scenario: { envelope: 'data.service' }, shown: { data: { service: web } } },
    { scenario: { envelope: 'list' }, shown: [api, worker, web] },
    { scenario: { envelope: 'data-list' }, shown: { data: [api, worker, web] } },
    { scenario: { naming: 'separate' }, shown: web },
    { scenario: { naming: 'full_name' }, shown: { full_name: 'acme/web', status: 'running' } },
    { scenario: { naming: 'full-in-name' }, shown: { name: 'acme/web', status: 'running' } },
    { scenario: { naming: 'none' }, shown: { status: 'running' } },
    {
      scenario: { envelope: 'data', naming: 'full-in-name' },
      shown: { data: { name: 'acme/web', status: 'running' } },
    },
    {
      scenario: { naming: 'full_name', spelling: { keys: 'camelCase', status: 'state' } },
      shown: { fullName: 'acme/web', state: 'running' },
    },
    // Details that only a single read shows aren't shown for the other services in its list.
    {
      scenario: { envelope: 'list', versions: true },
      shown: [api, worker, { ...web, version: 1 }],
    },
  ])('$scenario', async ({ scenario, shown }) => {
    expect(await read(scenario, '/acme/service/web')).toEqual(shown);
  });

  test('a list only counts as a poll of the requested service', async () => {
    const emulator = await emulate({ scenario: { envelope: 'list' } });
    const token = tokenFor(emulator, ['service']);
    await deploy(emulator, token);
    await ask(emulator, { path: '/acme/service/web', token });
    expect(emulator.world.service('acme', 'web').looks).toBe(1);
    expect(emulator.world.service('acme', 'api').looks).toBe(0);
    await ask(emulator, { path: '/acme/service/web', token });
    expect(emulator.world.service('acme', 'web').status).toBe('running');
  });
});

describe('a list', () => {
  const page = { page: 1, per_page: 20, total: 3, total_pages: 1 };
  test.each<{ readonly scenario: Scenario; readonly shown: unknown }>([
    { scenario: {}, shown: { data: [web, api, worker], pagination: page } },
    { scenario: { listEnvelope: 'page' }, shown: { data: [web, api, worker], pagination: page } },
    { scenario: { listEnvelope: 'array' }, shown: [web, api, worker] },
    { scenario: { listEnvelope: 'services' }, shown: { services: [web, api, worker] } },
    {
      scenario: { namelessItem: true },
      shown: {
        data: [{ status: 'stopped' }, web, api, worker],
        pagination: { ...page, total: 4 },
      },
    },
    {
      scenario: { namelessItem: true, listEnvelope: 'array', spelling: { status: 'state' } },
      shown: ['stopped', web, api, worker].map((item) =>
        typeof item === 'string'
          ? { state: item }
          : { namespace: item.namespace, name: item.name, state: item.status },
      ),
    },
    {
      scenario: { naming: 'full_name', listEnvelope: 'array' },
      shown: ['web', 'api', 'worker'].map((name) => ({
        full_name: `acme/${name}`,
        status: 'running',
      })),
    },
    { scenario: { naming: 'none', listEnvelope: 'array' }, shown: [web, api, worker] },
    // The envelope of a single read is independent of that of a list.
    { scenario: { envelope: 'data.service', listEnvelope: 'array' }, shown: [web, api, worker] },
  ])('$scenario', async ({ scenario, shown }) => {
    expect(await read(scenario, '/acme/services')).toEqual(shown);
  });

  test('keeps its pagination', async () => {
    const emulator = await emulate({ scenario: { listEnvelope: 'services' } });
    const token = tokenFor(emulator, ['service']);
    const answer = await ask(emulator, { path: '/acme/services?per_page=2&page=2', token });
    expect(field(answer, 'services', 'length')).toBe(1);
    expect(field(answer, 'services', 0, 'name')).toBe('worker');
  });
});
