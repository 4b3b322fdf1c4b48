import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../emulator/server.ts';
import {
  BUNDLE,
  type Command,
  mebibytes,
  median,
  PROBE,
  type Row,
  ratioRow,
  run,
  takeTurns,
} from './measure.ts';

const PATHS = ['/auth/v1/pat/bench', '/acme/service/web'] as const;
const DEPLOY = '/auth/v1/v1/services/web/deploy';
const BODY = '{"branch":"main"}';

/**
 * The requests of an accepted deploy, sent with nothing but node:http. No Node program can do the
 * same work faster.
 */
const bareScript = `
const agent = new http.Agent({ keepAlive: true });
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const headers = { authorization: 'Bearer ' + process.env.INPUT_TOKEN, 'content-type': 'application/json' };
  const request = http.request(process.env.INPUT_ORIGIN + path, { method, headers, agent }, (response) => {
    let text = '';
    response.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
  });
  request.on('error', reject).end(body);
});
Promise.all([${PATHS.map((path) => `ask('GET', '${path}')`).join(', ')}])
  .then(() => ask('POST', '${DEPLOY}', '${BODY}'))
  .then(() => agent.destroy());
`;

/**
 * The time until the program has read its inputs and rejected them. A user waits this long before
 * the deploy itself starts.
 */
export async function coldStart(folder: string, rounds: number): Promise<readonly Row[]> {
  const times = await takeTurns(rounds, {
    ours: async () => (await run({ args: [BUNDLE], exitStatus: 2 }, folder)).ms,
    node: async () => (await run({ args: ['-e', '0'] }, folder)).ms,
  });
  return [
    ratioRow(
      'cold start to a configuration error / `node -e 0`',
      times.ours,
      times.node,
      'at most 2.3x',
    ),
  ];
}

function curl(origin: string, token: string): Command {
  const each = ['--silent', '--fail', '--header', `Authorization: Bearer ${token}`];
  const reads = PATHS.flatMap((path) => ['--output', devNull, `${origin}${path}`]);
  const post = [
    ...each,
    '--header',
    'Content-Type: application/json',
    '--data',
    BODY,
    '--output',
    devNull,
    `${origin}${DEPLOY}`,
  ];
  return { command: 'curl', args: [...each, ...reads, '--next', ...post] };
}

/**
 * Compares a whole deploy that doesn't wait, from the start of the process to its end, with scripts
 * that send the same requests and ignore the answers. There are two scripts, because an ES module
 * that imports node:http makes Node load its own fetch as well (`http.WebSocket` is read), but
 * `require` doesn't.
 */
export async function acceptedDeploy(folder: string, rounds: number): Promise<readonly Row[]> {
  // Nobody reads the status here. A rollout that ends after some reads would never end, and the
  // next deploy call would be refused.
  const emulator = await startEmulator({ scenario: { rollout: [{ status: 'running' }] } });
  try {
    const token = emulator.world.createToken({ name: 'bench', scopes: ['service'] });
    const inputs = {
      TOKEN: token,
      ORIGIN: emulator.origin,
      SERVICE: 'acme/web',
      'TOKEN-NAME': 'bench',
      WAIT: 'false',
    };
    const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value]);
    const env = { GITHUB_REF_NAME: 'main', ...Object.fromEntries(variables) };
    const scripts = { module: join(folder, 'bare.mjs'), common: join(folder, 'bare.cjs') };
    writeFileSync(scripts.module, `import http from 'node:http';\n${bareScript}`);
    writeFileSync(scripts.common, `const http = require('node:http');\n${bareScript}`);
    const timeOf = (command: Command) => async (): Promise<number> =>
      (await run(command, folder)).ms;
    const ours = { args: [BUNDLE], env };
    const times = await takeTurns(rounds, {
      ours: timeOf(ours),
      module: timeOf({ args: [scripts.module], env }),
      common: timeOf({ args: [scripts.common], env }),
      curl:
        spawnSync('curl', ['--version']).status === 0
          ? timeOf(curl(emulator.origin, token))
          : () => Number.NaN,
    });
    const peaks: number[] = [];
    for (let round = 0; round < 5; round += 1)
      peaks.push((await run({ args: ['--import', PROBE, BUNDLE], env }, folder)).peakKib);
    const what = 'deploy with `wait: false` / the same requests by';
    return [
      ratioRow(`${what} \`import 'node:http'\``, times.ours, times.module, 'at most 1.25x'),
      ratioRow(`${what} \`require('node:http')\``, times.ours, times.common, ''),
      ...(Number.isNaN(times.curl.median)
        ? []
        : [ratioRow(`${what} curl`, times.ours, times.curl, '')]),
      {
        what: 'peak memory of that deploy',
        measured: mebibytes(median(peaks)),
        goal: 'at most 65 MiB',
        from: 'median of 5',
      },
    ];
  } finally {
    await emulator.close();
  }
}
