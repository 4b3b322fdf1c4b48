import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256 } from './checksums.ts';
import { checkArchive, type Entry, makeArchive } from './release/archive.ts';
import { type Section, sectionOf } from './release/changelog.ts';
import {
  checkGenerated,
  checkTag,
  checkTree,
  checkWrittenVersions,
  rebuild,
  tags,
} from './release/checks.ts';
import { type ComponentFile, checkComponent, componentFiles } from './release/component.ts';
import { committed, gitText } from './release/git.ts';
import { PROGRAMS, releaseNotes } from './release/notes.ts';
import { checkSbom, makeSbom } from './release/sbom.ts';
import { isNewest, movingTags, parseVersion } from './release/versions.ts';

/**
 * Checks and shows what a release of this commit would publish: `node scripts/release.ts --dry-run
 * v1.2.3`. With `--out FOLDER`, it writes the files there for the workflow that publishes them. It
 * never uses the network.
 *
 * Checking that dist matches the sources takes a build, which .ci/run does before; `--rebuild` does
 * it here. Use `--no-packages` if nothing is installed: it doesn't check that generated files are
 * up to date, but writes the same files.
 */
const USAGE =
  'usage: node scripts/release.ts (--dry-run | --out FOLDER) [--rebuild | --no-packages] vX.Y.Z\n';

const { values, positionals } = parseArgs({
  options: {
    'dry-run': { type: 'boolean' },
    out: { type: 'string' },
    rebuild: { type: 'boolean' },
    'no-packages': { type: 'boolean' },
  },
  allowPositionals: true,
});
const [tag] = positionals;
if (
  tag === undefined ||
  positionals.length > 1 ||
  (values.out === undefined) === (values['dry-run'] === undefined)
) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else release(tag, tag.replace(/^v/, ''), values.out);

function release(tag: string, version: string, out: string | undefined): void {
  const section = sectionOf(committed('CHANGELOG.md').toString('utf8'), version);
  const first = [
    ...checkTag(tag),
    ...(typeof section === 'string' ? [section] : []),
    ...checkTree(),
    ...checkWrittenVersions(),
  ];
  // A wrong tag is reported at once, because the rest takes a while.
  if (refused(first) || typeof section === 'string') return;
  const archive = makeArchive(`deploy-action-${version}`);
  const component = componentFiles();
  const generated = values['no-packages'] === true ? [] : checkGenerated();
  if (refused([...checkArchive(archive), ...checkComponent(component), ...generated])) return;
  const sbom = makeSbom();
  if (refused([...checkSbom(sbom), ...(values.rebuild === true ? rebuild() : [])])) return;
  const files = filesOf(version, section, archive.bytes, `${JSON.stringify(sbom, null, 2)}\n`);
  show(tag, version, archive.entries, component, files);
  if (out === undefined) return;
  for (const [path, data] of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), data);
  }
  say(`Written to ${out}.`);
}

/** Prints the problems that block the release, and returns whether there are any. */
function refused(problems: readonly string[]): boolean {
  if (problems.length === 0) return false;
  say(
    [
      'Not ready to release:',
      ...problems.map((problem) => `- ${problem.replaceAll('\n', '\n  ')}`),
    ].join('\n'),
  );
  process.exitCode = 1;
  return true;
}

/** assets/ is attached to the release. The other files tell the workflow what to do. */
function filesOf(
  version: string,
  section: Section,
  archive: Buffer,
  sbom: string,
): ReadonlyMap<string, Buffer> {
  const assets: readonly (readonly [string, Buffer])[] = [
    [`deploy-action-${version}.tar.gz`, archive],
    ['gitlab-check.yml', committed('gitlab/templates/check.yml')],
    ['gitlab-deploy.yml', committed('gitlab/templates/deploy.yml')],
    ['gitlab-rotate.yml', committed('gitlab/templates/rotate.yml')],
    ['outpost-deploy.licenses.txt', committed('dist/cli/licenses.txt')],
    ['outpost-deploy.mjs', committed('dist/cli/index.js')],
    ['outpost-token.licenses.txt', committed('dist/token/licenses.txt')],
    ['outpost-token.mjs', committed('dist/token/index.js')],
    ['report.schema.json', committed('docs/report.schema.json')],
    ['sbom.cdx.json', Buffer.from(sbom)],
  ];
  const sums = assets.map(([name, data]) => `${sha256(data)}  ${name}\n`).join('');
  const programs = PROGRAMS.map((path) => `${sha256(committed(path))}  ${path}\n`).join('');
  const commit = gitText(['rev-parse', 'HEAD']);
  const plan = {
    version,
    commit,
    prerelease: parseVersion(version)?.prerelease === true,
    latest: isNewest(version, tags()),
  };
  return new Map([
    ...assets.map(([name, data]) => [`assets/${name}`, data] as const),
    ['assets/SHA256SUMS', Buffer.from(sums)],
    ['notes.md', Buffer.from(releaseNotes(version, commit, section))],
    ['plan.json', Buffer.from(`${JSON.stringify(plan, null, 2)}\n`)],
    // What gets attested, including the programs as they are in a checkout.
    ['subjects.txt', Buffer.from(`${sums}${programs}`)],
  ]);
}

function show(
  tag: string,
  version: string,
  entries: readonly Entry[],
  component: readonly ComponentFile[],
  files: ReadonlyMap<string, Buffer>,
): void {
  const archive = files.get(`assets/deploy-action-${version}.tar.gz`)?.length ?? 0;
  const moving = movingTags(version, tags());
  const text = (path: string): string => files.get(path)?.toString('utf8').trimEnd() ?? '';
  say(`${tag} of commit ${gitText(['rev-parse', 'HEAD'])}`);
  say(
    [
      '',
      'The archive that a runner downloads:',
      ...sizes(entries),
      `${bytes(archive)}  as tar.gz`,
    ].join('\n'),
  );
  say(['', `The component project on GitLab, tagged ${version}:`, ...sizes(component)].join('\n'));
  say(
    [
      '',
      'Files of the release:',
      ...sizes([...files].map(([path, data]) => ({ path, size: data.length }))),
    ].join('\n'),
  );
  say(['', 'SHA-256, attested:', text('subjects.txt')].join('\n'));
  say(['', `Tags that move: ${moving.length === 0 ? 'none' : moving.join(', ')}`].join('\n'));
  say(['', 'Notes:', '', text('notes.md')].join('\n'));
  if (values.rebuild !== true) say('\ndist was not rebuilt. Run .ci/run, or use --rebuild.');
}

function sizes(
  files: readonly { readonly path: string; readonly size: number }[],
): readonly string[] {
  return [...files]
    .sort((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, size }) => `${bytes(size)}  ${path}`);
}

function bytes(count: number): string {
  return String(count).padStart(8);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
