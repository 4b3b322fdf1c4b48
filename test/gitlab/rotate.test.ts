import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { type LocalResult, RESULT_FILES, runPipeline } from '../support/gitlab/local-runner.ts';
import {
  bundleOf,
  type InputValue,
  openPipeline,
  type Sandbox,
} from '../support/gitlab/sandbox.ts';
import { needsPosix } from '../support/posix.ts';
import { readReport } from '../support/report-schema.ts';
import { assertNoLeak } from '../support/spawn-bundle.ts';
import { type GitlabSite, gitlabSite } from '../support/token-site.ts';

const testWithRunner = needsPosix('bash', 'git');
const HELD = { project: 'acme/web', key: 'OUTPOST_TOKEN', scope: 'production' } as const;

const cleanUps: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

interface Pipeline {
  readonly scenario?: Scenario;
  readonly inputs?: Readonly<Record<string, InputValue>>;
  readonly jobs?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly storeToken?: 'no maintainer';
  readonly files?: Readonly<Record<string, string>>;
}

interface Outcome extends LocalResult {
  readonly site: GitlabSite;
  readonly sandbox: Sandbox;
}

/**
 * Runs the component in a pipeline on this machine, against its own Outpost and GitLab. Nothing it
 * leaves behind may contain a token.
 */
async function outcomeOf({
  scenario = {},
  inputs,
  jobs,
  variables,
  storeToken,
  files = {},
}: Pipeline): Promise<Outcome> {
  const site = await gitlabSite({ scenario, place: HELD });
  const { url } = site.keeper.server;
  const usual = {
    'token-name': 'deploy',
    'environment-scope': 'production',
    project: 'acme/web',
    'api-url': url,
    'rotate-after': '0s',
    overlap: '0s',
  };
  const own = {
    ...usual,
    origin: site.emulator.origin,
    'bundle-url': bundleOf('rotate'),
    rules: [{ when: 'on_success' }],
    ...inputs,
  };
  const sandbox = openPipeline([{ template: 'rotate', inputs: own }], jobs);
  cleanUps.push(sandbox.remove);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(sandbox.folder, name), text);
  const credential =
    storeToken === undefined
      ? site.keeper.token
      : site.keeper.store.issueToken({ role: 'developer' });
  const secrets = { OUTPOST_TOKEN: site.asker(), OUTPOST_STORE_TOKEN: credential };
  const result = await runPipeline(sandbox, {
    clock: site.clock,
    variables: { ...secrets, ...variables },
  });
  const written = [result.output, ...RESULT_FILES.map((name) => sandbox.read(name) ?? '')];
  for (const secret of [...site.secrets(), credential]) assertNoLeak(written, secret);
  return { ...result, site, sandbox };
}

/**
 * Whether the job warns or fails. The pipeline's own status doesn't tell, because gitlab-ci-local
 * shows success with any `allow_failure`.
 */
function endOf(output: string): readonly (string | undefined)[] {
  return /^outpost-rotate\s+finished in .*?(FAIL|WARN)\s+(\d+)\s*$/m.exec(output)?.slice(1) ?? [];
}

testWithRunner(
  'a rotation stores a working token and revokes the old one, and later jobs get its outputs',
  async () => {
    const jobs =
      'read: { stage: .post, needs: [outpost-rotate], script: [\'echo "read: $OUTPOST_STATUS $OUTPOST_STORED_NAME"\'] }';
    const { site, sandbox, output, ...result } = await outcomeOf({ jobs });
    expect(output).toMatch(/read: rotated deploy-\d{4}-\d{2}-\d{2}-\d{6}-\w{4}/);
    expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    const name = await site.stored();
    expect(site.keeper.value()).not.toBe(site.first);
    expect(site.alive()).toEqual([name]);
    expect(site.keeper.holdsProbe()).toBe(false);
    expect(readReport(sandbox.read('outpost-report.json') ?? '', 'rotation')).toMatchObject({
      status: 'rotated',
      strategy: 'replace',
      token_name: name,
      revoked: ['deploy'],
    });
    expect(sandbox.read('.outpost-token-program')).toBeUndefined();
  },
);

testWithRunner(
  'an old token that is left is a warning in the pipeline, with exit status 10',
  async () => {
    const scenario: Scenario = {
      faults: [{ on: 'token.revoke', times: 'always', do: { kind: 'answer', status: 405 } }],
    };
    const { site, sandbox, output } = await outcomeOf({ scenario });
    expect(endOf(output)).toEqual(['WARN', '10']);
    expect(await site.stored()).toMatch(/^deploy-/);
    expect(site.alive()).toHaveLength(2);
    expect(sandbox.read('outpost.env')).toMatch(
      /^OUTPOST_STATUS=rotated\n(?:.*\n)*OUTPOST_FAILURE_CODE=token-not-revoked$/m,
    );
  },
);

interface Failing extends Pipeline {
  readonly name: string;
  readonly exit: number;
  readonly says: RegExp;
  readonly failureCode?: string;
}

const failing: readonly Failing[] = [
  {
    name: 'a developer for a maintainer',
    storeToken: 'no maintainer',
    exit: 4,
    says: /role Maintainer/,
    failureCode: 'store-refused',
  },
  {
    name: 'a name that no token has',
    inputs: { 'token-name': 'depoly' },
    exit: 3,
    says: /Did you mean `deploy`/,
    failureCode: 'token-name-unknown',
  },
  {
    name: 'no token',
    variables: { OUTPOST_TOKEN: '' },
    exit: 3,
    says: /OUTPOST_TOKEN is not set/,
    failureCode: 'token-missing',
  },
  {
    name: 'no credential',
    variables: { OUTPOST_STORE_TOKEN: '' },
    exit: 2,
    says: /OUTPOST_STORE_TOKEN/,
    failureCode: 'config-invalid',
  },
  {
    name: 'a path without a program',
    inputs: { 'bundle-url': 'mirror/none.mjs' },
    exit: 69,
    says: /Nothing was replaced/,
  },
  {
    name: 'a program with another SHA-256',
    inputs: { 'bundle-url': 'mirror.mjs' },
    files: { 'mirror.mjs': 'console.log("it ran");\n' },
    exit: 70,
    says: /has the SHA-256 [0-9a-f]{64}, but mirror\.mjs has [0-9a-f]{64}\.\n.*nothing was replaced/,
  },
];

testWithRunner.each(failing)(
  '$name ends with exit status $exit, and the stored token is unchanged',
  async ({ exit, says, failureCode, name: _, ...pipeline }) => {
    const { site, sandbox, output } = await outcomeOf(pipeline);
    expect(output).toMatch(says);
    expect(endOf(output)).toEqual(['FAIL', String(exit)]);
    expect(sandbox.read('outpost.env')).toMatch(/^OUTPOST_STATUS=failed$/m);
    if (failureCode !== undefined)
      expect(sandbox.read('outpost.env')).toMatch(
        new RegExp(`^OUTPOST_FAILURE_CODE=${failureCode}$`, 'm'),
      );
    expect(output).not.toContain('it ran');
    expect([site.keeper.value(), await site.stored(), site.alive()]).toEqual([
      site.first,
      'deploy',
      ['deploy'],
    ]);
  },
);

testWithRunner('pipeline variables do not change what the include says', async () => {
  const nowhere = {
    OUTPOST_ORIGIN: 'http://127.0.0.1:9',
    OUTPOST_API_URL: 'http://127.0.0.1:9',
    OUTPOST_STORE: 'github',
  };
  const elsewhere = {
    OUTPOST_REPOSITORY: 'evil/evil',
    OUTPOST_ENVIRONMENT: 'evil',
    OUTPOST_ORGANIZATION: 'evil',
    OUTPOST_GROUP: 'evil',
  };
  const otherwise = {
    OUTPOST_STRATEGY: 'regenerate',
    OUTPOST_DRY_RUN: 'true',
    OUTPOST_DOTENV_PREFIX: 'EVIL_',
    bundle_sha256: 'evil',
  };
  const { site, sandbox, ...result } = await outcomeOf({
    variables: { ...nowhere, ...elsewhere, ...otherwise },
  });
  expect(result).toMatchObject({ exitStatus: 0, failed: {} });
  expect(site.alive()).toEqual([await site.stored()]);
  expect(sandbox.read('outpost.env')).toMatch(/^OUTPOST_STATUS=rotated$/m);
});

testWithRunner('a dry run tries the store and replaces nothing', async () => {
  const { site, ...result } = await outcomeOf({ inputs: { 'dry-run': true } });
  expect(result).toMatchObject({ exitStatus: 0, failed: {} });
  expect([await site.stored(), site.alive(), site.keeper.written()]).toEqual([
    'deploy',
    ['deploy'],
    [],
  ]);
});
