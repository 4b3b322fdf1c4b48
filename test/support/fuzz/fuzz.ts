import { Worker } from 'node:worker_threads';

export const TARGETS = ['log', 'body', 'git'] as const;
export type Target = (typeof TARGETS)[number];

export interface FuzzJob {
  readonly target: Target;
  /** The folder with the sources. */
  readonly source: string;
  readonly seed: number;
  readonly runs: number;
  /** Stops after this many seconds, however many runs there were. */
  readonly seconds: number;
  /** The length of git's output, in characters. */
  readonly gitLineLength: number;
  /** A run that takes so much processor time does not end. */
  readonly hangSeconds: number;
}

export type FuzzNews =
  | { readonly kind: 'run'; readonly runs: number }
  | { readonly kind: 'end'; readonly runs: number; readonly finding: string | undefined };

export interface FuzzResult {
  readonly runs: number;
  /** The finding, with the seed and the value that reproduce it. undefined = nothing was found. */
  readonly finding: string | undefined;
}

const LOOK_MS = 250;
/** So much longer than its processor time a run may take on a busy machine. */
const BUSIEST = 60;

/** Tries random foreign text on one part of the program. */
export function fuzz(job: FuzzJob): Promise<FuzzResult> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    let runs = 0;
    // All of this process, in which nothing else takes time.
    let spent = process.cpuUsage();
    let sinceMs = performance.now();
    const end = (result: FuzzResult): void => {
      clearInterval(timer);
      void worker.terminate();
      resolve(result);
    };
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(spent);
      const seconds = (user + system) / 1_000_000;
      const realSeconds = (performance.now() - sinceMs) / 1_000;
      if (seconds > job.hangSeconds || realSeconds > BUSIEST * job.hangSeconds)
        end({ runs, finding: `run ${runs} with the seed ${job.seed} does not end` });
    }, LOOK_MS);
    worker.on('message', (news: FuzzNews) => {
      runs = news.runs;
      if (news.kind === 'end') end({ runs, finding: news.finding });
      else {
        spent = process.cpuUsage();
        sinceMs = performance.now();
      }
    });
    worker.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
  });
}
