import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { type Attack, attacks } from '../support/push/attacks.ts';
import { posixGitTest } from '../support/push/git.ts';
import { assertInNoFile, newSite, type Site } from '../support/push/site.ts';
import { startStranger } from '../support/push/stranger.ts';

// Shows that the attacks work, with a simple push as people would first write it, in the same
// checkouts.

function naiveGit(
  site: Site,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<boolean> {
  const all = { PATH: process.env['PATH'], GIT_TERMINAL_PROMPT: '0', ...site.env, ...env };
  return new Promise((resolve) =>
    execFile('git', args, { cwd: site.repository.folder, env: all }, (error) =>
      resolve(error === null),
    ),
  );
}

/**
 * Everything that went wrong with a push that passes the token as an argument, or when git asks for
 * it.
 */
async function harmOf({ arm }: Attack, emulator: Emulator): Promise<readonly string[]> {
  const site = newSite();
  const stranger = await startStranger();
  const token = emulator.world.createToken({ name: site.root, scopes: ['repo'] });
  try {
    const variables = arm(site, emulator.origin, stranger.origin) ?? {};
    const header = `http.extraHeader=Authorization: Basic ${Buffer.from(`ada:${token}`).toString('base64')}`;
    const url = `${emulator.origin}/acme/web.git`;
    await naiveGit(site, variables, ['status']);
    const isPushed = await naiveGit(site, variables, [
      '-c',
      header,
      'push',
      url,
      'HEAD:refs/heads/main',
    ]);
    await naiveGit(site, variables, ['push', url, 'HEAD:refs/heads/main']);
    return [
      ...(isPushed ? [] : ['the push failed']),
      ...readdirSync(site.stolen).map((name) => `${name} ran`),
      ...stranger.heard.map(() => 'a stranger was asked'),
      ...(emulator.requests.some(({ headers }) => headers['x-foreign'] !== undefined)
        ? ['a foreign header was sent']
        : []),
      ...(isInFile(site, token) ? ['the token is in a file'] : []),
    ];
  } finally {
    await stranger.close();
  }
}

function isInFile({ root }: Site, token: string): boolean {
  try {
    assertInNoFile(root, token);
    return false;
  } catch {
    return true;
  }
}

posixGitTest.each(attacks)('$name harms an ordinary push', async (attack) => {
  const emulator = await startEmulator();
  try {
    expect(await harmOf(attack, emulator)).not.toEqual([]);
  } finally {
    await emulator.close();
  }
});
