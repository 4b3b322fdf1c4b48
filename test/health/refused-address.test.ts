import dns from 'node:dns';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv4 } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { checkHealth } from '../../src/deploy/health.ts';
import { refusalOf } from '../../src/deploy/health-probe.ts';
import { openRun, type Run } from '../../src/deploy/run.ts';
import { createGitlabHost } from '../../src/hosts/gitlab.ts';
import { Secret } from '../../src/lib/secret.ts';
import {
  aConfig,
  aFakeClock,
  anOutput,
  aService,
  aVerdict,
  NO_RESULTS,
  TOKEN,
  withStillTime,
} from '../support/build.ts';

// Tests the modules, because the bundle can't be tested here: these rules only apply if Outpost is
// on another machine, and there is none to deploy to.

withStillTime();

let server: Server;
let port: number;
let asked = 0;

beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

interface Opened {
  readonly run: Run;
  readonly said: () => string;
}

/** A run with real ports. Only the port for health checks is used. */
async function open(origin: string): Promise<Opened> {
  let said = '';
  const write = (words: string): void => {
    said += words;
  };
  const host = createGitlabHost({
    env: {},
    flags: {},
    folder: '.',
    log: anOutput(write),
    results: NO_RESULTS,
  });
  const config = aConfig({ origin: new URL(origin) });
  return {
    run: await openRun(host, config, new Secret(TOKEN), aFakeClock(), new AbortController().signal),
    said: () => said,
  };
}

const refused: readonly (readonly [address: string, why: RegExp])[] = [
  ['http://127.0.0.1:{port}', /127\.0\.0\.1 is this machine, not the service/],
  ['http://127.8.9.10:{port}', /is this machine/],
  ['http://127.1:{port}', /127\.0\.0\.1 is this machine/],
  ['http://2130706433:{port}', /127\.0\.0\.1 is this machine/],
  ['http://0x7f.1:{port}', /127\.0\.0\.1 is this machine/],
  ['http://localhost:{port}', /localhost is this machine/],
  ['http://LOCALHOST:{port}', /localhost is this machine/],
  ['http://[::1]:{port}', /is this machine/],
  ['http://169.254.169.254', /cloud metadata address/],
  ['http://169.254.170.2', /cloud metadata address/],
  ['http://0xa9fea9fe', /cloud metadata address/],
  ['http://[fd00:ec2::254]', /cloud metadata address/],
  ['http://metadata.google.internal', /cloud metadata address/],
];

test.each(refused)(
  '%s is not requested, whether it comes from Outpost or from the input',
  async (template, why) => {
    const address = template.replace('{port}', `${port}`);
    const { run, said } = await open('https://outpost.run');
    asked = 0;
    const shown = aVerdict({ service: aService({ endpoint: address }) });
    const verdicts = [
      ...(await checkHealth([shown], aConfig({ healthCheck: '/healthz' }), run)),
      ...(await checkHealth([aVerdict()], aConfig({ healthCheck: `${address}/healthz` }), run)),
    ];
    run.close();
    expect(asked).toBe(0);
    for (const { status, failure } of verdicts) {
      expect({ status, code: failure?.code }).toEqual({ status: 'failed', code: 'config-invalid' });
      expect(failure?.happened).toMatch(why);
    }
    expect(said()).toMatch(/acme\/web: health check failed: /);
  },
);

/** The addresses that the name server returns for a harmless-looking name. */
function whileNamesStandFor(addresses: readonly string[]): jest.SpiedFunction<typeof dns.lookup> {
  const answer = addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
  const lookup = ((_: string, __: object, callback: (error: null, all: object[]) => void) =>
    callback(null, answer)) as unknown as typeof dns.lookup;
  return jest.spyOn(dns, 'lookup').mockImplementation(lookup);
}

const resolved: readonly (readonly [addresses: string, why: RegExp])[] = [
  ['127.0.0.1', /was not requested: 127\.0\.0\.1 is this machine/],
  ['::1', /is this machine/],
  ['169.254.169.254', /cloud metadata address/],
  ['fe80::1', /cloud metadata address/],
  ['::ffff:169.254.169.254', /cloud metadata address/],
  ['224.0.0.1', /cannot be the address of a service/],
];

test.each(resolved)(
  'a name that resolves to %s is not requested, wherever it comes from',
  async (address, why) => {
    const names = whileNamesStandFor([address]);
    const { run } = await open('https://outpost.run');
    asked = 0;
    const url = `http://web.acme.example:${port}`;
    const shown = aVerdict({ service: aService({ endpoint: url }) });
    const verdicts = [
      ...(await checkHealth([shown], aConfig({ healthCheck: '/healthz' }), run)),
      ...(await checkHealth([aVerdict()], aConfig({ healthCheck: `${url}/healthz` }), run)),
    ];
    run.close();
    names.mockRestore();
    expect(asked).toBe(0);
    for (const { failure } of verdicts) {
      expect(failure?.code).toBe('config-invalid');
      expect(failure?.happened).toMatch(why);
    }
  },
);

test('a path is not requested in a private network, but a URL in the workflow is', async () => {
  const { run } = await open('https://outpost.run');
  const path = aConfig({ healthCheck: '/healthz' });
  const shown = aVerdict({ service: aService({ endpoint: 'http://10.1.2.3' }) });
  expect((await checkHealth([shown], path, run))[0]?.failure?.happened).toMatch(
    /10\.1\.2\.3 is in a private network/,
  );
  const written = { url: new URL('http://10.1.2.3/healthz'), isPath: false };
  expect(refusalOf(written, run)).toBeUndefined();
  expect(refusalOf({ ...written, isPath: true }, run)).toMatch(/private network/);
  run.close();
});

test('looks up a name once, and connects to the address it checked', async () => {
  // The second answer would lead to another address.
  const answers = [['127.0.0.1'], ['169.254.169.254']];
  let lookups = 0;
  const lookup = ((_: string, __: object, callback: (error: null, all: object[]) => void) => {
    const [address = ''] = answers[lookups++] ?? [];
    callback(null, [{ address, family: 4 }]);
  }) as unknown as typeof dns.lookup;
  const names = jest.spyOn(dns, 'lookup').mockImplementation(lookup);
  const { run } = await open('http://127.0.0.1:9');
  asked = 0;
  const healthCheck = `http://web.acme.example:${port}/`;
  const [verdict] = await checkHealth([aVerdict()], aConfig({ healthCheck, stableForMs: 0 }), run);
  run.close();
  names.mockRestore();
  expect({ status: verdict?.status, asked, lookups }).toEqual({
    status: 'deployed',
    asked: 1,
    lookups: 1,
  });
});

test('uses an allowed address if a name has several', async () => {
  const names = whileNamesStandFor(['169.254.169.254', '127.0.0.1']);
  const { run } = await open('http://127.0.0.1:9');
  asked = 0;
  const healthCheck = `http://web.acme.example:${port}/`;
  const [verdict] = await checkHealth([aVerdict()], aConfig({ healthCheck, stableForMs: 0 }), run);
  run.close();
  names.mockRestore();
  expect({ status: verdict?.status, asked }).toEqual({ status: 'deployed', asked: 1 });
});

test('a rehearsal can request this machine, but not a cloud metadata address', async () => {
  const { run } = await open('http://127.0.0.1:9');
  asked = 0;
  const check = async (healthCheck: string) =>
    (await checkHealth([aVerdict()], aConfig({ healthCheck, stableForMs: 0 }), run))[0]?.status;
  expect(await check(`http://127.0.0.1:${port}/`)).toBe('deployed');
  expect(await check('http://169.254.169.254/')).toBe('failed');
  run.close();
  expect(asked).toBe(1);
});
