import { expect } from '@jest/globals';
import { workflow } from '../examples/workflow.ts';
import { type ActOptions, type ActResult, runAct, SLOW_MS } from '../support/act/run.ts';
import { needs } from '../support/gitlab/needs.ts';
import { quick } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { newOrigin, type Repository } from '../support/push/git.ts';

// The examples as they stand, in another's runner. act has no secrets of environments: where an example has a token for each, one of them
// is used for all, and the others are there by name.

const testWithAct = needs('act', 'bash', 'git');

function runExample(file: string, options: Partial<ActOptions> = {}): Promise<ActResult> {
  return runAct({ workflow: workflow(file).text, scenario: quick, ...options });
}

/** The services that were deployed, each with the branches. */
function deployed({ emulator }: ActResult): Readonly<Record<string, unknown>> {
  const names = ['web', 'api', 'worker', 'web-staging', 'web-preview'];
  const services = names.map((name) => emulator.world.services.find('acme', name));
  return Object.fromEntries(
    services.filter((service) => (service?.deploysAccepted ?? 0) > 0).map((service) => [service?.name, service?.lastBranch]),
  );
}

testWithAct(
  'single-service.yml',
  async () => {
    const ran = await runExample('single-service.yml');
    expect(ran.exitStatus).toBe(0);
    expect(deployed(ran)).toEqual({ web: 'main' });
  },
  SLOW_MS,
);
