import { nameOf, type PhaseReport, type Report } from './report.ts';

/**
 * The phases as a Mermaid gantt, which GitHub and GitLab draw. Names of services are letters,
 * digits and `._-/` by the configuration's rule, so that none of Mermaid's syntax comes in.
 * https://mermaid.js.org/syntax/gantt.html
 */
export function gantt(report: Report): string {
  const lines = ['```mermaid', 'gantt', '  dateFormat x', '  axisFormat %H:%M:%S'];
  let section: string | undefined;
  for (const bar of report.phases) {
    const { phase, service, started_at, finished_at } = bar;
    const name = service ?? 'run';
    if (name !== section) lines.push(`  section ${name}`);
    section = name;
    const startMs = Date.parse(started_at);
    // A bar of no length is not drawn.
    lines.push(
      `  ${phase} :${hasFailed(bar, report) ? 'crit, ' : ''}${startMs}, ${Math.max(Date.parse(finished_at), startMs + 250)}`,
    );
  }
  return [...lines, '```'].join('\n');
}

/** Drawn in red. A rollback only counts as failed if the rollback itself failed. */
function hasFailed({ phase, service }: PhaseReport, report: Report): boolean {
  const { status, failure } =
    service === undefined
      ? report
      : (report.deployments.find((one) => nameOf(one) === service) ?? {});
  if (failure === undefined || status === 'cancelled') return false;
  return phase === failure.phase || (phase === 'rollback' && status !== 'rolled-back');
}
