import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Launched } from './launch.ts';

/** Whether any process of the child's process group is still running. A zombie doesn't count. */
export function isAnyoneLeft({ child }: Pick<Launched, 'child'>): boolean {
  return groupStates().some(({ group, state }) => group === child.pid && !state.startsWith('Z'));
}

function groupStates(): readonly { readonly group: number; readonly state: string }[] {
  if (!existsSync('/proc/self/stat')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' })
      .trim()
      .split('\n');
    return lines
      .map((line) => line.trim().split(/\s+/))
      .map(([group, state = '']) => ({ group: Number(group), state }));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // The fields after the name in parentheses, which may contain anything: state, parent,
        // group.
        const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ group: Number(group), state }];
      } catch {
        // The process has ended since the folder was read.
        return [];
      }
    });
}
