import type { OutpostClient } from '../outpost/client.ts';
import { failureOf, isApiError } from '../outpost/errors.ts';
import { formOf, type ReadForm, servicePaths } from '../outpost/forms.ts';
import type { Service } from '../outpost/model.ts';
import type { ErrorReply } from '../outpost/reply.ts';
import type { Config } from './config.ts';
import type { Run } from './run.ts';
import { fullName, type Target } from './target.ts';
import type { FormAttempt } from './unreadable.ts';

/** Where services can be read, and the state of the requested one. */
export type Discovery =
  | {
      readonly kind: 'found';
      readonly form: ReadForm;
      readonly service: Service;
      readonly dateMs: number | undefined;
    }
  /** Services can be listed there, and this one is not in the list. */
  | {
      readonly kind: 'absent';
      readonly form: ReadForm;
      readonly names: readonly string[];
      readonly requestId: string | undefined;
    }
  /** No form shows it. */
  | { readonly kind: 'blind'; readonly attempts: readonly FormAttempt[] };

/**
 * Tries the known forms one by one until one proves itself: by an answer with this service, in no
 * other namespace, with a status. GETs only, at most eight: one per form, plus one that tells a
 * misspelled name or a dead token from an address that does not exist.
 * docs/dev/decisions/0004-forms.md
 *
 * @throws Failure if no other form could help: `unavailable`, `rate-limited`, `token-rejected`.
 */
export async function discover(target: Target, config: Config, run: Run): Promise<Discovery> {
  const paths = pathsToTry(config, run);
  const attempts: FormAttempt[] = [];
  for (const path of paths) {
    const form = formOf(path, config.api);
    const client = run.client.at(form);
    const isLikely = attempts.length === 0;
    const reply = await (paths.length === 1
      ? client.service(target)
      : client.tryService(target, isLikely));
    if (reply.kind === 'value') {
      sayForm(path, config, run);
      return { kind: 'found', form, service: reply.value, dateMs: reply.dateMs };
    }
    if (isOfEveryForm(reply)) throw failureOf(reply, { attempted: `Reading ${fullName(target)}` });
    const isFirst = firstQuestionable(attempts) === undefined;
    attempts.push({ path, reply });
    const absent =
      isFirst && isUnknownName(reply) ? await lookForName(target, form, reply, run) : undefined;
    if (absent !== undefined) return absent;
  }
  const first = firstQuestionable(attempts);
  if (first !== undefined && isUnauthorized(first)) await assertAlive(target, first, run);
  return { kind: 'blind', attempts };
}

/** The form set by the user, or all of them, starting with the one found by an earlier step. */
function pathsToTry({ servicePath }: Config, { host }: Run): readonly string[] {
  if (servicePath !== undefined) return [servicePath];
  const known = servicePaths[host.keptForm?.() ?? 0];
  return known === undefined
    ? servicePaths
    : [known, ...servicePaths.filter((path) => path !== known)];
}

/** Logs the setting that would save requests, and keeps the form for later steps. */
function sayForm(path: string, { servicePath }: Config, { host }: Run): void {
  const number = servicePaths.indexOf(path);
  if (servicePath !== undefined || number <= 0) return;
  host.say(
    `Outpost shows its services at ${path}. Set \`service-path: ${path}\` to skip trying other addresses first.`,
  );
  host.keepForm?.(number);
}

/** Replies that would be the same at every address. */
function isOfEveryForm(reply: ErrorReply): boolean {
  if (reply.kind === 'refused') return reply.status === 429 || reply.challenge !== undefined;
  return reply.kind !== 'misshapen';
}

/** The API does not know the service, or the address: the status is the same for both. */
function isUnknownName(reply: ErrorReply): boolean {
  return reply.kind === 'refused' && reply.status === 404 && isApiError(reply);
}

function isUnauthorized(reply: ErrorReply): boolean {
  return reply.kind === 'refused' && reply.status === 401;
}

function firstQuestionable(attempts: readonly FormAttempt[]): ErrorReply | undefined {
  return attempts
    .map(({ reply }) => reply)
    .find((reply) => isUnknownName(reply) || isUnauthorized(reply));
}

/** If the form's list can be read, a service that is not in it does not exist. */
async function lookForName(
  target: Target,
  form: ReadForm,
  reply: ErrorReply,
  run: Run,
): Promise<Extract<Discovery, { kind: 'absent' }> | undefined> {
  const names = await namesIn(target, run.client.at(form));
  if (names === undefined || names.includes(target.service)) return undefined;
  const requestId = reply.kind === 'refused' ? reply.refusal.requestId : undefined;
  return { kind: 'absent', form, names, requestId };
}

/** The names in a namespace; undefined = they cannot be listed. */
export async function namesIn(
  { namespace }: Target,
  client: OutpostClient,
): Promise<readonly string[] | undefined> {
  if (client.form.list === undefined) return undefined;
  const reply = await client.services(namespace, 1);
  return reply.kind === 'value' ? reply.value.services.map(({ name }) => name) : undefined;
}

/**
 * Web pages answer a token with 401 too. The token is dead only if an address that needs nothing
 * but a token also refuses it.
 */
async function assertAlive(target: Target, refusal: ErrorReply, run: Run): Promise<void> {
  const reply = await run.client.user();
  if (reply.kind !== 'value' && isUnauthorized(reply))
    throw failureOf(refusal, { attempted: `Reading ${fullName(target)}` });
}
