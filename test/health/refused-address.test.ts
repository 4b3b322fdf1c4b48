import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkHealth } from '../../src/deploy/health.ts';
import { openRun, type Run } from '../../src/deploy/run.ts';
import { createGitlabHost } from '../../src/hosts/gitlab.ts';
import { Secret } from '../../src/lib/secret.ts';
import { aConfig, aFakeClock, aService, aVerdict, TOKEN, withStillTime } from '../support/build.ts';

// The bundle cannot be asked: where Outpost is not on this machine, there is none to deploy to.

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

/** A run with real ports, of which only the one for health checks is used. */
async function open(origin: string): Promise<Opened> {
  let said = '';
  const write = (words: string): void => {
    said += words;
  };
  const host = createGitlabHost({
    env: {},
    flags: {},
    folder: '.',
    stdout: { write, drained: () => Promise.resolve() },
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
  ['http://169.254.169.254', /a machine's own address for its metadata/],
  ['http://169.254.170.2', /a machine's own address for its metadata/],
  ['http://0xa9fea9fe', /a machine's own address for its metadata/],
  ['http://[fd00:ec2::254]', /a machine's own address for its metadata/],
  ['http://metadata.google.internal', /a machine's own address for its metadata/],
];

test.each(refused)(
  '%s is not asked, whether Outpost shows it or the input names it',
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

test('in a rehearsal this machine may be asked, and still not where clouds keep secrets', async () => {
  const { run } = await open('http://127.0.0.1:9');
  asked = 0;
  const check = async (healthCheck: string) =>
    (await checkHealth([aVerdict()], aConfig({ healthCheck }), run))[0]?.status;
  expect(await check(`http://127.0.0.1:${port}/`)).toBe('deployed');
  expect(await check('http://169.254.169.254/')).toBe('failed');
  run.close();
  expect(asked).toBe(1);
});
