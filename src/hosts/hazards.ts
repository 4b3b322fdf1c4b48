import type { Hazard } from '../host.ts';
import type { Environment } from './environment.ts';

/** Found in the environment before the token is sent anywhere. Values are never repeated. */
export function hazardsOf(env: Environment): readonly Hazard[] {
  const hazards: Hazard[] = [];
  // The runner reads it with Go's strconv.ParseBool.
  if (/^(?:1|t|T|true|True|TRUE)$/.test(env['CI_DEBUG_TRACE'] ?? '')) {
    hazards.push({
      name: 'CI_DEBUG_TRACE',
      danger: 'prints every variable of the job, and hides of a token no form but its exact value',
      allowedBy: 'allow-debug-trace',
    });
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    hazards.push({
      name: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
      danger: 'lets anybody on the way pass for Outpost and take the token',
      allowedBy: undefined,
    });
  }
  // Node reads it when it starts, so that taking it away now would not help. A star may stand
  // anywhere in a name.
  if (/\*|http|net|tls/i.test(env['NODE_DEBUG'] ?? '')) {
    hazards.push({
      name: 'NODE_DEBUG',
      danger: 'makes Node print the headers of each request, the token among them',
      allowedBy: undefined,
    });
  }
  return hazards;
}
