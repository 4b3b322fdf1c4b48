import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/**
 * The git to start: the first one in an absolute folder of PATH. Skips relative folders and the
 * current folder, which Windows would search first: it contains the checkout, and a `git.exe` in it
 * is not git.
 * https://learn.microsoft.com/en-us/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
 *
 * @returns undefined if there is none.
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
    // It does not exist, or cannot be started.
    return false;
  }
}

/**
 * For reading the user's checkout with `rev-parse`: the user's own settings apply (safe.directory),
 * but they start no program, and no missing object is fetched: in a partial clone, settings of the
 * checkout choose the program that fetches.
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

/**
 * git uses no network and starts nothing that does. Older versions know only the second variable.
 */
export const offline = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' } as const;
