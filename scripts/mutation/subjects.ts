/** A source file that decides something, and the fast tests that are there to notice when it decides otherwise. */
export interface Subject {
  readonly file: string;
  readonly tests: readonly string[];
}

export const subjects: readonly Subject[] = [
  { file: 'src/steps/judge.ts', tests: ['test/steps/judge.test.ts'] },
  { file: 'src/steps/verdict.ts', tests: ['test/steps/verdict.test.ts'] },
  { file: 'src/steps/config.ts', tests: ['test/steps/config.test.ts'] },
  { file: 'src/steps/input-rows.ts', tests: ['test/steps/config.test.ts'] },
  { file: 'src/steps/input-readers.ts', tests: ['test/steps/input-readers.test.ts', 'test/steps/address-readers.test.ts'] },
  { file: 'src/outpost/retry.ts', tests: ['test/outpost/retry.test.ts'] },
  {
    file: 'src/outpost/wire.ts',
    tests: ['test/outpost/wire.test.ts', 'test/outpost/wire-lists.test.ts'],
  },
  { file: 'src/outpost/json-elements.ts', tests: ['test/outpost/json-elements.test.ts'] },
  { file: 'src/outpost/log-reader.ts', tests: ['test/outpost/log-reader.test.ts'] },
  { file: 'src/redact.ts', tests: ['test/redact.test.ts', 'test/safety/redaction.test.ts'] },
  { file: 'src/inert.ts', tests: ['test/inert.test.ts'] },
];
