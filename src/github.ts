import { basename } from 'node:path';
import { createGithubHost } from './hosts/github.ts';
import { sayLive } from './live.ts';
import { main } from './main.ts';
import { exitWith, openStdout } from './stdout.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
const step = createGithubHost(process.env, openStdout());
// The runner starts dist/github/post.js after everything else of the job, and that file is this one by another name. The name decides,
// not the saved state: where the state was lost, a post step that took itself for main would deploy a second time.
if (basename(process.argv[1] ?? '') === 'post.js') {
  if (!step.hasEnded()) await sayLive(step.host);
  exitWith(0);
} else {
  const status = await main(step.host);
  step.saveEnded();
  exitWith(status);
}
