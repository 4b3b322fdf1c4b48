import { failureUrl } from '../lib/version.ts';
import type { FailureReport, PlainFailure, Report } from './report.ts';

/** So many log lines fit an annotation, which a runner cuts at 4,096 characters. */
const ANNOTATED_LINES = 10;
const MAX_LINE_LENGTH = 200;

/**
 * Title and text of what went wrong: the same facts for the annotation, the log's last lines and
 * the summary.
 *
 * @param repeatsLog with the service's last log lines: the log is elsewhere, or doesn't have them.
 */
export function failureText(
  failure: FailureReport,
  { deployments, exit_status }: Report,
  repeatsLog: boolean,
): { readonly title: string; readonly message: string } {
  const lines = [...factLines(failure)];
  const [logged] = deployments.filter(({ log_tail }) => log_tail.length > 0);
  if (repeatsLog && logged !== undefined) {
    lines.push(`The last log lines of ${logged.namespace}/${logged.service}:`);
    lines.push(
      ...logged.log_tail
        .slice(-ANNOTATED_LINES)
        .map((line) => `  ${line.slice(0, MAX_LINE_LENGTH)}`),
    );
  }
  const others = deployments.filter(
    (one) => one.failure !== undefined && one.failure.happened !== failure.happened,
  );
  for (const { namespace, service, failure: other } of others.slice(0, 5))
    lines.push(`Also ${namespace}/${service}: ${other?.happened}.`);
  lines.push(failureUrl(failure.code));
  return {
    title: `Outpost deploy: ${failure.code} (exit status ${exit_status}, while in ${failure.phase})`,
    message: lines.join('\n'),
  };
}

/** What was attempted, what happened, and what to change. */
export function factLines({
  attempted,
  happened,
  hint,
  request_id,
}: PlainFailure): readonly string[] {
  return [
    `${attempted}: ${happened}.`,
    hint,
    ...(request_id === undefined ? [] : [`Request: ${request_id}`]),
  ];
}
