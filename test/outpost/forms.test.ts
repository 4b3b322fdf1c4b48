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
])('where services are read at %s, jobs are at %s', (service, job) => {
  expect(formOf(service).job).toBe(job);
});

test('an address that the user names counts', () => {
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
])('a job that is %j is %s', (word, phase) => {
  expect(jobPhaseOf(word)).toBe(phase);
});
