import dns from 'node:dns';
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { literalOf } from '../lib/addresses.ts';
import type { Exchange } from './exchange.ts';

/** No address of a host may be requested. The message says why. */
export class RefusedAddress extends Error {}

/** A request on a connection of its own. */
export interface DirectRequest {
  readonly response: Promise<IncomingMessage>;
  /** Ends it, and closes the connection. */
  destroy(): void;
}

/**
 * Sends a request to an untrusted host name. Its addresses are looked up once and checked, and the
 * connection uses one that was checked. A second lookup could return a different one.
 *
 * @returns a response that rejects with `RefusedAddress`, or an error of the connection.
 */
export function requestDirectly(
  exchange: Exchange,
  refuses: NonNullable<Exchange['refuses']>,
  headers: Readonly<Record<string, string>>,
): DirectRequest {
  const { method, url, body } = exchange;
  let isDestroyed = false;
  let request: http.ClientRequest | undefined;
  const response = judgedLookup(url.hostname, refuses).then(
    (lookup) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const { request: open } = url.protocol === 'https:' ? https : http;
        request = open(url, { method, headers, lookup, agent: false }, resolve);
        request.on('error', reject);
        if (isDestroyed) request.destroy();
        else request.end(body);
      }),
  );
  return {
    response,
    destroy: () => {
      isDestroyed = true;
      request?.destroy();
    },
  };
}

async function judgedLookup(
  hostname: string,
  refuses: NonNullable<Exchange['refuses']>,
): Promise<LookupFunction> {
  const literal = literalOf(hostname);
  const all = literal === undefined ? await lookUp(hostname) : [{ address: literal, family: 0 }];
  const reasons = all.flatMap(({ address }) => refuses(address) ?? []);
  const good = all.filter(({ address }) => refuses(address) === undefined);
  const [first] = good;
  if (first === undefined) throw new RefusedAddress(reasons[0]);
  // Node asks for all addresses if it tries them in turn, otherwise for one.
  return (_, options, callback) => {
    if (options.all === true) callback(null, good);
    else callback(null, first.address, first.family);
  };
}

/** Like Node's own requests, so that the order of addresses is kept. */
function lookUp(hostname: string): Promise<dns.LookupAddress[]> {
  return new Promise((resolve, reject) => {
    dns.lookup(hostname, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}
