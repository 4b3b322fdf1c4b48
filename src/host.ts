import type { HostName, RawInputs } from './inputs/table.ts';
import type { Secret } from './lib/secret.ts';
import type { Publication } from './report/publication.ts';

/** A setting of the process or the job that would put the token at risk. */
export interface Hazard {
  readonly name: string;
  /** What it does, as a clause. */
  readonly danger: string;
  /** The input that allows it, if there is one. */
  readonly allowedBy: 'allow-debug-trace' | undefined;
}

/**
 * A build of a pull or merge request. The checkout may be a temporary merge of its two branches
 * that the CI system created only for this run.
 */
export interface ProposedMerge {
  /** The head of the source branch; undefined = not known. */
  readonly sourceCommit: string | undefined;
  /** The ref that the source branch was fetched to, if the system gives no commit id. */
  readonly sourceRef: string | undefined;
  /** The temporary merge, if known. */
  readonly mergeCommit: string | undefined;
}

/** The workflow run that triggered this one (`workflow_run` on GitHub). */
export interface TestedRun {
  /** How it ended; undefined = not ended, or the event cannot be read. */
  readonly conclusion: string | undefined;
  /** The commit that it ran on; undefined = the event cannot be read. */
  readonly commit: string | undefined;
  /** The tip of the default branch when this run was started. */
  readonly ownCommit: string | undefined;
}

/** What the CI system says about the run. Unknown fields are undefined. */
export interface Context {
  readonly host: HostName;
  /** The branch that is being built; undefined if there is none, such as on a tag. */
  readonly branch: string | undefined;
  /** Why there is no branch, as a clause, if the reason is not just a tag. */
  readonly branchless: string | undefined;
  readonly tag: string | undefined;
  /** The commit that the run was started for; on `workflow_run` the tested one. */
  readonly commit: string | undefined;
  /** undefined = not a build of a pull or merge request. */
  readonly proposedMerge: ProposedMerge | undefined;
  /** undefined = no other run triggered this one. */
  readonly testedRun: TestedRun | undefined;
  /** Page of the commit, for the summary. */
  readonly commitUrl: string | undefined;
  /**
   * What triggered the run, in the system's own word: `push`, `pull_request_target`, `schedule`.
   */
  readonly trigger: string;
  /** The code comes from a fork, according to the event data. */
  readonly fromFork: boolean;
  /** Dependabot started the run, so GitHub does not give it the repository's secrets. */
  readonly fromDependabot: boolean;
  /** Whether the ref is protected; undefined if the system has no protected refs. */
  readonly onProtectedRef: boolean | undefined;
  /** The environment of the job, if known. */
  readonly environment: string | undefined;
  /**
   * The token's name according to the variable next to it; absent if there is none. Only a hint: it
   * may be outdated, or for another token.
   */
  readonly tokenNameHint?: string;
  /** Settings that would put the token at risk. */
  readonly hazards: readonly Hazard[];
  /** The same run was started before, so its first deploy may still be in progress. */
  readonly isRerun: boolean;
  /** The workspace if the system has one, otherwise the working directory. */
  readonly folder: string;
  /** The system's own number for the run, if it has one. */
  readonly runId: string | undefined;
  /**
   * Identifies this run and attempt, and is stable across retries: part of the idempotency key.
   */
  readonly runKey: string;
}

/** A message that the CI system shows with the job. `title` is ours, never untrusted text. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  /** The place in the checkout that the message is about. */
  readonly place?: { readonly file: string; readonly line: number };
}

/**
 * What the program uses of a CI system. All output goes through here, and each host redacts it and
 * makes it inert before writing it.
 */
export interface Host {
  readonly name: HostName;
  readonly context: Context;
  /** The token as given, removed from the environment; empty if there is none. */
  readonly token: Secret;
  /** The read form that an earlier step of this job found, if kept. */
  keptForm?(): number | undefined;
  /** Keeps the number of a read form for later steps of this job. */
  keepForm?(number: number): void;
  /** Called first: writes what must exist no matter what happens later. */
  begin(): Promise<void>;
  inputs(): RawInputs;
  /**
   * Problems with variables that would be inputs on other hosts; they stop the run. Absent if
   * inputs can come from the environment.
   */
  readonly strayInputs?: readonly string[];
  /** Hides a value from here on; on GitHub this writes the mask commands. */
  mask(secret: Secret): void;
  /** One line of our own. It may quote untrusted text. */
  say(line: string): void;
  /** A line of the result, shown even with `--quiet`. */
  conclude(line: string): void;
  /** Untrusted lines: a service's log. */
  quote(source: string, lines: Iterable<string>): void;
  /** Such lines, cleaned for a report. */
  cleanLog(lines: Iterable<string>): readonly string[];
  /** Resolves when all output is flushed, or when the signal is aborted. */
  drained(signal: AbortSignal): Promise<void>;
  /**
   * A failure is shown away from the log, so it repeats the service's last log lines.
   */
  readonly repeatsLog: boolean;
  /** Collapsed lines under a title. */
  group(title: string, lines: readonly string[]): void;
  /**
   * What the run is waiting for, on a terminal: shown with the elapsed time until the next line.
   */
  progress?(words: string, elapsedMs: number): void;
  notice(annotation: Annotation): void;
  warn(annotation: Annotation): void;
  fail(annotation: Annotation): void;
  /**
   * Writes outputs, summary and report for this system, from the report after all its text was
   * cleaned. Problems here are warnings: they never change the verdict.
   */
  publish<R extends object>(report: R, publicationOf: (safe: R) => Publication): Promise<void>;
  /** The result of a command that publishes nothing, as JSON if requested. */
  document?(result: object): Promise<void>;
}
