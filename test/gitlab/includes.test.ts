import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/server.ts';
import { preview, runPipeline } from '../support/gitlab/local-runner.ts';
import {
  CLI_BUNDLE,
  git,
  openSandbox,
  ROOT,
  type Sandbox,
  TEMPLATES,
  template,
} from '../support/gitlab/sandbox.ts';
import { needsPosix } from '../support/posix.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

const testWithRunner = needsPosix('bash', 'git');
const sandboxes: Sandbox[] = [];
let folder: string;
let clock: VirtualClock;
let emulator: Emulator;
let web: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-origin-'));
  publish();
  clock = await VirtualClock.start();
  emulator = await startEmulator({ now: clock.nowMs, timing: clock });
  web = createServer((request, response) => {
    const name = TEMPLATES.find((one) => request.url === `/${one}.yml`);
    response.statusCode = name === undefined ? 404 : 200;
    response.end(name === undefined ? '' : template(name));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await emulator.close();
  await clock.close();
  web.closeAllConnections();
  web.close();
  for (const path of [folder, ...sandboxes.map((sandbox) => sandbox.folder)])
    rmSync(path, { recursive: true, force: true });
});

/**
 * The two projects as on GitLab, as bare repositories: outpost/deploy contains the tree of gitlab/
 * with versions, and outpost/deploy-action is a mirror of the whole repository.
 */
function publish(): void {
  const work = join(folder, 'work');
  mkdirSync(work);
  git(work, 'init', '--quiet', '--initial-branch=main');
  git(work, 'config', 'user.name', 'ada');
  git(work, 'config', 'user.email', 'ada@example.com');
  cpSync(join(ROOT, 'gitlab'), join(work, 'gitlab'), { recursive: true });
  git(work, 'add', '--all');
  git(work, 'commit', '--quiet', '--message=Release');
  const component = git(work, 'commit-tree', 'HEAD:gitlab', '-m', 'Release');
  // Versions without components. Resolving to one of them is an error.
  const nothing = git(
    work,
    'commit-tree',
    git(work, 'hash-object', '-t', 'tree', '-w', '/dev/null'),
    '-m',
    'Nothing',
  );
  bare(work, 'deploy', [
    `${component}:refs/tags/1.2.3`,
    `${nothing}:refs/tags/1.1.9`,
    `${nothing}:refs/tags/2.0.0`,
  ]);
  bare(work, 'next', [
    `${nothing}:refs/tags/1.2.3`,
    `${nothing}:refs/tags/1.10.0`,
    `${component}:refs/tags/2.0.0`,
  ]);
  bare(work, 'deploy-action', ['HEAD:refs/tags/v1.2.3']);
}

function bare(work: string, name: string, refs: readonly string[]): void {
  const path = join(folder, 'outpost', `${name}.git`);
  git(folder, 'init', '--quiet', '--bare', path);
  git(path, 'config', 'uploadpack.allowFilter', 'true');
  git(path, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(work, 'push', '--quiet', path, ...refs);
}

/** Makes git find https://gitlab.com/outpost/ in this test's folder. */
function redirectedGit(): Readonly<Record<string, string>> {
  const to = `url.file://${folder}/outpost/.insteadOf`;
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: to,
    GIT_CONFIG_VALUE_0: 'https://gitlab.com/outpost/',
    GIT_CONFIG_KEY_1: to,
    GIT_CONFIG_VALUE_1: 'https://gitlab.com:443/outpost/',
  };
}

function open(include: string, own?: Readonly<Record<string, string>>): Sandbox {
  const inputs = own ?? {
    service: 'acme/web',
    branch: 'main',
    origin: emulator.origin,
    'token-name': 'ci',
    'bundle-url': CLI_BUNDLE,
  };
  const sandbox = openSandbox({
    '.gitlab-ci.yml': `include:\n  - ${include}\n    inputs: ${JSON.stringify(inputs)}\n`,
  });
  sandboxes.push(sandbox);
  return sandbox;
}

const ways: readonly (readonly [string, () => string])[] = [
  ['component at a version', () => 'component: $CI_SERVER_FQDN/outpost/deploy/deploy@1.2.3'],
  ['component at a major version', () => 'component: $CI_SERVER_FQDN/outpost/deploy/deploy@1'],
  [
    'component at the newest version',
    () => 'component: $CI_SERVER_FQDN/outpost/next/deploy@~latest',
  ],
  [
    'project',
    () => 'project: outpost/deploy-action\n    ref: v1.2.3\n    file: /gitlab/templates/deploy.yml',
  ],
  ['remote', () => `remote: ${remoteAddress('deploy')}`],
];

function remoteAddress(name: string): string {
  return `http://127.0.0.1:${(web.address() as AddressInfo).port}/${name}.yml`;
}

testWithRunner.each(ways)('the include of a %s deploys', async (_, include) => {
  const token = emulator.world.createToken({ name: 'ci', scopes: ['service'], expiresInDays: 90 });
  const run = { clock, env: redirectedGit(), variables: { OUTPOST_TOKEN: token } };
  const sandbox = open(include());
  const { output, ...result } = await runPipeline(sandbox, run);
  expect(output).toContain('acme/web is deployed and running.');
  expect(result).toMatchObject({ exitStatus: 0, failed: {} });
  emulator.world.revokeToken('ada', 'ci');
});

testWithRunner('services in a folded or literal YAML block are stages of one deploy', async () => {
  const token = emulator.world.createToken({
    name: 'ci',
    scopes: ['service'],
    expiresInDays: 90,
  });
  const run = { clock, env: redirectedGit(), variables: { OUTPOST_TOKEN: token } };
  for (const style of ['>-', '|']) {
    const sandbox = openSandbox({
      '.gitlab-ci.yml': [
        'include:',
        `  - remote: ${remoteAddress('deploy')}`,
        '    inputs:',
        `      service: ${style}`,
        '        acme/api',
        '        then',
        '        acme/web',
        '        acme/worker',
        '      branch: main',
        `      origin: ${emulator.origin}`,
        '      token-name: ci',
        `      bundle-url: ${CLI_BUNDLE}`,
        '',
      ].join('\n'),
    });
    sandboxes.push(sandbox);
    const { output, ...result } = await runPipeline(sandbox, run);
    expect(output).toContain('3 services are deployed and running.');
    expect(output).toMatch(/Stage 2 of 2: acme\/web, acme\/worker\./);
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
  }
  emulator.world.revokeToken('ada', 'ci');
});

testWithRunner('a version that was never released is refused', async () => {
  const { problem } = await preview(
    open('component: $CI_SERVER_FQDN/outpost/deploy/deploy@7.0.0'),
    { env: redirectedGit() },
  );
  expect(problem).toMatch(/7\.0\.0/);
});

testWithRunner.each([
  ['check', { service: 'acme/web' }],
  ['rotate', { 'token-name': 'ci' }],
])('the component `%s` works next to `deploy`', async (name, inputs) => {
  const { yaml, problem } = await preview(
    open(`component: $CI_SERVER_FQDN/outpost/deploy/${name}@1.2.3`, inputs),
    {
      env: redirectedGit(),
    },
  );
  expect(problem).toBe('');
  expect(yaml).toContain(`outpost-${name}:`);
});

const TRIPPED = /cp: cannot create .*: File exists/;

/** The README's complete pipelines, with this test's addresses and versions. */
function documented(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'gitlab/README.md'), 'utf8');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return [...readme.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, text = '']) => text.replaceAll(version, '1.2.3'))
    .filter((text) => text.includes('include:'));
}

testWithRunner.each(documented().map((text, index) => ({ number: index + 1, text })))(
  'pipeline $number of the README works as it is',
  async ({ text }) => {
    const local = text.replace(/https:\S+\/(deploy|check|rotate)\.yml/g, (_, name) =>
      remoteAddress(name),
    );
    const sandbox = openSandbox({ '.gitlab-ci.yml': local });
    sandboxes.push(sandbox);
    const first = await preview(sandbox, { env: redirectedGit() });
    // If a component is included twice, gitlab-ci-local makes both copies at the same time, and one
    // may fail because of the other. After that, both copies exist.
    const { yaml, problem } = TRIPPED.test(first.problem)
      ? await preview(sandbox, { env: redirectedGit() })
      : first;
    expect(problem).toBe('');
    expect(yaml).toMatch(/node "\$outpost_program" (?:deploy|rotate) /);
  },
);
