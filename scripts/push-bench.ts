import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Emulator, startEmulator } from '../emulator/server.ts';
import { BUNDLE, median, PROBE, run, type Used } from './bench/measure.ts';

/**
 * `node scripts/push-bench.ts [--mb 200] [--rounds 5]`: measures what the program adds to git for a
 * big push. Both take turns pushing the same objects to the same server. It never fails because of
 * a time.
 */
const { values } = parseArgs({
  options: { mb: { type: 'string', default: '200' }, rounds: { type: 'string', default: '5' } },
});
const MEGABYTES = Number(values.mb);
const ROUNDS = Number(values.rounds);
const PERSON = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@x',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@x',
};

const root = mkdtempSync(join(tmpdir(), 'outpost-bench-'));
const gitEnvironment = {
  HOME: root,
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  ...PERSON,
};

interface Checkout {
  readonly folder: string;
  readonly commit: string;
}

/** One commit with this many incompressible megabytes, in files of 5 MB. */
function checkoutOf(name: string, megabytes: number): Checkout {
  const folder = join(root, name);
  mkdirSync(folder);
  const env = { PATH: process.env['PATH'], ...gitEnvironment };
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--template=');
  for (let done = 0; done < megabytes; done += 5)
    writeFileSync(
      join(folder, `part-${done}`),
      randomBytes(Math.min(5, megabytes - done) * 1_000_000),
    );
  git('-c', 'core.compression=0', 'add', '.');
  git('commit', '--quiet', '--message', 'All of it');
  // A CI checkout is a clone, which has its objects in a pack.
  git('repack', '-a', '-d', '--quiet', '--window=0');
  return { folder, commit: git('rev-parse', 'HEAD') };
}

/** Runs the action, until Outpost has accepted the deploy. */
function ours(emulator: Emulator, token: string, { folder, commit }: Checkout): Promise<Used> {
  const inputs = {
    TOKEN: token,
    ORIGIN: emulator.origin,
    SERVICE: 'acme/web',
    PUSH: 'acme/web',
    USERNAME: 'ada',
    WAIT: 'false',
    'LEAK-SCAN': 'off',
  };
  const env = {
    GITHUB_REF_NAME: 'main',
    GITHUB_WORKSPACE: folder,
    GITHUB_SHA: commit,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value])),
  };
  return run({ args: ['--import', PROBE, BUNDLE], env }, root);
}

/** Pushes the same commit with a plain git command. */
function plain({ origin }: Emulator, token: string, { folder, commit }: Checkout): Promise<Used> {
  const header = `Authorization: Basic ${Buffer.from(`ada:${token}`).toString('base64')}`;
  const env = {
    ...gitEnvironment,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: header,
  };
  const args = ['push', '--quiet', `${origin}/acme/web.git`, `${commit}:refs/heads/main`];
  return run({ command: 'git', args, env }, folder);
}

/** Pushes to an empty repository. */
async function fresh(how: typeof ours, checkout: Checkout): Promise<Used> {
  const emulator = await startEmulator({
    scenario: { rollout: [{ status: 'deploying' }, { status: 'running' }] },
  });
  try {
    return await how(
      emulator,
      emulator.world.createToken({ name: 'bench', scopes: ['service', 'repo'] }),
      checkout,
    );
  } finally {
    await emulator.close();
  }
}

try {
  const big = checkoutOf('big', MEGABYTES);
  const small = checkoutOf('small', 1);
  const times = { ours: [] as number[], plain: [] as number[] };
  const peaks = { big: [] as number[], small: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const pushed = await fresh(ours, big);
    times.ours.push(pushed.ms);
    peaks.big.push(pushed.peakKib);
    times.plain.push((await fresh(plain, big)).ms);
    peaks.small.push((await fresh(ours, small)).peakKib);
  }
  const seconds = (all: readonly number[]): string => `${(median(all) / 1000).toFixed(2)} s`;
  const mebibytes = (all: readonly number[]): string => `${(median(all) / 1024).toFixed(1)} MiB`;
  process.stdout.write(
    `push of ${MEGABYTES} MB / plain git push of the same objects   ${(median(times.ours) / median(times.plain)).toFixed(3)}x   ` +
      `at most 1.1x   ${seconds(times.ours)} against ${seconds(times.plain)}\n` +
      `peak memory, ${MEGABYTES} MB against 1 MB   ${mebibytes(peaks.big)} against ${mebibytes(peaks.small)}\n` +
      `Node ${process.version}, medians of ${ROUNDS} alternating runs.\n`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
