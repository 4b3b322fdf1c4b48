import type { Reader } from './reader.ts';

/**
 * The rules of `git check-ref-format --branch` that a branch name can break.
 * https://git-scm.com/docs/git-check-ref-format
 */
export function branchProblem(branch: string): string | undefined {
  if (/[\s\u0000-\u001f\u007f~^:?*[\\]/.test(branch))
    return 'contains a character that is not allowed in a branch name';
  if (/^[-/]|\/$|\.$|\.\.|@\{|\/\/|^@$/.test(branch)) return 'is not a valid branch name';
  if (branch.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock')))
    return 'is not a valid branch name';
  return undefined;
}

/**
 * A branch as a user wrote it: `refs/heads/main`, as in `github.ref`, is `main`. Other refs are not
 * branches.
 */
export const readBranch: Reader<string> = (text) => {
  const [, full] = /^refs\/heads\/(.+)$/.exec(text) ?? [];
  if (full === undefined && text.startsWith('refs/tags/'))
    return {
      problem: `\`${text}\` is a tag, but Outpost deploys branches: set the branch to deploy`,
    };
  if (full === undefined && text.startsWith('refs/'))
    return {
      problem: `\`${text}\` is not a branch: write only the branch name, or put \`refs/heads/\` before it`,
    };
  const branch = full ?? text;
  const problem = branchProblem(branch);
  return problem === undefined ? { value: branch } : { problem: `\`${text}\` ${problem}` };
};
