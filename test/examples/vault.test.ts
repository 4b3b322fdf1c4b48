import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { needs } from '../support/gitlab/needs.ts';
import { quick } from '../support/health/check.ts';
import { rehearse } from '../support/rehearse.ts';
import { allFilled, workflow } from './workflow.ts';

const testWithShell = needs('bash', 'curl', 'jq');
const [TOKEN, ID_TOKEN, SESSION] = ['op_pat_2vN8xQ4LrT0yWb6KsE1u', 'eyJ0.id.token', 'hvs.session'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-examples-'));
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * GitHub's issuer of ID tokens and a Vault, built from their documentation. Records the requests
 * that they got.
 */
async function startServer() {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { authorization, 'x-vault-token': session } = request.headers;
    const url = new URL(request.url ?? '', 'http://here');
    asked.push(
      `${request.method} ${url.pathname} ${url.searchParams.get('audience') ?? ''}`.trim(),
    );
    const answer = (): unknown => {
      if (url.pathname === '/id' && authorization === 'bearer request') return { value: ID_TOKEN };
      if (url.pathname === '/v1/auth/jwt/login') {
        const { role, jwt } = JSON.parse(body);
        return role === 'outpost-deploy' && jwt === ID_TOKEN
          ? { auth: { client_token: SESSION } }
          : undefined;
      }
      return url.pathname === '/v1/secret/data/outpost/deploy' && session === SESSION
        ? { data: { data: { token: TOKEN } } }
        : undefined;
    };
    const found = answer();
    response.writeHead(found === undefined ? 403 : 200).end(JSON.stringify(found ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

/** Replaces a vendor's program. It prints the token if the ID token is in the right place. */
function standIn(name: string, file: string, condition: string): void {
  const path = join(folder, 'bin', name);
  const script = `#!/bin/bash\necho "$*" >> '${join(folder, 'calls')}'\n[ "$(cat "${file}")" = '${ID_TOKEN}' ] || exit 9\nif ${condition}; then echo '${TOKEN}'; fi\n`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}

testWithShell.each([
  ['vault', 'the address of Vault'],
  ['aws', 'sts.amazonaws.com'],
  [
    'google',
    'https://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/github/providers/github',
  ],
] as const)(
  'token-from-vault.yml, %s: the job gets the token, masks it, and deploys',
  async (name, audience) => {
    const job = workflow('token-from-vault.yml').jobs.find((one) => one.name === name);
    const [fetching, deploying] = job?.steps ?? [];
    const server = await startServer();
    standIn('aws', '$AWS_WEB_IDENTITY_TOKEN_FILE', '[ "$2" = get-secret-value ]');
    standIn('gcloud', '$CLOUDSDK_CONFIG/id-token', '[ "$1" = secrets ]');
    const outputs = join(folder, 'outputs');
    try {
      const run = async (requestToken: string) => {
        writeFileSync(outputs, '');
        const env = {
          ...allFilled(fetching?.env ?? {}, { runner: { temp: folder } }),
          PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
          GITHUB_OUTPUT: outputs,
          ACTIONS_ID_TOKEN_REQUEST_URL: `${server.origin}/id?api-version=2.0`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
          ...(name === 'vault' ? { VAULT_ADDR: server.origin } : {}),
        };
        const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', fetching?.run ?? 'exit 99'];
        const child = spawn('bash', args, { cwd: folder, env });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk) => {
            output += String(chunk);
          });
        const [exitStatus] = await once(child, 'close');
        return { exitStatus, output };
      };
      const { exitStatus, output } = await run('request');
      expect({ exitStatus, output }).toMatchObject({ exitStatus: 0 });
      expect(readFileSync(outputs, 'utf8')).toBe(`token=${TOKEN}\n`);
      expect(output).toContain(`::add-mask::${TOKEN}\n`);
      const shown = output.replace(/^::add-mask::.*$/gm, '');
      for (const secret of [TOKEN, ID_TOKEN, SESSION]) expect(shown).not.toContain(secret);
      expect(server.asked[0]).toBe(`GET /id ${name === 'vault' ? server.origin : audience}`);
      // No argument contains a secret, and no secret stays on the disk.
      const calls = name === 'vault' ? '' : readFileSync(join(folder, 'calls'), 'utf8');
      for (const secret of [TOKEN, ID_TOKEN]) expect(calls).not.toContain(secret);
      for (const left of ['id-token', 'gcloud']) expect(existsSync(join(folder, left))).toBe(false);
      // Without a valid ID token, nothing is deployed.
      const refused = await run('stranger');
      expect(refused.exitStatus).not.toBe(0);
      expect(readFileSync(outputs, 'utf8')).toBe('');
    } finally {
      server.close();
    }
    const { token, ...inputs } = deploying?.with ?? {};
    expect(token).toBe('${{ steps.secret.outputs.token }}');
    const rehearsal = {
      inputs: {},
      token: { name: inputs['token-name'] ?? '', scopes: ['service'], expiresInDays: 90 },
      exit: 0,
    } as const;
    const deployed = await rehearse({ scenario: { ...quick, rehearsal }, inputs });
    expect(deployed).toMatchObject({ exitStatus: 0, outputs: { status: 'deployed' } });
  },
);
