import type { FaultRule, WireFault } from '../../../emulator/faults.ts';
import type { Operation } from '../../../emulator/vocabulary.ts';
import type { Prng } from './prng.ts';

/** A fault that affects a read. */
export interface Trouble {
  readonly rule: FaultRule;
  /** A run that hits it may give up, and is right to. */
  readonly mayEndIt: boolean;
}

/** What happens to the deploy call itself. */
export interface Fate {
  readonly rules: readonly FaultRule[];
  /** Outpost accepted the deploy, but the answer doesn't say so. */
  readonly answerLost: boolean;
}

const html = '<!doctype html><title>Sign in</title>';
const answer = (
  status: number,
  body = '{}',
  headers: Readonly<Record<string, string>> = {},
): WireFault => ({
  kind: 'answer',
  status,
  body,
  headers,
});
/** Contains the token, as from a careless proxy that echoes the request. */
const echoing = (status: number): WireFault =>
  answer(status, '{"error":{"code":"upstream","message":"bad request: {{token}}"}}');

const quick: [WireFault, ...WireFault[]] = [
  { kind: 'reset' },
  { kind: 'cut', framing: 'length' },
  { kind: 'cut', framing: 'chunked' },
  { kind: 'header-bomb' },
  { kind: 'header-bomb', form: 'many' },
  { kind: 'gzip-bomb', bytes: 4_194_304 },
  { kind: 'big-body', bytes: 8_388_608 },
  { kind: 'close-idle' },
  { kind: 'early', status: 103 },
  { kind: 'redirect', location: 'https://evil.example/' },
  answer(200, ''),
  answer(200, html),
  answer(200, '[]'),
  answer(403, html),
  ...[408, 425, 500, 502, 503, 504, 520, 524].map(echoing),
];
const slow: [WireFault, ...WireFault[]] = [{ kind: 'hang' }, { kind: 'slow', delayMs: 10_000 }];

/** A random read fault, at any point of the run. */
export function readTrouble(prng: Prng, status: Operation): Trouble {
  const on = prng.pick<Operation>([status, status, status, 'service.logs', 'token.list']);
  const skip = prng.whole(0, 8);
  const times = prng.whole(1, 3);
  const kind = prng.next();
  if (kind < 0.6) return { rule: { on, skip, times, do: prng.pick(quick) }, mayEndIt: false };
  if (kind < 0.8) return { rule: { on, skip, times, do: prng.pick(slow) }, mayEndIt: false };
  if (kind < 0.9) {
    const wait = prng.whole(0, 4);
    return {
      rule: { on, skip, times, do: answer(429, '{}', { 'retry-after': `${wait}` }) },
      mayEndIt: false,
    };
  }
  // Refusals that count once they repeat: 404 for 30 s, 401 twice in a row.
  return {
    rule: { on, skip, times, do: echoing(prng.pick([401, 404])) },
    mayEndIt: on === status,
  };
}

/** @param services how many deploys the run sends. One of them gets the fault. */
export function callFate(prng: Prng, services: number): Fate {
  const on = 'service.deploy';
  const skip = prng.whole(0, services - 1);
  const kind = prng.next();
  if (kind < 0.45) return { rules: [], answerLost: false };
  if (kind < 0.7) return lost(prng, skip, true);
  if (kind < 0.8) return lost(prng, skip, false);
  if (kind < 0.92) {
    const times = prng.whole(1, 3);
    const limited: FaultRule = {
      on,
      skip,
      times,
      do: answer(429, '{}', { 'retry-after': `${prng.whole(0, 2)}` }),
    };
    const then = prng.chance(0.5) ? lost(prng, skip, true) : { rules: [], answerLost: false };
    return { ...then, rules: [limited, ...then.rules] };
  }
  if (kind < 0.96) return { rules: [{ on, skip, do: answer(409) }], answerLost: false };
  return {
    rules: [{ on, skip, times: 'always', do: echoing(prng.pick([400, 401, 403, 404, 422])) }],
    answerLost: false,
  };
}

function lost(prng: Prng, skip: number, afterHandling: boolean): Fate {
  const at = { on: 'service.deploy', skip, afterHandling } as const;
  if (prng.chance(0.2))
    return { rules: [{ ...at, do: { kind: 'hang' } }], answerLost: afterHandling };
  const gone = prng.pick<WireFault>([
    { kind: 'reset' },
    answer(200, html),
    { kind: 'redirect', status: 302, location: '/acme/service/web' },
    ...[408, 500, 502, 503, 504, 524].map(echoing),
  ]);
  return { rules: [{ ...at, do: gone }], answerLost: afterHandling };
}
