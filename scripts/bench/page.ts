import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { withBlock } from '../marked-block.ts';
import type { Row } from './measure.ts';

const PAGE = fileURLToPath(new URL('../../docs/dev/performance.md', import.meta.url));
const HEAD: Row = { what: 'what', measured: 'measured', goal: 'goal', from: 'of what' };

/** A Markdown table with aligned columns, so that it's readable in a terminal too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows].map(({ what, measured, goal, from }) => [
    what,
    measured,
    goal,
    from,
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lineOf = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = cells;
  return [lineOf(head), lineOf(widths.map((width) => '-'.repeat(width))), ...rest.map(lineOf)].join(
    '\n',
  );
}

/**
 * The date, and the facts about the machine that affect the figures. Neither its name nor any path.
 */
export function circumstances(rounds: number): string {
  const model = (cpus()[0]?.model ?? 'an unknown processor').trim();
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${model}, ${availableParallelism()} cores, ${process.platform}, Node ${process.version}; medians of ${rounds} turns.`;
}

/** Replaces the table on the page. */
export function writePage(text: string): void {
  const lines = ['', ...text.split('\n'), ''];
  writeFileSync(
    PAGE,
    withBlock(readFileSync(PAGE, 'utf8'), 'bench', lines, 'docs/dev/performance.md'),
  );
}
