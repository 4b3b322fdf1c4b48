import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Sink } from '../output/sink.ts';

/**
 * The report with every text in it cleaned, before anything is made of it: an encoding (JSON's,
 * Markdown's) could hide a form of the token from a search that comes after it.
 */
export function safeReport<R extends object>(report: R, sink: Sink): R {
  return cleanDeep(report, sink) as R;
}

function cleanDeep(value: unknown, sink: Sink): unknown {
  if (typeof value === 'string') return sink.cleanLines(value).join('\n');
  // Lines that belong together are searched as one text.
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.length === 0 ? [] : sink.cleanLines(value.join('\n'));
  if (Array.isArray(value)) return value.map((one) => cleanDeep(one, sink));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, cleanDeep(one, sink)]),
  );
}

/**
 * Limits of GitLab for a dotenv report.
 * https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
 */
const MAX_DOTENV_BYTES = 5_000;

/**
 * The outputs as dotenv lines that GitLab takes: `KEY=value`, no quoting, no blank line, no
 * comment, under 5 kB. GitLab expands `$` in a value later and has no line breaks: a value that has
 * either is left out, for half of it would be a lie.
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
 * Puts a file of ours in the place of whatever has its name, in one step. A checkout may hold a link
 * or a pipe there: writing to it would overwrite what the link names, or wait for ever.
 *
 * @throws the error of the file system, with the old file still in place.
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

/** Tries one of several things to be written; what fails is warned of and changes nothing else. */
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
      message: `${what} could not be written${code}. The verdict stands.`,
    });
  }
}
