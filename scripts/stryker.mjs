// `npm run mutants`: makes small changes to the code that decides, and checks that a test notices
// each one. The first run takes an hour or more. Later runs only try what changed. `-- --mutate
// src/outpost/retry.ts` only runs that file and keeps its result.
export default {
  mutate: [
    'src/deploy/config.ts',
    'src/deploy/contradictions.ts',
    'src/deploy/receipt.ts',
    'src/deploy/rollout/judge.ts',
    'src/deploy/rollout/lack.ts',
    'src/deploy/rollout/pace.ts',
    'src/deploy/rollout/signs.ts',
    'src/deploy/rollout/verdict.ts',
    'src/inputs/paths.ts',
    'src/inputs/placeholders.ts',
    'src/inputs/read.ts',
    'src/inputs/readers.ts',
    'src/inputs/services.ts',
    'src/outpost/deploy-wire.ts',
    'src/outpost/forms.ts',
    'src/outpost/job-wire.ts',
    'src/outpost/json-elements.ts',
    'src/outpost/log-lines.ts',
    'src/outpost/log-page.ts',
    'src/outpost/moment.ts',
    'src/outpost/retry.ts',
    'src/outpost/service-wire.ts',
    'src/outpost/wire.ts',
    'src/outpost/words.ts',
    'src/output/redact.ts',
    'src/output/sanitize.ts',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    config: {
      testEnvironment: 'node',
      transform: {},
      testSequencer: '<rootDir>/scripts/tables-first.mjs',
      setupFiles: ['<rootDir>/test/support/fixed-seed.ts'],
      // Only the fast tests of these files. Tests of the bundles also run this code, but in
      // separate processes.
      testMatch: [
        '<rootDir>/test/deploy/{config,receipt}.test.ts',
        '<rootDir>/test/deploy/rollout/{judge,judge-property,lack,pace,signs,verdict}.test.ts',
        '<rootDir>/test/inputs/*.test.ts',
        '<rootDir>/test/outpost/{forms,job-wire,json-elements,log-lines,log-page,moment,record-wire,retry,scalar-wire,service-wire,wire,wire-lists,words}.test.ts',
        '<rootDir>/test/outpost/{log-page,service-wire,wire}-property.test.ts',
        '<rootDir>/test/output/{redact,sanitize}.test.ts',
        '<rootDir>/test/safety/redaction.test.ts',
      ],
    },
  },
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: 'build/mutants.json',
  // A mutant that no test notices needs a test, or a comment in the source that says why not.
  thresholds: { high: 100, low: 100, break: 100 },
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 1,
  timeoutMS: 3_000,
  disableTypeChecks: false,
  // Stryker would read it with TypeScript's JavaScript API, which TypeScript 7 doesn't have.
  // Nothing here needs it.
  tsconfigFile: 'none.json',
  // Jest doesn't look for packages there.
  tempDirName: 'build/mutants',
  ignorePatterns: ['dist', 'build', 'coverage', 'biome.json', 'docs', 'gitlab', 'examples'],
};
