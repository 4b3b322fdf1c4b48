import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOutputs } from '../../scripts/job-page.mjs';
import type { Report } from '../../src/report.ts';
import { type GithubLog, type OutputChunk, readAsGithub } from './runner/github.ts';
import { findLeaks } from './runner/leaks.ts';

export const GITHUB_BUNDLE = fileURLToPath(new URL('../../dist/github/index.js', import.meta.url));
const FAST_TIME = new URL('./fast-time.mjs', import.meta.url).href;

/** How many times faster time passes in a bundle under test, and in the emulator it talks to. */
export const TIME_SCALE = 20;

/** The emulator's clock for a scaled run: give it to startEmulator({ now }), and its start to runGithub. */
export function scaledClock(): { readonly startMs: number; readonly now: () => number } {
  const startMs = Date.now();
  return { startMs, now: () => startMs + (Date.now() - startMs) * TIME_SCALE };
}

export interface GithubRun {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Besides or instead of what a push of the branch main sets. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly event?: unknown;
  /** The token's value: nothing that is written may hold any form of it. */
  readonly token?: string;
  /** The runner does not know the token as a secret. */
  readonly tokenUnknownToRunner?: boolean;
  readonly node?: string;
  /** Time passes as it does; default is TIME_SCALE times as fast. */
  readonly realTime?: boolean;
  readonly startMs?: number;
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
}

export interface GithubResult {
  readonly exitStatus: number | null;
  readonly stdout: string;
  readonly log: GithubLog;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly report: Report | undefined;
}

const PUSH_OF_MAIN = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_SHA: '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'deploy',
  GITHUB_ACTION: 'deploy',
};

/** The commands that this program means to give to the runner; anything else on its output came from foreign text. */
const MEANT: ReadonlySet<string> = new Set(['add-mask', 'group', 'endgroup', 'notice', 'warning', 'error', 'stop-commands', 'resume']);

/**
 * Runs the shipped bundle as a runner does, and reads what it wrote as a runner does.
 *
 * @throws when the log ran a command that we did not mean, or anything written holds a form of the token.
 */
export async function runGithub(run: GithubRun): Promise<GithubResult> {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const event = join(folder, 'event.json');
    writeFileSync(event, JSON.stringify(run.event ?? { repository: { full_name: 'acme/shop' } }));
    for (const name of ['outputs', 'summary.md']) writeFileSync(join(folder, name), '');
    const { exitStatus, chunks } = await spawnBundle(run, folder, event);
    const stdout = Buffer.concat(chunks.filter(({ stream }) => stream === 'stdout').map(({ data }) => data)).toString();
    const log = readAsGithub(chunks, { knownSecrets: run.token === undefined || run.tokenUnknownToRunner ? [] : [run.token] });
    const written = readdirSync(folder)
      .filter((name) => name !== 'event.json')
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    assertSafe(log, withoutMasks(Buffer.concat(chunks.map(({ data }) => data)).toString()), written, run.token);
    const reportFile = readdirSync(folder).find((name) => name.startsWith('outpost-report'));
    return {
      exitStatus,
      stdout,
      log,
      outputs: existsSync(join(folder, 'outputs')) ? Object.fromEntries(parseOutputs(readFileSync(join(folder, 'outputs'), 'utf8'))) : {},
      summary: existsSync(join(folder, 'summary.md')) ? readFileSync(join(folder, 'summary.md'), 'utf8') : '',
      report: reportFile === undefined ? undefined : JSON.parse(readFileSync(join(folder, reportFile), 'utf8')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function spawnBundle(run: GithubRun, folder: string, event: string): Promise<{ exitStatus: number | null; chunks: OutputChunk[] }> {
  const inputs = Object.entries(run.inputs ?? {}).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const env = {
    PATH: process.env['PATH'],
    ...PUSH_OF_MAIN,
    GITHUB_EVENT_PATH: event,
    GITHUB_OUTPUT: join(folder, 'outputs'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    RUNNER_TEMP: folder,
    ...(run.token === undefined ? {} : { INPUT_TOKEN: run.token }),
    ...(run.realTime === true ? {} : { TIME_SCALE: String(TIME_SCALE), TIME_START_MS: String(run.startMs ?? Date.now()) }),
    ...Object.fromEntries(inputs),
    ...run.env,
  };
  const args = [...(run.realTime === true ? [] : ['--import', FAST_TIME]), GITHUB_BUNDLE];
  const child = spawn(run.node ?? process.execPath, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: OutputChunk[] = [];
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (data: Buffer) => chunks.push({ stream, data }));
  run.onStart?.((signal) => child.kill(signal));
  return new Promise((resolve) => child.on('close', (exitStatus) => resolve({ exitStatus, chunks })));
}

/** The mask commands hold the token by their nature; the runner never shows them. */
function withoutMasks(raw: string): string {
  return raw.replace(/^::add-mask::.*$/gm, '');
}

function assertSafe(log: GithubLog, raw: string, written: readonly string[], token: string | undefined): void {
  const strange = log.commands.filter(({ name, form }) => !MEANT.has(name) || form !== '::');
  if (strange.length > 0) throw new Error(`the log ran commands that nobody meant: ${JSON.stringify(strange)}`);
  if (log.problems.length > 0) throw new Error(`the runner has complaints: ${log.problems.join('; ')}`);
  if (log.stoppedAtEnd || log.openGroups > 0) throw new Error('commands stayed stopped, or a group open');
  if (token === undefined) return;
  for (const text of [raw, ...written]) {
    const [leak] = findLeaks(text, token);
    if (leak !== undefined) throw new Error(`the token leaks as ${leak.form}: ${text.slice(Math.max(0, leak.at - 80), leak.at + 80)}`);
  }
}
