import { Failure } from '../lib/failure.ts';
import { tokenReaders } from './readers.ts';

/**
 * The name of a token, as it stands on the command line.
 *
 * @throws Failure `config-invalid`; a token's value is refused, and nothing of it repeated.
 */
export function readNameArgument(text: string): string {
  if (/op_pat_|\S{60}/.test(text) || /^[A-Za-z0-9_]{32,}$/.test(text))
    throw invalid(
      'what stands in place of the name looks like the value of a token',
      'Write the name that `token list` shows. Arguments can be read by every process of this machine, so treat that token as leaked: `token compromised NAME`.',
    );
  const read = tokenReaders['base-name'](text);
  if ('value' in read) return read.value;
  throw invalid(`the name of the token ${read.problem}`, 'Write the name that `token list` shows.');
}

function invalid(happened: string, hint: string): Failure {
  return new Failure({
    code: 'config-invalid',
    attempted: 'Reading the command line',
    happened,
    hint,
  });
}
