import { inputs, type RawInputs } from '../inputs/table.ts';
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
 * Inputs by name: what was given in the host's own way, else the OUTPOST_ variable. Text of white
 * space alone counts as not given.
 *
 * @param given the host's own way: INPUT_* on GitHub, flags on the command line.
 */
export function readInputs(
  env: Environment,
  given: (name: string) => string | undefined,
): RawInputs {
  return readTexts(inputs, env, given);
}

/** The same for the rows of any table of inputs. Secrets are not among it. */
export function readTexts<Name extends string>(
  rows: readonly { readonly name: Name; readonly kind: string }[],
  env: Environment,
  given: (name: string) => string | undefined,
): { readonly [N in Name]?: string } {
  const raw: Partial<Record<Name, string>> = {};
  for (const { name, kind } of rows) {
    if (kind === 'secret') continue;
    const text = given(name)?.trim() || env[variableOf(name)]?.trim();
    if (text) raw[name] = text;
  }
  return raw;
}
