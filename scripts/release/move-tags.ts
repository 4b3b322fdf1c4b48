import { commitOf, git, pushAccess, remoteRefs } from './git.ts';
import { movingTags } from './versions.ts';

/**
 * Moves the tags `v1` and `v1.2` to the release that was just published: `node
 * scripts/release/move-tags.ts v1.2.3 [REMOTE]`, with the token in RELEASE_TOKEN. The remote's
 * current tags decide which ones move, because a checkout may be outdated. The push uses a lease
 * for each tag, so a tag that has changed in the meantime doesn't move. Either all tags move or
 * none.
 */
const [tag = '', remote = 'origin'] = process.argv.slice(2);
const access = pushAccess('x-access-token', process.env['RELEASE_TOKEN']);
const there = remoteRefs(remote, ['refs/tags/v*'], access);
const head = commitOf('HEAD');
const moving = movingTags(
  tag.replace(/^v/, ''),
  [...there.keys()].map((name) => name.replace('refs/tags/', '')),
);

if (head === undefined || commitOf(`refs/tags/${tag}`) !== head || !there.has(`refs/tags/${tag}`)) {
  process.stdout.write(`${tag} is not both checked out and on the remote: no tag was moved.\n`);
  process.exitCode = 1;
} else if (moving.length === 0) {
  process.stdout.write(`No tag follows ${tag}.\n`);
} else {
  const leases = moving.map(
    (name) => `--force-with-lease=refs/tags/${name}:${there.get(`refs/tags/${name}`) ?? ''}`,
  );
  git(
    ['push', '--atomic', ...leases, remote, ...moving.map((name) => `${head}:refs/tags/${name}`)],
    access,
  );
  process.stdout.write(`${moving.join(', ')}: on ${head}.\n`);
}
