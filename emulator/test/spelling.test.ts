import { describe, expect, test } from '@jest/globals';
import type { Spelling } from '../spelling.ts';
import { spelled } from '../spelling.ts';
import { ask, deploy, emulate, field, tokenFor } from './client.ts';

const service = {
  id: 'svc_1',
  status: 'running',
  ready_replicas: 2,
  active_versions: [1, 2],
  deployment: { id: 7, status: 'live', commit: undefined, created_at: '2026-01-01T00:00:00.123Z' },
  updated_at: '2026-01-01T23:30:00.123Z',
};

test.each<{ readonly spelling: Spelling; readonly changed: Readonly<Record<string, unknown>> }>([
  { spelling: {}, changed: {} },
  { spelling: { status: 'state' }, changed: { state: 'running' } },
  { spelling: { status: 'phase' }, changed: { phase: 'running' } },
  { spelling: { status: 'status.phase' }, changed: { status: { phase: 'running' } } },
  { spelling: { words: { running: 'READY' } }, changed: { status: 'READY' } },
  { spelling: { words: { constructor: 'x' } }, changed: { status: 'running' } },
  { spelling: { times: 'milliseconds' }, changed: { updated_at: '2026-01-01T23:30:00.123Z' } },
  { spelling: { times: 'seconds' }, changed: { updated_at: '2026-01-01T23:30:00Z' } },
  { spelling: { times: 'offset' }, changed: { updated_at: '2026-01-02T01:30:00.123+02:00' } },
  { spelling: { times: 'epoch-seconds' }, changed: { updated_at: 1_767_310_200 } },
  { spelling: { times: 'epoch-milliseconds' }, changed: { updated_at: 1_767_310_200_123 } },
  { spelling: { listTimes: 'seconds' }, changed: { updated_at: '2026-01-01T23:30:00.123Z' } },
])('$spelling', ({ spelling, changed }) => {
  expect(spelled(service, spelling)).toMatchObject(changed);
});

test('all options at once, in the deployment too', () => {
  const spelling: Spelling = {
    keys: 'camelCase',
    status: 'state',
    times: 'epoch-seconds',
    words: { live: 'LIVE' },
  };
  expect(spelled(service, spelling)).toEqual({
    id: 'svc_1',
    state: 'running',
    readyReplicas: 2,
    activeVersions: [1, 2],
    deployment: { id: 7, state: 'LIVE', commit: undefined, createdAt: 1_767_225_600 },
    updatedAt: 1_767_310_200,
  });
});

describe('over HTTP', () => {
  test('the list can write times differently from the single read', async () => {
    const emulator = await emulate({ scenario: 'two-spellings' });
    const token = tokenFor(emulator, ['service']);
    const list = await ask(emulator, { path: '/acme/services', token });
    const single = await ask(emulator, { path: '/acme/service/web', token });
    expect(field(list, 'data', 0, 'updated_at')).toBe('2025-12-31T23:00:00Z');
    expect(field(single, 'updated_at')).toBe('2025-12-31T23:00:00.123Z');
  });

  test('deploy and reads use the same spelling; the status filter keeps its words', async () => {
    const emulator = await emulate({
      scenario: {
        deploymentInfo: { field: 'deployment_id' },
        deployAnswer: { body: 'ids' },
        spelling: { keys: 'camelCase', status: 'phase', words: { deploying: 'REPLICA_INIT' } },
      },
    });
    const token = tokenFor(emulator, ['service']);
    const answer = await deploy(emulator, token);
    expect(field(answer, 'phase')).toBe('REPLICA_INIT');
    const list = await ask(emulator, { path: '/acme/services?status=deploying', token });
    expect(field(list, 'data', 0)).toMatchObject({ name: 'web', phase: 'REPLICA_INIT' });
    const single = await ask(emulator, { path: '/acme/service/web', token });
    expect(field(single, 'deploymentId')).toBe(field(answer, 'id'));
    expect(field(single, 'readyReplicas')).toBe(2);
  });
});
