import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import type { Subject } from './subjects.ts';
import { textBetween } from './text.ts';

/** A change of the source that a test should notice. */
export interface Mutant {
  readonly line: number;
  /** What stood there, and what was put there instead. */
  readonly original: string;
  readonly replacement: string;
  readonly fate: 'killed' | 'timeout' | 'survived';
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes every mutant of the file and runs the file's tests on each until one fails. Takes minutes.
 */
export async function mutantsOf({ file, tests }: Subject): Promise<readonly Mutant[]> {
  const stryker = new Stryker({
    mutate: [file],
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    timeoutMS: 3_000,
    // Stryker would read it with the JavaScript API that TypeScript 7 does not have, and nothing
    // here needs it.
    tsconfigFile: 'none.json',
    // Where jest does not look for packages.
    tempDirName: 'build/mutants',
    disableTypeChecks: false,
    ignorePatterns: ['dist', 'build', 'coverage', 'biome.json', 'docs', 'gitlab', 'examples'],
    // Says each ten seconds how far it is.
    reporters: ['progress-append-only'],
    jest: {
      enableFindRelatedTests: false,
      config: {
        testEnvironment: 'node',
        transform: {},
        setupFiles: ['<rootDir>/test/support/fixed-seed.ts'],
        testMatch: tests.map((test) => `<rootDir>/${test}`),
      },
    },
  });
  const source = readFileSync(join(root, file), 'utf8');
  const results = await stryker.runMutationTest();
  return results.map(({ location, replacement, status, statusReason }) => ({
    line: location.start.line,
    original: textBetween(source, location.start, location.end),
    replacement: replacement ?? '',
    fate: fateOf(status, statusReason),
  }));
}

function fateOf(status: string, reason: string | undefined): Mutant['fate'] {
  if (status === 'Killed') return 'killed';
  if (status === 'Timeout') return 'timeout';
  if (status === 'Survived' || status === 'NoCoverage') return 'survived';
  throw new Error(`A mutant could not be tried (${status}): ${reason ?? 'no reason given'}`);
}
