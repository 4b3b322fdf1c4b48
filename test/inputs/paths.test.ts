import { describe, expect, test } from '@jest/globals';
import type { Reader } from '../../src/inputs/reader.ts';
import { readers } from '../../src/inputs/readers.ts';

/** The value, or the error message. */
function read<Value>(reader: Reader<Value>, text: string): Value | string {
  const result = reader(text);
  return 'value' in result ? result.value : result.problem;
}

test.each<[string, string | undefined]>([
  ['auto', undefined],
  ['/{namespace}/{service}', '/{namespace}/{service}'],
  ['/x', '`/x` must contain {service}'],
  ['automatic', '`automatic` is not an absolute URL path'],
  [
    '/{service}/{id}',
    '`/{service}/{id}` can only contain {namespace} and {service}, and no other braces',
  ],
])('service-path: %s', (text, value) => {
  expect(read(readers['service-path'], text)).toBe(value);
});

describe('api', () => {
  test.each<[string, object]>([
    ['', {}],
    [' \n', {}],
    ['list=/{namespace}/services', { list: '/{namespace}/services' }],
    ['list=/services', { list: '/services' }],
    ['logs=/{namespace}/{service}/logs', { logs: '/{namespace}/{service}/logs' }],
    ['token=/tokens/{name}', { token: '/tokens/{name}' }],
    ['deployment=/{namespace}/{service}/{id}', { deployment: '/{namespace}/{service}/{id}' }],
    ['job=/{namespace}/jobs/{job}', { job: '/{namespace}/jobs/{job}' }],
    ['running=up', { running: ['up'] }],
    ['rolling=a,b', { rolling: ['a', 'b'] }],
    ['failed=x-y', { failed: ['x-y'] }],
    [`idle=${'a'.repeat(40)}`, { idle: ['a'.repeat(40)] }],
    [
      '\nlist=/services\n  running=up  idle=off\n',
      { list: '/services', running: ['up'], idle: ['off'] },
    ],
  ])('%j', (text, forms) => {
    expect(read(readers['api-forms'], text)).toEqual(forms);
  });

  const keys = 'the keys are list, logs, token, deployment, job, running, rolling, failed, idle';
  const words = 'is not a status word (separate several with commas)';

  test.each([
    ['list=/{service}', '`list`: `/{service}` can only contain {namespace}, and no other braces'],
    ['list=', '`list`: `` is not an absolute URL path'],
    ['logs=/logs', '`logs`: `/logs` must contain {service}'],
    ['token=/tokens', '`token`: `/tokens` must contain {name}'],
    [
      'token=/{name}/{service}',
      '`token`: `/{name}/{service}` can only contain {name}, and no other braces',
    ],
    ['job=/{namespace}/jobs', '`job`: `/{namespace}/jobs` must contain {job}'],
    [
      'job=/{job}/{service}',
      '`job`: `/{job}/{service}` can only contain {namespace} and {job}, and no other braces',
    ],
    ['list=/a=b', '`list`: `/a=b` is not an absolute URL path'],
    ['=up', `\`=up\` does not start with a known key: ${keys}`],
    ['deployment=/{service}', '`deployment`: `/{service}` must contain {id}'],
    [
      'deployment=/{id}/{x}',
      '`deployment`: `/{id}/{x}` can only contain {namespace} and {service} and {id}, and no other braces',
    ],
    ['running=', `\`running\`: \`\` ${words}`],
    ['running=a,', `\`running\`: \`\` ${words}`],
    ['running=a.', `\`running\`: \`a.\` ${words}`],
    ['running=.a', `\`running\`: \`.a\` ${words}`],
    [`idle=${'a'.repeat(41)}`, `\`idle\`: \`${'a'.repeat(41)}\` ${words}`],
    ['list=/a list=/b', '`list` is set twice'],
    ['runing=up', '`runing=up` does not start with a known key: did you mean `running=`?'],
    ['list', `\`list\` does not start with a known key: ${keys}`],
    ['constructor=x', `\`constructor=x\` does not start with a known key: ${keys}`],
    ['=up', `\`=up\` does not start with a known key: ${keys}`],
    ['running=a=b', `\`running\`: \`a=b\` ${words}`],
    ['logs=/a token=/b', '`logs`: `/a` must contain {service}; `token`: `/b` must contain {name}'],
  ])('%s is rejected', (text, problem) => {
    expect(read(readers['api-forms'], text)).toBe(problem);
  });
});
