import { withoutControls } from './sanitize.ts';

/**
 * Untrusted text as a Markdown code span on one line, so that nothing in it becomes a link, an
 * image, a mention or HTML. The fence is longer than any run of backticks inside
 * (https://spec.commonmark.org/0.31.2/#code-spans). Bars are escaped, since they'd end a table
 * cell.
 */
export function codeSpan(text: string, maxLength = 300): string {
  const line = clip(withoutControls(text.replace(/[\r\n]+/g, ' ')), maxLength).replaceAll(
    '|',
    '\\|',
  );
  if (line.trim() === '') return '';
  const fence = fenceFor(line, 1);
  return line.startsWith('`') || line.endsWith('`')
    ? `${fence} ${line} ${fence}`
    : `${fence}${line}${fence}`;
}

/** Untrusted lines as a fenced block. */
export function codeBlock(lines: readonly string[], maxLength = 500): string {
  const clean = lines.map((line) => clip(withoutControls(line), maxLength));
  const fence = fenceFor(clean.join('\n'), 3);
  return [`${fence}text`, ...clean, fence].join('\n');
}

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}

function clip(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}...`;
}
