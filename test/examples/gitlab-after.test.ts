import { expect } from '@jest/globals';
import { whenByJob } from '../support/gitlab/local-runner.ts';
import { git } from '../support/gitlab/sandbox.ts';
import { quick } from '../support/health/check.ts';
import { bad, good, rollouts } from '../support/health/rollback.ts';
import { needsPosix } from '../support/posix.ts';
import { anyPipeline, deploysOf, type ExampleRun, open, ran, sandboxes } from './gitlab-example.ts';
import { type Received, type Reply, withStandIn } from './script.ts';

const testWithRunner = needsPosix('bash', 'git');
const SECRET = 'glpat-a-token-for-notes';
/** The local runner assigns its own project numbers. */
const NOTES = /^\/projects\/\d+\/merge_requests\/3\/notes(?:\/(\d+))?$/;

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  body: string;
}

/** The notes of a merge request in GitLab's API, as seen by one user: the bot of a token. */
function notesApi(notes: Note[]): (received: Received) => Reply {
  const bot = { id: 42 };
  return ({ request, headers, json }) => {
    if (headers['private-token'] !== SECRET) return { status: 401 };
    const [method, path = ''] = request.split(' ');
    const { pathname, searchParams } = new URL(path, 'http://here');
    if (method === 'GET' && pathname === '/user') return { json: bot };
    const [isNotes, one] = NOTES.exec(pathname) ?? [];
    if (isNotes === undefined) return { status: 404 };
    const { body = '' } = (json ?? {}) as { readonly body?: string };
    if (method === 'POST' && one === undefined) {
      notes.push({ id: 1_000 + notes.length, author: bot, body });
      return { status: 201, json: notes.at(-1) };
    }
    if (method === 'GET' && one === undefined) {
      const [page, size] = ['page', 'per_page'].map((name) => Number(searchParams.get(name)));
      const from = ((page ?? 1) - 1) * (size ?? 20);
      const isLast = from + (size ?? 20) >= notes.length;
      return {
        headers: { 'x-next-page': isLast ? '' : `${(page ?? 1) + 1}` },
        json: notes.slice(from, from + (size ?? 20)),
      };
    }
    const note = notes.find(({ id }) => `${id}` === one);
    if (method !== 'PUT' || note === undefined) return { status: 404 };
    if (note.author.id !== bot.id) return { status: 403 };
    note.body = body;
    return { json: note };
  };
}

const SAME_PROJECT = {
  CI_PIPELINE_SOURCE: 'merge_request_event',
  CI_PROJECT_ID: '7',
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '7',
};

testWithRunner('merge-request-note.yml: no job for a merge request from a fork', async () => {
  const sandbox = open('merge-request-note.yml');
  const fork = { ...SAME_PROJECT, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '8' };
  expect([await whenByJob(sandbox, SAME_PROJECT), await whenByJob(sandbox, fork)]).toEqual([
    { preview: 'on_success', 'merge-request-note': 'always' },
    { preview: 'never', 'merge-request-note': 'never' },
  ]);
});

/** Runs the example against an API of notes. The test above checks its conditions. */
async function withNote(
  notes: Note[],
  run: Pick<ExampleRun, 'scenario'>,
  look: Parameters<typeof ran>[2],
): Promise<void> {
  await withStandIn(notesApi(notes), async ({ url }) => {
    const edit = (text: string): string =>
      text
        .replace('https://gitlab.com/api/v4', url)
        .replace(/"rules":\[[^\]]*\]/, '"rules":[{"when":"always"}]');
    const variables = { NOTE_TOKEN: SECRET, CI_MERGE_REQUEST_IID: '3' };
    await ran('merge-request-note.yml', { ...run, changes: anyPipeline, variables, edit }, look);
  });
}

testWithRunner(
  'merge-request-note.yml: after any number of deploys, one note shows the last one',
  async () => {
    const marker = '<!-- outpost preview -->';
    // Other people write notes too. One of them even starts with the line by which ours is
    // recognized.
    const strangers = Array.from({ length: 250 }, (_, id) => ({
      id,
      author: { id: 5 },
      body: id === 7 ? `${marker}\nAll is well.` : `LGTM ${id}`,
    }));
    const notes: Note[] = [...strangers];
    const failing = { rollouts: { 'acme/web-preview': [bad] } };
    await withNote(notes, { scenario: failing }, (result) => {
      expect(result).toMatchObject({ exitStatus: 1, failed: { preview: 5 } });
      expect(result.output).not.toContain(SECRET);
      expect(deploysOf(result, 'web-preview')).toBe(1);
    });
    expect(notes).toHaveLength(251);
    const [failed] = notes.slice(-1);
    expect(failed?.body.startsWith(`${marker}\n## `)).toBe(true);
    for (const says of ['rollout-failed', 'cannot find module app'])
      expect(failed?.body).toContain(says);
    await withNote(notes, { scenario: { rollout: good } }, (result) => {
      expect(result).toMatchObject({ exitStatus: 0, failed: {} });
    });
    expect(notes).toHaveLength(251);
    expect(notes.at(-1)?.body).toMatch(/acme\/web-preview is deployed and running\./);
    expect(notes.slice(0, 250)).toEqual(strangers);
  },
);

const URLS = /https:\/\/(?:sentry\.io|api\.datadoghq\.com)/g;
const variables = {
  SLACK_WEBHOOK_URL: 'SLACK',
  SENTRY_AUTH_TOKEN: 'sentry-token',
  DATADOG_API_KEY: 'datadog-key',
  DORA_URL: 'DORA',
  DORA_TOKEN: 'dora-token',
  CI_PIPELINE_URL: 'https://gitlab.example.com/acme/web/-/pipelines/9',
};

/**
 * Runs the example with other servers that answer like this, and returns the requests they
 * received.
 */
async function told(
  answer: () => Reply,
  run: Pick<ExampleRun, 'scenario'>,
  look: Parameters<typeof ran>[2],
): Promise<readonly Received[]> {
  return await withStandIn(answer, async ({ url, received }) => {
    const prepare: ExampleRun['prepare'] = ({ folder }, { world }) => {
      const repository = world.repositories.find('acme', 'web');
      if (repository === undefined) throw new Error('the emulator has no repository acme/web');
      git(folder, 'push', '--quiet', '--force', world.git.open(repository), 'HEAD:refs/heads/main');
      git(folder, 'commit', '--quiet', '--allow-empty', '--message=Two');
    };
    const own = { SLACK_WEBHOOK_URL: `${url}/slack/secret`, DORA_URL: `${url}/dora` };
    await ran(
      'after-deploy.yml',
      {
        ...run,
        prepare,
        token: { scopes: ['service', 'repo'] },
        variables: { ...variables, ...own },
        edit: (text) => text.replace(URLS, url),
      },
      (result) => {
        for (const secret of ['sentry-token', 'datadog-key', 'dora-token', 'slack/secret'])
          expect(result.output).not.toContain(secret);
        look(result);
      },
    );
    return [...received];
  });
}

testWithRunner('after-deploy.yml: what the four services receive after a deploy', async () => {
  const scenario = { ...quick, deploymentInfo: true };
  const received = await told(
    () => ({ status: 200 }),
    { scenario },
    (result) => expect(result).toMatchObject({ exitStatus: 0, failed: {} }),
  );
  const folder = sandboxes.at(-1)?.folder ?? '';
  const [commit, before] = ['HEAD', 'HEAD~1'].map((name) => git(folder, 'rev-parse', name));
  expect(received.map(({ request, json }) => [request, json])).toEqual([
    [
      'POST /slack/secret',
      {
        text: `:white_check_mark: acme/web is deployed and running.\n<${variables.CI_PIPELINE_URL}|Open the pipeline>`,
      },
    ],
    [
      'POST /api/0/organizations/acme/releases/',
      {
        version: commit,
        projects: ['web'],
        refs: [{ repository: 'acme/web', commit, previousCommit: before }],
      },
    ],
    [
      `POST /api/0/organizations/acme/releases/${commit}/deploys/`,
      expect.objectContaining({ environment: 'production' }),
    ],
    [
      'POST /api/v1/events',
      expect.objectContaining({ alert_type: 'success', date_happened: expect.any(Number) }),
    ],
    [
      'POST /dora',
      expect.objectContaining({
        status: 'deployed',
        failed: false,
        commit,
        previous_commit: before,
        commits: 1,
        lead_time_seconds: { median: expect.any(Number), longest: expect.any(Number) },
      }),
    ],
  ]);
  expect(
    received.map(({ headers }) => headers.authorization ?? headers['dd-api-key'] ?? ''),
  ).toEqual(['', 'Bearer sentry-token', 'Bearer sentry-token', 'datadog-key', 'Bearer dora-token']);
});

testWithRunner('after-deploy.yml: a failed deploy creates no release', async () => {
  const received = await told(
    () => ({ status: 200 }),
    { scenario: rollouts(bad) },
    (result) => expect(result).toMatchObject({ failed: { 'outpost-deploy': 5 } }),
  );
  expect(received.map(({ request }) => request)).toEqual([
    'POST /slack/secret',
    'POST /api/v1/events',
    'POST /dora',
  ]);
  expect(received.at(-1)?.json).toMatchObject({ failed: true, lead_time_seconds: null });
});

testWithRunner(
  'after-deploy.yml: if one service is down, the others still get their requests',
  async () => {
    const received = await told(
      () => ({ status: 503 }),
      {},
      (result) => {
        expect(result).toMatchObject({ exitStatus: 0, failed: { 'after-deploy': 1 } });
        expect(result.output).toMatch(/slack: HTTP 503 of 127\.0\.0\.1/);
      },
    );
    expect(received.map(({ request }) => request)).toEqual(
      expect.arrayContaining(['POST /slack/secret', 'POST /api/v1/events', 'POST /dora']),
    );
  },
);
