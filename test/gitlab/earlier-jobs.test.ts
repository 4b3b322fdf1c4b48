import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import { startEmulator } from '../../emulator/server.ts';
import { createAuthority } from '../faults/certificate.ts';
import { runPipeline } from '../support/gitlab/local-runner.ts';
import { bundleOf, CLI_BUNDLE, openPipeline, type Sandbox } from '../support/gitlab/sandbox.ts';
import { needsPosix } from '../support/posix.ts';
import { gitlabSite } from '../support/token-site.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

/**
 * What an earlier job can do to ours: set variables with a dotenv report, and leave files as
 * artifacts. Runs pipelines with gitlab-ci-local.
 */

const testWithRunner = needsPosix('bash', 'git');
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** An earlier job whose dotenv report sets these variables. */
function earlierJob(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => `echo '${name}=${value}'`);
  const job = {
    stage: 'build',
    script: [`{ ${lines.join('; ')}; } > earlier.env`],
    artifacts: { reports: { dotenv: 'earlier.env' } },
  };
  return lines.length === 0 ? '' : `earlier: ${JSON.stringify(job)}\n`;
}

/** Plants a script that writes a file next to itself if a Node that loads it can see a token. */
function plantThief({ folder }: Pick<Sandbox, 'folder'>): string {
  writeFileSync(
    join(folder, 'thief.cjs'),
    `const { OUTPOST_TOKEN, OUTPOST_STORE_TOKEN } = process.env;
if (OUTPOST_TOKEN || OUTPOST_STORE_TOKEN) require('fs').writeFileSync(__dirname + '/stolen', 'yes');
`,
  );
  return join(folder, 'thief.cjs');
}

interface Deploy {
  readonly template?: 'deploy' | 'check';
  readonly bundleUrl?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Project variables, which take precedence over those of the earlier job. */
  readonly project?: Readonly<Record<string, string>>;
  readonly prepare?: (sandbox: Sandbox) => void;
}

async function deployed({ template = 'deploy', bundleUrl = CLI_BUNDLE, ...more }: Deploy) {
  const clock = await VirtualClock.start();
  const emulator = await startEmulator({ scenario: 'ok', now: clock.nowMs, timing: clock });
  cleanUps.push(emulator.close, () => clock.close());
  const token = emulator.world.createToken({ name: 'ci', scopes: ['service'], expiresInDays: 90 });
  const inputs = {
    service: 'acme/web',
    stage: 'deploy',
    origin: emulator.origin,
    'token-name': 'ci',
    'bundle-url': bundleUrl,
  };
  const folderOfThief = openPipeline([]);
  cleanUps.push(folderOfThief.remove);
  const NODE_OPTIONS = `--require=${plantThief(folderOfThief)}`;
  const sandbox = openPipeline(
    [{ template, inputs }],
    earlierJob({ ...(more.project?.['NODE_OPTIONS'] ? {} : { NODE_OPTIONS }), ...more.variables }),
  );
  cleanUps.push(sandbox.remove);
  more.prepare?.(sandbox);
  const result = await runPipeline(sandbox, {
    clock,
    variables: { OUTPOST_TOKEN: token, ...more.project },
  });
  return {
    ...result,
    sandbox,
    emulator,
    isStolen: existsSync(join(folderOfThief.folder, 'stolen')),
  };
}

testWithRunner.each(['deploy', 'check'] as const)(
  'NODE_OPTIONS of an earlier job does not see the token of `%s`',
  async (template) => {
    const outcome = await deployed({ template });
    expect(outcome.output).toMatch(/acme\/web/);
    expect(outcome).toMatchObject({ exitStatus: 0, failed: {}, isStolen: false });
  },
);

testWithRunner('NODE_OPTIONS of the project is not loaded either', async () => {
  const folder = openPipeline([]);
  cleanUps.push(folder.remove);
  const outcome = await deployed({ project: { NODE_OPTIONS: `--require=${plantThief(folder)}` } });
  expect(outcome).toMatchObject({ exitStatus: 0, failed: {} });
  expect(existsSync(join(folder.folder, 'stolen'))).toBe(false);
});

testWithRunner('a link in the checkout in place of the program is never run', async () => {
  const outcome = await deployed({
    prepare: ({ folder }) => {
      for (const name of ['.outpost-deploy.mjs', '.outpost-deploy-program'])
        symlinkSync('/dev/null', join(folder, name));
    },
  });
  expect(outcome).toMatchObject({ exitStatus: 0, failed: {} });
  expect(outcome.emulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

testWithRunner.each([
  { whose: 'the project', isTrusted: true },
  { whose: 'an earlier job', isTrusted: false },
])('NODE_EXTRA_CA_CERTS of $whose counts: $isTrusted', async ({ isTrusted }) => {
  const authority = createAuthority();
  const folder = openPipeline([]);
  cleanUps.push(folder.remove);
  const NODE_EXTRA_CA_CERTS = join(folder.folder, 'authority.pem');
  writeFileSync(NODE_EXTRA_CA_CERTS, authority.cert);
  const notAfter = new Date(Date.now() + 86_400_000);
  const mirror = createServer(authority.issue({ host: 'localhost', notAfter }), (_, response) =>
    response.end(readFileSync(CLI_BUNDLE)),
  );
  mirror.listen(0, 'localhost');
  await new Promise((resolve) => mirror.once('listening', resolve));
  cleanUps.push(() => mirror.close());
  const { port } = mirror.address() as AddressInfo;
  const outcome = await deployed({
    bundleUrl: `https://localhost:${port}/index.js`,
    ...(isTrusted ? { project: { NODE_EXTRA_CA_CERTS } } : { variables: { NODE_EXTRA_CA_CERTS } }),
  });
  expect(outcome.failed).toEqual(isTrusted ? {} : { 'outpost-deploy': 69 });
});

testWithRunner(
  'a rotation sends nothing to an API address from an earlier job, and runs no link as its program',
  async () => {
    const site = await gitlabSite({
      place: { project: 'acme/web', key: 'OUTPOST_TOKEN', scope: 'production' },
    });
    const clock = site.clock;
    const inputs = {
      'token-name': 'deploy',
      'rotate-after': '0s',
      overlap: '0s',
      'environment-scope': 'production',
      project: 'acme/web',
      'api-url': site.keeper.server.url,
      origin: site.emulator.origin,
      'bundle-url': bundleOf('rotate'),
      rules: [{ when: 'on_success' }],
    };
    const thief = openPipeline([]);
    cleanUps.push(thief.remove);
    const sandbox = openPipeline(
      [{ template: 'rotate', inputs }],
      earlierJob({
        CI_API_V4_URL: 'http://127.0.0.1:9/api/v4',
        NODE_OPTIONS: `--require=${plantThief(thief)}`,
      }),
    );
    cleanUps.push(sandbox.remove);
    for (const name of ['.outpost-token.mjs', '.outpost-token-program'])
      symlinkSync('/dev/null', join(sandbox.folder, name));
    const result = await runPipeline(sandbox, {
      clock,
      variables: { OUTPOST_TOKEN: site.asker(), OUTPOST_STORE_TOKEN: site.keeper.token },
    });
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    expect(existsSync(join(thief.folder, 'stolen'))).toBe(false);
    expect(site.alive()).toEqual([await site.stored()]);
    expect(site.keeper.value()).not.toBe(site.first);
  },
);
