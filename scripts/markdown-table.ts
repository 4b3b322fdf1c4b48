import type { OutputRow } from '../src/report/outputs.ts';

/** A Markdown table, as lines. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const lineOf = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [lineOf(head), lineOf(head.map(() => '---')), ...rows.map(lineOf)];
}

/** The outputs, with their names on a host. */
export function outputTable(
  outputs: readonly OutputRow[],
  head: string,
  nameOf = (name: string): string => name,
): readonly string[] {
  return tableLines(
    [head, 'Meaning'],
    outputs.map(({ name, description }) => [`\`${nameOf(name)}\``, description]),
  );
}

/** A `|` would end the cell, even in code. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
