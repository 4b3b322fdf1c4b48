import { type HostName, inputs, type RawInputs } from '../inputs/table.ts';
import { Secret } from '../lib/secret.ts';

export type Environment = Record<string, string | undefined>;

/**
 * Takes the token out of the environment, so that no child, crash report or `env` of a later line
 * has it.
 *
 * @param names the variables it may stand in; the first that is not empty counts, and all of them
 *     go.
 */
export function takeToken(env: Environment, names: readonly string[]): Secret {
  const value = names
    .map((name) => env[name])
    .find((candidate) => candidate !== undefined && candidate !== '');
  for (const name of names) delete env[name];
  return new Secret(value ?? '');
}

/** The variable of an input: `token-name` is OUTPOST_TOKEN_NAME. */
export function variableOf(name: string): string {
  return `OUTPOST_${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * Inputs of a command by name: what was given as a flag, else the OUTPOST_ variable. Text of white
 * space alone counts as not given.
 *
 * @param given the flags.
 */
export function readInputs(
  env: Environment,
  given: (name: string) => string | undefined,
): RawInputs {
  return readTexts(inputs, env, given);
}

/** A row of a table of inputs, as far as a host reads it. */
interface Row<Name extends string> {
  readonly name: Name;
  readonly kind: string;
  readonly default?: string;
  readonly hosts?: readonly HostName[];
}

type Texts<Name extends string> = { readonly [N in Name]?: string };

/**
 * What the runner of GitHub hands to a step: `with: token-name:` arrives as INPUT_TOKEN-NAME. The
 * environment is no way to give inputs there, for every earlier step can write to it (GITHUB_ENV),
 * and would choose where the token goes.
 */
export function readStepInputs<Name extends string>(
  rows: readonly Row<Name>[],
  env: Environment,
): Texts<Name> {
  return readTexts(rows, {}, (name) => env[`INPUT_${name.toUpperCase()}`]);
}

/**
 * Problems of variables that look like inputs and say something else than the step's `with`. They
 * are never ignored: a run whose OUTPOST_DRY_RUN counts for nothing would deploy. Their values are
 * not repeated.
 */
export function strayInputs<Name extends string>(
  rows: readonly Row<Name>[],
  env: Environment,
): readonly string[] {
  const given = readStepInputs(rows, env);
  return rows.flatMap(({ name, kind, default: usual = '', hosts }) => {
    if (kind === 'secret' || hosts?.includes('github') === false) return [];
    const stray = env[variableOf(name)]?.trim();
    if (!stray || stray === (given[name] ?? usual)) return [];
    return [
      `\`${name}\`: the variable ${variableOf(name)} is set and says something else than this step. On GitHub inputs come from \`with\` alone: write \`${name}: ...\` under the step's \`with\`, and remove ${variableOf(name)} from \`env\` or from the step that writes it to GITHUB_ENV`,
    ];
  });
}

/** The same for the rows of any table of inputs. Secrets are not among it. */
export function readTexts<Name extends string>(
  rows: readonly Row<Name>[],
  env: Environment,
  given: (name: string) => string | undefined,
): Texts<Name> {
  const raw: Partial<Record<Name, string>> = {};
  for (const { name, kind } of rows) {
    if (kind === 'secret') continue;
    const text = given(name)?.trim() || env[variableOf(name)]?.trim();
    if (text) raw[name] = text;
  }
  return raw;
}
