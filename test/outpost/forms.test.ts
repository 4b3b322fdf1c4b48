import { expect, test } from '@jest/globals';
import { formOf } from '../../src/outpost/forms.ts';
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

test('a path that the user sets takes precedence', () => {
  expect(formOf('/{namespace}/service/{service}', { job: '/j/{job}' }).job).toBe('/j/{job}');
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
