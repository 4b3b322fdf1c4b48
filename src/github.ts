import { createGithubHost } from './hosts/github.ts';
import { main } from './main.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
process.exitCode = await main(createGithubHost(process.env, (text) => process.stdout.write(text)));
