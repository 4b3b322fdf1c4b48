import { type HostName, inputs, type RawInputs } from '../inputs/table.ts';
import { Secret } from '../lib/secret.ts';

export type Environment = Record<string, string | undefined>;

/**
 * Removes the token from the environment, so that no child process or crash report has it.
 *
 * @param names the variables that may hold it. The first one that isn't empty counts, and all of
 *     them are removed.
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
 * Inputs of a command by name: the flag, otherwise the OUTPOST_ variable. White space counts as not
 * set.
 *
 * @param given the flags.
 */
export function readInputs(
  env: Environment,
  given: (name: string) => string | undefined,
): RawInputs {
  return readTexts(inputs, env, given);
}

/** The part of an input's row that a host reads. */
interface Row<Name extends string> {
  readonly name: Name;
  readonly kind: string;
  readonly default?: string;
  readonly hosts?: readonly HostName[];
}

type Texts<Name extends string> = { readonly [N in Name]?: string };

/**
 * The inputs that GitHub's runner passes to a step: `with: token-name:` arrives as
 * INPUT_TOKEN-NAME. OUTPOST_ variables don't count there: any earlier step can set them through
 * GITHUB_ENV, and could choose where the token goes.
 */
export function readStepInputs<Name extends string>(
  rows: readonly Row<Name>[],
  env: Environment,
): Texts<Name> {
  return readTexts(rows, {}, (name) => env[`INPUT_${name.toUpperCase()}`]);
}

/**
 * Problems with variables that look like inputs and differ from the step's `with`. They're never
 * ignored: a run that ignores OUTPOST_DRY_RUN would deploy. Their values aren't repeated.
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
      `\`${name}\`: the variable ${variableOf(name)} is set and differs from this step's input. On GitHub, inputs only come from \`with\`: set \`${name}\` under the step's \`with\`, and remove ${variableOf(name)} from \`env\` or from the step that writes it to GITHUB_ENV`,
    ];
  });
}

/** The same for any table of inputs. Secrets are not included. */
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
