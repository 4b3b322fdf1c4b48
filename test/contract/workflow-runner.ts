import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseOutputs } from '../../scripts/job-page.mjs';
import { type Contexts, filled } from '../examples/workflow.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseYaml } from '../support/gitlab/yaml.ts';
import { GITHUB_BUNDLE } from '../support/run-github.ts';
import { spawnBundle } from '../support/spawn-bundle.ts';
import type { VirtualClock } from '../support/virtual-time/clock.ts';
import { endOf } from '../support/virtual-time/processes.ts';

export interface StepResult {
  readonly outcome: 'success' | 'failure';
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
}

/** The steps of a job in one of this repository's workflows. */
export function stepsOf(workflow: string, job: string): readonly Mapping[] {
  const { jobs } = parseYaml(readFileSync(join(ROOT, '.github/workflows', workflow), 'utf8'));
  const { steps } = asMapping(asMapping(jobs)[job]);
  return (Array.isArray(steps) ? steps : []).map(asMapping);
}

export function stepOf(workflow: string, job: string, name: string): Mapping {
  const step = stepsOf(workflow, job).find((one) => one['name'] === name);
  if (step === undefined) throw new Error(`${workflow} has no step '${name}' in the job ${job}`);
  return step;
}

/**
 * Runs scripts and this action as a runner does, in a folder used as RUNNER_TEMP, all on one clock.
 */
export class MiniRunner {
  readonly #temp: string;
  readonly #clock: VirtualClock;
  readonly #groups: number[] = [];

  constructor(temp: string, clock: VirtualClock) {
    this.#temp = temp;
    this.#clock = clock;
  }

  /**
   * A step with `run:`, in bash with the runner's options. Background processes stay until `stop`.
   */
  async script(
    step: Mapping,
    contexts: Contexts,
    folder = ROOT,
    more: Readonly<Record<string, string>> = {},
  ): Promise<StepResult> {
    const output = this.#fresh('output');
    const env = {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      RUNNER_TEMP: this.#temp,
      GITHUB_OUTPUT: output,
      ...this.#clock.nodeEnv,
      ...more,
      ...environmentOf(step, contexts),
    };
    const bash = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', String(step['run'])];
    // Runs without blocking this process, which is the clock of the processes that it starts.
    const run = spawn('bash', bash, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    if (run.pid !== undefined) this.#groups.push(run.pid);
    let log = '';
    for (const stream of [run.stdout, run.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    const exitStatus = await endOf(run, this.#clock);
    const lines = readFileSync(output, 'utf8').matchAll(/^([\w-]+)=(.*)$/gm);
    const outputs = Object.fromEntries(
      [...lines].map(([, name = '', value = '']) => [name, value]),
    );
    return { outcome: outcomeOf(exitStatus), outputs, log };
  }

  /** A step with `uses: ./`. */
  async action(step: Mapping, contexts: Contexts): Promise<StepResult> {
    const output = this.#fresh('output');
    const inputs = Object.entries(asMapping(step['with'])).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      filled(String(value), contexts),
    ]);
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: this.#fresh(
        'event.json',
        '{"repository":{"full_name":"outpost/deploy-action"}}',
      ),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: this.#fresh('summary.md'),
      GITHUB_REPOSITORY: 'outpost/deploy-action',
      GITHUB_WORKSPACE: ROOT,
      RUNNER_TEMP: this.#temp,
      ...Object.fromEntries(inputs),
    };
    const { exitStatus, stdout, stderr } = await spawnBundle({
      bundle: GITHUB_BUNDLE,
      env,
      folder: this.#temp,
      clock: this.#clock,
    });
    const outputs = Object.fromEntries(parseOutputs(readFileSync(output, 'utf8')));
    return { outcome: outcomeOf(exitStatus), outputs, log: `${stdout}${stderr}` };
  }

  stop(): void {
    for (const group of this.#groups) {
      try {
        process.kill(-group, 'SIGTERM');
      } catch {
        // No process of the group is running any more.
      }
    }
  }

  #fresh(name: string, text = ''): string {
    const file = join(this.#temp, name);
    writeFileSync(file, text);
    return file;
  }
}

function outcomeOf(exitStatus: number | null): StepResult['outcome'] {
  return exitStatus === 0 ? 'success' : 'failure';
}

function environmentOf(step: Mapping, contexts: Contexts): Readonly<Record<string, string>> {
  if (step['env'] === undefined) return {};
  return Object.fromEntries(
    Object.entries(asMapping(step['env'])).map(([name, value]) => [
      name,
      filled(String(value), contexts),
    ]),
  );
}
