import { describe, expect, test } from '@jest/globals';
import type { Dialect } from '../dialects.ts';
import { dialects } from '../dialects.ts';
import type { Elsewhere } from '../elsewhere.ts';
import { ask, deploy, emulate, field, send, tokenFor } from './client.ts';

interface Form {
  readonly dialect: Dialect;
  readonly get: string;
  readonly list: string;
}

/** Copied from the documents a second time, so that a typo in the emulator's table is noticed. */
const forms: readonly Form[] = [
  { dialect: 'reference', get: '/acme/service/web', list: '/acme/services' },
  { dialect: 'base-url', get: '/auth/v1/acme/service/web', list: '/auth/v1/acme/services' },
  {
    dialect: 'seed',
    get: '/auth/v1/seed/acme/services/web',
    list: '/auth/v1/seed/acme/services',
  },
  { dialect: 'plural', get: '/auth/v1/acme/services/web', list: '/auth/v1/acme/services' },
  { dialect: 'resource-first', get: '/auth/v1/service/acme/web', list: '/auth/v1/service/acme' },
  { dialect: 'double-v1', get: '/auth/v1/v1/services/web', list: '/auth/v1/v1/services' },
  { dialect: 'single-v1', get: '/auth/v1/services/web', list: '/auth/v1/services' },
];

test('every dialect is tested', () => {
  expect([...forms.map(({ dialect }) => dialect), 'none']).toEqual(dialects);
});

const withNone: readonly (Partial<Form> & { readonly dialect: Dialect })[] = [
  ...forms,
  { dialect: 'none' },
];

describe.each(withNone)('$dialect', ({ dialect, ...own }) => {
  test('serves its own reads and names the operations', async () => {
    const emulator = await emulate({ scenario: { dialect } });
    const token = tokenFor(emulator, ['service']);
    const paths = [...new Set(forms.flatMap(({ get, list }) => [get, list, `${get}/logs`]))];
    for (const path of paths) {
      const isServed = [own.get, own.list, `${own.get}/logs`].includes(path);
      const { status } = await ask(emulator, { path, token });
      expect([path, status]).toEqual([path, isServed ? 200 : 404]);
      const read = path.endsWith('/logs') ? 'logs' : path.endsWith('/web') ? 'get' : 'list';
      expect([path, emulator.requests.at(-1)?.operation]).toEqual([
        path,
        `${isServed ? 'service' : 'elsewhere'}.${read}`,
      ]);
    }
  });

  test('has the deploy call at its usual path, and no other path deploys', async () => {
    const emulator = await emulate({ scenario: { dialect } });
    const token = tokenFor(emulator, ['service']);
    const paths = forms.flatMap(({ get, list }) => [get, `${get}/deploy`, list, `${get}/logs`]);
    for (const path of paths.filter((each) => each !== '/auth/v1/v1/services/web/deploy')) {
      const { status } = await send(emulator, 'POST', path, token, { branch: 'main' });
      expect([path, [404, 405].includes(status)]).toEqual([path, true]);
    }
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(0);
    expect((await deploy(emulator, token)).status).toBe(202);
    expect(emulator.world.service('acme', 'web').deploysAccepted).toBe(1);
    expect(emulator.requests.at(-1)?.operation).toBe('service.deploy');
  });
});

describe.each(withNone)('jobs in $dialect', ({ dialect, ...own }) => {
  /** The job path that corresponds to a service path. */
  const forJobs = (path: string): string =>
    path.replace(/service(s?)/, 'job$1').replace('web', 'reindex');

  test('are read at the same paths as services, and nowhere else', async () => {
    const emulator = await emulate({ scenario: { dialect } });
    const token = tokenFor(emulator, ['job']);
    const paths = [...new Set(forms.flatMap(({ get, list }) => [get, list, `${get}/logs`]))];
    for (const servicePath of paths) {
      const path = forJobs(servicePath);
      const isServed = [own.get, own.list, `${own.get}/logs`].includes(servicePath);
      const { status } = await ask(emulator, { path, token });
      expect([path, status]).toEqual([path, isServed ? 200 : 404]);
      const read = path.endsWith('/logs') ? 'logs' : path.endsWith('/reindex') ? 'get' : 'list';
      expect([path, emulator.requests.at(-1)?.operation]).toEqual([
        path,
        `${isServed ? 'job' : 'elsewhere'}.${read}`,
      ]);
    }
  });

  test('are created at their usual path', async () => {
    const emulator = await emulate({ scenario: { dialect, elsewhere: 'html' } });
    const token = tokenFor(emulator, ['job']);
    const path = '/auth/v1/seed/acme/jobs';
    expect((await send(emulator, 'POST', path, token, { name: 'migrate' })).status).toBe(201);
    const list = await ask(emulator, { path, token });
    expect(list.text.startsWith('{')).toBe(dialect === 'seed');
    if (own.get === undefined) return;
    const get = forJobs(own.get).replace('reindex', 'migrate');
    const answer = await ask(emulator, { path: get, token });
    expect(JSON.parse(answer.text)).toMatchObject({ name: 'migrate', namespace: 'acme' });
    const logs = await ask(emulator, { path: `${get}/logs`, token });
    expect([logs.status, emulator.requests.at(-1)?.operation]).toEqual([200, 'job.logs']);
  });
});

test.each(forms)(
  '$dialect: reads the service, the list, and the logs',
  async ({ dialect, ...own }) => {
    const emulator = await emulate({ scenario: { dialect } });
    const token = tokenFor(emulator, ['service']);
    const one = await ask(emulator, { path: own.get, token });
    expect(JSON.parse(one.text)).toMatchObject({ namespace: 'acme', name: 'web' });
    const list = await ask(emulator, { path: own.list, token });
    const namesNoNamespace = dialect === 'double-v1' || dialect === 'single-v1';
    expect(field(list, 'pagination', 'total')).toBe(namesNoNamespace ? 4 : 3);
    const logs = await ask(emulator, { path: `${own.get}/logs`, token });
    expect(field(logs, 'data', 0, 'message')).toBe('Listening on port 8080');
    expect((await ask(emulator, { path: own.get.replace('web', 'wbe'), token })).status).toBe(404);
    for (const path of [own.get, own.list, `${own.get}/logs`]) {
      const token = 'op_pat_00000000000000000000';
      expect([path, (await ask(emulator, { path, token })).status]).toEqual([path, 401]);
      const other = tokenFor(emulator, ['repo']);
      expect([path, (await ask(emulator, { path, token: other })).status]).toEqual([path, 403]);
    }
  },
);

describe('a dialect without a namespace in its paths', () => {
  test.each(['double-v1', 'single-v1'] as const)('%s', async (dialect) => {
    const emulator = await emulate({
      scenario: { dialect, services: [{ namespace: 'ada', name: 'web' }] },
    });
    const path = forms.find((form) => form.dialect === dialect)?.get ?? '';
    const namespace = async (user: string): Promise<unknown> => {
      const answer = await ask(emulator, { path, token: tokenFor(emulator, ['service'], user) });
      return answer.status === 200 ? field(answer, 'namespace') : answer.status;
    };
    expect(await namespace('ada')).toBe('ada');
    expect(await namespace('cleo')).toBe('acme');
    expect(await namespace('dora')).toBe(404);
  });
});

test('without a namespace in the path, jobs are limited to the namespaces that the user can read', async () => {
  const emulator = await emulate({ scenario: { dialect: 'single-v1' } });
  const names = async (user: string): Promise<unknown> => {
    const token = tokenFor(emulator, ['job'], user);
    const list = await ask(emulator, { path: '/auth/v1/jobs?sort=name&order=asc', token });
    return JSON.parse(list.text).data.map(({ name }: { name: string }) => name);
  };
  expect(await names('ada')).toEqual(['nightly-eval', 'reindex', 'thumbnails', 'train-ranker']);
  expect(await names('cleo')).toEqual(['nightly-eval', 'reindex', 'train-ranker']);
  expect(await names('dora')).toEqual([]);
});

describe('elsewhere', () => {
  const rows: readonly {
    readonly elsewhere: Elsewhere | undefined;
    readonly status: number;
    readonly type: string | undefined;
    readonly location?: string;
    readonly text: RegExp;
  }[] = [
    { elsewhere: undefined, status: 404, type: 'json', text: /"code":"not_found"/ },
    { elsewhere: '404', status: 404, type: 'json', text: /"code":"not_found"/ },
    { elsewhere: '401', status: 401, type: 'json', text: /"code":"unauthorized"/ },
    { elsewhere: '403', status: 403, type: 'json', text: /"code":"forbidden"/ },
    { elsewhere: '400', status: 400, type: 'json', text: /"code":"invalid_request"/ },
    { elsewhere: 'html-404', status: 404, type: 'html', text: /<h1>404<\/h1>/ },
    { elsewhere: 'html', status: 200, type: 'html', text: /<div id="root">/ },
    { elsewhere: 'login', status: 302, type: undefined, location: '/login', text: /^$/ },
    {
      elsewhere: 'login-elsewhere',
      status: 307,
      type: undefined,
      location: 'https://outpost.run/login',
      text: /^$/,
    },
  ];

  test.each(rows)('$elsewhere', async ({ elsewhere, status, type, location, text }) => {
    const emulator = await emulate({
      scenario: { dialect: 'base-url', ...(elsewhere && { elsewhere }) },
    });
    const token = tokenFor(emulator, ['service']);
    for (const path of ['/acme/service/web?x=1', '/auth/v1/v1/services/web/', '/nowhere', '/']) {
      for (const authorized of [{ token }, {}]) {
        const answer = await ask(emulator, { path, ...authorized });
        expect([path, answer.status, answer.headers.location]).toEqual([path, status, location]);
        expect(answer.headers['content-type']?.match(/json|html/)?.[0]).toBe(type);
        expect(answer.text).toMatch(text);
        expect(answer.headers['x-request-id']).toMatch(/^req_/);
      }
    }
    expect(emulator.requests.map(({ operation }) => operation)).toEqual([
      ...Array(4).fill('elsewhere.get'),
      ...Array(4).fill('unknown'),
    ]);
    const served = await ask(emulator, { path: '/auth/v1/acme/service/web', token });
    expect(served.status).toBe(200);
    const unknown = await ask(emulator, { path: '/auth/v1/acme/service/wbe', token });
    expect([unknown.status, field(unknown, 'error', 'code')]).toEqual([404, 'not_found']);
    expect((await send(emulator, 'POST', '/nowhere', token, { branch: 'main' })).status).toBe(404);
  });

  test('serves the login page to clients that follow the redirect', async () => {
    const emulator = await emulate({ scenario: { elsewhere: 'login' } });
    const answer = await ask(emulator, { path: '/login' });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Sign in')]);
  });

  test('a fault can be limited to wrong addresses', async () => {
    const emulator = await emulate({
      scenario: {
        dialect: 'seed',
        faults: [{ on: 'elsewhere.get', times: 'always', do: { kind: 'answer', status: 503 } }],
      },
    });
    const token = tokenFor(emulator, ['service']);
    expect((await ask(emulator, { path: '/acme/service/web', token })).status).toBe(503);
    const path = '/auth/v1/seed/acme/services/web';
    expect((await ask(emulator, { path, token })).status).toBe(200);
  });

  test('only the deploy works, and the users call tells a dead token from a wrong address', async () => {
    const emulator = await emulate({ scenario: { dialect: 'none', elsewhere: '401' } });
    const token = tokenFor(emulator, ['service']);
    const statuses = async (given: string): Promise<number[]> => [
      (await ask(emulator, { path: '/acme/service/web', token: given })).status,
      (await ask(emulator, { path: '/auth/v1/users', token: given })).status,
      (await deploy(emulator, given)).status,
    ];
    expect(await statuses(token)).toEqual([401, 200, 202]);
    emulator.world.revokeToken('ada', emulator.world.tokens.nameOf(token) ?? '');
    expect(await statuses(token)).toEqual([401, 401, 401]);
  });
});

describe('reads with paths that end in a slash', () => {
  test.each(forms)('$dialect', async ({ dialect, get, list }) => {
    const emulator = await emulate({ scenario: { dialect, readSlash: true } });
    const token = tokenFor(emulator, ['service', 'job']);
    for (const [path, query] of [
      [get, ''],
      [list, '?per_page=1'],
      [`${get}/logs`, '?tail=1'],
      [get.replace('service', 'job').replace('web', 'reindex'), ''],
    ] as const) {
      const redirect = await ask(emulator, { path: `${path}${query}`, token });
      const location = `${path}/${query}`;
      expect([redirect.status, redirect.headers.location]).toEqual([307, location]);
      const answer = await ask(emulator, { path: location, token });
      expect([answer.status, field(answer, 'data', 'length') ?? 1]).toEqual([200, 1]);
    }
    expect(emulator.requests.map(({ operation }) => operation)).toEqual(
      ['service.get', 'service.list', 'service.logs', 'job.get'].flatMap((read) => [
        'elsewhere.slash',
        read,
      ]),
    );
    expect((await deploy(emulator, token)).status).toBe(202);
  });
});
