import type { Clock } from './clock.ts';
import { isLoopback } from './endpoint.ts';
import type { Host } from './host.ts';
import { createClient } from './outpost/client.ts';
import type { Run } from './run.ts';
import type { Secret } from './secret.ts';
import type { Config } from './steps/config.ts';
import { version } from './version.ts';

/**
 * The ports of a run against the Outpost that the configuration names; its time begins now. TLS and HTTP are loaded here, for a run that
 * ends before, over its configuration, needs neither.
 */
export async function openRun(host: Host, config: Config, token: Secret, clock: Clock, signal: AbortSignal): Promise<Run> {
  // `eager` keeps it in the one file of the bundle. https://webpack.js.org/api/module-methods/#webpackmode
  const { createHttp } = await import(/* webpackMode: "eager" */ './outpost/http.ts');
  // Where pasting left quotes or the word Bearer on it, the token proper is another text than the one that is masked already.
  if (token.reveal() !== host.token.reveal()) host.mask(token);
  const userAgent = `outpost-deploy-action/${version}`;
  const { origin, deployPath } = config;
  const startMs = clock.nowMs();
  const http = createHttp(token, userAgent);
  const client = createClient({ origin, deployPath, http, clock, signal, deadlineMs: startMs + config.timeoutMs, random: Math.random });
  const probe = createHttp(undefined, userAgent);
  return { host, client, probe, isRehearsal: isLoopback(origin.hostname), clock, signal, deadlineMs: startMs + config.forwardMs };
}

/** The ports of a run that has so long for all it does: each request ends with it. Nothing else ends it. */
export function openBriefRun(host: Host, config: Config, token: Secret, clock: Clock, timeoutMs: number): Promise<Run> {
  return openRun(host, { ...config, timeoutMs, forwardMs: timeoutMs }, token, clock, new AbortController().signal);
}

/** Closes the connections, so that the process can end. */
export function closeRun({ client, probe }: Run): void {
  client.close();
  probe.close();
}
