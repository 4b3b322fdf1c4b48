import { Failure, toFailure } from './failure.ts';

/**
 * Ctrl-C and a runner's cancel (SIGINT, then SIGTERM after 7.5 s on GitHub) end every wait at once.
 *
 * @param isTyped SIGINT comes from a keyboard, not from a CI job.
 */
export function abortOnSignals(attempted: string, hint: string, isTyped: boolean): AbortSignal {
  const controller = new AbortController();
  const abort = (code: 'interrupted' | 'terminated'): void => {
    const happened =
      isTyped && code === 'interrupted' ? 'the run was interrupted' : 'the job was cancelled';
    controller.abort(new Failure({ code, attempted, happened, hint }));
  };
  // Not `once`: a second signal would end the process before its final message; the first one has
  // already ended all waits.
  process.on('SIGINT', () => abort('interrupted'));
  process.on('SIGTERM', () => abort('terminated'));
  process.on('SIGHUP', () => abort('terminated'));
  return controller.signal;
}

/** Why a run's signal was aborted. */
export function cancellationOf(signal: AbortSignal): Failure {
  return toFailure(signal.reason);
}
