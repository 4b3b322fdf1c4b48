import type { IncomingMessage } from 'node:http';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request. */
export interface Exchange {
  readonly method: Method;
  readonly url: URL;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Cap on the answer's body. */
  readonly maxBytes: number;
  /**
   * The body is written here instead of into a new buffer. As large as the cap; a longer body is
   * still an answer, cut off at the cap.
   */
  readonly into?: Buffer;
  /** From the first byte sent to the last byte read. */
  readonly deadlineMs: number;
  /**
   * Why an IP address must not be connected to; undefined = it may be. Not called behind a proxy,
   * because there the proxy looks up the name.
   */
  readonly refuses?: (address: string) => string | undefined;
}

/**
 * How a request ended. `unsent` = provably nothing reached Outpost (no connection). `lost` = it was
 * sent, but no answer came. `cut` = the answer was cut off; its status is known.
 */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingMessage['headers'];
      readonly body: Buffer;
      /** The body is longer; only its start was read. */
      readonly isCut?: true;
    }
  | {
      readonly kind: 'unsent';
      readonly reason: string;
      readonly passing: boolean;
      /** By `refuses`: no address of the host may be requested. */
      readonly refused?: true;
    }
  | { readonly kind: 'lost'; readonly reason: string; readonly atOnce: boolean }
  | {
      readonly kind: 'cut';
      readonly status: number;
      readonly headers: IncomingMessage['headers'];
      readonly reason: string;
      readonly isOverCap: boolean;
    };

export interface Http {
  /** Throws nothing but the signal's own reason. */
  send(exchange: Exchange, signal: AbortSignal): Promise<Outcome>;
  /** Closes the connections, so that the process can end. */
  close(): void;
}

export function textOf(body: Buffer): string {
  return new TextDecoder().decode(body);
}
