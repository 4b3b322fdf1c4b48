/**
 * How GitLab reads the raw output of a job: the runner's masker, then the job page. Left out are
 * the timestamp in front of each line, and filters that only hide more (six query keys of URLs, and
 * GitLab's own token prefixes).
 */

import type { OutputChunk } from './github.ts';
import { parseCommand } from './github-command.ts';
import { createStreamMasker } from './gitlab-masker.ts';
import { renderPage, type Section } from './gitlab-page.ts';
import { splitLines } from './lines.ts';

export type { Section } from './gitlab-page.ts';

export interface GitlabOptions {
  /** Values of variables with `masked: true`. */
  readonly maskedValues?: readonly string[];
  /** How many bytes of log the runner collects: 4 MiB unless the administrator changes it. */
  readonly outputLimit?: number;
}

export interface GitlabLog {
  /** After the runner's masker. */
  readonly raw: string;
  /** What the job page shows. */
  readonly page: readonly string[];
  readonly sections: readonly Section[];
  readonly problems: readonly string[];
}

const OUTPUT_LIMIT = 4 * 1024 * 1024;
// What GitLab accepts as a masked value: one line, no white space, eight characters.
const MASKABLE = /^\S{8,}$/;
const ADD_MASK: ReadonlySet<string> = new Set(['add-mask']);

export function readAsGitlab(
  chunks: readonly OutputChunk[],
  options: GitlabOptions = {},
): GitlabLog {
  const values = options.maskedValues ?? [];
  const limit = options.outputLimit ?? OUTPUT_LIMIT;
  const bytes = maskChunks(chunks, values);
  const raw = bytes.subarray(0, limit).toString('utf8');
  const { page, sections, problems } = renderPage(raw);
  return {
    raw,
    page,
    sections,
    problems: [...valueProblems(values), ...logProblems(raw, bytes.length > limit), ...problems],
  };
}

function maskChunks(chunks: readonly OutputChunk[], values: readonly string[]): Buffer {
  const maskers = { stdout: createStreamMasker(values), stderr: createStreamMasker(values) };
  const parts = chunks.map((chunk) => maskers[chunk.stream].write(chunk.data));
  return Buffer.concat([...parts, maskers.stdout.end(), maskers.stderr.end()]);
}

function valueProblems(values: readonly string[]): string[] {
  const refused = values.filter((value) => !MASKABLE.test(value.trim())).length;
  return refused === 0 ? [] : [`${refused} masked value(s) that GitLab would not accept`];
}

function logProblems(raw: string, cut: boolean): string[] {
  const problems: string[] = [];
  // Without the experimental proxy_exec, GitLab prints the command, and with it the secret.
  if (splitLines(raw).some((line) => parseCommand(line, ADD_MASK) !== undefined))
    problems.push('add-mask prints its value on GitLab');
  // Nothing is collected beyond the limit, and the program doesn't notice.
  if (cut) problems.push('log limit reached: the rest is not collected');
  return problems;
}
