import { runTokenProgram } from './token-run.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
await runTokenProgram(process.argv.slice(2), process.env);
