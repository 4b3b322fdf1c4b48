import type { Output } from '../src/report/outputs.ts';

/**
 * The outputs of a rotation, for rotate/action.yml and the documents: set on failure too. Their
 * values are in src/tokens/rotation-report.ts.
 */
export const rotationOutputs = [
  {
    name: 'status',
    description:
      '`rotated` (also if an old token is left, see `failure-code`), `unchanged` (the token is younger than `rotate-after`), `checked` (dry run), `failed`, `unknown` or `cancelled`.',
  },
  {
    name: 'stored-name',
    description:
      'The name of the token that every place now certainly holds, also after a cancel; empty if that is not known.',
  },
  {
    name: 'token-expires-at',
    description: 'When it expires (RFC 3339); empty if unknown or never.',
  },
  {
    name: 'failure-code',
    description:
      'Which failure it was (`store-refused`, `token-not-revoked`, ...); empty on success.',
  },
  { name: 'summary', description: 'Path of the summary as Markdown.' },
  {
    name: 'report',
    description: 'Path of the JSON report: everything above, and what was revoked, in one file.',
  },
] as const satisfies readonly Output[];
