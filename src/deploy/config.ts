import { resolve } from 'node:path';
import type { Context, Host } from '../host.ts';
import type { ApiForms } from '../inputs/paths.ts';
import { fillPlaceholders, fillServices } from '../inputs/placeholders.ts';
import { readRows, wholeValues } from '../inputs/read.ts';
import { type Repository, readers } from '../inputs/readers.ts';
import { inputs, type RawInputs } from '../inputs/table.ts';
import { onlyBranch, refuseIdlePush, resolveBranches } from './branches.ts';
import {
  refuseAmbiguousNames,
  refuseBareNames,
  refuseContradictions,
  refuseNoWayBack,
  type Values,
} from './contradictions.ts';
import type { Target } from './target.ts';

export type { Repository } from '../inputs/readers.ts';

/** What counts as proof of a deploy (docs/dev/decisions/0005-verdict.md). */
export type Proof = 'rollout' | 'updated-at' | 'commit';

/** What the user asked for, every value valid. */
export interface Config {
  readonly targets: readonly Target[];
  readonly tokenName: string | undefined;
  /** The name is not from an input: it comes from the variable next to the secret. */
  readonly tokenNameIsHint?: true;
  /** Milliseconds since 1970. */
  readonly tokenExpiresMs: number | undefined;
  /** Where the commit is pushed before the deploy. */
  readonly push: Repository | undefined;
  /** Where the checkout is; an absolute path. */
  readonly checkoutFolder: string;
  /** What a push does if the branch cannot be fast-forwarded. */
  readonly nonFastForward: 'fail' | 'skip' | 'force';
  /** The commit of this run: the pushed one, or else the one it was started for. */
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
  /** The part of `timeout` before a rollback has to start: half, or all of it without rollback. */
  readonly forwardMs: number;
  readonly logs: 'stream' | 'on-failure' | 'off';
  readonly healthCheck: string | undefined;
  readonly healthCheckContains: string | undefined;
  readonly onFailure: 'keep' | 'rollback';
  readonly rollbackBranch: string | undefined;
  /** The JSON file of the job that runs before the first deploy; an absolute path. */
  readonly preDeployJob: string | undefined;
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

/**
 * RawInputs -> Config. All problems are reported at once, each with the input's name as the user
 * wrote it.
 *
 * @throws Failure `config-invalid`
 */
export function readConfig(raw: RawInputs, context: Context): Config {
  const problems: string[] = [];
  const texts = filled(raw, context, problems);
  // An input with a bad placeholder is not read further: that would only report follow-up problems.
  const readable = inputs.filter(
    ({ name }) => raw[name] === undefined || texts[name] !== undefined,
  );
  const values = readRows(readable, texts, readers, problems);
  const targets = resolveBranches(values.service ?? [], values.branch, context, problems);
  if (values['deploy-path'] !== undefined) {
    refuseAmbiguousNames(targets, values['deploy-path'], problems);
    refuseBareNames(targets, values['deploy-path'], values.wait, problems);
  }
  const pushBranch = values.branch ?? context.branch ?? onlyBranch(targets);
  if (values.push !== undefined) refuseIdlePush(targets, pushBranch, problems);
  refuseContradictions(values, problems);
  refuseNoWayBack(values, targets, pushBranch, problems);
  return toConfig(wholeValues<Values>(values, problems), targets, pushBranch, context);
}

/** The configuration of a run for another commit than the one it was started for. */
export function configOfCommit(commit: string, host: Pick<Host, 'inputs' | 'context'>): Config {
  return readConfig(host.inputs(), { ...host.context, commit });
}

/**
 * The same for a run that only reads, where the branch does not matter.
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
    return [[name, own.length === 0 ? value : undefined]];
  });
  return { ...raw, ...Object.fromEntries(texts) };
}

function toConfig(
  values: Values,
  targets: readonly Target[],
  pushBranch: string | undefined,
  context: Context,
): Config {
  const checkoutFolder = resolve(context.folder, values['working-directory'] ?? '');
  return {
    targets,
    checkoutFolder,
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
    preDeployJob:
      values['pre-deploy-job'] === undefined
        ? undefined
        : resolve(checkoutFolder, values['pre-deploy-job']),
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
