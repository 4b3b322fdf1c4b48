import { expect } from '@jest/globals';
import type { StoreFaultRule } from '../../simulators/stores/faults.ts';
import type { StoreAnswer } from '../../simulators/stores/http.ts';
import type { TokenProgramRun } from '../support/run-token.ts';
import type { TokenSite } from '../support/token-site.ts';

/** The problem, how to cause it, how the run ends, and what it says. */
export type Row<Site> = readonly [
  name: string,
  arrange: (site: Site) => Partial<TokenProgramRun> | undefined,
  verdict: '4 store-refused' | '8 store-unavailable',
  says: RegExp,
];

export function answer({ status, headers, body }: StoreAnswer): StoreFaultRule {
  return { mode: 'status', status, headers, body, times: 9 };
}

/** Faults that are the same for all stores. */
export const common: readonly Row<TokenSite>[] = [
  [
    '500 again and again',
    fault({ mode: 'status', status: 500, times: 9 }),
    '8 store-unavailable',
    /answered 500/,
  ],
  [
    '503 again and again',
    fault({ mode: 'status', status: 503, times: 9 }),
    '8 store-unavailable',
    /answered 503/,
  ],
  [
    'a page of a proxy',
    fault({ mode: 'html', status: 502, times: 9 }),
    '8 store-unavailable',
    /answered 502/,
  ],
  [
    'a page in place of JSON',
    fault({ mode: 'html', status: 200, times: 9 }),
    '8 store-unavailable',
    /can't be reached: the 200 response is an HTML page/,
  ],
  [
    'JSON of another shape',
    fault({ mode: 'status', status: 200, body: [], times: 9 }),
    '8 store-unavailable',
    /can't be reached: the 200 response is not what Git(?:Hub|Lab) documents/,
  ],
  [
    'connections that break',
    fault({ mode: 'reset', times: 99 }),
    '8 store-unavailable',
    /can't be reached/,
  ],
  [
    'a redirect',
    fault({ mode: 'status', status: 301, headers: { location: 'https://elsewhere.example/' } }),
    '4 store-refused',
    /answered 301.*renamed or moved, and redirects are never followed with a token/s,
  ],
  [
    '409 for the probe',
    fault({ mode: 'status', status: 409, method: 'DELETE' }),
    '4 store-refused',
    /one at a time/,
  ],
  [
    '429 for hours',
    fault({ mode: 'status', status: 429, headers: { 'retry-after': '7200' } }),
    '8 store-unavailable',
    /answered 429/,
  ],
  [
    'no server there',
    () => ({ inputs: { 'api-url': 'http://127.0.0.1:1' } }),
    '8 store-unavailable',
    /can't be reached: the connection was refused/,
  ],
];

export function fault(rule: StoreFaultRule): (site: TokenSite) => undefined {
  return (site) => {
    site.keeper.server.failNext(rule);
    return undefined;
  };
}

/** Runs a rotation that must end at its check of the store. */
export async function assertNothingDone(
  site: TokenSite,
  more: Partial<TokenProgramRun> | undefined,
  verdict: string,
  says: RegExp,
): Promise<void> {
  const secrets = (): readonly string[] =>
    [...site.secrets(), more?.storeToken ?? ''].filter((one) => one !== '');
  const result = await site.run({ secrets, ...more });
  expect(`${result.exitStatus} ${result.outputs['failure-code']}`).toBe(verdict);
  expect(result.outputs['status']).toBe('failed');
  expect(result.report?.failure?.attempted).toMatch(
    /^(Checking whether|Looking at) the (secret|variable) /,
  );
  expect(result.page.join('\n')).toMatch(says);
  // The token that GitLab shows is tried first.
  expect(new Set(site.emulator.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  expect({ alive: site.alive(), stored: await site.stored() }).toEqual({
    alive: ['deploy'],
    stored: 'deploy',
  });
}
