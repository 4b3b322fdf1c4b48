import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The package has no types of its own.
const { safeDump }: { safeDump(value: unknown, options: Record<string, unknown>): string } =
  createRequire(import.meta.url)('js-yaml');

/** The lines of the blocks of a file, by their names. */
export type Blocks = Readonly<Record<string, readonly string[]>>;

/** Rows as a mapping of YAML by their names; what is undefined is left out. */
export function yamlLines<Row extends { readonly name: string }>(
  rows: readonly Row[],
  toYaml: (row: Row) => object,
): readonly string[] {
  const mapping = Object.fromEntries(rows.map((row) => [row.name, toYaml(row)]));
  return safeDump(mapping, { lineWidth: -1, noRefs: true, skipInvalid: true })
    .trimEnd()
    .split('\n');
}

/**
 * Brings the blocks of a file up to date, and gives the file's text as it should be. With `--check`
 * on the command line it writes nothing, says which command would, and the process fails.
 */
export function stamp(file: string, blocks: Blocks, command: string): string {
  const check = process.argv.includes('--check');
  const before = readFileSync(file, 'utf8');
  const after = Object.entries(blocks).reduce(
    (text, [name, lines]) => withBlock(text, name, lines, file),
    before,
  );
  if (after === before) return after;
  if (!check) writeFileSync(file, after);
  process.stdout.write(`${file}: ${check ? `is stale; run ${command}` : 'written'}\n`);
  if (check) process.exitCode = 1;
  return after;
}

/**
 * Puts the lines between every pair of lines `name:begin` and `name:end`, as far to the right as
 * the markers stand.
 */
export function withBlock(
  text: string,
  name: string,
  lines: readonly string[],
  file: string,
): string {
  const begin = /^( *)(?:#|<!--) ([a-z-]+):begin\b/;
  const result: string[] = [];
  let found = 0;
  let inside = false;
  for (const line of text.split('\n')) {
    if (new RegExp(`(?:#|<!--) ${name}:end\\b`).test(line)) inside = false;
    if (!inside) result.push(line);
    const [, indent = '', opened] = begin.exec(line) ?? [];
    if (opened !== name) continue;
    result.push(...lines.map((one) => (one === '' ? '' : `${indent}${one}`)));
    inside = true;
    found += 1;
  }
  if (found === 0 || inside) throw new Error(`${file} has no lines ${name}:begin and ${name}:end`);
  return result.join('\n');
}
