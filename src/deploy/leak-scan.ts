import { join, relative } from 'node:path';
import { Failure } from '../lib/failure.ts';
import type { Config } from './config.ts';
import { offlineEnvironment, runGit } from './push/git.ts';
import { isInCheckout, locate } from './push/locate.ts';
import { inSandbox } from './push/sandbox.ts';
import { type Run, remainingMs } from './run.ts';

/** A place in the checkout that contains a token. Never the token itself. */
interface Leak {
  readonly file: string;
  readonly line: number;
}

/** Why not everything was searched. A missing checkout is normal. */
type Lack = { readonly isNormal: boolean; readonly because: string };

interface Found {
  readonly leaks: readonly Leak[];
  readonly lack: Lack | undefined;
}

/** A search under way. */
export interface LeakScan {
  /** What was found, or what was found so far if the search takes longer than this. */
  found(patienceMs: number): Promise<Found>;
  stop(): void;
}

/**
 * How long the run waits for the search once everything else is ready: almost nothing for a
 * warning.
 */
const PATIENCE_MS = { warn: 250, error: 10_000 } as const;
const MAX_LEAKS = 20;
/** GitHub shows only ten annotations of each kind; leave room for others. */
const MAX_SHOWN = 5;

const NO_CHECKOUT: Lack = { isNormal: true, because: 'no checkout in this job' };
const NO_COMMIT: Lack = { isNormal: true, because: 'no commit in the checkout' };
const CUT_SHORT: Lack = { isNormal: false, because: 'it ran out of time' };
const UNREADABLE: Lack = { isNormal: false, because: 'git cannot read the checkout' };

/**
 * Starts searching the checked-out commit for Outpost tokens, in parallel with the preflight reads.
 * git reads the files from our own repository, where settings of the checkout have no effect, and
 * as text no matter what their attributes say.
 */
export function startLeakScan({ leakScan, checkoutFolder }: Config, run: Run): LeakScan {
  if (leakScan === 'off') return { found: () => nothing(undefined), stop: () => undefined };
  if (!isInCheckout(checkoutFolder, run))
    return { found: () => nothing(NO_CHECKOUT), stop: () => undefined };
  const stopped = new AbortController();
  const leaks: Leak[] = [];
  const done = search(checkoutFolder, leaks, stopped, {
    ...run,
    signal: AbortSignal.any([run.signal, stopped.signal]),
  });
  // The error reaches whoever awaits `found`.
  done.catch(() => undefined);
  return {
    found: async (patienceMs) => {
      let timer: NodeJS.Timeout | undefined;
      const impatient = new Promise<Lack>((resolve) => {
        timer = setTimeout(() => resolve(CUT_SHORT), patienceMs);
      });
      try {
        return { leaks, lack: await Promise.race([done, impatient]) };
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => stopped.abort(),
  };
}

function nothing(lack: Lack | undefined): Promise<Found> {
  return Promise.resolve({ leaks: [], lack });
}

/** @param leaks receives each hit as it is found; the search stops when there are enough. */
async function search(
  folder: string,
  leaks: Leak[],
  stopped: AbortController,
  run: Run,
): Promise<Lack | undefined> {
  try {
    const place = await locate(folder, run);
    if ('status' in place) return UNREADABLE;
    const { head } = place;
    if (head === undefined) return NO_COMMIT;
    const below = relative(run.host.context.folder, folder);
    let rest = '';
    const read = (text: string): void => {
      const lines = `${rest}${text}`.split('\n');
      rest = (lines.pop() ?? '').slice(-MAX_RECORD_LENGTH);
      leaks.push(...lines.flatMap((line) => readHit(line, head, below)));
      if (leaks.length > MAX_LEAKS) stopped.abort();
    };
    const end = await inSandbox(place, run, (sandbox) =>
      runGit({
        args: [...GREP, head],
        cwd: sandbox,
        env: offlineEnvironment(sandbox),
        timeoutMs: Math.max(1, remainingMs(run)),
        signal: run.signal,
        onOutput: read,
      }),
    );
    // 0 = found, 1 = nothing found.
    return (end.status === 0 || end.status === 1) && end.stderr === '' ? undefined : UNREADABLE;
  } catch (error) {
    if (leaks.length > MAX_LEAKS) return undefined;
    if (run.signal.aborted) throw error;
    if (error instanceof Failure) return UNREADABLE;
    throw error;
  }
}

const GREP = [
  'grep',
  '--no-color',
  '--text',
  '--line-number',
  '--null',
  '--only-matching',
  '--extended-regexp',
  'op_pat_[A-Za-z0-9]{16,}',
] as const;
/** A path, a line and a token; anything longer is not a hit that can be shown. */
const MAX_RECORD_LENGTH = 10_000;

/** Reads `commit:file NUL line NUL token`, and forgets the token. */
function readHit(record: string, commit: string, below: string): readonly Leak[] {
  const [path = '', line = '', token = ''] = record.split('\0');
  const file = path.startsWith(`${commit}:`) ? path.slice(commit.length + 1) : path;
  return looksReal(token) ? [{ file: join(below, file), line: Number(line) }] : [];
}

/**
 * Real tokens have many different characters of more than one kind; `xxxx`, `your_token_here` and
 * `1234...` are placeholders.
 */
function looksReal(token: string): boolean {
  const body = token.slice('op_pat_'.length);
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(body)).length;
  return kinds >= 2 && new Set(body.toLowerCase()).size >= 8;
}

const ADVICE =
  'Revoke it in Settings > Access Tokens and use a new one. Then remove it from the Git history too: anyone who can read the repository has it.';

/**
 * Reports what the search found.
 *
 * @throws Failure `token-in-repository` if `leak-scan` is `error`, also if not everything was
 *     searched.
 */
export async function reportLeaks(scan: LeakScan, { leakScan }: Config, run: Run): Promise<void> {
  if (leakScan === 'off') return;
  const { leaks, lack } = await scan.found(PATIENCE_MS[leakScan]);
  if (leakScan === 'warn' && lack !== undefined && !lack.isNormal)
    run.host.say(`Not every file was searched for Outpost tokens: ${lack.because}.`);
  for (const place of leaks.slice(0, MAX_SHOWN)) {
    run.host.warn({
      title: 'An Outpost token is in the repository',
      message: `This line contains what looks like an Outpost token. ${ADVICE}`,
      place,
    });
  }
  if (leakScan !== 'error') return;
  const [first] = leaks;
  if (first !== undefined)
    throw refused(
      `${leaks.length > MAX_LEAKS ? `more than ${MAX_LEAKS}` : leaks.length} found, the first in ${first.file}:${first.line}, and \`leak-scan\` is \`error\``,
      ADVICE,
    );
  if (lack !== undefined)
    throw refused(
      `\`leak-scan\` could not run: ${lack.because}`,
      'Check out the repository before this step (name the folder in `working-directory` if it is not the workspace), or set `leak-scan: warn`.',
    );
}

function refused(happened: string, hint: string): Failure {
  return new Failure({
    code: 'token-in-repository',
    attempted: 'Searching the checkout for tokens',
    happened,
    hint,
  });
}
