import type { Role } from './vocabulary.ts';
import { roleIsAtLeast, users } from './vocabulary.ts';

/** Namespaces and the roles in them (page "Teams Overview", documented). */
export class NamespaceStore {
  readonly #roles = new Map<string, Map<string, Role>>();

  constructor() {
    for (const user of users) this.#roles.set(user, new Map([[user, 'Owner']]));
    this.#roles.set(
      'acme',
      new Map<string, Role>([
        ['ada', 'Owner'],
        ['ben', 'Contributor'],
        ['cleo', 'Reader'],
      ]),
    );
  }

  /** Adds an organization's namespace if it's missing; ada owns it. */
  ensure(namespace: string): void {
    if (!this.#roles.has(namespace)) this.#roles.set(namespace, new Map([['ada', 'Owner']]));
  }

  /** Gives a user a role in a namespace. */
  grant(namespace: string, user: string, role: Role): void {
    this.ensure(namespace);
    this.#roles.get(namespace)?.set(user, role);
  }

  roleOf(user: string, namespace: string): Role | undefined {
    return this.#roles.get(namespace)?.get(user);
  }

  /**
   * The namespaces in which a user has at least this role, the personal one first (order inferred).
   */
  reachableBy(user: string, least: Role): readonly string[] {
    const names = [...this.#roles.keys()].filter((namespace) => {
      const role = this.roleOf(user, namespace);
      return role !== undefined && roleIsAtLeast(role, least);
    });
    return names.sort((left, right) => Number(right === user) - Number(left === user));
  }
}
