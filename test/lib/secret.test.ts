import { format, inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { Secret } from '../../src/lib/secret.ts';
import { TOKEN } from '../support/build.ts';

const secret = new Secret(TOKEN);

test.each([
  ['a template', () => `${secret}`],
  ['a concatenation', () => `x${String(secret)}`],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['util.inspect', () => inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
  ['a console.log format', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['an error with a cause', () => inspect(new Error(`no ${secret}`, { cause: secret }))],
  [
    'its own keys',
    () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String)]),
  ],
  ['a spread copy', () => inspect({ ...secret })],
])('%s never shows the value', (_, show) => {
  expect(show()).not.toContain(TOKEN.slice(7, 15));
});

test('prints as a mask', () => {
  expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual(['***', '"***"', '***']);
});

test('`reveal` returns the value', () => {
  expect([secret.reveal(), secret.isEmpty, new Secret('').isEmpty]).toEqual([TOKEN, false, true]);
});
