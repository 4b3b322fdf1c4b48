import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodingsOf, findLeaks } from '../../runner/leaks.ts';
import { VECTOR_TOKENS, VECTORS } from '../../runner/vectors.ts';

const TOKEN = 'op_pat_AbCdEf0123456789ZyXwVu';

function forms(text: string): string[] {
  return findLeaks(text, TOKEN).map(({ form }) => form);
}

describe('finds', () => {
  const each = VECTORS.flatMap((vector) =>
    VECTOR_TOKENS.map((token) => ({
      name: vector.name,
      length: token.length,
      token,
      text: vector.render(token),
    })),
  );
  test.each(each)('$name at length $length', ({ text, token }) => {
    expect(findLeaks(`before ${text} behind`, token)).not.toEqual([]);
  });

  test.each(encodingsOf(TOKEN).map(({ name, value }) => ({ name, value })))(
    'the form $name $value',
    ({ name, value }) => {
      // Without + and /, base64url and Base64 are the same.
      const expected = name === 'base64url' ? 'base64' : name;
      expect(forms(`x ${value} y`)).toContain(expected);
    },
  );

  const cases: readonly {
    fact: string;
    text: string;
    found: readonly { form: string; at: number }[];
  }[] = [
    {
      fact: 'the token once, at its start',
      text: `ab ${TOKEN} cd`,
      found: [{ form: 'raw', at: 3 }],
    },
    { fact: 'only the body', text: `ab ${TOKEN.slice(7)}`, found: [{ form: 'body', at: 3 }] },
    {
      fact: 'ten characters of it in any case',
      text: TOKEN.slice(9, 19).toLowerCase(),
      found: [{ form: 'piece', at: 0 }],
    },
    {
      fact: 'both of two',
      text: `${TOKEN} ${TOKEN}`,
      found: [0, 30].map((at) => ({ form: 'raw', at })),
    },
    {
      fact: 'a body in another case',
      text: TOKEN.slice(7).toUpperCase(),
      found: [{ form: 'body', at: 0 }],
    },
    { fact: 'not nine characters', text: TOKEN.slice(9, 18), found: [] },
  ];
  test.each(cases)('$fact', ({ text, found }) => {
    expect(findLeaks(text, TOKEN)).toEqual(found);
  });

  test('a split token, and its position in the original', () => {
    expect(
      findLeaks(`\x1b[1m>\x1b[0m op_pat_AbCd\x1b[0KEf01234\n56789Zy\u200bXwVu`, TOKEN),
    ).toEqual([{ form: 'split raw', at: 10 }]);
  });

  test.each([
    '\n',
    '\r\n',
    '\0',
    '\u0085',
    '\u2028',
    '\u00ad',
    '\ufeff',
    '\x1b[1;31m',
    '\x1b]8;;x\x07',
    '\x9b0m',
    '\u202e',
  ])('a token split by %j', (separator) => {
    const cut = [TOKEN.slice(0, 12), TOKEN.slice(12, 20), TOKEN.slice(20)].join(separator);
    expect(forms(cut)).toContain('split raw');
    const base64 = Buffer.from(TOKEN).toString('base64').replace(/.{8}/g, `$&${separator}`);
    expect(forms(base64)).toContain('split base64');
  });

  test('any ten-character piece in any data, as Base64, base64url, hex, and double Base64', () => {
    const data = fc.uint8Array({ maxLength: 12 });
    fc.assert(
      fc.property(data, data, fc.integer({ min: 7, max: 19 }), (before, behind, from) => {
        const bytes = Buffer.concat([before, Buffer.from(TOKEN.slice(from, from + 10)), behind]);
        expect(forms(bytes.toString('base64'))).toContain('base64');
        expect(forms(bytes.toString('base64url'))).not.toEqual([]);
        expect(forms(bytes.toString('hex').toUpperCase())).toContain('hex');
        expect(forms(Buffer.from(bytes.toString('base64')).toString('base64'))).toContain(
          'double base64',
        );
      }),
    );
  });

  test('base64url that differs from Base64', () => {
    const token = 'op_pat_~~~???>>>~~~???>>>';
    expect(
      findLeaks(Buffer.from(token).toString('base64url'), token).map(({ form }) => form),
    ).toContain('base64url');
  });
});

describe('does not find', () => {
  const texts: readonly string[] = [
    '',
    'Deployed team/app at 3f2c1a9 in 41 s. See https://outpost.example/team/app/deploys/17',
    'Create a token. It looks like op_pat_xxxxxxxx or op_pat_XXXXXXXXXXXXXXXXXXXXXX; the prefix is op_pat_.',
    'op_pat_*** op_pat_<token> op_pat_0000000000000000000000',
    Buffer.from('op_pat_xxxxxxxxxxxxxxxxxxxxxx').toString('base64'),
    Buffer.from('op_pat_xxxxxxxxxxxxxxxxxxxxxx').toString('hex'),
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    createHash('sha256').update(TOKEN).digest('hex'),
    '%6F%70%5F%70%61%74%5F \\u006f\\u0070 &#111;&#112;',
  ];
  test.each(texts)('a leak in %j', (text) => {
    expect(findLeaks(text, TOKEN)).toEqual([]);
  });

  test('a leak in other random tokens and other text', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^op_pat_[A-Za-z0-9]{30}$/),
        fc.string({ unit: 'binary', maxLength: 200 }),
        (other, text) => {
          expect(
            findLeaks(`${text} ${other} ${Buffer.from(other).toString('base64')}`, TOKEN),
          ).toEqual([]);
        },
      ),
    );
  });

  test('anything for an empty token or a bare prefix', () => {
    expect(findLeaks('op_pat_ and more', '')).toEqual([]);
    expect(findLeaks('op_pat_ and more', 'op_pat_')).toEqual([]);
    expect(findLeaks('a short body: x', 'op_pat_x')).toEqual([]);
  });
});

test('a megabyte is searched within the time limit of a test', () => {
  const text = `${'Uploading layer 3 of 12, please wait. '.repeat(28_000)}${TOKEN.slice(7, 17)}`;
  expect(forms(text)).toEqual(['piece']);
});

test('a token with a short body is found with its prefix', () => {
  expect(findLeaks('x op_pat_x1 y', 'op_pat_x1')).toEqual([{ form: 'raw', at: 2 }]);
});
