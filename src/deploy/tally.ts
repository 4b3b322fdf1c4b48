import type { RunStatus } from '../report/report.ts';
import type { Verdict } from './rollout/verdict.ts';
import { fullName } from './target.ts';

/**
 * From best to worst. `cancelled` comes first in a report; next, outcomes that may have gone wrong
 * unseen.
 */
const severity: readonly RunStatus[] = [
  'skipped',
  'checked',
  'accepted',
  'deployed',
  'timed-out',
  'rolled-back',
  'superseded',
  'failed',
  'unknown',
  'cancelled',
];

/** Of the services of a run. */
export function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  return [...verdicts].sort(fromWorst)[0];
}

/** Of equals, the reason for a rollback is before those that were to go back with it. */
function fromWorst(left: Verdict, right: Verdict): number {
  return (
    severity.indexOf(right.status) - severity.indexOf(left.status) ||
    Number(right.mayRollBack) - Number(left.mayRollBack)
  );
}

const MAX_NAMED = 3;
const endings: Partial<Record<RunStatus, string>> = {
  failed: 'failed',
  'rolled-back': 'failed and was rolled back',
  superseded: 'was superseded',
  'timed-out': 'timed out',
  unknown: 'has an unknown outcome',
  cancelled: 'was cancelled',
};

/** How a deploy ended, as the verb of its service. */
export function endingOf(status: RunStatus): string {
  return endings[status] ?? `ended as ${status}`;
}

/** Lists the failed services, worst first, and counts the others. */
export function tallyOf(verdicts: readonly Verdict[], skipped: number): string {
  const sorted = [...verdicts].sort(fromWorst);
  const named = sorted.filter(({ failure }) => failure !== undefined).slice(0, MAX_NAMED);
  const counts = new Map<RunStatus, number>();
  for (const verdict of sorted)
    if (!named.includes(verdict)) counts.set(verdict.status, (counts.get(verdict.status) ?? 0) + 1);
  if (skipped > 0) counts.set('skipped', skipped);
  const parts = [
    named
      .map(({ receipt, status }) => `${fullName(receipt.deploy.target)} ${endingOf(status)}`)
      .join(', '),
    [...counts]
      .map(([status, count]) => {
        const more = named.some((one) => one.status === status) ? ' more' : '';
        return `${count}${more} ${status.replace('-', ' ')}`;
      })
      .join(', '),
  ];
  return parts.filter((part) => part !== '').join('; ');
}
