// `npm run mutants`: changes the code that decides, bit by bit, and looks whether a test notices.
// Half an hour, so no part of `npm test`. `-- --file judge` tries the files alone whose name holds
// that, and leaves the document as it is.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentOf, type Outcome, problemsOf, tableOf } from './mutation/document.ts';
import { reasons } from './mutation/reasons.ts';
import { rememberedMutantsOf } from './mutation/remembered.ts';
import { subjects } from './mutation/subjects.ts';

const document = fileURLToPath(new URL('../docs/mutation.md', import.meta.url));

const { values } = parseArgs({ options: { file: { type: 'string', default: '' } } });
const chosen = subjects.filter(({ file }) => file.includes(values.file));
if (chosen.length === 0)
  throw new Error(`No file of scripts/mutation/subjects.ts holds ${values.file} in its name.`);

const outcomes: Outcome[] = [];
for (const subject of chosen) {
  process.stdout.write(`${subject.file} ...\n`);
  outcomes.push({ file: subject.file, mutants: await rememberedMutantsOf(subject) });
}
if (chosen.length === subjects.length)
  writeFileSync(document, documentOf(outcomes, reasons, new Date()));
const problems = problemsOf(outcomes, reasons);
process.stdout.write(
  `\n${tableOf(outcomes)}\n\n${problems.map((problem) => `${problem}\n`).join('')}`,
);
process.stdout.write(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
