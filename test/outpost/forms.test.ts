import { expect, test } from '@jest/globals';
import { formOf, servicePaths } from '../../src/outpost/forms.ts';
import { jobPhaseOf } from '../../src/outpost/words.ts';

test.each([
  ['/{namespace}/service/{service}', '/{namespace}/job/{job}'],
  ['/auth/v1/{namespace}/services/{service}', '/auth/v1/{namespace}/jobs/{job}'],
  ['/auth/v1/service/{namespace}/{service}', '/auth/v1/job/{namespace}/{job}'],
  ['/auth/v1/v1/services/{service}/', '/auth/v1/v1/jobs/{job}/'],
  ['/{namespace}/{service}', undefined],
  ['/my-services/{namespace}/{service}', undefined],
])('if services are at %s, jobs are at %s', (service, job) => {
  expect(formOf(service).job).toBe(job);
});

test.each([
  ['/{namespace}/service/{service}', '/{namespace}/services'],
  ['/auth/v1/{namespace}/service/{service}', '/auth/v1/{namespace}/services'],
  ['/auth/v1/seed/{namespace}/services/{service}', '/auth/v1/seed/{namespace}/services'],
  ['/auth/v1/{namespace}/services/{service}', '/auth/v1/{namespace}/services'],
  ['/auth/v1/service/{namespace}/{service}', '/auth/v1/service/{namespace}'],
  ['/auth/v1/v1/services/{service}', '/auth/v1/v1/services'],
  ['/auth/v1/services/{service}', '/auth/v1/services'],
])('a known form, by its place in the list: services at %s are listed at %s', (path, list) => {
  const { service, logs, deployment, ...form } = formOf(path);
  expect({ service, logs, deployment, list: form.list }).toEqual({
    service: path,
    list,
    logs: `${path}/logs`,
    deployment: undefined,
  });
  expect(servicePaths).toContain(path);
});

test('the known forms are tried in this order', () => {
  expect(servicePaths.map((path) => formOf(path).list)).toEqual([
    '/{namespace}/services',
    '/auth/v1/{namespace}/services',
    '/auth/v1/seed/{namespace}/services',
    '/auth/v1/{namespace}/services',
    '/auth/v1/service/{namespace}',
    '/auth/v1/v1/services',
    '/auth/v1/services',
  ]);
});

test.each([
  ['/a/{service}/', '/a', '/a/{service}/logs'],
  ['/service/a/{service}/', '/service/a', '/service/a/{service}/logs'],
  ['/service-a/{service}', '/service-a', '/service-a/{service}/logs'],
  ['/a/{service}/status', undefined, '/a/{service}/status/logs'],
  ['/a-{service}', undefined, '/a-{service}/logs'],
])('a form of the user: services at %s are listed at %s, with logs at %s', (path, list, logs) => {
  expect(formOf(path)).toMatchObject({ service: path, list, logs });
});

test('a path that the user sets takes precedence', () => {
  const known = { list: '/l', logs: '/{service}/l', deployment: '/d/{id}', job: '/j/{job}' };
  const service = '/{namespace}/service/{service}';
  expect(formOf(service, known)).toEqual({ service, ...known });
});

test.each([
  ['queued', 'open'],
  ['running', 'open'],
  ['Pending', 'open'],
  ['', 'open'],
  ['a new word', 'open'],
  ['succeeded', 'succeeded'],
  ['SUCCESS', 'succeeded'],
  ['Completed', 'succeeded'],
  ['failed', 'failed'],
  ['FAILED_SETUP', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'failed'],
  ['Canceled', 'failed'],
  ['timed_out', 'failed'],
  ['TimedOut', 'failed'],
  ['timeout', 'failed'],
])('a job with the status %j is %s', (word, phase) => {
  expect(jobPhaseOf(word)).toBe(phase);
});
