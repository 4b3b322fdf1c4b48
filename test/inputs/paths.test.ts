import { describe, expect, test } from '@jest/globals';
import type { Reader } from '../../src/inputs/reader.ts';
import { readers } from '../../src/inputs/readers.ts';

/** The value, or the sentence that says what is wrong. */
function read<Value>(reader: Reader<Value>, text: string): Value | string {
  const result = reader(text);
  return 'value' in result ? result.value : result.problem;
}

test.each<[string, string | undefined]>([
  ['auto', undefined],
  ['/{namespace}/{service}', '/{namespace}/{service}'],
  ['/x', '`/x` must hold {service}'],
  ['automatic', '`automatic` is no absolute URL path'],
  ['/{service}/{id}', '`/{service}/{id}` may hold {namespace} and {service} and no other braces'],
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
  const words = 'is no status word: several are separated by commas';

  test.each([
    ['list=/{service}', '`list`: `/{service}` may hold {namespace} and no other braces'],
    ['list=', '`list`: `` is no absolute URL path'],
    ['logs=/logs', '`logs`: `/logs` must hold {service}'],
    ['token=/tokens', '`token`: `/tokens` must hold {name}'],
    ['token=/{name}/{service}', '`token`: `/{name}/{service}` may hold {name} and no other braces'],
    ['deployment=/{service}', '`deployment`: `/{service}` must hold {id}'],
    [
      'deployment=/{id}/{x}',
      '`deployment`: `/{id}/{x}` may hold {namespace} and {service} and {id} and no other braces',
    ],
    ['running=', `\`running\`: \`\` ${words}`],
    ['running=a,', `\`running\`: \`\` ${words}`],
    ['running=a.', `\`running\`: \`a.\` ${words}`],
    ['running=.a', `\`running\`: \`.a\` ${words}`],
    [`idle=${'a'.repeat(41)}`, `\`idle\`: \`${'a'.repeat(41)}\` ${words}`],
    ['list=/a list=/b', '`list` is given twice'],
    ['runing=up', '`runing=up` is none of the known `key=value`: did you mean `running=`?'],
    ['list', `\`list\` is none of the known \`key=value\`: ${keys}`],
    ['constructor=x', `\`constructor=x\` is none of the known \`key=value\`: ${keys}`],
    ['=up', `\`=up\` is none of the known \`key=value\`: ${keys}`],
    ['running=a=b', `\`running\`: \`a=b\` ${words}`],
    ['logs=/a token=/b', '`logs`: `/a` must hold {service}; `token`: `/b` must hold {name}'],
  ])('%s is refused', (text, problem) => {
    expect(read(readers['api-forms'], text)).toBe(problem);
  });
});
