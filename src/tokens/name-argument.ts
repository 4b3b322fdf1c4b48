import { Failure } from '../lib/failure.ts';
import { tokenReaders } from './readers.ts';

/**
 * The name of a token, as given on the command line.
 *
 * @throws Failure `config-invalid`; a token's value is refused, and never repeated.
 */
export function readNameArgument(text: string): string {
  if (/op_pat_|\S{60}/.test(text) || /^[A-Za-z0-9_]{32,}$/.test(text))
    throw invalid(
      'the argument looks like the value of a token, not its name',
      'Use the name that `token list` shows. Every process on this machine can read arguments, so treat that token as leaked: run `token compromised NAME`.',
    );
  const read = tokenReaders['base-name'](text);
  if ('value' in read) return read.value;
  throw invalid(`the name of the token ${read.problem}`, 'Use the name that `token list` shows.');
}

function invalid(happened: string, hint: string): Failure {
  return new Failure({
    code: 'config-invalid',
    attempted: 'Reading the command line',
    happened,
    hint,
  });
}
