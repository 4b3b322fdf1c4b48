import { randomBytes } from 'node:crypto';
import { isoTime } from './vocabulary.ts';

const DAY_MS = 86_400_000;

export const visibilities = ['public', 'private', 'internal'] as const;
export type Visibility = (typeof visibilities)[number];

export const sizeRefusals = ['answer', 'hook', 'unpack'] as const;
/**
 * How a push that is too large is refused (undocumented): by a gateway with 413, by a hook after
 * everything was sent, or by git while it unpacks.
 */
export type SizeRefusal = (typeof sizeRefusals)[number];

/** A repository with the fields documented on the page "Repositories". */
export interface RepositoryRecord {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly full_name: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly default_branch: string;
  readonly size_bytes: number;
  readonly language: string | null;
  readonly created_at: string;
  updated_at: string;
  /** null if nobody ever pushed to the repository (assumption). */
  pushed_at: string | null;
}

/**
 * Why a repository refuses a push although the sender has the right to push. All of these are
 * assumptions.
 */
export interface PushRules {
  readonly protectedBranches?: readonly string[];
  /** The largest pack, in bytes. */
  readonly maxPackBytes?: number;
  /** Default: `answer`. */
  readonly tooLarge?: SizeRefusal;
  /** The gateway needs the length of each upload, and refuses chunked ones with 411. */
  readonly refusesChunks?: boolean;
  /**
   * A hook declines every push with this text, byte for byte. In a scenario with `echoToken`,
   * `{{token}}` in it is the presented token and `{{authorization}}` the whole header.
   */
  readonly declineHook?: string;
}

/** A repository that a scenario or a test creates. */
export interface RepositoryOptions extends PushRules {
  readonly namespace: string;
  readonly name: string;
  readonly description?: string;
  readonly visibility?: Visibility;
  /** Default: `main`. */
  readonly defaultBranch?: string;
}

export interface Repository {
  readonly record: RepositoryRecord;
  readonly rules: PushRules;
}

/** The repositories of a world, in order of creation. */
export class RepositoryStore {
  readonly #repositories = new Map<string, Repository>();

  /** Starts with the repositories that a new world's services are connected to. */
  constructor(nowMs: number) {
    for (const record of firstRepositories(nowMs))
      this.#repositories.set(record.full_name, { record, rules: {} });
  }

  /** Adds an empty repository, or replaces one. */
  put(options: RepositoryOptions, nowMs: number): RepositoryRecord {
    const {
      namespace,
      name,
      description = '',
      visibility = 'private',
      defaultBranch = 'main',
      ...rules
    } = options;
    const now = isoTime(nowMs);
    const record = {
      ...named(namespace, name),
      description,
      visibility,
      default_branch: defaultBranch,
      size_bytes: 0,
      language: null,
      created_at: now,
      updated_at: now,
      pushed_at: null,
    };
    this.#repositories.set(record.full_name, { record, rules });
    return record;
  }

  find(namespace: string, name: string): Repository | undefined {
    return this.#repositories.get(`${namespace}/${name}`);
  }

  /** By `namespace/name`. */
  findByFullName(fullName: string): Repository | undefined {
    return this.#repositories.get(fullName);
  }

  in(namespaces: readonly string[]): readonly RepositoryRecord[] {
    return [...this.#repositories.values()]
      .map(({ record }) => record)
      .filter(({ namespace }) => namespaces.includes(namespace));
  }
}

function firstRepositories(nowMs: number): readonly RepositoryRecord[] {
  return [
    seeded('acme', 'web', 'The public site', 'private', nowMs),
    seeded('acme', 'api', 'The HTTP API', 'private', nowMs - DAY_MS),
    seeded('acme', 'worker', 'Background work', 'internal', nowMs - 2 * DAY_MS),
    seeded('ada', 'blog', 'Notes', 'public', nowMs - 3 * DAY_MS),
  ];
}

function seeded(
  namespace: string,
  name: string,
  description: string,
  visibility: Visibility,
  updatedAtMs: number,
): RepositoryRecord {
  return {
    ...named(namespace, name),
    description,
    visibility,
    default_branch: 'main',
    size_bytes: 48_211 * name.length,
    language: 'TypeScript',
    created_at: isoTime(updatedAtMs - 90 * DAY_MS),
    updated_at: isoTime(updatedAtMs),
    pushed_at: isoTime(updatedAtMs),
  };
}

/** `repo_` and twelve hex digits (documented). */
function named(
  namespace: string,
  name: string,
): Pick<RepositoryRecord, 'id' | 'name' | 'namespace' | 'full_name'> {
  return {
    id: `repo_${randomBytes(6).toString('hex')}`,
    name,
    namespace,
    full_name: `${namespace}/${name}`,
  };
}
