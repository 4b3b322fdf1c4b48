import type { IncomingMessage } from 'node:http';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One request. */
export interface Exchange {
  readonly method: Method;
  readonly url: URL;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cap on the answer's body. */
  readonly maxBytes: number;
  /**
   * Gets the body of a 2xx answer piece by piece, as text; the answer's own `body` is then empty.
   * No more is read until the promise resolves.
   */
  readonly take?: (text: string) => Promise<void>;
  /** From the first byte sent to the last byte read. */
  readonly deadlineMs: number;
}

/**
 * How a request ended. `unsent` = provably nothing reached Outpost (no connection). `lost` = it was
 * sent, and no answer came. `cut` = an answer came without its end; its status is known.
 */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingMessage['headers'];
      readonly body: string;
    }
  | { readonly kind: 'unsent'; readonly reason: string; readonly passing: boolean }
  | { readonly kind: 'lost'; readonly reason: string; readonly atOnce: boolean }
  | {
      readonly kind: 'cut';
      readonly status: number;
      readonly headers: IncomingMessage['headers'];
      readonly reason: string;
      readonly isOverCap: boolean;
    };

export interface Http {
  /** Never throws but the signal's own reason. */
  send(exchange: Exchange, signal: AbortSignal): Promise<Outcome>;
  /** Closes the connections, so that the process can end. */
  close(): void;
}
