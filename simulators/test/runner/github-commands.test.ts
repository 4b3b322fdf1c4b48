import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GithubLog, type GithubOptions, readAsGithub } from '../../runner/github.ts';

function read(output: string, options: GithubOptions = {}): GithubLog {
  return readAsGithub([{ stream: 'stdout', data: Buffer.from(output) }], options);
}

function names(output: string): string[] {
  return read(output).commands.map(({ name }) => name);
}

const WORD = '0123456789abcdef';

describe('which lines are commands', () => {
  const cases: readonly { fact: string; line: string; names: readonly string[] }[] = [
    { fact: ':: at the start', line: '::error::x', names: ['error'] },
    { fact: ':: after blanks', line: ' \t ::error::x', names: ['error'] },
    {
      fact: ':: after U+0085, which .NET trims and JavaScript does not',
      line: '\u0085::error::x',
      names: ['error'],
    },
    {
      fact: ':: after U+00A0, U+3000, and U+2028',
      line: '\u00a0\u3000\u2028::error::x',
      names: ['error'],
    },
    {
      fact: 'not :: after U+FEFF, which JavaScript trims and .NET does not',
      line: 'a\n\ufeff::error::x',
      names: [],
    },
    { fact: 'not :: after U+200B', line: '\u200b::error::x', names: [] },
    { fact: 'not :: after text or a bar', line: '  | ::error::x', names: [] },
    { fact: 'not :: without a second ::', line: '::error:x', names: [] },
    {
      fact: 'a zero-width character between the second pair of colons may still parse, so it does here',
      line: '::error:\u200b:x',
      names: ['error'],
    },
    { fact: 'names in any case', line: '::ErRoR::x', names: ['error'] },
    { fact: 'not an unknown name', line: '::deploy::x', names: [] },
    { fact: 'not a blank before the name', line: ':: error::x', names: [] },
    { fact: '##[ at the start', line: '##[error]x', names: ['error'] },
    {
      fact: '##[ anywhere in a line',
      line: '  | remote: ##[set-output name=b]pwn',
      names: ['set-output'],
    },
    { fact: '##[ in any case', line: 'x ##[WARNING]y', names: ['warning'] },
    { fact: 'only the first ##[ of a line', line: '##[x] ##[error]y', names: [] },
    { fact: 'not ##[ without ]', line: '##[error x', names: [] },
    { fact: 'not ## [', line: '## [error]x', names: [] },
    {
      fact: '##[ is tried when the :: form does not match',
      line: '::unknown:: ##[error]x',
      names: ['error'],
    },
    {
      fact: '##[ is not tried when the :: form matches',
      line: '::debug::##[error]x',
      names: ['debug'],
    },
    {
      fact: 'a bare CR starts a new line',
      line: 'text\r::set-output name=a::b',
      names: ['set-output'],
    },
  ];
  test.each(cases)('$fact', ({ line, names: expected }) => {
    expect(names(line)).toEqual(expected);
  });

  test('every known name is a command, in both forms', () => {
    const known = [
      'set-env',
      'set-output',
      'save-state',
      'add-path',
      'add-mask',
      'add-matcher',
      'remove-matcher',
      'warning',
      'error',
    ];
    for (const name of [
      ...known,
      'notice',
      'debug',
      'group',
      'endgroup',
      'echo',
      'stop-commands',
    ]) {
      expect([name, names(`::${name}::value-of-it`), names(`##[${name}]value-of-it`)]).toEqual([
        name,
        [name],
        [name],
      ]);
    }
  });
});

describe('properties and data', () => {
  const cases: readonly {
    fact: string;
    line: string;
    properties: Record<string, string>;
    data: string;
  }[] = [
    {
      fact: 'split on commas, each on the first =',
      line: '::error file=a=b,line=1::x',
      properties: { file: 'a=b', line: '1' },
      data: 'x',
    },
    {
      fact: 'empty ones and ones without = are dropped',
      line: '::error ,,file,line=::x',
      properties: { line: '' },
      data: 'x',
    },
    {
      fact: 'keys in any case; the last value wins',
      line: '::error Title=a,TITLE=b::x',
      properties: { Title: 'b' },
      data: 'x',
    },
    {
      fact: 'the first following :: ends the header',
      line: '::error title=a::b::c',
      properties: { title: 'a' },
      data: 'b::c',
    },
    {
      fact: 'data decodes CR, LF, and %',
      line: '::error::a%0D%0Ab%25%3A',
      properties: {},
      data: 'a\r\nb%%3A',
    },
    { fact: '% is decoded last', line: '::error::%250A', properties: {}, data: '%0A' },
    {
      fact: 'properties decode : and , too',
      line: '::error title=%3A%2C%0D%0A%25::x',
      properties: { title: ':,\r\n%' },
      data: 'x',
    },
    { fact: 'lowercase codes stay', line: '::error::%0a', properties: {}, data: '%0a' },
    {
      fact: '##[ splits on ;',
      line: 'x##[error file=a,b;line=2]y',
      properties: { file: 'a,b', line: '2' },
      data: 'y',
    },
    {
      fact: '##[ decodes ; CR LF ] and %',
      line: '##[error title=%3B%5D%25]%3B%0D%0A%5D%25',
      properties: { title: ';]%' },
      data: ';\r\n]%',
    },
    {
      fact: '##[ header ends at the first ]',
      line: '##[error title=a]b]c',
      properties: { title: 'a' },
      data: 'b]c',
    },
  ];
  test.each(cases)('$fact', ({ line, properties, data }) => {
    expect(read(line).commands).toMatchObject([{ properties, data, line }]);
    expect(Object.keys(read(line).commands[0]?.properties ?? {})).toEqual(Object.keys(properties));
  });
});

describe('what commands do', () => {
  test('set-output still works: a log line can forge an output', () => {
    expect(
      read('::set-output name=deployed::true\nx ##[set-output NAME=other]1\n').outputs,
    ).toEqual({ deployed: 'true', other: '1' });
  });

  test.each(['set-env', 'add-path'])(
    '%s is rejected, the step fails, and the error repeats the line',
    (name) => {
      const log = read(`::${name} name=X::y\n`);
      expect(log.problems).toEqual([`${name} refused: the step fails`]);
      expect(log.annotations).toMatchObject([
        { level: 'error', message: expect.stringContaining(`::${name} name=X::y`) },
      ]);
    },
  );

  test('annotations and groups are shown with their markers', () => {
    const log = read(
      '::group::a\n::error::b\n::warning::c\n::notice::d\n::endgroup::\n::debug::e\n',
    );
    expect(log.lines).toEqual([
      '##[group]a',
      '##[error]b',
      '##[warning]c',
      '##[notice]d',
      '##[endgroup]',
    ]);
    expect(log.annotations.map(({ level }) => level)).toEqual(['error', 'warning', 'notice']);
    expect(log).toMatchObject({ openGroups: 0, problems: [], stoppedAtEnd: false });
  });

  test('a group that is left open is counted', () => {
    expect(read('::group::a\n').openGroups).toBe(1);
    expect(read('::endgroup::\n').problems).toEqual(['endgroup without a group']);
  });

  test('debug lines are only shown in step debug', () => {
    expect(read('::debug::e\n', { debug: true }).lines).toEqual(['##[debug]e']);
  });

  test('the echo command shows the commands that follow', () => {
    expect(
      read('::echo::on\n::set-output name=a::b\n::echo::off\n::set-output name=c::d\n').lines,
    ).toEqual(['::set-output name=a::b', '::echo::off']);
    expect(read('::echo::maybe\n').problems).toEqual(['echo takes on or off: the step fails']);
  });

  test('annotations beyond ten per level do not reach the summary', () => {
    expect(read('::error::x\n'.repeat(10)).problems).toEqual([]);
    expect(read('::error::x\n'.repeat(12)).problems).toEqual([
      'more than 10 annotations of level error: the rest is not published',
    ]);
  });

  test('the log viewer renders markers in the text of a line, even while commands are stopped', () => {
    expect(read(`::stop-commands::${WORD}\nx ##[group]fake\n::${WORD}::\n`).problems).toEqual([
      'viewer marker in text: ##[group]',
    ]);
    expect(read('::error::a%0A##[group]b\n').problems).toEqual([
      'viewer marker in text: ##[group]',
    ]);
  });

  test('the runner itself escapes the markers of nested actions', () => {
    expect(read('##[start-action x]\n##[end-action y]').lines).toEqual([
      '##[\\start-action x]',
      '##[\\end-action y]',
    ]);
  });
});

describe('stop-commands', () => {
  const refused = ['', 'pause-logging', 'stop-commands', 'Error', 'ADD-MASK'];
  test.each(refused)('the token "%s" is rejected and the step breaks', (token) => {
    const log = read(`::stop-commands::${token}\n::notice::x\n`);
    expect(log.problems).toEqual(['stop token refused: the step breaks']);
    expect(log.stoppedAtEnd).toBe(false);
    expect(log.commands.map(({ name }) => name)).toEqual(['stop-commands', 'notice']);
  });

  test('nothing runs while stopped', () => {
    const log = read(
      `::stop-commands::${WORD}\n::set-output name=a::b\nx ##[add-mask]word\n::stop-commands::other\n`,
    );
    expect(log.commands.map(({ name }) => name)).toEqual(['stop-commands']);
    expect(log).toMatchObject({ outputs: {}, masks: [], stoppedAtEnd: true });
    expect(log.lines).toEqual([
      '::stop-commands::***',
      '::set-output name=a::b',
      'x ##[add-mask]word',
      '::stop-commands::other',
    ]);
  });

  const resumes = [
    `::${WORD}::`,
    ` \u0085::${WORD.toUpperCase()}::`,
    `::${WORD} a=b::c`,
    `##[${WORD}]`,
    `text ##[${WORD.toUpperCase()}]`,
  ];
  test.each(resumes)('%j resumes', (line) => {
    const log = read(`::stop-commands::${WORD}\n::error::no\n${line}\n::error::yes\n`);
    expect(log.commands.map(({ name }) => name)).toEqual(['stop-commands', 'resume', 'error']);
    expect(log.stoppedAtEnd).toBe(false);
  });

  test.each([WORD, `x ::${WORD}::`, `##[x] ##[${WORD}]`, `::error::##[${WORD}]`])(
    '%j does not resume',
    (line) => {
      expect(read(`::stop-commands::${WORD}\n${line}\n`).stoppedAtEnd).toBe(true);
    },
  );

  test('the token only works once', () => {
    expect(
      names(`::stop-commands::${WORD}\n::${WORD}::\n::${WORD}::\n::stop-commands::${WORD}\n`),
    ).toEqual(['stop-commands', 'resume', 'stop-commands']);
  });

  test('a token longer than 6 characters becomes a mask', () => {
    expect(read('::stop-commands::abcdef\nabcdef\n').lines).toEqual([
      '::stop-commands::abcdef',
      'abcdef',
    ]);
    expect(read('::stop-commands::abcdefg\nabcdefg\n').lines).toEqual([
      '::stop-commands::***',
      '***',
    ]);
  });

  test('the ##[ form stops commands too', () => {
    expect(read(`a ##[stop-commands]${WORD}\n`).stoppedAtEnd).toBe(true);
  });
});

test('text without :: and ##[ runs nothing and is shown unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const safe = text.replace(/::|##\[|[\r\n\ud800-\udfff\ufeff]/gu, '').replace(/:/g, '.');
      expect(read(`> ${safe}\n`)).toMatchObject({
        commands: [],
        lines: [`> ${safe}`],
        problems: [],
      });
    }),
  );
});
