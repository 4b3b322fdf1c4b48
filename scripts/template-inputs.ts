import { type Input, inputs } from '../src/inputs/table.ts';
import { inputsOf, type TokenInput, type TokenInputKind } from '../src/inputs/token-table.ts';

/** A row of one of the tables of inputs. */
export type Row = Input | TokenInput;

/** One input of a GitLab template. */
export interface TemplateInput {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean' | 'array';
  readonly description: string;
  /** Absent if the input is required: on GitLab, an input without a default is. */
  readonly default?: string | number | boolean | readonly object[];
  /**
   * Works in RE2 (GitLab) and JavaScript (gitlab-ci-local). Always anchored, because GitLab doesn't
   * anchor it.
   */
  readonly regex?: string;
  readonly options?: readonly string[];
}

/**
 * The characters of values that become script literals in single quotes. No quote, `$`, backtick or
 * backslash. Line breaks only between services. Spaces only there and in token names, which people
 * do write with spaces. The command reports any other problem.
 */
const NAME = '[A-Za-z0-9][A-Za-z0-9._-]*';
const PLACE = '[a-z]+(:[A-Za-z0-9._/-]+)?(@[A-Za-z0-9._/*-]+)?';
/** Braces are for placeholders. */
const TARGET = `(${NAME}/)?[A-Za-z0-9{][A-Za-z0-9._{}-]*(@[A-Za-z0-9_{][A-Za-z0-9._/+#{}-]*)?`;

const shapes: Readonly<
  Record<Exclude<TokenInputKind, 'secret' | 'choice'>, Pick<TemplateInput, 'type' | 'regex'>>
> = {
  targets: { type: 'string', regex: `^[ ,\\n-]*${TARGET}([ ,\\n][ ,\\n-]*${TARGET})*[ ,\\n]*$` },
  branch: { type: 'string', regex: '^([A-Za-z0-9_{][A-Za-z0-9._/+#@:{}-]*)?$' },
  repository: { type: 'string', regex: '^([A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9._-]+)?$' },
  check: {
    type: 'string',
    regex: '^(/[A-Za-z0-9._~:/%?=+{}-]*|https?://[A-Za-z0-9._~:/%?=+{}-]+)?$',
  },
  text: { type: 'string', regex: '^[A-Za-z0-9 ._@/+:()#-]*$' },
  moment: { type: 'string', regex: '^[0-9TtZz:+.-]*$' },
  boolean: { type: 'boolean' },
  duration: { type: 'string', regex: '^([0-9]+[hms])+$' },
  days: { type: 'number' },
  count: { type: 'number' },
  origin: { type: 'string', regex: '^https?://[A-Za-z0-9.:-]+/?$' },
  path: { type: 'string', regex: '^/[A-Za-z0-9._~{}/-]*$' },
  'service-path': { type: 'string', regex: '^(auto|/[A-Za-z0-9._~{}/-]*)$' },
  'api-forms': { type: 'string', regex: '^[A-Za-z0-9 =,._~{}/-]*$' },
  folder: { type: 'string', regex: '^[A-Za-z0-9 ._@/+:(){}#-]*$' },
  file: { type: 'string', regex: '^[A-Za-z0-9 ._@/+:(){}#-]*$' },
  prefix: { type: 'string', regex: '^[A-Za-z_][A-Za-z0-9_]*$' },
  'base-name': { type: 'string', regex: '^[A-Za-z0-9 ._@/+:()#-]+$' },
  scopes: { type: 'string', regex: '^([a-z_:]+(,[a-z_:]+)*)?$' },
  places: { type: 'string', regex: `^(${PLACE}([ ,]+${PLACE})*)?$` },
  span: { type: 'string', regex: '^([0-9]+[dhms])+$' },
  form: { type: 'string', regex: '^(GET|POST|PUT|DELETE) /[A-Za-z0-9._~{}/-]*$' },
  api: { type: 'string', regex: '^(https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~/-]*)?)?$' },
  variable: { type: 'string', regex: '^[A-Za-z_][A-Za-z0-9_]*$' },
};

/**
 * Values that need more characters than others: `review/*` is an environment scope, and not a
 * pattern in single quotes. Braces are for placeholders such as {commit}.
 */
const wider: Readonly<Record<string, string>> = {
  'environment-scope': '^[A-Za-z0-9 ._@/+:()#*-]*$',
  'health-check-contains': '^[A-Za-z0-9 ._@/+:(){}#-]*$',
};

/**
 * What a template adds to the table's description. Nothing else may differ
 * (test/gitlab/parity.test.ts).
 */
export const additions: Readonly<Record<string, string>> = {
  api: ' On GitLab: on one line, separated by blanks.',
};

/**
 * The rows of the table that a template has. The token isn't one of them, because GitLab stores
 * inputs with the pipeline.
 */
export const tableInputs: readonly Row[] = onGitlab(inputs);

function onGitlab(rows: readonly Row[]): readonly Row[] {
  return rows.filter(
    ({ kind, hosts }) => kind !== 'secret' && (hosts === undefined || hosts.includes('gitlab')),
  );
}

export function fromTable(input: Row): TemplateInput {
  const { name, kind, required } = input;
  if (kind === 'secret') throw new Error(`${name} is a secret and cannot be an input on GitLab`);
  const shape =
    kind === 'choice'
      ? { type: 'string' as const, options: input.choices ?? [] }
      : { ...shapes[kind], ...regexOf(name) };
  const description = `${input.description}${additions[name] ?? ''}`;
  return {
    name,
    ...shape,
    description,
    ...(required === true ? {} : { default: typed(shape.type, input.default ?? '') }),
  };
}

function regexOf(name: string): Pick<TemplateInput, 'regex'> {
  return wider[name] === undefined ? {} : { regex: wider[name] };
}

function typed(type: TemplateInput['type'], text: string): string | number | boolean {
  if (type === 'boolean') return text === 'true';
  return type === 'number' ? Number(text) : text;
}

const keywords = {
  image: {
    name: 'image',
    type: 'string',
    default: 'node:24-alpine',
    description: 'The image of the job: any image with Node 20 or later and a POSIX shell.',
  },
  rules: {
    name: 'rules',
    type: 'array',
    default: [{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }],
    description:
      'When the job runs: the `rules` of the job. Default: pipelines of the default branch.',
  },
  environment: {
    name: 'environment',
    type: 'string',
    default: 'production',
    // The characters that GitLab allows. This value is only used in keywords, so it can contain
    // variables.
    regex: '^[A-Za-z0-9_$][A-Za-z0-9_/${}. -]*$',
    description: "The job's environment. The job can read its variables (OUTPOST_TOKEN).",
  },
} as const satisfies Readonly<Record<string, TemplateInput>>;

function bundleUrl(version: string, program = 'cli'): TemplateInput {
  return {
    name: 'bundle-url',
    type: 'string',
    default: `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/${program}/index.js`,
    regex: '^(https?://[A-Za-z0-9.:-]+/[A-Za-z0-9._~/%+@-]*|[A-Za-z0-9._/][A-Za-z0-9._/@+-]*)$',
    description:
      'Where to fetch the program from: this address, a mirror of it, or a path in the checkout or the image. The template has its SHA-256.',
  };
}

function jobName(value: string): TemplateInput {
  return {
    name: 'job-name',
    type: 'string',
    default: value,
    // It's part of the resource group, which allows fewer characters than a job's name.
    regex: '^[A-Za-z0-9][A-Za-z0-9_. -]*$',
    description:
      'The name of the job. Two includes in one pipeline need two names: if they use the same one, GitLab silently keeps only the last.',
  };
}

function stage(value: string): TemplateInput {
  return { name: 'stage', type: 'string', default: value, description: 'The stage of the job.' };
}

/** The inputs of templates/deploy.yml that only GitLab has. */
export function ownDeployInputs(version: string): readonly TemplateInput[] {
  const tier: TemplateInput = {
    name: 'environment-tier',
    type: 'string',
    default: 'auto',
    options: ['auto', 'production', 'staging', 'testing', 'development', 'other'],
    description:
      'The tier of the environment; `auto` lets GitLab derive it from the name. GitLab uses it only when it creates the environment.',
  };
  return [
    jobName('outpost-deploy'),
    stage('deploy'),
    keywords.image,
    keywords.rules,
    keywords.environment,
    tier,
    bundleUrl(version),
  ];
}

/** The inputs of templates/check.yml that only GitLab has. */
export function ownCheckInputs(version: string): readonly TemplateInput[] {
  const strict: TemplateInput = {
    name: 'strict',
    type: 'boolean',
    default: false,
    description:
      'Fail the pipeline if the token cannot be used. Without it, the job ends with a warning and the pipeline goes on.',
  };
  return [
    jobName('outpost-check'),
    stage('.pre'),
    strict,
    keywords.image,
    keywords.rules,
    keywords.environment,
    bundleUrl(version),
  ];
}

/** Rows of the table that a check doesn't use. */
const notChecked: ReadonlySet<string> = new Set([
  'wait',
  'logs',
  'dry-run',
  'max-parallel',
  'dotenv-prefix',
  'non-fast-forward',
]);

export const deployInputs: readonly Row[] = tableInputs;
export const checkInputs: readonly Row[] = tableInputs.filter(({ name }) => !notChecked.has(name));

/** The inputs of templates/rotate.yml that only GitLab has. */
export function ownRotateInputs(version: string): readonly TemplateInput[] {
  const rules: TemplateInput = {
    ...keywords.rules,
    default: [{ if: '$CI_PIPELINE_SOURCE == "schedule"' }],
    description: 'When the job runs: the `rules` of the job. Default: scheduled pipelines.',
  };
  const environment: TemplateInput = {
    ...keywords.environment,
    description:
      "The job's environment. The job can read its variables (OUTPOST_TOKEN, OUTPOST_STORE_TOKEN).",
  };
  return [
    jobName('outpost-rotate'),
    stage('deploy'),
    keywords.image,
    rules,
    environment,
    bundleUrl(version, 'token'),
  ];
}

/** Everything that the command would read from a variable, and what the template allows of it. */
export const rotateRows: readonly Row[] = onGitlab(inputsOf('rotate'));
/** The template is only for GitLab's own variables, and its `environment` is the job's. */
const notHere: ReadonlySet<string> = new Set([
  'store',
  'repository',
  'environment',
  'organization',
]);
export const rotateInputs: readonly Row[] = rotateRows.filter(({ name }) => !notHere.has(name));
