/**
 * Returns the text of a summary that is outside code. It implements enough of GitHub's Markdown to
 * tell whether foreign text is anything but code there.
 *
 * It removes fenced blocks first, then splits table cells (at a bar, unless a backslash stands
 * before it), then removes code spans in each cell or line: from a run of backticks to the next run
 * of the same length. https://github.github.com/gfm/
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
