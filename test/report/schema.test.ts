import { expect, test } from '@jest/globals';
import { cases } from '../../scripts/screenshots/cases.ts';
import { exitStatusByCode } from '../../src/lib/failure.ts';
import { jsonOf } from '../../src/report/publication.ts';
import { readReport, reportSchema } from '../support/report-schema.ts';

// Every test that reads a real run's report also validates it against the schema.

test('the schema knows every failure code', () => {
  expect(new Set(reportSchema.$defs['code']?.enum)).toEqual(new Set(Object.keys(exitStatusByCode)));
});

test.each(Object.entries(cases))('the report of %s matches the schema', (_, report) => {
  expect(readReport(jsonOf(report))).toMatchObject({ status: report.status });
});

test.each<[string, (report: Record<string, unknown>) => void]>([
  ['an unknown field', (report) => Object.assign(report, { more: 1 })],
  ['a missing field', (report) => delete report['commit']],
  ['an invalid status', (report) => Object.assign(report, { status: 'fine' })],
  ['a date without a time zone', (report) => Object.assign(report, { started_at: '2026-01-01' })],
  ['a deployment with the wrong shape', (report) => Object.assign(report, { deployments: [{}] })],
])('%s is rejected', (_, spoil) => {
  const report = JSON.parse(jsonOf(cases['stages'] ?? {})) as Record<string, unknown>;
  spoil(report);
  expect(() => readReport(JSON.stringify(report))).toThrow(/report.schema.json does not know/);
});
