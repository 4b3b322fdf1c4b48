/**
 * A source file that decides something, and the fast tests that are there to notice when it decides
 * otherwise.
 */
export interface Subject {
  readonly file: string;
  readonly tests: readonly string[];
}

export const subjects: readonly Subject[] = [
  { file: 'src/deploy/rollout/judge.ts', tests: ['test/deploy/rollout/judge.test.ts'] },
  { file: 'src/deploy/rollout/verdict.ts', tests: ['test/deploy/rollout/verdict.test.ts'] },
  { file: 'src/deploy/config.ts', tests: ['test/deploy/config.test.ts'] },
  { file: 'src/inputs/read.ts', tests: ['test/deploy/config.test.ts'] },
  {
    file: 'src/inputs/readers.ts',
    tests: ['test/inputs/readers.test.ts', 'test/inputs/address-readers.test.ts'],
  },
  { file: 'src/outpost/retry.ts', tests: ['test/outpost/retry.test.ts'] },
  {
    file: 'src/outpost/wire.ts',
    tests: ['test/outpost/wire.test.ts', 'test/outpost/wire-lists.test.ts'],
  },
  { file: 'src/outpost/json-elements.ts', tests: ['test/outpost/json-elements.test.ts'] },
  { file: 'src/outpost/log-reader.ts', tests: ['test/outpost/log-reader.test.ts'] },
  {
    file: 'src/output/redact.ts',
    tests: ['test/output/redact.test.ts', 'test/safety/redaction.test.ts'],
  },
  { file: 'src/output/sanitize.ts', tests: ['test/output/sanitize.test.ts'] },
];
