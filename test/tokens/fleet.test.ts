import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseHolders } from '../../src/tokens/fleet-inputs.ts';
import { expiryMs } from '../../src/tokens/stores/github-fleet.ts';
import type { TokenResult } from '../support/run-token.ts';
import { githubSite, gitlabSite, type TokenSite } from '../support/token-site.ts';

const DAY_MS = 86_400_000;
const DEAD = 'gone-2026-01-02-030405-dead';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function report(
  site: TokenSite,
  lines: readonly string[],
  inputs: Readonly<Record<string, string>> = {},
  storeToken = site.keeper.token,
): Promise<TokenResult> {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  folders.push(folder);
  const repositories = join(folder, 'repositories.txt');
  writeFileSync(repositories, lines.join('\n'));
  const result = await site.runPlain({
    host: 'shell',
    verb: 'report',
    token: site.asker(),
    storeToken,
    secrets: () => [...site.secrets(), storeToken],
    inputs: {
      origin: site.emulator.origin,
      'api-url': site.keeper.server.url,
      repositories,
      ...inputs,
    },
  });
  site.assertWire();
  // The command only reads.
  for (const { method } of site.keeper.server.requests) expect(method).toBe('GET');
  return result;
}

async function reportJson(...args: Parameters<typeof report>) {
  const [site, lines, inputs, storeToken] = args;
  const result = await report(site, lines, { ...inputs, json: 'true' }, storeToken);
  expect(result.stderr).toBe('');
  return { exitStatus: result.exitStatus, document: JSON.parse(result.seen) };
}

/** Creates a token that expires half a day after this many days. */
function make(site: TokenSite, name: string, days: number): string {
  const expiresAt = new Date(site.now() + (days + 0.5) * DAY_MS).toISOString();
  return site.emulator.world.createToken({ name, scopes: ['service'], expiresAt });
}

const DATED = 'deploy-2026-01-02-030405-abcd';
const OTHER = 'api-2026-01-02-030405-abcd';
const ALL_RIGHTS = {
  secrets: 'read',
  environments: 'read',
  variables: 'read',
  dependabot: 'read',
  codespaces: 'read',
} as const;

describe('GitHub', () => {
  const open = () =>
    githubSite({
      store: {
        repositories: [
          { name: 'acme/web', environments: ['staging', 'production'] },
          { name: 'acme/api' },
          { name: 'acme/docs' },
        ],
      },
    });
  const HERE = { store: 'github' };

  async function arrange() {
    const site = await open();
    const { store } = site.keeper;
    const production = { repository: 'acme/web', environment: 'production' };
    store.seed({ ...production, name: 'OUTPOST_TOKEN' }, make(site, DATED, 5));
    store.setVariable({ ...production, name: 'OUTPOST_TOKEN_NAME' }, DATED);
    store.seed(
      { repository: 'acme/api', area: 'dependabot', name: 'OUTPOST_TOKEN' },
      make(site, OTHER, 20),
    );
    return site;
  }

  test('shows where each secret is, when it was written, which token it holds and when that expires', async () => {
    const site = await arrange();
    const { exitStatus, document } = await reportJson(
      site,
      ['acme/web', '', 'acme/api'],
      HERE,
      site.keeper.store.issueToken({ ...ALL_RIGHTS, expires: '2036-12-31 10:00:00 UTC' }),
    );
    expect(exitStatus).toBe(0);
    expect(document.secrets).toEqual([
      {
        repository: 'acme/web',
        place: 'the secret OUTPOST_TOKEN of the repository acme/web',
        written_at: expect.stringMatching(/Z$/),
        token: null,
        expires_at: null,
        days_left: null,
        leftovers: [],
        findings: [],
      },
      {
        repository: 'acme/web',
        place: 'the secret OUTPOST_TOKEN of the environment production of acme/web',
        written_at: expect.stringMatching(/Z$/),
        token: DATED,
        expires_at: expect.stringMatching(/Z$/),
        days_left: 5,
        leftovers: [],
        findings: ['A secret holds a token that expires soon'],
      },
      expect.objectContaining({
        repository: 'acme/api',
        place: 'the Dependabot secret OUTPOST_TOKEN of acme/api',
        token: null,
      }),
    ]);
    expect(document.store_credential).toMatchObject({ expires_at: '2036-12-31T10:00:00.000Z' });
    expect(document.tokens.length).toBe(4);
  });

  test('shows people the same, and exits with 3 with --strict', async () => {
    const site = await arrange();
    const result = await report(site, ['acme/web'], { ...HERE, strict: 'true' });
    expect(result.exitStatus).toBe(3);
    expect(result.seen).toMatch(
      /the secret OUTPOST_TOKEN of the environment production of acme\/web +20\S+ \S+ UTC +deploy-2026-01-02-030405-abcd +in 5 days +none/,
    );
    expect(result.seen).toMatch(/the store's credential expires: unknown/);
    expect(result.seen).toMatch(/Warning: A secret holds a token that expires soon/);
  });

  test('names what an earlier rotation left, unless another secret holds it', async () => {
    const site = await arrange();
    site.pass(2 * DAY_MS);
    const { document } = await reportJson(site, ['acme/web'], { ...HERE, overlap: '12h' });
    expect(document.secrets[1]).toMatchObject({ token: DATED, leftovers: ['deploy'] });
    const { keeper } = site;
    keeper.store.setVariable({ repository: 'acme/web', name: 'OUTPOST_TOKEN_NAME' }, 'deploy');
    const held = await reportJson(site, ['acme/web'], { ...HERE, overlap: '12h' });
    expect(held.document.secrets).toMatchObject([
      { token: 'deploy', leftovers: [] },
      { token: DATED, leftovers: [] },
    ]);
  });

  test('the credential of the store expires soon', async () => {
    const site = await arrange();
    const expires = `${new Date(site.now() + 3.5 * DAY_MS).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const token = site.keeper.store.issueToken({ ...ALL_RIGHTS, expires });
    const soon = await report(site, ['acme/web'], HERE, token);
    expect(soon.exitStatus).toBe(0);
    expect(soon.seen).toMatch(/Warning: The store's credential expires soon/);
    const later = await report(site, ['acme/web'], { ...HERE, 'expiry-warning': '2' }, token);
    expect(later.seen).not.toMatch(/credential expires soon/);
  });

  test('a missing repository, or one without the secret, does not end the report', async () => {
    const site = await arrange();
    const { exitStatus, document } = await reportJson(
      site,
      ['acme/gone', 'acme/docs', 'acme/web'],
      { ...HERE, strict: 'true' },
    );
    expect(exitStatus).toBe(3);
    expect(document.unread).toMatchObject([{ repository: 'acme/gone' }]);
    expect(document.secrets).toHaveLength(2);
    expect(document.failure).toMatchObject({ code: 'token-needs-attention' });
    expect(document.failure.happened).toMatch(/"acme\/docs".*A repository has no such secret/);
  });

  test('without the right to see Dependabot and Codespaces secrets: reported, but no warning', async () => {
    const site = await arrange();
    const { document, exitStatus } = await reportJson(
      site,
      ['acme/web'],
      { ...HERE, strict: 'true', 'expiry-warning': '1' },
      site.keeper.store.issueToken({ secrets: 'read', variables: 'read' }),
    );
    expect(document.unread).toHaveLength(2);
    expect(JSON.stringify(document.failure ?? '')).not.toMatch(/could not be looked at/);
    expect(exitStatus).toBe(3); // The test's own tokens never expire.
  });

  test('a variable that names a token that no longer exists', async () => {
    const site = await arrange();
    const { store } = site.keeper;
    const value = make(site, 'docs', 30);
    store.seed({ repository: 'acme/docs', name: 'OUTPOST_TOKEN' }, value);
    store.setVariable({ repository: 'acme/docs', name: 'OUTPOST_TOKEN_NAME' }, DEAD);
    const { document } = await reportJson(site, ['acme/docs'], HERE);
    expect(document.secrets).toMatchObject([
      { token: null, findings: ['A secret may hold a token that no longer exists'] },
    ]);
  });

  test('a credential that GitHub rejects ends the report', async () => {
    const site = await arrange();
    const result = await report(site, ['acme/web'], HERE, 'github_pat_wrong0000');
    expect(result.exitStatus).toBe(4);
    expect(result.seen).toMatch(/store-refused.*answered 401/s);
  });
});

describe('GitLab', () => {
  const HERE = { store: 'gitlab' };

  async function arrange() {
    const site = await gitlabSite({ store: { projects: ['acme/web', 'acme/api'] } });
    const { store } = site.keeper;
    const production = { project: 'acme/web', scope: 'production' };
    store.seed({ ...production, key: 'OUTPOST_TOKEN' }, make(site, DATED, 5));
    store.seed({ ...production, key: 'OUTPOST_TOKEN_NAME' }, DATED);
    store.seed({ group: 'acme', key: 'OUTPOST_TOKEN' }, make(site, OTHER, 20), { hidden: true });
    store.seed({ group: 'acme', key: 'OUTPOST_TOKEN_NAME' }, OTHER);
    return site;
  }

  test('shows where each variable is, which token it holds and when that expires', async () => {
    const site = await arrange();
    const { exitStatus, document } = await reportJson(
      site,
      ['project:acme/web', 'group:acme'],
      HERE,
      site.keeper.store.issueToken({ scope: 'read_api', expires: '2036-12-31' }),
    );
    expect(exitStatus).toBe(0);
    expect(document.secrets).toMatchObject([
      {
        place: 'the variable OUTPOST_TOKEN of the project acme/web',
        token: null,
        written_at: null,
      },
      {
        repository: 'project:acme/web',
        place: 'the variable OUTPOST_TOKEN (production) of the project acme/web',
        token: DATED,
        days_left: 5,
        findings: ['A secret holds a token that expires soon'],
      },
      { repository: 'group:acme', token: OTHER, days_left: 20, findings: [] },
    ]);
    expect(document.store_credential).toMatchObject({ expires_at: '2036-12-31T00:00:00.000Z' });
  });

  test('the credential for the store expires soon, or never', async () => {
    const site = await arrange();
    const { store } = site.keeper;
    const expires = new Date(site.now() + 3 * DAY_MS).toISOString().slice(0, 10);
    const soon = await report(site, ['project:acme/web'], HERE, store.issueToken({ expires }));
    expect(soon.seen).toMatch(/Warning: The store's credential expires soon/);
    const never = await reportJson(site, ['project:acme/web'], HERE);
    expect(never.document.store_credential).toEqual({ expires_at: null, days_left: null });
  });

  test('a missing project, or one without the variable, does not end the report', async () => {
    const site = await arrange();
    const lines = ['project:acme/gone', 'project:acme/api', 'project:acme/web'];
    const result = await report(site, lines, { ...HERE, strict: 'true' });
    expect(result.exitStatus).toBe(3);
    expect(result.seen).toMatch(/not checked: the project acme\/gone \(GitLab answered 404/);
    expect(result.seen).toMatch(/project:acme\/api has no secret named OUTPOST_TOKEN/);
  });
});

test.each([
  [['acme'], /line 1 isn't a repository.*owner\/name/s],
  [['acme/web', 'project:acme/web'], /line 2/],
  [['acme/..'], /line 1/],
  [['', ' '], /it is empty/],
])('a file that cannot be read ends the report with 2: %j', async (lines, says) => {
  const site = await githubSite();
  const result = await report(site, lines, { store: 'github' });
  expect(result.exitStatus).toBe(2);
  expect(result.seen).toMatch(says);
  expect(site.keeper.server.requests).toEqual([]);
});

test('a missing file, no store, and no credential', async () => {
  const site = await githubSite();
  const missing = await report(site, [], { store: 'github', repositories: '/nowhere/at/all' });
  expect(missing.exitStatus).toBe(2);
  expect(missing.seen).toMatch(/can't be read \(ENOENT\)/);
  expect((await report(site, ['acme/web'])).seen).toMatch(/`repositories` needs `store: github`/);
  const bare = await report(site, ['acme/web'], { store: 'github' }, '');
  expect(bare.exitStatus).toBe(2);
  expect(bare.seen).toMatch(/`store-token` is missing/);
});

test.each([
  ['github', 'a/b\r\n\r\n c/d \na/b', ['a/b', 'c/d']],
  ['gitlab', 'project:a/b/c\ngroup:a\nproject:42', ['project:a/b/c', 'group:a', 'project:42']],
] as const)('lines of %s', (store, text, expected) => {
  const read = parseHolders(text, store);
  expect('holders' in read ? read.holders.map((one) => one.text) : read).toEqual(expected);
});

test.each(['# note', 'a/b # note', 'a/b/c', 'https://github.com/a/b'])(
  'an invalid line: %s',
  (line) => {
    expect(parseHolders(line, 'github')).toEqual({ problem: "line 1 isn't a repository" });
    expect(parseHolders(line, 'gitlab')).toEqual({ problem: "line 1 isn't a repository" });
  },
);

test.each([
  ['2026-12-31 10:00:00 UTC', '2026-12-31T10:00:00.000Z'],
  ['2026-12-31 10:00:00 -0500', '2026-12-31T15:00:00.000Z'],
  ['2026-12-31 10:00:00 +0200', '2026-12-31T08:00:00.000Z'],
  ['soon', undefined],
])('the expiry in the header from GitHub: %s', (header, expected) => {
  const ms = expiryMs(header);
  expect(ms === undefined ? ms : new Date(ms).toISOString()).toBe(expected);
});
