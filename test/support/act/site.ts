import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { jobPath } from '../gitlab/job-programs.ts';
import { ROOT } from '../gitlab/sandbox.ts';
import type { ActOptions } from './run.ts';

/** Keeps all of act's files in the folder, and hides this machine's user settings from it. */
export function environment(
  folder: string,
  { programs = {} }: ActOptions,
  proxy: string,
): Record<string, string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${script}\n`, { mode: 0o700 });
  }
  return {
    PATH: `${bin}:${jobPath()}`,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    TMPDIR: folder,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    // Without this, act checks for a new version each time.
    ACT_DISABLE_VERSION_CHECK: '1',
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NO_PROXY: '127.0.0.1',
  };
}

/** @param origin the Outpost that the action calls if the workflow names none. */
export function argumentsOf(
  folder: string,
  options: ActOptions,
  token: string,
  origin: string,
): readonly string[] {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const ofToken = `OUTPOST_TOKEN=${token}\n`;
  return [
    options.event ?? 'push',
    '--platform=ubuntu-latest=-self-hosted',
    `--workflows=${file('workflow.yml', options.workflow)}`,
    `--local-repository=outpost/deploy-action@v1=${shippedIn(join(folder, 'action'), origin)}`,
    // On the command line, every user of this machine could read it. An empty GITHUB_TOKEN keeps
    // act from asking the gh CLI for one.
    `--secret-file=${file('secrets', `GITHUB_TOKEN=\n${options.tokenUnknownToAct === true ? '' : ofToken}`)}`,
    `--env-file=${file('variables', options.tokenUnknownToAct === true ? ofToken : '')}`,
    `--eventpath=${file('event.json', JSON.stringify(options.payload ?? {}))}`,
    '--env=GITHUB_REPOSITORY=acme/shop',
    '--actor=ada',
    // The cache server would listen on an address that others can reach.
    '--no-cache-server',
    ...(options.args ?? []),
  ];
}

/**
 * Copies the files that a release of the action consists of into a folder.
 *
 * @param origin the default of the input `origin` in these copies of action.yml.
 */
export function shippedIn(folder: string, origin = 'https://outpost.run'): string {
  mkdirSync(folder, { recursive: true });
  const shipped = ['action.yml', 'dist/github', 'rotate/action.yml', 'dist/token'];
  for (const name of shipped) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  for (const name of shipped.filter((one) => one.endsWith('.yml'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), text.replace("'https://outpost.run'", `'${origin}'`));
  }
  return folder;
}

/**
 * A proxy that forwards nothing. act and every program that honors the proxy variables send
 * requests for other hosts here, and the proxy counts them.
 */
export async function countingProxy(): Promise<{
  readonly url: string;
  asked(): number;
  close(): void;
}> {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, asked: () => asked, close: () => void server.close() };
}
