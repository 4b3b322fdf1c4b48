import type { TokenInput } from '../inputs/token-table.ts';

/** A flag of either program: an input, or how to run the command. */
export interface Flag extends Omit<TokenInput, 'kind' | 'verbs'> {
  readonly kind: TokenInput['kind'] | 'file';
}

/** One command of a program. */
export interface CommandRow<Verb extends string = string> {
  readonly name: Verb;
  /** What it does, for the help: a phrase without a full stop. */
  readonly does: string;
  /** What somebody would type, after `outpost-deploy` and the prefix. */
  readonly examples: readonly string[];
  /** A function: the bundle of the one program would keep the other's table of inputs otherwise. */
  readonly flags: () => readonly Flag[];
  /** Flags that the help shows, if the others are taken and mean nothing; absent = all. */
  readonly shown?: readonly string[];
  /** The positional argument that it needs. */
  readonly argument?: 'NAME';
}

/** The command line of a program; every program also has the commands `help` and `version`. */
export interface Program<Verb extends string = string> {
  /** What users write for it. */
  readonly name: 'outpost-deploy' | 'outpost-deploy token';
  readonly does: string;
  readonly commands: readonly CommandRow<Verb>[];
  /** Other programs that this one hands over to, and what they do. */
  readonly others: Readonly<Record<string, string>>;
  /** Names of secrets, which are refused as flags, and the variable to set instead. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The last lines of the help. */
  readonly ending: readonly string[];
}
