import type { Secret } from '../lib/secret.ts';
import { createQuotes, redactLog } from './quotes.ts';
import { Redactor } from './redact.ts';
import { inertLine, withoutControls } from './sanitize.ts';

/**
 * Everything that a host writes (a line, an annotation, a file) is cleaned here: first control
 * characters are removed, since they could split a token. Then every form of the token is masked.
 * Then anything that would be a command of the CI system is escaped.
 */
export interface Sink {
  /** Masks a value from now on. */
  hide(secret: Secret): void;
  /** The text as one safe line. */
  clean(text: string): string;
  /** The text as safe lines. */
  cleanLines(text: string): readonly string[];
  /** A document that we made (JSON, Markdown): only masks secrets, and keeps everything else. */
  redact(document: string): string;
  /** Writes each line of the text, cleaned. */
  say(text: string): void;
  /** Writes the text as it is, for CI commands that the host builds from cleaned parts. */
  writeRaw(text: string): void;
  /** The same for errors and warnings, which have their own stream in a shell. */
  writeError(text: string): void;
  /**
   * Writes untrusted lines with a bar in front. Holds back a last line that may be the start of a
   * secret until the next lines come, or anything else is written.
   */
  quote(source: string, lines: Iterable<string>): void;
  /**
   * The same lines, made safe for use outside of the log. Pass all lines in one call: a part of
   * them may contain too little of a secret to be recognized.
   */
  cleanLog(lines: Iterable<string>): readonly string[];
  /** Writes the lines that were held back. */
  flush(): void;
}

/** Whether a value is certainly not a secret: a variable's name, an expression, or a mask. */
export function isPlaceholder(value: string): boolean {
  return /^\$\{?[A-Z][A-Z0-9_]*\}?$|^\$\{\{.*\}\}$|^\*+$/.test(value.trim());
}

/**
 * @param write receives everything. It's one stream, so that nothing is shown before its mask.
 * @param frame adds what a CI system wants before and after a block of quoted lines.
 * @param writeError receives errors and warnings, if they go elsewhere.
 */
export function createSink(
  write: (text: string) => void,
  frame: (block: string) => string = (block) => block,
  writeError = write,
): Sink {
  const redactor = new Redactor();
  const quotes = createQuotes(redactor, (source, lines) => {
    // Two spaces, a name and a bar: commands and most problem matchers need the start of a line.
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
