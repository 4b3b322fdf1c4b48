import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CLI_BUNDLE } from '../support/run-cli.ts';
import { spawnBundle } from '../support/spawn-bundle.ts';
import { type Ended, onSite } from './launch.ts';
import { quick } from './row.ts';

// F54: the files that the runner provides can't be written. The exit status still gives the
// verdict.

const failing = {
  rollout: [{ status: 'deploying' }, { status: 'failed', log: ['exited with code 1'] }],
} as const;
const isRoot = process.getuid?.() === 0;

/**
 * A file that can't be written. File modes don't stop root, but only the kernel can write to
 * /proc/version.
 */
function readOnlyFile(folder: string): string {
  if (isRoot) return '/proc/version';
  const path = join(folder, 'read-only');
  writeFileSync(path, '');
  chmodSync(path, 0o444);
  return path;
}

const troubles: Readonly<Record<string, (folder: string) => string>> = {
  'is not there': (folder) => join(folder, 'nowhere', 'file'),
  'is a directory': (folder) => {
    mkdirSync(join(folder, 'directory'));
    return join(folder, 'directory');
  },
  'is read-only': readOnlyFile,
  'is on a full disk': () => '/dev/full',
};
const files = {
  GITHUB_OUTPUT: 'outputs',
  GITHUB_STEP_SUMMARY: 'summary',
  GITHUB_STATE: 'state',
  RUNNER_TEMP: 'report',
} as const;

const cases = Object.entries(files).flatMap(([variable, what]) =>
  Object.keys(troubles).map((trouble) => ({ variable, what, trouble })),
);

test.concurrent.each(cases)(
  'F54 $variable $trouble: a warning, and the result does not change',
  async ({ variable, what, trouble }) => {
    const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
    try {
      const path = troubles[trouble]?.(folder) ?? '';
      // The report is written to a folder, so a directory is the one valid value there.
      const isFine = variable === 'RUNNER_TEMP' && trouble === 'is a directory';
      for (const [scenario, exit, status] of [
        [quick, 0, 'deployed'],
        [failing, 5, 'failed'],
      ] as const) {
        const ended = await onSite(
          scenario,
          ({ launch }) => launch({ host: 'github', env: { [variable]: path } }).ended,
        );
        expect(ended.exitStatus).toBe(exit);
        expect(ended.stdout).toMatch(/^acme\/web: (?:deployed|failed)/m);
        expectOthers(ended, variable, status);
        const warned = new RegExp(`^::warning title=The ${what} could not be written`, 'm').test(
          ended.stdout,
        );
        expect(warned).toBe(!isFine);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** If one file can't be written, all the others still are. */
function expectOthers(
  { outputs, report, summary, state }: Ended,
  variable: string,
  status: string,
): void {
  if (variable !== 'GITHUB_OUTPUT') expect(outputs['status']).toBe(status);
  if (variable !== 'RUNNER_TEMP') expect(report?.status).toBe(status);
  if (variable !== 'GITHUB_STEP_SUMMARY') expect(summary).toMatch(/^## /);
  if (variable !== 'GITHUB_STATE') expect(state).toMatch(/outpost-ended/);
}

test.each(Object.keys(files))('F54 no warning if %s is not set', async (variable) => {
  const ended = await onSite(
    quick,
    ({ launch }) => launch({ host: 'github', env: { [variable]: undefined } }).ended,
  );
  expect(ended.exitStatus).toBe(0);
  expect(ended.stdout).not.toMatch(/could not be written/);
});

test.each(['outpost.env', 'outpost-report.json'])(
  'F54 %s is a directory (shell): a warning, and the result does not change',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
    try {
      mkdirSync(join(folder, name));
      const { status, stderr } = await deployUnwatched(folder);
      expect(status).toBe(0);
      expect(stderr).toContain(
        `${name} could not be written (EISDIR). This doesn't change the result of the job.`,
      );
      expect(
        existsSync(join(folder, name === 'outpost.env' ? 'outpost-report.json' : 'outpost.env')),
      ).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test.each(['outpost.env', 'outpost-report.json', 'outpost-report.md'])(
  'a link at %s is replaced by the result, and its target is not written (shell)',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
    try {
      const target = join(folder, '.bashrc');
      writeFileSync(target, 'what was there');
      symlinkSync(target, join(folder, name));
      await deployUnwatched(folder);
      expect(readFileSync(target, 'utf8')).toBe('what was there');
      expect(lstatSync(join(folder, name)).isFile()).toBe(true);
      expect(readFileSync(join(folder, name), 'utf8')).toMatch(/accepted/);
      // No temporary file is left behind.
      expect(readdirSync(folder).sort()).toEqual(
        ['.bashrc', 'outpost-report.json', 'outpost-report.md', 'outpost.env'].sort(),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('without RUNNER_TEMP, the report does not go into the working directory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  try {
    await onSite(quick, async ({ launch }) => {
      const { stdout, outputs } = await launch({
        host: 'github',
        env: { RUNNER_TEMP: undefined, TMPDIR: folder },
      }).ended;
      expect(stdout).not.toMatch(/could not be written/);
      expect(dirname(outputs['report'] ?? '')).toBe(folder);
      expect(readFileSync(outputs['report'] ?? '', 'utf8')).toMatch(/"status": "deployed"/);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** This one runs in real time, so it doesn't wait for the end of the rollout. */
async function deployUnwatched(folder: string) {
  return await onSite(failing, ({ emulator, token }) =>
    deployIn(
      folder,
      {
        service: 'acme/web',
        branch: 'main',
        origin: emulator.origin,
        timeout: '2m',
        wait: 'false',
      },
      { OUTPOST_TOKEN: token },
    ),
  );
}

async function deployIn(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
) {
  const args = [
    'deploy',
    '--host=shell',
    ...Object.entries(inputs).map(([name, value]) => `--${name}=${value}`),
  ];
  const { exitStatus, stderr } = await spawnBundle({ bundle: CLI_BUNDLE, args, env, folder });
  return { status: exitStatus, stderr };
}
