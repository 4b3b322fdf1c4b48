import type { Annotation, Host } from '../host.ts';
import type { Clock } from '../lib/clock.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import type { Secret } from '../lib/secret.ts';
import { abortOnSignals } from '../lib/signals.ts';
import type { Publication } from '../report/publication.ts';

/** What one run does and says. */
export interface RunDefinition<Report extends { readonly exit_status: number }> {
  /** What was attempted, as a short phrase, if a signal or a bug ends the run. */
  readonly attempted: string;
  /** What to look at after a cancel, as a sentence. */
  readonly afterCancel: string;
  /** Masked from the first line on, like the host's token. */
  readonly secrets?: readonly Secret[];
  /** The signal is aborted with a Failure when the job is cancelled. */
  work(signal: AbortSignal): Promise<void>;
  /** Everything so far, even if the work stopped early: then the failure says why. */
  report(failure: Failure | undefined, startedWallMs: number): Report;
  /** Absent = only the log is written. */
  readonly publicationOf?: (safe: Report) => Publication;
  /** undefined = the work has already logged it. */
  lastWord(report: Report): string | Annotation | undefined;
}

/**
 * One run, from the masks to the exit status. The only place that catches what the steps throw.
 *
 * @returns the exit status. The caller has already set a failing one, so that a run that never ends
 *     is not green.
 */
export async function runToEnd<Report extends { readonly exit_status: number }>(
  host: Host,
  clock: Clock,
  definition: RunDefinition<Report>,
): Promise<number> {
  const { attempted, afterCancel, secrets = [], publicationOf } = definition;
  const startedWallMs = clock.wallMs();
  const signal = abortOnSignals(attempted, afterCancel, host.name === 'shell');
  for (const secret of [host.token, ...secrets]) host.mask(secret);
  if (publicationOf !== undefined) await host.begin();
  let failure: Failure | undefined;
  try {
    await definition.work(signal);
  } catch (thrown) {
    failure = toFailure(thrown, attempted);
  }
  const report = definition.report(failure, startedWallMs);
  if (publicationOf !== undefined) await host.publish(report, publicationOf);
  const lastWord = definition.lastWord(report);
  if (typeof lastWord === 'string') host.conclude(lastWord);
  else if (lastWord !== undefined) host.fail(lastWord);
  return report.exit_status;
}
