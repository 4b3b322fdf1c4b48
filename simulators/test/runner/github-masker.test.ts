import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GithubLog, type GithubOptions, readAsGithub } from '../../runner/github.ts';

function read(output: string, options: GithubOptions = {}): GithubLog {
  return readAsGithub([{ stream: 'stdout', data: Buffer.from(output) }], options);
}

function masked(secret: string, text: string): string {
  return read(text, { knownSecrets: [secret] }).lines.join('\n');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('values', () => {
  const cases: readonly { fact: string; secret: string; text: string; shown: string }[] = [
    { fact: 'a secret of the job is trimmed', secret: '  abc \n', text: 'xabcx', shown: 'x***x' },
    {
      fact: 'every line of a secret is a trimmed value',
      secret: 'first\r\n  second  \n\n',
      text: 'a second first',
      shown: 'a *** ***',
    },
    {
      fact: 'there is no minimum length',
      secret: 'e',
      text: 'deploy here',
      shown: 'd***ploy h***r***',
    },
    {
      fact: 'matching is case-sensitive',
      secret: 'abcdef',
      text: 'ABCDEF abcdeF',
      shown: 'ABCDEF abcdeF',
    },
    { fact: 'overlapping matches merge', secret: 'aba', text: 'xababax', shown: 'x***x' },
    { fact: 'adjacent matches merge', secret: 'abc', text: 'abcabc abc', shown: '*** ***' },
    { fact: 'a blank secret masks nothing', secret: ' \n ', text: 'a b', shown: 'a b' },
    {
      fact: 'a value split by a line end is not found',
      secret: 'abcdef',
      text: 'abc\rdef',
      shown: 'abc\ndef',
    },
  ];
  test.each(cases)('$fact', ({ secret, text, shown }) => {
    expect(masked(secret, text)).toBe(shown);
  });

  test('add-mask does not trim the whole value, but trims its lines', () => {
    const log = read(
      '::add-mask:: padded-value %0Asecond-line\n padded-value \npadded-value;second-line\n',
    );
    expect(log.masks).toEqual([' padded-value \nsecond-line', 'padded-value', 'second-line']);
    expect(log.lines).toEqual([' *** ', '***;***']);
  });

  test('a mask only applies to later lines', () => {
    expect(read('long-secret\n::add-mask::long-secret\nlong-secret\n').lines).toEqual([
      'long-secret',
      '***',
    ]);
  });

  test('a blank mask only causes a warning', () => {
    const log = read('::add-mask:: \n');
    expect(log).toMatchObject({
      masks: [],
      problems: ['blank mask'],
      annotations: [{ level: 'warning' }],
    });
  });

  test('a short mask is reported, because it hides too much of the log', () => {
    expect(read('::add-mask::e\ndeploy\n')).toMatchObject({
      lines: ['d***ploy'],
      problems: ['mask shorter than 8 characters'],
    });
  });

  test('the add-mask line is never shown; echo and step debug print asterisks', () => {
    expect(read('::add-mask::long-secret\n').lines).toEqual([]);
    expect(read('::add-mask::long-secret\n', { echo: true }).lines).toEqual(['::add-mask::***']);
    expect(read('::add-mask::long-secret\n', { debug: true }).lines).toEqual(['::add-mask::***']);
  });
});

describe('derived forms', () => {
  const awkward = "Pa ss'(w)*rd!~9";
  const cases: readonly { fact: string; secret: string; text: string; shown: string }[] = [
    { fact: 'Base64', secret: 'secret-value', text: base64('secret-value'), shown: '***' },
    {
      fact: 'Base64 after one byte',
      secret: 'secret-value',
      text: base64('1secret-value'),
      shown: 'MXNl***',
    },
    {
      fact: 'Base64 after two bytes',
      secret: 'secret-value',
      text: base64('12secret-value'),
      shown: 'MTJz***',
    },
    {
      fact: 'Base64 keeps its padding, so it does not match with a byte after it',
      secret: 'secret-val',
      text: 'c2VjcmV0LXZhbAo=',
      shown: 'c2VjcmV0LXZhbAo=',
    },
    {
      fact: 'double quotes with a backslash',
      secret: 'a"bcdefg',
      text: 'a\\"bcdefg',
      shown: '***',
    },
    { fact: 'single quotes doubled', secret: "it's-it", text: "it''s-it", shown: '***' },
    { fact: 'JSON escape', secret: 'a\tb\u0085\u0001', text: 'a\\tb\\u0085\\u0001', shown: '***' },
    { fact: 'JSON escape leaves / and non-ASCII', secret: 'a/é"', text: 'a/é\\"', shown: '***' },
    { fact: 'RFC 3986', secret: awkward, text: 'Pa%20ss%27%28w%29%2Ard%21~9', shown: '***' },
    {
      fact: 'not encodeURIComponent',
      secret: awkward,
      text: encodeURIComponent(awkward),
      shown: "Pa%20ss'(w)*rd!~9",
    },
    {
      fact: 'not URLSearchParams',
      secret: awkward,
      text: 'Pa+ss%27%28w%29*rd%21%7E9',
      shown: 'Pa+ss%27%28w%29*rd%21%7E9',
    },
    {
      fact: 'RFC 3986 with uppercase hex only',
      secret: 'a/bcdef',
      text: 'a%2Fbcdef a%2fbcdef',
      shown: '*** a%2fbcdef',
    },
    { fact: 'XML', secret: `<"'&>`, text: '&lt;&quot;&apos;&amp;&gt;', shown: '***' },
    { fact: 'not HTML &#39;', secret: "it's-it", text: 'it&#39;s-it', shown: 'it&#39;s-it' },
    {
      fact: 'without its quotes when longer than 8',
      secret: '"1234567"',
      text: '1234567',
      shown: '***',
    },
    { fact: 'with its quotes at 8', secret: '"123456"', text: '123456', shown: '123456' },
    {
      fact: 'PowerShell: the parts around &',
      secret: 'secret1&secret2&secret3',
      text: 'secret1&secret2& secret3',
      shown: '*** ***',
    },
    {
      fact: 'PowerShell: the parts around &+',
      secret: 'secret1&+secret2&secret3',
      text: 'secret1&+ ecret2&secret3',
      shown: '*** ***',
    },
    {
      fact: 'PowerShell: parts shorter than 6 stay',
      secret: 'abc&def',
      text: 'abc& def',
      shown: 'abc& def',
    },
  ];
  test.each(cases)('$fact', ({ secret, text, shown }) => {
    expect(masked(secret, text)).toBe(shown);
  });

  test('Base64 between other bytes is only masked for one length in three', () => {
    const secrets = fc.stringMatching(/^[A-Za-z0-9]{20,40}$/);
    fc.assert(
      fc.property(
        secrets,
        fc.stringMatching(/^[a-z]{0,9}$/),
        fc.stringMatching(/^[a-z]{1,9}$/),
        (secret, before, behind) => {
          const offset = (3 - (before.length % 3)) % 3;
          const hidden = (secret.length - offset) % 3 === 0;
          expect(masked(secret, base64(before + secret + behind)).includes('***')).toBe(hidden);
          expect(masked(secret, base64(before + secret))).toMatch(/\*\*\*$/);
        },
      ),
    );
  });
});

describe('annotations', () => {
  const secret = 'op_pat_AbCdEf0123456789';

  test('GitHub masks the message of an annotation, not its properties', () => {
    const log = read(`::error title=${secret},file=${secret}::${secret}\n`, {
      knownSecrets: [secret],
    });
    expect(log.annotations).toEqual([
      { level: 'error', message: '***', properties: { title: secret, file: secret } },
    ]);
    expect(log.lines).toEqual(['##[error]***']);
  });

  test('a message is truncated to 4096 characters after masking', () => {
    const log = read(`::error::${'x'.repeat(4090)}${secret}tail\n`, { knownSecrets: [secret] });
    expect(log.annotations[0]?.message).toBe(`${'x'.repeat(4090)}***tai`);
  });

  test('outputs are not masked', () => {
    expect(read(`::set-output name=a::${secret}\n`, { knownSecrets: [secret] }).outputs).toEqual({
      a: secret,
    });
  });
});
