import { checkComponent, componentFiles } from './component.ts';
import { commitOf, gitText, pushAccess, remoteRefs } from './git.ts';
import { isNewest } from './versions.ts';

/**
 * Publishes the folder gitlab/ as the root of the component project: `node
 * scripts/release/push-component.ts v1.2.3 ADDRESS`, with the token in COMPONENT_TOKEN. Adds one
 * commit, tagged 1.2.3, to what was published before. The project's own pipeline then creates the
 * release in the Catalog. Nothing is force-pushed. If the version is already there, it's compared,
 * not replaced. A fix of an older line only gets its tag; main doesn't move.
 */
const [tag = '', address = ''] = process.argv.slice(2);
const version = tag.replace(/^v/, '');
const access = pushAccess('release', process.env['COMPONENT_TOKEN']);
const problems = [
  ...(address === '' ? ['No address of the component project was given.'] : []),
  ...(commitOf(`refs/tags/${tag}`) === commitOf('HEAD') ? [] : [`${tag} is not checked out.`]),
  ...checkComponent(componentFiles()),
];

if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
} else publish();

function publish(): void {
  const there = remoteRefs(address, ['refs/heads/main', 'refs/tags/*'], access);
  const tree = gitText(['rev-parse', 'HEAD:gitlab']);
  if (there.has(`refs/tags/${version}`)) {
    gitText(['fetch', '--quiet', '--no-tags', address, `refs/tags/${version}`], access);
    const same = gitText(['rev-parse', 'FETCH_HEAD^{tree}']) === tree;
    process.stdout.write(
      `${version} is published already, ${same ? 'with these very files' : 'with other files: a version is never replaced'}.\n`,
    );
    if (!same) process.exitCode = 1;
    return;
  }
  const before = there.get('refs/heads/main');
  if (before !== undefined)
    gitText(['fetch', '--quiet', '--no-tags', address, 'refs/heads/main'], access);
  const commit = commitTree(tree, before);
  const tags = [...there.keys()]
    .filter((name) => name.startsWith('refs/tags/'))
    .map((name) => name.replace('refs/tags/', ''));
  const refs = [
    `${commit}:refs/tags/${version}`,
    ...(isNewest(version, tags) ? [`${commit}:refs/heads/main`] : []),
  ];
  gitText(['push', '--quiet', '--atomic', address, ...refs], access);
  process.stdout.write(`${refs.map((ref) => ref.split(':')[1]).join(', ')}: ${commit}.\n`);
}

/**
 * Uses the author, committer and time of the tagged commit, so that a second run creates the same
 * commit.
 */
function commitTree(tree: string, before: string | undefined): string {
  const time = gitText(['log', '-1', '--format=%cI']);
  const [name, email] = gitText(['log', '-1', '--format=%cn%n%ce']).split('\n');
  const person = (role: string): Record<string, string> => ({
    [`GIT_${role}_NAME`]: name ?? '',
    [`GIT_${role}_EMAIL`]: email ?? '',
    [`GIT_${role}_DATE`]: time,
  });
  const message = `Version ${version}\n\nThe folder gitlab/ of outpost/deploy-action ${tag}, ${gitText(['rev-parse', 'HEAD'])}.`;
  const parent = before === undefined ? [] : ['-p', before];
  return gitText(['commit-tree', tree, ...parent, '-m', message], {
    ...person('AUTHOR'),
    ...person('COMMITTER'),
  });
}
