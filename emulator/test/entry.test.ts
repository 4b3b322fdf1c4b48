import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { until } from '../../test/support/build.ts';
import { needsPosix } from '../../test/support/posix.ts';
import { ask } from './client.ts';

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
}

const children: ChildProcess[] = [];

function run(...argv: readonly string[]): Run {
  const child = spawn(process.execPath, ['emulator/main.ts', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString('utf8')));
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('the command', () => {
  needsPosix().each(['SIGINT', 'SIGTERM'] as const)('serves until %s', async (signal) => {
    const { child, out, err, ended } = run('--port', '0', '--scenario', 'expiring-token');
    await until(() => out().includes('Try: curl'));
    const origin = /^Outpost emulator: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(out())?.[1] ?? '';
    const token = /^ {2}deploy +service,repo +\S+Z +(op_pat_\w+)$/m.exec(out())?.[1] ?? '';
    expect(out()).toContain('Scenario: expiring-token - Everything works');
    expect(out()).toMatch(/^ {2}read-only +repo:read +never expires +op_pat_\w+$/m);
    expect(out()).toMatch(/^ {2}rehearsal +service +\S+Z +op_pat_\w+$/m);
    const answer = await ask({ origin }, { path: '/acme/service/web', token });
    expect([answer.status, answer.headers['x-ratelimit-limit']]).toEqual([200, '60']);
    await ask({ origin }, { path: '/_emulator/requests' });
    await until(() => out().includes('GET /acme/service/web -> 200 (service.get, token deploy)'));
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(out()).toMatch(/Stopped after 1 request\.\n$/);
    expect(err()).toBe('');
  });

  needsPosix()('uses the model in --rollout', async () => {
    const { child, out, ended } = run('--port', '0', '--rollout', 'scale-to-zero');
    await until(() => out().includes('Try: curl'));
    expect(out()).toContain('Scenario: ok - Every rollout is scale-to-zero and succeeds.');
    const origin = /^Outpost emulator: (\S+)$/m.exec(out())?.[1] ?? '';
    const token = /^ {2}deploy .* (op_pat_\w+)$/m.exec(out())?.[1] ?? '';
    const { text } = await ask({ origin }, { path: '/acme/service/web', token });
    expect(JSON.parse(text)).toMatchObject({ status: 'stopped', min_replicas: 0 });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  needsPosix().each([
    { dialect: 'seed', reads: '/auth/v1/seed/{namespace}/services/{name}' },
    { dialect: 'none', reads: 'no address' },
  ])('uses the dialect $dialect', async ({ dialect, reads }) => {
    const { child, out, ended } = run('--port', '0', '--dialect', dialect);
    await until(() => out().includes('Try: curl'));
    expect(out()).toContain(`Services are at: ${reads}\n`);
    const [, token = '', url = ''] =
      /^Try: curl -H "Authorization: Bearer (\S+)" (\S+)$/m.exec(out()) ?? [];
    const { origin, pathname } = new URL(url);
    expect((await ask({ origin }, { path: pathname, token })).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test.each([
    {
      argv: ['--list'],
      code: 0,
      out: /^ok +The rollout .*\n[\s\S]*unavailable +Outpost/,
      err: /^$/,
    },
    { argv: ['--help'], code: 0, out: /--scenario-file FILE/, err: /^$/ },
    {
      argv: ['--scenario', 'oki'],
      code: 2,
      out: /^$/,
      err: /Unknown --scenario "oki"\. Did you mean ok\? Allowed: ok, slow-rollout/,
    },
    {
      argv: ['--scenario-file', 'package.json'],
      code: 2,
      out: /^$/,
      err: /package\.json is not a scenario:\n {2}- scenario has no field "version"/,
    },
  ])('$argv', async ({ argv, code, out, err }) => {
    const command = run(...argv);
    expect(await command.ended).toBe(code);
    expect(command.out()).toMatch(out);
    expect(command.err()).toMatch(err);
  });

  test('exits if the port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const command = run('--port', String(port));
    expect(await command.ended).toBe(1);
    expect(command.err()).toBe(
      `Port ${port} is in use. Choose another with --port N, or any free one with --port 0.\n`,
    );
    server.close();
  });
});
