import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDeployAnswer } from '../../src/outpost/deploy-wire.ts';
import { parseService, parseServicePage } from '../../src/outpost/service-wire.ts';

const WEB = { namespace: 'acme', service: 'web' };

const parsers: readonly ((text: string) => unknown)[] = [
  parseDeployAnswer,
  (text) => parseService(text, WEB),
  (text) => parseServicePage(text, 1),
];

const names = fc.constantFrom(
  'data',
  'error',
  'errors',
  'success',
  'name',
  'namespace',
  'service',
  'status',
  'state',
  'phase',
  'updated_at',
  'updatedAt',
  'version',
  'active_versions',
  'deployment',
  'currentDeployment',
  'latest_deployment',
  'deployment_id',
  'pagination',
  'page',
  'id',
  '__proto__',
  'constructor',
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.constantFrom('web', 'running', 'failed', 'svc_0123456789ab', '0001-01-01T00:00:00Z'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('json'), { maxLength: 3 }),
  object: fc.dictionary(names, tie('json'), { maxKeys: 6 }),
}));
/** Objects in which the keys that the parsers look for occur anywhere. */
const likely = fc.dictionary(names, json, { maxKeys: 8 });

describe('no answer makes a parser throw', () => {
  test.each<[string, fc.Arbitrary<string>]>([
    ['arbitrary text', fc.string({ unit: 'binary' })],
    ['arbitrary JSON', fc.json()],
    ['JSON with the names that we look for', json.map((value) => JSON.stringify(value))],
    [
      'the start of JSON',
      fc.tuple(fc.json(), fc.nat(40)).map(([text, length]) => text.slice(0, length)),
    ],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const parse of parsers) expect(() => parse(text)).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, string, string]>([
    ['lists', '[', ']'],
    ['objects', '{"data":', '}'],
    ['services', '{"name":"web","deployment":', '}'],
  ])('%s nested as deep as the longest answer allows', (_, open, close) => {
    const depth = 1_048_576 / (open.length + close.length);
    const text = `${open.repeat(depth)}0${close.repeat(depth)}`;
    for (const parse of parsers) expect(() => parse(text)).not.toThrow();
  });
});

test('a service is always the requested one, without empty strings', () => {
  fc.assert(
    fc.property(likely, (fields) => {
      const service = parseService(JSON.stringify({ name: 'web', ...fields }), WEB);
      if (service === undefined) return;
      const { name, branch, commit, version, endpoint, deployments } = service;
      expect(name).toBe('web');
      expect([branch, commit, version, endpoint, ...deployments.map(({ id }) => id)]).not.toContain(
        '',
      );
    }),
    { numRuns: 500 },
  );
});

test('an answer with an error is never an acceptance, no matter what else it contains', () => {
  const errors = fc.constantFrom<object>(
    { error: 'no' },
    { error: { message: 'no' } },
    { error: true },
    { errors: ['no'] },
    { success: false },
    { ok: false },
  );
  fc.assert(
    fc.property(likely, errors, (fields, error) => {
      expect(parseDeployAnswer(JSON.stringify({ ...fields, ...error })).kind).toBe('refused');
    }),
    { numRuns: 500 },
  );
});

test('an acceptance contains no empty strings and no service id', () => {
  fc.assert(
    fc.property(likely, (fields) => {
      const answer = parseDeployAnswer(JSON.stringify(fields));
      if (answer.kind === 'refused') return;
      const { deploymentId, endpoint, namespace, service, failedWord } = answer.acceptance;
      expect([deploymentId, endpoint, namespace, service, failedWord]).not.toContain('');
      expect(service ?? '').not.toMatch(/^svc_/);
    }),
    { numRuns: 500 },
  );
});
