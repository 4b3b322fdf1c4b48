import { describe, expect, test } from '@jest/globals';
import type { Reader } from '../../src/inputs/reader.ts';
import { readers } from '../../src/inputs/readers.ts';

/** The value, or the error message. */
function read<Value>(reader: Reader<Value>, text: string): Value | string {
  const result = reader(text);
  return 'value' in result ? result.value : result.problem;
}

const long = 'n'.repeat(100);

describe('a repository', () => {
  test.each([
    ['acme/shop', 'acme', 'shop'],
    ['acme/shop.git', 'acme', 'shop'],
    ['acme/shop.git.git', 'acme', 'shop.git'],
    ['A1._-/.dot', 'A1._-', '.dot'],
    ['acme/dot.', 'acme', 'dot.'],
    [`${long}/${long}`, long, long],
    [`acme/${long}.git`, 'acme', long],
  ])('%s', (text, namespace, name) => {
    expect(read(readers.repository, text)).toEqual({ namespace, name });
  });

  test.each([
    ['shop'],
    ['acme/'],
    ['acme/..'],
    ['acme/..git/x'],
    ['-acme/shop'],
    ['https://outpost.run/acme/shop'],
    ['acme/shop x'],
    [`${long}n/shop`],
    [`acme/${long}n`],
  ])('%s is rejected', (text) => {
    expect(read(readers.repository, text)).toBe(`\`${text}\` is not \`namespace/name\``);
  });
});

describe('a health check', () => {
  test.each([
    ['/'],
    ['/healthz'],
    ['/a/b?c=d'],
    ['https://web.example/up'],
    ['http://127.0.0.1:8080/up?x=1'],
  ])('%s', (text) => {
    expect(read(readers.check, text)).toBe(text);
  });

  test.each([
    ['healthz', 'healthz'],
    ['//evil.example/', '//evil.example/'],
    ['/a b', '/a b'],
    ['/a#b', '/a#b'],
    ['ftp://web.example/', 'ftp://web.example/'],
    ['xhttps://web.example/', 'xhttps://web.example/'],
    ['httpss://web.example/', 'httpss://web.example/'],
    ['https://ada@web.example/', 'https://***@web.example/'],
    ['https://:s3cret@web.example/', 'https://***@web.example/'],
    ['ada:s3cret@web.example', '***@web.example'],
    ['https://a:s3\n@cret@web.example', 'https://***@web.example'],
  ])('%j is rejected without showing a password', (text, shown) => {
    expect(read(readers.check, text)).toBe(
      `\`${shown}\` is neither a path such as \`/healthz\` nor an https URL`,
    );
  });
});

describe('the URL of Outpost', () => {
  test.each([
    ['xhttps://outpost.run', '`xhttps://outpost.run` is not an https address'],
    ['https+x://outpost.run', '`https+x://outpost.run` is not an https address'],
    ['https://ada@outpost.run', 'must not contain a user name or password'],
    ['https://:s3cret@outpost.run', 'must not contain a user name or password'],
    [
      'https://169.254.169.254',
      "`https://169.254.169.254` is a link-local or cloud metadata address, not Outpost's",
    ],
  ])('%s is rejected', (text, problem) => {
    expect(read(readers.origin, text)).toBe(problem);
  });
});

describe('limits of names and numbers', () => {
  test.each([
    [
      'targets',
      readers.targets,
      `${long}/${long}`,
      [{ namespace: long, service: long, branch: undefined, stage: 1 }],
    ],
    ['prefix', readers.prefix, 'A'.repeat(64), 'A'.repeat(64)],
    ['prefix', readers.prefix, '_', '_'],
    ['branch', readers.branch, 'a@', 'a@'],
    ['text', readers.text, '...', '...'],
    ['text', readers.text, 'a.', 'a.'],
    ['text', readers.text, '.a', '.a'],
    ['boolean', readers.boolean, 'true', true],
    ['boolean', readers.boolean, 'TRUE', true],
    ['boolean', readers.boolean, 'false', false],
    ['boolean', readers.boolean, 'False', false],
  ] as [string, Reader<unknown>, string, unknown][])('%s accepts %j', (_, reader, text, value) => {
    expect(read(reader, text)).toEqual(value);
  });

  test.each([
    [
      'targets',
      readers.targets,
      `${long}n/web`,
      'is not in the form `namespace/name` or `namespace/name@branch`',
    ],
    [
      'targets',
      readers.targets,
      `acme/${long}n`,
      'is not in the form `namespace/name` or `namespace/name@branch`',
    ],
    [
      'targets',
      readers.targets,
      '-a/web',
      'is not in the form `namespace/name` or `namespace/name@branch`',
    ],
    [
      'targets',
      readers.targets,
      '-x/web',
      'is not in the form `namespace/name` or `namespace/name@branch`',
    ],
    [
      'prefix',
      readers.prefix,
      'A'.repeat(65),
      'cannot be the start of a variable name: use letters, digits and _',
    ],
    [
      'prefix',
      readers.prefix,
      '-A',
      'cannot be the start of a variable name: use letters, digits and _',
    ],
    ['text', readers.text, '.', 'is not a valid name'],
    ['text', readers.text, '..', 'is not a valid name'],
    ['boolean', readers.boolean, 'xtrue', 'is neither `true` nor `false`'],
    ['boolean', readers.boolean, 'truex', 'is neither `true` nor `false`'],
    ['boolean', readers.boolean, 'xfalse', 'is neither `true` nor `false`'],
    ['boolean', readers.boolean, 'falsex', 'is neither `true` nor `false`'],
    ['count', readers.count, 'x1', 'is not a whole number from 1 to 100'],
    ['count', readers.count, ' 1', 'is not a whole number from 1 to 100'],
    ['count', readers.count, '1 ', 'is not a whole number from 1 to 100'],
    ['count', readers.count, '0000001', 'is not a whole number from 1 to 100'],
    [
      'duration',
      readers.duration,
      'x15',
      'is not a duration: write it like `90s`, `15m` or `1h30m`',
    ],
    [
      'duration',
      readers.duration,
      '0.5s',
      'is not a duration: write it like `90s`, `15m` or `1h30m`',
    ],
    ['path', readers.path, 'x/{service}', 'is not an absolute URL path'],
    ['path', readers.path, '/{service} ', 'is not an absolute URL path'],
    ['path', readers.path, '//evil.example/{service}', 'is not an absolute URL path'],
    ['path', readers.path, '/{service}/.', 'is not an absolute URL path'],
  ] as [string, Reader<unknown>, string, string][])('%s rejects %j', (_, reader, text, problem) => {
    expect(read(reader, text)).toBe(`\`${text}\` ${problem}`);
  });
});
