import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import type { Config } from './config.ts';
import type { Run } from './run.ts';

/** A place in the checkout where a token stands. Never the token. */
interface Leak {
  readonly file: string;
  readonly line: number;
}

interface Found {
  readonly leaks: readonly Leak[];
  /** Why not everything was searched. */
  readonly short: string | undefined;
}

/** A search under way. */
export interface LeakScan {
  /** What was found; where the search is not done after so long, what was found until then. */
  found(patienceMs: number): Promise<Found>;
  stop(): void;
}

/**
 * How long the run waits for the search once everything else is ready: next to nothing for a
 * warning.
 */
const PATIENCE_MS = { warn: 250, error: 10_000 } as const;
const MAX_LEAKS = 20;
/** GitHub shows ten annotations of a kind; others have something to say too. */
const MAX_SHOWN = 5;

/**
 * Begins to search the tracked files of the checkout for Outpost tokens, beside the reads of the
 * preflight.
 *
 * `git grep` runs with nothing of the environment but PATH and HOME, and with the one setting of
 * the repository off by which a search could start a program of the repository's choice
 * (core.fsmonitor).
 */
export function startLeakScan({ leakScan }: Config, run: Run): LeakScan {
  const { folder } = run.host.context;
  if (leakScan === 'off' || !existsSync(join(folder, '.git')))
    return nothingToSearch(leakScan === 'off' ? undefined : 'there is no checkout here');
  const args = [
    '-c',
    'core.fsmonitor=false',
    'grep',
    '--no-color',
    '-I',
    '-n',
    '-z',
    '-o',
    '-E',
    'op_pat_[A-Za-z0-9]{16,}',
  ];
  const child = spawn('git', args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    stdio: ['ignore', 'pipe', 'ignore'],
    signal: run.signal,
    killSignal: 'SIGKILL',
  });
  const leaks: Leak[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    leaks.push(...lines.flatMap(readHit));
    if (leaks.length > MAX_LEAKS) child.kill('SIGKILL');
  });
  const done = new Promise<string | undefined>((resolve) => {
    child.on('error', () => resolve('git could not be started'));
    // 0 = found, 1 = nothing found; a search that was ended because it had found enough has no
    // status.
    child.on('close', (status) =>
      resolve(
        status === 0 || status === 1 || leaks.length > MAX_LEAKS
          ? undefined
          : 'git could not search this checkout',
      ),
    );
  });
  return {
    found: async (patienceMs) => {
      let timer: NodeJS.Timeout | undefined;
      const impatient = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve('it was cut short'), patienceMs);
      });
      const short = await Promise.race([done, impatient]);
      clearTimeout(timer);
      return { leaks, short };
    },
    stop: () => child.kill('SIGKILL'),
  };
}

function nothingToSearch(short: string | undefined): LeakScan {
  return { found: () => Promise.resolve({ leaks: [], short }), stop: () => undefined };
}

/** Reads `file NUL line NUL token`, and forgets the token. */
function readHit(record: string): readonly Leak[] {
  const [file = '', line = '', token = ''] = record.split('\0');
  return looksReal(token) ? [{ file, line: Number(line) }] : [];
}

/**
 * A body of many different characters of more than one kind; `xxxx`, `your_token_here` and
 * `1234...` are examples.
 */
function looksReal(token: string): boolean {
  const body = token.slice('op_pat_'.length);
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(body)).length;
  return kinds >= 2 && new Set(body.toLowerCase()).size >= 8;
}

/**
 * Says what the search found.
 *
 * @throws Failure `token-in-repository` where `leak-scan` is `error`.
 */
export async function reportLeaks(scan: LeakScan, { leakScan }: Config, run: Run): Promise<void> {
  if (leakScan === 'off') return;
  const { leaks, short } = await scan.found(PATIENCE_MS[leakScan]);
  if (short !== undefined) tellShort(short, leakScan, run);
  const advice =
    'Revoke it in Settings > Access Tokens, use another one, and take it out of the history too: whoever can read the repository has it.';
  for (const place of leaks.slice(0, MAX_SHOWN)) {
    run.host.warn({
      title: 'An Outpost token is in the repository',
      message: `What looks like an Outpost token stands in this line. ${advice}`,
      place,
    });
  }
  const [first] = leaks;
  if (leakScan !== 'error' || first === undefined) return;
  throw new Failure({
    code: 'token-in-repository',
    attempted: 'Searching the checkout for tokens',
    happened: `${leaks.length > MAX_LEAKS ? `more than ${MAX_LEAKS}` : leaks.length} found, the first in ${first.file}:${first.line}, and \`leak-scan\` is \`error\``,
    hint: advice,
  });
}

/** Whoever asked for an error counts on the search, and must see that there was none. */
function tellShort(short: string, leakScan: 'warn' | 'error', { host }: Run): void {
  const message = `No file, or not every file, was searched for Outpost tokens: ${short}.`;
  if (leakScan === 'error') host.warn({ title: 'The search for tokens is not complete', message });
  else host.say(message);
}
