import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeUsageError } from './stdout.ts';
import { version } from './version.ts';

/**
 * `outpost-deploy token ...`: hands over to dist/token/index.js beside this program. The commands about tokens are a file of their own,
 * for what they need besides (the stores, a cipher) is nothing that a deploy should download.
 *
 * @param script this program's own file.
 * @returns the other's exit status; 2 where it is not there.
 */
export function runBeside(script: string, args: readonly string[]): Promise<number> {
  const program = join(dirname(realpathSync(script)), '..', 'token', 'index.js');
  if (!existsSync(program)) {
    const address = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/token/index.js`;
    writeUsageError(
      `The commands about tokens are a program of their own, which is not beside this one. Fetch it and run it in its place: ${address}`,
    );
    return Promise.resolve(2);
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.on('error', () => resolve(1));
    child.on('exit', (status) => resolve(status ?? 1));
  });
}
