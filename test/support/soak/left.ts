import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * What an ended run left behind: files in its temporary folder, and processes that it started.
 * Those have the folder in their environment.
 */
export function leftBehind(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true }).map((name) => `the file ${name}`);
  return [...files, ...processesKnowing(folder)];
}

function processesKnowing(folder: string): readonly string[] {
  // Only Linux shows the environment of a process.
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(`TMPDIR=${folder}\0`))
    .map((pid) => `the process ${pid}`);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // The process has ended since the folder was read, or belongs to another user.
    return '';
  }
}
