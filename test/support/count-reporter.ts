import type { AggregatedResult } from '@jest/reporters';

/** Ends the run with one plain line that a person and a machine read alike: `12 passed, 0 failed`, with the skips if there are any. */
export default class CountReporter {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    // A test file that could not even be loaded holds tests that nobody counted.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
  }
}
