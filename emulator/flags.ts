import type { RatePlan } from './rates.ts';
import { ratePlans } from './rates.ts';
import type { PushScenarioName, ScenarioName } from './scenarios.ts';
import { scenarioNames } from './scenarios.ts';
import { nearest } from './suggest.ts';

/** What the command line asks for. */
export interface Flags {
  readonly action: 'serve' | 'list' | 'help';
  readonly port: number;
  readonly scenario: ScenarioName | PushScenarioName;
  readonly scenarioFile: string | undefined;
  readonly plan: RatePlan;
}

/** A command line that cannot be followed; the message names the flag and what it allows. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

export const helpText = `A local Outpost to rehearse deploys against.

  --port N              port on 127.0.0.1, 0 for any free one (default 4747)
  --scenario NAME       what happens (default ok); --list shows the names
  --scenario-file FILE  a scenario of your own, as JSON
  --plan NAME           rate limits: ${ratePlans.join(', ')} (default free)
  --list                show the scenarios and stop
  --help                show this text and stop
`;

const DEFAULTS: Flags = {
  action: 'serve',
  port: 4747,
  scenario: 'ok',
  scenarioFile: undefined,
  plan: 'free',
};
const VALUE_FLAGS = ['--port', '--scenario', '--scenario-file', '--plan'];
const SWITCHES = ['--list', '--help'];

/** Reads the command line; throws a FlagError for anything that it does not know. */
export function parseFlags(argv: readonly string[]): Flags {
  const given = new Map<string, string>();
  let flags = DEFAULTS;
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const { flag, value } = readFlag(word, rest);
    if (given.has(flag)) throw new FlagError(`${flag} is given twice.`);
    given.set(flag, value);
    flags = { ...flags, ...setting(flag, value) };
  }
  if (given.has('--scenario') && given.has('--scenario-file')) {
    throw new FlagError('--scenario and --scenario-file exclude each other; give one of them.');
  }
  return flags;
}

function readFlag(word: string, rest: string[]): { readonly flag: string; readonly value: string } {
  const [name = '', ...parts] = word.split('=');
  const flag = name === '-h' ? '--help' : name;
  const inline = parts.length === 0 ? undefined : parts.join('=');
  if (SWITCHES.includes(flag)) {
    if (inline !== undefined) throw new FlagError(`${flag} takes no value.`);
    return { flag, value: '' };
  }
  if (!VALUE_FLAGS.includes(flag)) throw unknown('flag', name, [...VALUE_FLAGS, ...SWITCHES]);
  const value = inline ?? rest.shift();
  if (value === undefined || value === '' || (inline === undefined && value.startsWith('--')))
    throw new FlagError(`${flag} needs a value.`);
  return { flag, value };
}

function setting(flag: string, value: string): Partial<Flags> {
  switch (flag) {
    case '--help':
      return { action: 'help' };
    case '--list':
      return { action: 'list' };
    case '--port':
      return { port: portIn(value) };
    case '--scenario':
      return { scenario: choice('scenario', value, scenarioNames) };
    case '--plan':
      return { plan: choice('plan', value, ratePlans) };
    default:
      return { scenarioFile: value };
  }
}

function portIn(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new FlagError(`--port must be a whole number from 0 to 65535, not "${value}".`);
  return port;
}

function choice<Value extends string>(
  what: string,
  value: string,
  allowed: readonly Value[],
): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw unknown(`--${what}`, value, allowed);
  return found;
}

function unknown(what: string, value: string, allowed: readonly string[]): FlagError {
  const [close] = nearest(value, allowed);
  const hint = close === undefined ? '' : ` Did you mean ${close}?`;
  return new FlagError(`Unknown ${what} "${value}".${hint} Allowed: ${allowed.join(', ')}.`);
}
