import type { OutputName } from '../inputs.ts';
import type { Report } from '../report.ts';

/** The report as the outputs of the step, in the table's names. The path of the report is the host's to know. */
export function outputsOf(report: Report): Readonly<Record<Exclude<OutputName, 'report'>, string>> {
  return {
    status: report.status,
    endpoint: report.deployments[0]?.endpoint ?? '',
    deployments: JSON.stringify(report.deployments.map(({ failure, log_tail, ...deployment }) => deployment)),
    commit: report.commit ?? '',
    'token-scopes': report.token?.held?.join(',') ?? '',
    'token-expires-at': report.token?.expires_at ?? '',
    'token-days-left': report.token?.days_left?.toString() ?? '',
    'failure-code': report.failure?.code ?? '',
  };
}

/** The report as the text of outpost-report.json. */
export function reportJson(report: Report): string {
  return `${JSON.stringify(report, (_, value) => (value === undefined ? null : value), 2)}\n`;
}
