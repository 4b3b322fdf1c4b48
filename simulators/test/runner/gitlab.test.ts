import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OutputChunk } from '../../runner/github.ts';
import { type GitlabLog, readAsGitlab } from '../../runner/gitlab.ts';

const SECRET = 'op_pat_AbCdEf0123456789ZyXwVu';

function stdout(data: string): OutputChunk {
  return { stream: 'stdout', data: Buffer.from(data) };
}

function read(output: string, ...maskedValues: string[]): GitlabLog {
  return readAsGitlab([stdout(output)], { maskedValues });
}

describe('masker', () => {
  const base64 = Buffer.from(SECRET).toString('base64');
  const cases: readonly { fact: string; values: readonly string[]; output: string; raw: string }[] =
    [
      {
        fact: 'a masked value',
        values: [SECRET],
        output: `a ${SECRET} b ${SECRET}`,
        raw: 'a [MASKED] b [MASKED]',
      },
      {
        fact: 'values are trimmed',
        values: [` ${SECRET}\n`],
        output: `${SECRET}\n`,
        raw: '[MASKED]\n',
      },
      {
        fact: 'the longest value first',
        values: ['abcdefgh', 'abcdefghij'],
        output: 'abcdefghij abcdefgh',
        raw: '[MASKED] [MASKED]',
      },
      { fact: 'no derived forms', values: [SECRET], output: base64, raw: base64 },
      {
        fact: 'byte-exact: a different case does not match',
        values: ['abcdefgh'],
        output: 'ABCDEFGH',
        raw: 'ABCDEFGH',
      },
      {
        fact: 'no split into lines',
        values: ['first-line\nsecond-line'],
        output: 'first-line',
        raw: 'first-line',
      },
      {
        fact: 'a multi-line value as a whole',
        values: ['first-line\nsecond-line'],
        output: 'first-line\nsecond-line',
        raw: '[MASKED]',
      },
      {
        fact: 'a replacement is not searched again',
        values: ['12345678', '[MASKED]'],
        output: '12345678',
        raw: '[MASKED]',
      },
      {
        fact: 'text that only starts like the value stays',
        values: ['abcdefgh'],
        output: 'abcdefg',
        raw: 'abcdefg',
      },
      {
        fact: 'a self-overlapping value in one write',
        values: ['ababcdefg'],
        output: 'abababcdefg',
        raw: 'ab[MASKED]',
      },
    ];
  test.each(cases)('$fact', ({ values, output, raw }) => {
    expect(read(output, ...values).raw).toBe(raw);
  });

  test('works across write boundaries', () => {
    const places = fc.array(fc.nat({ max: 60 }), { maxLength: 6 });
    fc.assert(
      fc.property(places, (ends) => {
        const text = `before ${SECRET} between ${SECRET}${SECRET} behind\n`;
        const cuts = [...new Set([0, ...ends, text.length])].sort((a, b) => a - b);
        const chunks = cuts.map((from, index) =>
          stdout(text.slice(from, cuts[index + 1] ?? text.length)),
        );
        expect(readAsGitlab(chunks, { maskedValues: [SECRET] }).raw).toBe(
          'before [MASKED] between [MASKED][MASKED] behind\n',
        );
      }),
    );
  });

  test('misses a self-overlapping value split across two writes, because the matcher only restarts at the first byte', () => {
    expect(
      readAsGitlab([stdout('abab'), stdout('abcdefg')], { maskedValues: ['ababcdefg'] }).raw,
    ).toBe('abababcdefg');
  });

  test('stdout and stderr have separate matchers, so a value split across both is not found', () => {
    const chunks: OutputChunk[] = [
      stdout(SECRET.slice(0, 9)),
      { stream: 'stderr', data: Buffer.from(SECRET.slice(9)) },
    ];
    expect(readAsGitlab(chunks, { maskedValues: [SECRET] }).raw).not.toContain('[MASKED]');
  });

  test('bytes that are not UTF-8 are accepted', () => {
    const chunk: OutputChunk = { stream: 'stdout', data: Buffer.from([0x61, 0xff, 0x62]) };
    expect(readAsGitlab([chunk]).raw).toBe('a\ufffdb');
  });

  test('values that GitLab would not accept are reported', () => {
    expect(read('x', 'short', 'has blanks in it', SECRET).problems).toEqual([
      '2 masked value(s) that GitLab would not accept',
    ]);
  });

  test('nothing is collected beyond the limit', () => {
    const log = readAsGitlab([stdout('0123456789')], { outputLimit: 4 });
    expect(log).toMatchObject({
      raw: '0123',
      problems: ['log limit reached: the rest is not collected'],
    });
    expect(readAsGitlab([stdout('x'.repeat(4 * 1024 * 1024))]).problems).toEqual([]);
  });

  test('add-mask prints its value', () => {
    const log = read(`::add-mask::${Buffer.from(SECRET).toString('hex')}\n`);
    expect(log.raw).toContain(Buffer.from(SECRET).toString('hex'));
    expect(log.problems).toEqual(['add-mask prints its value on GitLab']);
  });
});

describe('job page', () => {
  const cases: readonly { fact: string; output: string; page: readonly string[] }[] = [
    { fact: 'LF and CRLF end a line', output: 'a\nb\r\nc', page: ['a', 'b', 'c'] },
    { fact: 'an empty line is a line', output: 'a\n\nb\n', page: ['a', '', 'b'] },
    {
      fact: 'a bare CR discards the line so far',
      output: 'ERROR: deploy failed\rdeploy succeeded\n',
      page: ['deploy succeeded'],
    },
    { fact: 'colors are styles, not text', output: '\x1b[31mred\x1b[0m\n', page: ['red'] },
    {
      fact: 'other sequences are removed, so a split token is shown joined',
      output: 'op_pat_AB\x1b[0KCD\n',
      page: ['op_pat_ABCD'],
    },
    {
      fact: 'a sequence ends at the first byte of @ to ~',
      output: '\x1b]8;;https://evil\n',
      page: ['ttps://evil'],
    },
    { fact: 'an unfinished sequence is not shown', output: 'a\x1b[31\nb\n', page: ['a', 'b'] },
    {
      fact: 'text with the letter s stays whole',
      output: 'success: section_starts\n',
      page: ['success: section_starts'],
    },
    {
      fact: 'a section marker anywhere starts a line',
      output: 'x section_start:1:a\r\x1b[0KHead\n',
      page: ['x ', 'Head'],
    },
    {
      fact: 'a broken marker is text',
      output: 'section_start :1:a\n',
      page: ['section_start :1:a'],
    },
  ];
  test.each(cases)('$fact', ({ output, page }) => {
    expect(read(output).page).toEqual(page);
  });

  test('sections have names, options, and ends', () => {
    const end = '\r\x1b[0K';
    const log = read(
      `section_start:1:a[collapsed=true]${end}A\nsection_start:2:b.c-d_1${end}B\nsection_end:3:b.c-d_1${end}\n`,
    );
    expect(log.sections).toEqual([
      { name: 'a', collapsed: true, closed: false },
      { name: 'b.c-d_1', collapsed: false, closed: true },
    ]);
    expect(log.problems).toEqual([]);
  });

  const troubles: readonly { fact: string; output: string; problem: string }[] = [
    {
      fact: 'text erased by a bare CR',
      output: 'failed\rok\n',
      problem: 'a bare CR erased: failed',
    },
    {
      fact: 'an end without a start',
      output: 'section_end:1:a\r\x1b[0K',
      problem: 'section a ended without a start',
    },
    {
      fact: 'a section opened twice',
      output: 'section_start:1:a\r\x1b[0K\n'.repeat(2),
      problem: 'section a opened twice',
    },
    {
      fact: 'an absurd time',
      output: 'section_start:99999999999:a\r\x1b[0K',
      problem: 'absurd time of section a: 99999999999',
    },
  ];
  test.each(troubles)('reports $fact', ({ output, problem }) => {
    expect(read(output).problems).toEqual([problem]);
  });

  test('any text is read without an exception, and no line contains a line end', () => {
    const parts = fc.constantFrom(
      'section_start:',
      'section_end:',
      '1',
      ':',
      'a',
      '[',
      ']',
      '\r',
      '\n',
      '\x1b',
      '[0K',
      's',
      'm',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (list) => {
        expect(read(list.join('')).page.filter((line) => line.includes('\n'))).toEqual([]);
      }),
    );
  });
});
