import { expect, test } from '@jest/globals';
import { cases } from '../../scripts/screenshots/cases.ts';
import { exitStatusByCode } from '../../src/lib/failure.ts';
import { jsonOf } from '../../src/report/publication.ts';
import { readReport, reportSchema } from '../support/report-schema.ts';

// Reports of real runs are held against the schema wherever a test reads one.

test('the schema knows every failure code', () => {
  expect(new Set(reportSchema.$defs['code']?.enum)).toEqual(new Set(Object.keys(exitStatusByCode)));
});

test.each(Object.entries(cases))('%s is a report of the schema', (_, report) => {
  expect(readReport(jsonOf(report))).toMatchObject({ status: report.status });
});

test.each<[string, (report: Record<string, unknown>) => void]>([
  ['a field that nobody described', (report) => Object.assign(report, { more: 1 })],
  ['a field that is missing', (report) => delete report['commit']],
  ['a status that is none', (report) => Object.assign(report, { status: 'fine' })],
  ['a moment without its zone', (report) => Object.assign(report, { started_at: '2026-01-01' })],
  ['a deployment of another shape', (report) => Object.assign(report, { deployments: [{}] })],
])('%s is refused', (_, spoil) => {
  const report = JSON.parse(jsonOf(cases['stages'] ?? {})) as Record<string, unknown>;
  spoil(report);
  expect(() => readReport(JSON.stringify(report))).toThrow(/report.schema.json does not know/);
});
