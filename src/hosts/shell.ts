import type { Host } from '../host.ts';
import type { RawInputs } from '../inputs/table.ts';
import { formatDuration } from '../lib/duration.ts';
import { createSink } from '../output/sink.ts';
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
} from './plain.ts';
import { readContext } from './shell-context.ts';

export interface ShellHostOptions extends PlainHostOptions {
  /** Somebody watches: lines may be coloured, and one may be written over. */
  readonly terminal: {
    readonly colour: boolean;
    readonly rewrites: boolean;
    readonly columns: number;
  };
}

/** Any shell as a host: Jenkins, another CI system, a laptop. */
export function createShellHost({ env, flags, folder, stdout, terminal }: ShellHostOptions): Host {
  const line = terminal.rewrites ? progressLine(stdout.write, terminal.columns) : undefined;
  const sink = createSink(line === undefined ? stdout.write : line.writeAbove);
  const paint = terminal.colour ? coloured : plain;
  const messages = plainMessages(sink, paint);
  const inputs = readInputs(env, (name) => flags[name as keyof RawInputs]);
  const files = { folder, prefix: prefixOf(inputs), sink, warn: messages.warn };
  return {
    name: 'shell',
    context: readContext(env, inputs['working-directory']),
    token: takeToken(env, ['OUTPOST_TOKEN']),
    begin: () => beginFiles(files),
    inputs: () => inputs,
    mask: sink.hide,
    drained: stdout.drained,
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
  };
}

interface ProgressLine {
  /** Writes text, with the progress line taken away and drawn again below it. */
  writeAbove(text: string): void;
  show(words: string, elapsedMs: number): void;
}

const ERASE_LINE = '\r\u001b[K';

/**
 * One line at the bottom that is written over each second. It is drawn no more once words stop
 * coming.
 */
function progressLine(write: (text: string) => void, columns: number): ProgressLine {
  let shown: { readonly words: string; readonly sinceMs: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (shown === undefined) return;
    const text = `${shown.words} (${formatDuration(performance.now() - shown.sinceMs)})`;
    write(`${ERASE_LINE}${text.slice(0, Math.max(10, columns - 1))}`);
  };
  return {
    writeAbove: (text) => {
      if (shown !== undefined) write(ERASE_LINE);
      clearInterval(timer);
      shown = undefined;
      write(text);
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
