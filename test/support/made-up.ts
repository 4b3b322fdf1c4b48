/**
 * A token that nobody issued. It is put together at run time, because secret scanners would report
 * a whole token in a file.
 */
export function madeUp(prefix: string, body: string, separator = '_'): string {
  return `${prefix}${separator}${body}`;
}
