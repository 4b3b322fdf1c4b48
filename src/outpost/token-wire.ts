import { z } from 'zod/mini';
import { Secret } from '../lib/secret.ts';
import { parseTokenRecord } from './record-wire.ts';
import { LenientText } from './scalar-wire.ts';
import { parseJson } from './wire.ts';

/** A token that was just made: the only moment at which its value can be had. */
export interface IssuedToken {
  readonly value: Secret;
  /** Milliseconds since 1970; null = never; undefined = not told. */
  readonly expiresMs: number | null | undefined;
}

/** No answer's shape is documented: the names under which such values are usually sent. */
const Issued = z.object({
  token: LenientText,
  value: LenientText,
  pat: LenientText,
  access_token: LenientText,
  personal_access_token: LenientText,
});

/**
 * @returns undefined when no field holds what may be a token: `op_pat_` and more is all that is
 *     documented of one.
 */
export function parseIssuedToken(text: string): IssuedToken | undefined {
  const json = parseJson(text);
  const outer = z.safeParse(z.record(z.string(), z.unknown()), json).data ?? {};
  const fields = [json, outer['data'], outer['token'], outer['pat']].flatMap((one) =>
    Object.values(z.safeParse(Issued, one).data ?? {}),
  );
  const value = fields.find(
    (field) => typeof field === 'string' && /^op_pat_[\x21-\x7e]{8,}$/.test(field),
  );
  if (value == null) return undefined;
  return { value: new Secret(value), expiresMs: parseTokenRecord(text)?.expiresMs };
}
