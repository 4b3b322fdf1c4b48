import type { Config } from '../../src/deploy/config.ts';
import { openRun, type Run } from '../../src/deploy/run.ts';
import { createShellHost } from '../../src/hosts/shell.ts';
import { Secret } from '../../src/lib/secret.ts';
import {
  aConfig,
  aFakeClock,
  anOutput,
  atEnd,
  type FakeClock,
  NO_RESULTS,
  TOKEN,
} from './build.ts';

export interface StepRun {
  readonly run: Run;
  readonly config: Config;
  readonly clock: FakeClock;
  /** Ends the job, as a signal would. */
  cancel(reason: unknown): void;
  /** What has been written so far. */
  page(): string;
}

/**
 * The ports of a run over real sockets, with its own time, for tests that call a single step
 * directly.
 */
export async function aStepRun(origin: URL, fields: Partial<Config> = {}): Promise<StepRun> {
  const written: string[] = [];
  const log = anOutput((text) => void written.push(text));
  const host = createShellHost({
    env: { OUTPOST_TOKEN: TOKEN },
    flags: {},
    folder: '.',
    log,
    errors: log,
    results: NO_RESULTS,
    colour: false,
    isLive: false,
  });
  const config = aConfig({ origin, ...fields });
  const clock = aFakeClock();
  const controller = new AbortController();
  const run = await openRun(host, config, new Secret(TOKEN), clock, controller.signal);
  atEnd(() => run.close());
  return {
    run,
    config,
    clock,
    cancel: (reason) => controller.abort(reason),
    page: () => written.join(''),
  };
}
