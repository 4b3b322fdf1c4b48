import type { Secret } from '../lib/secret.ts';
import { createQuotes, redactLog } from './quotes.ts';
import { Redactor } from './redact.ts';
import { inertLine, withoutControls } from './sanitize.ts';

/**
 * The one way out. Whatever a host writes (a line, an annotation, a file) was cleaned here: first
 * controls are taken off (a token may be split by them), then every form of the token is hidden,
 * then what would be a command of the CI system is broken.
 */
export interface Sink {
  /** Hides a value from here on. */
  hide(secret: Secret): void;
  /** One line, fit to be shown. */
  clean(text: string): string;
  /** Lines, each fit to be shown. */
  cleanLines(text: string): readonly string[];
  /**
   * A document of our own making (JSON, Markdown): its controls and line breaks are its own, only
   * secrets are hidden.
   */
  redact(document: string): string;
  /** Writes each line of the text, cleaned. */
  say(text: string): void;
  /**
   * Writes as it is: for commands of the CI system that the host itself composes from cleaned
   * parts.
   */
  writeRaw(text: string): void;
  /** The same for errors and warnings, which a shell has a stream of their own for. */
  writeError(text: string): void;
  /**
   * Writes lines of somebody else behind a bar. A last line that may be the beginning of a secret
   * waits for the lines that come next, or for whatever else is written.
   */
  quote(source: string, lines: Iterable<string>): void;
  /**
   * The same lines, fit to be shown and kept, for what quotes them elsewhere than in the log. To be
   * asked for once, with all of them: a part alone may hold too little of a secret to be known.
   */
  cleanLog(lines: Iterable<string>): readonly string[];
  /** Writes what waits. */
  flush(): void;
}

/**
 * A value that is certainly no secret, though it stands where one should: a variable's name, an
 * expression, a mask.
 */
export function isPlaceholder(value: string): boolean {
  return /^\$\{?[A-Z][A-Z0-9_]*\}?$|^\$\{\{.*\}\}$|^\*+$/.test(value.trim());
}

/**
 * @param write where everything ends: one stream, so that nothing overtakes a mask.
 * @param frame puts what a CI system wants before and after a block of quoted lines.
 * @param writeError where errors and warnings end, if not there too.
 */
export function createSink(
  write: (text: string) => void,
  frame: (block: string) => string = (block) => block,
  writeError = write,
): Sink {
  const redactor = new Redactor();
  const quotes = createQuotes(redactor, (source, lines) => {
    // Two blanks, a name and a bar: commands and most problem matchers want the start of a line.
    const name = cleanLines(source).join(' ');
    write(frame(lines.map((line) => `  ${name} | ${inertLine(line)}\n`).join('')));
  });
  const cleanLines = (text: string): readonly string[] =>
    redactor.redactLines(text.split(/\r\n|\n|\r/).map(withoutControls)).map(inertLine);
  const writeRaw = (text: string): void => {
    quotes.flush();
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
    writeError: (text) => {
      quotes.flush();
      writeError(text);
    },
    quote: quotes.quote,
    cleanLog: (lines) => redactLog(redactor, Array.from(lines, withoutControls)).map(inertLine),
    flush: quotes.flush,
  };
}
