import { randomBytes } from 'node:crypto';
import type { StoreAnswer, StoreRequest } from './http.ts';
import { jsonObject, matched, Refusal } from './http.ts';
import type { StoreServer, StoreServerOptions } from './server.ts';
import { serveStore } from './server.ts';

/**
 * Simulates the part of the Forgejo and Gitea API that we use for Actions secrets and variables:
 * https://codeberg.org/api/swagger. Secrets are written with their plain value, and their last
 * write isn't shown.
 */
export interface ForgejoStore extends StoreServer {
  readonly token: string;
  secretOf(name: string): string | undefined;
  variableOf(name: string): string | undefined;
  seed(name: string, value: string): void;
}

/** One repository, `acme/web`. */
export async function startForgejoStore(options: StoreServerOptions = {}): Promise<ForgejoStore> {
  const secrets = new Map<string, string>();
  const variables = new Map<string, string>();
  const token = randomBytes(20).toString('hex');
  const server = await serveStore(
    {
      handle: (request) => handle(request, token, secrets, variables),
      documented: (status) => ({ status, body: { message: String(status) } }),
      valueIn: ({ body }) => text(body, 'data'),
      restOf: ({ body }) => body.replace(/"data":"[^"]*"/, ''),
    },
    '/api/v1',
    options,
  );
  return {
    ...server,
    token,
    secretOf: (name) => secrets.get(name),
    variableOf: (name) => variables.get(name),
    seed: (name, value) => secrets.set(name, value),
  };
}

const ROOT = '/repos/acme/web';

function handle(
  request: StoreRequest,
  token: string,
  secrets: Map<string, string>,
  variables: Map<string, string>,
): StoreAnswer {
  const { method, path, headers, body, query } = request;
  if (
    !/^(?:bearer|token) /i.test(headers['authorization'] ?? '') ||
    !headers['authorization']?.endsWith(token)
  )
    throw refused(401, 'invalid username, password or token');
  if (path === ROOT && method === 'GET')
    return { status: 200, body: { full_name: 'acme/web', archived: false } };
  if (path === `${ROOT}/actions/secrets` && method === 'GET') {
    const all = [...secrets.keys()].map((name) => ({ name, created_at: '2026-01-01T00:00:00Z' }));
    return { status: 200, body: query.get('page') === '1' ? all : [] };
  }
  const secret = matched(`${ROOT}/actions/secrets/{name}`, path)?.['name'];
  if (secret !== undefined) return onSecret(method, secret, text(body, 'data'), secrets);
  const variable = matched(`${ROOT}/actions/variables/{name}`, path)?.['name'];
  if (variable !== undefined) return onVariable(method, variable, text(body, 'value'), variables);
  throw refused(404, 'Not Found');
}

function onSecret(
  method: string,
  name: string,
  value: string | undefined,
  secrets: Map<string, string>,
): StoreAnswer {
  const isNew = !secrets.has(name);
  if (method === 'PUT' && value !== undefined) {
    secrets.set(name, value);
    return { status: isNew ? 201 : 204 };
  }
  if (method !== 'DELETE' || isNew) throw refused(404, 'Not Found');
  secrets.delete(name);
  return { status: 204 };
}

function onVariable(
  method: string,
  name: string,
  value: string | undefined,
  variables: Map<string, string>,
): StoreAnswer {
  const held = variables.get(name);
  if (method === 'POST' && value !== undefined) {
    if (held !== undefined) throw refused(409, 'variable already exists');
    variables.set(name, value);
    return { status: 204 };
  }
  if (held === undefined) throw refused(404, 'Not Found');
  if (method === 'GET') return { status: 200, body: { name, data: held } };
  if (method === 'PUT' && value !== undefined) variables.set(name, value);
  return { status: 204 };
}

function text(body: string, field: string): string | undefined {
  const value = jsonObject(body)?.[field];
  return typeof value === 'string' ? value : undefined;
}

function refused(status: number, message: string): Refusal {
  return new Refusal({ status, body: { message, url: 'https://codeberg.org/api/swagger' } });
}
