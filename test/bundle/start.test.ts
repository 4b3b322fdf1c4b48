import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { nodes } from '../support/nodes.ts';
import { needsPosix } from '../support/posix.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
/** The Node that a new user has: the installed one, with nothing else. */
const [node] = nodes().slice(-1);

interface Shown {
  readonly status: number | null;
  readonly output: string;
}

function start(...args: string[]): Promise<Shown> {
  return shownBy(
    spawn(node?.path ?? process.execPath, [SCRIPT, ...args], {
      env: { PATH: process.platform === 'win32' ? process.env['PATH'] : '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

function shownBy(child: ChildProcess): Promise<Shown> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })));
}

// These run in real time, because `npm start` shows a job at its real pace.
test.concurrent.each([
  [
    'the job log, the outputs and the summary',
    [],
    0,
    [
      /Job log/,
      /acme\/web is deployed and running/,
      /Outputs\n {2}status: deployed/,
      /report: .*\.json \(deleted at the end\)/,
      /✅ Deployed and running/,
    ],
  ],
  [
    'a failing rollout with its exit status',
    ['--scenario', 'failing-rollout'],
    5,
    [/Cannot find module/, /failure-code: rollout-failed/, /Exit status 5/],
  ],
  [
    'the same on GitLab',
    ['--host', 'gitlab'],
    0,
    [/▾ Token/, /outpost\.env\n {2}OUTPOST_STATUS=deployed/],
  ],
  [
    'the same in a shell',
    ['--host', 'shell', '--scenario', 'expired-token'],
    3,
    [/Error: Outpost deploy: token-expired/],
  ],
  [
    'a push before the deploy',
    ['--scenario', 'push'],
    0,
    [
      /acme\/web: pushing ([0-9a-f]{7}) to main\.[\s\S]*acme\/web: main is at \1\.[\s\S]*acme\/web is deployed and running[\s\S]*commit: \1/,
    ],
  ],
  [
    'a push that is declined, on GitLab',
    ['--host', 'gitlab', '--scenario', 'push-protected'],
    9,
    [/branch main is protected/, /OUTPOST_FAILURE_CODE=push-rejected/],
  ],
  [
    'a push from a shell',
    ['--host', 'shell', '--scenario', 'push'],
    0,
    [/main is at [0-9a-f]{7}\./, /OUTPOST_STATUS=deployed/],
  ],
  [
    'a job before the deploy, in a shell',
    ['--host', 'shell', '--scenario', 'migration'],
    0,
    [/Applying 0042_add_order_totals[\s\S]*2 migrations applied/, /OUTPOST_STATUS=deployed/],
  ],
  [
    'a job that fails, on GitLab',
    ['--host', 'gitlab', '--scenario', 'migration-failed'],
    5,
    [
      /column "total" of relation "orders" already exists/,
      /OUTPOST_FAILURE_CODE=pre-deploy-failed/,
    ],
  ],
  [
    'the drill for a leak, from the leak to a green deploy, with the times',
    ['--scenario', 'leaked-token'],
    0,
    [
      /0\.0 s .*was seen in a log/,
      /Revoked the token "deploy"/,
      /\d+\.\d s .*Outpost now answers 401 to the leaked token/,
      /acme\/web is deployed and running/,
      /\d+\.\d s .*A deploy with the new token ended with exit status 0/,
    ],
  ],
  ['a scenario that is none', ['--scenario', 'failing-rolout'], 2, [/failing-rollout/]],
  [
    'a host that is none',
    ['--host', 'jenkins'],
    2,
    [/--host must be one of github, gitlab, shell/],
  ],
] as const)('npm start shows %s', async (_, args, status, says) => {
  const shown = await start(...args);
  for (const words of says) expect(shown.output).toMatch(words);
  expect(shown.status).toBe(status);
  expect(shown.output).not.toMatch(/op_pat_/);
});

needsPosix()('npm start without git says what is missing, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-start-'));
  try {
    const [empty, temp] = [join(folder, 'empty'), join(folder, 'temp')];
    for (const one of [empty, temp]) mkdirSync(one);
    // A separate process group, which exists for as long as the emulator runs.
    const child = spawn(node?.path ?? process.execPath, [SCRIPT, '--scenario', 'push'], {
      env: { PATH: empty, TMPDIR: temp },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const shown = await shownBy(child);
    expect(shown.output).toBe(
      "The scenario push needs git, which isn't installed. npm start -- --list shows the others.\n",
    );
    expect(shown.status).toBe(2);
    expect(readdirSync(temp)).toEqual([]);
    expect(() => process.kill(-(child.pid ?? 0), 0)).toThrow('ESRCH');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
