/** A log without what a reader does not see, with the way back to the places of the original. */

export interface VisibleText {
  readonly text: string;
  /** The place in the original of a place in `text`. */
  origin(at: number): number;
}

// Escape sequences (CSI, OSC with its end, single ones), controls of C0 and C1 with the line breaks
// among them, the line separators of Unicode, and everything that has no width.
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
