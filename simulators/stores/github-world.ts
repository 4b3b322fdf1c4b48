import { randomBytes } from 'node:crypto';
import { refused } from './github-answers.ts';
import type { BoxKey } from './sealed-box.ts';
import { newBoxKey } from './sealed-box.ts';

/**
 * Where secrets are: in Actions, or another part of GitHub. Names of repositories, organizations
 * and secrets are not case-sensitive, but names of environments are.
 */
export type GithubPlace =
  | {
      readonly repository: string;
      readonly environment?: string;
      /** Default: Actions. */
      readonly area?: GithubArea;
    }
  | { readonly organization: string };

export type GithubArea = 'dependabot' | 'codespaces';

export type Visibility = 'all' | 'private' | 'selected';

export interface Access {
  readonly visibility: Visibility;
  readonly selectedRepositoryIds: readonly number[];
}

export interface StoredSecret {
  readonly name: string;
  readonly value: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Only for an organization's secret. */
  readonly access?: Access;
}

/** One change of one secret. */
export interface GithubWrite {
  readonly atMs: number;
  readonly action: 'created' | 'updated' | 'deleted';
  readonly place: GithubPlace;
  readonly name: string;
  /** Undefined once deleted. */
  readonly value: string | undefined;
  readonly access?: Access;
}

/** The secrets of one place, and the key that they are sealed for. */
export interface Shelf {
  readonly place: GithubPlace;
  key: BoxKey;
  keyId: string;
  readonly secrets: Map<string, StoredSecret>;
  /** Plain variables, by upper-case name. Only Actions has them. */
  readonly variables: Map<string, string>;
}

export interface RepositorySeed {
  readonly name: string;
  readonly archived?: boolean;
  readonly private?: boolean;
  readonly environments?: readonly string[];
}

export interface Repository {
  readonly id: number;
  readonly name: string;
  readonly private: boolean;
  archived: boolean;
  readonly shelf: Shelf;
  readonly environments: Map<string, Shelf>;
  readonly areas: Readonly<Record<GithubArea, Shelf>>;
}

/** The state of the simulated GitHub. */
export class GithubWorld {
  readonly now: () => number;
  readonly writes: GithubWrite[] = [];
  readonly #repositories = new Map<string, Repository>();
  readonly #organizations = new Map<string, Shelf>();

  constructor(now: () => number) {
    this.now = now;
  }

  addRepository({
    name,
    archived = false,
    private: hidden = true,
    environments = [],
  }: RepositorySeed): void {
    this.#repositories.set(name.toLowerCase(), {
      id: 1001 + this.#repositories.size,
      name,
      private: hidden,
      archived,
      shelf: newShelf({ repository: name }),
      environments: new Map(
        environments.map((environment) => [
          environment,
          newShelf({ repository: name, environment }),
        ]),
      ),
      areas: {
        dependabot: newShelf({ repository: name, area: 'dependabot' }),
        codespaces: newShelf({ repository: name, area: 'codespaces' }),
      },
    });
  }

  addOrganization(name: string): void {
    this.#organizations.set(name.toLowerCase(), newShelf({ organization: name }));
  }

  repository(name: string): Repository {
    const repository = this.#repositories.get(name.toLowerCase());
    if (repository === undefined) throw refused(404, 'Not Found');
    return repository;
  }

  repositoriesOf(ids: readonly number[]): readonly Repository[] {
    return [...this.#repositories.values()].filter(({ id }) => ids.includes(id));
  }

  shelf(place: GithubPlace): Shelf {
    const shelf =
      'organization' in place
        ? this.#organizations.get(place.organization.toLowerCase())
        : this.#shelfIn(place);
    if (shelf === undefined) throw refused(404, 'Not Found');
    return shelf;
  }

  #shelfIn({
    repository,
    environment,
    area,
  }: Exclude<GithubPlace, { organization: string }>): Shelf | undefined {
    const found = this.repository(repository);
    if (area !== undefined) return found.areas[area];
    return environment === undefined ? found.shelf : found.environments.get(environment);
  }

  /** Stores a value; true if the secret is new. */
  put(shelf: Shelf, secretName: string, value: string, access?: Access): boolean {
    const name = secretName.toUpperCase();
    const before = shelf.secrets.get(name);
    const atMs = this.now();
    const extra = access === undefined ? {} : { access };
    shelf.secrets.set(name, {
      name,
      value,
      createdMs: before?.createdMs ?? atMs,
      updatedMs: atMs,
      ...extra,
    });
    this.writes.push({
      atMs,
      action: before === undefined ? 'created' : 'updated',
      place: shelf.place,
      name,
      value,
      ...extra,
    });
    return before === undefined;
  }

  remove(shelf: Shelf, secretName: string): void {
    const name = secretName.toUpperCase();
    if (!shelf.secrets.delete(name)) throw refused(404, 'Not Found');
    this.writes.push({
      atMs: this.now(),
      action: 'deleted',
      place: shelf.place,
      name,
      value: undefined,
    });
  }
}

/** Replaces the key, like GitHub may between a client's read of the key and its write. */
export function replaceKey(shelf: Shelf): void {
  shelf.key = newBoxKey();
  shelf.keyId = newKeyId();
}

function newShelf(place: GithubPlace): Shelf {
  return { place, key: newBoxKey(), keyId: newKeyId(), secrets: new Map(), variables: new Map() };
}

/** A decimal number with more digits than a JavaScript number can hold. */
function newKeyId(): string {
  return `${1 + (randomBytes(1)[0] ?? 0)}${randomBytes(8).readBigUInt64BE().toString().padStart(20, '0').slice(-17)}`;
}
