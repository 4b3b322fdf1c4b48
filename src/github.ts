import { runStep } from './github-step.ts';

// A run that ends without a verdict (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
await runStep(process.env, process.argv[1] ?? '');
