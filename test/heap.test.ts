import { setImmediate } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { collectGarbage } from '../src/heap.ts';

test('what is held no more is collected at once, time after time, and what is held stays', async () => {
  for (const round of [1, 2]) {
    const held = { round };
    const kept = new WeakRef(held);
    const dropped = new WeakRef({ round });
    // Both are held until this turn of the event loop has ended.
    await setImmediate();
    collectGarbage();
    expect(dropped.deref()).toBeUndefined();
    expect(kept.deref()).toBe(held);
  }
  // The door to V8's collector is shut again for all others.
  expect(runInNewContext('typeof gc')).toBe('undefined');
});
