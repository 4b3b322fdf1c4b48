import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { findLeaks } from '../../../simulators/runner/leaks.ts';
import { strace } from '../../safety/trace.ts';
import { newOrigin, type Repository, repositoryAt, temporaryFolder } from './git.ts';

/**
 * A folder with everything that a run may write to, including a checkout that an attacker has
 * modified.
 */
export interface Site {
  readonly root: string;
  readonly repository: Repository;
  /** A snapshot of the checkout as it was set up. */
  readonly before: Readonly<Record<string, string>>;
  /** The home of the job's user. */
  readonly home: string;
  /** Everything that the attacker's programs get to see is written here. */
  readonly stolen: string;
  /** The job's variables, and the folder for its temporary files. */
  readonly env: Readonly<Record<string, string>>;
  /** A program that records what it was given. It is named after what starts it. */
  trap(name: string): string;
}

export function newSite(): Site {
  const root = temporaryFolder();
  const [home, stolen, tmp, runner, checkout] = ['home', 'stolen', 'tmp', 'runner', 'checkout'].map(
    (name) => join(root, name),
  );
  if (
    home === undefined ||
    stolen === undefined ||
    tmp === undefined ||
    runner === undefined ||
    checkout === undefined
  )
    throw new Error();
  for (const folder of [home, stolen, tmp, runner, join(root, 'traces')]) mkdirSync(folder);
  cpSync(newOrigin().folder, checkout, { recursive: true });
  return {
    root,
    repository: repositoryAt(checkout),
    before: snapshot(checkout),
    home,
    stolen,
    env: { HOME: home, TMPDIR: tmp, RUNNER_TEMP: runner },
    trap: (name) => {
      const program = join(root, `trap-${name}`);
      const file = join(stolen, name);
      writeFileSync(
        program,
        `#!/bin/sh\n{ echo "$0 $*"; env; cat /proc/$PPID/environ; } >> '${file}' 2>/dev/null\nexit 0\n`,
      );
      chmodSync(program, 0o755);
      return program;
    },
  };
}

/** Every file below a folder, by path, with its content digest, mode and kind. */
export function snapshot(folder: string): Readonly<Record<string, string>> {
  const entries = pathsIn(folder).map((path) => {
    const { mode } = lstatSync(path);
    const digest = lstatSync(path).isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : 'no file';
    return [relative(folder, path), `${mode} ${digest}`] as const;
  });
  return Object.fromEntries(entries);
}

function pathsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) =>
    join(parentPath, name),
  );
}

/** @throws when the name or content of any file below the folder holds any form of the token. */
export function assertInNoFile(folder: string, token: string): void {
  for (const path of pathsIn(folder)) {
    const text = lstatSync(path).isFile() ? readFileSync(path, 'latin1') : '';
    // git's own form of the token, with the user name in front.
    const header = Buffer.from(`ada:${token}`).toString('base64');
    const [leak] = text.includes(header)
      ? [{ form: 'header' }]
      : findLeaks(`${path}\n${text}`, token);
    if (leak !== undefined)
      throw new Error(`${relative(folder, path)} holds the token as ${leak.form}`);
  }
}

export { strace };

/**
 * A wrapper around Node that logs to a file the arguments of each program that it or its children
 * start.
 */
export function tracedNode(folder: string): {
  readonly node: string;
  started(): readonly string[];
} {
  const node = join(folder, 'traced-node');
  const calls = join(folder, 'calls');
  writeFileSync(
    node,
    `#!/bin/sh\nexec '${strace}' -f -qq -s 1000000 -e trace=execve -o '${calls}' '${process.execPath}' "$@"\n`,
  );
  chmodSync(node, 0o755);
  return {
    node,
    started: () => (existsSync(calls) ? readFileSync(calls, 'utf8').split('\n') : []),
  };
}
