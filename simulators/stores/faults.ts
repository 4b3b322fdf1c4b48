/** How one request goes wrong. */
export type StoreFault =
  /** An answer of the store's own; without a body it is the documented one of that status. */
  | {
      readonly mode: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly body?: unknown;
    }
  /** A page of something that stands before the store. */
  | { readonly mode: 'html'; readonly status?: number }
  /**
   * The connection drops before anything is done, or after it was: then the answer alone is lost.
   */
  | { readonly mode: 'reset' | 'applied-then-reset' }
  /** No answer ever comes; the request was left alone, or done. */
  | { readonly mode: 'hang' | 'applied-then-hang' }
  /**
   * A gateway gives up with this status, and the store goes on: it is done when the test lets it
   * catch up.
   */
  | { readonly mode: 'late'; readonly status: number }
  /** It is done, its answer is lost, and from then on nobody listens, until the store is mended. */
  | { readonly mode: 'applied-then-away' };

export type StoreFaultRule = StoreFault & {
  /** Any method, if none is given. */
  readonly method?: string;
  /**
   * Tried on the path as it was sent, with its prefix and without its query; text is searched in
   * it.
   */
  readonly pathPattern?: RegExp | string;
  /** How many matching requests pass unharmed first. */
  readonly skip?: number;
  /** How many are hit after that; 1 if not given. */
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

  /** The first rule that strikes; like it, every matching rule before it has seen the request. */
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
