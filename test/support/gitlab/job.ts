import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScenarioName } from '../../../emulator/scenarios.ts';
import { type Emulator, startEmulator } from '../../../emulator/server.ts';
import { VirtualClock } from '../virtual-time/clock.ts';
import { NO_SCHEMA, preview } from './local-runner.ts';
import { type JobResult, type JobRun, runJob } from './mini-runner.ts';
import {
  CLI_BUNDLE,
  type InputValue,
  openSandbox,
  pipeline,
  type Sandbox,
  template,
} from './sandbox.ts';
import { asLines, asMapping, parseYaml } from './yaml.ts';

const cleanUps: (() => unknown)[] = [];

/** Closes everything that a test's jobs opened. */
export async function closeJobs(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
}

export interface Options extends Partial<Omit<JobRun, 'clock' | 'cancel'>> {
  readonly scenario?: ScenarioName;
  readonly inputs?: Readonly<Record<string, InputValue>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Default: `deploy`. */
  readonly template?: 'deploy' | 'check';
  /** Changes the checkout before the job begins. */
  readonly prepare?: (sandbox: Sandbox) => void;
  /** Someone else's script line, between the lines that fetch the program and those that run it. */
  readonly between?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The job uses the machine's time. */
  readonly realTime?: boolean;
  readonly cancel?: RegExp | ((emulator: Emulator) => boolean);
}

export interface Ran extends JobResult {
  readonly emulator: Emulator;
  readonly sandbox: Sandbox;
}

/** A placeholder for the emulator's address until the emulator has started. */
const PLACE = 'http://127.0.0.1:1';
const resolved = new Map<string, string>();

/**
 * The pipeline as gitlab-ci-local resolves it. Resolved only once for all tests with the same
 * inputs.
 */
async function resolve(sandbox: Sandbox, origin: string): Promise<string> {
  const text = sandbox.read('.gitlab-ci.yml') ?? '';
  const yaml = resolved.get(text) ?? (await preview(sandbox, { args: [NO_SCHEMA] })).yaml;
  resolved.set(text, yaml);
  return yaml.replaceAll(PLACE, origin);
}

/** Runs a template's job in the mini-runner, against its own emulator. */
export async function ran({
  scenario = 'ok',
  inputs,
  files,
  template: name = 'deploy',
  prepare,
  between,
  extra,
  realTime = false,
  cancel,
  ...run
}: Options): Promise<Ran> {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({
    scenario,
    ...(realTime ? {} : { now: clock.nowMs, timing: clock }),
  });
  cleanUps.push(emulator.close, () => clock.close());
  const token = emulator.world.createToken({ name: 'ci', scopes: ['service'], expiresInDays: 90 });
  const usual = {
    service: 'acme/web',
    branch: 'main',
    origin: PLACE,
    'token-name': 'ci',
    'bundle-url': CLI_BUNDLE,
  };
  const sandbox = openSandbox({
    ...files,
    [`templates/${name}.yml`]: template(name),
    '.gitlab-ci.yml': pipeline([{ template: name, inputs: { ...usual, ...inputs } }]),
  });
  cleanUps.push(sandbox.remove);
  const job = asMapping(parseYaml(await resolve(sandbox, emulator.origin))[`outpost-${name}`]);
  prepare?.(sandbox);
  const [fetching = '', ...running] = asLines(job['script']);
  const script = between === undefined ? {} : { script: [fetching, between, ...running] };
  const temporary = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  cleanUps.push(() => rmSync(temporary, { recursive: true }));
  const variables = { OUTPOST_TOKEN: token, TMPDIR: temporary, ...run.variables };
  const when = typeof cancel === 'function' ? () => cancel(emulator) : cancel;
  const time = {
    clock: realTime ? ('real' as const) : clock,
    ...(when === undefined ? {} : { cancel: when }),
  };
  return {
    ...(await runJob(sandbox, { ...job, ...script, ...extra }, { ...run, ...time, variables })),
    emulator,
    sandbox,
  };
}

/** How many deploy calls Outpost received. */
export function deploys({ emulator }: Ran): number {
  return emulator.requests.filter(({ method }) => method === 'POST').length;
}
