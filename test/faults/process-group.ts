import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Launched } from './launch.ts';

/**
 * Whether any process of the group that the child led still runs. One that has ended and waits to
 * be reaped does not.
 */
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
        // Behind the name in brackets, which may hold anything: state, parent, group.
        const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ group: Number(group), state }];
      } catch {
        // It has ended since the folder was read.
        return [];
      }
    });
}
