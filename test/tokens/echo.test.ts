import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../emulator/faults.ts';
import type { TokenHost } from '../support/run-token.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { siteWith } from '../support/token-site.ts';

// A server that echoes what it was sent. None of that may appear in the output. The run itself
// checks this for every token, in every form.

const HOSTS = ['github', 'gitlab', 'shell'] as const;

function inputsFor(
  host: TokenHost,
  store: StoreName,
  url: string,
): Readonly<Record<string, string>> {
  if (host === store) return {};
  return {
    store,
    'api-url': url,
    ...(store === 'github' ? { repository: 'acme/web' } : { project: '101' }),
  };
}

const refusal = '{"error":{"code":"forbidden","message":"no: {{token}} and {{authorization}}"}}';

const echoing: readonly (readonly [string, FaultRule])[] = [
  ['the list', { on: 'token.list', do: { kind: 'answer', status: 403, body: refusal } }],
  ['the making', { on: 'token.create', do: { kind: 'answer', status: 403, body: refusal } }],
  [
    'the second list',
    { on: 'token.list', skip: 1, do: { kind: 'answer', status: 400, body: refusal } },
  ],
  ['the new token, tried', { on: 'token.get', do: { kind: 'answer', status: 403, body: refusal } }],
  [
    'the new token, tried once more',
    { on: 'token.get', skip: 1, do: { kind: 'answer', status: 403, body: refusal } },
  ],
  [
    'the revoking',
    { on: 'token.revoke', times: 'always', do: { kind: 'answer', status: 403, body: refusal } },
  ],
  [
    'the regenerating',
    { on: 'token.regenerate', do: { kind: 'answer', status: 403, body: refusal } },
  ],
];

test.each(HOSTS.flatMap((host) => echoing.map(([words, rule]) => [host, words, rule] as const)))(
  'on %s, Outpost repeats the token in use, at %s: it is masked',
  async (host, words, rule) => {
    const site = await siteWith('github', { scenario: { echoToken: true, faults: [rule] } });
    const strategy = words === 'the regenerating' ? 'regenerate' : 'replace';
    const inputs = { ...inputsFor(host, 'github', site.keeper.server.url), strategy };
    const { exitStatus, page } = await site.run({ host, inputs });
    expect(exitStatus).toBeGreaterThan(2);
    expect(page.join('\n')).toMatch(/no: \*\*\*/);
  },
);

const forms: readonly (readonly [string, (token: string) => string])[] = [
  ['as it is', (token) => token],
  ['without its prefix', (token) => token.replace('op_pat_', '')],
  ['in a URL', (token) => `https://x/?v=${encodeURIComponent(token)}`],
  ['in Base64', (token) => Buffer.from(`x:${token}`).toString('base64')],
  ['in hexadecimal', (token) => Buffer.from(token).toString('hex')],
  ['split by an escape sequence', (token) => `${token.slice(0, 14)}\u001b[0K${token.slice(14)}`],
  ['in two lines', (token) => `${token.slice(0, 14)}\n${token.slice(14)}`],
  [
    'as a command of the runner',
    (token) => `\n::set-output name=token::${token}\n##[error]${token}`,
  ],
];

// Each host gets texts from both stores, and each form comes from both.
const repeated = HOSTS.flatMap((host, at) =>
  forms.map(
    ([words, form], index) =>
      [host, (at + index) % 2 === 0 ? 'github' : 'gitlab', words, form] as const,
  ),
);

test.each(repeated)(
  'on %s, the store (%s) repeats the new token, %s: it is masked',
  async (host, store, _, form) => {
    const site = await siteWith(store);
    const { server, token } = site.keeper;
    const { tokens } = site.emulator.world;
    const create = tokens.create.bind(tokens);
    tokens.create = (...args) => {
      const value = create(...args);
      const message = `refused: ${form(value)} ${form(token)} end`;
      server.failNext({ mode: 'status', status: 400, method: 'PUT', body: { message } });
      return value;
    };
    const { exitStatus, outputs, page } = await site.run({
      host,
      inputs: inputsFor(host, store, server.url),
    });
    expect(`${exitStatus} ${outputs['failure-code']}`).toBe('4 store-refused');
    expect(page.join('\n')).toMatch(/refused: /);
    expect(site.alive()).toEqual(['deploy']);
  },
);
