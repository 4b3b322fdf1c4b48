import { basename } from 'node:path';
import { checkEarly } from './deploy/early-check.ts';
import { main } from './deploy/main.ts';
import { printStatus } from './deploy/status.ts';
import { createGithubHost } from './hosts/github.ts';
import { exitWith, openStdout } from './output/stdout.ts';

// A run that ends without a result (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
// No top-level await: the bundler would wrap the whole program in one function, which V8 parses
// twice.
void runStep(process.env, process.argv[1] ?? '');

/**
 * Runs the step that the runner started: dist/github/pre.js when the job starts, index.js for the
 * step itself, post.js when the job ends. All three are one bundle under three names. The name
 * decides, not the saved state: if the state were lost, the post step would deploy a second time.
 *
 * @param script the file that node was started with.
 */
async function runStep(env: NodeJS.ProcessEnv, script: string): Promise<void> {
  const step = createGithubHost(env, openStdout());
  switch (basename(script)) {
    case 'pre.js':
      return exitWith(await checkEarly(step.host));
    case 'post.js':
      // The post step doesn't decide whether the job failed.
      if (!step.hasEnded()) await printStatus(step.host);
      return exitWith(0);
    default: {
      const status = await main(step.host);
      step.saveEnded();
      return exitWith(status);
    }
  }
}
