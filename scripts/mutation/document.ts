import { cell } from '../markdown-table.ts';
import type { Mutant } from './run.ts';

/**
 * Why a mutant that no test notices is none that one should: the change as the report shows it, and
 * the reason.
 */
export interface Reason {
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

export interface Outcome {
  readonly file: string;
  readonly mutants: readonly Mutant[];
}

/** So many of a file's mutants must be noticed. */
export const LEAST_PERCENT = 90;

const survivorsOf = ({ mutants }: Outcome): readonly Mutant[] =>
  mutants.filter(({ fate }) => fate === 'survived');

function percentOf(outcome: Outcome): number {
  const all = outcome.mutants.length;
  return all === 0 ? 100 : (100 * (all - survivorsOf(outcome).length)) / all;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
/** As code within a table. */
const code = (text: string): string => `\`\` ${cell(oneLine(text))} \`\``;

function whyOf(
  file: string,
  { original, replacement }: Mutant,
  reasons: readonly Reason[],
): string | undefined {
  return reasons.find(
    (reason) =>
      reason.file === file &&
      oneLine(reason.original) === oneLine(original) &&
      oneLine(reason.replacement) === oneLine(replacement),
  )?.why;
}

/**
 * What stands in the way of a good end: a score below the least, a survivor without a reason, a
 * reason without a survivor.
 */
export function problemsOf(
  outcomes: readonly Outcome[],
  reasons: readonly Reason[],
): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const { file } = outcome;
    const survivors = survivorsOf(outcome);
    const unexplained = survivors
      .filter((mutant) => whyOf(file, mutant, reasons) === undefined)
      .map(
        ({ line, original, replacement }) =>
          `${file}:${line}: no test notices ${oneLine(original)} -> ${oneLine(replacement)}`,
      );
    const idle = reasons
      .filter(
        (reason) =>
          reason.file === file &&
          !survivors.some((mutant) => whyOf(file, mutant, [reason]) !== undefined),
      )
      .map(
        ({ original, replacement }) =>
          `${file}: a test notices ${original} -> ${replacement}: its reason can go`,
      );
    const percent = percentOf(outcome);
    const low =
      percent < LEAST_PERCENT
        ? [`${file}: ${percent.toFixed(1)} % is less than ${LEAST_PERCENT} %`]
        : [];
    return [...low, ...unexplained, ...idle];
  });
}

/** The table of the files, as it is printed and as it stands in the document. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const row = (name: string, outcome: Outcome): string => {
    const { mutants } = outcome;
    const timeouts = mutants.filter(({ fate }) => fate === 'timeout').length;
    const survived = survivorsOf(outcome).length;
    const cells = [
      name,
      mutants.length,
      mutants.length - survived,
      timeouts,
      survived,
      `${percentOf(outcome).toFixed(1)} %`,
    ];
    return `| ${cells.join(' | ')} |`;
  };
  const all = { file: 'all', mutants: outcomes.flatMap(({ mutants }) => mutants) };
  const head =
    '| file | mutants | killed | of these by time | survived | score |\n| --- | --: | --: | --: | --: | --: |';
  return [
    head,
    ...outcomes.map((outcome) => row(`\`${outcome.file}\``, outcome)),
    row('all', all),
  ].join('\n');
}

/** The survivors by file and reason, those of one reason together. */
export function survivorTables(outcomes: readonly Outcome[], reasons: readonly Reason[]): string {
  const sections = outcomes.map((outcome) => {
    const rows = survivorsOf(outcome).map((mutant) => {
      const why = whyOf(outcome.file, mutant, reasons) ?? 'no reason yet';
      return `| ${mutant.line} | ${code(mutant.original)} | ${code(mutant.replacement)} | ${why} |`;
    });
    const body =
      rows.length === 0
        ? 'None.'
        : `| line | code | mutant | why no test can or need notice |\n| --: | --- | --- | --- |\n${rows.join('\n')}`;
    return `### ${outcome.file}\n\n${body}\n`;
  });
  return sections.join('\n');
}

/** The whole of docs/mutation.md. */
export function documentOf(
  all: readonly Outcome[],
  reasons: readonly Reason[],
  date: Date,
): string {
  return `# Mutants

Written by \`npm run mutants\` on ${date.toISOString().slice(0, 10)}. A mutant is the program with one small change: another operator, a condition that always
holds, an empty text, a pattern without its end. For each of them the tests of its file run until one fails; if none does, the mutant
has survived, and either a test is missing or the change changes nothing that anybody could see. Below is which of them it is.

Files that decide what counts as deployed, what is sent again, what is hidden and what is read from outside are tried, each with its own
fast tests ([\`scripts/mutation/subjects.ts\`](../scripts/mutation/subjects.ts)); the tests of the bundles, which run such code too, are not
asked. At least 90 % must be noticed in each file, and each survivor needs a reason in
[\`scripts/mutation/reasons.ts\`](../scripts/mutation/reasons.ts): else the script fails. Properties run with a fixed seed there, so that the same
code has the same score.

${tableOf(all)}

"By time" are mutants that never end, which the tests notice by waiting.

## Survivors

${survivorTables(all, reasons)}`;
}
