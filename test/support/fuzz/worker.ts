import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { bodyProperty } from './bodies.ts';
import type { FuzzJob, FuzzNews } from './fuzz.ts';
import { gitProperty } from './git-output.ts';
import { logProperty } from './log.ts';
import { loadSubject, type Subject } from './subject.ts';

// Runs in its own thread, so that the parent can stop a run that never ends and report it.

const job = workerData as FuzzJob;

function propertyOf(subject: Subject): fc.IProperty<unknown> {
  switch (job.target) {
    case 'log':
      return logProperty(subject);
    case 'body':
      return bodyProperty(subject);
    case 'git':
      return gitProperty(subject, job.gitLineLength);
  }
}

function tell(news: FuzzNews): void {
  parentPort?.postMessage(news);
}

const property = propertyOf(await loadSubject(job.source));
const { run } = property;
let runs = 0;
property.run = (value) => {
  runs += 1;
  tell({ kind: 'run', runs });
  return run.call(property, value);
};
const result = await fc.check(property, {
  seed: job.seed,
  numRuns: job.runs,
  interruptAfterTimeLimit: job.seconds * 1_000,
  markInterruptAsFailure: false,
});
tell({
  kind: 'end',
  runs: result.numRuns,
  finding: result.failed ? reportOf(result) : undefined,
});

function reportOf(details: fc.RunDetails<unknown>): string {
  const { errorInstance } = details;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${why}\n${fc.defaultReportMessage(details)}`;
}
