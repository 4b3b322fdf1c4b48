import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formsOf, Redactor } from '../src/redact.ts';
import { TOKEN } from './support/build.ts';
import { findLeaks } from './support/runner/leaks.ts';

function redactorOf(...values: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(value);
  return redactor;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('Redactor', () => {
  test.each([
    ['raw', TOKEN],
    ['in a header', `Authorization: Bearer ${TOKEN}`],
    ['in a URL', `https://x:${TOKEN}@outpost.run/acme`],
    ['in JSON', JSON.stringify({ token: TOKEN })],
    ['without its prefix', TOKEN.slice('op_pat_'.length)],
    ['in capitals', TOKEN.toUpperCase()],
    ['in small letters', TOKEN.toLowerCase()],
    ['hex', Buffer.from(TOKEN).toString('hex')],
    ['hex in capitals', Buffer.from(TOKEN).toString('hex').toUpperCase()],
    ['base64', base64(TOKEN)],
    ['base64 after a user name', base64(`x:${TOKEN}`)],
    ['base64 before a line break', base64(`${TOKEN}\n`)],
    ['base64 within JSON', base64(JSON.stringify({ token: TOKEN, more: true }))],
    ['base64url without padding', Buffer.from(`oauth2:${TOKEN}`).toString('base64url')],
  ])('hides the token %s', (_, text) => {
    const shown = redactorOf(TOKEN).redact(text);
    expect(shown).toContain('***');
    expect(findLeaks(shown, TOKEN)).toEqual([]);
  });

  test.each([
    ['percent-encoded', 's3cr&t/+value', encodeURIComponent('s3cr&t/+value')],
    ['in XML', 'a<b>&c-secret', 'a&lt;b&gt;&amp;c-secret'],
    ['escaped in JSON', 'pass"word\\1', JSON.stringify('pass"word\\1').slice(1, -1)],
    ['with characters of a pattern', 'a.b*c(d)[e]$', 'a.b*c(d)[e]$'],
  ])('hides a value with special characters %s', (_, value, text) => {
    expect(redactorOf(value).redact(`<${text}>`)).toBe('<***>');
  });

  test('the longest form wins: no tail of it is left over', () => {
    expect(redactorOf('abcdefgh', 'abcdefghijkl').redact('abcdefghijkl abcdefgh')).toBe('*** ***');
  });

  test('a value of less than eight characters is a word: hiding it would blind the log', () => {
    expect(redactorOf('main', '', 'op_pat_').redact('main op_pat_ main')).toBe('main op_pat_ main');
  });

  test('with no value nothing is hidden', () => {
    expect(new Redactor().redact(TOKEN)).toBe(TOKEN);
  });

  test('the placeholder prefix alone stays readable', () => {
    expect(redactorOf(TOKEN).redact('a token looks like op_pat_...')).toBe('a token looks like op_pat_...');
  });
});

const values = fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019_-.+/$&"\\<') });
/** Text with none of the value's characters, so that what is left of it would be seen. */
const around = fc.string({ maxLength: 20, unit: fc.constantFrom(...'klmnop :=') });

test('the value is gone wherever it stood', () => {
  fc.assert(
    fc.property(values, around, around, (value, before, after) => {
      expect(redactorOf(value).redact(`${before}${value}${after}`)).toBe(`${before}***${after}`);
    }),
  );
});

test('Base64 of any text around the value shows at most the two characters at each end that it shares with that text', () => {
  fc.assert(
    fc.property(values, around, around, (value, before, after) => {
      const text = base64(`${before}${value}${after}`);
      const shown = redactorOf(value).redact(text);
      const [left = '', right = ''] = shown.split('***');
      expect(shown.split('***')).toHaveLength(2);
      expect(left.length).toBeLessThanOrEqual(Math.ceil((before.length * 4) / 3));
      expect(right.replace(/=+$/, '').length).toBeLessThanOrEqual(Math.ceil((after.length * 4) / 3) + 1);
    }),
  );
});

test('no form is so short that it hits words', () => {
  fc.assert(fc.property(fc.string({ maxLength: 40 }), (value) => expect(formsOf(value).every((form) => form.length >= 8)).toBe(true)));
});
