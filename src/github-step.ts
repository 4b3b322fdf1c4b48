import { basename } from 'node:path';
import { checkEarly } from './early.ts';
import { createGithubHost } from './hosts/github.ts';
import { sayLive } from './live.ts';
import { main } from './main.ts';
import { exitWith, openStdout } from './stdout.ts';

/**
 * Runs the step that the runner started: dist/github/pre.js when the job begins, index.js in its turn, post.js at its end. All three are
 * one bundle under three names. The name decides, not the saved state: where the state was lost, a post step that took itself for main
 * would deploy a second time.
 *
 * @param script the file that node was started with.
 */
export async function runStep(env: NodeJS.ProcessEnv, script: string): Promise<void> {
  const step = createGithubHost(env, openStdout());
  switch (basename(script)) {
    case 'pre.js':
      return exitWith(await checkEarly(step.host));
    case 'post.js':
      if (!step.hasEnded()) await sayLive(step.host);
      return exitWith(0);
    default: {
      const status = await main(step.host);
      step.saveEnded();
      return exitWith(status);
    }
  }
}
