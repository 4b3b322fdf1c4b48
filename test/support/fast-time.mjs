// Loaded with `node --import` before a bundle under test: time passes TIME_SCALE times as fast for it, so that the shipped file runs
// unchanged and no test waits for a real rollout. Node's own timers (sockets) keep their pace.
const scale = Number(process.env['TIME_SCALE'] ?? '1');
const realTimeout = globalThis.setTimeout;
const realPerformanceNow = performance.now.bind(performance);
const realDateNow = Date.now;
const startedMs = Number(process.env['TIME_START_MS'] ?? realDateNow());

delete process.env['TIME_SCALE'];
delete process.env['TIME_START_MS'];

/**
 * @param {(...values: unknown[]) => void} callback
 * @param {number} [delayMs]
 * @param {unknown[]} rest
 */
function fastTimeout(callback, delayMs = 0, ...rest) {
  return realTimeout(callback, delayMs / scale, ...rest);
}
globalThis.setTimeout = /** @type {typeof setTimeout} */ (fastTimeout);
performance.now = () => realPerformanceNow() * scale;
Date.now = () => Math.round(startedMs + (realDateNow() - startedMs) * scale);
