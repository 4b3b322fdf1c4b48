// `npm start`: one deploy against the emulator, shown as a job of GitHub, GitLab or a shell. Plain
// JavaScript: it runs with nothing installed and on Node 20, which can't read TypeScript. It only
// uses the committed bundles.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createLogPage, gitlabLine, parseOutputs, renderMarkdown, style } from './job-page.mjs';
import { checkOut, NoGit } from './start-checkout.mjs';
import { createToken, startEmulator } from './start-emulator.mjs';
import { drill } from './start-leak.mjs';

const bundle = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../dist/${name}/index.js`, import.meta.url));
const print = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);

const HOSTS = ['github', 'gitlab', 'shell'];
const USAGE = `Usage: npm start -- [--scenario NAME] [--host HOST] [--list]

  --scenario NAME  what Outpost does (default: ok)
  --host HOST      github, gitlab or shell (default: github)
  --list           list the scenarios`;

/** @returns {{scenario: string, host: string, list: boolean, help: boolean}} */
function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: 'string', default: 'ok' },
        host: { type: 'string', default: 'github' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (!HOSTS.includes(values.host)) throw new Error(`--host must be one of ${HOSTS.join(', ')}.`);
    return values;
  } catch (error) {
    print(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

/**
 * Runs a bundle and shows each line as it arrives.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cwd
 * @param {(line: string) => void} show
 * @returns {Promise<number>} exit status
 */
function run(args, env, cwd, show) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Not readline, which also ends lines at CR: GitLab's section markers have one in the middle.
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) show(line);
    });
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

/**
 * Runs the action like GitHub's runner: inputs in INPUT_*, files for outputs, summary and event.
 * @param {Record<string, string>} inputs
 * @param {string} folder
 * @param {{folder: string, commit: string}} checkout
 */
async function runOnGithub(inputs, folder, checkout) {
  const file = (/** @type {string} */ name, content = '') => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: file(
      'event.json',
      JSON.stringify({ repository: { full_name: 'acme/shop' } }),
    ),
    GITHUB_OUTPUT: file('outputs'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_SHA: checkout.commit,
    GITHUB_WORKSPACE: checkout.folder,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTION: 'deploy',
    RUNNER_TEMP: folder,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
  const status = await run([bundle('github')], env, folder, createLogPage(print));
  print(style.bold('\nOutputs'));
  for (const [output, value] of parseOutputs(readFileSync(join(folder, 'outputs'), 'utf8'))) {
    // Runners empty this folder after the job. Say so, because the report's path won't work then.
    print(
      `  ${output}: ${value}${output === 'report' && value !== '' ? ' (deleted at the end)' : ''}`,
    );
  }
  print(style.bold('\nSummary'));
  print(renderMarkdown(readFileSync(join(folder, 'summary.md'), 'utf8')));
  return status;
}

/**
 * Runs the command like a GitLab job or a shell: the token in the environment, everything else as
 * flags.
 * @param {string} host
 * @param {Record<string, string>} inputs
 * @param {{folder: string, commit: string}} checkout
 */
async function runCommand(host, { token, ...inputs }, { folder, commit }) {
  const job = {
    GITLAB_CI: 'true',
    CI_COMMIT_BRANCH: 'main',
    CI_COMMIT_SHA: commit,
    CI_PROJECT_URL: 'https://gitlab.com/acme/shop',
    CI_PROJECT_DIR: folder,
  };
  const args = [
    'deploy',
    '--host',
    host,
    ...Object.entries(inputs).map(([name, value]) => `--${name}=${value}`),
  ];
  const show = (/** @type {string} */ line) =>
    print(`  ${host === 'gitlab' ? gitlabLine(line) : line}`);
  const status = await run(
    [bundle('cli'), ...args],
    { ...(host === 'gitlab' ? job : {}), OUTPOST_TOKEN: token },
    folder,
    show,
  );
  for (const file of readdirSync(folder).filter(
    (name) => name.startsWith('outpost') && name !== 'outpost-report.json',
  )) {
    print(style.bold(`\n${file}`));
    print(readFileSync(join(folder, file), 'utf8').replace(/^/gm, '  ').trimEnd());
  }
  return status;
}

/**
 * One job, from its token to its exit status.
 * @param {{scenario: string, host: string}} flags
 * @param {{origin: string, session: string}} emulator
 * @param {string} folder
 */
async function rehearse({ scenario, host }, emulator, folder) {
  const { description, rehearsal } = /** @type {any} */ (
    await (await fetch(`${emulator.origin}/_emulator/scenario`)).json()
  );
  const token = await createToken(emulator, rehearsal.token);
  const name =
    rehearsal.token.expiresAt === undefined
      ? `${rehearsal.token.name ?? 'rehearsal'}-${process.pid}`
      : (rehearsal.token.name ?? 'rehearsal');
  const checkout = checkOut(folder, rehearsal.inputs);
  const inputs = { ...rehearsal.inputs, 'token-name': name, origin: emulator.origin, token };
  print(style.dim(`Scenario ${scenario}: ${description}`));
  print(style.bold('\nJob log'));
  const status =
    host === 'github'
      ? await runOnGithub(inputs, folder, checkout)
      : await runCommand(host, inputs, checkout);
  print(style.bold(`\nExit status ${status}`));
  print(
    `That was dist/${host === 'github' ? 'github' : 'cli'}/index.js against the emulator. Next, try: npm start -- --scenario ${status === 0 ? 'failing-rollout' : 'ok'}, or --list to see all scenarios.`,
  );
  return status;
}

/**
 * The same in a temporary folder. If git is missing, it prints a message and returns the status of
 * a wrong flag.
 * @param {{scenario: string, host: string}} flags
 * @param {{origin: string, session: string}} emulator
 */
async function rehearseInFolder(flags, emulator) {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-rehearsal-'));
  const show = (/** @type {string} */ line) => print(`  ${line}`);
  try {
    if (flags.scenario === 'leaked-token')
      return await drill(
        emulator,
        (name, args, env) => run([bundle(name), ...args], env, folder, show),
        print,
      );
    return await rehearse(flags, emulator, folder);
  } catch (error) {
    if (!(error instanceof NoGit)) throw error;
    print(
      `The scenario ${flags.scenario} needs git, which isn't installed. npm start -- --list shows the others.`,
    );
    return 2;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const flags = readFlags();
if (flags.help) {
  print(USAGE);
} else if (flags.list) {
  spawn(process.execPath, [bundle('emulator'), '--list'], { stdio: 'inherit' });
} else {
  const emulator = await startEmulator(bundle('emulator'), flags.scenario);
  try {
    process.exitCode = await rehearseInFolder(flags, emulator);
  } finally {
    emulator.stop();
  }
}
