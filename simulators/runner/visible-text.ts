/**
 * A log without its invisible characters, and the position of each remaining character in the
 * original.
 */

export interface VisibleText {
  readonly text: string;
  /** Converts a position in `text` to the position in the original. */
  origin(at: number): number;
}

// Escape sequences (CSI, OSC with its end, single ones), C0 and C1 control characters including
// line breaks, Unicode line separators, and everything without a width.
const UNSEEN =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]?|[\0-\x1f\x7f-\x9f\u2028\u2029]|\p{Default_Ignorable_Code_Point}|\p{Cf}/gu;

export function visibleText(original: string): VisibleText {
  const starts: { visible: number; original: number }[] = [];
  let text = '';
  let at = 0;
  for (const match of original.matchAll(UNSEEN)) {
    if (match.index > at) starts.push({ visible: text.length, original: at });
    text += original.slice(at, match.index);
    at = match.index + match[0].length;
  }
  if (at < original.length) starts.push({ visible: text.length, original: at });
  text += original.slice(at);
  return {
    text,
    origin(place) {
      const start = starts.findLast(({ visible }) => visible <= place);
      return start === undefined ? place : start.original + place - start.visible;
    },
  };
}
