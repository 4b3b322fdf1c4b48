import { MAX_LOG_BYTES } from '../../outpost/client.ts';
import { askHealth, healthAddress, refusalOf } from '../health-probe.ts';
import type { Plan } from '../plan.ts';
import type { Run } from '../run.ts';
import { streamLog } from './followed-log.ts';
import { observe } from './poll.ts';
import type { Tracker } from './tracker.ts';

/** Reads that run in parallel with the status polls, which never wait for them. */
export interface Beside {
  /**
   * If logs are streamed, reads the log of one service, each in turn.
   *
   * @returns false while the previous read is still running.
   */
  startLog(pending: readonly Tracker[]): boolean;
  /** Runs the health checks that can prove a deploy. */
  askHealth(pending: readonly Tracker[]): void;
  /**
   * Waits a short time for the current log read to end.
   *
   * @returns the service whose log is still being read: it must not be read twice at once.
   */
  end(): Promise<Tracker | undefined>;
}

/** How long to wait for a log that is still being read after all verdicts. */
const LAST_LOG_MS = 2_000;

export function openBeside({ config }: Plan, run: Run): Beside {
  let log: { readonly of: Tracker; readonly read: Promise<void> } | undefined;
  let into: Buffer | undefined;
  let logsStarted = 0;
  const asked = new Set<Tracker>();
  let failure: unknown;

  /** The polls report a cancel; any other error is a bug and must not be lost. */
  const settled = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (thrown: unknown) => {
        if (!run.signal.aborted) failure ??= thrown;
      },
    );

  return {
    startLog: (pending) => {
      const one = pending[logsStarted % pending.length];
      if (config.logs !== 'stream' || log !== undefined || one === undefined) return false;
      logsStarted += 1;
      into ??= Buffer.allocUnsafeSlow(MAX_LOG_BYTES);
      const read = settled(streamLog(one.log, into, run)).then(() => {
        log = undefined;
      });
      log = { of: one, read };
      return true;
    },
    askHealth: (pending) => {
      const { healthCheck, healthCheckContains } = config;
      if (healthCheck === undefined || healthCheckContains === undefined) return;
      for (const one of pending) {
        const address = one.receipt.deploy.isProvedByHealth
          ? healthAddress(healthCheck, one.judgement.memory.last ?? one.receipt.deploy.baseline)
          : undefined;
        if (address === undefined || asked.has(one) || refusalOf(address, run) !== undefined)
          continue;
        asked.add(one);
        const answer = askHealth(address, healthCheckContains, 0, run).then(({ healthy }) => {
          asked.delete(one);
          observe(one, { kind: 'health', atMs: run.clock.nowMs(), holds: healthy }, run);
        });
        void settled(answer);
      }
    },
    end: async () => {
      if (log !== undefined && !run.signal.aborted)
        await Promise.race([
          log.read,
          run.clock.sleep(LAST_LOG_MS, run.signal).catch(() => undefined),
        ]);
      if (failure !== undefined) throw failure;
      return log?.of;
    },
  };
}
