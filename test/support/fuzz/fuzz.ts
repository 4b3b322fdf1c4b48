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
  /** A run that takes this long counts as endless. */
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

/** Tests one part of the program with random foreign text. */
export function fuzz(job: FuzzJob): Promise<FuzzResult> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    let runs = 0;
    let timer: NodeJS.Timeout | undefined;
    const end = (result: FuzzResult): void => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(result);
    };
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(
        () => end({ runs, finding: `run ${runs} with the seed ${job.seed} does not end` }),
        job.hangSeconds * 1_000,
      );
    };
    watch();
    worker.on('message', (news: FuzzNews) => {
      runs = news.runs;
      if (news.kind === 'end') end({ runs, finding: news.finding });
      else watch();
    });
    worker.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
