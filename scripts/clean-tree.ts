import { execFileSync } from 'node:child_process';

/**
 * Fails if a build or the generated documents differ from what is committed. `--first` runs before
 * the build: it only warns that uncommitted changes will look like a difference.
 */
const GENERATED = [
  ...['dist', 'gitlab', 'docs', 'examples', 'action.yml', 'action-types.yml', 'rotate'],
  'README.md',
];

// `git status` also lists new files; `git diff` doesn't.
const changed = execFileSync('git', ['status', '--porcelain', '--', ...GENERATED], {
  encoding: 'utf8',
});
if (changed !== '' && process.argv.includes('--first')) {
  process.stdout.write(
    `Commit first: these files have uncommitted changes, so this check will fail at its end even if all is well.\n${changed}`,
  );
} else if (changed !== '') {
  process.stdout.write(
    `These files differ from what is committed. Commit them together with your change; in a conflict, take either side and run \`npm run docs && npm run build\`:\n${changed}`,
  );
  process.exitCode = 1;
}
