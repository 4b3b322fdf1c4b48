import { readRows, type ValuesOf, wholeValues } from '../inputs/read.ts';
import type { WrittenTarget } from '../inputs/services.ts';
import {
  inputsOf,
  type RawTokenInputs,
  type RowOf,
  type TokenVerb,
} from '../inputs/token-table.ts';
import type { TokenRoutes } from '../outpost/token-client.ts';
import { type FleetConfig, readFleetConfig } from './fleet-inputs.ts';
import { readStores, type StoreDefaults, type Stores } from './place-inputs.ts';
import { tokenReaders } from './readers.ts';

/** The configuration that all token commands share. */
export interface TokenConfig {
  readonly origin: URL;
  /** The undocumented requests that the command sends. */
  readonly routes: Partial<TokenRoutes>;
  readonly allowUnsafeTrigger: boolean;
  readonly allowDebugTrace: boolean;
}

export interface ReportConfig extends TokenConfig {
  readonly tokenName: string | undefined;
  readonly neededScopes: readonly string[];
  readonly services: readonly WrittenTarget[];
  readonly leastPrivilege: 'off' | 'warn' | 'error';
  readonly expiryWarningDays: number;
  readonly unusedWarningDays: number;
  /** How long an older token may exist beside the one in use; milliseconds. */
  readonly overlapMs: number;
  readonly strict: boolean;
  readonly json: boolean;
  /** undefined = the report doesn't look at repositories. */
  readonly fleet: FleetConfig | undefined;
}

export interface ListConfig extends TokenConfig {
  readonly json: boolean;
}

export interface RevokeConfig extends TokenConfig {
  readonly json: boolean;
}

/** Of `create` and `compromised`. */
export interface CreateConfig extends TokenConfig, Stores {
  readonly expiresInDays: number;
  /** undefined = those of the previous token. */
  readonly scopes: readonly string[] | undefined;
  readonly json: boolean;
}

export interface RotateConfig extends TokenConfig, Stores {
  readonly tokenName: string;
  readonly strategy: 'replace' | 'regenerate';
  readonly expiresInDays: number;
  /** undefined = those of the token that it replaces. */
  readonly scopes: readonly string[] | undefined;
  /** How long the old token stays alive, in milliseconds. */
  readonly overlapMs: number;
  /** A younger token is left alone; milliseconds. */
  readonly rotateAfterMs: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

type Values<Verb extends TokenVerb> = ValuesOf<RowOf<Verb>, typeof tokenReaders>;
type Given = Partial<Values<'rotate'>>;

function read<Verb extends TokenVerb>(
  verb: Verb,
  raw: RawTokenInputs,
  problems: string[],
): Partial<Values<Verb>> {
  return readRows(inputsOf(verb), raw, tokenReaders, problems);
}

function readWhole<Verb extends TokenVerb>(verb: Verb, raw: RawTokenInputs): Values<Verb> {
  const problems: string[] = [];
  return wholeValues<Values<Verb>>(read(verb, raw, problems), problems);
}

function common(
  values: Pick<Values<'list'>, 'origin' | 'list-form' | 'allow-debug-trace'>,
): TokenConfig {
  return {
    origin: values.origin,
    routes: { list: values['list-form'] },
    // A command that changes nothing is safe with any trigger.
    allowUnsafeTrigger: false,
    allowDebugTrace: values['allow-debug-trace'],
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readReportConfig(raw: RawTokenInputs, defaults: StoreDefaults): ReportConfig {
  const problems: string[] = [];
  const given = read('report', raw, problems);
  const fleet = readFleetConfig(given, defaults, problems);
  const values = wholeValues<Values<'report'>>(given, problems);
  return {
    fleet,
    ...common(values),
    tokenName: values['token-name'],
    neededScopes: values['needed-scopes'],
    services: values.service ?? [],
    leastPrivilege: values['least-privilege'],
    expiryWarningDays: values['expiry-warning'],
    unusedWarningDays: values['unused-warning'],
    overlapMs: values.overlap,
    strict: values.strict,
    json: values.json,
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readListConfig(raw: RawTokenInputs): ListConfig {
  const values = readWhole('list', raw);
  return { ...common(values), json: values.json };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readRevokeConfig(raw: RawTokenInputs): RevokeConfig {
  const values = readWhole('revoke', raw);
  return {
    ...common(values),
    routes: { list: values['list-form'], revoke: values['revoke-form'] },
    json: values.json,
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readCreateConfig(raw: RawTokenInputs, defaults: StoreDefaults): CreateConfig {
  const problems: string[] = [];
  const given = read('create', raw, problems);
  const stores = readStores(given, defaults, problems);
  const values = wholeValues<Values<'create'> & { readonly stores: NonNullable<typeof stores> }>(
    { ...given, stores },
    problems,
  );
  return {
    ...common(values),
    routes: { list: values['list-form'], revoke: values['revoke-form'] },
    expiresInDays: Number(values['expires-in-days']),
    scopes: values.scopes,
    json: values.json,
    secretName: values['secret-name'],
    ...values.stores,
  };
}

/** @throws Failure `config-invalid` with all problems at once. */
export function readRotateConfig(raw: RawTokenInputs, defaults: StoreDefaults): RotateConfig {
  const problems: string[] = [];
  const given = read('rotate', raw, problems);
  const stores = readStores(given, defaults, problems);
  checkTimes(given, problems);
  const values = wholeValues<Values<'rotate'> & { readonly stores: NonNullable<typeof stores> }>(
    { ...given, stores },
    problems,
  );
  return {
    ...common(values),
    routes: {
      list: values['list-form'],
      revoke: values['revoke-form'],
      regenerate: values['regenerate-form'],
    },
    allowUnsafeTrigger: values['allow-unsafe-trigger'],
    tokenName: values['token-name'],
    strategy: values.strategy,
    expiresInDays: Number(values['expires-in-days']),
    scopes: values.scopes,
    overlapMs: values.strategy === 'regenerate' ? 0 : values.overlap,
    rotateAfterMs: values['rotate-after'],
    dryRun: values['dry-run'],
    json: values.json,
    secretName: values['secret-name'],
    ...values.stores,
  };
}

const OVERLAP_DEFAULT_MS = 12 * 3_600_000;
const DAY_MS = 86_400_000;

function checkTimes(given: Given, problems: string[]): void {
  const {
    strategy,
    overlap = 0,
    'rotate-after': after = 0,
    'expires-in-days': days = '30',
  } = given;
  if (strategy === 'regenerate' && overlap !== 0 && overlap !== OVERLAP_DEFAULT_MS)
    problems.push('`overlap` needs `strategy: replace`: `regenerate` ends the old value at once');
  if (after + overlap >= Number(days) * DAY_MS)
    problems.push(
      '`rotate-after` and `overlap` together must be shorter than `expires-in-days`, or the token expires first',
    );
}
