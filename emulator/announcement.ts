import { pathsOf } from './dialects.ts';
import type { RecordedRequest } from './recorder.ts';
import { rehearsalToken } from './rehearsal.ts';
import { scenarioNames, scenarios } from './scenarios.ts';
import type { Emulator } from './server.ts';
import type { TokenRequest } from './tokens.ts';
import { isoTime } from './vocabulary.ts';

const offered: readonly TokenRequest[] = [
  { name: 'deploy', scopes: ['service', 'repo'], expiresInDays: 90 },
  { name: 'read-only', scopes: ['repo:read'] },
];

/**
 * The text that the emulator prints when it starts: its address, its scenario, and tokens to use.
 * Creates the tokens.
 */
export function announce({ origin, sessionToken, world }: Emulator, plan: string): string {
  const { name = 'of your own', description = '', rehearsal } = world.scenario;
  const requests =
    rehearsal === undefined ? offered : [...offered, rehearsalToken(rehearsal, world.nowMs())];
  const tokens = requests.map((request) => ({ request, value: world.createToken(request) }));
  const reads = pathsOf(world.scenario.dialect);
  const example = (reads?.['service.get'] ?? '/auth/v1/users')
    .replace('{namespace}', 'acme')
    .replace('{name}', 'web');
  const sample = tokens[0]?.value ?? sessionToken;
  return [
    `Outpost emulator: ${origin}`,
    `Scenario: ${name}${description === '' ? '' : ` - ${description}`}`,
    `Rate limits: ${plan}`,
    `Services are at: ${reads?.['service.get'] ?? 'no address'}`,
    '',
    'Tokens of the user ada. They only work with this emulator, until it stops (name, scopes, expiry, value):',
    ...tokens.map(
      ({ request, value }) =>
        `  ${row(world.tokens.find('ada', request.name)?.expiresAtMs, request)}  ${value}`,
    ),
    `Dashboard session of ada, which can create tokens: ${sessionToken}`,
    '',
    `Git: git clone ${origin.replace('//', '//ada@')}/acme/web.git, with a token as the password`,
    `Try: curl -H "Authorization: Bearer ${sample}" ${origin}${example}`,
    '',
    '',
  ].join('\n');
}

/** The scenarios with their descriptions, one per line. */
export function scenarioList(): string {
  const width = Math.max(...scenarioNames.map((name) => name.length));
  return scenarioNames
    .map((name) => `${name.padEnd(width)}  ${scenarios[name].description}\n`)
    .join('');
}

/** One served request as one line. The path is untrusted, so control characters are removed. */
export function requestLine({
  atMs,
  method,
  path,
  status,
  operation,
  tokenName,
}: RecordedRequest): string {
  const line = `${isoTime(atMs)} ${method} ${path} -> ${status} (${operation}${tokenName === undefined ? '' : `, token ${tokenName}`})`;
  return `${line.replaceAll(/\p{Cc}/gu, '?')}\n`;
}

function row(expiresAtMs: number | undefined, { name, scopes }: TokenRequest): string {
  const expiry = expiresAtMs === undefined ? 'never expires' : isoTime(expiresAtMs);
  return `${name.padEnd(10)}  ${scopes.join(',').padEnd(14)}  ${expiry.padEnd(24)}`;
}
