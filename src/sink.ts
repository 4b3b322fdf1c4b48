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
}

/** @param write where everything ends: standard output, of which there is one, so that nothing overtakes a mask. */
export function createSink(write: (text: string) => void): Sink {
  const redactor = new Redactor();
  const clean = (text: string): string => inertLine(redactor.redact(withoutControls(text)));
  const cleanLines = (text: string): readonly string[] => text.split(/\r\n|\n|\r/).map(clean);
  return {
    hide: (secret) => redactor.add(secret.reveal()),
    clean,
    cleanLines,
    redact: (document) => redactor.redact(document),
    say: (text) =>
      write(
        cleanLines(text)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    writeRaw: write,
  };
}
