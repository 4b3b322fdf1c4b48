import { execFileSync } from 'node:child_process';

/**
 * Fails when a build or the generated documents differ from what is committed. `git status` sees
 * new files too, `git diff` would not.
 */
const changed = execFileSync(
  'git',
  [
    'status',
    '--porcelain',
    '--',
    'dist',
    'gitlab',
    'docs',
    'examples',
    'action.yml',
    'action-types.yml',
    'rotate',
    'README.md',
  ],
  {
    encoding: 'utf8',
  },
);
if (changed !== '') {
  process.stdout.write(
    `Built files differ from the committed ones; commit what \`npm run docs\` and \`npm run build\` write:\n${changed}`,
  );
  process.exitCode = 1;
}
