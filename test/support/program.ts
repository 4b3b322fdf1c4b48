import { fileURLToPath } from 'node:url';

const own = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The sources of each bundle. The names of the action's steps decide what they do (src/github.ts).
 */
const sources: Readonly<Record<string, string>> = {
  [own('../../dist/github/index.js')]: own('../../src/github.ts'),
  [own('../../dist/github/pre.js')]: own('./source-steps/pre.js'),
  [own('../../dist/github/post.js')]: own('./source-steps/post.js'),
  [own('../../dist/cli/index.js')]: own('../../src/cli.ts'),
  [own('../../dist/token/index.js')]: own('../../src/token.ts'),
};

/**
 * The file that a test runs as the bundle: the bundle itself, except in `npm run coverage`
 * (OUTPOST_TEST_ENTRY=src). That uses the sources, since a bundle's lines aren't those of src/.
 * A Node version other than the one that runs the tests may not be able to run the sources.
 */
export function programOf(bundle: string, node = process.execPath): string {
  const source =
    node === process.execPath && process.env['OUTPOST_TEST_ENTRY'] === 'src'
      ? sources[bundle]
      : undefined;
  return source ?? bundle;
}

/** Tells Node where to write coverage: a program under test doesn't inherit our environment. */
export function coverageEnv(): Readonly<Record<string, string>> {
  const folder =
    process.env['OUTPOST_TEST_ENTRY'] === 'src' ? process.env['NODE_V8_COVERAGE'] : undefined;
  return folder === undefined ? {} : { NODE_V8_COVERAGE: folder };
}
