import type { ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../../emulator/scenario.ts';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { parseOutputs } from '../../scripts/job-page.mjs';
import type { Report } from '../../src/report/report.ts';
import { coverageEnv, programOf } from '../support/program.ts';
import { readReport } from '../support/report-schema.ts';
import { assertNoLeak } from '../support/spawn-bundle.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';
import { endOf, spawnNode } from '../support/virtual-time/processes.ts';

// For tests that do more with the process than wait for its end: signals, pipes, broken files,
// probes inside it.

export type LaunchHost = 'github' | 'shell';

export interface Launch {
  readonly host: LaunchHost;
  /** Which step of the GitHub action to run. */
  readonly step?: 'main' | 'post';
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Modules to load before the bundle, by their names in this folder. */
  readonly preload?: readonly string[];
  /** A file descriptor to use instead of the pipe. */
  readonly stdout?: number;
  /**
   * Nobody reads the output until the test does. `slow` = the test reads it, and time stops while
   * there is unread output.
   */
  readonly unread?: true | 'slow';
}

export interface Ended {
  readonly exitStatus: number | null;
  /** The signal that ended it, or null if it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  /** When it ended, on the site's clock. */
  readonly atMs: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout and stderr together, in the order of arrival. */
  readonly seen: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly report: Report | undefined;
  readonly summary: string;
  readonly state: string;
}

export interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** An emulated Outpost with a token, and bundles to run against it, all on one clock. */
export interface Site {
  readonly emulator: Emulator;
  readonly token: string;
  readonly clock: VirtualClock;
  launch(options: Launch): Launched;
}

const bundles = {
  github: 'github/index.js',
  post: 'github/post.js',
  shell: 'cli/index.js',
} as const;

/** Runs a test against its own emulated Outpost. */
export async function onSite<Result>(
  scenario: Scenario,
  use: (site: Site) => Promise<Result>,
  scopes: readonly string[] = ['service'],
): Promise<Result> {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({ scenario, now: clock.nowMs, timing: clock });
  const token = emulator.world.createToken({ name: 'rehearsal', scopes });
  const running = new Set<ChildProcess>();
  const launch = (options: Launch): Launched => {
    const launched = start(options, emulator.origin, token, clock);
    running.add(launched.child);
    void launched.ended.finally(() => running.delete(launched.child)).catch(() => undefined);
    return launched;
  };
  try {
    return await use({ emulator, token, clock, launch });
  } finally {
    for (const child of running) child.kill('SIGKILL');
    await emulator.close();
    await clock.close();
  }
}

function start(options: Launch, origin: string, token: string, clock: VirtualClock): Launched {
  const { host, step = 'main', preload = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  for (const name of ['outputs', 'summary.md', 'state']) writeFileSync(join(folder, name), '');
  const inputs = {
    service: 'acme/web',
    branch: 'main',
    'token-name': 'rehearsal',
    origin,
    ...options.inputs,
  };
  const own = (name: string): URL => new URL(name, import.meta.url);
  const program = programOf(
    fileURLToPath(own(`../../dist/${bundles[step === 'post' ? 'post' : host]}`)),
  );
  const flags =
    host === 'github'
      ? []
      : [
          'deploy',
          '--host=shell',
          ...Object.entries(inputs).map(([name, value]) => `--${name}=${value}`),
        ];
  const child = spawnNode({
    clock,
    preload: preload.map((name) => own(name).href),
    args: [program, ...flags],
    env: {
      PATH: process.env['PATH'],
      ...coverageEnv(),
      ...(host === 'github' ? githubEnv(folder, inputs, token) : { OUTPOST_TOKEN: token }),
      ...options.env,
    },
    cwd: folder,
    stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
    // Starts a new process group, so that processes left over from it can be found.
    detached: true,
  });
  if (options.unread === true && child.pid !== undefined) clock.unread(child.pid);
  return { child, ended: ended(child, clock, options.unread !== undefined, folder, token) };
}

function githubEnv(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  token: string,
): Record<string, string> {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_OUTPUT: join(folder, 'outputs'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    GITHUB_STATE: join(folder, 'state'),
    RUNNER_TEMP: folder,
    INPUT_TOKEN: token,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
}

async function ended(
  child: ChildProcess,
  clock: VirtualClock,
  unread: boolean,
  folder: string,
  token: string,
): Promise<Ended> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[], seen: [] as Buffer[] };
  for (const stream of unread ? (['stderr'] as const) : (['stdout', 'stderr'] as const))
    child[stream]?.on('data', (chunk: Buffer) => {
      chunks[stream].push(chunk);
      chunks.seen.push(chunk);
    });
  let atMs = 0;
  child.once('exit', () => {
    atMs = clock.nowMs();
  });
  try {
    const exitStatus = await endOf(child, clock);
    const [stdout = '', stderr = '', seen = ''] = [chunks.stdout, chunks.stderr, chunks.seen].map(
      (parts) => Buffer.concat(parts).toString(),
    );
    return {
      exitStatus,
      signal: child.signalCode,
      atMs,
      stdout,
      stderr,
      seen,
      ...filesOf(folder, [stdout, stderr], token),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @throws when anything that was written holds a form of the token, except mask commands, which
 *     must contain it.
 */
function filesOf(
  folder: string,
  texts: readonly string[],
  token: string,
): Pick<Ended, 'outputs' | 'report' | 'summary' | 'state'> {
  const read = (name: string): string => {
    const path = join(folder, name);
    return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
  };
  const names = readdirSync(folder);
  assertNoLeak(
    [...texts.map((text) => text.replace(/^::add-mask::.*$/gm, '')), ...names.map(read)],
    token,
  );
  const report = read(names.find((name) => /^outpost-report.*\.json$/.test(name)) ?? '');
  const dotenv = [...read('outpost.env').matchAll(/^OUTPOST_(\w+)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return {
    outputs: Object.fromEntries([
      ...parseOutputs(read('outputs')),
      ...dotenv.map(([name, value]) => [name.toLowerCase().replaceAll('_', '-'), value]),
    ]),
    report: report === '' ? undefined : readReport(report),
    summary: read('summary.md'),
    state: read('state'),
  };
}

/**
 * The exit status as a shell or a runner counts it: 128 plus the signal's number for a process that
 * a signal ended.
 */
export function countedStatus({ exitStatus, signal }: Ended): number {
  return exitStatus ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
