import type { TokenInputKind } from '../src/inputs/token-table.ts';
import type { Output, OutputName } from '../src/report/outputs.ts';
import type { Row } from './template-inputs.ts';

/** A type of github-actions-typing, as the lines of YAML below the name of what has it. */
type TypeLines = readonly string[];

const string: TypeLines = ['type: string'];
const integer: TypeLines = ['type: integer'];
const listOf = (separator: string): TypeLines => [
  'type: list',
  `separator: ${JSON.stringify(separator)}`,
  'list-item:',
  '  type: string',
];

/** Kinds that are not here are texts, of a form that these types have no word for. */
const byKind: Readonly<Partial<Record<TokenInputKind, TypeLines>>> = {
  boolean: ['type: boolean'],
  count: integer,
  days: integer,
  targets: listOf('\n'),
};

const byOutput: Readonly<Partial<Record<OutputName, TypeLines>>> = {
  'token-scopes': listOf(','),
  'token-days-left': integer,
};

/** The inputs of an action-types.yml. */
export function typedInputs(inputs: readonly Row[]): readonly string[] {
  return inputs.flatMap(({ name, kind, choices }) =>
    entry(name, choices === undefined ? (byKind[kind] ?? string) : enumOf(choices)),
  );
}

/** The outputs of an action-types.yml. */
export function typedOutputs(outputs: readonly Output[]): readonly string[] {
  return outputs.flatMap(({ name }) => entry(name, byOutput[name as OutputName] ?? string));
}

/** In quotes: for some readers of YAML a bare `off` is false. */
function enumOf(choices: readonly string[]): TypeLines {
  return [
    'type: enum',
    'allowed-values:',
    ...choices.map((choice) => `  - ${JSON.stringify(choice)}`),
  ];
}

function entry(name: string, lines: TypeLines): TypeLines {
  return [`${name}:`, ...lines.map((line) => `  ${line}`)];
}
