/** A longer line is cut: no page shows it, and some break on it. */
const MAX_LINE_LENGTH = 16_384;

/**
 * Makes text of somebody else fit for one line of a CI log: it can neither run a command of the
 * runner, nor move the cursor, nor open a section. The facts: GitHub's runner ends a line at CR as
 * well as LF, takes `::name` after any .NET white space (U+0085 too) at the start of a line, and
 * `##[name]` anywhere in it; GitLab's page honours escape sequences and section markers anywhere.
 */
export function inertLine(text: string): string {
  const line = capped(withoutControls(text));
  // Most lines hold none of the three, and one look tells.
  // Stryker disable next-line ConditionalExpression: it saves time alone
  if (!/##\[|section_|::/i.test(line)) return line;
  return line
    .replace(/##\[/g, '## [')
    .replace(/(section_(?:start|end)):/gi, '$1 :')
    .replace(/^(\s*)::/, '$1: :');
}

function capped(line: string): string {
  const more = line.length - MAX_LINE_LENGTH;
  return more <= 0 ? line : `${line.slice(0, MAX_LINE_LENGTH)} ... (${more} more characters)`;
}

// biome-ignore lint/complexity/useRegexLiterals: escapes keep invisible characters out of this file
const escapeSequences = new RegExp(
  '\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[@-Z\\\\-_])',
  'g',
);
// C0 and C1 controls, formats (zero-width, direction), what Unicode says is not to be seen, line
// and paragraph separators.
const invisible = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/**
 * The text without escape sequences, controls and characters that nobody sees. A tab becomes a
 * blank.
 */
export function withoutControls(text: string): string {
  // Printable ASCII has none of them, and is what nearly every line is.
  // Stryker disable next-line ConditionalExpression: it saves time alone
  if (!/[^ -~]/.test(text)) return text;
  return text.replaceAll('\t', ' ').replace(escapeSequences, '').replace(invisible, '');
}
