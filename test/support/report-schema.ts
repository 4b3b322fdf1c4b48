import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Report } from '../../src/report/report.ts';
import type { RotationReport } from '../../src/tokens/rotation-report.ts';

export const reportSchema = JSON.parse(
  readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'),
) as {
  readonly $id: string;
  readonly $defs: Readonly<Record<string, { readonly enum?: readonly unknown[] }>>;
};

let ajv: Ajv2020 | undefined;

/**
 * Reads the outpost-report.json of a deploy or a rotation. Every test that reads one does it here.
 *
 * @throws when the report doesn't match docs/report.schema.json.
 */
export function readReport(text: string, kind?: 'deploy'): Report;
export function readReport(text: string, kind: 'rotation'): RotationReport;
export function readReport(text: string, kind = 'deploy'): unknown {
  const report: unknown = JSON.parse(text);
  ajv ??= new Ajv2020({ allErrors: true, allowUnionTypes: true, schemas: [reportSchema] });
  const matches = ajv.getSchema(`${reportSchema.$id}#/$defs/${kind}`);
  if (matches?.(report) !== true)
    throw new Error(
      `docs/report.schema.json does not know this: ${ajv.errorsText(matches?.errors)}`,
    );
  return report;
}
