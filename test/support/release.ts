import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', 'build', 'coverage']);

export interface Said {
  readonly status: number | null;
  readonly text: string;
}

/**
 * This project as it is now, including uncommitted changes, as a repository with one commit. It
 * uses the packages installed here.
 */
export class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'outpost-release-'));

  /** @param parts the default is the whole project. */
  constructor(parts: readonly string[] = ['.']) {
    const filter = (path: string): boolean => path === ROOT || !LEFT_OUT.has(basename(path));
    for (const part of parts)
      cpSync(join(ROOT, part), join(this.folder, part), { recursive: true, filter });
    this.git('init', '--quiet', '--initial-branch=main');
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
    // The pattern in .gitignore matches only a folder, and this is a symbolic link.
    writeFileSync(join(this.folder, '.git/info/exclude'), '/node_modules\n');
    this.commit('first');
  }

  git(...args: readonly string[]): string {
    const person = [
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'commit.gpgSign=false',
      '-c',
      'tag.gpgSign=false',
    ];
    return execFileSync('git', [...person, ...args], { cwd: this.folder, encoding: 'utf8' }).trim();
  }

  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** Runs a script of the copy with plain node. */
  run(script: string, ...args: readonly string[]): Said {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    return { status, text: `${stdout}${stderr}` };
  }

  /** The same without blocking, so that this process can be the server that the script calls. */
  async runBeside(
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Said> {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...env },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        text += data.toString('utf8');
      });
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { status, text };
  }

  /** Restores the first state, for the next test. */
  reset(commit: string): void {
    this.git('reset', '--quiet', '--hard', commit);
    this.git('clean', '--quiet', '--force', '-d');
  }

  /** An empty repository to push to. */
  remote(): string {
    const folder = mkdtempSync(join(this.folder, '.git', 'remote-'));
    this.git('init', '--quiet', '--bare', '--initial-branch=main', folder);
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
