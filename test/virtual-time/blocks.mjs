// Loaded with `node --import` after the clock. Blocks the process at random for up to 300 ms of
// real time, as a busy machine does.
import { Socket } from 'node:net';

const LONGEST_MS = 300;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
let state = process.pid;

/** Between 0 and 1. A process with the same id blocks in the same places. */
function random() {
  state = (state * 16_807) % 2_147_483_647;
  return state / 2_147_483_647;
}

/** @param {number} probability */
function block(probability) {
  if (random() < probability) Atomics.wait(sleeper, 0, 0, 1 + random() * LONGEST_MS);
}

const { setTimeout: set } = globalThis;
Object.assign(globalThis, {
  /** @param {(...values: any[]) => void} work @param {number} ms @param {any[]} values */
  setTimeout: (work, ms, ...values) =>
    set(
      (...given) => {
        block(0.3);
        work(...given);
      },
      ms,
      ...values,
    ),
});

const { emit } = Socket.prototype;
/** @param {any[]} event */
Socket.prototype.emit = function emitSlowly(...event) {
  block(0.02);
  return Reflect.apply(emit, this, event);
};
