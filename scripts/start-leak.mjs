// What to do about a leaked token (`npm start -- --scenario leaked-token`): one command, and a
// deploy with the token that it stored. Plain JavaScript that needs nothing installed, like
// start.mjs.
import { createServer } from 'node:http';
import { createToken } from './start-emulator.mjs';

/**
 * A CI system that keeps one secret, with the part of Forgejo's API that this needs.
 * @param {string} value
 * @returns {Promise<{url: string, value: () => string, close: () => void}>}
 */
async function startKeeper(value) {
  const secrets = new Map([['OUTPOST_TOKEN', value]]);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const [, kind, name = ''] =
      /\/actions\/(secrets|variables)\/(\w+)$/.exec(request.url ?? '') ?? [];
    if (kind === undefined) return response.writeHead(404).end('{}');
    if (kind === 'secrets' && request.method === 'PUT') secrets.set(name, JSON.parse(body).data);
    if (kind === 'secrets' && request.method === 'DELETE') secrets.delete(name);
    return response.writeHead(204).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/api/v1`,
    value: () => secrets.get('OUTPOST_TOKEN') ?? '',
    close: () => server.close(),
  };
}

/**
 * The leak, the command, and a deploy with the new token, each with its time.
 * @param {{origin: string, session: string}} emulator
 * @param {(bundle: string, args: string[], env: Record<string, string>) => Promise<number>} run
 * @param {(text: string) => void} print
 * @returns {Promise<number>} exit status
 */
export async function drill(emulator, run, print) {
  const leaked = await createToken(emulator, {
    name: 'deploy',
    scopes: ['service'],
    expiresAt: 720,
  });
  const manager = await createToken(emulator, { name: 'manager', scopes: ['admin:org'] });
  const keeper = await startKeeper(leaked);
  const startMs = Date.now();
  const at = () => `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
  const accepted = async () =>
    (
      await fetch(`${emulator.origin}/auth/v1/users`, {
        headers: { authorization: `Bearer ${leaked}` },
      })
    ).status;
  try {
    print('0.0 s  The token "deploy" was seen in a log.');
    const store = ['--store', 'forgejo', '--repository', 'acme/shop', '--api-url', keeper.url];
    const status = await run(
      'token',
      ['compromised', 'deploy', '--origin', emulator.origin, ...store],
      { OUTPOST_TOKEN: manager, OUTPOST_STORE_TOKEN: 'of-the-ci-system' },
    );
    print(
      `${at()}  The command ended with exit status ${status}. Outpost now answers ${await accepted()} to the leaked token.`,
    );
    if (status !== 0) return status;
    const service = ['--service', 'acme/web', '--branch', 'main', '--token-name', 'deploy'];
    const deployed = await run('cli', ['deploy', ...service, '--origin', emulator.origin], {
      OUTPOST_TOKEN: keeper.value(),
    });
    print(`${at()}  A deploy with the new token ended with exit status ${deployed}.`);
    return deployed;
  } finally {
    keeper.close();
  }
}
