// `npm start`: one deploy against the emulator, shown as a GitHub job. Plain JavaScript, for it runs with nothing installed and on
// Node 20, which cannot read TypeScript; it uses the committed bundles alone.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLogPage, parseOutputs, renderMarkdown, style } from './job-page.mjs';

const bundle = (/** @type {string} */ name) => fileURLToPath(new URL(`../dist/${name}/index.js`, import.meta.url));
const print = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);

const USAGE = `Usage: npm start -- [--scenario NAME] [--list]

  --scenario NAME  what Outpost does (default: ok)
  --list           the scenarios there are`;

/** @returns {{scenario: string, list: boolean, help: boolean}} */
function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: 'string', default: 'ok' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    print(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

/**
 * Starts the emulator and waits for its greeting.
 * @param {string} scenario
 * @returns {Promise<{origin: string, session: string, stop: () => void}>}
 */
function startEmulator(scenario) {
  const child = spawn(process.execPath, [bundle('emulator'), '--port', '0', '--scenario', scenario], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.pipe(process.stderr);
  return new Promise((resolve) => {
    let greeting = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      greeting += `${line}\n`;
      const origin = /^Outpost emulator: (\S+)/m.exec(greeting)?.[1];
      const session = /^Dashboard session [^:]*: (\S+)/m.exec(greeting)?.[1];
      if (origin !== undefined && session !== undefined) resolve({ origin, session, stop: () => child.kill('SIGTERM') });
    });
    child.on('exit', (code) => {
      if (code !== 0) process.exit(code ?? 1);
    });
  });
}

/**
 * Creates the token that the scenario asks for: through Outpost's own call where it can be, else (expired, expiring) by the emulator.
 * @param {{origin: string, session: string}} emulator
 * @param {{name?: string, scopes: string[], expiresInDays?: number, expiresAt?: 'past' | number}} wanted
 * @returns {Promise<string>}
 */
async function createToken({ origin, session }, { name = 'rehearsal', scopes, expiresInDays, expiresAt }) {
  const hours = expiresAt === 'past' ? -24 : expiresAt;
  const lifetime =
    hours !== undefined
      ? { expires_at: new Date(Date.now() + hours * 3_600_000).toISOString() }
      : expiresInDays === undefined
        ? {}
        : { expires_in_days: expiresInDays };
  // The emulator greets with a token of this name; the one that is shown here is made the documented way.
  const fresh = hours === undefined ? { name: `${name}-${process.pid}` } : { name };
  const response = await fetch(`${origin}${hours === undefined ? '/auth/v1/pat' : '/_emulator/tokens'}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...fresh, scopes, ...lifetime }),
  });
  const { token } = /** @type {{token: string}} */ (await response.json());
  return token;
}

/**
 * Runs the action as a runner does: inputs in INPUT_*, files for outputs, summary and event.
 * @param {Record<string, string>} inputs
 * @param {string} folder
 * @returns {Promise<number>} exit status
 */
function runAction(inputs, folder) {
  const file = (/** @type {string} */ name, content = '') => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const env = {
    PATH: process.env['PATH'],
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify({ repository: { full_name: 'acme/shop' } })),
    GITHUB_OUTPUT: file('outputs'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_SHA: '5f0c1a6e2b7d4938a1c0e5f6b7a8d9c0e1f2a3b4',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTION: 'deploy',
    RUNNER_TEMP: folder,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  };
  const child = spawn(process.execPath, [bundle('github')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const show = createLogPage(print);
  createInterface({ input: child.stdout }).on('line', show);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

const flags = readFlags();
if (flags.help) {
  print(USAGE);
} else if (flags.list) {
  spawn(process.execPath, [bundle('emulator'), '--list'], { stdio: 'inherit' });
} else {
  const emulator = await startEmulator(flags.scenario);
  const { description, rehearsal } = /** @type {any} */ (await (await fetch(`${emulator.origin}/_emulator/scenario`)).json());
  const token = await createToken(emulator, rehearsal.token);
  const name =
    rehearsal.token.expiresAt === undefined
      ? `${rehearsal.token.name ?? 'rehearsal'}-${process.pid}`
      : (rehearsal.token.name ?? 'rehearsal');
  const folder = mkdtempSync(join(tmpdir(), 'outpost-rehearsal-'));
  const inputs = { ...rehearsal.inputs, 'token-name': name, origin: emulator.origin, token };
  print(style.dim(`Scenario ${flags.scenario}: ${description}`));
  print(style.bold('\nJob log'));
  const status = await runAction(inputs, folder);
  print(style.bold('\nOutputs'));
  for (const [output, value] of parseOutputs(readFileSync(join(folder, 'outputs'), 'utf8'))) print(`  ${output}: ${value}`);
  print(style.bold('\nSummary'));
  print(renderMarkdown(readFileSync(join(folder, 'summary.md'), 'utf8')));
  print(style.bold(`Exit status ${status}`));
  print(
    `This was dist/github/index.js against the emulator. Next: npm start -- --scenario ${status === 0 ? 'failing-rollout' : 'ok'}, or --list for all.`,
  );
  rmSync(folder, { recursive: true });
  emulator.stop();
  process.exitCode = status;
}
