import type { Operation } from './vocabulary.ts';

/** The ways in which the connection can fail. */
export type WireFault =
  /** The socket is reset before any byte of an answer. */
  | { readonly kind: 'reset' }
  /** The connection breaks in the middle of the answer's body. */
  | { readonly kind: 'cut'; readonly framing?: 'length' | 'chunked' }
  /** The request is read and never answered. */
  | { readonly kind: 'hang' }
  /** The headers come at once, the body of the world's answer one byte every `delayMs`. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /**
   * Any answer at all. `{{token}}` in the body is the presented token, for scenarios that set
   * `echoToken`.
   */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** A redirect; `location` may be relative. */
  | {
      readonly kind: 'redirect';
      readonly status?: 301 | 302 | 303 | 307 | 308;
      readonly location: string;
    }
  /** The world's answer under one header of 64 KiB, or under ten thousand small ones. */
  | { readonly kind: 'header-bomb'; readonly form?: 'large' | 'many' }
  /** A gzip body although identity was asked for; `bytes` is the size once unpacked. */
  | { readonly kind: 'gzip-bomb'; readonly bytes?: number }
  /** A JSON string of `bytes` bytes, streamed without a length. */
  | { readonly kind: 'big-body'; readonly bytes: number }
  /** The answer promises to keep the connection alive, but the connection closes right after it. */
  | { readonly kind: 'close-idle' }
  /** An interim answer before the real one. */
  | { readonly kind: 'early'; readonly status: 100 | 103 };

export const faultKinds = [
  'reset',
  'cut',
  'hang',
  'slow',
  'answer',
  'redirect',
  'header-bomb',
  'gzip-bomb',
  'big-body',
  'close-idle',
  'early',
] as const satisfies readonly WireFault['kind'][];

/** One fault and when it happens. */
export interface FaultRule {
  readonly on: Operation | '*';
  /** How many matching requests go through first. */
  readonly skip?: number;
  /** How many fail after that. Default: 1. */
  readonly times?: number | 'always';
  /**
   * Whether the world handles the request before the connection fails, like a deploy that is
   * accepted but whose answer is lost. Faults that change the world's own answer (cut, slow,
   * header-bomb, close-idle, early) always do.
   */
  readonly afterHandling?: boolean;
  readonly do: WireFault;
}

/** Counts requests against the rules of a scenario. */
export class FaultSchedule {
  readonly #rules: readonly { readonly rule: FaultRule; readonly progress: { seen: number } }[];

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules.map((rule) => ({ rule, progress: { seen: 0 } }));
  }

  /**
   * The first rule that applies to this request. Every matching rule before it counts the request
   * too.
   */
  next(operation: Operation): FaultRule | undefined {
    for (const { rule, progress } of this.#rules) {
      if (rule.on !== '*' && rule.on !== operation) continue;
      const index = progress.seen++ - (rule.skip ?? 0);
      const times = rule.times === 'always' ? Number.POSITIVE_INFINITY : (rule.times ?? 1);
      if (index >= 0 && index < times) return rule;
    }
    return undefined;
  }
}

/** Whether the world handles the request although the connection fails. */
export function worldHandles(rule: FaultRule): boolean {
  const bendsTheAnswer = ['cut', 'slow', 'header-bomb', 'close-idle', 'early'];
  return rule.afterHandling === true || bendsTheAnswer.includes(rule.do.kind);
}
