import { announce, requestLine, scenarioList } from './announcement.ts';
import type { Flags } from './flags.ts';
import { FlagError, helpText, parseFlags } from './flags.ts';
import type { Scenario } from './scenario.ts';
import { readScenarioFile, ScenarioFileError } from './scenario-file.ts';
import { scenarioNamed } from './scenarios.ts';
import { plainScenario } from './scenarios-models.ts';
import type { Emulator } from './server.ts';
import { startEmulator } from './server.ts';

/** Where the command writes and how it learns that it should stop. */
export interface Console {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Settles when the user stops the emulator. */
  readonly stopped: Promise<unknown>;
}

/**
 * Runs the emulator's command line and returns the exit status: 0 = done, 1 = can't listen, 2 = bad
 * command line.
 */
export async function runCommand(argv: readonly string[], console: Console): Promise<number> {
  try {
    const flags = parseFlags(argv);
    switch (flags.action) {
      case 'help':
        console.out(helpText);
        return 0;
      case 'list':
        console.out(scenarioList());
        return 0;
      case 'serve':
        return await serve(flags, console);
    }
  } catch (error) {
    if (!(error instanceof FlagError || error instanceof ScenarioFileError)) throw error;
    console.err(`${error.message}\nSee --help.\n`);
    return 2;
  }
}

async function serve(flags: Flags, console: Console): Promise<number> {
  const scenario = scenarioOf(flags);
  let emulator: Emulator;
  try {
    const onServed = (request: Parameters<typeof requestLine>[0]): void =>
      console.out(requestLine(request));
    const { host, port, plan } = flags;
    emulator = await startEmulator({ scenario, host, port, plan, onServed });
  } catch (error) {
    console.err(`${listenProblem(error, flags)}\n`);
    return 1;
  }
  console.out(announce(emulator, flags.plan));
  await console.stopped;
  await emulator.close();
  console.out(
    `Stopped after ${emulator.requests.length} request${emulator.requests.length === 1 ? '' : 's'}.\n`,
  );
  return 0;
}

function scenarioOf(flags: Flags): Scenario {
  const scenario = baseScenario(flags);
  return flags.dialect === undefined ? scenario : { ...scenario, dialect: flags.dialect };
}

function baseScenario({ scenario, scenarioFile, rollout }: Flags): Scenario {
  if (scenarioFile !== undefined) return readScenarioFile(scenarioFile);
  return rollout === undefined ? scenarioNamed(scenario) : plainScenario(rollout);
}

function listenProblem(error: unknown, { host, port }: Flags): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Choose another with --port N, or any free one with --port 0.`;
  if (code === 'EACCES')
    return `You don't have permission to use port ${port}. Choose one above 1023 with --port N.`;
  if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')
    return `This machine has no address ${host}. Leave out --host to listen on 127.0.0.1.`;
  return `Can't listen on port ${port}: ${error instanceof Error ? error.message : String(error)}`;
}
