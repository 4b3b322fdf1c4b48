// The checkout of `npm start`'s CI system. Plain JavaScript that needs nothing installed, like
// start.mjs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';

export class NoGit extends Error {}

/** The file `ops/migrate.json`: a job for Outpost that migrates the database. */
export const MIGRATION = `{
  "name": "migrate",
  "command": "bin/migrate --to {commit}",
  "region": "us-east-1"
}
`;

/**
 * The CI system's checkout: a repository with one commit for a push or a job before the deploy.
 * Otherwise, nothing reads it.
 * @param {string} folder
 * @param {Record<string, string>} inputs
 * @returns {{folder: string, commit: string}}
 */
export function checkOut(folder, inputs) {
  if (inputs['push'] === undefined && inputs['pre-deploy-job'] === undefined)
    return { folder, commit: '' };
  const checkout = join(folder, 'checkout');
  mkdirSync(join(checkout, 'ops'), { recursive: true });
  writeFileSync(join(checkout, 'index.html'), '<h1>The shop</h1>\n');
  writeFileSync(join(checkout, 'ops', 'migrate.json'), MIGRATION);
  const person = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Ada'],
    [`GIT_${role}_EMAIL`, 'ada@outpost.example'],
  ]);
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    ...Object.fromEntries(person),
  };
  const git = (/** @type {string[]} */ ...args) => {
    try {
      return execFileSync('git', args, { cwd: checkout, env, encoding: 'utf8' }).trim();
    } catch (error) {
      throw /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' ? new NoGit() : error;
    }
  };
  git('init', '--quiet');
  git('symbolic-ref', 'HEAD', 'refs/heads/main');
  git('add', '.');
  git('commit', '--quiet', '--message', 'Open the shop');
  return { folder: checkout, commit: git('rev-parse', 'HEAD') };
}
