import { type Command, parseCommand } from './args/command.ts';
import { tokenProgram } from './args/commands.ts';
import { helpText } from './args/help.ts';
import { openCommandHost } from './hosts/command.ts';
import { type Environment, readStepInputs, readTexts, takeToken } from './hosts/environment.ts';
import { createGithubHost } from './hosts/github.ts';
import { inputsOf, type TokenVerb } from './inputs/token-table.ts';
import { version } from './lib/version.ts';
import { exitWith, type Output, openStderr, openStdout } from './output/stdout.ts';
import { tokenMain } from './tokens/main.ts';
import type { StoreDefaults } from './tokens/place-inputs.ts';

// A run that ends without a result (a crash, an unsettled promise) must never be green.
process.exitCode = 1;
// No top-level await: the bundler would wrap the whole program in one function, which V8 parses
// twice.
void runTokenProgram(process.argv.slice(2), process.env);

/**
 * Runs the command given by the arguments, and exits with its status. Without arguments in a GitHub
 * job, it is the action outpost/deploy-action/rotate: the runner passes an action's inputs in the
 * environment, not as arguments.
 */
async function runTokenProgram(args: readonly string[], env: Environment): Promise<void> {
  const stdout = openStdout();
  if (args.length === 0 && env['GITHUB_ACTIONS'] === 'true')
    return exitWith(await rotateStep(env, stdout));
  const command = parseCommand(args, tokenProgram);
  switch (command.kind) {
    case 'help':
      stdout.write(helpText(tokenProgram, command.verb));
      return exitWith(0);
    case 'version':
      stdout.write(`${version}\n`);
      return exitWith(0);
    case 'misuse':
      openStderr().write(`${command.problem}\n`);
      return exitWith(2);
    case 'run':
      return exitWith(await run(command, env, stdout));
  }
}

function rotateStep(env: Environment, stdout: Output): Promise<number> {
  const storeToken = takeToken(env, ['INPUT_STORE-TOKEN', 'OUTPOST_STORE_TOKEN']);
  const inputs = readStepInputs(inputsOf('rotate'), env);
  const defaults = defaultsOf(env, 'github');
  const { host } = createGithubHost(env, stdout, inputsOf('rotate'));
  return tokenMain(host, { verb: 'rotate', inputs, name: '', storeToken, defaults });
}

function run(
  command: Extract<Command<TokenVerb>, { kind: 'run' }>,
  env: Environment,
  stdout: Output,
): Promise<number> {
  const storeToken = takeToken(env, ['OUTPOST_STORE_TOKEN']);
  const inputs = readTexts(inputsOf(command.verb), env, (name) => command.flags[name]);
  const host = openCommandHost({ ...command, writesFiles: true }, {}, env, stdout);
  const defaults = defaultsOf(env, host.name === 'gitlab' ? 'gitlab' : undefined);
  return tokenMain(host, {
    verb: command.verb,
    inputs,
    name: command.argument,
    storeToken,
    defaults,
  });
}

/**
 * Defaults from the job's environment. The API's address only comes from GitHub's runner: no step
 * can set GITHUB_ variables, while an earlier job can set any variable of a GitLab job.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables,
 * https://docs.gitlab.com/ci/variables/predefined_variables/
 */
function defaultsOf(env: Environment, store: StoreDefaults['store']): StoreDefaults {
  // Forgejo and Gitea run GitHub actions, in an environment that looks like GitHub's.
  const isForgejo = env['GITEA_ACTIONS'] === 'true' || env['FORGEJO_ACTIONS'] === 'true';
  return {
    store: store === 'github' && isForgejo ? 'forgejo' : store,
    repository: env['GITHUB_REPOSITORY'],
    project: env['CI_PROJECT_ID'],
    apiUrl: store === 'github' ? env['GITHUB_API_URL'] || undefined : undefined,
  };
}
