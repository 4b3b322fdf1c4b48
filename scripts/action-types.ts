import type { TokenInputKind } from '../src/inputs/token-table.ts';
import type { OutputRow } from '../src/report/outputs.ts';
import { yamlLines } from './marked-block.ts';
import type { Row } from './template-inputs.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const listOf = (separator: string) => ({ type: 'list', separator, 'list-item': string });

/** Kinds that aren't here are strings, since these types can't describe their format. */
const byKind: Readonly<Partial<Record<TokenInputKind, object>>> = {
  boolean: { type: 'boolean' },
  count: integer,
  days: integer,
  targets: listOf('\n'),
};

const byOutput: Readonly<Record<string, object>> = {
  'token-scopes': listOf(','),
  'token-days-left': integer,
};

/** The inputs of an action-types.yml. */
export function typedInputs(inputs: readonly Row[]): readonly string[] {
  return yamlLines(inputs, ({ kind, choices }) =>
    choices === undefined ? (byKind[kind] ?? string) : { type: 'enum', 'allowed-values': choices },
  );
}

/** The outputs of an action-types.yml. */
export function typedOutputs(outputs: readonly OutputRow[]): readonly string[] {
  return yamlLines(outputs, ({ name }) => byOutput[name] ?? string);
}
