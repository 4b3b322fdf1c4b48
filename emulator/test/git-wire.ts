import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Emulator } from '../server.ts';
import type { Checkout, Credential } from './git-client.ts';
import { cloneUrl, headerOf } from './git-client.ts';

const NOTHING = '0'.repeat(40);

/** The start of a push: the command that points a new branch to a commit. A pack follows. */
function pushCommand(commit: string, branch: string): Buffer {
  const command = `${NOTHING} ${commit} refs/heads/${branch}\0report-status side-band-64k`;
  const length = (command.length + 4).toString(16).padStart(4, '0');
  return Buffer.from(`${length}${command}0000`);
}

/**
 * The body of a push that points a new branch to a commit that the server already has: one command
 * and an empty pack.
 */
function pushBody(commit: string, branch: string): Buffer {
  const pack = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  return Buffer.concat([
    pushCommand(commit, branch),
    pack,
    createHash('sha1').update(pack).digest(),
  ]);
}

/** Pushes without a git client and returns the raw output of the hooks. */
export async function saidByHooks(
  emulator: Emulator,
  credential: Credential,
  commit: string,
): Promise<Buffer> {
  const answer = await post(emulator, credential, pushBody(commit, 'new'));
  const said: Buffer[] = [];
  for (let at = 0; at < answer.length; ) {
    const length = Math.max(4, Number.parseInt(answer.toString('latin1', at, at + 4), 16));
    if (answer[at + 4] === 2) said.push(answer.subarray(at + 5, at + length));
    at += length;
  }
  return Buffer.concat(said);
}

/** Starts a push whose body never ends. Call the returned function to abort it. */
export function stalledPush(
  emulator: Emulator,
  credential: Credential,
  commit: string,
): () => void {
  const outgoing = openPush(emulator, credential);
  outgoing.on('error', () => {});
  outgoing.write(pushBody(commit, 'new').subarray(0, -10));
  return () => outgoing.destroy();
}

/** A push whose pack is sent in parts. */
export interface BegunPush {
  write(part: Buffer): void;
  /** Sends the last part and returns the server's answer. */
  end(part: Buffer): Promise<Buffer>;
}

export function beginPush(
  emulator: Emulator,
  credential: Credential,
  commit: string,
  branch: string,
): BegunPush {
  const outgoing = openPush(emulator, credential);
  const answer = answerTo(outgoing);
  outgoing.write(pushCommand(commit, branch));
  return {
    write: (part) => void outgoing.write(part),
    end: (part) => {
      outgoing.end(part);
      return answer;
    },
  };
}

function post(emulator: Emulator, credential: Credential, body: Buffer): Promise<Buffer> {
  const outgoing = openPush(emulator, credential);
  outgoing.end(body);
  return answerTo(outgoing);
}

function openPush(emulator: Emulator, credential: Credential): ClientRequest {
  const headers = {
    authorization: headerOf(credential),
    'content-type': 'application/x-git-receive-pack-request',
  };
  return request(`${cloneUrl(emulator)}/git-receive-pack`, { method: 'POST', headers });
}

function answerTo(outgoing: ClientRequest): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks)));
    });
    outgoing.on('error', reject);
  });
}

/** How many bytes git has written so far of the packs that it is receiving. */
export function receivedBytes({ world }: Emulator): number {
  const { root } = world.git;
  const files =
    root === undefined ? [] : readdirSync(root, { recursive: true, withFileTypes: true });
  const packs = files.filter(({ name }) => name.startsWith('tmp_pack_'));
  return packs.reduce(
    (bytes, { parentPath, name }) => bytes + statSync(join(parentPath, name)).size,
    0,
  );
}

/** A pack with everything that the branch `main` of a checkout consists of. */
export async function packOf(checkout: Checkout): Promise<Buffer> {
  const bundle = join(checkout.folder, 'bundle');
  expect(await checkout.git(['bundle', 'create', bundle, 'main'])).toMatchObject({ code: 0 });
  const bytes = readFileSync(bundle);
  return bytes.subarray(bytes.indexOf('\n\n') + 2);
}
