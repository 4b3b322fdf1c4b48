import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes docs/messages.md: every sentence that the program may say, by the file that says it. A changed sentence is then seen in the
 * diff, next to all others, so that they stay in one voice. `--check` writes nothing and fails where the catalogue is old.
 */
const src = fileURLToPath(new URL('../src', import.meta.url));
const catalogue = fileURLToPath(new URL('../docs/messages.md', import.meta.url));

/** Text literals that read as a sentence: several words, and not a pattern, a path or a piece of syntax. */
function sentencesOf(text: string): readonly string[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^import .*$/gm, '');
  const literals = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)];
  return literals
    .map(([, single, double, template]) => (single ?? double ?? template ?? '').replace(/\\(['"`])/g, '$1').replace(/\\n/g, ' / '))
    .filter((one) => /[a-z]{2,} [a-z]{2,}/i.test(one) && /[a-z] (?:[a-z]+ )*[a-z]+/.test(one));
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('emulator'))
  .sort();
const sections = files.flatMap((file) => {
  const sentences = [...new Set(sentencesOf(readFileSync(join(src, file), 'utf8')))];
  return sentences.length === 0 ? [] : [`## ${file}\n\n${sentences.map((one) => `- ${one.replaceAll('\n', ' ')}`).join('\n')}\n`];
});
const text = `# Every sentence of the program\n\nWritten by \`npm run docs\`, for the review of changes; \`\${...}\` is what is filled in.\n\n${sections.join('\n')}`;

if (!process.argv.includes('--check')) writeFileSync(catalogue, text);
else if (readFileSync(catalogue, 'utf8') !== text) {
  process.stdout.write('docs/messages.md is not up to date; run npm run docs\n');
  process.exitCode = 1;
}
