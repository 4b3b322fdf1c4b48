import type { Host } from '../host.ts';
import type { RawInputs } from '../inputs/table.ts';
import { formatDuration } from '../lib/duration.ts';
import { createSink } from '../output/sink.ts';
import type { Output } from '../output/stdout.ts';
import { readInputs, takeToken } from './environment.ts';
import { safeReport } from './files.ts';
import {
  beginFiles,
  coloured,
  type PlainHostOptions,
  plain,
  plainMessages,
  prefixOf,
  publishFiles,
  writeDocument,
} from './plain.ts';
import { readShellContext } from './shell-context.ts';

export interface ShellHostOptions extends PlainHostOptions {
  /** For errors and warnings. */
  readonly errors: Output;
  readonly colour: boolean;
  /** Someone is watching the log on a terminal that can overwrite a line. */
  readonly isLive: boolean;
}

/** Any shell as a host: Jenkins, another CI system, a laptop. */
export function createShellHost(options: ShellHostOptions): Host {
  const { env, flags, folder, log, errors, results, colour, isLive } = options;
  const line = isLive ? progressLine(log) : undefined;
  const above = (write: Output['write']): Output['write'] => line?.above(write) ?? write;
  const sink = createSink(above(log.write), undefined, above(errors.write));
  const paint = colour ? coloured : plain;
  const messages = plainMessages(sink, paint);
  const inputs = readInputs(env, (name) => flags[name as keyof RawInputs]);
  const files = { folder, prefix: prefixOf(inputs), results, sink, warn: messages.warn };
  return {
    name: 'shell',
    context: readShellContext(env, inputs['working-directory']),
    token: takeToken(env, ['OUTPOST_TOKEN']),
    begin: () => beginFiles(files),
    inputs: () => inputs,
    mask: sink.hide,
    drained: log.drained,
    ...messages,
    ...(line === undefined
      ? {}
      : {
          progress: (words: string, elapsedMs: number) => line.show(sink.clean(words), elapsedMs),
        }),
    group: (title, lines) => {
      sink.writeRaw(`${paint(1, sink.clean(title))}\n`);
      for (const one of lines) sink.writeRaw(`  ${sink.clean(one)}\n`);
    },
    publish: (report, publicationOf) =>
      publishFiles(publicationOf(safeReport(report, sink)), files),
    document: (result) => writeDocument(result, files),
  };
}

interface ProgressLine {
  /** Erases the progress line before writing text. */
  above(write: Output['write']): Output['write'];
  show(words: string, elapsedMs: number): void;
}

const ERASE_LINE = '\r\u001b[K';

/**
 * A line at the bottom that is redrawn every second until other text is written. If it were wider
 * than the terminal, parts of it would stay on screen, so it's cut and only uses characters that
 * are one column wide.
 */
function progressLine({ write, columns }: Output): ProgressLine {
  let shown: { readonly words: string; readonly sinceMs: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (shown === undefined) return;
    const text = `${shown.words} (${formatDuration(performance.now() - shown.sinceMs)})`;
    const narrow = text.replace(/[^ -~]/gu, '?').slice(0, Math.max(0, (columns() ?? 0) - 1));
    if (narrow !== '') write(`${ERASE_LINE}${narrow}`);
  };
  return {
    above: (writeText) => (text) => {
      if (shown !== undefined) write(ERASE_LINE);
      clearInterval(timer);
      shown = undefined;
      writeText(text);
    },
    show: (words, elapsedMs) => {
      shown = { words, sinceMs: performance.now() - elapsedMs };
      clearInterval(timer);
      timer = setInterval(draw, 1_000);
      timer.unref();
      draw();
    },
  };
}
