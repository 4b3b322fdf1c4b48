import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, mutantsOf } from './run.ts';
import type { Subject } from './subjects.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const memory = join(root, 'build/mutation.json');

type Remembered = Readonly<
  Record<string, { readonly digest: string; readonly mutants: readonly Mutant[] }>
>;

function digestOf({ file, tests }: Subject): string {
  const hash = createHash('sha256');
  for (const path of [file, ...tests])
    hash.update(`${path}\n${readFileSync(join(root, path), 'utf8')}`);
  return hash.digest('hex');
}

const remembered = (): Remembered =>
  existsSync(memory) ? (JSON.parse(readFileSync(memory, 'utf8')) as Remembered) : {};

/**
 * The mutants of a file; those of the last run where neither the file nor its tests have changed
 * since, for a run takes minutes.
 */
export async function rememberedMutantsOf(subject: Subject): Promise<readonly Mutant[]> {
  const digest = digestOf(subject);
  const known = remembered()[subject.file];
  if (known?.digest === digest) return known.mutants;
  const mutants = await mutantsOf(subject);
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ ...remembered(), [subject.file]: { digest, mutants } }));
  return mutants;
}
