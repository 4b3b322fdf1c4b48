import { readFileSync } from 'node:fs';
import { Failure } from '../lib/failure.ts';
import { apiOf, type PlaceInputs, type StoreDefaults } from './place-inputs.ts';

/** The repositories that a report looks at, and the system they're in. */
export interface FleetConfig {
  readonly store: 'github' | 'gitlab';
  /** The file that names them. */
  readonly file: string;
  readonly secretName: string;
  readonly apiUrl: URL;
}

/** What has secrets: a GitHub repository, or a GitLab project or group. */
export type Holder =
  | {
      readonly kind: 'repository';
      readonly text: string;
      readonly owner: string;
      readonly repository: string;
    }
  | { readonly kind: 'project' | 'group'; readonly text: string; readonly id: string };

interface FleetInputs extends Pick<PlaceInputs, 'store' | 'api-url'> {
  readonly repositories?: string | undefined;
  readonly 'secret-name'?: string | undefined;
}

/** @param problems problems are added here, and the value is then useless. */
export function readFleetConfig(
  given: FleetInputs,
  defaults: StoreDefaults,
  problems: string[],
): FleetConfig | undefined {
  const { repositories: file, 'secret-name': secretName = '' } = given;
  if (file === undefined) return undefined;
  const store = given.store ?? defaults.store;
  if (store !== 'github' && store !== 'gitlab') {
    problems.push('`repositories` needs `store: github` or `store: gitlab`');
    return undefined;
  }
  const apiUrl = apiOf(store, given, defaults, problems);
  return apiUrl === undefined ? undefined : { store, file, secretName, apiUrl };
}

/** @throws Failure `config-invalid` if the file can't be read, or a line isn't a repository. */
export function readHolders({ file, store }: FleetConfig): readonly Holder[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    throw invalid(`the file in \`repositories\` can't be read (${reason})`, 'Check its path.');
  }
  const read = parseHolders(text, store);
  if ('problem' in read)
    throw invalid(`the file in \`repositories\`: ${read.problem}`, FORM_HINTS[store]);
  return read.holders;
}

function invalid(happened: string, hint: string): Failure {
  return new Failure({
    code: 'config-invalid',
    attempted: 'Reading the configuration',
    happened,
    hint,
  });
}

const FORM_HINTS: Readonly<Record<FleetConfig['store'], string>> = {
  github: 'Write one repository per line, as `owner/name`.',
  gitlab: 'Write one project or group per line, as `project:path` or `group:path`.',
};

/** The text of the file -> the holders, each once. Blank lines are skipped. */
export function parseHolders(
  text: string,
  store: FleetConfig['store'],
): { readonly holders: readonly Holder[] } | { readonly problem: string } {
  const holders = new Map<string, Holder>();
  for (const [index, written] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = written.trim();
    if (line === '') continue;
    const holder = store === 'github' ? repositoryOf(line) : gitlabHolderOf(line);
    // The line isn't repeated: it may be anything.
    if (holder === undefined) return { problem: `line ${index + 1} isn't a repository` };
    holders.set(line, holder);
  }
  return holders.size === 0 ? { problem: 'it is empty' } : { holders: [...holders.values()] };
}

function repositoryOf(text: string): Holder | undefined {
  const [, owner, repository] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  return owner === undefined || repository === undefined || isDots(owner) || isDots(repository)
    ? undefined
    : { kind: 'repository', text, owner, repository };
}

function gitlabHolderOf(text: string): Holder | undefined {
  const [, kind, id] = /^(project|group):([\w./-]+)$/.exec(text) ?? [];
  if (id === undefined || id.split('/').some((part) => part === '' || isDots(part)))
    return undefined;
  return { kind: kind === 'group' ? 'group' : 'project', text, id };
}

function isDots(part: string): boolean {
  return part === '.' || part === '..';
}
