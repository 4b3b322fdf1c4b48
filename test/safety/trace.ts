import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { CLI_BUNDLE } from '../support/run-cli.ts';
import { GITHUB_BUNDLE } from '../support/run-github.ts';
import { type BundleResult, spawnBundle } from '../support/spawn-bundle.ts';
import type { VirtualClock } from '../support/virtual-time/clock.ts';
import type { HostUnderTest } from './written.ts';

export interface Traced extends BundleResult {
  /**
   * System calls of the process and its children, one per line: programs started, with arguments
   * and environment, and bytes written.
   */
  readonly calls: readonly string[];
  /** All files that remain in the folders it can reach, by path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface TracedRun {
  readonly host: HostUnderTest;
  readonly token: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: VirtualClock;
}

/** The path of strace, if this machine has it and lets it run. */
export const strace = findStrace();

function findStrace(): string | undefined {
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'strace'))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  try {
    execFileSync(path, ['-o', '/dev/null', '-e', 'trace=execve', 'true'], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}

/**
 * Runs a bundle in a folder with everything it may write to: the checkout, the home folder,
 * temporary files, and the runner's files.
 */
export async function traceRun({ host, token, inputs, env, clock }: TracedRun): Promise<Traced> {
  const root = mkdtempSync(join(tmpdir(), 'outpost-canary-'));
  try {
    for (const name of ['home', 'tmp', 'runner', 'checkout']) mkdirSync(join(root, name));
    const folder = join(root, 'checkout');
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@outpost.example'];
    for (const args of [
      ['init', '-q'],
      [...author, 'commit', '-q', '--allow-empty', '-m', 'First'],
    ])
      execFileSync('git', args, { cwd: folder });
    const base = {
      HOME: join(root, 'home'),
      TMPDIR: join(root, 'tmp'),
      RUNNER_TEMP: join(root, 'runner'),
      ...env,
    };
    const node = strace === undefined ? {} : { node: tracer(root, strace) };
    const run = { folder, ...node, ...(clock === undefined ? {} : { clock }) };
    const result =
      host === 'github'
        ? await spawnBundle({
            ...run,
            bundle: GITHUB_BUNDLE,
            env: { ...base, ...githubEnv(root, folder, token, inputs) },
          })
        : await spawnBundle({
            ...run,
            bundle: CLI_BUNDLE,
            args: argsOf(host, inputs),
            env: { ...base, OUTPOST_TOKEN: token },
          });
    const calls =
      strace === undefined ? [] : readFileSync(join(root, 'calls'), 'latin1').split('\n');
    return { ...result, calls, files: filesIn(root) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/**
 * A program that runs Node under strace. `-yy` shows where each byte goes, `-v` the whole
 * environment of each program.
 */
function tracer(root: string, path: string): string {
  const program = join(root, 'tracer');
  const options = [
    '-f',
    '-qq',
    '-v',
    '-yy',
    '-s',
    '1000000',
    '-e',
    'trace=execve,connect,write,writev,pwrite64,sendto,sendmsg',
  ];
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${path}' ${options.join(' ')} -o '${join(root, 'calls')}' '${process.execPath}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  return program;
}

function argsOf(host: 'gitlab' | 'shell', inputs: TracedRun['inputs']): readonly string[] {
  return [
    'deploy',
    '--host',
    host,
    ...Object.entries(inputs).map(([name, value]) => `--${name}=${value}`),
  ];
}

function githubEnv(
  root: string,
  folder: string,
  token: string,
  inputs: TracedRun['inputs'],
): Readonly<Record<string, string>> {
  const files = Object.fromEntries(
    ['OUTPUT', 'STEP_SUMMARY', 'STATE', 'ENV', 'PATH'].map((name) => {
      const path = join(root, 'runner', name);
      writeFileSync(path, '');
      return [`GITHUB_${name}`, path];
    }),
  );
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return {
    ...files,
    ...given,
    INPUT_TOKEN: token,
    OUTPOST_TOKEN: token,
    GITHUB_ACTION: 'deploy',
    GITHUB_WORKSPACE: folder,
  };
}

function filesIn(root: string): Readonly<Record<string, string>> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const own = new Set(['calls', 'tracer']);
  const files = paths
    .map((path) => [relative(root, path), readFileSync(path, 'utf8')] as const)
    .filter(([path]) => !own.has(path));
  return Object.fromEntries(files);
}
