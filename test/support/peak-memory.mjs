import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held, in KiB. On Linux, `maxRSS` starts at the parent's
 * value, so a small child of a big test runner looks just as big. /proc has what the kernel counts
 * for this program alone.
 */
export function peakKib() {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kib !== undefined) return Number(kib);
  } catch {
    // Other systems don't have this file.
  }
  return process.resourceUsage().maxRSS;
}
