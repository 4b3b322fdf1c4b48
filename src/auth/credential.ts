import type { Context } from '../host.ts';
import { Failure } from '../lib/failure.ts';
import { Secret } from '../lib/secret.ts';
import { refuseUnsafeTrigger } from './trigger.ts';

const ATTEMPTED = 'Reading the token';
const STORE_HINT =
  'Create a personal access token in Outpost under Settings > Access Tokens with the scope `service`, and store it as OUTPOST_TOKEN.';

/** What a configuration lets pass. */
interface Allowances {
  readonly allowUnsafeTrigger: boolean;
  readonly allowDebugTrace: boolean;
}

/**
 * Config + the value as it was given -> the token that may be used, whatever it is good for.
 * Nothing is asked of Outpost yet. The caller has masked the value before: it may be a secret of
 * another kind, pasted by mistake.
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
    hint: `Take it away${unless}.`,
  });
}

/**
 * Takes off what pasting leaves on a token: a byte order mark, white space, one pair of quotes, the
 * word Bearer.
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
 * Values that are certainly no token of Outpost's, the more telling ones first. An unknown but
 * possible form is let through, for the form is not documented beyond `op_pat_`: Outpost's own
 * answer decides.
 */
const mistakes: readonly Mistake[] = [
  {
    pattern: /^\$\{\{/,
    happened: 'it is the text of a workflow expression, which was never evaluated',
    hint: 'Write the expression in the workflow file under `env:` or `with:`, not inside a secret, a quoted heredoc or a file that a script reads.',
  },
  {
    pattern: /^\$\{?\w+\}?$/,
    happened: 'it is the name of a variable, not its value',
    hint: 'Check the variable: it was not expanded, which on GitLab is what happens when it does not exist on this branch or in this environment.',
  },
  {
    pattern: /^\*+$|^\[MASKED\]$/i,
    happened: 'it is a masked value copied from a log',
    hint: 'Store the token itself. If it is lost, regenerate it in Settings > Access Tokens.',
  },
  {
    pattern: /^(?:gh[pousr]_|github_pat_)/,
    happened: 'it is a token of GitHub',
    hint: STORE_HINT,
  },
  { pattern: /^gl[a-z]{2,6}-/, happened: 'it is a token of GitLab', hint: STORE_HINT },
  {
    pattern: /^(?:npm_|xox[a-z]-|AKIA|dop_v1_)/,
    happened: 'it is a token of another product',
    hint: STORE_HINT,
  },
  {
    pattern: /^[^$\s]+\$\S+$|^sk_(?:live|test)_/,
    happened: 'it is an API key of Outpost, which is another kind of credential',
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
    happened: 'it is a line `NAME=value`, as a file of variables has it',
    hint: 'Store what stands behind the equals sign, alone.',
  },
  {
    pattern: /^[{[]/,
    happened: 'it is JSON or a template, not a value',
    hint: 'Store the token alone. If a vault keeps it as a field, give the field, not the whole entry.',
  },
  {
    // GitLab hands out `secrets:` and variables of the type File as a path.
    pattern: /^(?:~|\.{1,2})?\/|^[A-Za-z]:[\\/]|^\\\\/,
    happened: 'it is the path of a file, not what the file holds',
    hint: 'On GitLab give the variable the type *Variable* instead of *File*, and set `file: false` under `secrets:`. Elsewhere read the file: `--token-stdin < FILE`.',
  },
  {
    pattern:
      /^[a-z][a-z0-9+.-]*:\/\/|^(?:op|vault|secret|ssm|arn|ref\+[a-z]+|keyvault):|^projects\//i,
    happened: 'it is a reference to an entry of a vault, which was never looked up',
    hint: 'Let the job look it up first (`op run`, `secrets:` on GitLab, the action of your vault), and give this step the value.',
  },
  {
    pattern: /[\r\n]/,
    happened: 'it holds a line break in its middle',
    hint: 'Store the token alone, on one line.',
  },
  {
    pattern: /\s/,
    happened: 'it holds white space in its middle',
    hint: 'Store the token alone, without a name or a second value.',
  },
  {
    pattern: /[^\x21-\x7e]/,
    happened: 'it holds an invisible or a foreign character',
    hint: 'Copy the token again from where it was shown, or regenerate it, and store it alone.',
  },
  {
    pattern: /^["']|["']$/,
    happened: 'it holds a stray quote',
    hint: 'Store the token without quotes.',
  },
  {
    pattern: /^op_pat_(?:[.x*X]*|your.*|<.*)$/,
    happened: 'it is the placeholder of an example, not a token',
    hint: STORE_HINT,
  },
];

function malformed(happened: string, hint: string): Failure {
  return new Failure({
    code: 'token-malformed',
    attempted: ATTEMPTED,
    happened: `what stands in its place is no personal access token: ${happened}`,
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
    hint: `${STORE_HINT} Export it for this command alone, or hand it over with --token-stdin.`,
  }),
};

function missingOnGithub({ fromFork, fromDependabot, trigger }: Context): Cause {
  if (fromDependabot) {
    return {
      happened:
        'there is none, for Dependabot started this run and GitHub keeps the secrets of Actions from it',
      hint: "Do not deploy from Dependabot runs (`if: github.actor != 'dependabot[bot]'`), or store OUTPOST_TOKEN among the Dependabot secrets.",
    };
  }
  if (fromFork) {
    return {
      happened: `there is none, for this ${trigger} run comes from a fork and GitHub gives no secrets to it`,
      hint: 'Deploy after the merge, on `push`; keep this job from forks with `if: github.event.pull_request.head.repo.full_name == github.repository`.',
    };
  }
  return {
    happened:
      'OUTPOST_TOKEN is empty: the secret is not set, has another name, or belongs to an environment that this job does not name',
    hint: `${STORE_HINT} Then give it to this step: \`token: \${{ secrets.OUTPOST_TOKEN }}\`. A secret of an environment also needs \`environment:\` on the job.`,
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
        'there is none, for this merge request comes from a fork and its pipeline runs without the variables of this project',
      hint: 'Deploy after the merge, on the default branch: `rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]`.',
    };
  }
  if (onProtectedRef === false) {
    return {
      happened:
        'OUTPOST_TOKEN is not there, and this ref is not protected: a protected variable exists on protected branches and tags alone',
      hint: 'Deploy from a protected branch, or protect this one in Settings > Repository. If the variable was never made: Settings > CI/CD > Variables, masked and protected.',
    };
  }
  const scope =
    environment === undefined
      ? 'this job names no environment'
      : `this job's environment is \`${environment}\``;
  return {
    happened: `OUTPOST_TOKEN is not there: the variable is not set, has another name, or is scoped to another environment (${scope})`,
    hint: 'In Settings > CI/CD > Variables add OUTPOST_TOKEN, masked and protected, for this environment. Its value is a personal access token with the scope `service`.',
  };
}
