import { readFileSync, writeFileSync } from 'node:fs';
import { exitStatusByCode } from '../src/failure.ts';
import { type Input, inputs } from '../src/inputs.ts';
import { outputs } from '../src/outputs.ts';
import { typedInputs, typedOutputs } from './action-types.ts';

const meanings: Readonly<Record<number, string>> = {
  1: 'internal error: a bug of this program',
  2: 'configuration',
  3: 'the token',
  4: 'Outpost refused',
  5: 'the deploy failed',
  6: 'timed out',
  7: 'outcome unknown: look before you run the job again',
  8: 'Outpost unavailable, nothing was deployed: safe to run again',
  9: 'the push failed, nothing was deployed',
  10: 'the token was replaced, and an old one must be revoked by hand',
  130: 'cancelled (interrupt)',
  143: 'cancelled (termination)',
};

/**
 * Writes what follows from the one table of inputs: the inputs and outputs of action.yml, their types, and the README's tables. `--check`
 * writes nothing and fails where a file differs.
 */
const generated: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'action.yml': { inputs: actionInputs(), outputs: actionOutputs() },
  'action-types.yml': { inputs: typedInputs(onGithub()), outputs: typedOutputs() },
  'README.md': { inputs: inputTable(), outputs: outputTable(), 'exit-status': exitTable() },
};

const check = process.argv.includes('--check');
for (const [file, blocks] of Object.entries(generated)) {
  const before = readFileSync(file, 'utf8');
  const after = Object.entries(blocks).reduce((text, [name, block]) => replaceBlock(text, name, block, file), before);
  if (after === before) continue;
  if (!check) writeFileSync(file, after);
  process.stdout.write(`${file}: ${check ? 'differs from src/inputs.ts; run npm run docs' : 'written'}\n`);
  if (check) process.exitCode = 1;
}

/** Puts the block between the lines that hold `name:begin` and `name:end`. */
function replaceBlock(text: string, name: string, block: string, file: string): string {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.includes(`${name}:begin`));
  const end = lines.findIndex((line) => line.includes(`${name}:end`));
  if (begin < 0 || end < begin) throw new Error(`${file} has no lines ${name}:begin and ${name}:end`);
  return [...lines.slice(0, begin + 1), ...block.split('\n'), ...lines.slice(end)].join('\n');
}

function withDefault({ description, default: value }: Input): string {
  return value === undefined ? description : `${description} Default: \`${value}\`.`;
}

/** A YAML double-quoted scalar: JSON's escapes are a part of YAML's. */
function yamlText(text: string): string {
  return JSON.stringify(text);
}

function onGithub(): readonly Input[] {
  return (inputs as readonly Input[]).filter(({ hosts }) => hosts === undefined || hosts.includes('github'));
}

function actionInputs(): string {
  return onGithub()
    .flatMap((input) => [
      `  ${input.name}:`,
      `    description: ${yamlText(withDefault(input))}`,
      `    required: ${input.required === true}`,
    ])
    .join('\n');
}

function actionOutputs(): string {
  return outputs.flatMap(({ name, description }) => [`  ${name}:`, `    description: ${yamlText(description)}`]).join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function inputTable(): string {
  const rows = onGithub().map((input) => {
    const value = input.required === true ? 'required' : input.default === undefined ? '' : `\`${input.default}\``;
    return `| \`${input.name}\` | ${value} | ${cell(input.description)} |`;
  });
  return ['| Input | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function outputTable(): string {
  return [
    '| Output | Meaning |',
    '| --- | --- |',
    ...outputs.map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`),
  ].join('\n');
}

function exitTable(): string {
  const codes = Object.entries(exitStatusByCode);
  const statuses = [...new Set(codes.map(([, status]) => status))].sort((left, right) => left - right);
  const rows = statuses.map((status) => {
    const meaning = meanings[status];
    if (meaning === undefined) throw new Error(`exit status ${status} has no meaning in scripts/docs.ts`);
    const names = codes.filter(([, one]) => one === status).map(([code]) => `\`${code}\``);
    return `| ${status} | ${meaning} | ${names.join(', ')} |`;
  });
  return ['| Status | Meaning | `failure-code` |', '| --- | --- | --- |', '| 0 | done | |', ...rows].join('\n');
}
