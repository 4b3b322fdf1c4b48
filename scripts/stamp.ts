import { readFileSync } from 'node:fs';
import { inputs } from '../src/inputs/table.ts';
import { inputsOf } from '../src/inputs/token-table.ts';
import { outputs } from '../src/report/outputs.ts';
import { integrity, sha256 } from './checksums.ts';
import { outputTable, tableLines } from './markdown-table.ts';
import { type Blocks, stamp as stampFile, yamlLines } from './marked-block.ts';
import { rotationOutputs } from './rotation-outputs.ts';
import { component, fetchProgram, forms, project, remote, rotation } from './template-examples.ts';
import {
  checkInputs,
  deployInputs,
  fromTable,
  ownCheckInputs,
  ownDeployInputs,
  ownRotateInputs,
  type Row,
  rotateInputs,
  type TemplateInput,
} from './template-inputs.ts';

/**
 * Updates the generated parts of the GitLab templates: the inputs from src/inputs/table.ts, the
 * version from package.json, the SHA-256 of the program that they fetch. Also updates the tables
 * and examples in their README and docs/self-managed-gitlab.md, with the integrity of the
 * templates, and the SHA-256 in examples that fetch a program. `--check` writes nothing and fails
 * if a file differs.
 */
const DEPLOY = 'gitlab/templates/deploy.yml';
const CHECK = 'gitlab/templates/check.yml';
const ROTATE = 'gitlab/templates/rotate.yml';
const README = 'gitlab/README.md';
const PIPELINE = 'gitlab/.gitlab-ci.yml';

/** The inputs that `status` needs to ask Outpost about the services. */
const STATUS: ReadonlySet<string> = new Set([
  'service',
  'branch',
  'origin',
  'service-path',
  'api',
  'allow-debug-trace',
]);

const MAX_WIDTH = 110;

/** Set even if it's empty, so that no earlier job can set another one. */
const HINT: readonly string[] = [
  '# The name that a rotation wrote beside the token: a hint if `token-name` is empty.',
  'export OUTPOST_TOKEN_HINT="${OUTPOST_TOKEN_NAME:-}"',
];

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const deployRows = [...deployInputs.map(fromTable), ...ownDeployInputs(version)];
const checkRows = [...checkInputs.map(fromTable), ...ownCheckInputs(version)];
const rotationRows = [...rotateInputs.map(fromTable), ...ownRotateInputs(version)];
const bundle = bundleLines('cli');
const shell = {
  prepare: shellLines('prepare'),
  fetch: shellLines('fetch'),
  'clean-up': shellLines('clean-up'),
};
const deploy = stamp(DEPLOY, {
  inputs: specLines(deployRows),
  bundle,
  ...shell,
  run: [...HINT, ...unsetLines(inputs), ...runLines('deploy', deployInputs)],
  live: [...unsetLines(inputs), ...commandLines('status', statusInputs())],
});
const tokenCheck = stamp(CHECK, {
  inputs: specLines(checkRows),
  bundle,
  ...shell,
  run: [...HINT, ...unsetLines(inputs), ...runLines('check', checkInputs)],
});
const rotate = stamp(ROTATE, {
  inputs: specLines(rotationRows),
  bundle: bundleLines('token'),
  prepare: shell.prepare.map(ofRotation),
  fetch: shell.fetch.map(ofRotation),
  'clean-up': shell['clean-up'],
  run: [
    ...unsetLines([...inputsOf('rotate'), ...outputPrefix()]),
    ...runLines('rotate', rotateInputs).map(ofRotation),
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
stamp('docs/self-managed-gitlab.md', {
  forms: forms(version, {
    deploy: integrity(deploy),
    check: integrity(tokenCheck),
    rotate: integrity(rotate),
  }),
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

/** Updates the blocks of a file, and returns the file's text as it should be. */
function stamp(file: string, blocks: Blocks): string {
  return stampFile(file, blocks, 'node scripts/stamp.ts');
}

/** A part of the jobs' scripts that all templates share. */
function shellLines(name: string): readonly string[] {
  return readFileSync(`scripts/gitlab-job/${name}.sh`, 'utf8').trimEnd().split('\n');
}

function specLines(rows: readonly TemplateInput[]): readonly string[] {
  return yamlLines(rows, ({ type, description, default: value, regex, options }) => {
    return { type, description, default: value, regex, options };
  });
}

/**
 * Without these lines, a pipeline variable would set an input that is left empty. Only the
 * template's inputs count. The list has every input of the table, even those of other hosts.
 */
function unsetLines(rows: readonly Row[]): string[] {
  const names = rows.filter(({ kind }) => kind !== 'secret').map(({ name }) => variable(name));
  return [
    '# Inputs only come from the include, never from pipeline variables.',
    ...wrapped('unset', names),
  ];
}

/** The command, with each input as a literal that its regex, options or type make safe. */
function commandLines(verb: string, rows: readonly Row[]): string[] {
  const flags = rows.map(({ name }) => `--${name}='$[[ inputs.${name} ]]'`);
  return continued(`node "$outpost_program" ${verb} --host=gitlab`, flags);
}

/** The same, after comparing the program's checksum again. */
function runLines(verb: string, rows: readonly Row[]): string[] {
  return [
    'outpost_program=$(checked_program) || {',
    "  echo 'The program of outpost/deploy-action changed after it was fetched. It did not run, and nothing was deployed.'",
    '  exit 70',
    '}',
    ...commandLines(verb, rows),
  ];
}

/** The same line for the rotation's program. */
function ofRotation(line: string): string {
  return line
    .replaceAll('.outpost-deploy-program', '.outpost-token-program')
    .replace(/othing was deployed/g, 'othing was replaced');
}

/**
 * The host reads this input for every command: a pipeline variable must not rename the results of a
 * rotation either.
 */
function outputPrefix(): readonly Row[] {
  return inputs.filter(({ kind }) => kind === 'prefix');
}

function bundleLines(program: 'cli' | 'token'): readonly string[] {
  return [
    `bundle_version='${version}'`,
    `bundle_sha256='${sha256(readFileSync(`dist/${program}/index.js`))}'`,
  ];
}

/** A shell command, wrapped. */
function wrapped(start: string, words: readonly string[]): string[] {
  const lines = [start];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= MAX_WIDTH) lines.splice(-1, 1, longer);
    else lines.push(`  ${word}`);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`));
}

/** A shell command with one word per line. */
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
