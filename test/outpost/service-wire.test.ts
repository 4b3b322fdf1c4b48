import { describe, expect, test } from '@jest/globals';
import { parseDeployAnswer } from '../../src/outpost/deploy-wire.ts';
import type { Acceptance, Deployment, Refusal, Service } from '../../src/outpost/model.ts';
import { parseMoment } from '../../src/outpost/moment.ts';
import { parseService, parseServicePage } from '../../src/outpost/service-wire.ts';

const WEB = { namespace: 'acme', service: 'web' };

import { aDeployment, anAcceptance, aService } from '../support/build.ts';

const bare = aService({ updatedAt: undefined });
const web = { name: 'web', status: 'running' };
const STAMP = '2026-01-01T00:00:00Z';

describe('a service', () => {
  test.each<[string, unknown, Service | undefined]>([
    ['the bare object', web, bare],
    ['under data', { data: web }, bare],
    ['unknown fields are ignored', { ...web, color: 7 }, bare],
    ['null is absent', { ...web, updated_at: null, deployment: null, version: null }, bare],
    ['its endpoint', { ...web, endpoint: 'https://e' }, { ...bare, endpoint: 'https://e' }],
    ['its commit', { ...web, commit: 'c0' }, { ...bare, commit: 'c0' }],
    ['a different service than requested is not an answer', { ...web, name: 'api' }, undefined],
    ['a different service under data', { data: { ...web, name: 'api' } }, undefined],
    ['the name in another case is a different name', { ...web, name: 'Web' }, undefined],
    ['an entry of a list', [{ name: 'api', status: 'failed' }, web], bare],
    ['a list without it is not a service', [{ name: 'api' }], undefined],
    ['an error is not a service', { error: { message: 'no' } }, undefined],
    ['a service without a name', { status: 'running' }, undefined],
    ['a name that is not a string', { ...web, name: 7 }, undefined],
  ])('%s', (_, json, service) => {
    expect(parseService(JSON.stringify(json), WEB)).toEqual(service);
  });

  test.each([[''], ['<html>'], ['{"name": "web"'], ['null'], ['"web"'], ['7']])(
    '%j is not a service',
    (text) => {
      expect(parseService(text, WEB)).toBeUndefined();
    },
  );

  test('a byte order mark is tolerated', () => {
    expect(parseService('\uFEFF{"name":"web","status":"running"}', WEB)).toEqual(bare);
  });
});

test.each<[string, object]>([
  ['a status', { status: 7 }],
  ['a status that is an object without a word', { status: { reason: 'x' } }],
  ['a time', { updated_at: {} }],
  ['an endpoint', { endpoint: {} }],
  ['counts', { ready_replicas: 'x', min_replicas: [] }],
  ['strings that only start or end with a digit', { ready_replicas: '1x', min_replicas: 'x1' }],
  ['a count of too many digits', { ready_replicas: '1234567890' }],
  ['a version', { version: {}, active_versions: 'all' }],
  ['versions, one of which is invalid', { active_versions: ['1', {}] }],
  ['a commit', { commit: 7 }],
  ['a deployment id', { deployment_id: {} }],
  ['deployments', { deployment: 'dep_1', current_deployment: [], latest_deployment: 7 }],
])('%s of the wrong type: ignored, and other fields are still read', (_, fields) => {
  const { status: phase = 'running', ...others } = fields as { status?: unknown };
  const isStatus = phase !== 'running';
  expect(parseService(JSON.stringify({ ...web, ...others, status: phase }), WEB)).toEqual(
    isStatus ? { ...bare, phase: 'unknown', statusWord: '' } : bare,
  );
});

test.each<[string, object]>([
  ['endpoint', { endpoint: '' }],
  ['time', { updated_at: '' }],
  ['commit', { commit: '' }],
  ['version', { version: '' }],
  ['deployment id', { deployment_id: '' }],
  ['deployment', { deployment: { id: '', branch: '', commit: '', status: '' } }],
  ['current deployment', { current_deployment: { id: '' } }],
  ['latest deployment', { latest_deployment: { id: '' } }],
])('an empty %s is ignored', (_, fields) => {
  expect(parseService(JSON.stringify({ ...web, ...fields }), WEB)).toEqual(bare);
});

describe('its status', () => {
  test.each<[string, object, Pick<Service, 'phase' | 'statusWord'>]>([
    ['status', { status: 'running' }, { phase: 'running', statusWord: 'running' }],
    ['state', { state: 'deploying' }, { phase: 'rolling', statusWord: 'deploying' }],
    ['phase', { phase: 'failed' }, { phase: 'failed', statusWord: 'failed' }],
    ['status.phase', { status: { phase: 'stopped' } }, { phase: 'idle', statusWord: 'stopped' }],
    ['state.phase', { state: { phase: 'running' } }, { phase: 'running', statusWord: 'running' }],
    [
      'status takes precedence over state and phase',
      { status: 'running', state: 'failed', phase: 'failed' },
      { phase: 'running', statusWord: 'running' },
    ],
    [
      'state takes precedence over phase',
      { state: 'failed', phase: 'running' },
      { phase: 'failed', statusWord: 'failed' },
    ],
    [
      'a null status is skipped',
      { status: null, state: 'running' },
      { phase: 'running', statusWord: 'running' },
    ],
    [
      'an empty status is skipped',
      { status: '', state: 'running' },
      { phase: 'running', statusWord: 'running' },
    ],
    [
      'a status of the wrong type is skipped',
      { status: 200, phase: 'running' },
      { phase: 'running', statusWord: 'running' },
    ],
    ['upper case', { status: 'RUNNING' }, { phase: 'running', statusWord: 'RUNNING' }],
    [
      'an undocumented status is kept',
      { status: 'warming' },
      { phase: 'unknown', statusWord: 'warming' },
    ],
    [
      'degraded is unknown, so we keep waiting',
      { status: 'degraded' },
      { phase: 'unknown', statusWord: 'degraded' },
    ],
    ['none', {}, { phase: 'unknown', statusWord: '' }],
  ])('%s', (_, fields, status) => {
    expect(parseService(JSON.stringify({ name: 'web', ...fields }), WEB)).toEqual({
      ...bare,
      ...status,
    });
  });
});

test.each<[string, unknown]>([
  ['RFC 3339', STAMP],
  ['RFC 3339 with a fraction', '2026-01-01T00:00:00.123Z'],
  ['RFC 3339 in another zone', '2026-01-01T02:00:00+02:00'],
  ['seconds since 1970', Date.parse(STAMP) / 1_000],
  ['seconds since 1970 with a fraction', Date.parse(STAMP) / 1_000 + 0.5],
  ['milliseconds since 1970', Date.parse(STAMP)],
  ['seconds since 1970, as text', String(Date.parse(STAMP) / 1_000)],
  ['milliseconds since 1970, as text', String(Date.parse(STAMP))],
])('the time of its last change as %s', (_, updated_at) => {
  const service = parseService(JSON.stringify({ ...web, updated_at }), WEB);
  expect(service).toEqual({ ...bare, updatedAt: parseMoment(updated_at as string | number) });
  expect(Math.floor((service?.updatedAt?.ms ?? 0) / 1_000)).toBe(Date.parse(STAMP) / 1_000);
});

test.each<[string, object, Partial<Service>]>([
  ['counts', { ready_replicas: 2, min_replicas: 1 }, { readyReplicas: 2, minReplicas: 1 }],
  [
    'counts as digits',
    { ready_replicas: '12', min_replicas: '0' },
    { readyReplicas: 12, minReplicas: 0 },
  ],
  [
    'versions as numbers',
    { version: 2, active_versions: [1, 2] },
    { version: '2', activeVersions: ['1', '2'] },
  ],
  [
    'versions as text',
    { version: 'v2', active_versions: ['v2'] },
    { version: 'v2', activeVersions: ['v2'] },
  ],
  ['version 0', { version: 0, active_versions: [] }, { version: '0', activeVersions: [] }],
])('%s', (_, fields, read) => {
  expect(parseService(JSON.stringify({ ...web, ...fields }), WEB)).toEqual({ ...bare, ...read });
});

describe('its deployments', () => {
  const dep1 = aDeployment({ id: 'dep_1' });

  test.each<[string, object, Partial<Service> & { readonly deployments: readonly Deployment[] }]>([
    ['deployment_id', { deployment_id: 'dep_1' }, { deployments: [dep1] }],
    ['a numeric id', { deployment_id: 7 }, { deployments: [aDeployment({ id: '7' })] }],
    [
      'deployment, with all its fields',
      { deployment: { id: 'dep_1', status: 'building', branch: 'main', commit: 'c1' } },
      {
        deployments: [
          aDeployment({
            phase: 'rolling',
            statusWord: 'building',
            branch: 'main',
            commit: 'c1',
          }),
        ],
        branch: 'main',
        commit: 'c1',
      },
    ],
    [
      'current_deployment: what is running',
      { current_deployment: { id: 'dep_1', state: 'live', branch: 'main', commit: 'c1' } },
      {
        deployments: [
          aDeployment({ phase: 'succeeded', statusWord: 'live', branch: 'main', commit: 'c1' }),
        ],
        branch: 'main',
        commit: 'c1',
      },
    ],
    [
      "latest_deployment may not be live, so its branch and commit are not the service's",
      { latest_deployment: { id: 9, phase: 'failed', branch: 'main', commit: 'c1' } },
      {
        deployments: [
          aDeployment({
            id: '9',
            phase: 'failed',
            statusWord: 'failed',
            branch: 'main',
            commit: 'c1',
          }),
        ],
      },
    ],
    [
      'the live deployment comes first',
      {
        latest_deployment: { id: 'dep_2', status: { phase: 'queued' } },
        current_deployment: { id: 'dep_1', status: 'Active' },
      },
      {
        deployments: [
          aDeployment({ id: 'dep_1', phase: 'succeeded', statusWord: 'Active' }),
          aDeployment({ id: 'dep_2', phase: 'rolling', statusWord: 'queued' }),
        ],
      },
    ],
    [
      'an undocumented status is not an end',
      { deployment: { id: 'dep_1', status: 'ready' } },
      { deployments: [aDeployment({ phase: 'unknown', statusWord: 'ready' })] },
    ],
    [
      'one without a status of its own',
      { deployment: { id: 'dep_1', status: '' } },
      { deployments: [dep1] },
    ],
    [
      'one without an id is skipped, but its branch and commit are read',
      { deployment: { status: 'live', branch: 'main', commit: 'c1' } },
      { deployments: [], branch: 'main', commit: 'c1' },
    ],
    [
      'the commit of the deployment takes precedence over that of the service',
      { commit: 'c0', deployment: { id: 'dep_1', commit: 'c1' } },
      { deployments: [aDeployment({ commit: 'c1' })], commit: 'c1' },
    ],
    [
      'the commit of the service if the deployment has none',
      { commit: 'c0', deployment: { id: 'dep_1' } },
      { deployments: [dep1], commit: 'c0' },
    ],
    [
      'a field of the wrong type does not affect the others',
      { deployment: { id: 'dep_1', status: 7, branch: [], commit: {} } },
      { deployments: [dep1] },
    ],
  ])('%s', (_, fields, read) => {
    expect(parseService(JSON.stringify({ ...web, ...fields }), WEB)).toEqual({
      ...bare,
      ...read,
    });
  });

  test('the status of a deployment is not that of the service', () => {
    const json = { name: 'web', deployment: { id: 'dep_1', status: 'live' } };
    expect(parseService(JSON.stringify(json), WEB)).toMatchObject({
      phase: 'unknown',
      deployments: [{ phase: 'succeeded' }],
    });
  });

  test('a deployment object takes precedence over a bare id', () => {
    const json = { ...web, deployment_id: 'dep_1', deployment: { id: 'dep_1', status: 'live' } };
    const found = parseService(JSON.stringify(json), WEB)?.deployments.find(
      ({ id }) => id === 'dep_1',
    );
    expect(found?.phase).toBe('succeeded');
  });
});

describe('camelCase is read like snake_case', () => {
  test('whatever blanks the server writes', () => {
    const text = '{"name" : "web", "updatedAt"\t:\n "2026-11-24T08:00:00Z"}';
    expect(parseService(text, WEB)?.updatedAt?.ms).toBe(Date.UTC(2026, 10, 24, 8));
  });

  const snake = {
    name: 'web',
    status: 'running',
    updated_at: STAMP,
    ready_replicas: 1,
    min_replicas: 1,
    active_versions: [2],
    deployment_id: 'dep_0',
    current_deployment: { id: 'dep_1', status: 'live' },
    latest_deployment: { id: 'dep_2', status: 'building' },
  };
  const camel = {
    name: 'web',
    status: 'running',
    updatedAt: STAMP,
    readyReplicas: 1,
    minReplicas: 1,
    activeVersions: [2],
    deploymentId: 'dep_0',
    currentDeployment: { id: 'dep_1', status: 'live' },
    latestDeployment: { id: 'dep_2', status: 'building' },
  };

  test('a service', () => {
    const service = parseService(JSON.stringify(snake), WEB);
    expect(service).toMatchObject({
      readyReplicas: 1,
      minReplicas: 1,
      activeVersions: ['2'],
      deployments: [{ id: 'dep_1' }, { id: 'dep_2' }, { id: 'dep_0' }],
    });
    expect(parseService(JSON.stringify(camel), WEB)).toEqual(service);
    expect(parseService(JSON.stringify({ data: camel }), WEB)).toEqual(service);
  });

  test('a page', () => {
    const page = { data: [camel], pagination: { page: 1, totalPages: 2 } };
    expect(parseServicePage(JSON.stringify(page), 1)).toEqual({
      services: [parseService(JSON.stringify(snake), WEB)],
      more: true,
    });
  });

  test.each([['deploymentId'], ['deploymentID'], ['DeploymentId'], ['DEPLOYMENT_ID']])(
    'the answer to a deploy: %s',
    (name) => {
      expect(parseDeployAnswer(JSON.stringify({ [name]: 'dep_1' }))).toMatchObject({
        acceptance: { deploymentId: 'dep_1' },
      });
    },
  );
});

describe('a page of services', () => {
  const page = (pagination: unknown, data: unknown = [web]) =>
    parseServicePage(
      JSON.stringify({ data, ...(pagination === undefined ? {} : { pagination }) }),
      1,
    );

  test.each<[string, unknown, boolean]>([
    ['the first of two', { page: 1, total_pages: 2 }, true],
    ['digits', { page: '1', total_pages: '2' }, true],
    ['the number of pages, but not which one this is', { total_pages: 2 }, true],
    ['the last', { page: 2, total_pages: 2 }, false],
    ['the only one', { page: 1, total_pages: 1 }, false],
    ['no pagination', undefined, false],
    ['pagination of another shape', 'next', false],
    [
      'a page that was not requested, as from a server that ignores the parameter',
      { page: 3, total_pages: 9 },
      false,
    ],
  ])('%s', (_, pagination, more) => {
    expect(page(pagination)).toEqual({ services: [bare], more });
  });

  test('an empty page is always the last one, so that reading ends', () => {
    expect(page({ page: 1, total_pages: 9 }, [])).toEqual({ services: [], more: false });
  });

  test('every service on it is read like a single one', () => {
    const others = [
      { name: 'api', state: 'REPLICA_INIT', version: 3 },
      { ...web, deployment: { id: 'dep_1', status: 'failed' } },
    ];
    expect(page(undefined, others)?.services).toEqual(
      others.map((one) => parseService(JSON.stringify(one), { ...WEB, service: one.name })),
    );
  });

  test('an item without a name is skipped', () => {
    const page = parseServicePage('{"data":[{},{"name":"web"},null]}', 1);
    expect(page?.services.map(({ name }) => name)).toEqual(['web']);
  });

  test.each([['{}'], ['[{}]'], ['{"data":{}}'], ['{"data":[{}]}'], ['<html>'], ['']])(
    '%s is not a page',
    (text) => {
      expect(parseServicePage(text, 1)).toBeUndefined();
    },
  );
});

describe('the answer to a deploy accepts it', () => {
  test.each<[string, string, Partial<Acceptance>]>([
    ['nothing', '', {}],
    ['text', 'accepted', {}],
    ['JSON text', '"accepted"', {}],
    ['null', 'null', {}],
    ['a list', '[]', {}],
    ['an empty object', '{}', {}],
    ['its id', '{"id":"dep_1"}', { deploymentId: 'dep_1' }],
    ['a numeric id', '{"id":7}', { deploymentId: '7' }],
    ['an empty id', '{"id":""}', {}],
    ['deployment_id', '{"deployment_id":"dep_1"}', { deploymentId: 'dep_1' }],
    [
      'deployment_id takes precedence over id',
      '{"id":"x","deployment_id":"d"}',
      { deploymentId: 'd' },
    ],
    [
      'the nested deployment takes precedence',
      '{"id":"x","endpoint":"https://x","deployment":{"id":"dep_2","endpoint":"https://e"}}',
      { deploymentId: 'dep_2', endpoint: 'https://e' },
    ],
    [
      'an empty nested deployment',
      '{"id":"dep_1","endpoint":"https://e","deployment":{}}',
      { deploymentId: 'dep_1', endpoint: 'https://e' },
    ],
    [
      'under data',
      '{"data":{"deployment_id":"dep_3","endpoint":"https://e"}}',
      { deploymentId: 'dep_3', endpoint: 'https://e' },
    ],
    ['wrong types', '{"id":{},"endpoint":[],"deployment":"dep_1","service":7,"namespace":[]}', {}],
    [
      'it names the service',
      '{"namespace":"ada","service":"web"}',
      { namespace: 'ada', service: 'web' },
    ],
    ['an empty name is ignored', '{"namespace":"","service":""}', {}],
    ['its service as an object', '{"service":{"name":"web"}}', { service: 'web' }],
    [
      'its service as an object with a namespace',
      '{"service":{"name":"web","namespace":"ada"}}',
      { namespace: 'ada', service: 'web' },
    ],
    ['its service by id, which is not a name', '{"service":"svc_0123456789ab"}', {}],
    [
      'the name of a deployment is not the name of a service',
      '{"id":"dep_1","name":"web-3"}',
      {
        deploymentId: 'dep_1',
      },
    ],
    [
      'the service before the deploy: its name, but not its id or status',
      '{"id":"svc_0123456789ab","name":"web","namespace":"acme","status":"failed"}',
      { namespace: 'acme', service: 'web' },
    ],
    [
      'the service before the deploy, under data',
      '{"data":{"id":"svc_0123456789ab","name":"web","state":"error"}}',
      { service: 'web' },
    ],
    [
      'the service with the deployment',
      '{"id":"svc_0123456789ab","name":"web","deployment":{"id":"dep_1","status":"queued"}}',
      { deploymentId: 'dep_1', service: 'web' },
    ],
    [
      'the service before the deploy, recognized by its time',
      '{"id":"7","name":"web","updated_at":"2026-01-01T00:00:00Z","status":"failed"}',
      { service: 'web' },
    ],
    ['one that is in progress', '{"id":"dep_1","status":"building"}', { deploymentId: 'dep_1' }],
    ['one that has succeeded', '{"id":"dep_1","status":"live"}', { deploymentId: 'dep_1' }],
  ])('%s', (_, text, acceptance) => {
    expect(parseDeployAnswer(text)).toEqual({
      kind: 'accepted',
      acceptance: anAcceptance(acceptance),
    });
  });

  test.each<[string, string, Partial<Acceptance>]>([
    [
      'in the deployment',
      '{"deployment":{"id":"dep_1","status":"failed"}}',
      { deploymentId: 'dep_1', failedWord: 'failed' },
    ],
    [
      'in the answer itself',
      '{"id":"dep_1","status":"failed"}',
      { deploymentId: 'dep_1', failedWord: 'failed' },
    ],
    ['as a state', '{"id":7,"state":"ERROR"}', { deploymentId: '7', failedWord: 'ERROR' }],
    [
      'as a phase',
      '{"data":{"id":"dep_1","status":{"phase":"CrashLoopBackOff"}}}',
      { deploymentId: 'dep_1', failedWord: 'CrashLoopBackOff' },
    ],
    ['without an id', '{"status":"failed"}', { failedWord: 'failed' }],
  ])('and says that it has already failed: %s', (_, text, acceptance) => {
    expect(parseDeployAnswer(text)).toEqual({
      kind: 'accepted',
      acceptance: anAcceptance(acceptance),
    });
  });

  test.each<[string, string]>([
    ['an empty string', '{"id":"dep_1","error":""}'],
    ['null', '{"id":"dep_1","error":null}'],
    ['false', '{"id":"dep_1","error":false}'],
    ['zero', '{"id":"dep_1","error":0}'],
    ['an empty list', '{"id":"dep_1","errors":[]}'],
    ['success', '{"id":"dep_1","success":true,"ok":true}'],
  ])('and its error is empty: %s', (_, text) => {
    expect(parseDeployAnswer(text)).toEqual({
      kind: 'accepted',
      acceptance: anAcceptance({ deploymentId: 'dep_1' }),
    });
  });
});

test.each<[string, string, Partial<Refusal>]>([
  [
    'the documented form',
    '{"error":{"code":"invalid_branch","message":"no such branch","request_id":"req_1"}}',
    { code: 'invalid_branch', message: 'no such branch', requestId: 'req_1' },
  ],
  ['an empty object', '{"error":{}}', {}],
  ['a text', '{"error":"no such branch"}', { message: 'no such branch' }],
  ['a flag next to the message', '{"error":true,"message":"no"}', { message: 'no' }],
  ['several', '{"errors":[{"message":"no"},{"message":"nor this"}]}', { message: 'no' }],
  ['several strings', '{"errors":["no"]}', { message: 'no' }],
  ['several of an unexpected shape', '{"errors":[7]}', {}],
  ['success: false', '{"success":false,"message":"no","code":7}', { message: 'no', code: '7' }],
  ['success: false, without a message', '{"success":false}', {}],
  ['ok: false', '{"ok":false,"error":"no"}', { message: 'no' }],
  ['ok: false, without a message', '{"ok":false}', {}],
  [
    'an error next to a deployment that looks fine',
    '{"id":"dep_1","status":"queued","error":"no"}',
    { message: 'no' },
  ],
])('the answer to a deploy refuses it: %s', (_, text, refusal) => {
  expect(parseDeployAnswer(text)).toEqual({
    kind: 'refused',
    refusal: { message: undefined, code: undefined, requestId: undefined, ...refusal },
  });
});
