/** A text literal of a source as it reads: of what is filled in the names alone, for the texts in it follow as `inner`. */
export interface Quoted {
  readonly text: string;
  readonly inner: readonly Quoted[];
}

interface Cursor {
  readonly source: string;
  at: number;
}

const BLANK = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const QUOTE = /'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const WORD = /[\w$]+/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))+/y;

/** A `/` after one of these begins a regular expression; after any other word, or after a bracket that closes, it divides. */
const BEFORE_REGEX = /^(?:return|typeof|case|in|of|void|delete|throw|await|yield|[^\w$)\]])$/;

/** What is filled in can be shown as it stands when it is short and only names something. */
const NAMED = /^(?!.*(?:=>| \? |===))[^\n]{1,70}$/;

/** The text literals of a source in their order. It knows of TypeScript what quotes can hide in, and nothing else. */
export function literalsOf(source: string): readonly Quoted[] {
  const cursor: Cursor = { source, at: 0 };
  const literals = codeUntilBrace(cursor);
  if (cursor.at < source.length) throw lost(cursor, 'a brace closes nothing');
  return literals;
}

/** Reads on to the end, or to the brace that was not opened here. */
function codeUntilBrace(cursor: Cursor): readonly Quoted[] {
  const literals: Quoted[] = [];
  let depth = 0;
  let before = ';';
  while (cursor.at < cursor.source.length) {
    if (take(cursor, BLANK) !== undefined) continue;
    const next = cursor.source[cursor.at] ?? '';
    if (next === '}' && depth === 0) break;
    const literal = literalAt(cursor, next);
    if (literal !== undefined) literals.push(literal);
    before = literal === undefined ? tokenAt(cursor, next, before) : ')';
    depth += before === '{' ? 1 : before === '}' ? -1 : 0;
  }
  if (depth > 0) throw lost(cursor, 'a brace is not closed');
  return literals;
}

function literalAt(cursor: Cursor, next: string): Quoted | undefined {
  if (next === '`') return template(cursor);
  if (next !== "'" && next !== '"') return undefined;
  const quoted = take(cursor, QUOTE);
  if (quoted === undefined) throw lost(cursor, 'a quote is not closed');
  return { text: asRead(quoted.slice(1, -1)), inner: [] };
}

function template(cursor: Cursor): Quoted {
  const begin = cursor.at;
  const inner: Quoted[] = [];
  let text = '';
  cursor.at += 1;
  while (cursor.source[cursor.at] !== '`') {
    if (cursor.at >= cursor.source.length) throw lost({ ...cursor, at: begin }, 'a template is not closed');
    const piece = take(cursor, TEMPLATE_TEXT);
    if (piece !== undefined) {
      text += asRead(piece);
      continue;
    }
    const filled = filledIn(cursor);
    text += filled.text;
    inner.push(...filled.inner);
  }
  cursor.at += 1;
  return { text, inner };
}

function filledIn(cursor: Cursor): Quoted {
  const begin = cursor.at + 2;
  cursor.at = begin;
  const inner = codeUntilBrace(cursor);
  const code = cursor.source.slice(begin, cursor.at);
  if (cursor.source[cursor.at] !== '}') throw lost(cursor, 'a brace is not closed');
  cursor.at += 1;
  const isNamed = NAMED.test(code) && !inner.some(({ text }) => /[a-z]/i.test(text));
  return isNamed ? { text: `\${${code}}`, inner: [] } : { text: '${...}', inner };
}

/** What is no literal and no comment; a regular expression counts as the value that it is. */
function tokenAt(cursor: Cursor, next: string, before: string): string {
  if (next === '/' && BEFORE_REGEX.test(before) && take(cursor, REGEX) !== undefined) return ')';
  const word = take(cursor, WORD);
  if (word !== undefined) return word;
  cursor.at += 1;
  return next;
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.source)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

/** On one line, and without the backslashes that only the source needs. */
function asRead(text: string): string {
  return text
    .replace(/\\(['"`])/g, '$1')
    .replace(/\\n/g, ' / ')
    .replaceAll('\n', ' ');
}

function lost({ source, at }: Cursor, why: string): Error {
  return new Error(`line ${source.slice(0, at).split('\n').length}: ${why}`);
}
