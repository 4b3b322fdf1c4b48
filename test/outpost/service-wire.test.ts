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
    ['fields that nobody knows are ignored', { ...web, color: 7 }, bare],
    ['null is absent', { ...web, updated_at: null, deployment: null, version: null }, bare],
    ['its endpoint', { ...web, endpoint: 'https://e' }, { ...bare, endpoint: 'https://e' }],
    ['its commit', { ...web, commit: 'c0' }, { ...bare, commit: 'c0' }],
    ['another service than was asked for is no answer', { ...web, name: 'api' }, undefined],
    ['another service under data', { data: { ...web, name: 'api' } }, undefined],
    ['the name in another case is another name', { ...web, name: 'Web' }, undefined],
    ['an entry of a list', [{ name: 'api', status: 'failed' }, web], bare],
    ['a list without it is no service', [{ name: 'api' }], undefined],
    ['an error is no service', { error: { message: 'no' } }, undefined],
    ['a service without a name', { status: 'running' }, undefined],
    ['a name that is no text', { ...web, name: 7 }, undefined],
  ])('%s', (_, json, service) => {
    expect(parseService(JSON.stringify(json), WEB)).toEqual(service);
  });

  test.each([[''], ['<html>'], ['{"name": "web"'], ['null'], ['"web"'], ['7']])(
    '%j is no service',
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
  ['what only begins or ends as a count', { ready_replicas: '1x', min_replicas: 'x1' }],
  ['a count of too many digits', { ready_replicas: '1234567890' }],
  ['a version', { version: {}, active_versions: 'all' }],
  ['versions, one of which is none', { active_versions: ['1', {}] }],
  ['a commit', { commit: 7 }],
  ['an id of a deployment', { deployment_id: {} }],
  ['deployments', { deployment: 'dep_1', current_deployment: [], latest_deployment: 7 }],
])('of a wrong type, %s: ignored, and spoils nothing', (_, fields) => {
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
  ['id of a deployment', { deployment_id: '' }],
  ['deployment', { deployment: { id: '', branch: '', commit: '', status: '' } }],
  ['current deployment', { current_deployment: { id: '' } }],
  ['latest deployment', { latest_deployment: { id: '' } }],
])('an empty %s tells nothing', (_, fields) => {
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
      'status wins over state and phase',
      { status: 'running', state: 'failed', phase: 'failed' },
      { phase: 'running', statusWord: 'running' },
    ],
    [
      'state wins over phase',
      { state: 'failed', phase: 'running' },
      { phase: 'failed', statusWord: 'failed' },
    ],
    [
      'a null status gives way',
      { status: null, state: 'running' },
      { phase: 'running', statusWord: 'running' },
    ],
    [
      'an empty status gives way',
      { status: '', state: 'running' },
      { phase: 'running', statusWord: 'running' },
    ],
    [
      'a status of a wrong type gives way',
      { status: 200, phase: 'running' },
      { phase: 'running', statusWord: 'running' },
    ],
    ['upper case', { status: 'RUNNING' }, { phase: 'running', statusWord: 'RUNNING' }],
    [
      'a word that nobody documented is kept',
      { status: 'warming' },
      { phase: 'unknown', statusWord: 'warming' },
    ],
    ['degraded is waited on', { status: 'degraded' }, { phase: 'unknown', statusWord: 'degraded' }],
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
      'deployment, with all that it tells',
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
      'current_deployment: what it runs',
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
      'latest_deployment may not be live: its branch and commit are its own',
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
      'the one that is live comes first',
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
      'a word that nobody documented is no end',
      { deployment: { id: 'dep_1', status: 'ready' } },
      { deployments: [aDeployment({ phase: 'unknown', statusWord: 'ready' })] },
    ],
    [
      'one without a status of its own',
      { deployment: { id: 'dep_1', status: '' } },
      { deployments: [dep1] },
    ],
    [
      'one without an id is none, but its branch and commit are known',
      { deployment: { status: 'live', branch: 'main', commit: 'c1' } },
      { deployments: [], branch: 'main', commit: 'c1' },
    ],
    [
      'the commit of the deployment wins over that of the service',
      { commit: 'c0', deployment: { id: 'dep_1', commit: 'c1' } },
      { deployments: [aDeployment({ commit: 'c1' })], commit: 'c1' },
    ],
    [
      'the commit of the service if the deployment tells none',
      { commit: 'c0', deployment: { id: 'dep_1' } },
      { deployments: [dep1], commit: 'c0' },
    ],
    [
      'a wrong type in one of its fields spoils nothing',
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

  test('the id alone stands behind the object of that id, which has more to tell', () => {
    const json = { ...web, deployment_id: 'dep_1', deployment: { id: 'dep_1', status: 'live' } };
    const found = parseService(JSON.stringify(json), WEB)?.deployments.find(
      ({ id }) => id === 'dep_1',
    );
    expect(found?.phase).toBe('succeeded');
  });
});

describe('camelCase is read like snake_case', () => {
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
    ['how many there are, and not which one this is', { total_pages: 2 }, true],
    ['the last', { page: 2, total_pages: 2 }, false],
    ['the only one', { page: 1, total_pages: 1 }, false],
    ['no pagination', undefined, false],
    ['pagination of another shape', 'next', false],
    [
      'a page that was not asked for, as from a server that ignores the question',
      { page: 3, total_pages: 9 },
      false,
    ],
  ])('%s', (_, pagination, more) => {
    expect(page(pagination)).toEqual({ services: [bare], more });
  });

  test('an empty page is the last one, whatever it claims: else the reading would not end', () => {
    expect(page({ page: 1, total_pages: 9 }, [])).toEqual({ services: [], more: false });
  });

  test('every service on it is read as a single one is', () => {
    const others = [
      { name: 'api', state: 'REPLICA_INIT', version: 3 },
      { ...web, deployment: { id: 'dep_1', status: 'failed' } },
    ];
    expect(page(undefined, others)?.services).toEqual(
      others.map((one) => parseService(JSON.stringify(one), { ...WEB, service: one.name })),
    );
  });

  test('an item without a name is left out', () => {
    const page = parseServicePage('{"data":[{},{"name":"web"},null]}', 1);
    expect(page?.services.map(({ name }) => name)).toEqual(['web']);
  });

  test.each([['{}'], ['[{}]'], ['{"data":{}}'], ['{"data":[{}]}'], ['<html>'], ['']])(
    '%s is no page',
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
    ['deployment_id wins over id', '{"id":"x","deployment_id":"d"}', { deploymentId: 'd' }],
    [
      'the deployment within wins',
      '{"id":"x","endpoint":"https://x","deployment":{"id":"dep_2","endpoint":"https://e"}}',
      { deploymentId: 'dep_2', endpoint: 'https://e' },
    ],
    [
      'a deployment within that tells nothing',
      '{"id":"dep_1","endpoint":"https://e","deployment":{}}',
      { deploymentId: 'dep_1', endpoint: 'https://e' },
    ],
    [
      'under data',
      '{"data":{"deployment_id":"dep_3","endpoint":"https://e"}}',
      { deploymentId: 'dep_3', endpoint: 'https://e' },
    ],
    ['wrong types', '{"id":{},"endpoint":[],"deployment":"dep_1","service":7,"namespace":[]}', {}],
    ['it says whose', '{"namespace":"ada","service":"web"}', { namespace: 'ada', service: 'web' }],
    ['an empty name tells nothing', '{"namespace":"","service":""}', {}],
    ['its service as an object', '{"service":{"name":"web"}}', { service: 'web' }],
    [
      'its service as an object with a namespace',
      '{"service":{"name":"web","namespace":"ada"}}',
      { namespace: 'ada', service: 'web' },
    ],
    ['its service by id, which is no name', '{"service":"svc_0123456789ab"}', {}],
    [
      'the name of a deployment is no name of a service',
      '{"id":"dep_1","name":"web-3"}',
      {
        deploymentId: 'dep_1',
      },
    ],
    [
      'the service as it was: its name, and not its id or status',
      '{"id":"svc_0123456789ab","name":"web","namespace":"acme","status":"failed"}',
      { namespace: 'acme', service: 'web' },
    ],
    [
      'the service as it was, under data',
      '{"data":{"id":"svc_0123456789ab","name":"web","state":"error"}}',
      { service: 'web' },
    ],
    [
      'the service with the deployment',
      '{"id":"svc_0123456789ab","name":"web","deployment":{"id":"dep_1","status":"queued"}}',
      { deploymentId: 'dep_1', service: 'web' },
    ],
    [
      'the service as it was, by its time',
      '{"id":"7","name":"web","updated_at":"2026-01-01T00:00:00Z","status":"failed"}',
      { service: 'web' },
    ],
    ['one that is under way', '{"id":"dep_1","status":"building"}', { deploymentId: 'dep_1' }],
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
  ])('and says that it has failed already: %s', (_, text, acceptance) => {
    expect(parseDeployAnswer(text)).toEqual({
      kind: 'accepted',
      acceptance: anAcceptance(acceptance),
    });
  });

  test.each<[string, string]>([
    ['no text', '{"id":"dep_1","error":""}'],
    ['null', '{"id":"dep_1","error":null}'],
    ['false', '{"id":"dep_1","error":false}'],
    ['zero', '{"id":"dep_1","error":0}'],
    ['a list of none', '{"id":"dep_1","errors":[]}'],
    ['success', '{"id":"dep_1","success":true,"ok":true}'],
  ])('and its error is none: %s', (_, text) => {
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
  ['a flag beside the message', '{"error":true,"message":"no"}', { message: 'no' }],
  ['several', '{"errors":[{"message":"no"},{"message":"nor this"}]}', { message: 'no' }],
  ['several texts', '{"errors":["no"]}', { message: 'no' }],
  ['several of another shape', '{"errors":[7]}', {}],
  ['no success', '{"success":false,"message":"no","code":7}', { message: 'no', code: '7' }],
  ['no success, without a word', '{"success":false}', {}],
  ['not ok', '{"ok":false,"error":"no"}', { message: 'no' }],
  ['not ok, without a word', '{"ok":false}', {}],
  [
    'an error beside a deployment that looks well',
    '{"id":"dep_1","status":"queued","error":"no"}',
    { message: 'no' },
  ],
])('the answer to a deploy refuses it: %s', (_, text, refusal) => {
  expect(parseDeployAnswer(text)).toEqual({
    kind: 'refused',
    refusal: { message: undefined, code: undefined, requestId: undefined, ...refusal },
  });
});
