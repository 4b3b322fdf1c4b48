// Loaded with `node --import` before a program to measure. When the process ends, it prints the
// resources used on stderr.
import { peakKib } from './peak-memory.mjs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(`peak ${peakKib()} cpu ${userCPUTime + systemCPUTime}`);
});
