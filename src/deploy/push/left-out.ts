import type { Run } from '../run.ts';
import type { Git } from './sandbox.ts';

/**
 * Submodules and LFS files are stored outside the repository, so a push does not include them.
 */
export async function noticeLeftOut(commit: string, git: Git, { host }: Run): Promise<void> {
  const modules = await git('cat-file', '-e', `${commit}:.gitmodules`);
  if (modules.status === 0) {
    host.notice({
      title: 'Submodules are not pushed',
      message:
        'The repository has submodules. Outpost gets the references to them, not their files.',
    });
  }
  // The rules may be in any folder.
  const rules = await git(
    'grep',
    '--quiet',
    '--extended-regexp',
    '(^|[[:space:]])filter=lfs([[:space:]]|$)',
    commit,
    '--',
    ':(glob)**/.gitattributes',
  );
  if (rules.status === 0) {
    host.notice({
      title: 'LFS files are not pushed',
      message: 'The repository stores files in Git LFS. Outpost gets the pointers, not the files.',
    });
  }
}
