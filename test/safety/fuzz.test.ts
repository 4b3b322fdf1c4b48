import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { TARGETS, type Target } from '../support/fuzz/fuzz.ts';
import { ROOT } from '../support/gitlab/sandbox.ts';

/**
 * Runs the fuzzers briefly. `npm run fuzz` runs them for longer. Deliberately broken copies of the
 * sources prove that the fuzzers find something.
 */

interface Found {
  readonly exitStatus: number | null;
  readonly said: string;
}

function fuzz(args: readonly string[]): Promise<Found> {
  // Real time, and far more than it takes.
  const fixed = ['--seed', '1', '--seconds', '36000'];
  const child = spawn(process.execPath, ['scripts/fuzz.ts', ...fixed, ...args], { cwd: ROOT });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return new Promise((resolve) => child.on('close', (exitStatus) => resolve({ exitStatus, said })));
}

test.each(TARGETS)('nothing is found in the sources (%s)', async (target) => {
  const { exitStatus, said } = await fuzz(['--target', target, '--runs', '100']);
  expect(said).toBe(`${target}: 100 runs with the seed 1, nothing found\n`);
  expect(exitStatus).toBe(0);
});

interface Sabotage {
  readonly name: string;
  readonly target: Target;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly finds: RegExp;
}

const sabotages: readonly Sabotage[] = [
  {
    name: 'longer pieces of a token are shown',
    target: 'log',
    file: 'output/redact.ts',
    from: 'const PIECE = 10;',
    to: 'const PIECE = 24;',
    finds: /leaks: /,
  },
  {
    name: 'lines are redacted with the time before them',
    target: 'log',
    file: 'lib/log-stamp.ts',
    from: 'return STAMP.exec(line.slice(0, MAX_LENGTH))?.[0].length ?? 0;',
    to: 'return 0;',
    finds: /leaks: /,
  },
  {
    name: 'old commands of GitHub go through',
    target: 'log',
    file: 'output/sanitize.ts',
    from: ".replace(/##\\[/g, '## [')",
    to: '',
    finds: /commands: |complaints of GitHub: /,
  },
  {
    name: 'controls go through',
    target: 'log',
    file: 'output/sanitize.ts',
    from: ".replace(escapeSequences, '').replace(invisible, '')",
    to: '',
    finds: /sections: |complaints of GitLab: |leaks: /,
  },
  {
    name: 'names and codes may be of any length',
    target: 'body',
    file: 'outpost/scalar-wire.ts',
    from: 'const MAX_SCALAR_LENGTH = 200;',
    to: 'const MAX_SCALAR_LENGTH = 2_000_000;',
    finds: /is \d+ long/,
  },
  {
    name: 'text that is no JSON is thrown',
    target: 'body',
    file: 'outpost/wire.ts',
    from: '    // It is not JSON.\n',
    to: "    throw new Error('no JSON');\n",
    finds: /no JSON/,
  },
  {
    name: 'patterns are tried on whole lines of git and its server',
    target: 'git',
    file: 'deploy/push/push-failure.ts',
    from: 'const MAX_LINE_LENGTH = 500;',
    to: 'const MAX_LINE_LENGTH = 5_000_000;',
    finds: /run \d+ with the seed 1 does not end/,
  },
];

test.each(sabotages)('it is found that $name', async ({ target, file, from, to, finds }) => {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-fuzz-'));
  try {
    cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const path = join(folder, 'src', file);
    const before = readFileSync(path, 'utf8');
    expect(before).toContain(from);
    writeFileSync(
      path,
      before.replace(from, () => to),
    );
    const { exitStatus, said } = await fuzz([
      ...['--source', join(folder, 'src'), '--target', target],
      ...['--runs', '20000', '--hang-seconds', '10'],
    ]);
    expect(said).toMatch(finds);
    expect(said).toMatch(/with the seed 1/);
    expect(exitStatus).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
