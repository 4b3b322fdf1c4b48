/** The state of one step in the GitHub runner, and how text gets into its log and annotations. */

import type { RunnerCommand } from './github-command.ts';
import { createSecretMasker, knownSecretValues, type SecretMasker } from './github-masker.ts';
import { splitLines } from './lines.ts';

export type AnnotationLevel = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: AnnotationLevel;
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface GithubSession {
  readonly masker: SecretMasker;
  readonly names: Set<string>;
  readonly lines: string[];
  readonly commands: RunnerCommand[];
  readonly annotations: Annotation[];
  readonly masks: string[];
  readonly outputs: Map<string, string>;
  readonly problems: string[];
  readonly debug: boolean;
  stopWord: string | undefined;
  echo: boolean;
  openGroups: number;
}

const MESSAGE_LIMIT = 4096;
const SUMMARY_LIMIT = 10;
// The log page renders these markers from a line's text, even while commands are stopped.
const VIEWER_MARKER = /##\[(?:group|endgroup|error|warning|notice|debug|command|section)\]/i;

export interface SessionOptions {
  readonly knownSecrets?: readonly string[];
  readonly echo?: boolean;
  readonly debug?: boolean;
}

/** `names` are the commands that the runner knows, in lower case. */
export function openSession(options: SessionOptions, names: Iterable<string>): GithubSession {
  const masker = createSecretMasker();
  for (const value of (options.knownSecrets ?? []).flatMap(knownSecretValues)) masker.add(value);
  const debug = options.debug ?? false;
  return {
    masker,
    names: new Set(names),
    lines: [],
    commands: [],
    annotations: [],
    masks: [],
    outputs: new Map(),
    problems: [],
    debug,
    stopWord: undefined,
    // Step debug turns echo on.
    echo: options.echo ?? debug,
    openGroups: 0,
  };
}

/** Shows text with the current masks. Later masks don't change it. */
export function show(session: GithubSession, text: string): void {
  const masked = session.masker.mask(text);
  // The runner itself makes these two viewer markers harmless in a step's text.
  session.lines.push(...splitLines(masked.replace(/##\[(?=(?:start|end)-action)/g, '##[\\')));
}

export function showText(session: GithubSession, text: string): void {
  noteMarkers(session, text);
  show(session, text);
}

export function noteMarkers(session: GithubSession, text: string): void {
  const marker = VIEWER_MARKER.exec(text);
  if (marker !== null) session.problems.push(`viewer marker in text: ${marker[0]}`);
}

export function echoLine(session: GithubSession, command: RunnerCommand): void {
  if (session.echo) show(session, command.line);
}

export function fail(session: GithubSession, problem: string, what: string): void {
  session.problems.push(problem);
  annotate(session, 'error', `cannot run the command: ${what}`, {});
}

/**
 * GitHub masks an annotation's message, but not its properties. The message is truncated after
 * masking.
 */
export function annotate(
  session: GithubSession,
  level: AnnotationLevel,
  text: string,
  properties: Readonly<Record<string, string>>,
): void {
  noteMarkers(session, text);
  show(session, `##[${level}]${text}`);
  session.annotations.push({
    level,
    message: session.masker.mask(text).slice(0, MESSAGE_LIMIT),
    properties,
  });
  const count = session.annotations.filter((annotation) => annotation.level === level).length;
  if (count === SUMMARY_LIMIT + 1)
    session.problems.push(
      `more than ${SUMMARY_LIMIT} annotations of level ${level}: the rest is not published`,
    );
}
