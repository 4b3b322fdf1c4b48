import type { TokenInput } from '../inputs/token-table.ts';

/** An input of either program, as far as a flag goes. */
export type FlagInput = Pick<TokenInput, 'name' | 'kind' | 'choices' | 'hosts'>;

/** One command of a program. */
export interface CommandRow<Verb extends string = string> {
  readonly name: Verb;
  /** What it does, for the help. */
  readonly does?: string;
  /** A function: the bundle of the one program would keep the other's table of inputs otherwise. */
  readonly inputs: () => readonly FlagInput[];
  /** The positional argument that it needs, and what to say if it's missing. */
  readonly argument?: { readonly name: string; readonly missing: string };
}

/** The command line of a program; every program also has the commands `help` and `version`. */
export interface Program<Verb extends string = string> {
  /** What users write between `outpost-deploy` and a command. */
  readonly prefix: '' | 'token ';
  readonly commands: readonly CommandRow<Verb>[];
  /** Other programs that this one hands over to. */
  readonly others: readonly string[];
  /** Names of secrets, which are refused as flags, and the variable to set instead. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What to say if there is no command. */
  readonly noCommand: string;
  /** How a value is written, for who wrote one without its flag. */
  readonly example: string;
  readonly help: {
    readonly title: string;
    /** The lines about commands and flags. */
    readonly layout: (program: Program) => readonly string[];
    readonly ending: readonly string[];
  };
}
