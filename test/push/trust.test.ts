import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { pushFailure } from '../../src/deploy/push/push-failure.ts';
import { findGit } from '../../src/lib/git-program.ts';
import { createAuthority } from '../faults/certificate.ts';
import {
  deployPushed,
  expectDeployed,
  expectNotDeployed,
  type PushResult,
  pushHosts,
  telling,
} from '../support/push/deploys.ts';
import { at, gitTest, newOrigin, posixGitTest, temporaryFolder } from '../support/push/git.ts';
import { startTlsFront } from '../support/push/tls-front.ts';

const company = createAuthority();
const other = createAuthority();
const fields = { host: 'localhost', notAfter: new Date(Date.now() + 86_400_000) };

function fileWith(text: string, name = 'certificates.pem'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** A PATH on which git has this as its system configuration. */
function pathWithSystem(config: string): string {
  const folder = temporaryFolder();
  const program = join(folder, 'git');
  const system = fileWith(config, 'gitconfig');
  const real = findGit(process.env['PATH']);
  writeFileSync(program, `#!/bin/sh\nGIT_CONFIG_SYSTEM='${system}' exec '${real}' "$@"\n`);
  chmodSync(program, 0o755);
  return `${folder}:${process.env['PATH']}`;
}

/**
 * A run against an Outpost behind TLS. Node trusts its certificate as the company's. git gets one
 * from a certificate authority that the test chooses.
 */
async function behindTls(
  gitAuthority: typeof company,
  env: Readonly<Record<string, string>>,
  host: 'github' | 'gitlab' = 'github',
): Promise<{ readonly result: PushResult; readonly commit: string }> {
  const front = await startTlsFront(company.issue(fields), gitAuthority.issue(fields));
  try {
    const place = at(newOrigin());
    const result = await deployPushed({
      host,
      ...place,
      env: { NODE_EXTRA_CA_CERTS: fileWith(company.cert), ...env },
      inputs: { origin: front.origin },
      prepare: ({ origin }) => {
        front.target = origin;
      },
    });
    return { result, commit: place.commit };
  } finally {
    await front.close();
  }
}

/**
 * Checks only the push. The test's clock can't see a connection that the TLS front hasn't started
 * to read, so the answer to the deploy call may come late.
 */
function expectPushed({ branches, page }: PushResult, commit: string): void {
  expect(page.join('\n')).toMatch(/acme\/web: main is at [0-9a-f]{7}\./);
  expect(branches).toEqual({ main: commit });
}

describe('git trusts the same CAs as Node', () => {
  gitTest.each(pushHosts)('a company CA in NODE_EXTRA_CA_CERTS, on %s', async (host) => {
    const { result, commit } = await behindTls(company, {}, host);
    expectPushed(result, commit);
  });

  gitTest('a CA in SSL_CERT_FILE', async () => {
    const { result, commit } = await behindTls(other, { SSL_CERT_FILE: fileWith(other.cert) });
    expectPushed(result, commit);
  });

  posixGitTest("`http.sslCAInfo` of the system's git configuration", async () => {
    const system = `[http]\n\tsslCAInfo = ${fileWith(other.cert)}\n`;
    const { result, commit } = await behindTls(other, { PATH: pathWithSystem(system) });
    expectPushed(result, commit);
  });

  gitTest('no other CA: the run reports a TLS problem and deploys nothing', async () => {
    const { result } = await behindTls(other, { SSL_CERT_FILE: '/nowhere.pem' });
    expectNotDeployed(
      result,
      'push-lost',
      9,
      /TLS certificate of the git server could not be verified here \(.*certificate.*\)[\s\S]*NODE_EXTRA_CA_CERTS/,
    );
    expect(result.page.join('\n')).toMatch(
      /Could not read the certificates in \/nowhere\.pem\. git runs without them\./,
    );
    expect(result.page.join('\n')).not.toMatch(/cannot be reached/);
  });

  posixGitTest("and ignores all other settings of the system's git configuration", async () => {
    const lost = `[http]
\tsslVerify = false
\textraHeader = X-Foreign: 1
[http "https://localhost/"]
\tsslVerify = false
[url "https://elsewhere.invalid/"]
\tinsteadOf = https://localhost
[credential]
\thelper = "!echo password=x"
`;
    const { result } = await behindTls(other, { PATH: pathWithSystem(lost) });
    expectNotDeployed(result, 'push-lost', 9, /TLS certificate of the git server/);
    const kept = await behindTls(company, { PATH: pathWithSystem(lost) });
    expectPushed(kept.result, kept.commit);
    for (const { headers } of kept.result.requests) expect(headers).not.toHaveProperty('x-foreign');
  });
});

posixGitTest("git uses the proxy from the system's git configuration", async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket: Socket) => {
    tunnels.push(url);
    const inner = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(inner).pipe(socket);
    });
    for (const end of [inner, socket]) end.on('error', () => end.destroy());
    socket.on('close', () => inner.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const system = `[http]\n\tproxy = http://ci:pr0xy-passw0rd@127.0.0.1:${port}\n`;
  const { result, commit } = await behindTls(company, { PATH: pathWithSystem(system) });
  proxy.closeAllConnections();
  proxy.close();
  expectPushed(result, commit);
  expect(tunnels.length).toBeGreaterThan(0);
  expect(JSON.stringify([result.page, result.report])).not.toContain('pr0xy-passw0rd');
});

gitTest.each([
  [
    "fatal: unable to access 'https://x/a/b.git/': SSL certificate problem: self-signed certificate",
    /could not be verified here \(SSL certificate problem: self-signed certificate\)/,
  ],
  [
    "fatal: unable to access 'https://x/a/b.git/': server verification failed: certificate has expired. (CAfile: none CRLfile: none)",
    /could not be verified/,
  ],
  [
    "fatal: unable to access 'https://x/a/b.git/': gnutls_handshake() failed: The TLS connection was non-properly terminated.",
    /the TLS connection to the git server failed/,
  ],
  [
    "fatal: unable to access 'https://tls.example/certificate/ssl.git/': Could not resolve host: tls.example",
    /the git server cannot be reached/,
  ],
])('%s', (line, says) => {
  const end = { status: 128, stdout: '', stderr: `${line}\n`, trouble: undefined };
  const failure = pushFailure(end, 'Pushing', { namespace: 'a', name: 'b' });
  expect(failure).toMatchObject({ code: 'push-lost', message: expect.stringMatching(says) });
  return Promise.resolve();
});

describe('a gateway that rejects chunked uploads', () => {
  const scenario = {
    ...telling,
    repositories: [{ namespace: 'acme', name: 'web', refusesChunks: true }],
  };

  /** Larger than what git buffers by itself. */
  function bigCheckout() {
    const repository = newOrigin();
    repository.commit('big', randomBytes(3_000_000));
    return at(repository);
  }

  gitTest('gets the push in one piece', async () => {
    const place = bigCheckout();
    const result = await deployPushed({ ...place, scenario });
    expectDeployed(result, place.commit, 'main');
    expect(result.page.join('\n')).toMatch(/sending the push again in one piece/);
  });

  gitTest('is reported if it also rejects the upload in one piece', async () => {
    const lengthRequired = { kind: 'answer', status: 411 } as const;
    const faults = [{ on: 'git.push', times: 'always', do: lengthRequired }] as const;
    const result = await deployPushed({ ...bigCheckout(), scenario: { ...telling, faults } });
    expectNotDeployed(
      result,
      'push-refused',
      9,
      /rejects chunked uploads, and also rejected the upload in one piece/,
    );
  });

  posixGitTest("gets one piece at once if the system's git configuration says so", async () => {
    const place = bigCheckout();
    const PATH = pathWithSystem('[http]\n\tpostBuffer = 100m\n');
    const result = await deployPushed({ ...place, scenario, env: { PATH } });
    expectDeployed(result, place.commit, 'main');
    expect(result.page.join('\n')).not.toMatch(/in one piece/);
  });
});
