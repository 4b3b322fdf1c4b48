import { describe, expect, test } from '@jest/globals';
import {
  parseAcceptance,
  parseRefusal,
  parseService,
  parseServicePage,
  parseTokenFacts,
} from '../../src/outpost/wire.ts';
import { aService } from '../support/build.ts';

const bare = aService({ status: 'running', updatedAt: undefined });

describe('a service', () => {
  test.each<[string, unknown, ReturnType<typeof parseService>]>([
    ['the bare object', { name: 'web', status: 'running' }, bare],
    ['under data', { data: { name: 'web', status: 'running' } }, bare],
    ['fields that nobody knows are ignored', { name: 'web', status: 'running', color: 7 }, bare],
    [
      'a field of a wrong type spoils nothing',
      { name: 'web', status: 'running', updated_at: 5, endpoint: {}, ready_replicas: 'x' },
      bare,
    ],
    [
      'null is absent',
      { name: 'web', status: 'running', updated_at: null, deployment: null },
      bare,
    ],
    [
      'an empty text tells nothing',
      {
        name: 'web',
        status: 'running',
        updated_at: '',
        endpoint: '',
        deployment_id: '',
        commit: '',
        deployment: { id: '', branch: '', commit: '' },
      },
      bare,
    ],
    [
      'another case of the status',
      { name: 'web', status: 'Running' },
      { ...bare, statusWord: 'Running' },
    ],
    [
      'a status that nobody documented is kept',
      { name: 'web', status: 'warming' },
      { ...bare, status: 'unknown', statusWord: 'warming' },
    ],
    ['no status', { name: 'web' }, { ...bare, status: 'unknown', statusWord: '' }],
    [
      'counts as numbers or digits',
      { name: 'web', status: 'running', ready_replicas: 2, min_replicas: '1' },
      { ...bare, readyReplicas: 2, minReplicas: 1 },
    ],
    [
      'the deployment within wins over flat fields',
      {
        name: 'web',
        status: 'running',
        deployment_id: 'dep_0',
        commit: 'c0',
        deployment: { id: 'dep_1', branch: 'main', commit: 'c1' },
      },
      { ...bare, deploymentId: 'dep_1', branch: 'main', commit: 'c1' },
    ],
    [
      'flat fields alone',
      { name: 'web', status: 'running', deployment_id: 'dep_0', commit: 'c0' },
      { ...bare, deploymentId: 'dep_0', commit: 'c0' },
    ],
    [
      'its endpoint',
      { name: 'web', status: 'running', endpoint: 'https://e' },
      { ...bare, endpoint: 'https://e' },
    ],
    [
      'counts of more digits',
      { name: 'web', status: 'running', ready_replicas: '12' },
      { ...bare, readyReplicas: 12 },
    ],
    [
      'what only begins or ends as a count',
      { name: 'web', status: 'running', ready_replicas: '1x', min_replicas: 'x1' },
      bare,
    ],
    [
      'another service than was asked for is no answer',
      { name: 'api', status: 'running' },
      undefined,
    ],
    ['a list is no service', [{ name: 'web' }], undefined],
    ['an error is no service', { error: { message: 'no' } }, undefined],
    ['a service without a name', { status: 'running' }, undefined],
  ])('%s', (_, json, service) => {
    expect(parseService(JSON.stringify(json), 'web')).toEqual(service);
  });

  test.each([[''], ['<html>'], ['{"name": "web"'], ['null']])('%j is no service', (text) => {
    expect(parseService(text, 'web')).toBeUndefined();
  });

  test('a byte order mark is tolerated', () => {
    expect(parseService('\uFEFF{"name":"web","status":"running"}', 'web')).toEqual(bare);
  });
});

describe('a page of services', () => {
  const page = (pagination: unknown, data: unknown = [{ name: 'web', status: 'running' }]) =>
    parseServicePage(
      JSON.stringify({ data, ...(pagination === undefined ? {} : { pagination }) }),
      1,
    );

  test.each<[string, unknown, boolean]>([
    ['the first of two', { page: 1, total_pages: 2 }, true],
    ['digits', { page: '1', total_pages: '2' }, true],
    ['the last', { page: 2, total_pages: 2 }, false],
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

  test.each([['{}'], ['[]'], ['{"data":{}}'], ['<html>'], ['']])('%s is no page', (text) => {
    expect(parseServicePage(text, 1)).toBeUndefined();
  });
});

describe("a token's record", () => {
  const moment = Date.parse('2026-12-15T10:00:00Z');

  test.each<[string, unknown, ReturnType<typeof parseTokenFacts>]>([
    [
      'everything',
      {
        scopes: ['service'],
        expires_at: '2026-12-15T10:00:00Z',
        last_used_at: '2026-12-15T10:00:00Z',
      },
      { scopes: ['service'], expiresMs: moment, lastUsedMs: moment },
    ],
    [
      'under data',
      { data: { scopes: [], expires_at: null } },
      { scopes: [], expiresMs: null, lastUsedMs: undefined },
    ],
    [
      'never, in Go',
      { expires_at: '0001-01-01T00:00:00Z' },
      { scopes: undefined, expiresMs: null, lastUsedMs: undefined },
    ],
    [
      'a date that cannot be read is not known',
      { scopes: ['repo'], expires_at: 'soon' },
      { scopes: ['repo'], expiresMs: undefined, lastUsedMs: undefined },
    ],
    [
      'scopes of another shape are not known',
      { scopes: 'service', expires_at: null },
      { scopes: undefined, expiresMs: null, lastUsedMs: undefined },
    ],
    [
      'scopes alone',
      { scopes: ['repo'] },
      { scopes: ['repo'], expiresMs: undefined, lastUsedMs: undefined },
    ],
    ['neither scopes nor expiry: it tells nothing', { name: 'ci', last_used_at: null }, undefined],
    ['another object', {}, undefined],
    ['a list', [], undefined],
  ])('%s', (_, json, facts) => {
    expect(parseTokenFacts(JSON.stringify(json))).toEqual(facts);
  });
});

describe('the answer to a deploy', () => {
  test.each<[string, string, ReturnType<typeof parseAcceptance>]>([
    ['nothing', '', { deploymentId: undefined, endpoint: undefined }],
    ['text', 'accepted', { deploymentId: undefined, endpoint: undefined }],
    ['its id', '{"id":"dep_1"}', { deploymentId: 'dep_1', endpoint: undefined }],
    [
      'an id of the service is no id of a deployment',
      '{"id":"svc_0123456789ab"}',
      { deploymentId: undefined, endpoint: undefined },
    ],
    [
      'the deployment within wins',
      '{"id":"x","deployment":{"id":"dep_2","endpoint":"https://e"}}',
      { deploymentId: 'dep_2', endpoint: 'https://e' },
    ],
    [
      'under data',
      '{"data":{"deployment_id":"dep_3","endpoint":"https://e"}}',
      { deploymentId: 'dep_3', endpoint: 'https://e' },
    ],
    ['wrong types', '{"id":7,"endpoint":[]}', { deploymentId: undefined, endpoint: undefined }],
  ])('%s', (_, text, acceptance) => {
    expect(parseAcceptance(text)).toEqual(acceptance);
  });
});

describe('an error', () => {
  const none = { message: undefined, code: undefined, requestId: undefined };

  test.each<[string, string, Partial<ReturnType<typeof parseRefusal>>]>([
    [
      'documented',
      '{"error":{"code":"not_found","message":"no","request_id":"req_1"}}',
      { message: 'no', code: 'not_found', requestId: 'req_1' },
    ],
    ['a numeric code', '{"error":{"code":404,"message":"no"}}', { message: 'no', code: '404' }],
    ['a string', '{"error":"no"}', { message: 'no' }],
    ['flat', '{"message":"no","code":"x"}', { message: 'no', code: 'x' }],
    ['a JSON string', '"no"', { message: 'no' }],
    ['text', ' rate limited\n', { message: 'rate limited' }],
    ['text with an angle bracket', 'needs a limit < 10', { message: 'needs a limit < 10' }],
    ['HTML gives no message', '<html><body>nginx</body></html>', {}],
    ['HTML after blanks', '\n  <!doctype html>', {}],
    ['nothing', '', {}],
    ['nulls', '{"error":{"message":null,"code":null}}', {}],
    ['another shape', '[1]', {}],
  ])('%s', (_, text, refusal) => {
    expect(parseRefusal(text)).toEqual({ ...none, ...refusal });
  });

  test('a long message is cut', () => {
    expect(
      [
        parseRefusal('x'.repeat(501)),
        parseRefusal(JSON.stringify({ message: 'x'.repeat(501) })),
      ].map(({ message }) => message?.length),
    ).toEqual([500, 500]);
  });
});
