import { stripTypeScriptTypes } from 'node:module';

/** What c8 writes of a file, as far as it is used: a statement is a line. */
export interface FileCoverage {
  readonly path: string;
  readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>;
  readonly s: Readonly<Record<string, number>>;
  readonly b: Readonly<Record<string, readonly number[]>>;
}

type Part = readonly [hit: number, all: number];

export interface Counts {
  readonly path: string;
  readonly lines: Part;
  readonly branches: Part;
  /** Numbers of the lines with code that did not run. */
  readonly missed: readonly number[];
}

/**
 * Numbers of the lines that hold code: no comment, no type and no blank line runs, and c8 would
 * count each as one that did.
 */
export function codeLines(source: string): ReadonlySet<number> {
  // Types become blanks, so that every line keeps its number; so do comments here, unless they end
  // a line with code.
  const lines = stripTypeScriptTypes(source)
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .split('\n');
  return new Set(
    lines.flatMap((line, index) => (/^\s*(?:\/\/.*|[;,)\]}]*)$/.test(line) ? [] : [index + 1])),
  );
}

export function countsOf({ path, statementMap, s, b }: FileCoverage, source: string): Counts {
  const code = codeLines(source);
  const ran = Object.entries(statementMap)
    .filter(([, { start }]) => code.has(start.line))
    .map(([key, { start }]) => ({ line: start.line, hit: (s[key] ?? 0) > 0 }));
  const branches = Object.values(b).flat();
  return {
    path,
    lines: [ran.filter(({ hit }) => hit).length, ran.length],
    // A file whose every line is types has one branch to c8, which cannot run.
    branches:
      code.size === 0 ? [0, 0] : [branches.filter((count) => count > 0).length, branches.length],
    missed: ran.filter(({ hit }) => !hit).map(({ line }) => line),
  };
}

/** Numbers in order as they are read: `3-5, 9`. */
export function placesOf(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ');
}
