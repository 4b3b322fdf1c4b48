// The emulator of `npm start`, and a token there. Plain JavaScript that needs nothing installed,
// like start.mjs.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts the emulator and waits for its greeting. If it exits before that, so does this process:
 * the emulator has said why.
 * @param {string} program
 * @param {string} scenario
 * @returns {Promise<{origin: string, session: string, stop: () => void}>}
 */
export function startEmulator(program, scenario) {
  const child = spawn(process.execPath, [program, '--port', '0', '--scenario', scenario], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(process.stderr);
  const giveUp = (/** @type {number | null} */ code) => process.exit(code ?? 1);
  return new Promise((resolve) => {
    let greeting = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      greeting += `${line}\n`;
      const origin = /^Outpost emulator: (\S+)/m.exec(greeting)?.[1];
      const session = /^Dashboard session [^:]*: (\S+)/m.exec(greeting)?.[1];
      if (origin === undefined || session === undefined) return;
      child.off('exit', giveUp);
      resolve({ origin, session, stop: () => child.kill('SIGTERM') });
    });
    child.on('exit', giveUp);
  });
}

/**
 * Creates the token that the scenario needs: with Outpost's own API if possible, otherwise (expired
 * or expiring tokens) through the emulator.
 * @param {{origin: string, session: string}} emulator
 * @param {{name?: string, scopes: string[], expiresInDays?: number, expiresAt?: 'past' | number}}
 *     wanted
 * @returns {Promise<string>}
 */
export async function createToken(
  { origin, session },
  { name = 'rehearsal', scopes, expiresInDays, expiresAt },
) {
  const hours = expiresAt === 'past' ? -24 : expiresAt;
  const lifetime =
    hours !== undefined
      ? { expires_at: new Date(Date.now() + hours * 3_600_000).toISOString() }
      : expiresInDays === undefined
        ? {}
        : { expires_in_days: expiresInDays };
  // The emulator's greeting has a token of this name. The one shown here is created the documented
  // way.
  const fresh = hours === undefined ? { name: `${name}-${process.pid}` } : { name };
  const response = await fetch(
    `${origin}${hours === undefined ? '/auth/v1/pat' : '/_emulator/tokens'}`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...fresh, scopes, ...lifetime }),
    },
  );
  const { token } = /** @type {{token: string}} */ (await response.json());
  return token;
}
