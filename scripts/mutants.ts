// `npm run mutants`: changes the code that decides, bit by bit, and looks whether a test notices. Half an hour, so no part of `npm test`.
// `-- --file judge` tries the files alone whose name holds that, and leaves the document as it is.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Outcome, problemsOf, survivorTables, tableOf } from './mutation/document.ts';
import { reasons } from './mutation/reasons.ts';
import { rememberedMutantsOf } from './mutation/remembered.ts';
import { subjects } from './mutation/subjects.ts';

const document = fileURLToPath(new URL('../docs/mutation.md', import.meta.url));

const { values } = parseArgs({ options: { file: { type: 'string', default: '' } } });
const chosen = subjects.filter(({ file }) => file.includes(values.file));
if (chosen.length === 0) throw new Error(`No file of scripts/mutation/subjects.ts holds ${values.file} in its name.`);

const outcomes: Outcome[] = [];
for (const subject of chosen) {
  process.stdout.write(`${subject.file} ...\n`);
  outcomes.push({ file: subject.file, mutants: await rememberedMutantsOf(subject) });
}
if (chosen.length === subjects.length) writeFileSync(document, documentOf(outcomes));
const problems = problemsOf(outcomes, reasons);
process.stdout.write(`\n${tableOf(outcomes)}\n\n${problems.map((problem) => `${problem}\n`).join('')}`);
process.stdout.write(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

function documentOf(all: readonly Outcome[]): string {
  return `# Mutants

Written by \`npm run mutants\` on ${new Date().toISOString().slice(0, 10)}. A mutant is the program with one small change: another operator, a condition that always
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
