import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import { deployAndCheck, deployed, endOf, errorOf, unhealthy } from '../support/health/check.ts';
import { text, withEndpoint } from '../support/health/endpoint.ts';
import { rehearse, rehearseOn } from '../support/rehearse.ts';

/** Outpost shows this endpoint for acme/web before, during and after the deploy. */
function showing(endpoint: string | undefined): { readonly faults: readonly FaultRule[] } {
  const look = (status: string, updated_at: string): FaultRule['do'] => ({
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'web', namespace: 'acme', status, updated_at, endpoint }),
  });
  return {
    faults: [
      { on: 'service.get', do: look('running', '2026-01-01T00:00:00Z') },
      { on: 'service.get', do: look('deploying', '2026-01-01T00:00:01Z') },
      { on: 'service.get', times: 'always', do: look('running', '2026-01-01T00:00:02Z') },
    ],
  };
}

test.concurrent('requests a path from the endpoint that Outpost shows', async () => {
  await withEndpoint(
    (response) => text(response, 200),
    async (endpoint) => {
      const inputs = { 'health-check': '/healthz?deep=1' };
      const run = await rehearse({ scenario: showing(`${endpoint.url}/`), inputs });
      expect(endOf(run)).toEqual(deployed);
      expect(endpoint.asked.map(({ path }) => path)).toEqual(
        Array.from({ length: 3 }, () => '/healthz?deep=1'),
      );
      expect(run.log.lines.join('\n')).toContain('then check /healthz?deep=1 on each endpoint');
    },
  );
});

const noEndpoint: readonly (readonly [string, string | undefined])[] = [
  ['nothing', undefined],
  ['a URL that is not HTTP', 'ftp://web.acme.outpost.run'],
  ['a URL with a password', 'https://ada:secret@web.acme.outpost.run'],
  ['no URL at all', 'web'],
];

/** No request was made, so the revision isn't to blame. An input is wrong. */
const notAsked = { exitStatus: 2, status: 'failed', code: 'config-invalid' };

test.concurrent.each(noEndpoint)(
  'if Outpost shows %s, a path fails at once',
  async (_, endpoint) => {
    const run = await rehearse({
      scenario: showing(endpoint),
      inputs: { 'health-check': '/healthz' },
    });
    expect(endOf(run)).toEqual(notAsked);
    expect(errorOf(run)).toMatch(
      /Outpost does not show an endpoint for it\.\nThe service is deployed\. Remove `health-check`/,
    );
  },
);

test.concurrent('a cloud metadata endpoint is not requested', async () => {
  const run = await rehearse({
    scenario: showing('http://169.254.169.254'),
    inputs: { 'health-check': '/latest/meta-data/' },
  });
  expect(endOf(run)).toEqual(notAsked);
  expect(errorOf(run)).toMatch(/169\.254\.169\.254 is a link-local or cloud metadata address/);
});

test.concurrent('checks each of several services at its own endpoint', async () => {
  // The emulated services have no real endpoints. What matters is that each one is requested and
  // named.
  const inputs = { service: 'acme/web\nacme/api', 'health-check': '/healthz', timeout: '60s' };
  const run = await rehearse({
    scenario: { services: [] },
    inputs,
    env: { https_proxy: 'http://127.0.0.1:9' },
  });
  expect(endOf(run)).toEqual(unhealthy);
  const said = run.log.lines.join('\n');
  for (const name of ['web', 'api'])
    expect(said).toContain(
      `acme/${name}: https://${name}.acme.outpost.run/healthz does not respond`,
    );
});

test.concurrent.each(['gitlab', 'shell'] as const)('the same on %s', async (host) => {
  await withEndpoint(
    (response, _, number) => text(response, number < 2 ? 503 : 200),
    async ({ url }) => {
      const run = await rehearseOn(host, {
        scenario: showing(url),
        inputs: { 'health-check': '/healthz' },
      });
      expect(endOf(run)).toEqual(deployed);
      expect(run.page.join('\n')).toMatch(
        /returns 503; trying again[\s\S]*returns 200 for 10 s \(4 tries/,
      );
    },
  );
});

test.concurrent('a deploy without a check requests nothing', async () => {
  const run = await deployAndCheck((response) => text(response, 200), {
    inputs: { 'health-check': '' },
  });
  expect(endOf(run)).toEqual(deployed);
  expect(run.endpoint.asked).toEqual([]);
});
