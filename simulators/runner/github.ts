/**
 * How a GitHub runner reads the raw output of one step, based on observed behavior. Tests use it to
 * prove what our output does there. If a fact isn't certain, this assumes the worse case for us.
 */

import type { RunnerCommand } from './github-command.ts';
import { COMMAND_NAMES, handleLine } from './github-handlers.ts';
import { type Annotation, type GithubSession, openSession } from './github-session.ts';
import { createLineReader } from './lines.ts';

export type { RunnerCommand } from './github-command.ts';
export type { Annotation, AnnotationLevel } from './github-session.ts';

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

export interface GithubOptions {
  /** Secrets of the job message: the runner masks them from the first line on. */
  readonly knownSecrets?: readonly string[];
  readonly echo?: boolean;
  readonly debug?: boolean;
  /**
   * The runner handles the stderr of a batch before its stdout, and nobody controls where a batch
   * ends.
   * - `one` (default): the whole output is one batch, so every line of stderr comes before any line
   *   of stdout. A mask or a stop on stdout then protects nothing on stderr, which is the worst
   *   case for a program that relies on the order.
   * - `each-chunk`: every chunk is a batch, so lines come in the order in which they were finished.
   * - numbers: the indexes of the chunks that start a new batch.
   */
  readonly batches?: Batches;
}

export type Batches = 'one' | 'each-chunk' | readonly number[];

export interface GithubLog {
  /** What the log page shows: masked, groups as `##[group]x`, annotations as `##[error]x`. */
  readonly lines: readonly string[];
  /**
   * Every command that the runner would have run, in order and in both syntaxes, including refused
   * ones. The word that ends stop-commands is recorded as `resume`.
   */
  readonly commands: readonly RunnerCommand[];
  /**
   * All annotations, even those beyond the ten per level that the summary shows. Properties aren't
   * masked.
   */
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly stoppedAtEnd: boolean;
  readonly openGroups: number;
  readonly problems: readonly string[];
}

export function readAsGithub(
  chunks: readonly OutputChunk[],
  options: GithubOptions = {},
): GithubLog {
  const session = openSession(options, COMMAND_NAMES);
  for (const batch of batchLines(chunks, options.batches ?? 'one')) {
    for (const line of [...batch.stderr, ...batch.stdout]) handleLine(session, line);
  }
  return closeSession(session);
}

interface Batch {
  readonly stdout: string[];
  readonly stderr: string[];
}

function batchLines(chunks: readonly OutputChunk[], batches: Batches): Batch[] {
  // Each stream is decoded on its own, so a character that is split over two chunks is joined even
  // if the other stream has chunks in between.
  const readers = { stdout: createLineReader(), stderr: createLineReader() };
  let current: Batch = { stdout: [], stderr: [] };
  const result = [current];
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0 && startsBatch(index, batches)) {
      current = { stdout: [], stderr: [] };
      result.push(current);
    }
    // A line belongs to the batch in which its end arrives.
    current[chunk.stream].push(...readers[chunk.stream].push(chunk.data));
  }
  current.stdout.push(...readers.stdout.end());
  current.stderr.push(...readers.stderr.end());
  return result;
}

function startsBatch(index: number, batches: Batches): boolean {
  if (batches === 'one') return false;
  return batches === 'each-chunk' || batches.includes(index);
}

function closeSession(session: GithubSession): GithubLog {
  return {
    lines: session.lines,
    commands: session.commands,
    annotations: session.annotations,
    masks: session.masks,
    outputs: Object.fromEntries(session.outputs),
    stoppedAtEnd: session.stopWord !== undefined,
    openGroups: session.openGroups,
    problems: session.problems,
  };
}
