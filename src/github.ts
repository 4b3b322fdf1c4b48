import { basename } from 'node:path';
import { checkEarly } from './deploy/early-check.ts';
import { main } from './deploy/main.ts';
import { printStatus } from './deploy/status.ts';
import { createGithubHost } from './hosts/github.ts';
import { exitWith, openStdout } from './output/stdout.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
// Not awaited at the top level: the bundler would wrap the whole program in one function, which V8
// reads twice.
void runStep(process.env, process.argv[1] ?? '');

/**
 * Runs the step that the runner started: dist/github/pre.js when the job begins, index.js in its
 * turn, post.js at its end. All three are one bundle under three names. The name decides, not the
 * saved state: where the state was lost, a post step that took itself for main would deploy a
 * second time.
 *
 * @param script the file that node was started with.
 */
async function runStep(env: NodeJS.ProcessEnv, script: string): Promise<void> {
  const step = createGithubHost(env, openStdout());
  switch (basename(script)) {
    case 'pre.js':
      return exitWith(await checkEarly(step.host));
    case 'post.js':
      // What the job itself came to is not for this step to say.
      if (!step.hasEnded()) await printStatus(step.host);
      return exitWith(0);
    default: {
      const status = await main(step.host);
      step.saveEnded();
      return exitWith(status);
    }
  }
}
