import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PushRules } from './repositories.ts';

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{{token}}': 'PRESENTED_TOKEN',
  '{{authorization}}': 'PRESENTED_HEADER',
};

/** Writes the configuration and hooks that enforce the rules of a bare repository. */
export function writeRules(folder: string, rules: PushRules): void {
  mkdirSync(join(folder, 'hooks'), { recursive: true });
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'config'), configOf(rules), { flag: 'a' });
  writeHook(folder, 'post-receive', ': > rules/pushed');
  const checks = [protection(folder, rules), sizeCheck(rules), decline(folder, rules)].filter(
    (check) => check !== '',
  );
  if (checks.length > 0) writeHook(folder, 'pre-receive', checks.join('\n'));
}

/** Whether a push has changed the repository since the last call. */
export function takePushed(folder: string): boolean {
  const mark = join(folder, 'rules', 'pushed');
  if (!existsSync(mark)) return false;
  rmSync(mark);
  return true;
}

/**
 * The environment variables that the hooks need to repeat the presented credential. It's never in a
 * file or an argument.
 */
export function echoVariables(
  token: string | undefined,
  header: string | undefined,
): Readonly<Record<string, string>> {
  return { PRESENTED_TOKEN: token ?? '', PRESENTED_HEADER: header ?? '' };
}

function configOf({ maxPackBytes, tooLarge }: PushRules): string {
  const limit =
    maxPackBytes !== undefined && tooLarge === 'unpack' ? `\tmaxInputSize = ${maxPackBytes}\n` : '';
  // Packs stay packed, so that the hook can see their size, and no background cleanup outlives a
  // push.
  return `[receive]\n\tunpackLimit = 1\n\tautogc = false\n${limit}[gc]\n\tauto = 0\n`;
}

/** No role can push to a protected branch (assumption). */
function protection(folder: string, { protectedBranches = [] }: PushRules): string {
  if (protectedBranches.length === 0) return '';
  writeFileSync(
    join(folder, 'rules', 'protected'),
    protectedBranches.map((branch) => `${branch}\n`).join(''),
  );
  return `while read -r old new ref; do
  while IFS= read -r branch; do
    if [ "$ref" = "refs/heads/$branch" ]; then
      printf 'error: branch %s is protected\\nerror: Outpost takes changes of it from reviewed requests only.\\n' "$branch" >&2
      exit 1
    fi
  done < rules/protected
done`;
}

function sizeCheck({ maxPackBytes, tooLarge }: PushRules): string {
  if (maxPackBytes === undefined || tooLarge !== 'hook') return '';
  return `if [ -n "$(find "$GIT_QUARANTINE_PATH" -type f -name '*.pack' -size +${maxPackBytes}c)" ]; then
  printf 'error: this push is larger than the %s bytes that Outpost allows\\n' ${maxPackBytes} >&2
  exit 1
fi`;
}

/** The hook prints the text from files, so that no shell ever parses it. */
function decline(folder: string, { declineHook }: PushRules): string {
  if (declineHook === undefined) return '';
  const parts = declineHook.split(/(\{\{(?:token|authorization)\}\})/);
  const lines = parts.map((part, index) => {
    const variable = PLACEHOLDERS[part];
    if (variable !== undefined) return `printf %s "$${variable}" >&2`;
    writeFileSync(join(folder, 'rules', `decline-${index}`), part);
    return `cat rules/decline-${index} >&2`;
  });
  return [...lines, 'exit 1'].join('\n');
}

function writeHook(folder: string, name: string, script: string): void {
  const file = join(folder, 'hooks', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
}
