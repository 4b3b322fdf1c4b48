import { failureUrl } from '../lib/version.ts';
import {
  type DeploymentReport,
  type FailureReport,
  logTailsOf,
  type PlainFailure,
  type Report,
} from './report.ts';

/** How many log lines fit into an annotation, which a runner cuts off at 4,096 characters. */
const ANNOTATED_LINES = 10;
const MAX_LINE_LENGTH = 200;

/**
 * Title and text of what went wrong: the same facts for the annotation, the log's last lines and
 * the summary.
 *
 * @param repeatsLog with the last log lines of what failed: the log is elsewhere, or doesn't have
 *     them.
 */
export function failureText(
  failure: FailureReport,
  report: Report,
  repeatsLog: boolean,
): { readonly title: string; readonly message: string } {
  const { deployments, exit_status } = report;
  // A runner cuts off the end of a long annotation, so the important lines come first.
  const lines = [...factLines(failure), failureUrl(failure.code)];
  const [logged] = logTailsOf(report);
  if (repeatsLog && logged !== undefined) {
    lines.push(`The last log lines of ${logged.name}:`);
    lines.push(
      ...logged.tail.slice(-ANNOTATED_LINES).map((line) => `  ${line.slice(0, MAX_LINE_LENGTH)}`),
    );
  }
  for (const { failure: other } of othersOf(failure, deployments)) {
    const request = other.request_id === undefined ? '' : ` (request ${other.request_id})`;
    lines.push(`Also: ${other.attempted}: ${other.happened}.${request}`);
  }
  return {
    title: `Outpost deploy: ${failure.code} (exit status ${exit_status}, while in ${failure.phase})`,
    message: lines.join('\n'),
  };
}

/** The services whose failure is not part of the run's failure. */
export function othersOf(
  { attempted, happened }: PlainFailure,
  deployments: readonly DeploymentReport[],
): readonly FailedDeployment[] {
  const told = `${attempted}: ${happened}`;
  return deployments.filter(
    (one): one is FailedDeployment =>
      one.failure !== undefined &&
      !told.includes(`${one.failure.attempted}: ${one.failure.happened}`),
  );
}

type FailedDeployment = DeploymentReport & { readonly failure: FailureReport };

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
