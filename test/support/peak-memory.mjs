import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held, in KiB. On Linux `maxRSS` is no less than what its
 * parent held when it made it, so that a small child of a big test runner seems as big as that;
 * what the kernel counts for this program's own memory is in /proc.
 */
export function peakKib() {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kib !== undefined) return Number(kib);
  } catch {
    // Another system, which has no such file.
  }
  return process.resourceUsage().maxRSS;
}
