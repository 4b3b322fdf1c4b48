import { skewOf } from '../lib/clock.ts';
import type { Failure } from '../lib/failure.ts';
import type { OutpostClient } from '../outpost/client.ts';
import { failureOf } from '../outpost/errors.ts';
import { formOf, type ReadForm } from '../outpost/forms.ts';
import { type Service, UNSEEN } from '../outpost/model.ts';
import type { ErrorReply } from '../outpost/reply.ts';
import type { Config } from './config.ts';
import { discover, namesIn } from './discovery.ts';
import { provesByHealth } from './health-probe.ts';
import type { Run } from './run.ts';
import { byNamespace, fullName, type Target } from './target.ts';
import { failureOfBlind, unknownService } from './unreadable.ts';

/** The state of the services before the deploy. */
export interface Baselines {
  /** Where they are read; undefined = nowhere: only the health check can prove the deploy. */
  readonly form: ReadForm | undefined;
  /** By full name. */
  readonly found: ReadonlyMap<string, Service>;
  /** Those whose health check can prove the deploy, by full name. */
  readonly provedByHealth: ReadonlySet<string>;
  /** Why a target could not be read, by full name. */
  readonly failures: ReadonlyMap<string, Failure>;
  /**
   * How far Outpost's clock is ahead of this machine's, if that matters; measured when the answer
   * arrived.
   */
  readonly skewMs: number;
}

/**
 * Reads every target as it is now. If several are in one namespace, one list request covers them
 * all, if Outpost has a list. Without `wait` nothing is read.
 */
export async function readBaselines(config: Config, run: Run): Promise<Baselines> {
  const { targets } = config;
  const [first] = targets;
  if (first === undefined || !config.wait) return unread(targets, []);
  const discovery = await discover(first, config, run);
  switch (discovery.kind) {
    case 'blind': {
      const failures = new Map([[fullName(first), failureOfBlind(first, discovery.attempts)]]);
      const [form] = discovery.attempts.map(({ path }) => formOf(path, config.api));
      // The user named this form, so the other services may still be readable with it.
      if (form !== undefined && discovery.attempts.length === 1 && targets.length > 1) {
        const rest = await readAll(targets.slice(1), new Map(), form, config, run);
        return { ...rest, failures: new Map([...failures, ...rest.failures]) };
      }
      if (!(await canProveBlindly(config, run))) return { ...unread([], []), failures };
      run.host.say(
        `${fullName(first)}: none of the known addresses returned it. Only the health check can confirm the deploy.`,
      );
      return unread(targets, targets);
    }
    case 'absent': {
      const rest = await readAll(targets.slice(1), new Map(), discovery.form, config, run);
      const failure = unknownService(first, discovery);
      return { ...rest, failures: new Map([[fullName(first), failure], ...rest.failures]) };
    }
    case 'found': {
      const { form, service, dateMs } = discovery;
      const skewMs = skewOf(run.clock, dateMs);
      const known = new Map([[fullName(first), service]]);
      return { ...(await readAll(targets, known, form, config, run)), skewMs };
    }
  }
}

function unread(targets: readonly Target[], proved: readonly Target[]): Baselines {
  return {
    form: undefined,
    found: new Map(targets.map((target) => [fullName(target), UNSEEN])),
    provedByHealth: new Set(proved.map(fullName)),
    failures: new Map(),
    skewMs: 0,
  };
}

/** A health check with a full URL does not need Outpost to tell where the service is. */
async function canProveBlindly(config: Config, run: Run): Promise<boolean> {
  const isWhole = config.healthCheck !== undefined && !config.healthCheck.startsWith('/');
  return isWhole && (await provesByHealth(config, UNSEEN, run));
}

type Found = ReadonlyMap<string, Service>;

/** What a namespace's list showed; `unlisted` = targets missing from it, or all without a list. */
interface Listed {
  readonly found: Found;
  readonly unlisted: readonly Target[];
  /** The names in it; undefined = there is no list. */
  readonly names: readonly string[] | undefined;
}

async function readAll(
  targets: readonly Target[],
  known: Found,
  form: ReadForm,
  config: Config,
  run: Run,
): Promise<Baselines> {
  const client = run.client.at(form);
  const found = new Map(known);
  const failures = new Map<string, Failure>();
  let { list } = form;
  await Promise.all(
    [...byNamespace(targets)].map(async ([namespace, group]) => {
      const listed = await readList(namespace, group, known, client);
      for (const [name, service] of listed.found) found.set(name, service);
      for (const target of listed.unlisted) {
        const reply = await client.service(target);
        if (reply.kind === 'value') {
          found.set(fullName(target), reply.value);
          // The list is missing a service that exists, so it cannot replace single reads.
          if (group.length > 1) list = undefined;
        } else
          failures.set(fullName(target), await failureOfOne(target, reply, listed.names, client));
      }
    }),
  );
  const proofs = await Promise.all(
    [...found].map(async ([name, service]) =>
      (await provesByHealth(config, service, run)) ? [name] : [],
    ),
  );
  const provedByHealth = new Set(proofs.flat());
  return { form: { ...form, list }, found, provedByHealth, failures, skewMs: 0 };
}

async function readList(
  namespace: string | undefined,
  group: readonly Target[],
  known: Found,
  client: OutpostClient,
): Promise<Listed> {
  const unknown = group.filter((target) => !known.has(fullName(target)));
  const none: Listed = { found: new Map(), unlisted: unknown, names: undefined };
  if (group.length === 1 || client.form.list === undefined) return none;
  const reply = await client.services(namespace);
  if (reply.kind !== 'value') return none;
  const byName = new Map(reply.value.services.map((service) => [service.name, service]));
  const found = group.flatMap((target) => {
    const service = byName.get(target.service);
    return service === undefined ? [] : [[fullName(target), service] as const];
  });
  return {
    found: new Map(found),
    unlisted: group.filter((target) => !byName.has(target.service)),
    names: [...byName.keys()],
  };
}

/** For a service that does not exist: suggests existing names, if a list can be read. */
async function failureOfOne(
  target: Target,
  reply: ErrorReply,
  listed: readonly string[] | undefined,
  client: OutpostClient,
): Promise<Failure> {
  const failure = failureOf(reply, { attempted: `Reading ${fullName(target)}` });
  if (reply.kind !== 'refused' || reply.status !== 404) return failure;
  const names = listed ?? (await namesIn(target, client));
  return names === undefined || names.includes(target.service)
    ? failure
    : unknownService(target, { names, requestId: reply.refusal.requestId });
}
