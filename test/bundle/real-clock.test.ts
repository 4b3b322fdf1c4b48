import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startEmulator } from '../../emulator/server.ts';
import { needsPosixAtOnce } from '../support/posix.ts';
import { CLI_BUNDLE, runCli } from '../support/run-cli.ts';
import { type HostResult, runGithub } from '../support/run-github.ts';

// Every other test gives the program a virtual clock. Here it uses the machine's: Node's timers,
// real signals, real waits. No test measures how long they take. A run that fails to end as it must
// would go on for a day.

const hosts = ['github', 'gitlab', 'shell'] as const;
type HostUnderTest = (typeof hosts)[number];

interface Ran extends HostResult {
  readonly deploysAccepted: number;
}

/**
 * A deploy whose rollout never ends. Calls `onSeen` when the program has reported that the rollout
 * is in progress.
 */
async function deployEndlessly(
  host: HostUnderTest,
  timeout: string,
  onSeen: (child: ChildProcess) => void = () => undefined,
): Promise<Ran> {
  const emulator = await startEmulator({ scenario: { rollout: [{ status: 'deploying' }] } });
  try {
    const token = emulator.world.createToken({ name: 'rehearsal', scopes: ['service'] });
    const inputs = {
      service: 'acme/web',
      branch: 'main',
      'token-name': 'rehearsal',
      origin: emulator.origin,
      timeout,
    };
    const onStart = (child: ChildProcess): void => {
      let said = '';
      let isSeen = false;
      child.stdout?.on('data', (data: Buffer) => {
        said += data.toString();
        if (isSeen || !said.includes('acme/web: deploying')) return;
        isSeen = true;
        onSeen(child);
      });
    };
    const run = { inputs, token, clock: 'real', onStart } as const;
    const result = host === 'github' ? await runGithub(run) : await runCli({ ...run, host });
    return { ...result, deploysAccepted: emulator.world.service('acme', 'web').deploysAccepted };
  } finally {
    await emulator.close();
  }
}

test.concurrent.each(hosts)(
  'a rollout that never ends is given up when its time is up (%s)',
  async (host) => {
    // The first look comes after two seconds. Everything else before it takes about a hundredth of
    // that.
    const { exitStatus, outputs, page, report, deploysAccepted } = await deployEndlessly(
      host,
      '5s',
    );
    expect({ exitStatus, code: outputs['failure-code'], deploysAccepted }).toEqual({
      exitStatus: 6,
      code: 'timed-out',
      deploysAccepted: 1,
    });
    expect(page.join('\n')).toMatch(
      /the rollout did not finish within 5 s: it was last seen deploying/,
    );
    expect(report).toMatchObject({
      status: 'timed-out',
      exit_status: 6,
      failure: { code: 'timed-out' },
    });
  },
);

needsPosixAtOnce().each(hosts)(
  'SIGTERM ends a run that has a day left, with a true last word (%s)',
  async (host) => {
    const { exitStatus, outputs, page, report, deploysAccepted } = await deployEndlessly(
      host,
      '24h',
      (child) => child.kill('SIGTERM'),
    );
    expect({ exitStatus, code: outputs['failure-code'], deploysAccepted }).toEqual({
      exitStatus: 143,
      code: 'terminated',
      deploysAccepted: 1,
    });
    expect(page.join('\n')).toMatch(
      /acme\/web: cancelled: the job was cancelled; Outpost continues the deploy; it was last seen deploying/,
    );
    expect(report).toMatchObject({
      status: 'cancelled',
      exit_status: 143,
      failure: { code: 'terminated' },
    });
  },
);

test('a reader that stops reading does not keep a run going after its time is up', async () => {
  // More than fits in a pipe.
  const log = Array.from({ length: 90 }, (_, index) => `line ${index} ${'x'.repeat(9_000)}`);
  const emulator = await startEmulator({
    scenario: { rollout: [{ status: 'deploying', log, looks: 999 }] },
  });
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    const token = emulator.world.createToken({ name: 'rehearsal', scopes: ['service'] });
    const args = ['deploy', '--host=shell', '--service=acme/web', '--branch=main', '--timeout=5s'];
    const child = spawn(process.execPath, [CLI_BUNDLE, ...args, `--origin=${emulator.origin}`], {
      cwd: folder,
      env: { PATH: process.env['PATH'], OUTPOST_TOKEN: token },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Nobody reads its output.
    const exitStatus = await new Promise((resolve) => child.on('exit', resolve));
    expect([6, 7]).toContain(exitStatus);
    child.stdout.destroy();
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true });
  }
});
