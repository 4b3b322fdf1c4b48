import { basename } from 'node:path';
import { checkEarly } from './early.ts';
import { createGithubHost } from './hosts/github.ts';
import { sayLive } from './live.ts';
import { main } from './main.ts';
import { exitWith, openStdout } from './stdout.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
const step = createGithubHost(process.env, openStdout());
// The runner starts dist/github/pre.js when the job begins and post.js at its end; both are this file by another name. The name decides,
// not the saved state: where the state was lost, a post step that took itself for main would deploy a second time.
switch (basename(process.argv[1] ?? '')) {
  case 'pre.js':
    exitWith(await checkEarly(step.host));
    break;
  case 'post.js':
    if (!step.hasEnded()) await sayLive(step.host);
    exitWith(0);
    break;
  default: {
    const status = await main(step.host);
    step.saveEnded();
    exitWith(status);
  }
}
