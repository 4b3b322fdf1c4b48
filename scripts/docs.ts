import { inputs } from '../src/inputs/table.ts';
import { inputsOf, type TokenInput, type TokenVerb } from '../src/inputs/token-table.ts';
import { exitStatusByCode } from '../src/lib/failure.ts';
import { type OutputRow, outputs } from '../src/report/outputs.ts';
import { typedInputs, typedOutputs } from './action-types.ts';
import { outputTable, tableLines } from './markdown-table.ts';
import { type Blocks, stamp, yamlLines } from './marked-block.ts';
import { rotationOutputs } from './rotation-outputs.ts';
import type { Row } from './template-inputs.ts';

const meanings: Readonly<Record<number, string>> = {
  1: 'internal error: a bug in this program',
  2: 'configuration',
  3: 'the token',
  4: 'Outpost, or the store of the token, refused',
  5: 'the deploy failed',
  6: 'timed out',
  7: 'outcome unknown: look before you run the job again',
  8: 'Outpost or the store is unavailable; nothing was deployed or replaced: safe to run again',
  9: 'the push failed; nothing was deployed',
  10: 'the token was replaced, and an old one must be revoked by hand',
  130: 'cancelled (interrupt)',
  143: 'cancelled (termination)',
};

const deployRows = onGithub(inputs);
const rotateRows = onGithub(inputsOf('rotate'));
const OTHER_VERBS: readonly TokenVerb[] = ['report', 'list', 'revoke', 'create', 'compromised'];

/** The inputs that most workflows set. */
const EVERYDAY: ReadonlySet<string> = new Set([
  ...['token', 'service', 'branch', 'token-name', 'push', 'username', 'wait', 'timeout'],
  ...['health-check', 'health-check-contains', 'on-failure', 'dry-run'],
]);

/**
 * Writes what is generated from the tables of inputs and outputs: the two actions, their types, and
 * the tables in the documents. `--check` writes nothing and fails if a file differs.
 */
const generated: Readonly<Record<string, Blocks>> = {
  'action.yml': { inputs: actionInputs(deployRows), outputs: actionOutputs(outputs) },
  'action-types.yml': { inputs: typedInputs(deployRows), outputs: typedOutputs(outputs) },
  'rotate/action.yml': {
    inputs: actionInputs(rotateRows),
    outputs: actionOutputs(rotationOutputs),
  },
  'rotate/action-types.yml': {
    inputs: typedInputs(rotateRows),
    outputs: typedOutputs(rotationOutputs),
  },
  'README.md': {
    everyday: inputTable(deployRows.filter(({ name }) => EVERYDAY.has(name))),
    inputs: inputTable(deployRows.filter(({ name }) => !EVERYDAY.has(name))),
    outputs: outputTable(outputs, 'Output'),
    'exit-status': exitTable(),
  },
  'docs/tokens.md': {
    'rotate-inputs': inputTable(inputsOf('rotate')),
    'other-inputs': commandTable(),
    'rotate-outputs': outputTable(rotationOutputs, 'Output'),
  },
};

for (const [file, blocks] of Object.entries(generated)) stamp(file, blocks, 'npm run docs');

function onGithub(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ hosts }) => hosts === undefined || hosts.includes('github'));
}

function actionInputs(rows: readonly Row[]): readonly string[] {
  return yamlLines(rows, (row) => ({
    description: row.description,
    required: row.required === true,
    ...(row.default === undefined ? {} : { default: row.default }),
  }));
}

function actionOutputs(rows: readonly OutputRow[]): readonly string[] {
  return yamlLines(rows, ({ description }) => ({ description }));
}

function valueCell({ required, default: value }: Row): string {
  return required === true ? 'required' : value === undefined ? '' : `\`${value}\``;
}

function inputTable(rows: readonly Row[]): readonly string[] {
  return tableLines(
    ['Input', 'Default', 'Meaning'],
    rows.map((row) => [`\`${row.name}\``, valueCell(row), row.description]),
  );
}

/** The inputs of the other token commands, each row with the commands that have it. */
function commandTable(): readonly string[] {
  const rows = [...new Set(OTHER_VERBS.flatMap(inputsOf))].filter(({ kind }) => kind !== 'secret');
  const verbsOf = ({ verbs }: TokenInput): string =>
    OTHER_VERBS.filter((verb) => verbs?.includes(verb) ?? true).join(', ');
  return tableLines(
    ['Input', 'Commands', 'Default', 'Meaning'],
    rows.map((row) => [`\`${row.name}\``, verbsOf(row), valueCell(row), row.description]),
  );
}

function exitTable(): readonly string[] {
  const codes = Object.entries(exitStatusByCode);
  const statuses = [...new Set(codes.map(([, status]) => status))].sort(
    (left, right) => left - right,
  );
  const rows = statuses.map((status) => {
    const meaning = meanings[status];
    if (meaning === undefined)
      throw new Error(`exit status ${status} has no description in scripts/docs.ts`);
    const names = codes.filter(([, one]) => one === status).map(([code]) => `\`${code}\``);
    return [`${status}`, meaning, names.join(', ')];
  });
  return tableLines(['Status', 'Meaning', '`failure-code`'], [['0', 'done', ''], ...rows]);
}
