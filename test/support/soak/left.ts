import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * What a run left behind that has ended: files in its own temporary folder, and processes that it
 * started, which have the folder in their environment.
 */
export function leftBehind(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true }).map((name) => `the file ${name}`);
  return [...files, ...processesKnowing(folder)];
}

function processesKnowing(folder: string): readonly string[] {
  // Linux alone shows the environment of a process.
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(`TMPDIR=${folder}\0`))
    .map((pid) => `the process ${pid}`);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It has ended since the folder was read, or is somebody else's.
    return '';
  }
}
