// Loaded with `node --import` before a program that is measured: tells on stderr, as the process
// ends, what it took.
import { peakKib } from './peak-memory.mjs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(`peak ${peakKib()} cpu ${userCPUTime + systemCPUTime}`);
});
