import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { literalsOf, type Quoted } from './literals.ts';

/**
 * Writes docs/messages.md: every sentence that the program may say, by the file that says it. A changed sentence is then seen in the
 * diff, next to all others, so that they stay in one voice. `--check` writes nothing and fails where the catalogue is old.
 */
const src = fileURLToPath(new URL('../src', import.meta.url));
const catalogue = fileURLToPath(new URL('../docs/messages.md', import.meta.url));

/** Several words, and not a pattern, a path or a piece of syntax; what is filled in by name does not count. */
function isSentence(text: string): boolean {
  const said = withoutNames(text);
  return /[a-z]{2,} [a-z]{2,}/i.test(said) && /[a-z] (?:[a-z]+ )*[a-z]+/.test(said);
}

function holdsSentence({ text, inner }: Quoted): boolean {
  return isSentence(text) || inner.some(holdsSentence);
}

function withoutNames(text: string): string {
  return text.replace(/\$\{[^}]*\}/g, '');
}

/** A sentence with the words that are filled in below it. What only joins sentences is none: they stand for themselves. */
function linesOf(literal: Quoted): readonly string[] {
  const { text, inner } = literal;
  if (!holdsSentence(literal)) return [];
  if (withoutNames(text).trim() === '') return inner.flatMap(linesOf);
  return [`- ${text}`, ...inner.flatMap(wordsOf).map((line) => `  ${line}`)];
}

function hasLetters(text: string): boolean {
  return /[a-z]/i.test(text);
}

function wordsOf({ text, inner }: Quoted): readonly string[] {
  return [...(hasLetters(text) ? [`- ${text}`] : []), ...inner.flatMap(wordsOf)];
}

function sectionOf(file: string): readonly string[] {
  const entries = literalsOf(readFileSync(join(src, file), 'utf8')).map((literal) => linesOf(literal).join('\n'));
  const sentences = [...new Set(entries)].filter((entry) => entry !== '');
  return sentences.length === 0 ? [] : [`## ${file}\n\n${sentences.join('\n')}\n`];
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('emulator'))
  .sort();
const text = `# Every sentence of the program\n\nWritten by \`npm run docs\`, for the review of changes; \`\${...}\` is what is filled in, with the words for it below the sentence.\n\n${files.flatMap(sectionOf).join('\n')}`;

if (!process.argv.includes('--check')) writeFileSync(catalogue, text);
else if (readFileSync(catalogue, 'utf8') !== text) {
  process.stdout.write('docs/messages.md is not up to date; run npm run docs\n');
  process.exitCode = 1;
}
