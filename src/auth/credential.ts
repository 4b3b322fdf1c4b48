import type { Context } from '../host.ts';
import { Failure } from '../lib/failure.ts';
import { Secret } from '../lib/secret.ts';
import { refuseUnsafeTrigger } from './trigger.ts';

const ATTEMPTED = 'Reading the token';
const STORE_HINT =
  'Create a personal access token in Outpost under Settings > Access Tokens with the scope `service`, and store it as OUTPOST_TOKEN.';

/** What a configuration allows. */
interface Allowances {
  readonly allowUnsafeTrigger: boolean;
  readonly allowDebugTrace: boolean;
}

/**
 * Config + the given value -> a token that can be used. Sends no request to Outpost yet. The caller
 * has already masked the value: it may be another kind of secret, pasted by mistake.
 *
 * @throws Failure `unsafe-trigger`, `token-missing`, `token-malformed`
 */
export function checkCredential(config: Allowances, given: Secret, context: Context): Secret {
  refuseUnsafeTrigger(config, context);
  refuseHazards(config, context);
  const value = normalise(given.reveal());
  if (value === '') throw missing(context);
  const mistake = mistakes.find(({ pattern }) => pattern.test(value));
  if (mistake !== undefined) throw malformed(mistake.happened, mistake.hint);
  return new Secret(value);
}

function refuseHazards(config: Allowances, { hazards }: Context): void {
  const [hazard] = hazards.filter(
    ({ allowedBy }) => allowedBy === undefined || !config.allowDebugTrace,
  );
  if (hazard === undefined) return;
  const unless =
    hazard.allowedBy === undefined
      ? ''
      : `, or set \`${hazard.allowedBy}: true\` and revoke the token afterwards`;
  throw new Failure({
    code: 'unsafe-environment',
    attempted: "Checking this job's environment",
    happened: `${hazard.name} is set, which ${hazard.danger}`,
    hint: `Unset it${unless}.`,
  });
}

/**
 * Removes what pasting often adds to a token: a byte order mark, white space, one pair of quotes,
 * the word Bearer.
 */
export function normalise(raw: string): string {
  const trimmed = raw.replace(/^\uFEFF/, '').trim();
  const unquoted = /^(["'])(.*)\1$/s.exec(trimmed)?.[2] ?? trimmed;
  return unquoted.trim().replace(/^bearer(?:\s+|$)/i, '');
}

interface Mistake {
  readonly pattern: RegExp;
  readonly happened: string;
  readonly hint: string;
}

/**
 * Values that are certainly not Outpost tokens, the most specific ones first. Unknown but possible
 * forms pass, because only the prefix `op_pat_` is documented: Outpost's answer decides.
 */
const mistakes: readonly Mistake[] = [
  {
    pattern: /^\$\{\{/,
    happened: 'it is a workflow expression that was never evaluated',
    hint: 'Write the expression in the workflow file under `env:` or `with:`, not in a secret, a quoted heredoc or a file that a script reads.',
  },
  {
    pattern: /^\$\{?\w+\}?$/,
    happened: 'it is the name of a variable, not its value',
    hint: 'Check the variable: it was not expanded. On GitLab, that happens if it does not exist for this branch or environment.',
  },
  {
    pattern: /^\*+$|^\[MASKED\]$/i,
    happened: 'it is a masked value copied from a log',
    hint: 'Store the token itself. If it is lost, regenerate it in Settings > Access Tokens.',
  },
  {
    pattern: /^(?:gh[pousr]_|github_pat_)/,
    happened: 'it is a GitHub token',
    hint: STORE_HINT,
  },
  { pattern: /^gl[a-z]{2,6}-/, happened: 'it is a GitLab token', hint: STORE_HINT },
  {
    pattern: /^(?:npm_|xox[a-z]-|AKIA|dop_v1_)/,
    happened: 'it is a token for another product',
    hint: STORE_HINT,
  },
  {
    pattern: /^[^$\s]+\$\S+$|^sk_(?:live|test)_/,
    happened: 'it is an Outpost API key, which is a different kind of credential',
    hint: STORE_HINT,
  },
  {
    pattern: /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
    happened: 'it is a JSON Web Token, not a personal access token',
    hint: STORE_HINT,
  },
  { pattern: /^https?:\/\//i, happened: 'it is a URL', hint: STORE_HINT },
  {
    pattern: /^(?:export\s+)?[A-Za-z_]\w*\s*=\s*["']?op_pat_|^(?:export\s+)?[A-Z][A-Z0-9_]*=./,
    happened: 'it is a `NAME=value` line from a file of variables',
    hint: 'Store only the part after the equals sign.',
  },
  {
    pattern: /^[{[]/,
    happened: 'it is JSON or a template, not a value',
    hint: 'Store only the token. If a vault keeps it in a field, use the field, not the whole entry.',
  },
  {
    // GitLab hands out `secrets:` and variables of the type File as a path.
    pattern: /^(?:~|\.{1,2})?\/|^[A-Za-z]:[\\/]|^\\\\/,
    happened: 'it is the path of a file, not the contents of the file',
    hint: 'On GitLab, set the type of the variable to *Variable* instead of *File*, or set `file: false` under `secrets:`. Elsewhere, read the file: `--token-stdin < FILE`.',
  },
  {
    pattern:
      /^[a-z][a-z0-9+.-]*:\/\/|^(?:op|vault|secret|ssm|arn|ref\+[a-z]+|keyvault):|^projects\//i,
    happened: 'it is a reference to a vault entry that was never looked up',
    hint: 'Let the job look it up first (`op run`, `secrets:` on GitLab, the action of your vault), and pass the value to this step.',
  },
  {
    pattern: /[\r\n]/,
    happened: 'it contains a line break',
    hint: 'Store only the token, on one line.',
  },
  {
    pattern: /\s/,
    happened: 'it contains white space',
    hint: 'Store only the token, without a name or a second value.',
  },
  {
    pattern: /[^\x21-\x7e]/,
    happened: 'it contains a character that is invisible or not ASCII',
    hint: 'Copy the token again, or regenerate it, and store only the token.',
  },
  {
    pattern: /^["']|["']$/,
    happened: 'it contains a stray quote',
    hint: 'Store the token without quotes.',
  },
  {
    pattern: /^op_pat_(?:[.x*X]*|your.*|<.*)$/,
    happened: 'it is a placeholder from an example, not a token',
    hint: STORE_HINT,
  },
];

function malformed(happened: string, hint: string): Failure {
  return new Failure({
    code: 'token-malformed',
    attempted: ATTEMPTED,
    happened: `the value is not a personal access token: ${happened}`,
    hint,
  });
}

function missing(context: Context): Failure {
  const { happened, hint } = causesOfMissing[context.host](context);
  return new Failure({ code: 'token-missing', attempted: ATTEMPTED, happened, hint });
}

interface Cause {
  readonly happened: string;
  readonly hint: string;
}

const causesOfMissing: Readonly<Record<Context['host'], (context: Context) => Cause>> = {
  github: missingOnGithub,
  gitlab: missingOnGitlab,
  shell: () => ({
    happened: 'the variable OUTPOST_TOKEN is not set',
    hint: `${STORE_HINT} Export it for this command only, or pass it with --token-stdin.`,
  }),
};

function missingOnGithub({ fromFork, fromDependabot, trigger }: Context): Cause {
  if (fromDependabot) {
    return {
      happened:
        'there is none because Dependabot started this run, and GitHub does not give it Actions secrets',
      hint: "Do not deploy from Dependabot runs (`if: github.actor != 'dependabot[bot]'`), or store OUTPOST_TOKEN as a Dependabot secret.",
    };
  }
  if (fromFork) {
    return {
      happened: `there is none because this ${trigger} run comes from a fork, and GitHub does not give it secrets`,
      hint: 'Deploy after the merge, on `push`. Skip this job for forks with `if: github.event.pull_request.head.repo.full_name == github.repository`.',
    };
  }
  return {
    happened:
      'OUTPOST_TOKEN is empty: the secret is not set, has another name, or belongs to an environment that this job does not use',
    hint: `${STORE_HINT} Then pass it to this step: \`token: \${{ secrets.OUTPOST_TOKEN }}\`. For an environment secret, also set \`environment:\` on the job.`,
  };
}

/**
 * https://docs.gitlab.com/ci/variables/: protected variables, environment scope, and pipelines of
 * forks.
 */
function missingOnGitlab({ fromFork, onProtectedRef, environment }: Context): Cause {
  if (fromFork) {
    return {
      happened:
        'there is none because this merge request comes from a fork, and its pipeline runs without the variables of this project',
      hint: 'Deploy after the merge, on the default branch: `rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]`.',
    };
  }
  if (onProtectedRef === false) {
    return {
      happened:
        'OUTPOST_TOKEN is not set, and this ref is not protected: protected variables are only available on protected branches and tags',
      hint: 'Deploy from a protected branch, or protect this one in Settings > Repository. If the variable does not exist, add it in Settings > CI/CD > Variables, masked and protected.',
    };
  }
  const scope =
    environment === undefined
      ? 'this job has no environment'
      : `this job's environment is \`${environment}\``;
  return {
    happened: `OUTPOST_TOKEN is empty: the variable is not set, has another name, or is scoped to another environment (${scope})`,
    hint: 'In Settings > CI/CD > Variables, add OUTPOST_TOKEN for this environment, masked and protected. Its value is a personal access token with the scope `service`.',
  };
}
