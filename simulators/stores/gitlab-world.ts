import { invalid, refused } from './gitlab-answers.ts';

/** Where CI/CD variables are, by full path. */
export type GitlabPlace = { readonly project: string } | { readonly group: string };

/**
 * A variable as https://docs.gitlab.com/api/project_level_variables/ shows it, with its plain
 * value.
 */
export interface GitlabVariable {
  readonly key: string;
  readonly value: string;
  readonly variable_type: 'env_var' | 'file';
  readonly protected: boolean;
  readonly masked: boolean;
  readonly hidden: boolean;
  readonly raw: boolean;
  readonly environment_scope: string;
  readonly description: string | null;
}

/** One change of one variable. */
export interface GitlabWrite {
  readonly atMs: number;
  readonly action: 'created' | 'updated' | 'deleted';
  readonly place: GitlabPlace;
  readonly key: string;
  readonly environmentScope: string;
  /** Undefined once deleted. */
  readonly value: string | undefined;
}

/** A project or a group. */
export interface GitlabHolder {
  readonly kind: 'project' | 'group';
  readonly id: number;
  readonly path: string;
  archived: boolean;
  variables: readonly GitlabVariable[];
}

/** The state of the simulated GitLab. */
export class GitlabWorld {
  readonly now: () => number;
  readonly writes: GitlabWrite[] = [];
  readonly #holders: GitlabHolder[] = [];

  constructor(now: () => number) {
    this.now = now;
  }

  add(kind: GitlabHolder['kind'], path: string, archived = false): void {
    this.#holders.push({ kind, id: 101 + this.#holders.length, path, archived, variables: [] });
  }

  /** By ID or full path. */
  holder(kind: GitlabHolder['kind'], id: string): GitlabHolder {
    const found = this.#holders.find(
      (holder) => holder.kind === kind && (String(holder.id) === id || holder.path === id),
    );
    if (found === undefined)
      throw refused(404, kind === 'project' ? '404 Project Not Found' : '404 Group Not Found');
    return found;
  }

  holderAt(place: GitlabPlace): GitlabHolder {
    return 'project' in place
      ? this.holder('project', place.project)
      : this.holder('group', place.group);
  }

  create(holder: GitlabHolder, variable: GitlabVariable): void {
    requireFit(holder, variable);
    holder.variables = [...holder.variables, variable];
    this.#note(holder, variable, 'created');
  }

  replace(holder: GitlabHolder, before: GitlabVariable, after: GitlabVariable): void {
    // Whether a variable is hidden can't be changed later:
    // https://docs.gitlab.com/ci/variables/#hide-a-cicd-variable.
    if (before.hidden && before.masked !== after.masked) {
      throw invalid(
        'base',
        'The visibility setting cannot be changed for masked and hidden variables.',
      );
    }
    requireFit({ ...holder, variables: holder.variables.filter((one) => one !== before) }, after);
    holder.variables = holder.variables.map((one) => (one === before ? after : one));
    this.#note(holder, after, 'updated');
  }

  remove(holder: GitlabHolder, variable: GitlabVariable): void {
    holder.variables = holder.variables.filter((one) => one !== variable);
    this.#note(holder, variable, 'deleted');
  }

  #note(
    { kind, path }: GitlabHolder,
    { key, environment_scope, value }: GitlabVariable,
    action: GitlabWrite['action'],
  ): void {
    const place = kind === 'project' ? { project: path } : { group: path };
    const kept = action === 'deleted' ? undefined : value;
    this.writes.push({
      atMs: this.now(),
      action,
      place,
      key,
      environmentScope: environment_scope,
      value: kept,
    });
  }
}

/** Fails with 400 if the variable conflicts with the existing ones. */
function requireFit(
  holder: Pick<GitlabHolder, 'variables'>,
  { key, value, environment_scope, masked, raw }: GitlabVariable,
): void {
  if (!/^[A-Za-z0-9_]+$/.test(key))
    throw invalid('key', "can contain only letters, digits and '_'.");
  if (
    holder.variables.some((one) => one.key === key && one.environment_scope === environment_scope)
  ) {
    throw invalid('key', `(${key}) has already been taken`);
  }
  // https://docs.gitlab.com/ci/variables/#mask-a-cicd-variable: one line of 8 characters or more
  // without spaces. If the value is expanded, it can only have characters without a special meaning
  // in an expansion.
  if (masked && !(raw ? /^\S{8,}$/ : /^[\w+=/@:.~-]{8,}$/).test(value))
    throw invalid('value', 'is invalid');
}
