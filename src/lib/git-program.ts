import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/**
 * The git to start: the first one in a folder that PATH names in full. A folder that is named
 * relative to the current one is passed over, and so is the current one, which Windows would look in
 * first: there lies the checkout, and a `git.exe` in it is not git.
 * https://learn.microsoft.com/en-us/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
 *
 * @returns undefined when there is none.
 */
export function findGit(
  path: string | undefined,
  platform: NodeJS.Platform = process.platform,
  isProgram: (file: string) => boolean = canBeStarted,
): string | undefined {
  const { delimiter, isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const name = platform === 'win32' ? 'git.exe' : 'git';
  return (path ?? '')
    .split(delimiter)
    .map((folder) => (platform === 'win32' ? folder.replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => isAbsolute(folder) && !isRelativeToDrive(folder, platform))
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** `\tools` is absolute to Node, and depends on the current drive. */
function isRelativeToDrive(folder: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' && /^[\\/](?![\\/])/.test(folder);
}

function canBeStarted(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // It is not there, or not for us to start.
    return false;
  }
}

/**
 * For reading the user's checkout with `rev-parse`: the user's own settings count (safe.directory),
 * but no program is started for them, and no missing object fetched: of a partial clone, the
 * checkout's own settings name the program that fetches.
 * https://git-scm.com/docs/git#Documentation/git.txt-codeGITALLOWPROTOCOLcode
 */
export function readingEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const { PATH, HOME, XDG_CONFIG_HOME, USERPROFILE, SystemRoot } = env;
  return {
    PATH,
    HOME,
    XDG_CONFIG_HOME,
    USERPROFILE,
    SystemRoot,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    ...offline,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fsmonitor',
    GIT_CONFIG_VALUE_0: 'false',
  };
}

/** git asks nobody, and starts nothing that asks: older versions know the second variable alone. */
export const offline = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' } as const;
