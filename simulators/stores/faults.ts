/** How one request fails. */
export type StoreFault =
  /** An answer from the store. Without a body, the documented one for that status. */
  | {
      readonly mode: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly body?: unknown;
    }
  /** A page from something in front of the store. */
  | { readonly mode: 'html'; readonly status?: number }
  /**
   * The connection drops before the request is handled, or after it: then only the answer is lost.
   */
  | { readonly mode: 'reset' | 'applied-then-reset' }
  /** No answer ever comes. The request was ignored, or handled. */
  | { readonly mode: 'hang' | 'applied-then-hang' }
  /**
   * A gateway gives up with this status, and the store handles the request later: when the test
   * lets it catch up.
   */
  | { readonly mode: 'late'; readonly status: number }
  /** The request is handled, its answer is lost, and the store is unreachable until `mend`. */
  | { readonly mode: 'applied-then-away' };

export type StoreFaultRule = StoreFault & {
  /** Default: any method. */
  readonly method?: string;
  /**
   * Matched against the path as it was sent, with prefix and without query. A string matches if the
   * path contains it.
   */
  readonly pathPattern?: RegExp | string;
  /** How many matching requests go through first. */
  readonly skip?: number;
  /** How many fail after that. Default: 1. */
  readonly times?: number;
};

/** Counts requests against the rules that a test has set. */
export class StoreFaults {
  readonly #rules: { readonly rule: StoreFaultRule; seen: number }[] = [];

  add(rule: StoreFaultRule): void {
    this.#rules.push({ rule, seen: 0 });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** The first rule that applies. Every matching rule before it counts the request too. */
  next(method: string, path: string): StoreFault | undefined {
    for (const entry of this.#rules) {
      if (!fits(entry.rule, method, path)) continue;
      const index = entry.seen++ - (entry.rule.skip ?? 0);
      if (index >= 0 && index < (entry.rule.times ?? 1)) return entry.rule;
    }
    return undefined;
  }
}

function fits({ method, pathPattern }: StoreFaultRule, asked: string, path: string): boolean {
  if (method !== undefined && method !== asked) return false;
  if (pathPattern === undefined) return true;
  return typeof pathPattern === 'string'
    ? path.includes(pathPattern)
    : path.search(pathPattern) !== -1;
}
