import { expect, test } from '@jest/globals';
import { parseDeployAnswer } from '../../src/outpost/deploy-wire.ts';
import { parseTokenRecord, parseTokenRecords } from '../../src/outpost/record-wire.ts';
import { parseService } from '../../src/outpost/service-wire.ts';
import { parseRefusal } from '../../src/outpost/wire.ts';

/** Outpost's text in one of our lines must be short and on one line. */

const WEB = { namespace: 'acme', service: 'web' };
const LONG = 'x'.repeat(900_000);
const MANY_LINES = 'line\n'.repeat(200_000);

function longest(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(longest));
}

function lines(value: unknown): number {
  if (typeof value === 'string') return value.split(/[\r\n\u0085\u2028\u2029]/).length;
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(lines));
}

/** Bodies with this text in every field that is read. */
function bodiesWith(text: string): readonly unknown[] {
  const deployment = { id: text, status: text, branch: text, commit: text, endpoint: text };
  const service = {
    name: 'web',
    status: text,
    endpoint: text,
    version: text,
    active_versions: Array(50).fill(text.slice(0, 20_000)),
    commit: text,
    deployment_id: text,
    current_deployment: deployment,
    deployment,
    latest_deployment: { ...deployment, status: { phase: text } },
  };
  const token = { name: text, scopes: Array(50).fill(text.slice(0, 20_000)), expires_at: text };
  return [
    parseRefusal(JSON.stringify({ error: { code: text, request_id: text } })),
    parseService(JSON.stringify(service), WEB),
    parseDeployAnswer(JSON.stringify({ name: text, namespace: text, updated_at: 'x' })),
    parseDeployAnswer(JSON.stringify({ deployment, service: { name: text, namespace: text } })),
    parseDeployAnswer(JSON.stringify({ service: text, id: text, status: `failed ${text}` })),
    parseTokenRecord(JSON.stringify({ scopes: token.scopes, expires_at: text })),
    parseTokenRecords(JSON.stringify([token])),
  ];
}

test.each(bodiesWith(LONG).map((value, index) => ({ value, index })))(
  'no field of answer $index is long',
  ({ value }) => {
    expect(value).toBeDefined();
    expect(longest(value)).toBeLessThanOrEqual(210);
  },
);

test.each(bodiesWith(MANY_LINES).map((value, index) => ({ value, index })))(
  'no field of answer $index has line breaks',
  ({ value }) => {
    expect(lines(value)).toBe(1);
  },
);

test('a message is truncated by characters and by lines', () => {
  for (const body of [{ error: { message: MANY_LINES } }, { error: MANY_LINES }, MANY_LINES]) {
    const { message = '' } = parseRefusal(JSON.stringify(body));
    expect(message).toMatch(/^line\nline/);
    expect(lines(message)).toBeLessThanOrEqual(10);
  }
  expect(longest(parseRefusal(JSON.stringify({ error: LONG })))).toBe(500);
});

test('a list that is too long is dropped, because half of it could mislead', () => {
  const service = parseService(
    JSON.stringify({ name: 'web', active_versions: Array(100_000).fill(1) }),
    WEB,
  );
  expect(service).toBeDefined();
  expect(service?.activeVersions).toBeUndefined();
  const scopes = Array(100_000).fill('a');
  expect(parseTokenRecord(JSON.stringify({ scopes, expires_at: null }))?.scopes).toBeUndefined();
});

test('an endpoint that is too long is dropped, because its start is not a usable URL', () => {
  const endpoint = `https://web.acme.outpost.run/${'x'.repeat(900_000)}`;
  expect(parseService(JSON.stringify({ name: 'web', endpoint }), WEB)?.endpoint).toBeUndefined();
  const usual = `https://web.acme.outpost.run/${'x'.repeat(1_000)}`;
  expect(parseService(JSON.stringify({ name: 'web', endpoint: usual }), WEB)?.endpoint).toBe(usual);
});
