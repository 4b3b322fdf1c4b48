import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { collectGarbage } from '../../src/lib/heap.ts';
import { until } from '../support/build.ts';

// What it is worth is a matter of `npm run bench`: the memory that a long log takes.

interface Collection extends PerformanceEntry {
  readonly detail: { readonly kind: number; readonly flags: number };
}

test('the whole heap is collected at once, time after time', async () => {
  const seen: Collection[] = [];
  const observer = new PerformanceObserver((list) =>
    seen.push(...(list.getEntries() as Collection[])),
  );
  observer.observe({ entryTypes: ['gc'] });
  const forced = (): readonly Collection[] =>
    seen.filter(
      ({ detail: { kind, flags } }) =>
        kind === constants.NODE_PERFORMANCE_GC_MAJOR &&
        (flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0,
    );
  for (const round of [1, 2]) {
    const fromMs = performance.now();
    collectGarbage();
    const untilMs = performance.now();
    await until(() => forced().length === round);
    const { startTime = Number.NaN, duration = Number.NaN } = forced()[round - 1] ?? {};
    expect(startTime).toBeGreaterThanOrEqual(fromMs);
    expect(startTime + duration).toBeLessThanOrEqual(untilMs);
  }
  observer.disconnect();
  // The door to V8's collector is shut again for all others.
  expect(runInNewContext('typeof gc')).toBe('undefined');
});
