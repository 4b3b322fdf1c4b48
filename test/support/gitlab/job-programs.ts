import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { VirtualClock } from '../virtual-time/clock.ts';

/** Programs that come first on a job's PATH, and the variables that they need. */
export interface JobPrograms {
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/** @param node the job image's `node`. Default: the Node that runs the tests. */
export function jobPrograms(clock: VirtualClock | 'real', node = process.execPath): JobPrograms {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-programs-'));
  const programs = { rsync: RSYNC, ...(clock === 'real' ? {} : { node: onClock(clock, node) }) };
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(folder, name), script, { mode: 0o700 });
  return {
    env: { PATH: [folder, jobPath(node)].join(delimiter), ...(clock === 'real' ? {} : clock.env) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Puts the job's Node first on PATH, as it is in the job's image. */
export function jobPath(node = process.execPath): string {
  return [dirname(node), process.env['PATH']].join(delimiter);
}

/**
 * Sets the clock with arguments, since a template may unset NODE_OPTIONS. A process without
 * VIRTUAL_TIME uses the machine's time.
 */
function onClock({ nodeOptions }: VirtualClock, node: string): string {
  return `#!/bin/sh\n[ -z "$VIRTUAL_TIME" ] || set -- ${nodeOptions.join(' ')} "$@"\nexec '${node}' "$@"\n`;
}

/**
 * The part of rsync that gitlab-ci-local needs when jobs run in a shell on this machine: it copies
 * artifacts and reports by their paths (`-R`) for later jobs. It always copies the project too, but
 * only containers use that copy.
 */
const RSYNC = `#!/bin/sh
set -e
relative= list= from=
while [ $# -gt 1 ]; do
  case $1 in
    --exclude) shift ;;
    --files-from=*) list=\${1#*=} ;;
    --*) ;;
    -*R*) relative=yes ;;
    -*) ;;
    *) from=$1 ;;
  esac
  shift
done
[ -n "$relative" ] || exit 0
if [ -n "$list" ]; then cat "$list"; else printf '%s\\n' "$from"; fi | while read -r path; do
  [ -e "$path" ] || continue
  mkdir -p "$1/$(dirname "$path")"
  cp -Rp "$path" "$1/$path"
done
`;
