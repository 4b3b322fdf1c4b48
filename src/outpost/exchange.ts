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
   * The body is put here, and not into a buffer of its own: as large as the cap, and a body over the
   * cap is an answer too, as far as there is room.
   */
  readonly into?: Buffer;
  /** From the first byte sent to the last byte read. */
  readonly deadlineMs: number;
  /**
   * Why an IP address must not be connected to; undefined = it may be. Behind a proxy it isn't asked,
   * for there the proxy looks up the name.
   */
  readonly refuses?: (address: string) => string | undefined;
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
      readonly body: Buffer;
      /** The body goes on; only its beginning was read. */
      readonly isCut?: true;
    }
  | {
      readonly kind: 'unsent';
      readonly reason: string;
      readonly passing: boolean;
      /** By `refuses`: no address of the host may be asked. */
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
  /** Never throws but the signal's own reason. */
  send(exchange: Exchange, signal: AbortSignal): Promise<Outcome>;
  /** Closes the connections, so that the process can end. */
  close(): void;
}

export function textOf(body: Buffer): string {
  return new TextDecoder().decode(body);
}
