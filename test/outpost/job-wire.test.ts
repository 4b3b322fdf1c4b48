import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCreation, parseJob } from '../../src/outpost/job-wire.ts';

const running = { phase: 'open', statusWord: 'running' };

test.each([
  [{ name: 'm', status: 'running' }, running],
  [{ name: 'm', state: 'running', gpu: 'A100' }, running],
  [{ name: 'm', status: { phase: 'running' } }, running],
  [{ data: { name: 'm', status: 'running' } }, running],
  [{ job: { name: 'm', status: 'running' } }, running],
  [{ data: { ok: true }, job: { name: 'm', status: 'running' } }, running],
  [{ success: true, data: { job: { Name: 'm', Status: 'running' } } }, running],
  [{ data: { data: { data: { name: 'm', status: 'running' } } } }, undefined],
  [{ name: 'other', status: 'running' }, undefined],
  [{ name: 'm' }, undefined],
  [{ name: 'm', status: '' }, undefined],
  [{ status: 'running' }, undefined],
  [[{ name: 'm', status: 'running' }], undefined],
  ['running', undefined],
  [null, undefined],
])('%j is read as job m: %j', (body, job) => {
  expect(parseJob(JSON.stringify(body), 'm')).toEqual(job);
});

test.each([
  ['', {}],
  ['{}', {}],
  ['{"id": "job_1", "status": "queued"}', {}],
  ['created', {}],
  ['<html>', undefined],
  [
    '{"error": {"code": "quota", "message": "no more jobs"}}',
    { refusal: { code: 'quota', message: 'no more jobs', requestId: undefined } },
  ],
  [
    '{"success": false, "message": "no"}',
    { refusal: { code: undefined, message: 'no', requestId: undefined } },
  ],
])('the answer %j to a job creation is read as %j', (text, answer) => {
  expect(parseCreation(text)).toEqual(answer);
});

test('no answer makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      parseJob(text, 'm');
      parseCreation(text);
    }),
  );
});
