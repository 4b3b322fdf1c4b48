import { resolve } from 'node:path';
import type { Context, Host } from '../host.ts';
import type { ApiForms } from '../inputs/paths.ts';
import { fillPlaceholders, fillServices } from '../inputs/placeholders.ts';
import { readRows, type ValuesOf, wholeValues } from '../inputs/read.ts';
import { type Repository, readers } from '../inputs/readers.ts';
import { inputs, type RawInputs } from '../inputs/table.ts';
import { onlyBranch, refuseIdlePush, resolveBranches } from './branches.ts';
import { fullName, type Target } from './target.ts';

export type { Repository } from '../inputs/readers.ts';

/** What counts as proof of a deploy (docs/decisions/0005). */
export type Proof = 'rollout' | 'updated-at' | 'commit';

/** What the user asked for, every value valid. */
export interface Config {
  readonly targets: readonly Target[];
  readonly tokenName: string | undefined;
  /** The name was not given as an input: it comes from the variable beside the secret. */
  readonly tokenNameIsHint?: true;
  /** Milliseconds since 1970. */
  readonly tokenExpiresMs: number | undefined;
  /** Where the commit is pushed before the deploy. */
  readonly push: Repository | undefined;
  /** Where the checkout is; an absolute path. */
  readonly checkoutFolder: string;
  /** What a push does where the branch cannot be fast-forwarded. */
  readonly nonFastForward: 'fail' | 'skip' | 'force';
  /** The commit that this run is about: the one that is pushed, else the one it was started for. */
  readonly commit: string | undefined;
  /** The branch there. */
  readonly pushBranch: string | undefined;
  /** For git; undefined = the namespace of `push`. */
  readonly username: string | undefined;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly proof: Proof;
  /** How long a running service must hold. */
  readonly stableForMs: number;
  /** What of it is there until a rollback must begin: half, or all where none is asked for. */
  readonly forwardMs: number;
  readonly logs: 'stream' | 'on-failure' | 'off';
  readonly healthCheck: string | undefined;
  readonly healthCheckContains: string | undefined;
  readonly onFailure: 'keep' | 'rollback';
  readonly rollbackBranch: string | undefined;
  readonly dryRun: boolean;
  readonly expiryWarningDays: number;
  readonly leastPrivilege: 'off' | 'warn' | 'error';
  readonly leakScan: 'off' | 'warn' | 'error';
  readonly maxParallel: number;
  readonly origin: URL;
  readonly deployPath: string;
  /** Where a service is read; undefined = the known forms are tried. */
  readonly servicePath: string | undefined;
  readonly api: ApiForms;
  readonly allowUnsafeTrigger: boolean;
  readonly allowDebugTrace: boolean;
}

type Values = ValuesOf<(typeof inputs)[number], typeof readers>;

/**
 * RawInputs -> Config. All problems are reported at once, each with the input's name as the user
 * wrote it.
 *
 * @throws Failure `config-invalid`
 */
export function readConfig(raw: RawInputs, context: Context): Config {
  const problems: string[] = [];
  const values = readRows(inputs, filled(raw, context, problems), readers, problems);
  const targets = resolveBranches(values.service ?? [], values.branch, context, problems);
  if (values['deploy-path'] !== undefined) {
    refuseAmbiguousNames(targets, values['deploy-path'], problems);
    refuseBareNames(targets, values['deploy-path'], values.wait, problems);
  }
  const pushBranch = values.branch ?? context.branch ?? onlyBranch(targets);
  if (values.push !== undefined) refuseIdlePush(targets, pushBranch, problems);
  refuseContradictions(values, problems);
  return toConfig(wholeValues<Values>(values, problems), targets, pushBranch, context);
}

/** The configuration of a run that is about another commit than the one it was started for. */
export function configOfCommit(commit: string, host: Pick<Host, 'inputs' | 'context'>): Config {
  return readConfig(host.inputs(), { ...host.context, commit });
}

/**
 * The same of a run that only reads: the branch of a deploy is part of no answer.
 *
 * @throws Failure `config-invalid`
 */
export function readConfigOfRead(raw: RawInputs, context: Context): Config {
  const { push: _, ...read } = raw;
  const branch = raw.branch ?? context.branch ?? 'any';
  const config = readConfig({ ...read, branch }, context);
  return { ...config, wait: true, healthCheckContains: undefined };
}

/** Inputs that may name the run. */
const NAMING_INPUTS = ['service', 'branch', 'health-check', 'health-check-contains'] as const;

function filled(raw: RawInputs, context: Context, problems: string[]): RawInputs {
  const texts = NAMING_INPUTS.flatMap((name) => {
    const text = raw[name];
    if (text === undefined) return [];
    const own: string[] = [];
    const fill = name === 'service' ? fillServices : fillPlaceholders;
    const value = fill(text, context, own);
    problems.push(...own.map((problem) => `\`${name}\`: ${problem}`));
    return [[name, value]];
  });
  return { ...raw, ...Object.fromEntries(texts) };
}

/**
 * The documented deploy path names no namespace, so Outpost could not tell two services of one name
 * apart.
 */
function refuseAmbiguousNames(
  targets: readonly Target[],
  deployPath: string,
  problems: string[],
): void {
  if (deployPath.includes('{namespace}')) return;
  const firstByName = new Map<string, Target>();
  for (const target of targets) {
    const first = firstByName.get(target.service);
    if (first === undefined) firstByName.set(target.service, target);
    else
      problems.push(
        `\`service\`: ${fullName(first)} and ${fullName(target)} have one name, and the deploy call names no namespace: deploy them in two steps with a token each, or set \`deploy-path\` to a form with {namespace}`,
      );
  }
}

/** Only the documented deploy call can do without the namespace, and only where nothing is read. */
function refuseBareNames(
  targets: readonly Target[],
  deployPath: string,
  wait: boolean | undefined,
  problems: string[],
): void {
  for (const { service } of targets.filter(({ namespace }) => namespace === undefined))
    if (wait !== false)
      problems.push(
        `\`service\`: \`${service}\` is not \`namespace/name\`; the name alone is enough only with \`wait: false\`, which reads nothing`,
      );
    else if (deployPath.includes('{namespace}'))
      problems.push(`\`service\`: \`${service}\` has no namespace, which \`deploy-path\` names`);
}

/** Inputs that are good one by one and make no sense together. */
function refuseContradictions(values: Partial<Values>, problems: string[]): void {
  const { wait, push } = values;
  if (
    values['on-failure'] === 'rollback' &&
    push === undefined &&
    values['rollback-branch'] === undefined
  ) {
    problems.push(
      '`on-failure: rollback` needs `push` (its branch goes back) or `rollback-branch` (which is deployed)',
    );
  }
  if (values['health-check-contains'] !== undefined && values['health-check'] === undefined) {
    problems.push(
      '`health-check-contains` needs `health-check`: the address whose answer must hold the text',
    );
  }
  if (
    wait === false &&
    (values['health-check'] !== undefined ||
      values['on-failure'] === 'rollback' ||
      values.proof === 'commit')
  ) {
    problems.push(
      '`wait: false` ends before there is a rollout to check: leave out `health-check`, `on-failure` and `proof`, or `wait`',
    );
  }
  const absolute = values['health-check'] !== undefined && !values['health-check'].startsWith('/');
  // Stryker disable next-line ArrayDeclaration: one service is not several
  if (absolute && (values.service ?? []).length > 1) {
    problems.push(
      '`health-check`: one address cannot speak for several services: give a path such as `/healthz`, which each endpoint is asked for',
    );
  }
}

function toConfig(
  values: Values,
  targets: readonly Target[],
  pushBranch: string | undefined,
  context: Context,
): Config {
  return {
    targets,
    checkoutFolder: resolve(context.folder, values['working-directory'] ?? '.'),
    nonFastForward: values['non-fast-forward'],
    commit: context.commit,
    tokenName: values['token-name'] ?? context.tokenNameHint,
    ...(values['token-name'] === undefined && context.tokenNameHint !== undefined
      ? { tokenNameIsHint: true }
      : {}),
    tokenExpiresMs: values['token-expires'],
    push: values.push,
    pushBranch,
    username: values.username,
    wait: values.wait,
    timeoutMs: values.timeout,
    proof: values.proof,
    stableForMs: values['stable-for'],
    forwardMs: values['on-failure'] === 'rollback' ? values.timeout / 2 : values.timeout,
    logs: values.logs,
    healthCheck: values['health-check'],
    healthCheckContains: values['health-check-contains'],
    onFailure: values['on-failure'],
    rollbackBranch: values['rollback-branch'],
    dryRun: values['dry-run'],
    expiryWarningDays: values['expiry-warning'],
    leastPrivilege: values['least-privilege'],
    leakScan: values['leak-scan'],
    maxParallel: values['max-parallel'],
    origin: values.origin,
    deployPath: values['deploy-path'],
    servicePath: values['service-path'],
    api: values.api ?? {},
    allowUnsafeTrigger: values['allow-unsafe-trigger'],
    allowDebugTrace: values['allow-debug-trace'],
  };
}
