// Loaded with `node --import` into a run of the soak: writes down when the process ended on the run's own clock, and for how long the
// machine kept the process from running, so that a busy machine is not taken for a program that hangs.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const path = process.env['EXIT_PROBE_FILE'];
delete process.env['EXIT_PROBE_FILE'];
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
if (path !== undefined) {
  process.on('exit', () => writeFileSync(path, JSON.stringify({ endedMs: Date.now(), stalledRealMs: delay.max / 1e6 })));
}
