// Loaded with `node --import` before a bundle: writes down its peak memory, in KiB, as the process ends.
import { writeFileSync } from 'node:fs';
import { peakKib } from '../support/peak-memory.mjs';

const path = process.env['MEMORY_PROBE_FILE'];
delete process.env['MEMORY_PROBE_FILE'];
if (path !== undefined) process.on('exit', () => writeFileSync(path, `${peakKib()}`));
