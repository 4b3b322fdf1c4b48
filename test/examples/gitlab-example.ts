import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Scenario, ScenarioService } from '../../emulator/scenario.ts';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { declaredIn } from '../support/gitlab/declared.ts';
import { type LocalResult, runPipeline } from '../support/gitlab/local-runner.ts';
import {
  bundleOf,
  type Include,
  type InputValue,
  openPipeline,
  ROOT,
  type Sandbox,
  TEMPLATES,
} from '../support/gitlab/sandbox.ts';
import { asMapping, parseDocuments } from '../support/gitlab/yaml.ts';
import { quick } from '../support/health/check.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

/** The projects that were opened. They are removed after the tests of the file. */
export const sandboxes: Sandbox[] = [];
afterAll(() => {
  for (const sandbox of sandboxes) sandbox.remove();
});

export interface Example {
  readonly text: string;
  readonly includes: readonly Include[];
  /** Everything except the includes. */
  readonly jobs: Readonly<Record<string, unknown>>;
}

export function example(name: string): Example {
  const source = readFileSync(join(ROOT, 'examples/gitlab', name), 'utf8');
  // In a template, the first document contains its inputs.
  const { include, ...jobs } = parseDocuments(source).at(-1) ?? {};
  const includes = (Array.isArray(include) ? include : []).map((entry): Include => {
    const { component, inputs } = asMapping(entry);
    const which = TEMPLATES.find(
      (one) => component === `$CI_SERVER_FQDN/outpost/deploy/${one}@1.0.0`,
    );
    if (which === undefined) throw new Error(`${name} includes ${String(component)}`);
    return { template: which, inputs: asMapping(inputs) as Include['inputs'] };
  });
  return { text: source, includes, jobs };
}

/** The names of the inputs that a template declares. */
export function declared(which: Include['template']): readonly string[] {
  return Object.keys(declaredIn(which));
}

/** The example as a project, with its components from this repository and some inputs changed. */
export function open(
  name: string,
  changes: Readonly<Record<string, InputValue>> = {},
  edit = (text: string): string => text,
): Sandbox {
  const { includes, jobs } = example(name);
  const local = includes.map(({ template: which, inputs }) => {
    const known = declared(which);
    const fitting = Object.entries(changes).filter(([input]) => known.includes(input));
    return {
      template: which,
      inputs: { ...inputs, ...Object.fromEntries(fitting), 'bundle-url': bundleOf(which) },
    };
  });
  const sandbox = openPipeline(local, edit(jobsText(jobs)));
  sandboxes.push(sandbox);
  return sandbox;
}

/** JSON is valid YAML. Without jobs, there is nothing to write. */
function jobsText(jobs: Example['jobs']): string {
  return Object.entries(jobs)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}

/** Rules that match in every pipeline. */
export const anyPipeline = { rules: [{ when: 'on_success' }] };

export interface Ran extends LocalResult {
  readonly emulator: Emulator;
}

export interface ExampleRun {
  readonly changes?: Readonly<Record<string, InputValue>>;
  readonly token?: { readonly scopes?: readonly string[]; readonly hours?: number };
  /** Added to the variables of a push to the default branch; replaces those of the same name. */
  readonly variables?: Readonly<Record<string, string>>;
  /** More arguments for the runner. */
  readonly args?: readonly string[];
  /** Changes the example's own jobs, which are JSON here. */
  readonly edit?: (text: string) => string;
  readonly scenario?: Scenario;
  readonly services?: readonly ScenarioService[];
  /** Brings the project and Outpost to the state in which the example starts. */
  readonly prepare?: (sandbox: Sandbox, emulator: Emulator) => void;
}

/**
 * Runs an example's pipeline against an Outpost that has its services, and a token with the name
 * from its first include.
 */
export async function ran(
  name: string,
  {
    changes,
    token,
    variables: more,
    args = [],
    prepare,
    edit,
    scenario = quick,
    services: also = [],
  }: ExampleRun,
  look: (ran: Ran) => void,
): Promise<void> {
  const clock = await VirtualClock.start();
  const services = ['web-preview', 'web-staging'].map((service) => ({
    namespace: 'acme',
    name: service,
    repository: 'acme/web',
  }));
  const emulator = await startEmulator({
    scenario: { ...scenario, services: [...services, ...also] },
    now: clock.nowMs,
    timing: clock,
  });
  try {
    const tokenName = String(example(name).includes[0]?.inputs['token-name']);
    const value = emulator.world.createToken({
      name: tokenName,
      scopes: token?.scopes ?? ['service'],
      expiresAt: new Date(clock.nowMs() + (token?.hours ?? 2_000) * 3_600_000).toISOString(),
    });
    const sandbox = open(name, { origin: emulator.origin, ...changes }, edit);
    prepare?.(sandbox, emulator);
    const main = { CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'main' };
    const variables = { OUTPOST_TOKEN: value, ...main, ...more };
    const result = await runPipeline(sandbox, { clock, variables, args });
    look({ ...result, emulator });
  } finally {
    await emulator.close();
    await clock.close();
  }
}

export function deploysOf({ emulator }: Ran, service: string): number {
  return emulator.world.service('acme', service).deploysAccepted;
}
