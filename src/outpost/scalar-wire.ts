import { z } from 'zod/mini';

/**
 * Maximum length of a name, id, word or code from an answer. Real ones are far shorter, but one of
 * a megabyte would fill the log, the outputs and the report.
 */
const MAX_SCALAR_LENGTH = 200;
/**
 * What browsers and proxies carry of an address, as
 * https://www.rfc-editor.org/rfc/rfc9110#section-4.1 has it.
 */
const MAX_ADDRESS_LENGTH = 8_000;
/** Lists of such texts: scopes, versions. */
const MAX_ENTRIES = 100;

// biome-ignore lint/complexity/useRegexLiterals: escapes keep invisible characters out of this file
const lineBreaks = new RegExp('[\\r\\n\\u0085\\u2028\\u2029]+', 'g');

/**
 * Untrusted text for a line of ours: one short line. Line breaks are removed without a replacement,
 * which would split a secret that is broken there.
 */
export function capScalar(text: string): string {
  const kept = text.length > MAX_SCALAR_LENGTH ? `${text.slice(0, MAX_SCALAR_LENGTH)}...` : text;
  return kept.replace(lineBreaks, '');
}

/** A name, an id, a word, a code. */
export const Scalar = z.pipe(z.string(), z.transform(capScalar));

/** The same, but some servers send a number. */
export const ScalarOrNumber = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((value) => capScalar(String(value))),
);

/**
 * A field that must not spoil the answer when its type is not the expected one. Fields of one type
 * share one schema: each is built when the program starts.
 */
export const lenient = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.catch(z.nullish(schema), undefined);
export const LenientText = lenient(z.string());
export const LenientScalar = lenient(Scalar);
export const LenientScalarOrNumber = lenient(ScalarOrNumber);

/** A list of them. A partial list could mislead, so a long one counts as absent. */
export const shortListOf = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.array(schema).check(z.maxLength(MAX_ENTRIES));

/** A truncated address is not an address, so one that is too long counts as absent. */
export const Address = z.pipe(
  z.string(),
  z.transform((text) => (text.length > MAX_ADDRESS_LENGTH ? '' : text)),
);
export const LenientAddress = lenient(Address);
