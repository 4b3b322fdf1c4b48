import { expect, test } from '@jest/globals';
import { type GithubRun, runGithub } from '../support/run-github.ts';

interface Case extends GithubRun {
  readonly name: string;
  readonly exit: number;
  readonly code: string;
  /** The error annotation contains all of these. */
  readonly says: readonly RegExp[];
}

const FORK_EVENT = {
  repository: { full_name: 'acme/shop' },
  pull_request: { head: { repo: { full_name: 'stranger/shop' } } },
};
const FORK_RUN = {
  repository: { full_name: 'acme/shop' },
  workflow_run: {
    conclusion: 'success',
    head_branch: 'main',
    head_repository: { full_name: 'stranger/shop' },
  },
};
const PULL_REQUEST = {
  repository: { full_name: 'acme/shop' },
  pull_request: { head: { ref: 'topic', repo: { full_name: 'stranger/shop' } } },
};
const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';

/**
 * None of these cases needs Outpost. The origin is a port on which nobody listens, and each run
 * must end before that matters.
 */
const cases: readonly Case[] = [
  {
    name: 'no token',
    exit: 3,
    code: 'token-missing',
    says: [/OUTPOST_TOKEN is empty/, /Settings > Access Tokens with the scope `service`/],
  },
  {
    name: 'no token in a pull request from a fork',
    env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_HEAD_REF: 'topic' },
    event: FORK_EVENT,
    exit: 3,
    code: 'token-missing',
    says: [/comes from a fork, and GitHub does not give it secrets/, /Deploy after the merge/],
  },
  {
    name: 'no token in a run of Dependabot',
    env: { GITHUB_ACTOR: 'dependabot[bot]' },
    exit: 3,
    code: 'token-missing',
    says: [/Dependabot started this run/, /Dependabot secret/],
  },
  {
    name: 'a workflow expression that was never evaluated',
    token: '${{ secrets.OUTPOST_TOKEN }}',
    exit: 3,
    code: 'token-malformed',
    says: [/never evaluated/],
  },
  {
    name: 'the name of a variable',
    token: '$OUTPOST_TOKEN',
    exit: 3,
    code: 'token-malformed',
    says: [/the name of a variable, not its value/],
  },
  {
    name: 'a GitHub token',
    token: 'ghp_9fK2mX7qLw3Zr8Tb5Vn1Yc6Hd4Js0Ae2Gu',
    exit: 3,
    code: 'token-malformed',
    says: [/it is a GitHub token/],
  },
  {
    name: 'an API key',
    token: 'ci$sk_live_4Rt7Yu1Io9Pl3Kj6',
    exit: 3,
    code: 'token-malformed',
    says: [/an Outpost API key/],
  },
  {
    name: 'a token with a line break inside',
    token: `${TOKEN}\nop_pat_second`,
    exit: 3,
    code: 'token-malformed',
    says: [/it contains a line break/],
  },
  {
    name: 'a bare prefix',
    token: 'op_pat_',
    exit: 3,
    code: 'token-malformed',
    says: [/placeholder from an example/],
  },
  {
    name: 'a target that is no full name',
    token: TOKEN,
    inputs: { service: 'web' },
    exit: 2,
    code: 'config-invalid',
    says: [/`service`: `web` is not in the form `namespace\/name`/],
  },
  {
    name: 'two bad inputs at once: both are shown',
    token: TOKEN,
    inputs: { timeout: '15', origin: 'http://outpost.run' },
    exit: 2,
    code: 'config-invalid',
    says: [
      /2 problems with the inputs/,
      /`15` has no unit: write `15m` for minutes/,
      /would send the token unencrypted/,
    ],
  },
  {
    name: 'no service at all',
    token: TOKEN,
    inputs: { service: '' },
    exit: 2,
    code: 'config-invalid',
    says: [/`service` is missing/],
  },
  {
    name: 'a tag build that names no branch',
    token: TOKEN,
    env: { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.0' },
    exit: 2,
    code: 'config-invalid',
    says: [/this run builds the tag `v1\.2\.0`/],
  },
  {
    name: 'pull_request_target',
    token: TOKEN,
    env: { GITHUB_EVENT_NAME: 'pull_request_target' },
    event: PULL_REQUEST,
    exit: 2,
    code: 'unsafe-trigger',
    says: [/started by pull_request_target/, /allow-unsafe-trigger: true/],
  },
  {
    name: "workflow_run after a fork's workflow",
    token: TOKEN,
    env: { GITHUB_EVENT_NAME: 'workflow_run' },
    event: FORK_RUN,
    exit: 2,
    code: 'unsafe-trigger',
    says: [/after a fork's workflow/],
  },
  {
    name: 'connection refused',
    token: TOKEN,
    exit: 8,
    code: 'unavailable',
    says: [/the connection was refused/, /Nothing was deployed/],
  },
];

test.concurrent.each(cases)('$name', async ({ exit, code, says, ...run }) => {
  const inputs = {
    service: 'acme/web',
    origin: 'http://127.0.0.1:9',
    timeout: '20s',
    ...run.inputs,
  };
  const { exitStatus, outputs, log, summary, report } = await runGithub({ ...run, inputs });
  const error = log.annotations.find(({ level }) => level === 'error')?.message ?? '';
  for (const words of says) expect(error).toMatch(words);
  expect({ exitStatus, code: outputs['failure-code'], status: outputs['status'] }).toEqual({
    exitStatus: exit,
    code,
    status: 'failed',
  });
  expect(report?.failure).toMatchObject({ code });
  expect(summary).toContain(`\`${code}\``);
});

test.concurrent.each([
  ['quotes', (token: string) => `"${token}"`],
  ['a line feed at the end', (token: string) => `${token}\n`],
  ['the word Bearer', (token: string) => `Bearer ${token}`],
])('a token pasted with %s works', async (_, dress) => {
  const { log } = await runGithub({
    token: dress(TOKEN),
    inputs: { service: 'acme/web', origin: 'http://127.0.0.1:9', timeout: '20s' },
  });
  expect(log.annotations.at(-1)?.message).toMatch(/the connection was refused/);
  expect(log.masks).toContain(TOKEN);
});

test.concurrent('the token can come from the environment, and an input overrides it', async () => {
  const inputs = { service: 'acme/web', origin: 'http://127.0.0.1:9', timeout: '20s' };
  const { log } = await runGithub({ inputs, env: { OUTPOST_TOKEN: TOKEN } });
  expect(log.masks).toContain(TOKEN);
  const both = await runGithub({
    token: TOKEN,
    inputs,
    env: { OUTPOST_TOKEN: 'op_pat_another7Qm4Xz9Lk2Wp' },
  });
  expect(both.log.masks).toContain(TOKEN);
});

test.concurrent('the first bytes of the log are the masks', async () => {
  const { stdout } = await runGithub({ token: TOKEN, inputs: { service: 'x' } });
  expect(stdout).toMatch(/^::add-mask::op_pat_/);
});
