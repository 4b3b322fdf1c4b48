import type { TokenInput } from '../inputs/token-table.ts';

/** A flag of either program: an input, or an option of the command line itself. */
export interface Flag extends Omit<TokenInput, 'kind' | 'verbs'> {
  readonly kind: TokenInput['kind'] | 'file';
}

/** One command of a program. */
export interface CommandRow<Verb extends string = string> {
  readonly name: Verb;
  /** What it does, for the help: a phrase without a period. */
  readonly does: string;
  /** What somebody would type after the program's name. */
  readonly examples: readonly string[];
  /** A function, so that the bundle of one program doesn't include the other's table of inputs. */
  readonly flags: () => readonly Flag[];
  /** The flags that the help shows, if the others are accepted but have no effect; absent = all. */
  readonly shown?: readonly string[];
  /** The positional argument that it needs. */
  readonly argument?: 'NAME';
}

/** The command line of a program; every program also has the commands `help` and `version`. */
export interface Program<Verb extends string = string> {
  /** What users type to run it. */
  readonly name: 'outpost-deploy' | 'outpost-deploy token';
  readonly does: string;
  readonly commands: readonly CommandRow<Verb>[];
  /** Other programs that this one starts, and what they do. */
  readonly others: Readonly<Record<string, string>>;
  /** Secrets by name, which aren't allowed as flags, and the variable to set instead. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The last lines of the help. */
  readonly ending: readonly string[];
}
