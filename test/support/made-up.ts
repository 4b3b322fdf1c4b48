/**
 * A token that nobody issued. Put together here, for one that stands in a file is what scanners of
 * secrets look for.
 */
export function madeUp(prefix: string, body: string, separator = '_'): string {
  return `${prefix}${separator}${body}`;
}
