import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseOutputs } from '../../scripts/job-page.mjs';
import { type Contexts, filled } from '../examples/workflow.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';
import { asMapping, type Mapping, parseYaml } from '../support/gitlab/yaml.ts';
import { GITHUB_BUNDLE } from '../support/run-github.ts';
import { spawnBundle, TIME_SCALE } from '../support/spawn-bundle.ts';

export interface StepResult {
  readonly outcome: 'success' | 'failure';
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
}

/** The steps of a job in one of this repository's own workflows. */
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

/** Runs scripts and this action as a runner does, in a folder that stands for RUNNER_TEMP; time passes faster. */
export class MiniRunner {
  readonly #temp: string;
  readonly #startMs = Date.now();
  readonly #groups: number[] = [];

  constructor(temp: string) {
    this.#temp = temp;
  }

  /** A step with `run:`, in bash with the runner's options. What it starts in the background stays until `stop`. */
  script(step: Mapping, contexts: Contexts, folder = ROOT, more: Readonly<Record<string, string>> = {}): StepResult {
    const output = this.#fresh('output');
    const env = {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      RUNNER_TEMP: this.#temp,
      GITHUB_OUTPUT: output,
      NODE_OPTIONS: `--import=${new URL('../support/fast-time.mjs', import.meta.url).href}`,
      TIME_SCALE: String(TIME_SCALE),
      TIME_START_MS: String(this.#startMs),
      ...more,
      ...environmentOf(step, contexts),
    };
    const bash = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', String(step['run'])];
    const run = spawnSync('bash', bash, { cwd: folder, env, encoding: 'utf8', ...{ detached: true } });
    this.#groups.push(run.pid);
    const lines = readFileSync(output, 'utf8').matchAll(/^([\w-]+)=(.*)$/gm);
    const outputs = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
    return { outcome: outcomeOf(run.status), outputs, log: `${run.stdout}${run.stderr}` };
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
      GITHUB_EVENT_PATH: this.#fresh('event.json', '{"repository":{"full_name":"outpost/deploy-action"}}'),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: this.#fresh('summary.md'),
      GITHUB_REPOSITORY: 'outpost/deploy-action',
      GITHUB_WORKSPACE: ROOT,
      RUNNER_TEMP: this.#temp,
      ...Object.fromEntries(inputs),
    };
    const { exitStatus, stdout, stderr } = await spawnBundle({ bundle: GITHUB_BUNDLE, env, folder: this.#temp, startMs: this.#startMs });
    const outputs = Object.fromEntries(parseOutputs(readFileSync(output, 'utf8')));
    return { outcome: outcomeOf(exitStatus), outputs, log: `${stdout}${stderr}` };
  }

  stop(): void {
    for (const group of this.#groups) {
      try {
        process.kill(-group, 'SIGTERM');
      } catch {
        // Nothing of it runs any more.
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
  return Object.fromEntries(Object.entries(asMapping(step['env'])).map(([name, value]) => [name, filled(String(value), contexts)]));
}
