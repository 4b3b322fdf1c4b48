import { Failure, type FailureCode } from '../../lib/failure.ts';
import { nearest } from '../../lib/suggest.ts';
import type { Repository } from '../config.ts';
import type { GitEnd } from './git.ts';

interface Meaning {
  /** Found in what git and the server wrote. */
  readonly pattern: RegExp;
  readonly code: FailureCode;
  readonly happened: string;
  readonly hint: (repository: Repository) => string;
}

const TOKEN_HINT =
  'The token needs the scope `repo`, and `username` must be the user who owns the token.';

const BEHIND: Meaning = {
  pattern: /\[rejected\].*\((?:fetch first|non-fast-forward)\)|\(stale info\)/,
  code: 'push-rejected',
  happened: 'the branch on Outpost has commits that this one does not contain',
  hint: () => 'Someone moved the branch during this run. Run the job again.',
};

const SHALLOW: Meaning = {
  pattern: /shallow update not allowed/,
  code: 'push-rejected',
  happened: 'the checkout is shallow, and Outpost does not have the commits before it',
  hint: () =>
    'Check out the full history: `fetch-depth: 0` for actions/checkout, or the variable `GIT_DEPTH: "0"` on GitLab.',
};

/**
 * What git says, and what it means; the first match counts. The texts are git's own (LC_ALL=C);
 * those in brackets come from the porcelain format of push.
 * https://git-scm.com/docs/git-push#_output
 */
const meanings: readonly Meaning[] = [
  BEHIND,
  SHALLOW,
  {
    pattern: /protected branch|is protected/i,
    code: 'push-rejected',
    happened: 'the branch is protected on Outpost',
    hint: ({ namespace, name }) =>
      `Allow the token's owner to push to it in the settings of ${namespace}/${name}, or push to another \`branch\`.`,
  },
  {
    pattern: /error: 413|too large|larger than|exceeds|pack.*size limit/i,
    code: 'push-rejected',
    happened: 'the push is too large for Outpost',
    hint: () =>
      'Look for large files in the last commits (`git rev-list --objects`), and remove them from the repository.',
  },
  {
    pattern: /\[remote rejected\].*\(non-fast-forward\)/,
    code: 'push-rejected',
    happened: 'Outpost does not allow force pushes to this repository',
    hint: ({ namespace, name }) =>
      `Allow it in the settings of ${namespace}/${name}, or deploy a new commit that reverts the later ones.`,
  },
  {
    pattern: /\[remote rejected\]/,
    code: 'push-rejected',
    happened: 'Outpost rejected it',
    hint: () =>
      'Check the lines above that start with `remote:` for the reason. If there are none, ask the owner of that repository.',
  },
  {
    pattern: /unable to read [0-9a-f]{40}|missing (?:blob|tree|object)|promisor/,
    code: 'push-not-possible',
    happened: 'the checkout is a partial clone and does not have all objects of the commit',
    hint: () =>
      'Check out without `filter`, and with `fetch-depth: 0` (`GIT_DEPTH: "0"` on GitLab).',
  },
  {
    pattern: /could not read Username|Authentication failed|error: 401/,
    code: 'push-refused',
    happened: 'the git server does not accept the token with this user name (401)',
    hint: () => TOKEN_HINT,
  },
  {
    pattern: /error: 403/,
    code: 'push-refused',
    happened: 'the token is not allowed to write to this repository (403)',
    hint: () => TOKEN_HINT,
  },
  {
    pattern: /repository '.*' not found|error: 404/,
    code: 'push-refused',
    happened: 'Outpost has no such repository, or this token cannot see it',
    hint: ({ namespace, name }) => `Check \`push: ${namespace}/${name}\`.`,
  },
  {
    pattern: /error: 30\d/,
    code: 'push-refused',
    happened:
      'the git server redirects to another address, and redirects are never followed with a token',
    hint: () => 'Set the input `origin` to the real address of Outpost.',
  },
  {
    pattern: /Could not resolve (?:host|proxy)|Failed to connect|Connection refused/i,
    code: 'push-lost',
    happened: 'the git server cannot be reached',
    hint: () =>
      'Nothing was deployed. Check the input `origin` and the network of this runner, then run the job again.',
  },
  {
    pattern: /^fatal: unable to access '[^']*': .*(?:certificate|verification failed)/i,
    code: 'push-lost',
    happened: 'the TLS certificate of the git server could not be verified here',
    hint: () =>
      'Nothing was deployed. If a company proxy inspects TLS traffic, set `NODE_EXTRA_CA_CERTS` to the file with its certificate in this job: the API calls and git will then trust it. Never turn off certificate checks: that would hand the token to anyone in between.',
  },
  {
    pattern: /^fatal: unable to access '[^']*': .*(?:SSL|TLS|schannel)/i,
    code: 'push-lost',
    happened: 'the TLS connection to the git server failed',
    hint: () =>
      'Nothing was deployed. Run the job again. If it fails the same way, check for a proxy between this runner and Outpost.',
  },
];

/**
 * Turns the end of a git command into a Failure. The log quotes git's own words; this says what
 * they mean.
 */
export function pushFailure(
  end: GitEnd,
  attempted: string,
  repository: Repository,
  isShallow = false,
): Failure {
  if (end.trouble === 'timed-out') {
    return new Failure({
      code: 'push-lost',
      attempted,
      happened: 'the run timed out before the git server answered',
      hint: 'Nothing was deployed. If the push is large, raise the input `timeout`. Otherwise, check the status of Outpost.',
    });
  }
  const lines = linesOf(end);
  const meaning = lacksHistory(end, isShallow)
    ? SHALLOW
    : meanings.find(({ pattern }) => lines.some((line) => pattern.test(line)));
  if (meaning !== undefined) {
    const reason = lines
      .map((line) => REASON.exec(line))
      .map((match) => match?.[1] ?? match?.[2])
      .find((one) => one !== undefined);
    const happened = `${meaning.happened}${reason === undefined ? '' : ` (${reason})`}`;
    return new Failure({ code: meaning.code, attempted, happened, hint: meaning.hint(repository) });
  }
  const fatal = lines
    .map((line) => /^(?:fatal|error): (.{1,300})/.exec(line)?.[1])
    .find((one) => one !== undefined);
  return new Failure({
    code: 'push-lost',
    attempted,
    happened: fatal === undefined ? 'git failed without giving a reason' : `git failed: ${fatal}`,
    hint: 'Nothing was deployed. Run the job again; if it happens again, try the same push by hand.',
  });
}

/** The reason that git gives for a rejection, or for a TLS connection that failed. */
const REASON =
  /\[remote rejected\][^()]*\(([^()]{1,100})\)|^fatal: unable to access '[^']*': (.*(?:certificate|verification|SSL|TLS|schannel).*)$/i;

const MAX_LINES = 400;
const MAX_LINE_LENGTH = 500;

/**
 * The output of git and the server, as lines that are safe to match: some patterns take quadratic
 * time, and a server may send a line of a megabyte. git's own words are at the end.
 */
export function linesOf({ stdout, stderr }: GitEnd): readonly string[] {
  return [stdout, stderr].flatMap((text) =>
    text
      .split(/[\r\n]/)
      .slice(-MAX_LINES)
      .map((line) => line.slice(0, MAX_LINE_LENGTH)),
  );
}

/** Whether the push was not a fast-forward, or the tip is not the one of the lease. */
export function isBehind(end: GitEnd): boolean {
  return linesOf(end).some((line) => BEHIND.pattern.test(line));
}

/**
 * Whether the push was rejected because of missing history. In a shallow repository, git cannot
 * tell a commit that it does not have from one that was never a parent.
 */
export function lacksHistory(end: GitEnd, isShallow: boolean): boolean {
  return (
    linesOf(end).some((line) => SHALLOW.pattern.test(line)) ||
    (isShallow && linesOf(end).some((line) => /\(fetch first\)|\(non-fast-forward\)/.test(line)))
  );
}

/** Whether a gateway rejected a chunked upload. */
export function refusesChunks(end: GitEnd): boolean {
  return linesOf(end).some((line) => /returned error: (?:400|411|501)$/.test(line));
}

/** Whether Outpost said that there is no such repository. */
export function isNotFound(end: GitEnd): boolean {
  return linesOf(end).some((line) => /not found|error: 404/.test(line));
}

/**
 * @param names the repositories in the namespace; empty if they cannot be listed.
 */
export function noSuchRepository(
  { namespace, name }: Repository,
  names: readonly string[],
): Failure {
  const suggestions = nearest(name, names).map((one) => `\`${namespace}/${one}\``);
  return new Failure({
    code: 'push-refused',
    attempted: `Reading ${namespace}/${name}`,
    happened: 'Outpost has no such repository, or this token cannot see it',
    hint:
      suggestions.length > 0
        ? `Did you mean ${suggestions.join(' or ')}? Change the input \`push\`.`
        : `Check the input \`push\`, or create the repository in Outpost first.`,
  });
}
