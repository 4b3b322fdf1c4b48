import type { Dialect } from './dialects.ts';
import { dialects } from './dialects.ts';
import type { LoopbackHost } from './guard.ts';
import { loopbackHosts } from './guard.ts';
import type { RatePlan } from './rates.ts';
import { ratePlans } from './rates.ts';
import type { RolloutModel } from './rollout-models.ts';
import { rolloutModels } from './rollout-models.ts';
import type { PushScenarioName, ScenarioName } from './scenarios.ts';
import { scenarioNames } from './scenarios.ts';
import { nearest } from './suggest.ts';

/** The parsed command line. */
export interface Flags {
  readonly action: 'serve' | 'list' | 'help';
  readonly host: LoopbackHost;
  readonly port: number;
  readonly scenario: ScenarioName | PushScenarioName;
  readonly scenarioFile: string | undefined;
  /** How every rollout of the scenario `ok` goes. */
  readonly rollout: RolloutModel | undefined;
  /** Where services are read, whatever the scenario says. */
  readonly dialect: Dialect | undefined;
  readonly plan: RatePlan;
}

/** An invalid command line; the message names the flag and the values it allows. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

const HELP_WIDTH = 52;

export const helpText = `A local Outpost to rehearse deploys against.

  --port N              port to listen on, 0 for any free one (default 4747)
  --host ADDRESS        ${loopbackHosts.join(' or ')} (default 127.0.0.1)
  --scenario NAME       what happens (default ok); --list shows the names
  --scenario-file FILE  a scenario of your own, as JSON
  --rollout MODEL       how each rollout of the scenario ok goes:
${wrapped(rolloutModels)}
  --dialect NAME        where services are read (default reference):
${wrapped(dialects)}
  --plan NAME           rate limits: ${ratePlans.join(', ')} (default free)
  --list                show the scenarios and stop
  --help                show this text and stop
`;

const DEFAULTS: Flags = {
  action: 'serve',
  host: '127.0.0.1',
  port: 4747,
  scenario: 'ok',
  scenarioFile: undefined,
  rollout: undefined,
  dialect: undefined,
  plan: 'free',
};
const VALUE_FLAGS = [
  '--port',
  '--host',
  '--scenario',
  '--scenario-file',
  '--rollout',
  '--dialect',
  '--plan',
];
const SWITCHES = ['--list', '--help'];

/** Reads the command line; throws a FlagError for anything it doesn't know. */
export function parseFlags(argv: readonly string[]): Flags {
  const given = new Map<string, string>();
  let flags = DEFAULTS;
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const { flag, value } = readFlag(word, rest);
    if (given.has(flag)) throw new FlagError(`${flag} is set twice.`);
    given.set(flag, value);
    flags = { ...flags, ...setting(flag, value) };
  }
  if (given.has('--scenario') && given.has('--scenario-file')) {
    throw new FlagError("--scenario and --scenario-file can't be combined. Use only one of them.");
  }
  if (given.has('--rollout') && (flags.scenario !== 'ok' || given.has('--scenario-file'))) {
    throw new FlagError(
      '--rollout only works with the scenario ok. Other scenarios have their own rollout.',
    );
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
    case '--host':
      return { host: choice('host', value, loopbackHosts) };
    case '--scenario':
      return { scenario: choice('scenario', value, scenarioNames) };
    case '--rollout':
      return { rollout: choice('rollout', value, rolloutModels) };
    case '--dialect':
      return { dialect: choice('dialect', value, dialects) };
    case '--plan':
      return { plan: choice('plan', value, ratePlans) };
    default:
      return { scenarioFile: value };
  }
}

/** Names under the description of a flag, wrapped for a terminal of 80 columns. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > HELP_WIDTH) lines.push(name);
    else lines[lines.length - 1] = `${last}, ${name}`;
  }
  return lines.map((line) => `${' '.repeat(24)}${line}`).join(',\n');
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
