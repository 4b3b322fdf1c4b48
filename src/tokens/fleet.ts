import { baseOf, isDated } from '../auth/names.ts';
import type { Annotation } from '../host.ts';
import { daysBetween, formatDistance, formatMoment } from '../lib/duration.ts';
import type { Secret } from '../lib/secret.ts';
import type { TokenRecord } from '../outpost/model.ts';
import type { ReportConfig } from './config.ts';
import { type FleetConfig, type Holder, readHolders } from './fleet-inputs.ts';
import { holdingOf } from './holdings.ts';
import { type Inventory, readInventory } from './inventory.ts';
import { connectStore } from './open-store.ts';
import { isPast, leftBeside } from './rules.ts';
import type { TokenRun } from './run.ts';
import type { CredentialExpiry, FoundSecret, UnreadPlace } from './stores/found-secret.ts';
import { GithubFleet } from './stores/github-fleet.ts';
import { GitlabFleet } from './stores/gitlab-fleet.ts';

/** One secret of the fleet, and what the report says about it. */
interface FleetSecret extends FoundSecret {
  /** The line of the file that it was found for. */
  readonly repository: string;
  /** The token that it holds; undefined = unknown. */
  readonly held: TokenRecord | undefined;
  readonly leftovers: readonly string[];
  readonly warnings: readonly Annotation[];
}

/** What a report says about many repositories. */
export interface Fleet {
  readonly secretName: string;
  readonly secrets: readonly FleetSecret[];
  readonly unread: readonly (UnreadPlace & { readonly repository: string })[];
  readonly credentialExpiry: CredentialExpiry;
  /** The warnings, and what each is about. */
  readonly remarks: readonly { readonly name: string; readonly warnings: readonly Annotation[] }[];
  /** Milliseconds since 1970, by Outpost's clock. */
  readonly nowMs: number;
}

/** Hundreds of repositories take longer than any other command. */
const FLEET_MS = 30 * 60_000;
export const CREDENTIAL = "the store's credential";

/**
 * Looks at the secrets of all repositories in the file, one after the other. It only reads.
 *
 * @param storeToken needs to see secrets and variables, but not to write them.
 * @throws Failure `config-invalid`; `store-refused` if the store rejects the credential; and any
 *     failure to list the tokens.
 */
export async function readFleet(
  fleet: FleetConfig,
  config: ReportConfig,
  storeToken: Secret,
  run: TokenRun,
): Promise<Fleet> {
  const holders = readHolders(fleet);
  const reader = openReader(fleet, storeToken, run);
  const inventory = await readInventory(run);
  const found: (FoundSecret & { readonly repository: string })[] = [];
  const unread: Fleet['unread'][number][] = [];
  const remarks: Fleet['remarks'][number][] = [];
  for (const holder of holders) {
    const facts = await reader.read(holder);
    const repository = holder.text;
    found.push(...facts.secrets.map((one) => ({ ...one, repository })));
    unread.push(...facts.unread.map((one) => ({ ...one, repository })));
    const missing = facts.secrets.length + facts.unread.filter((one) => !one.isUsual).length === 0;
    if (missing) remarks.push({ name: repository, warnings: [noSecret(repository, fleet)] });
  }
  const secrets = judge(found, inventory, config, run);
  const credentialExpiry = isShortLived(storeToken) ? undefined : await reader.credentialExpiry();
  const { nowMs } = inventory;
  remarks.push(
    ...secrets.map(({ place, warnings }) => ({ name: place, warnings })),
    ...unread
      .filter(({ isUsual }) => !isUsual)
      .map((one) => ({ name: one.repository, warnings: [notRead(one)] })),
    { name: CREDENTIAL, warnings: credentialWarnings(credentialExpiry, config, nowMs) },
  );
  const { secretName } = fleet;
  return { secretName, secrets, unread, credentialExpiry, remarks, nowMs };
}

interface FleetReader {
  read(holder: Holder): ReturnType<GithubFleet['read']>;
  credentialExpiry(): Promise<CredentialExpiry>;
}

function openReader(
  { store, apiUrl, secretName }: FleetConfig,
  storeToken: Secret,
  run: TokenRun,
): FleetReader {
  const { connection: opened, basePath } = connectStore(apiUrl, storeToken, run);
  const connection = { ...opened, deadlineMs: run.clock.nowMs() + FLEET_MS };
  const github = new GithubFleet(connection, basePath, secretName);
  const gitlab = new GitlabFleet(connection, basePath, secretName);
  return {
    read: (holder) => (holder.kind === 'repository' ? github.read(holder) : gitlab.read(holder)),
    credentialExpiry: () => (store === 'github' ? github : gitlab).credentialExpiry(),
  };
}

/** A GitHub App's token is made for each run and expires after an hour. */
function isShortLived(storeToken: Secret): boolean {
  return storeToken.reveal().startsWith('ghs_');
}

function judge(
  found: readonly (FoundSecret & { readonly repository: string })[],
  { records, nowMs }: Inventory,
  config: ReportConfig,
  { clock }: TokenRun,
): readonly FleetSecret[] {
  const skewMs = nowMs - clock.wallMs();
  const withHeld = found.map((one) => {
    const writtenMs = one.writtenMs === undefined ? undefined : one.writtenMs + skewMs;
    const base = one.named === undefined ? config.tokenName : one.named;
    return { ...one, held: heldIn({ ...one, writtenMs }, base, records) };
  });
  const inUse = new Set(withHeld.flatMap(({ held }) => held?.name ?? []));
  return withHeld.map((one) => {
    const family = records.filter(
      ({ name }) => one.held !== undefined && baseOf(name) === baseOf(one.held.name),
    );
    const leftovers =
      one.held === undefined
        ? []
        : leftBeside(one.held, family, config.overlapMs, nowMs)
            .map(({ name }) => name)
            .filter((name) => !inUse.has(name));
    return { ...one, leftovers, warnings: warningsOf(one, records, config, nowMs) };
  });
}

/**
 * The token that a secret holds. The name beside it is only a hint: the time of the last write
 * counts more.
 *
 * @param name of the token, or its base name; undefined = its family is unknown.
 */
function heldIn(
  { place, writtenMs, named }: FoundSecret,
  name: string | undefined,
  records: readonly TokenRecord[],
): TokenRecord | undefined {
  if (name === undefined) return undefined;
  const family = records.filter((one) => baseOf(one.name) === baseOf(name));
  const exact = family.find((one) => one.name === named);
  const isDatedHint = named !== undefined && isDated(named);
  if (isDatedHint && exact === undefined && writtenMs === undefined) return undefined;
  const { candidates } = holdingOf({ place, writtenMs, named }, family);
  if (candidates.length === 1) return candidates[0];
  return isDatedHint && exact !== undefined && candidates.includes(exact) ? exact : undefined;
}

function warningsOf(
  { place, named, held }: FoundSecret & { readonly held: TokenRecord | undefined },
  records: readonly TokenRecord[],
  { expiryWarningDays }: ReportConfig,
  nowMs: number,
): readonly Annotation[] {
  const store = `Run \`token rotate\` with this place, or store an active token there.`;
  if (held === undefined) {
    const isKnown = records.some(({ name }) => name === named || baseOf(name) === named);
    return named === undefined || isKnown
      ? []
      : [
          {
            title: 'A secret may hold a token that no longer exists',
            message: `The variable beside ${place} names a token that this Outpost account doesn't have. ${store}`,
          },
        ];
  }
  const { expiresMs } = held;
  if (isPast(held, nowMs))
    return [
      {
        title: 'A secret holds a token that has expired',
        message: `${place} holds "${held.name}". ${store}`,
      },
    ];
  if (typeof expiresMs !== 'number' || daysBetween(nowMs, expiresMs) >= expiryWarningDays)
    return [];
  return [
    {
      title: 'A secret holds a token that expires soon',
      message: `${place} holds "${held.name}", which expires ${formatDistance(nowMs, expiresMs)}. ${store}`,
    },
  ];
}

function noSecret(repository: string, { secretName }: FleetConfig): Annotation {
  return {
    title: 'A repository has no such secret',
    message: `${repository} has no secret named ${secretName}. Remove the repository from the file, or set \`secret-name\`.`,
  };
}

function notRead({ place, because }: UnreadPlace): Annotation {
  return { title: "A repository couldn't be checked", message: `${place}: ${because}.` };
}

function credentialWarnings(
  expiry: CredentialExpiry,
  { expiryWarningDays }: ReportConfig,
  nowMs: number,
): readonly Annotation[] {
  if (typeof expiry !== 'number' || daysBetween(nowMs, expiry) >= expiryWarningDays) return [];
  return [
    {
      title: "The store's credential expires soon",
      message: `The token in OUTPOST_STORE_TOKEN expires on ${formatMoment(expiry)}. After that, rotations can't store a new token. Create a new one, and store it where this job reads it from.`,
    },
  ];
}
