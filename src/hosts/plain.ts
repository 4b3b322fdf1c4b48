import { join, resolve } from 'node:path';
import type { Annotation, Host } from '../host.ts';
import type { RawInputs } from '../inputs/table.ts';
import type { Sink } from '../output/sink.ts';
import type { Output } from '../output/stdout.ts';
import { jsonOf, type Publication } from '../report/publication.ts';
import type { Environment } from './environment.ts';
import { dotenvOf, replaceFile, safeReport, tryWriting } from './files.ts';

export interface PlainHostOptions {
  /** The process's environment; the token is removed from it. */
  readonly env: Environment;
  /** Inputs that were given as flags. */
  readonly flags: RawInputs;
  /** Where the result files go. */
  readonly folder: string;
  readonly log: Output;
  readonly results: Results;
}

/** Where the report goes, apart from the log. */
export interface Results {
  /** Whether outpost.env and outpost-report.* are written. */
  readonly files: boolean;
  /** Receives the report as JSON; undefined = nobody asked for it. */
  readonly print: ((json: string) => void) | undefined;
  /** An extra file for the JSON report. */
  readonly report: string | undefined;
}

const RED = 31;
const YELLOW = 33;
const BLUE = 34;

export type Paint = (code: number, text: string) => string;

export const coloured: Paint = (code, text) => `\u001b[${code}m${text}\u001b[0m`;
export const plain: Paint = (_, text) => text;

/** The messages of hosts that have no commands of their own: plain lines. */
export function plainMessages(
  sink: Sink,
  paint: Paint,
): Pick<
  Host,
  'say' | 'conclude' | 'quote' | 'cleanLog' | 'repeatsLog' | 'notice' | 'warn' | 'fail'
> {
  const textOf = (code: number, word: string, { title, message, place }: Annotation): string => {
    const at = place === undefined ? '' : ` (${sink.clean(place.file)}:${place.line})`;
    const head = `${paint(code, `${word}: ${sink.clean(title)}`)}${at}`;
    return [head, ...sink.cleanLines(message).map((line) => `  ${line}`), ''].join('\n');
  };
  return {
    say: sink.say,
    conclude: sink.say,
    quote: sink.quote,
    cleanLog: sink.cleanLog,
    repeatsLog: false,
    notice: (annotation) => sink.writeRaw(textOf(BLUE, 'Notice', annotation)),
    warn: (annotation) => sink.writeError(textOf(YELLOW, 'Warning', annotation)),
    fail: (annotation) => sink.writeError(textOf(RED, 'Error', annotation)),
  };
}

export interface ResultFiles {
  readonly folder: string;
  /** The prefix of names in outpost.env. */
  readonly prefix: string;
  readonly results: Results;
  readonly sink: Sink;
  readonly warn: (annotation: Annotation) => void;
}

export const DOTENV_FILE = 'outpost.env';
export const REPORT_FILE = 'outpost-report.json';
const SUMMARY_FILE = 'outpost-report.md';

/** The configured prefix. If it's invalid, the default: the configuration reports the problem. */
export function prefixOf(inputs: RawInputs): string {
  const prefix = inputs['dotenv-prefix'] ?? '';
  return /^\w{1,64}$/.test(prefix) ? prefix : 'OUTPOST_';
}

/**
 * Writes outpost.env before anything can fail: GitLab fails a job if its dotenv report is missing
 * or empty.
 */
export async function beginFiles({ folder, prefix, results, warn }: ResultFiles): Promise<void> {
  if (!results.files) return;
  await tryWriting(DOTENV_FILE, warn, () =>
    replaceFile(join(folder, DOTENV_FILE), dotenvOf(prefix, { status: 'unknown' })),
  );
}

/** Writes outpost.env and the report as JSON and Markdown separately, and what flags asked for. */
export async function publishFiles(publication: Publication, files: ResultFiles): Promise<void> {
  const { folder, prefix, sink, warn, results } = files;
  const write = (name: string, text: () => string): Promise<void> =>
    tryWriting(name, warn, () => replaceFile(join(folder, name), sink.redact(text())));
  if (results.files) {
    await write(DOTENV_FILE, () =>
      dotenvOf(prefix, { ...publication.outputs(), summary: SUMMARY_FILE, report: REPORT_FILE }),
    );
    await write(REPORT_FILE, publication.json);
    await write(SUMMARY_FILE, publication.markdown);
  }
  await writeJson(publication.json, files);
}

/** The JSON of `--json` and `--report FILE`. */
async function writeJson(
  json: () => string,
  { folder, sink, warn, results: { print, report } }: ResultFiles,
): Promise<void> {
  if (print === undefined && report === undefined) return;
  const safe = sink.redact(json());
  print?.(safe);
  if (report !== undefined)
    await tryWriting(report, warn, () => replaceFile(resolve(folder, report), safe));
}

/** The same for a result that has no other form. */
export function writeDocument(result: object, files: ResultFiles): Promise<void> {
  return writeJson(() => jsonOf(safeReport(result, files.sink)), files);
}
