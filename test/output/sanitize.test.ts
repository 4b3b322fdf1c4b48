import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inertLine, withoutControls } from '../../src/output/sanitize.ts';

/**
 * The characters for which .NET's char.IsWhiteSpace is true. The runner trims them before it looks
 * for a command.
 */
const NET_SPACES =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
const startsCommand = new RegExp(`^[${NET_SPACES}]*::`);

/** Text made mostly of dangerous parts, so that random ones end up next to each other. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        ':',
        '##[',
        '##',
        '#',
        '[',
        'section_',
        'section_start:',
        'section_end:',
        'add-mask',
        '\u001b[',
        '\u001b]0;',
        '\u0007',
        '\u001b\\',
      ),
      fc.constantFrom(
        ...NET_SPACES,
        '\u200b',
        '\ufeff',
        '\u0000',
        '\u009b',
        '\u202e',
        '\u2066',
        '\u00ad',
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('inertLine', () => {
  test.each([
    ['::add-mask::x', ': :add-mask::x', 'a command at the start'],
    ['  ::error::x', '  : :error::x', 'a command after blanks'],
    [
      '\u0085::set-output name=a::b',
      ': :set-output name=a::b',
      'a command after a next-line character, which .NET trims and \\s does not know',
    ],
    ['\u200b::error::x', ': :error::x', 'a command after a character that is taken out'],
    ['a\r::error::x', 'a::error::x', 'CR ends a line for the runner: it goes'],
    ['a ::error::x', 'a ::error::x', 'in the middle of a line it is no command'],
    ['##[error]x', '## [error]x', 'an old command at the start'],
    ['2026-01-01 ##[group]x', '2026-01-01 ## [group]x', 'the viewer takes the old form anywhere'],
    ['##\u200b[group]x', '## [group]x', 'an old command put together by taking a character out'],
    ['section_start:1:build', 'section_start :1:build', 'a section of GitLab'],
    [
      'section_\u001b[0mend:1:build',
      'section_end :1:build',
      'a section put together by taking a sequence out',
    ],
    ['\u001b[31mred\u001b[0m', 'red', 'colours'],
    [
      '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007',
      'click',
      'a hyperlink of the terminal',
    ],
    ['\u001b]0;a title that never ends', '', 'a title without its end'],
    ['a\u001bMb', 'ab', 'a sequence of two characters'],
    ['a\u001b7b', 'a7b', 'what follows an escape and makes no sequence with it'],
    ['a\tb', 'a b', 'a tab is a blank'],
    ['a\nb', 'ab', 'one line stays one line'],
    ['user\u202egnp.exe', 'usergnp.exe', 'a change of direction'],
    ['Größe 😀 ok', 'Größe 😀 ok', 'ordinary text stays as it is'],
  ])('%j becomes %j: %s', (text, inert) => {
    expect(inertLine(text)).toBe(inert);
  });

  test.each([
    [16_384, 'x'.repeat(16_384)],
    [16_385, `${'x'.repeat(16_384)} ... (1 more characters)`],
    [20_000, `${'x'.repeat(16_384)} ... (3616 more characters)`],
  ])('a line of %i characters', (length, inert) => {
    expect(inertLine('x'.repeat(length))).toBe(inert);
  });

  test('no line starts a command, contains an old command or a section, or ends early', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = inertLine(text);
        expect(line).not.toMatch(startsCommand);
        expect(line).not.toContain('##[');
        expect(line).not.toMatch(/section_(?:start|end):/);
        expect(line).not.toMatch(/[\r\n\u0085\u2028\u2029\u001b]/);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a harmless line stays as it is', () => {
    fc.assert(
      fc.property(hostile, (text) => expect(inertLine(inertLine(text))).toBe(inertLine(text))),
      { numRuns: 1_000 },
    );
  });
});

test('withoutControls leaves no invisible characters', () => {
  fc.assert(
    fc.property(hostile, (text) =>
      expect(withoutControls(text)).not.toMatch(
        /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]/u,
      ),
    ),
    {
      numRuns: 1_000,
    },
  );
});
