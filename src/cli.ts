import { runCommand } from './cli-run.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
// Not awaited at the top level: the bundler would wrap the whole program in one function, which V8 reads twice.
void runCommand(process.argv.slice(2), process.env, process.argv[1] ?? '');
