import { runCommand } from './cli-run.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
await runCommand(process.argv.slice(2), process.env, process.argv[1] ?? '');
