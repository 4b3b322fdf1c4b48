import type { Body } from './spelling.ts';

/** What may be around a service, a job or a list of them; only `page` is documented. */

export const envelopes = [
  'bare',
  'data',
  'service',
  'result',
  'data.service',
  'list',
  'data-list',
] as const;
/**
 * What is around a single read: keys, or a list that also has the namespace's other services. For a
 * job, the key is `job` instead of `service`.
 */
export type Envelope = (typeof envelopes)[number];

export const listEnvelopes = ['page', 'array', 'services'] as const;
/** What is around a list: `{data, pagination}`, nothing, or `{services}`. */
export type ListEnvelope = (typeof listEnvelopes)[number];

export const namings = ['separate', 'full_name', 'full-in-name', 'none'] as const;
/**
 * How a service or a job shows its name: `name` and `namespace`, both in `full_name` or `name`, or
 * not at all.
 */
export type Naming = (typeof namings)[number];

/** Wraps a single read in its envelope. */
export function enveloped(
  body: Body,
  others: readonly Body[],
  envelope: Envelope = 'bare',
  noun: 'service' | 'job' = 'service',
): unknown {
  switch (envelope) {
    case 'bare':
      return body;
    case 'service':
      return { [noun]: body };
    case 'data.service':
      return { data: { [noun]: body } };
    // The requested one comes last, so that a client can't just take the first.
    case 'list':
      return [...others, body];
    case 'data-list':
      return { data: [...others, body] };
    default:
      return { [envelope]: body };
  }
}

/** Wraps a page of a list in its envelope. */
export function envelopedList<Page extends { readonly data: readonly Body[] }>(
  page: Page,
  envelope: ListEnvelope = 'page',
  noun: 'services' | 'jobs' = 'services',
): unknown {
  switch (envelope) {
    case 'page':
      return page;
    case 'array':
      return page.data;
    case 'services':
      return { [noun]: page.data };
  }
}

/** Writes the name of a service or a job in another way. */
export function named(body: Body, naming: Naming = 'separate'): Body {
  const { name, namespace, ...rest } = body;
  switch (naming) {
    case 'separate':
      return body;
    case 'full_name':
      return { full_name: `${namespace}/${name}`, ...rest };
    case 'full-in-name':
      return { name: `${namespace}/${name}`, ...rest };
    case 'none':
      return rest;
  }
}

/** A list item without a name: half created, or only partly visible. */
export const namelessItem: Body = { id: 'svc_000000000000', status: 'stopped' };
