import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { version } from '../../src/lib/version.ts';
import { needsPosix } from '../support/posix.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'outpost-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * The unpacked result of `npm pack` in this checkout. It contacts no registry and runs no script.
 */
function unpacked(): string {
  const text = execFileSync(
    'npm',
    ['pack', '--offline', '--ignore-scripts', '--json', '--pack-destination', folder],
    { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  expect(text).toContain('outpost-deploy-action');
  const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', archive], { cwd: folder });
  return join(folder, 'package');
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

needsPosix()('the tarball holds both programs, their licences and the documents they name', () => {
  const place = unpacked();
  for (const name of [
    ...['dist/cli/index.js', 'dist/cli/licenses.txt', 'dist/cli/package.json'],
    ...['dist/token/index.js', 'dist/token/licenses.txt', 'LICENSE', 'README.md'],
    ...['docs/failures.md', 'docs/tokens.md', 'docs/security.md'],
  ])
    expect({ name, isThere: existsSync(join(place, name)) }).toEqual({ name, isThere: true });
  for (const name of ['src', 'test', 'emulator', 'node_modules', 'dist/github'])
    expect(existsSync(join(place, name))).toBe(false);
  // npm does the same: a link in a separate folder.
  const bin = join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  const link = join(bin, 'outpost-deploy');
  symlinkSync(join(place, 'dist/cli/index.js'), link);
  expect(run(link, ['--version'])).toBe(`${version}\n`);
  expect(run(link, ['token', '--version'])).toBe(`${version}\n`);
});

test('npx runs the command from a checkout, without a network', () => {
  const text = execFileSync('npx', ['--offline', '--no-install', 'outpost-deploy', '--version'], {
    cwd: ROOT,
    encoding: 'utf8',
    // npm starts `node` by name.
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });
  expect(text).toBe(`${version}\n`);
});
