import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '../../emulator/server.ts';
import { MIB, memoryRow, type Row } from './measure.ts';

const PUSHES = 3;
const PUSH_MIB = 24;
/** Data in sockets and pipes takes a few MiB. A push that is buffered as a whole takes 24. */
const LIMIT_MIB = 16;

const PERSON = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@x',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@x',
};

/** The most that the emulator, which runs in this process, has in its buffers during big pushes. */
export async function emulatorPush(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-bench-'));
  const emulator = await startEmulator();
  try {
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      ...PERSON,
    };
    const git = (...args: readonly string[]) =>
      promisify(execFile)('git', ['-c', 'core.compression=0', ...args], { cwd: folder, env });
    const authorization = Buffer.from(
      `ada:${emulator.world.createToken({ name: 'bench', scopes: ['repo'] })}`,
    ).toString('base64');
    await git('init', '--quiet');
    const memory = watchBuffers();
    for (let push = 0; push < PUSHES; push += 1) {
      writeFileSync(join(folder, `part-${push}`), randomBytes(PUSH_MIB * MIB));
      await git('add', '.');
      await git('commit', '--quiet', '--message', `Part ${push}`);
      memory.begin();
      const header = `http.extraHeader=Authorization: Basic ${authorization}`;
      await git(
        '-c',
        header,
        'push',
        '--quiet',
        `${emulator.origin}/acme/web.git`,
        'HEAD:refs/heads/main',
      );
      memory.end();
    }
    const what = `pushes of ${PUSH_MIB} MiB to the emulator: its buffers at most`;
    return [
      memoryRow(
        what,
        memory.mostBytes() / 1024,
        LIMIT_MIB,
        `${memory.samples()} samples of ${PUSHES} pushes, after a collection each`,
      ),
    ];
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Watch {
  begin(): void;
  end(): void;
  mostBytes(): number;
  samples(): number;
}

/**
 * Measures the buffers right after a garbage collection, so that only memory still in use counts.
 */
function watchBuffers(): Watch {
  const samples: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('start Node with --expose-gc, as `npm run bench` does');
  const heldBytes = (): number => {
    void gc();
    return process.memoryUsage().arrayBuffers;
  };
  const beforeBytes = heldBytes();
  // A collection takes some milliseconds. Waiting twice as long leaves the server time to work.
  const sample = (): void => {
    const startedMs = performance.now();
    samples.push(heldBytes() - beforeBytes);
    timer = setTimeout(sample, 2 * (performance.now() - startedMs));
  };
  return {
    begin: sample,
    end: () => clearTimeout(timer),
    mostBytes: () => Math.max(...samples),
    samples: () => samples.length,
  };
}
