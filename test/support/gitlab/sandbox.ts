import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const CLI_BUNDLE = join(ROOT, 'dist/cli/index.js');
const TOKEN_BUNDLE = join(ROOT, 'dist/token/index.js');

export const TEMPLATES = ['deploy', 'check', 'rotate'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

/** The program that a template fetches. */
export function bundleOf(name: TemplateName): string {
  return name === 'rotate' ? TOKEN_BUNDLE : CLI_BUNDLE;
}

/**
 * A separate project: a temporary git repository with one commit on main, and an origin that is
 * never contacted.
 */
export interface Sandbox {
  readonly folder: string;
  /** The text of a file, or undefined if there is none. */
  read(name: string): string | undefined;
  remove(): void;
}

/** Written in one go: each git command is a process, and each test has a sandbox. */
const CONFIG = `[user]
\tname = ada
\temail = ada@example.com
[remote "origin"]
\turl = https://gitlab.com/acme/web.git
\tfetch = +refs/heads/*:refs/remotes/origin/*
`;

export function openSandbox(files: Readonly<Record<string, string>>): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'outpost-gitlab-')));
  const all = { '.gitignore': '.gitlab-ci-local/\n', ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  git(folder, 'init', '--quiet', '--initial-branch=main', '--template=');
  appendFileSync(join(folder, '.git/config'), CONFIG);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message=One');
  git(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  git(folder, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  return {
    folder,
    read: (name) =>
      statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true
        ? readFileSync(join(folder, name), 'utf8')
        : undefined,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A template of this repository, unchanged. */
export function template(name: TemplateName): string {
  return readFileSync(join(ROOT, `gitlab/templates/${name}.yml`), 'utf8');
}

export type InputValue = string | number | boolean | readonly object[];

export interface Include {
  readonly template: TemplateName;
  readonly inputs: Readonly<Record<string, InputValue>>;
}

/**
 * A .gitlab-ci.yml that includes templates from the folder `templates` and has its own jobs.
 * Written as JSON, which is valid YAML.
 */
export function pipeline(includes: readonly Include[], jobs = ''): string {
  const entries = includes.map(({ template: name, inputs }) => ({
    local: `templates/${name}.yml`,
    inputs,
  }));
  return `include: ${JSON.stringify(entries)}\n${jobs}`;
}

/** All templates, as project files. */
export function templateFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(TEMPLATES.map((name) => [`templates/${name}.yml`, template(name)]));
}

/** A sandbox with all templates and a pipeline with these includes. */
export function openPipeline(includes: readonly Include[], jobs?: string): Sandbox {
  return openSandbox({ ...templateFiles(), '.gitlab-ci.yml': pipeline(includes, jobs) });
}

/** git without the settings of this machine's user. */
export function git(folder: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
  };
  return execFileSync('git', [...args], { cwd: folder, env, encoding: 'utf8' }).trim();
}
