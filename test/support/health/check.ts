import type { Scenario } from '../../../emulator/scenario.ts';
import { type RehearsalOptions, type Rehearsed, rehearse } from '../rehearse.ts';
import { type Answer, type Endpoint, withEndpoint } from './endpoint.ts';

/** The service is running after its first read. */
export const quick = {
  rollout: [{ status: 'deploying', looks: 1 }, { status: 'running' }],
} as const satisfies Scenario;

export interface Checked extends Rehearsed {
  readonly endpoint: Endpoint;
  readonly text: string;
}

export interface CheckOptions extends Partial<RehearsalOptions> {
  /** Appended to the endpoint's address. */
  readonly path?: string;
}

/** Deploys a service that answers like this, with a health check. */
export function deployAndCheck(
  answer: Answer,
  { path = '/healthz', ...options }: CheckOptions = {},
): Promise<Checked> {
  return withEndpoint(answer, async (endpoint) => {
    const inputs = { timeout: '60s', 'health-check': `${endpoint.url}${path}`, ...options.inputs };
    const rehearsed = await rehearse({ scenario: quick, ...options, inputs });
    return { ...rehearsed, endpoint, text: rehearsed.log.lines.join('\n') };
  });
}

/** How the run ended, as one value to compare. */
export function endOf({ exitStatus, outputs }: Pick<Rehearsed, 'exitStatus' | 'outputs'>): {
  readonly exitStatus: number | null;
  readonly status: string | undefined;
  readonly code: string | undefined;
} {
  return { exitStatus, status: outputs['status'], code: outputs['failure-code'] };
}

export const deployed = { exitStatus: 0, status: 'deployed', code: '' } as const;
export const unhealthy = { exitStatus: 5, status: 'failed', code: 'health-check-failed' } as const;

/** The text of the error annotation. */
export function errorOf({ log }: Rehearsed): string {
  return log.annotations.find(({ level }) => level === 'error')?.message ?? '';
}

/** The last answer as the failure message reports it. */
export function lastly(answer: string): RegExp {
  return new RegExp(`${answer} \\(tried for \\d+`);
}
