import type { OutputRow } from '../src/report/outputs.ts';

/**
 * The outputs of a rotation, for rotate/action.yml and the documents. They're set on failure too.
 * src/tokens/rotation-report.ts has their values.
 */
export const rotationOutputs = [
  {
    name: 'status',
    description:
      '`rotated` (even if an old token is left, see `failure-code`), `unchanged` (the token is younger than `rotate-after`), `checked` (dry run), `failed`, `unknown` or `cancelled`.',
  },
  {
    name: 'stored-name',
    description:
      'The name of the token that every place holds now, even after a cancel. Empty if unknown.',
  },
  {
    name: 'token-expires-at',
    description: 'When it expires (RFC 3339). Empty if unknown or never.',
  },
  {
    name: 'failure-code',
    description:
      'The code of the failure (`store-refused`, `token-not-revoked`, ...). Empty on success.',
  },
  { name: 'summary', description: 'Path of the Markdown summary.' },
  {
    name: 'report',
    description: 'Path of the JSON report: all of the above and what was revoked, in one file.',
  },
] as const satisfies readonly OutputRow[];
