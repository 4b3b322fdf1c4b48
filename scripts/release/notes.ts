import { integrity, sha256 } from '../checksums.ts';
import type { Section } from './changelog.ts';
import { committed } from './git.ts';

const REPOSITORY = 'outpost/deploy-action';

/** The committed programs that people run. */
export const PROGRAMS: readonly string[] = [
  'dist/cli/index.js',
  'dist/github/index.js',
  'dist/github/post.js',
  'dist/github/pre.js',
  'dist/token/index.js',
];

/**
 * The text of the release on GitHub: what changed, what to write to pin it, and how to verify that
 * your copy is identical.
 */
export function releaseNotes(version: string, commit: string, { text }: Section): string {
  return `${[
    forRelease(text, version),
    '## Pin it',
    `On GitHub, by the commit:\n\n${fence(
      'yaml',
      [REPOSITORY, `${REPOSITORY}/rotate`].map(
        (action) => `- uses: ${action}@${commit} # v${version}`,
      ),
    )}`,
    `On GitLab, by content; the template pins the program:\n\n${fence('yaml', ['include:', ...['check', 'deploy', 'rotate'].flatMap((name) => include(version, name))])}`,
    '## Verify it',
    `SHA-256 of the programs, as they are committed; \`SHA256SUMS\` has the files below.\n\n${fence(
      '',
      PROGRAMS.map((path) => `${sha256(committed(path))}  ${path}`),
    )}`,
    `Which workflow made a file, of which commit:\n\n${fence('sh', [`gh attestation verify outpost-deploy.mjs --repo ${REPOSITORY}`])}`,
  ].join('\n\n')}\n`;
}

/**
 * GitHub turns every line end in a release's text into a line break, and can't resolve relative
 * links there.
 */
function forRelease(text: string, version: string): string {
  const joined = text.replace(/([^\n])\n(?!\n|#|[-*] )\s*/g, '$1 ');
  return joined.replace(
    /\]\((?![a-z]+:|#)([^)]+)\)/g,
    `](https://github.com/${REPOSITORY}/blob/v${version}/$1)`,
  );
}

function include(version: string, name: string): readonly string[] {
  const path = `gitlab/templates/${name}.yml`;
  return [
    `  - remote: https://raw.githubusercontent.com/${REPOSITORY}/v${version}/${path}`,
    `    integrity: ${integrity(committed(path))}`,
  ];
}

function fence(language: string, lines: readonly string[]): string {
  return ['```'.concat(language), ...lines, '```'].join('\n');
}
