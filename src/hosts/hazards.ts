import type { Hazard } from '../host.ts';
import type { Environment } from './environment.ts';

/** Dangers in the environment, found before the token is sent anywhere. Never repeats values. */
export function hazardsOf(env: Environment): readonly Hazard[] {
  const hazards: Hazard[] = [];
  // The runner parses it with Go's strconv.ParseBool.
  if (/^(?:1|t|T|true|True|TRUE)$/.test(env['CI_DEBUG_TRACE'] ?? '')) {
    hazards.push({
      name: 'CI_DEBUG_TRACE',
      danger: 'prints every variable of the job, and masks only the exact value of a token',
      allowedBy: 'allow-debug-trace',
    });
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    hazards.push({
      name: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
      danger: 'lets anybody on the network impersonate Outpost and steal the token',
      allowedBy: undefined,
    });
  }
  // Node reads it at startup, so removing it now wouldn't help. A star can be anywhere in a name.
  if (/\*|http|net|tls/i.test(env['NODE_DEBUG'] ?? '')) {
    hazards.push({
      name: 'NODE_DEBUG',
      danger: 'makes Node print the headers of each request, including the token',
      allowedBy: undefined,
    });
  }
  return hazards;
}
