import { readFileSync } from 'node:fs';
import { outputs } from '../src/report/outputs.ts';
import { integrity, sha256 } from './checksums.ts';
import { outputTable, tableLines } from './markdown-table.ts';
import { type Blocks, stamp as stampFile, yamlLines } from './marked-block.ts';
import { rotationOutputs } from './rotation-outputs.ts';
import { component, fetchProgram, project, remote, rotation } from './template-examples.ts';
import {
  checkInputs,
  deployInputs,
  fromTable,
  ownCheckInputs,
  ownDeployInputs,
  ownRotateInputs,
  type Row,
  rotateInputs,
  rotateRows,
  type TemplateInput,
} from './template-inputs.ts';

/**
 * Writes into the GitLab templates what follows from elsewhere: the inputs from
 * src/inputs/table.ts, the version from package.json, the SHA-256 of the program that they fetch;
 * and into their README the tables and examples, with the integrity of the templates themselves;
 * and into the examples that fetch a program its SHA-256. `--check` writes nothing and fails where
 * a file differs.
 */
const DEPLOY = 'gitlab/templates/deploy.yml';
const CHECK = 'gitlab/templates/check.yml';
const ROTATE = 'gitlab/templates/rotate.yml';
const README = 'gitlab/README.md';
const PIPELINE = 'gitlab/.gitlab-ci.yml';

/** What `status` needs: enough to ask Outpost about the services. */
const STATUS: ReadonlySet<string> = new Set([
  'service',
  'branch',
  'origin',
  'service-path',
  'api',
  'allow-debug-trace',
]);

const MAX_WIDTH = 110;

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const deployRows = [...deployInputs.map(fromTable), ...ownDeployInputs(version)];
const checkRows = [...checkInputs.map(fromTable), ...ownCheckInputs(version)];
const rotationRows = [...rotateInputs.map(fromTable), ...ownRotateInputs(version)];
const bundle = bundleLines('cli');
const deploy = stamp(DEPLOY, {
  inputs: specLines(deployRows),
  bundle,
  run: [...unsetLines(deployInputs), ...commandLines('deploy', deployInputs)],
  live: [...unsetLines(deployInputs), ...commandLines('status', statusInputs())],
});
const tokenCheck = stamp(CHECK, {
  inputs: specLines(checkRows),
  bundle,
  fetch: blockOf(deploy, 'fetch'),
  run: [...unsetLines(deployInputs), ...commandLines('check', checkInputs)],
});
const rotate = stamp(ROTATE, {
  inputs: specLines(rotationRows),
  bundle: bundleLines('token'),
  fetch: blockOf(deploy, 'fetch').map(ofRotation),
  run: [
    ...unsetLines([...rotateRows, ...outputPrefix()]),
    ...commandLines('rotate', rotateInputs).map(ofRotation),
  ],
});
stamp(README, {
  remote: remote(version, { deploy: integrity(deploy), check: integrity(tokenCheck) }),
  project: project(version),
  component: component(version),
  inputs: inputTable(deployRows),
  'check-inputs': inputTable(
    checkRows.filter(
      (one) => !deployRows.some((row) => row.name === one.name && row.default === one.default),
    ),
  ),
  outputs: outputTable(outputs, 'Variable', variable),
  rotate: rotation(version, integrity(rotate)),
  'rotate-inputs': inputTable(rotationRows),
  'rotate-outputs': outputTable(rotationOutputs, 'Variable', variable),
});
stamp(PIPELINE, {
  emulator: [
    `emulator_url='https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/emulator/index.js'`,
    `emulator_sha256='${sha256(readFileSync('dist/emulator/index.js'))}'`,
  ],
});

const fetching = fetchProgram(version, 'token', sha256(readFileSync('dist/token/index.js')));
stamp('examples/github/token-report-daily.yml', { program: fetching.onGithub });
stamp('examples/gitlab/token-report-daily.yml', { program: fetching.onGitlab });
stamp('examples/jenkins/Jenkinsfile', {
  program: fetchProgram(version, 'cli', sha256(readFileSync('dist/cli/index.js'))).onGithub,
});

/** Brings the blocks of a file up to date, and gives the file's text as it should be. */
function stamp(file: string, blocks: Blocks): string {
  return stampFile(file, blocks, 'node scripts/stamp.ts');
}

/** The lines of a block without the indent of its markers. */
function blockOf(text: string, name: string): readonly string[] {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.includes(`# ${name}:begin`));
  const end = lines.findIndex((line) => line.includes(`# ${name}:end`));
  const indent = lines[begin]?.indexOf('#') ?? 0;
  return lines.slice(begin + 1, end).map((line) => line.slice(indent));
}

function specLines(rows: readonly TemplateInput[]): readonly string[] {
  return yamlLines(rows, ({ type, description, default: value, regex, options }) => {
    return { type, description, default: value, regex, options };
  });
}

/**
 * Variables of the pipeline would win where an input is left empty: the inputs of the template
 * alone count.
 */
function unsetLines(rows: readonly Row[]): string[] {
  const names = rows.map(({ name }) => variable(name));
  return [
    '# Inputs come from the include alone, never from variables of the pipeline.',
    ...wrapped('unset', names),
  ];
}

/**
 * The call of the program, each input as a literal that its regex, options or type made harmless.
 */
function commandLines(verb: string, rows: readonly Row[]): string[] {
  const flags = rows.map(({ name }) => `--${name}='$[[ inputs.${name} ]]'`);
  return continued(`node .outpost-deploy.mjs ${verb} --host=gitlab`, flags);
}

/** The same line about the other program, under a name of its own. */
function ofRotation(line: string): string {
  return line
    .replaceAll('.outpost-deploy.mjs', '.outpost-token.mjs')
    .replace(/othing was deployed/g, 'othing was replaced');
}

/**
 * What a host reads for every command: a variable of the pipeline must not move the results of a
 * rotation either.
 */
function outputPrefix(): readonly Row[] {
  return deployInputs.filter(({ kind }) => kind === 'prefix');
}

function bundleLines(program: 'cli' | 'token'): readonly string[] {
  return [
    `bundle_version='${version}'`,
    `bundle_sha256='${sha256(readFileSync(`dist/${program}/index.js`))}'`,
  ];
}

/** A shell command on as many lines as it needs. */
function wrapped(start: string, words: readonly string[]): string[] {
  const lines = [start];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= MAX_WIDTH) lines.splice(-1, 1, longer);
    else lines.push(`  ${word}`);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

/** A shell command with one word a line. */
function continued(start: string, words: readonly string[]): string[] {
  return [start, ...words.map((word) => `  ${word}`)].map((line, index) =>
    index === words.length ? line : `${line} \\`,
  );
}

function statusInputs(): readonly Row[] {
  return deployInputs.filter(({ name }) => STATUS.has(name));
}

function variable(name: string): string {
  return `OUTPOST_${name.toUpperCase().replaceAll('-', '_')}`;
}

function inputTable(rows: readonly TemplateInput[]): readonly string[] {
  const shown = (value: TemplateInput['default']): string =>
    value === undefined
      ? 'required'
      : value === ''
        ? ''
        : `\`${typeof value === 'object' ? JSON.stringify(value) : value}\``;
  return tableLines(
    ['Input', 'Type', 'Default', 'Meaning'],
    rows.map((row) => [`\`${row.name}\``, row.type, shown(row.default), row.description]),
  );
}
