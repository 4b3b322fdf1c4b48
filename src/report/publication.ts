import { failureUrl } from '../lib/version.ts';
import type { OutputName } from './outputs.ts';
import { nameOf, type Report } from './report.ts';
import { renderSummary } from './summary.ts';

export interface Link {
  readonly label: string;
  readonly url: string;
}

/**
 * What a host writes in addition to the log. Each part is created when it is written, so that a
 * failure of one does not affect the others.
 */
export interface Publication {
  outputs(): Readonly<Record<string, string>>;
  /** The text of outpost-report.json. */
  json(): string;
  /** The job summary. */
  markdown(): string;
  /** For the job's page. */
  links(): readonly Link[];
}

/** A deploy's report in the forms that hosts write. */
export function publicationOf(report: Report): Publication {
  return {
    outputs: () => outputsOf(report),
    json: () => jsonOf(report),
    markdown: () => renderSummary(report),
    links: () => linksOf(report),
  };
}

/**
 * The report as outputs of the step, with the names of the table. The host adds the paths of the
 * files.
 */
function outputsOf(
  report: Report,
): Readonly<Record<Exclude<OutputName, 'report' | 'summary'>, string>> {
  return {
    status: report.status,
    endpoint: report.deployments[0]?.endpoint ?? '',
    deployments: JSON.stringify(
      report.deployments.map(({ failure, log_tail, ...deployment }) => deployment),
      nullForUnknown,
    ),
    commit: report.commit ?? '',
    'token-scopes': report.token?.held?.join(',') ?? '',
    'token-expires-at': report.token?.expires_at ?? '',
    'token-days-left': report.token?.days_left?.toString() ?? '',
    'failure-code': report.failure?.code ?? '',
  };
}

/** A report as JSON. Unknown values are null, so that every field is always there. */
export function jsonOf(report: object): string {
  return `${JSON.stringify(report, nullForUnknown, 2)}\n`;
}

function nullForUnknown(_: string, value: unknown): unknown {
  return value === undefined ? null : value;
}

function linksOf(report: Report): readonly Link[] {
  const links = report.deployments.flatMap((deployment) =>
    deployment.endpoint === undefined
      ? []
      : [{ label: nameOf(deployment), url: deployment.endpoint }],
  );
  const code = report.failure?.code;
  if (code !== undefined) links.push({ label: `What ${code} means`, url: failureUrl(code) });
  if (links.length === 0)
    links.push({ label: 'Outpost', url: report.origin ?? 'https://outpost.run' });
  return links;
}
