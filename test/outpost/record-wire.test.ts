import { describe, expect, test } from '@jest/globals';
import { parseTokenRecord, parseTokenRecords } from '../../src/outpost/record-wire.ts';
import { parseIssuedToken } from '../../src/outpost/token-wire.ts';
import { TOKEN } from '../support/build.ts';

const ISO = '2026-12-15T10:00:00Z';
const MS = Date.parse(ISO);
const none = {
  name: undefined,
  scopes: undefined,
  createdMs: undefined,
  expiresMs: undefined,
  lastUsedMs: undefined,
};
const ci = { ...none, name: 'ci', scopes: ['service'], expiresMs: MS };
const written = { name: 'ci', scopes: ['service'], expires_at: ISO };
const other = { name: 'other', scopes: ['repo'], expires_at: null };

describe('the record of a token', () => {
  test.each<[string, unknown, ReturnType<typeof parseTokenRecord>]>([
    ['bare', written, ci],
    ['without a name', { scopes: [], expires_at: null }, { ...none, scopes: [], expiresMs: null }],
    ['under data', { data: written }, ci],
    ['under token', { token: written }, ci],
    ['under pat', { pat: written }, ci],
    ['a list', [other, written], ci],
    ['a list under data', { data: [other, written] }, ci],
    ['camelCase', { name: 'ci', scopes: ['service'], expiresAt: ISO }, ci],
    ['epoch seconds', { ...written, expires_at: MS / 1000 }, ci],
    ['epoch milliseconds', { ...written, expires_at: MS }, ci],
    ['epoch seconds as text', { ...written, expires_at: String(MS / 1000) }, ci],
    ['scopes as objects', { ...written, scopes: [{ name: 'service' }] }, ci],
    ['scopes as objects with scope', { ...written, scopes: [{ scope: 'service' }] }, ci],
    [
      'scopes as one string',
      { ...written, scopes: 'service repo' },
      { ...ci, scopes: ['service', 'repo'] },
    ],
    [
      'scopes with commas',
      { ...written, scopes: 'service,repo' },
      { ...ci, scopes: ['service', 'repo'] },
    ],
    ['scope', { name: 'ci', scope: ['service'], expires_at: ISO }, ci],
    ['permissions', { name: 'ci', permissions: ['service'], expires_at: ISO }, ci],
    ['never', { ...written, expires_at: null }, { ...ci, expiresMs: null }],
    [
      'never, in Go',
      { ...written, expires_at: '0001-01-01T00:00:00Z' },
      { ...ci, expiresMs: null },
    ],
    ['no expiry', { name: 'ci', scopes: ['service'] }, { ...ci, expiresMs: undefined }],
    ['an empty expiry', { ...written, expires_at: '' }, { ...ci, expiresMs: undefined }],
    ['no scopes', { ...written, scopes: null }, { ...ci, scopes: undefined }],
    [
      'a date that cannot be read is noted',
      { ...written, expires_at: 'soon' },
      { ...ci, expiresMs: undefined, unread: ['expiry'] },
    ],
    [
      'scopes that cannot be read are noted',
      { ...written, scopes: { service: true } },
      { ...ci, scopes: undefined, unread: ['scopes'] },
    ],
    ['another token', other, undefined],
    ['neither scopes nor expiry', { name: 'ci', last_used_at: null }, undefined],
    ['another object', {}, undefined],
    ['an empty list', [], undefined],
    ['a list of numbers', [1], undefined],
    ['a page', '<html>', undefined],
  ])('%s', (_, json, record) => {
    expect(parseTokenRecord(JSON.stringify(json), 'ci')).toEqual(record);
  });
});

describe('a page of tokens', () => {
  const record = { ...ci, createdMs: undefined };
  const page = (records: readonly unknown[], hasStrangers = false): unknown => ({
    records,
    hasStrangers,
  });

  test.each<[string, unknown, unknown]>([
    ['a bare list', [written], page([record])],
    ['under data', { data: [written] }, page([record])],
    ['under tokens', { tokens: [written] }, page([record])],
    ['camelCase, epoch', [{ name: 'ci', scopes: 'service', expiresAt: MS }], page([record])],
    ['an empty list', { data: [] }, page([])],
    ['only a name', [{ name: 'ci' }], page([{ ...none, name: 'ci' }])],
    [
      'an item without a name is not a record',
      [{ scopes: [] }, written, 'ci', null],
      page([record], true),
    ],
    ['no item with a name', [{ id: 1 }], undefined],
    ['one record', written, undefined],
    ['no list under data', { data: written }, undefined],
    ['a page', '<html>', undefined],
  ])('%s', (_, json, records) => {
    expect(parseTokenRecords(JSON.stringify(json))).toEqual(records);
  });
});

test.each([
  { token: TOKEN },
  { data: { token: TOKEN } },
  { data: { value: TOKEN } },
  { token: { value: TOKEN } },
  { pat: { name: 'ci', token: TOKEN } },
])('a new token is found in %j', (json) => {
  expect(parseIssuedToken(JSON.stringify(json))?.value.reveal()).toBe(TOKEN);
});
