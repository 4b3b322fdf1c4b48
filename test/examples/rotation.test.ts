import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runPipeline, whenByJob } from '../support/gitlab/local-runner.ts';
import { needs } from '../support/gitlab/needs.ts';
import {
  bundleOf,
  openPipeline,
  openSandbox,
  ROOT,
  type Sandbox,
} from '../support/gitlab/sandbox.ts';
import { asMapping, parseYaml } from '../support/gitlab/yaml.ts';
import { needsPosix } from '../support/posix.ts';
import { assertNoLeak } from '../support/spawn-bundle.ts';
import { githubSite, gitlabSite, type TokenSite } from '../support/token-site.ts';
import { workflow } from './workflow.ts';

const testWithRunner = needsPosix('bash', 'git', 'wget');
const testWithShell = needs('bash', 'curl');
const PUBLISHED =
  /https:\/\/raw\.githubusercontent\.com\/outpost\/deploy-action\/v[\d.]+\/dist\/token\/index\.js/g;

let folder: string;
const cleanUps: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-examples-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** An example as people copy it, with the program's address on this machine. */
async function withProgram(text: string): Promise<string> {
  const server = createServer((_, response) => response.end(readFileSync(bundleOf('rotate'))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  return text.replace(
    PUBLISHED,
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.js`,
  );
}

/** Creates a token with this name on Outpost. */
function make({ emulator }: TokenSite, name: string, scope: string): string {
  return emulator.world.createToken({ name, scopes: [scope], expiresInDays: 90 });
}

function aliveNames({ emulator }: TokenSite): readonly string[] {
  return emulator.world.tokens
    .ownedBy('ada')
    .map(({ name }) => name.replace(/-\d{4}-.*$/, ' (new)'));
}

test('GitHub: rotate-daily.yml replaces the deploy token, then the token that rotates it', async () => {
  const deploys = { repository: 'acme/web', environment: 'production', name: 'OUTPOST_TOKEN' };
  const rotates = {
    repository: 'acme/web',
    environment: 'token-rotation',
    name: 'OUTPOST_MANAGER_TOKEN',
  };
  const store = {
    repositories: [{ name: 'acme/web', environments: ['production', 'token-rotation'] }],
  };
  const steps = workflow('rotate-daily.yml')
    .jobs.flatMap((job) => job.steps)
    .filter(({ uses }) => uses?.startsWith('outpost/') === true);
  expect(steps).toHaveLength(2);
  for (const [index, place] of [deploys, rotates].entries()) {
    const site = await githubSite({ place, store });
    const [deployer, rotator] = [
      make(site, 'GitHub Actions', 'service'),
      make(site, 'rotation', 'admin:org'),
    ];
    const held = index === 0 ? deployer : rotator;
    site.keeper.seed(held);
    site.pass(8 * 86_400_000);
    // The minimal permissions that the example's comment asks for.
    const storeToken = site.keeper.store.issueToken({ environments: 'write', variables: 'write' });
    const { token: _, 'store-token': __, ...given } = steps[index]?.with ?? {};
    const inputs = { overlap: '12h', ...given };
    const result = await site.run({ inputs, token: rotator, storeToken });
    expect(result).toMatchObject({
      exitStatus: 0,
      outputs: { status: 'rotated', 'failure-code': '' },
    });
    expect(site.keeper.value()).not.toBe(held);
    expect(await site.stored()).toBe(result.outputs['stored-name']);
    // The old token stays alive for jobs that started with it. The next day's run revokes it.
    expect(aliveNames(site)).toContain(index === 0 ? 'GitHub Actions' : 'rotation');
    site.pass(86_400_000);
    const asker = index === 0 ? rotator : site.keeper.value();
    const nextDay = await site.run({ inputs, token: asker, storeToken });
    expect(nextDay).toMatchObject({ exitStatus: 0, outputs: { status: 'unchanged' } });
    const names =
      index === 0 ? ['rotation', 'GitHub Actions (new)'] : ['GitHub Actions', 'rotation (new)'];
    expect(aliveNames(site).filter((name) => !['deploy', 'manager'].includes(name))).toEqual(names);
  }
});

testWithRunner(
  'GitLab: rotate-daily.yml replaces the deploy token, then the token that rotates it',
  async () => {
    const site = await gitlabSite();
    const [deployer, rotator] = [
      make(site, 'GitLab CI', 'service'),
      make(site, 'rotation', 'admin:org'),
    ];
    const { store } = site.keeper;
    const [deploys, rotates] = ['production', 'token-rotation'].map((scope) => ({
      project: 'acme/web',
      key: 'OUTPOST_TOKEN',
      scope,
    }));
    if (deploys === undefined || rotates === undefined) throw new Error('no places');
    store.seed(deploys, deployer);
    store.seed(rotates, rotator);
    site.pass(8 * 86_400_000);
    const { include } = parseYaml(
      readFileSync(join(ROOT, 'examples/gitlab/rotate-daily.yml'), 'utf8'),
    );
    const here = {
      'bundle-url': bundleOf('rotate'),
      origin: site.emulator.origin,
      'api-url': store.url,
    };
    const includes = (Array.isArray(include) ? include : []).map((one) => {
      const given = asMapping(asMapping(one)['inputs']);
      const inputs = {
        ...given,
        ...here,
        // The local runner assigns its own project numbers.
        places: String(given['places']).replace('project@', 'project:acme/web@'),
        rules: [{ when: 'on_success' }],
      };
      return { template: 'rotate' as const, inputs };
    });
    const sandbox = kept(openPipeline(includes));
    const variables = {
      OUTPOST_TOKEN: rotator,
      OUTPOST_STORE_TOKEN: store.issueToken({ role: 'maintainer' }),
    };
    const { output, ...result } = await runPipeline(sandbox, { clock: site.clock, variables });
    for (const secret of site.secrets()) assertNoLeak([output], secret);
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    const names = [deploys, rotates].map((place) =>
      site.emulator.world.tokens.nameOf(store.secretOf(place) ?? ''),
    );
    expect(names).toEqual([
      expect.stringMatching(/^GitLab CI-\d/),
      expect.stringMatching(/^rotation-\d/),
    ]);
    expect(aliveNames(site).filter((name) => !['deploy', 'manager'].includes(name))).toEqual([
      'GitLab CI',
      'rotation',
      'GitLab CI (new)',
      'rotation (new)',
    ]);
  },
);

const reports = [
  { name: 'are valid for long', hours: 24 * 60, exit: 0, says: /expires .*in \d+ days/ },
  {
    name: 'expire soon',
    hours: 24 * 10,
    exit: 3,
    says: /expires soon[\s\S]*token-needs-attention/,
  },
];

testWithShell.each(reports)(
  'GitHub: token-report-daily.yml: the tokens $name',
  async ({ hours, exit, says }) => {
    const site = await githubSite();
    const env = {
      OUTPOST_TOKEN: expiring(site, hours),
      OUTPOST_ORIGIN: site.emulator.origin,
      GITHUB_ACTIONS: 'true',
    };
    const scripts = workflow('token-report-daily.yml').jobs.flatMap(({ steps }) =>
      steps.map(({ run }) => run ?? ''),
    );
    const said = await bash(await withProgram(scripts.join('\n')), env);
    expect(said.output).toMatch(says);
    expect(said.exitStatus).toBe(exit);
    assertNoLeak([said.output], env.OUTPOST_TOKEN);
  },
);

testWithRunner.each(reports)(
  'GitLab: token-report-daily.yml: the tokens $name',
  async ({ hours, exit, says }) => {
    const site = await gitlabSite();
    const text = await withProgram(
      readFileSync(join(ROOT, 'examples/gitlab/token-report-daily.yml'), 'utf8'),
    );
    const sandbox = kept(openSandbox({ '.gitlab-ci.yml': text }));
    const when = (source: string) => whenByJob(sandbox, { CI_PIPELINE_SOURCE: source });
    expect([await when('schedule'), await when('push')]).toEqual(
      ['on_success', 'never'].map((one) => ({ 'report-outpost-tokens': one })),
    );
    const variables = {
      OUTPOST_TOKEN: expiring(site, hours),
      OUTPOST_ORIGIN: site.emulator.origin,
    };
    // The conditions were checked above, so the job runs without them here.
    const always = kept(openSandbox({ '.gitlab-ci.yml': text.replace(/ {2}rules:\n.*\n/, '') }));
    const { output, failed } = await runPipeline(always, { clock: site.clock, variables });
    expect(output).toMatch(says);
    expect(failed).toEqual(exit === 0 ? {} : { 'report-outpost-tokens': exit });
  },
);

testWithShell('a program whose checksum does not match is not run', async () => {
  const [fetching] = workflow('token-report-daily.yml').jobs.flatMap(({ steps }) =>
    steps.map(({ run }) => run ?? ''),
  );
  const other = (fetching ?? '').replace(/[0-9a-f]{64}/, '0'.repeat(64));
  expect((await bash(await withProgram(other), {})).exitStatus).not.toBe(0);
});

/**
 * Creates a token of the user that expires in this many hours, in addition to the site's tokens,
 * which never expire.
 */
function expiring({ emulator: { world } }: TokenSite, hours: number): string {
  for (const name of ['deploy', 'manager']) world.revokeToken('ada', name);
  return world.createToken({
    name: 'ci',
    scopes: ['service'],
    expiresAt: new Date(world.nowMs() + hours * 3_600_000).toISOString(),
  });
}

function kept(sandbox: Sandbox): Sandbox {
  cleanUps.push(sandbox.remove);
  return sandbox;
}

/**
 * Runs a script as GitHub's runner does. It doesn't block this process, which is the server that
 * the script calls.
 */
async function bash(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<{ exitStatus: number | null; output: string }> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return { exitStatus: await new Promise((resolve) => child.on('close', resolve)), output };
}
