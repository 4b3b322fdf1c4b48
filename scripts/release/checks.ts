import { execFileSync } from 'node:child_process';
import { commitOf, committed, git, gitText } from './git.ts';
import { parseVersion } from './versions.ts';

/** Each check returns the problems that block the release, as sentences. An empty list is good. */
type Problems = readonly string[];

export function versionOf(file: string): string {
  return (JSON.parse(committed(file).toString('utf8')) as { version: string }).version;
}

export function checkTag(tag: string): Problems {
  const version = versionOf('package.json');
  const lock = versionOf('package-lock.json');
  const head = commitOf('HEAD');
  const tagged = commitOf(`refs/tags/${tag}`);
  return [
    ...(parseVersion(tag.replace(/^v/, '')) === undefined || !tag.startsWith('v')
      ? [`${tag} is no tag such as v1.2.3 or v1.2.3-rc.1.`]
      : []),
    ...(tag === `v${version}`
      ? []
      : [
          `The tag is ${tag}, but package.json has the version ${version}: its tag is v${version}.`,
        ]),
    ...(lock === version
      ? []
      : [
          `package.json has the version ${version}, and package-lock.json ${lock}: run npm install.`,
        ]),
    ...(tagged === undefined || tagged === head
      ? []
      : [`The tag ${tag} is on ${tagged}, and what is checked out is ${head}.`]),
  ];
}

/** Only committed files are released, so an uncommitted change would silently be missing. */
export function checkTree(): Problems {
  const changed = gitText(['status', '--porcelain']);
  return changed === '' ? [] : [`The tree is not clean:\n${changed}`];
}

/**
 * Checks the versions that documents tell people to write. Most of them aren't in a stamped block.
 */
export function checkWrittenVersions(): Problems {
  const version = versionOf('package.json');
  const number = '[0-9]+\\.[0-9]+\\.[0-9]+[0-9A-Za-z.-]*';
  const pattern = `outpost/deploy-action/v${number}|outpost/deploy/(deploy|check|rotate)@${number}`;
  const documents = ['*.md', '*.yml', ':!CHANGELOG.md', ':!docs/dev/decisions', ':!test'];
  const flags = ['--only-matching', '--extended-regexp', '--no-color', '--no-line-number'];
  // `HEAD:README.md:outpost/deploy-action/v1.2.3`
  const lines = gitText(['grep', ...flags, pattern, 'HEAD', '--', ...documents]).split('\n');
  const addresses = lines.map((line) => /^HEAD:(.*):outpost\/[^v@]*[v@](.*)$/.exec(line) ?? []);
  const others = addresses
    .filter(([, , other]) => other !== version)
    .map(
      ([, document, other]) =>
        `${document} names the version ${other} in an address: it must be ${version}.`,
    );
  return [...new Set(others)];
}

/**
 * Checks that the tables of inputs, the templates and their checksums match the sources and dist.
 * Only a build can show that dist matches the sources (`rebuild`).
 */
export function checkGenerated(): Problems {
  return ['scripts/docs.ts', 'scripts/stamp.ts'].flatMap((script) =>
    outputOf(process.execPath, [script, '--check']),
  );
}

/** Regenerates documents and bundles, and compares every byte with what is committed. */
export function rebuild(): Problems {
  for (const script of ['docs', 'build']) {
    const problems = outputOf('npm', ['run', '--silent', script], false);
    if (problems.length > 0) return problems;
  }
  return outputOf(process.execPath, ['scripts/clean-tree.ts']);
}

/** The output of a program that found problems, or nothing if it found none. */
function outputOf(program: string, args: readonly string[], told = true): Problems {
  try {
    execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', told ? 'pipe' : 'inherit'],
    });
    return [];
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return [`${args.join(' ')}:\n${`${stdout}${stderr ?? ''}`.trim()}`];
  }
}

/** All tags of the repository. They show whether this version is the newest of its line. */
export function tags(): readonly string[] {
  return git(['tag', '--list'])
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
