import { inertLine, withoutControls } from './inert.ts';
import { Redactor } from './redact.ts';
import type { Secret } from './secret.ts';

/**
 * The one way out. Whatever a host writes (a line, an annotation, a file) was cleaned here: first controls are taken off (a token
 * may be split by them), then every form of the token is hidden, then what would be a command of the CI system is broken.
 */
export interface Sink {
  /** Hides a value from here on. */
  hide(secret: Secret): void;
  /** One line, fit to be shown. */
  clean(text: string): string;
  /** Lines, each fit to be shown. */
  cleanLines(text: string): readonly string[];
  /** A document of our own making (JSON, Markdown): its controls and line breaks are its own, only secrets are hidden. */
  redact(document: string): string;
  /** Writes each line of the text, cleaned. */
  say(text: string): void;
  /** Writes as it is: for commands of the CI system that the host itself composes from cleaned parts. */
  writeRaw(text: string): void;
  /**
   * Writes lines of somebody else behind a bar. A last line that may be the beginning of a secret waits for the lines that come next,
   * or for whatever else is written.
   */
  quote(source: string, lines: readonly string[]): void;
  /** Writes what waits. */
  flush(): void;
}

/** A value that is certainly no secret, though it stands where one should: a variable's name, an expression, a mask. */
export function isPlaceholder(value: string): boolean {
  return /^\$\{?[A-Z][A-Z0-9_]*\}?$|^\$\{\{.*\}\}$|^\*+$/.test(value.trim());
}

interface Quoted {
  readonly source: string;
  readonly lines: readonly string[];
}

/**
 * @param write where everything ends: standard output, of which there is one, so that nothing overtakes a mask.
 * @param around what stands before and after a block of quoted lines.
 */
export function createSink(
  write: (text: string) => void,
  around: { readonly before: string; readonly after: string } = { before: '', after: '' },
): Sink {
  const redactor = new Redactor();
  let waiting: Quoted | undefined;
  const cleanLines = (text: string): readonly string[] =>
    redactor.redactLines(text.split(/\r\n|\n|\r/).map(withoutControls)).map(inertLine);
  const writeQuoted = ({ source, lines }: Quoted): void => {
    if (lines.length === 0) return;
    // Two blanks, a name and a bar: commands and most problem matchers want the start of a line.
    const name = cleanLines(source).join(' ');
    const text = redactor
      .redactLines(lines)
      .map((line) => `  ${name} | ${inertLine(line)}\n`)
      .join('');
    write(`${around.before}${text}${around.after}`);
  };
  const flush = (): void => {
    const due = waiting;
    waiting = undefined;
    if (due !== undefined) writeQuoted(due);
  };
  const writeRaw = (text: string): void => {
    flush();
    write(text);
  };
  return {
    hide: (secret) => {
      if (!isPlaceholder(secret.reveal())) redactor.add(secret.reveal());
    },
    clean: (text) => cleanLines(text).join(' '),
    cleanLines,
    redact: (document) => redactor.redact(document),
    say: (text) =>
      writeRaw(
        cleanLines(text)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    writeRaw,
    quote: (source, lines) => {
      if (waiting !== undefined && waiting.source !== source) flush();
      const all = [...(waiting?.lines ?? []), ...lines.map(withoutControls)];
      const held = all.length > 0 && redactor.endsInPiece(all[all.length - 1] ?? '') ? heldLines(all) : 0;
      waiting = held === 0 ? undefined : { source, lines: all.slice(all.length - held) };
      writeQuoted({ source, lines: all.slice(0, all.length - held) });
    },
    flush,
  };
}

/** How many lines at the end hold the last characters that may belong to a secret that goes on. At most so many, however short. */
function heldLines(lines: readonly string[]): number {
  let length = 0;
  let count = 0;
  while (length < 9 && count < lines.length && count < 64) {
    count += 1;
    length += lines[lines.length - count]?.length ?? 0;
  }
  return count;
}
