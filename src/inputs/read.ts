import { Failure } from '../lib/failure.ts';
import type { Reader } from './reader.ts';
import { readChoice } from './readers.ts';
import type { Input } from './table.ts';

/** The parts of an input's row that are needed to read it. */
export interface ReadableRow
  extends Pick<Input, 'name' | 'default' | 'required' | 'choices' | 'description'> {
  readonly kind: string;
}

type Readers = Readonly<Record<string, Reader<unknown>>>;
type ReadValue<One> = One extends Reader<infer Value> ? Value : never;
type ValueOf<Row, ByKind> = Row extends { choices: readonly (infer Choice)[] }
  ? Choice
  : Row extends { kind: infer Kind extends keyof ByKind }
    ? ReadValue<ByKind[Kind]>
    : never;

/**
 * The values of a table's inputs by name. Inputs without a default and without `required` may be
 * missing. Secrets are not included.
 */
export type ValuesOf<Row extends { name: string; kind: string }, ByKind> = {
  readonly [R in Exclude<Row, { kind: 'secret' }> as R['name']]: R extends
    | { default: string }
    | { required: true }
    ? ValueOf<R, ByKind>
    : ValueOf<R, ByKind> | undefined;
};

/** The values of a table's inputs by name; missing or invalid ones add a problem. */
export function readRows<Row extends ReadableRow, ByKind extends Readers>(
  rows: readonly Row[],
  raw: Readonly<Record<string, string | undefined>>,
  byKind: ByKind,
  problems: string[],
): Partial<ValuesOf<Row, ByKind>> {
  const values: Record<string, unknown> = {};
  for (const row of rows) {
    if (row.kind === 'secret') continue;
    const text = raw[row.name] ?? row.default;
    if (text === undefined) {
      if (row.required === true)
        problems.push(`\`${row.name}\` is missing. ${firstSentence(row.description)}`);
      continue;
    }
    const result = readerOf(row, byKind)(text);
    if ('value' in result) values[row.name] = result.value;
    else problems.push(`\`${row.name}\`: ${result.problem}`);
  }
  // Each value comes from its own row's reader, which is what the type says.
  return values as Partial<ValuesOf<Row, ByKind>>;
}

/** Without its full stop. */
function firstSentence(text: string): string {
  return text.replace(/\.(?: .*)?$/s, '');
}

// Stryker disable next-line ArrayDeclaration: each choice has its list in the table
function readerOf({ kind, choices = [] }: ReadableRow, byKind: Readers): Reader<unknown> {
  const reader = kind === 'choice' ? readChoice(choices) : byKind[kind];
  // Stryker disable next-line ConditionalExpression,StringLiteral: a kind without a reader does not
  // compile
  if (reader === undefined) throw new Error(`no reader for inputs of the kind ${kind}`);
  return reader;
}

/** @throws Failure `config-invalid` with all problems at once. */
export function refuseProblems(problems: readonly string[] = []): void {
  wholeValues({}, problems);
}

/**
 * The values, if there are no problems: each missing or invalid value has added one.
 *
 * @throws Failure `config-invalid` with all problems at once.
 */
export function wholeValues<Values>(
  values: { readonly [Name in keyof Values]?: Values[Name] | undefined },
  problems: readonly string[],
): Values {
  if (problems.length === 0) return values as Values;
  throw new Failure({
    code: 'config-invalid',
    attempted: 'Reading the configuration',
    happened:
      problems.length === 1
        ? `${problems[0]}`
        : `${problems.length} problems with the inputs:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    hint:
      problems.length === 1
        ? 'Fix that input and run the job again.'
        : 'Fix these inputs and run the job again.',
  });
}
