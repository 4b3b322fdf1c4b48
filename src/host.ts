import type { HostName, RawInputs } from './inputs/table.ts';
import type { Secret } from './lib/secret.ts';
import type { Publication } from './report/publication.ts';

/** A setting of the process or the job that would undo what is done for the token's safety. */
export interface Hazard {
  readonly name: string;
  /** What it does, as a clause. */
  readonly danger: string;
  /** The input that accepts it, where one does. */
  readonly allowedBy: 'allow-debug-trace' | undefined;
}

/**
 * A build of a pull or merge request. What is checked out may be a temporary merge of its two
 * branches, which the CI system made for this run alone.
 */
export interface ProposedMerge {
  /** The head of the source branch; undefined = the system doesn't tell. */
  readonly sourceCommit: string | undefined;
  /** The ref of the checkout that the source branch was fetched to, where a system tells no id. */
  readonly sourceRef: string | undefined;
  /** The temporary merge, where the system tells it. */
  readonly mergeCommit: string | undefined;
}

/** The workflow run that set this one off (`workflow_run` of GitHub). */
export interface TestedRun {
  /** How it ended; undefined = it has not, or the event cannot be read. */
  readonly conclusion: string | undefined;
  /** The commit that it ran on; undefined = the event cannot be read. */
  readonly commit: string | undefined;
  /** What the default branch was at when this run was started. */
  readonly ownCommit: string | undefined;
}

/** What the CI system says of the run. Fields that a system does not know are undefined. */
export interface Context {
  readonly host: HostName;
  /** The branch that is being built; undefined where there is none, as on a tag. */
  readonly branch: string | undefined;
  /** Why there is no branch, as a clause, where there is more to say than the tag. */
  readonly branchless: string | undefined;
  readonly tag: string | undefined;
  /** The commit that the run was started for; on `workflow_run` the tested one. */
  readonly commit: string | undefined;
  /** undefined = no build of a pull or merge request. */
  readonly proposedMerge: ProposedMerge | undefined;
  /** undefined = no other run set this one off. */
  readonly testedRun: TestedRun | undefined;
  /** Page of the commit, for the summary. */
  readonly commitUrl: string | undefined;
  /** What set the run off, in the system's own word: `push`, `pull_request_target`, `schedule`. */
  readonly trigger: string;
  /** The code comes from a fork, by the event's own data. */
  readonly fromFork: boolean;
  /** Dependabot started the run: GitHub keeps the repository's secrets from it. */
  readonly fromDependabot: boolean;
  /** Whether the ref is a protected one; undefined where the system has no such thing. */
  readonly onProtectedRef: boolean | undefined;
  /** The environment that the job names, where the system tells. */
  readonly environment: string | undefined;
  /**
   * What the variable beside the token's says of its name; absent where the system has none. A hint
   * alone: it may be out of date, or of another token.
   */
  readonly tokenNameHint?: string;
  /** Settings that would undo what is done for the token's safety. */
  readonly hazards: readonly Hazard[];
  /** The same run was started before: its first deploy may still be under way. */
  readonly isRerun: boolean;
  /** The workspace, where the system names one, else the working directory. */
  readonly folder: string;
  /** The system's own number of the run, where it has one. */
  readonly runId: string | undefined;
  /**
   * Names this run and attempt, the same when Outpost is asked again: part of the idempotency key.
   */
  readonly runKey: string;
}

/** A message that the CI system shows beside the job. `title` is ours, never foreign text. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  /** The place in the checkout that it is about. */
  readonly place?: { readonly file: string; readonly line: number };
}

/**
 * What the program may ask of a CI system. Everything that is printed goes through here, and each
 * host passes it through the redactor and makes it inert before it is written.
 */
export interface Host {
  readonly name: HostName;
  readonly context: Context;
  /** The token as it was given, taken out of the environment; empty when there is none. */
  readonly token: Secret;
  /** Which of the known read forms an earlier step of this job found, where that is kept. */
  keptForm?(): number | undefined;
  /** Keeps the number of a read form for later steps of this job. */
  keepForm?(number: number): void;
  /** Called first: what must be there whatever happens afterwards. */
  begin(): Promise<void>;
  inputs(): RawInputs;
  /**
   * Problems of variables that would be inputs elsewhere; a run must not go on with one. Absent where
   * the environment is a way to give inputs.
   */
  readonly strayInputs?: readonly string[];
  /** Hides a value from here on; on GitHub this writes the mask commands. */
  mask(secret: Secret): void;
  /** One line of our own. Whatever it quotes may be foreign. */
  say(line: string): void;
  /** A line of the result, which is shown also to who wants nothing else. */
  conclude(line: string): void;
  /** Lines of somebody else: a service's log. */
  quote(source: string, lines: Iterable<string>): void;
  /** Such lines made fit to be kept in a report, all at once. */
  cleanLog(lines: Iterable<string>): readonly string[];
  /** Resolves when what was written has gone out; the signal ends the waiting. */
  drained(signal: AbortSignal): Promise<void>;
  /**
   * A failure is read where the log is not, or without it: then it repeats the service's last log
   * lines.
   */
  readonly repeatsLog: boolean;
  /** Lines folded away under a title. */
  group(title: string, lines: readonly string[]): void;
  /**
   * What is being waited for, where somebody watches: shown with the time that passes, gone with
   * the next line.
   */
  progress?(words: string, elapsedMs: number): void;
  notice(annotation: Annotation): void;
  warn(annotation: Annotation): void;
  fail(annotation: Annotation): void;
  /**
   * Outputs, summary and report in the system's own way, made of the report once every text in it
   * was cleaned. Problems in doing so are warnings: they never change the verdict.
   */
  publish<R extends object>(report: R, publicationOf: (safe: R) => Publication): Promise<void>;
  /** The result of a command that publishes nothing, as JSON, for who asked for it. */
  document?(result: object): Promise<void>;
}
