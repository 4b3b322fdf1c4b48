/**
 * Makes text of somebody else fit for one line of a CI log: it can neither run a command of the runner, nor move the cursor, nor
 * open a section. The facts: GitHub's runner ends a line at CR as well as LF, takes `::name` after any .NET white space (U+0085
 * too) at the start of a line, and `##[name]` anywhere in it; GitLab's page honours escape sequences and section markers anywhere.
 */
export function inertLine(text: string): string {
  return withoutControls(text)
    .replace(/##\[/g, '## [')
    .replace(/section_(start|end):/g, 'section_$1 :')
    .replace(/^(\s*)::/, '$1: :');
}

// biome-ignore lint/complexity/useRegexLiterals: escapes keep invisible characters out of this file
const escapeSequences = new RegExp('\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[@-Z\\\\-_])', 'g');
// C0 and C1 controls, zero-width and direction characters, line and paragraph separators. A tab becomes a blank.
const invisible = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad]/gu;

/** The text without escape sequences, controls and characters that nobody sees. */
export function withoutControls(text: string): string {
  return text.replaceAll('\t', ' ').replace(escapeSequences, '').replace(invisible, '');
}
