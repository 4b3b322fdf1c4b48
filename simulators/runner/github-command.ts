/** How the GitHub runner finds a workflow command in one line, in both syntaxes. */

export interface RunnerCommand {
  /**
   * In lower case, whatever the line used. The word that ends stop-commands is recorded under the
   * name `resume`.
   */
  readonly name: string;
  /** If a key is repeated in another case, the first spelling and the last value are kept. */
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
  readonly form: '::' | '##[';
  readonly line: string;
}

interface Escape {
  readonly code: string;
  readonly char: string;
}

const PERCENT: Escape = { code: '%25', char: '%' };
const LINE_BREAKS: readonly Escape[] = [
  { code: '%0D', char: '\r' },
  { code: '%0A', char: '\n' },
];
// `%25` is decoded last in each list, so `%250A` becomes the text `%0A` and not a line feed.
const COLON_DATA: readonly Escape[] = [...LINE_BREAKS, PERCENT];
const COLON_PROPERTY: readonly Escape[] = [
  ...LINE_BREAKS,
  { code: '%3A', char: ':' },
  { code: '%2C', char: ',' },
  PERCENT,
];
const HASH: readonly Escape[] = [
  { code: '%3B', char: ';' },
  ...LINE_BREAKS,
  { code: '%5D', char: ']' },
  PERCENT,
];

// White space in .NET. It contains U+0085, which JavaScript's \s doesn't, but not U+FEFF, which \s
// does.
const DOTNET_LEADING_SPACE =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const DOTNET_TRAILING_SPACE =
  /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

// .NET's comparison probably ignores zero-width characters inside the second pair of colons, but
// not before the first pair (not verified). We assume the more dangerous case: such a line is a
// command.
const HEADER_END = /:[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*:/;

export function trimLikeDotnet(text: string): string {
  return text.replace(DOTNET_LEADING_SPACE, '').replace(DOTNET_TRAILING_SPACE, '');
}

/**
 * Names are compared without case. The text is converted in both directions, so that a name counts
 * as a command even if .NET and JavaScript might disagree about a character.
 */
export function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

/** Parses a line. A name outside of `names`, which holds folded names, is plain text. */
export function parseCommand(line: string, names: ReadonlySet<string>): RunnerCommand | undefined {
  return parseColonForm(line, names) ?? parseHashForm(line, names);
}

export function propertyOf(command: RunnerCommand, key: string): string | undefined {
  const found = Object.entries(command.properties).find(([name]) => foldCase(name) === key);
  return found?.[1];
}

function parseColonForm(line: string, names: ReadonlySet<string>): RunnerCommand | undefined {
  const text = line.replace(DOTNET_LEADING_SPACE, '');
  if (!text.startsWith('::')) return undefined;
  const rest = text.slice(2);
  const end = HEADER_END.exec(rest);
  if (end === null) return undefined;
  const header = splitHeader(rest.slice(0, end.index), names);
  if (header === undefined) return undefined;
  const properties = parseProperties(header.properties, ',', COLON_PROPERTY);
  return {
    name: header.name,
    properties,
    data: undo(rest.slice(end.index + 2), COLON_DATA),
    form: '::',
    line,
  };
}

function parseHashForm(line: string, names: ReadonlySet<string>): RunnerCommand | undefined {
  // Only the first `##[` counts, wherever it is in the line.
  const start = line.indexOf('##[');
  if (start < 0) return undefined;
  const end = line.indexOf(']', start);
  if (end < 0) return undefined;
  const header = splitHeader(line.slice(start + 3, end), names);
  if (header === undefined) return undefined;
  const properties = parseProperties(header.properties, ';', HASH);
  return {
    name: header.name,
    properties,
    data: undo(line.slice(end + 1), HASH),
    form: '##[',
    line,
  };
}

function splitHeader(
  header: string,
  names: ReadonlySet<string>,
): { name: string; properties: string } | undefined {
  const space = header.indexOf(' ');
  const name = foldCase(space < 0 ? header : header.slice(0, space));
  if (!names.has(name)) return undefined;
  return { name, properties: space < 0 ? '' : trimLikeDotnet(header.slice(space + 1)) };
}

function parseProperties(
  text: string,
  separator: string,
  escapes: readonly Escape[],
): Record<string, string> {
  const found = new Map<string, { key: string; value: string }>();
  for (const part of text.split(separator)) {
    const equals = part.indexOf('=');
    if (equals < 0) continue;
    const key = part.slice(0, equals);
    const folded = foldCase(key);
    found.set(folded, {
      key: found.get(folded)?.key ?? key,
      value: undo(part.slice(equals + 1), escapes),
    });
  }
  return Object.fromEntries([...found.values()].map(({ key, value }) => [key, value]));
}

function undo(text: string, escapes: readonly Escape[]): string {
  return escapes.reduce((result, { code, char }) => result.replaceAll(code, char), text);
}
