/**
 * What of a summary is left outside of code: enough of GitHub's Markdown to tell whether foreign
 * text is anything but code there.
 *
 * Fenced blocks first, then a table's cells (a bar ends one unless a backslash stands before it),
 * then code spans in each cell or line: a run of backticks up to the next run of the same length.
 * https://github.github.com/gfm/
 */
export function outsideOfCode(markdown: string): readonly string[] {
  const rest: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    if (fence === undefined) {
      fence = /^ {0,3}(`{3,})[^`]*$/.exec(line)?.[1];
      if (fence === undefined) rest.push(...cellsOf(line).map(withoutSpans));
    } else if (/^ {0,3}`+ *$/.test(line) && line.trim().length >= fence.length) fence = undefined;
  }
  if (fence !== undefined) rest.push('a block that does not end');
  return rest;
}

function cellsOf(line: string): readonly string[] {
  return line.startsWith('|')
    ? line.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|'))
    : [line];
}

function withoutSpans(text: string): string {
  let rest = '';
  let at = 0;
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    if (index < at) continue;
    const end = text.slice(index + run.length).search(new RegExp(`(?<!\`)\`{${run.length}}(?!\`)`));
    rest += text.slice(at, index);
    // A run without a matching run is text.
    at = end < 0 ? index + run.length : index + run.length + end + run.length;
    if (end < 0) rest += run;
  }
  return rest + text.slice(at);
}
