/** Longer lines are cut: no page shows them in full, and some pages break. */
const MAX_LINE_LENGTH = 16_384;

/**
 * Makes untrusted text safe for one line of a CI log: it can't run a command of the runner, move
 * the cursor, or open a section. GitHub's runner ends a line at CR as well as LF, accepts `::name`
 * after any .NET white space (including U+0085) at the start of a line, and `##[name]` anywhere.
 * GitLab's page interprets escape sequences and section markers anywhere.
 */
export function inertLine(text: string): string {
  const line = capped(withoutControls(text));
  // Most lines have none of the three, and one test shows it.
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
// C0 and C1 controls, format characters (zero-width, direction), other characters that Unicode
// declares invisible, line and paragraph separators.
const invisible = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** Removes escape sequences, control characters and invisible characters. A tab becomes a space. */
export function withoutControls(text: string): string {
  // Nearly every line is printable ASCII, which has none of them.
  // Stryker disable next-line ConditionalExpression: it saves time alone
  if (!/[^ -~]/.test(text)) return text;
  return text.replaceAll('\t', ' ').replace(escapeSequences, '').replace(invisible, '');
}
