import type { Clock } from './clock.ts';
import { Failure } from './failure.ts';
import type { Host } from './host.ts';
import type { OutpostClient } from './outpost/client.ts';
import type { Http } from './outpost/exchange.ts';

/** The ports of one run, and its end. */
export interface Run {
  readonly host: Host;
  readonly client: OutpostClient;
  /** For requests without the token. */
  readonly probe: Http;
  /** Outpost is on this machine, so its services may be too. */
  readonly isRehearsal: boolean;
  readonly clock: Clock;
  /** Aborted with a Failure when the job is cancelled. */
  readonly signal: AbortSignal;
  /** End of the run on the clock's nowMs. */
  readonly deadlineMs: number;
}

/** Milliseconds until the run must have ended; negative afterwards. */
export function remainingMs(run: Run): number {
  return run.deadlineMs - run.clock.nowMs();
}

/** @throws Failure `timed-out` when the run's time is up before anything was sent. */
export function assertTimeLeft(run: Run, attempted: string): void {
  if (remainingMs(run) > 0) return;
  throw timedOut(attempted, 'the time of this run was up before it could begin, so nothing was deployed');
}

/** Of something that was not even begun. */
export function timedOut(attempted: string, happened: string): Failure {
  return new Failure({
    code: 'timed-out',
    attempted,
    happened,
    hint: 'Raise the input `timeout`, and look above for what took so long.',
  });
}
