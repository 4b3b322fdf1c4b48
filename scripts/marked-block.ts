import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The package has no types of its own.
const { safeDump }: { safeDump(value: unknown, options: Record<string, unknown>): string } =
  createRequire(import.meta.url)('js-yaml');

/** The lines of a file's blocks, by name. */
export type Blocks = Readonly<Record<string, readonly string[]>>;

/** Rows as a YAML mapping by name, without undefined values. */
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
 * Updates the blocks of a file, and returns the file's text as it should be. With `--check` on the
 * command line, it writes nothing, says which command to run, and the process fails.
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
 * Replaces the lines between each `name:begin` and `name:end`, with the indentation of the markers.
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
