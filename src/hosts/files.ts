import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Sink } from '../output/sink.ts';

/**
 * Cleans every text in the report before it's rendered: the encoding of JSON or Markdown could hide
 * a form of the token from a later search.
 */
export function safeReport<R extends object>(report: R, sink: Sink): R {
  return cleanDeep(report, sink) as R;
}

function cleanDeep(value: unknown, sink: Sink): unknown {
  if (typeof value === 'string') return sink.cleanLines(value).join('\n');
  // Lines that belong together are searched as one text, in case a token is split across them.
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.length === 0 ? [] : sink.cleanLines(value.join('\n'));
  if (Array.isArray(value)) return value.map((one) => cleanDeep(one, sink));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, cleanDeep(one, sink)]),
  );
}

/**
 * GitLab's limit for a dotenv report.
 * https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
 */
const MAX_DOTENV_BYTES = 5_000;

/**
 * The outputs as dotenv lines that GitLab accepts: `KEY=value`, no quotes, blank lines or comments,
 * under 5 kB. GitLab later expands `$` in a value, and values can't have line breaks. A value with
 * either is left out, because half of it would be wrong.
 */
export function dotenvOf(prefix: string, values: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(values)) {
    const line = `${prefix}${name.toUpperCase().replaceAll('-', '_')}=${value}\n`;
    bytes += Buffer.byteLength(line);
    if (/[$\r\n]/.test(value) || bytes > MAX_DOTENV_BYTES) {
      bytes -= Buffer.byteLength(line);
      continue;
    }
    lines.push(line);
  }
  return lines.join('');
}

/**
 * Replaces whatever has this name with our file, atomically. A checkout may have a link or a pipe
 * there: writing to it would overwrite the link's target, or block forever.
 *
 * @throws the file system's error, with the old file still in place.
 */
export function replaceFile(path: string, text: string): void {
  // As root, the machine's /dev/null would become a file, and /dev/stdout no stream any more.
  const old = lstatSync(path, { throwIfNoEntry: false });
  if (dirname(path) === '/dev' || old?.isCharacterDevice() || old?.isBlockDevice())
    throw Object.assign(new Error('it is a device'), { code: 'ENOTSUP' });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Tries to write one of several results. A failure is a warning and affects nothing else. */
export async function tryWriting(
  what: string,
  warn: (annotation: { title: string; message: string }) => void,
  write: () => unknown,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    warn({
      title: `${what} could not be written`,
      message: `${what} could not be written${code}. This doesn't change the result of the job.`,
    });
  }
}
