import { Failure } from '../lib/failure.ts';
import { nearest } from '../lib/suggest.ts';
import { failureOf, isApiError, replyInBrief } from '../outpost/errors.ts';
import type { ErrorReply } from '../outpost/reply.ts';
import { fullName, type Target } from './target.ts';

/** The answer of a form that did not work. */
export interface FormAttempt {
  /** The path template. */
  readonly path: string;
  readonly reply: ErrorReply;
}

/** For a name that is not in the list of its namespace. */
export function unknownService(
  target: Target,
  {
    names,
    requestId,
  }: { readonly names: readonly string[]; readonly requestId: string | undefined },
): Failure {
  const suggestions = nearest(target.service, names).map(
    (name) => `\`${target.namespace}/${name}\``,
  );
  return new Failure({
    code: 'not-found',
    attempted: `Reading ${fullName(target)}`,
    happened: 'Outpost has no such service, or this token cannot see it',
    hint:
      suggestions.length > 0
        ? `Did you mean ${suggestions.join(' or ')}? Change the input \`service\`.`
        : `The namespace \`${target.namespace}\` has ${names.length === 0 ? 'no services' : `the services ${names.slice(0, 10).join(', ')}`}. Change the input \`service\`, or create the service in Outpost first.`,
    requestId,
  });
}

/**
 * Why no form shows a service: a definite answer if there is one, else everything that was tried.
 */
export function failureOfBlind(target: Target, attempts: readonly FormAttempt[]): Failure {
  const attempted = `Reading ${fullName(target)}`;
  const replies = attempts.map(({ reply }) => reply);
  const [likeliest] = replies;
  if (likeliest !== undefined && replies.length === 1)
    return failureOf(likeliest, { attempted, notFound: CHECK_PATH, moved: CHECK_PATH });
  const outage = replies.find(isOutage);
  if (outage !== undefined) return failureOf(outage, { attempted });
  const refusal = replies.find((reply) => isDocumented(reply, 403));
  if (refusal !== undefined) return failureOf(refusal, { attempted });
  const asked = attempts.map(
    ({ path, reply }) => `- GET ${filled(path, target)}: ${replyInBrief(reply)}`,
  );
  if (likeliest?.kind === 'refused' && isDocumented(likeliest, 404))
    return new Failure({
      code: 'not-found',
      attempted,
      happened: `Outpost has no such service, this token cannot see it, or your Outpost shows it at another address. Tried:\n${asked.join('\n')}`,
      hint: `Check the namespace \`${target.namespace}\` and the name in the input \`service\`. If both are right: ${CHOICES}`,
      requestId: likeliest.refusal.requestId,
    });
  return new Failure({
    code: 'service-unreadable',
    attempted,
    happened: `none of the known addresses returned it. Tried:\n${asked.join('\n')}`,
    hint: `Nothing was deployed. ${CHOICES[0]?.toUpperCase()}${CHOICES.slice(1)}`,
  });
}

const CHECK_PATH =
  'Check the inputs `service` and `service-path`. Without `service-path`, every known address is tried.';
const CHOICES =
  'set the input `service-path` to the path where your Outpost shows a service (`outpost-deploy probe` helps you find it), prove the deploy with a health check (a full URL and `health-check-contains: "{commit:7}"`), or use `wait: false`, which reads nothing and only reports that Outpost accepted the call.';

/** It may be temporary, and the address may be the right one. */
function isOutage(reply: ErrorReply): boolean {
  return (
    reply.kind === 'refused' &&
    (reply.status >= 500 || reply.status === 408 || reply.status === 425)
  );
}

function isDocumented(reply: ErrorReply, status: number): boolean {
  return reply.kind === 'refused' && reply.status === status && isApiError(reply);
}

function filled(path: string, { namespace = '', service }: Target): string {
  return path.replace('{namespace}', namespace).replace('{service}', service);
}
