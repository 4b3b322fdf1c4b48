import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { branchProblem } from '../../src/inputs/branch.ts';
import type { Reader } from '../../src/inputs/reader.ts';
import { readChoice, readers } from '../../src/inputs/readers.ts';
import { isLoopback } from '../../src/lib/urls.ts';

/** The value, or the error message. */
function read<Value>(reader: Reader<Value>, text: string): Value | string {
  const result = reader(text);
  return 'value' in result ? result.value : result.problem;
}

const target = (namespace: string, service: string, branch?: string, stage = 1) => ({
  namespace,
  service,
  branch,
  stage,
});

const THREE_STAGES = [
  target('acme', 'db'),
  target('acme', 'api', undefined, 2),
  target('acme', 'worker', 'next', 2),
  target('acme', 'web', undefined, 3),
];

describe('stages: a text means the same no matter how a host folds it', () => {
  test.each([
    ['acme/db then acme/api acme/worker@next then acme/web'],
    ['acme/db\nthen\nacme/api\nacme/worker@next\nthen\nacme/web\n'],
    ['acme/db, then, acme/api, acme/worker@next, then, acme/web'],
    ['- acme/db\n- then\n- acme/api\n- acme/worker@next\n- then\n- acme/web'],
    ['- acme/db then - acme/api - acme/worker@next then - acme/web'],
    ['\r\nacme/db then\r\n  acme/api acme/worker@next\r\n  then acme/web'],
    ['acme/db,then,acme/api,acme/worker@next,then,acme/web'],
  ])('%j', (text) => {
    expect(read(readers.targets, text)).toEqual(THREE_STAGES);
  });

  const misplaced = '`then` goes between services: `acme/api then acme/web`';
  test.each([
    ['then acme/web', misplaced],
    ['acme/web then', misplaced],
    ['acme/api then then acme/web', misplaced],
    ['then', misplaced],
    ['acme/web then acme/web@next', '`acme/web` is listed twice'],
    [
      '["acme/web", "acme/api"]',
      'must be plain text, not JSON: write `acme/api acme/web`, or one service per line',
    ],
    [
      ' { "service": "acme/web"}',
      'must be plain text, not JSON: write `acme/api acme/web`, or one service per line',
    ],
    [
      'acme/web # the site',
      'cannot contain `#` comments: write `acme/api acme/web`, or one service per line',
    ],
    [
      'acme/web@[x',
      '`acme/web@[x`: the branch `[x` contains a character that is not allowed in a branch name',
    ],
    [
      '# acme/web',
      'cannot contain `#` comments: write `acme/api acme/web`, or one service per line',
    ],
  ])('%j is rejected', (text, problem) => {
    expect(read(readers.targets, text)).toBe(problem);
  });

  test('a branch can contain a #', () => {
    expect(read(readers.targets, 'acme/web@fix#12')).toEqual([target('acme', 'web', 'fix#12')]);
  });
});

describe('targets', () => {
  test.each([
    ['acme/web', [target('acme', 'web')]],
    ['acme/web@release/1.2', [target('acme', 'web', 'release/1.2')]],
    ['acme/web\nacme/api@main\n', [target('acme', 'web'), target('acme', 'api', 'main')]],
    [' acme/web , acme/api ,', [target('acme', 'web'), target('acme', 'api')]],
    ['a/b@x@y', [target('a', 'b', 'x@y')]],
    ['A1/b_c.d-e', [target('A1', 'b_c.d-e')]],
    ['web@main', [{ namespace: undefined, service: 'web', branch: 'main', stage: 1 }]],
  ])('%j', (text, targets) => {
    expect(read(readers.targets, text)).toEqual(targets);
  });

  test.each([
    ['', 'contains no service: write `namespace/name`'],
    [' \n,', 'contains no service: write `namespace/name`'],
    ['acme/web/x', '`acme/web/x` is not in the form `namespace/name` or `namespace/name@branch`'],
    ['acme/..', '`acme/..` is not in the form `namespace/name` or `namespace/name@branch`'],
    ['acme/web@', '`acme/web@` is not in the form `namespace/name` or `namespace/name@branch`'],
    ['acme/web@a..b', '`acme/web@a..b`: the branch `a..b` is not a valid branch name'],
    ['acme/web @main', '`@main` is not in the form `namespace/name` or `namespace/name@branch`'],
    ['acme/web, acme/web@next', '`acme/web` is listed twice'],
    ['web, web@next', '`web` is listed twice'],
    [
      'a/b/c, ..',
      '`a/b/c` is not in the form `namespace/name` or `namespace/name@branch`; `..` is not in the form `namespace/name` or `namespace/name@branch`',
    ],
  ])('%j is rejected', (text, problem) => {
    expect(read(readers.targets, text)).toBe(problem);
  });
});

describe('branches follow the rules of git check-ref-format', () => {
  test.each([
    ['main'],
    ['feature/x'],
    ['release-1.2'],
    ['a@b'],
    ['@a'],
    ['größe'],
    ['a{b'],
    ['UPPER'],
    ['x.locked'],
  ])('%s is a valid branch', (branch) => {
    expect(read(readers.branch, branch)).toBe(branch);
  });

  test.each([
    ['-rf', 'is not a valid branch name'],
    ['/main', 'is not a valid branch name'],
    ['main/', 'is not a valid branch name'],
    ['main.', 'is not a valid branch name'],
    ['a//b', 'is not a valid branch name'],
    ['a/.b', 'is not a valid branch name'],
    ['.a', 'is not a valid branch name'],
    ['a.lock', 'is not a valid branch name'],
    ['a.lock/b', 'is not a valid branch name'],
    ['@', 'is not a valid branch name'],
    ['a@{1}', 'is not a valid branch name'],
    ['a~1', 'contains a character that is not allowed in a branch name'],
    ['a^', 'contains a character that is not allowed in a branch name'],
    ['a:b', 'contains a character that is not allowed in a branch name'],
    ['a?', 'contains a character that is not allowed in a branch name'],
    ['a[b', 'contains a character that is not allowed in a branch name'],
    ['a\\b', 'contains a character that is not allowed in a branch name'],
    ['a\u007f', 'contains a character that is not allowed in a branch name'],
  ])('%j %s', (branch, problem) => {
    expect(read(readers.branch, branch)).toBe(`\`${branch}\` ${problem}`);
  });

  test('no branch contains a line break, a blank, or `..`', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '.', '/', ' ', '\n', '\t', '@', '{', '-', '\u0000'),
        }),
        (branch) => {
          if (branchProblem(branch) === undefined)
            expect(branch).not.toMatch(/[\s\u0000]|\.\.|^-|@\{/);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('simple types', () => {
  test.each([
    ['text', readers.text, 'ci deploy', 'ci deploy'],
    ['moment', readers.moment, '2026-12-31', Date.parse('2026-12-31T00:00:00Z')],
    ['boolean', readers.boolean, 'True', true],
    ['boolean', readers.boolean, 'FALSE', false],
    ['duration', readers.duration, '1h30m', 5_400_000],
    ['duration', readers.duration, '1s', 1_000],
    ['duration', readers.duration, '24h', 86_400_000],
    ['days', readers.days, '0', 0],
    ['days', readers.days, '3650', 3_650],
    ['count', readers.count, '1', 1],
    ['count', readers.count, '100', 100],
    ['choice', readChoice(['off', 'warn']), 'warn', 'warn'],
    ['prefix', readers.prefix, 'WEB_', 'WEB_'],
  ] as [string, Reader<unknown>, string, unknown][])(
    '%s accepts %j %s',
    (_, reader, text, value) => {
      expect(read(reader, text)).toEqual(value);
    },
  );

  test.each([
    ['text', readers.text, 'a\nb', 'contains a line break or another control character'],
    [
      'moment',
      readers.moment,
      '2026-02-30',
      '`2026-02-30` is not a date: write `2026-12-31`, or with time and zone `2026-12-31T12:00:00Z`',
    ],
    ['boolean', readers.boolean, 'yes', '`yes` is neither `true` nor `false`'],
    ['boolean', readers.boolean, 'tRUE', '`tRUE` is neither `true` nor `false`'],
    [
      'duration',
      readers.duration,
      '15',
      '`15` has no unit: write `15m` for minutes or `15s` for seconds',
    ],
    [
      'duration',
      readers.duration,
      'soon',
      '`soon` is not a duration: write it like `90s`, `15m` or `1h30m`',
    ],
    ['duration', readers.duration, '0s', '`0s` is out of range: use `1s` to `24h`'],
    ['duration', readers.duration, '24h1s', '`24h1s` is out of range: use `1s` to `24h`'],
    ['days', readers.days, '-1', '`-1` is not a whole number from 0 to 3650'],
    ['days', readers.days, '3651', '`3651` is not a whole number from 0 to 3650'],
    ['count', readers.count, '0', '`0` is not a whole number from 1 to 100'],
    ['count', readers.count, '1.5', '`1.5` is not a whole number from 1 to 100'],
    ['count', readers.count, '1e1', '`1e1` is not a whole number from 1 to 100'],
    ['choice', readChoice(['off', 'warn']), 'never', '`never` is not one of `off`, `warn`'],
    [
      'choice',
      readChoice(['off', 'warn']),
      'Warn',
      '`Warn` is not one of `off`, `warn` (did you mean `warn`?)',
    ],
    [
      'prefix',
      readers.prefix,
      '1_',
      '`1_` cannot be the start of a variable name: use letters, digits and _',
    ],
    [
      'prefix',
      readers.prefix,
      'A-B',
      '`A-B` cannot be the start of a variable name: use letters, digits and _',
    ],
    [
      'prefix',
      readers.prefix,
      'A\nB=',
      '`A\nB=` cannot be the start of a variable name: use letters, digits and _',
    ],
  ] as [string, Reader<unknown>, string, string][])('%s rejects %j', (_, reader, text, problem) => {
    expect(read(reader, text)).toBe(problem);
  });
});

describe('origin', () => {
  test.each([
    ['https://outpost.run'],
    ['https://outpost.run/'],
    ['https://outpost.example:8443'],
    ['http://localhost:8787'],
    ['http://127.0.0.1:8787'],
    ['http://[::1]:1'],
  ])('%s', (text) => {
    expect(read(readers.origin, text)).toEqual(new URL(text));
  });

  test.each([
    ['outpost.run', '`outpost.run` is not an https address'],
    ['ftp://outpost.run', '`ftp://outpost.run` is not an https address'],
    ['ftp://user:s3cret@outpost.run', '`ftp://***@outpost.run` is not an https address'],
    ['https://user:s3cret@outpost.run', 'must not contain a user name or password'],
    [
      'http://outpost.run',
      '`http://outpost.run` would send the token unencrypted: use https (http is only allowed for this machine)',
    ],
    [
      'http://127.0.0.1.evil.example',
      '`http://127.0.0.1.evil.example` would send the token unencrypted: use https (http is only allowed for this machine)',
    ],
    [
      'http://localhost.evil.example',
      '`http://localhost.evil.example` would send the token unencrypted: use https (http is only allowed for this machine)',
    ],
    [
      'https://outpost.run/api',
      '`https://outpost.run/api` must end after the host, without a path or query',
    ],
    [
      'https://outpost.run/?a=1',
      '`https://outpost.run/?a=1` must end after the host, without a path or query',
    ],
    [
      'https://outpost.run#x',
      '`https://outpost.run#x` must end after the host, without a path or query',
    ],
  ])('%s is rejected', (text, problem) => {
    expect(read(readers.origin, text)).toBe(problem);
  });

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['[::1]', true],
    ['128.0.0.1', false],
    ['127.0.0.1.example', false],
    ['mylocalhost', false],
    ['0.0.0.0', false],
  ])('%s is this machine: %s', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});

describe('deploy-path', () => {
  test.each([
    ['/auth/v1/v1/services/{service}/deploy'],
    ['/{namespace}/service/{service}/deploy'],
    ['/{service}'],
    ['/v1.2/~x/{service}'],
  ])('%s', (text) => {
    expect(read(readers.path, text)).toBe(text);
  });

  test.each([
    ['services/{service}', 'is not an absolute URL path'],
    ['https://evil.example/{service}', 'is not an absolute URL path'],
    ['/a/../{service}', 'is not an absolute URL path'],
    ['/./{service}', 'is not an absolute URL path'],
    ['/{service}/..', 'is not an absolute URL path'],
    ['/%2e%2e/{service}', 'is not an absolute URL path'],
    ['/{service}?x=1', 'is not an absolute URL path'],
    ['/\\evil.example/{service}', 'is not an absolute URL path'],
    ['/services/deploy', 'must contain {service}'],
    ['/{service}/{name}', 'can only contain {namespace} and {service}, and no other braces'],
    ['/{service}/{', 'can only contain {namespace} and {service}, and no other braces'],
  ])('%s is rejected', (text, problem) => {
    expect(read(readers.path, text)).toBe(`\`${text}\` ${problem}`);
  });
});

test.each(['file', 'folder'] as const)('a %s has no line break in its name', (kind) => {
  expect(read(readers[kind], 'deploy/job.json')).toBe('deploy/job.json');
  expect(read(readers[kind], 'a\nb')).toBe('contains a line break or another control character');
});
