import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type OutputChunk, readAsGithub } from '../../runner/github.ts';

function stdout(data: string | Buffer): OutputChunk {
  return { stream: 'stdout', data: Buffer.from(data) };
}

function stderr(data: string | Buffer): OutputChunk {
  return { stream: 'stderr', data: Buffer.from(data) };
}

function cut(bytes: Buffer, places: readonly number[]): OutputChunk[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [...ends, bytes.length].map((end, index) =>
    stdout(bytes.subarray(ends[index - 1] ?? 0, end)),
  );
}

describe('lines of a stream', () => {
  const cases: readonly { fact: string; output: string; lines: readonly string[] }[] = [
    { fact: 'LF ends a line', output: 'a\nb\n', lines: ['a', 'b'] },
    { fact: 'a bare CR ends a line', output: 'a\rb\r', lines: ['a', 'b'] },
    { fact: 'CRLF ends one line', output: 'a\r\nb\r\n', lines: ['a', 'b'] },
    { fact: 'LF CR ends two lines', output: 'a\n\rb', lines: ['a', '', 'b'] },
    { fact: 'an empty line is a line', output: '\n\na', lines: ['', '', 'a'] },
    { fact: 'an unterminated last line is a line', output: 'a\nb', lines: ['a', 'b'] },
    {
      fact: 'U+0085, U+2028, VT and FF do not end a line',
      output: 'a\u0085b\u2028c\vd\fe',
      lines: ['a\u0085b\u2028c\vd\fe'],
    },
    { fact: 'no output gives no line', output: '', lines: [] },
  ];
  test.each(cases)('$fact', ({ output, lines }) => {
    expect(readAsGithub([stdout(output)]).lines).toEqual(lines);
  });

  test('bad UTF-8 becomes U+FFFD, so a token with one broken byte is not masked', () => {
    const bytes = Buffer.concat([
      Buffer.from('op_pat_AbCd'),
      Buffer.from([0xff]),
      Buffer.from('EfGh\n'),
    ]);
    expect(readAsGithub([stdout(bytes)], { knownSecrets: ['op_pat_AbCdEfGh'] }).lines).toEqual([
      'op_pat_AbCd\ufffdEfGh',
    ]);
  });

  test('a character cut off by the end of the stream becomes U+FFFD', () => {
    expect(readAsGithub([stdout(Buffer.from([0x61, 0xe2, 0x82]))]).lines).toEqual(['a\ufffd']);
  });

  test('a character split across chunks is joined, even around a chunk of the other stream', () => {
    const euro = Buffer.from('€');
    const chunks = [stdout(euro.subarray(0, 1)), stderr('x\n'), stdout(euro.subarray(1))];
    expect(readAsGithub(chunks).lines).toEqual(['x', '€']);
  });

  test('a CRLF split across chunks is one line end', () => {
    expect(readAsGithub([stdout('a\r'), stdout('\nb')]).lines).toEqual(['a', 'b']);
  });

  test('a byte order mark at the start is removed, even before a command', () => {
    expect(readAsGithub([stdout('\ufeff::error::x\n')]).commands).toHaveLength(1);
    expect(readAsGithub([stdout('a\n\ufeff::error::x\n')]).commands).toHaveLength(0);
  });

  test('output that starts like UTF-16 is read as UTF-16', () => {
    expect(
      readAsGithub([stdout(Buffer.from('\ufeff::error::x\n', 'utf16le'))]).commands,
    ).toHaveLength(1);
  });

  test('the split of stdout into chunks changes nothing', () => {
    const parts = [
      '::',
      '##[',
      ']',
      'error',
      'group',
      'stop-commands',
      'w0rdw0rd',
      '\r',
      '\n',
      '\r\n',
      ' ',
      '€',
      '😀',
      'title=',
      ',',
      '%0A',
      'x',
    ];
    const text = fc
      .array(fc.constantFrom(...parts), { maxLength: 40 })
      .map((list) => list.join(''));
    const places = fc.array(fc.nat({ max: 200 }), { maxLength: 8 });
    fc.assert(
      fc.property(text, places, (output, ends) => {
        const bytes = Buffer.from(output);
        const whole = readAsGithub([stdout(bytes)]);
        expect(readAsGithub(cut(bytes, ends))).toEqual(whole);
        expect(readAsGithub(cut(bytes, ends), { batches: 'each-chunk' })).toEqual(whole);
      }),
    );
  });

  test('any bytes are read without an exception', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 4 }),
        (data, ends) => {
          const bytes = Buffer.from(data);
          expect(readAsGithub(cut(bytes, ends)).lines).toEqual(readAsGithub([stdout(bytes)]).lines);
        },
      ),
    );
  });
});

describe('two streams', () => {
  const secret = 'op_pat_AbCdEf0123456789';
  const chunks = [stdout(`::add-mask::${secret}\n`), stderr(`${secret}\n`)];

  test('stderr of a batch comes before its stdout: a mask on stdout does not protect stderr', () => {
    expect(readAsGithub(chunks).lines).toEqual([secret]);
    expect(readAsGithub(chunks).problems).toContain('output before the first mask');
  });

  test('the mask applies in a later batch', () => {
    expect(readAsGithub(chunks, { batches: [1] }).lines).toEqual(['***']);
    expect(readAsGithub(chunks, { batches: 'each-chunk' }).lines).toEqual(['***']);
  });

  test('a stop on stdout does not protect stderr in the same batch', () => {
    const untrusted = [
      stdout('::stop-commands::w0rdw0rd\n'),
      stderr('::error::x\n'),
      stdout('::w0rdw0rd::\n'),
    ];
    expect(readAsGithub(untrusted).commands.map(({ name }) => name)).toEqual([
      'error',
      'stop-commands',
      'resume',
    ]);
    expect(
      readAsGithub(untrusted, { batches: 'each-chunk' }).commands.map(({ name }) => name),
    ).toEqual(['stop-commands', 'resume']);
  });

  test('commands on stderr are parsed too', () => {
    expect(readAsGithub([stderr('::set-output name=a::b\n')]).outputs).toEqual({ a: 'b' });
  });

  test('a line belongs to the batch in which it ends', () => {
    expect(
      readAsGithub([stdout('a'), stderr('b\n'), stdout('\n')], { batches: 'each-chunk' }).lines,
    ).toEqual(['b', 'a']);
  });
});
