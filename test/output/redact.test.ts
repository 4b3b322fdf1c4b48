import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodingsOf, findLeaks } from '../../simulators/runner/leaks.ts';
import { Redactor } from '../../src/output/redact.ts';
import { TOKEN } from '../support/build.ts';

function redactorOf(...values: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(value);
  return redactor;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the token is masked', () => {
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
  ])('%s', (_, text) => {
    const shown = redactorOf(TOKEN).redact(text);
    expect(shown).toContain('***');
    expect(findLeaks(shown, TOKEN)).toEqual([]);
  });

  const formsByName = new Map<string, string[]>();
  for (const { name, value } of encodingsOf(TOKEN))
    formsByName.set(name, [...(formsByName.get(name) ?? []), value]);
  // UTF-16 is recognized by its zero bytes. These are control characters, which are removed from a
  // line before it gets here.
  formsByName.delete('UTF-16LE');

  test.each([...formsByName])('as %s, wherever it stands in a line', (_, forms) => {
    const words = fc.string({ maxLength: 12, unit: fc.constantFrom(...'klmq :=') });
    fc.assert(
      fc.property(words, fc.constantFrom(...forms), words, (before, form, after) => {
        const shown = redactorOf(TOKEN).redact(`${before} ${form} ${after}`);
        expect(findLeaks(shown, TOKEN)).toEqual([]);
        expect(shown.startsWith(`${before} `) && shown.endsWith(` ${after}`)).toBe(true);
      }),
    );
  });
});

describe('what is masked, and what is not', () => {
  test.each([
    ['percent-encoded', 's3cr&t/+value', encodeURIComponent('s3cr&t/+value')],
    ['in XML', 'a<b>&c-secret', 'a&lt;b&gt;&amp;c-secret'],
    ['escaped in JSON', 'pass"word\\1', JSON.stringify('pass"word\\1').slice(1, -1)],
    ['with characters of a pattern', 'a.b*c(d)[e]$', 'a.b*c(d)[e]$'],
  ])('a value with special characters, %s', (_, value, text) => {
    expect(redactorOf(value).redact(`<${text}>`)).toBe('<***>');
  });

  test.each([
    [
      'no tail of it is left over',
      ['abcdefgh', 'abcdefghijkl'],
      'abcdefghijkl abcdefgh',
      '*** ***',
    ],
    ['no head of it either', ['abcdefgh', 'ijkl-abcdefgh'], 'ijkl-abcdefgh abcdefgh', '*** ***'],
    [
      'a short value is hidden before it as well',
      ['abcdefgh', TOKEN],
      `abcdefgh, ${TOKEN}, abcdefgh`,
      '***, ***, ***',
    ],
  ])('the longer value wins: %s', (_, values, text, shown) => {
    expect(redactorOf(...values).redact(text)).toBe(shown);
  });

  test.each([
    ['é and ü', 'géhéimes-Wört-ßß'],
    ['letters beyond Latin-1', 'пароль-от-сервера'],
    ['signs', '密码密码密码密码密码密码'],
  ])('a value with %s', (_, value) => {
    expect(redactorOf(value).redact(`<${value}>`)).toBe('<***>');
  });

  test('the last nine characters of a value are not masked, even at the end of the text', () => {
    const text = `the end is ${TOKEN.slice(-9)}`;
    expect(redactorOf(TOKEN).redact(text)).toBe(text);
  });

  test('a value of less than eight characters is a word, and is not masked', () => {
    expect(redactorOf('main', '', 'op_pat_').redact('main op_pat_ main')).toBe('main op_pat_ main');
  });

  test('without values, nothing is masked', () => {
    expect(new Redactor().redact(TOKEN)).toBe(TOKEN);
  });

  test('the placeholder from the documents stays readable', () => {
    expect(redactorOf(TOKEN).redact('a token looks like op_pat_...')).toBe(
      'a token looks like op_pat_...',
    );
  });

  test('a value is masked anywhere, and the text around it stays', () => {
    const values = fc.string({
      minLength: 8,
      maxLength: 40,
      unit: fc.constantFrom(...'abcXYZ019_-.+/$&"\\<'),
    });
    const around = fc.string({ maxLength: 20, unit: fc.constantFrom(...'klmnop :=\n') });
    fc.assert(
      fc.property(values, around, around, (value, before, after) => {
        expect(redactorOf(value).redact(`${before}${value}${after}`)).toBe(`${before}***${after}`);
      }),
    );
  });

  test('text without the value stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => expect(redactorOf(TOKEN).redact(text)).toBe(text)),
    );
  });
});

describe('a long text', () => {
  /** The number of characters that are searched at a time. */
  const CHUNK = 65_536;

  test.each([TOKEN.slice(7, 17), TOKEN])(
    '%s is found anywhere at the border of two chunks',
    (piece) => {
      const redactor = redactorOf(TOKEN);
      for (let start = CHUNK - piece.length - 8; start <= CHUNK + 8; start += 1) {
        const before = '-'.repeat(start);
        expect(redactor.redact(`${before}${piece} and more`) === `${before}*** and more`).toBe(
          true,
        );
      }
    },
  );

  test('it is found in the last chunk too, which has nothing of the previous text', () => {
    const redactor = redactorOf(TOKEN);
    redactor.redact(TOKEN.repeat(4));
    const before = '-'.repeat(3 * CHUNK);
    expect(redactor.redact(`${before} ${TOKEN}`) === `${before} ***`).toBe(true);
    expect(redactor.redact(`${before} all is well`) === `${before} all is well`).toBe(true);
  });
});

describe('a token that is split across lines', () => {
  test('is masked in each of them, and the number of lines stays', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: TOKEN.length - 1 }), {
          minLength: 1,
          maxLength: 4,
        }),
        (cuts) => {
          const ends = [0, ...cuts.sort((left, right) => left - right), TOKEN.length];
          const lines = ends.slice(1).map((end, index) => TOKEN.slice(ends[index], end));
          const shown = redactorOf(TOKEN).redact(`before ${lines.join('\n')} after`);
          expect(findLeaks(shown, TOKEN)).toEqual([]);
          expect(shown.split('\n')).toHaveLength(lines.length);
          expect(shown.startsWith('before ') && shown.endsWith(' after')).toBe(true);
        },
      ),
    );
  });

  test('a text that ends within it is recognized, and ordinary text is not held back', () => {
    const redactor = redactorOf(TOKEN);
    expect(redactor.endsInPiece(`log ${TOKEN.slice(0, 12)}`)).toBe(true);
    expect(redactor.endsInPiece('ready to serve')).toBe(false);
    expect(redactor.endsInPiece('')).toBe(false);
  });
});
