import { Failure } from '../../lib/failure.ts';
import type { Reply } from '../../outpost/reply.ts';
import type { GitlabVariable } from './wire.ts';

/** Who owns the variable, by path or ID. */
export interface GitlabPlace {
  readonly kind: 'project' | 'group';
  readonly id: string;
  /** `*`, or as the variable has it. */
  readonly environmentScope: string;
}

export const rights: Readonly<Record<GitlabPlace['kind'], string>> = {
  project:
    "The job's own CI_JOB_TOKEN can't write variables. Use a project access token with the scope `api` and the role Maintainer.",
  group:
    "The job's own CI_JOB_TOKEN can't write variables. Use a group access token with the scope `api` and the role Owner.",
};

/** Whether it exists already. Any other 400 has another reason (a limit, a rule). */
export function isTaken(reply: Reply<unknown>): boolean {
  return (
    reply.kind === 'refused' &&
    reply.status === 400 &&
    /already been taken/i.test(reply.refusal.message ?? '')
  );
}

/** A hidden value may be anything. */
export function mayBeSame(
  { value: one }: GitlabVariable,
  { value: other }: GitlabVariable,
): boolean {
  return one === null || other === null || one.reveal() === other.reveal();
}

export function scopeOf({ environment_scope = '*' }: GitlabVariable): string {
  return environment_scope;
}

export function phraseOf({ kind, id }: GitlabPlace, key: string, scope: string): string {
  return `the variable ${key}${scope === '*' ? '' : ` (${scope})`} of the ${kind} ${id}`;
}

export function refused(attempted: string, happened: string, hint: string): Failure {
  return new Failure({ code: 'store-refused', attempted, happened, hint });
}

/** What should be changed about the variable. */
export function adviceOn(
  { masked, protected: isProtected }: GitlabVariable,
  place: string,
): readonly string[] {
  return [
    ...(masked === false
      ? [`${place} is not masked: mask it in Settings > CI/CD > Variables.`]
      : []),
    ...(isProtected === false ? [`${place} is not protected: any branch's job can read it.`] : []),
  ];
}
