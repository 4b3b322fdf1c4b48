import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly args: string;
}

/**
 * The arguments of every process whose arguments contain the text, such as the server's address in
 * git's.
 */
export function processesNaming(text: string): readonly string[] {
  return all()
    .filter(({ args }) => args.includes(text))
    .map(({ args }) => args);
}

/** The process whose arguments contain all of these texts. @throws unless there is exactly one. */
export function processNaming(...texts: readonly string[]): number {
  const found = all().filter(({ args }) => texts.every((text) => args.includes(text)));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${found.length} processes name ${texts.join(' and ')}`);
  return only.pid;
}

function all(): readonly Process[] {
  if (!existsSync('/proc/self/cmdline')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    return lines.map((line) => ({
      pid: Number.parseInt(line, 10),
      args: line.replace(/^\s*\d+\s/, ''),
    }));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), args: argumentsOf(pid) }));
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // The process has ended since the folder was read.
    return '';
  }
}
