/**
 * What GitLab's server makes of what a job leaves behind. Written from its documents and from how
 * it is known to answer.
 */

export type Dotenv =
  | { readonly variables: Readonly<Record<string, string>> }
  | { readonly refused: string };

export type FailureReason = 'script_failure' | 'runner_system_failure' | 'stuck_or_timeout_failure';

const MAX_BYTES = 5_120;
/** On a server of one's own; gitlab.com takes more. */
const MAX_VARIABLES = 20;
const MAX_URL = 255;

/** A dotenv report is taken whole or not at all, and a job whose report is refused has failed. */
export function readDotenv(text: string | undefined): Dotenv {
  if (text === undefined || text === '') return { refused: 'no file to upload' };
  if (Buffer.byteLength(text) > MAX_BYTES) return { refused: 'larger than 5 KB' };
  const variables: Record<string, string> = {};
  const lines = text.split('\n');
  // The break at the end of the last line begins no line.
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const match = /^(.*?)=(.*)$/.exec(line);
    const key = match?.[1]?.trim() ?? '';
    if (match === null) return { refused: `no assignment: "${line}"` };
    if (!/^[A-Za-z0-9_]+$/.test(key)) return { refused: `no name of a variable: "${key}"` };
    variables[key] = match[2]?.trim() ?? '';
  }
  return Object.keys(variables).length > MAX_VARIABLES
    ? { refused: `more than ${MAX_VARIABLES} variables` }
    : { variables };
}

/**
 * The URL that the environment gets when the job has ended well; GitLab keeps a bad one back
 * without a word.
 */
export function environmentUrl(
  template: unknown,
  variables: Readonly<Record<string, string>>,
): string | undefined {
  if (typeof template !== 'string') return undefined;
  const url = template.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced, bare) => variables[braced ?? bare] ?? '',
  );
  return url.length <= MAX_URL && /^https?:/.test(url) && URL.canParse(url) ? url : undefined;
}

/** Whether GitLab starts the job again by itself. */
export function isRetried(retry: unknown, reason: FailureReason, runsBefore: number): boolean {
  if (typeof retry === 'number') return runsBefore < retry;
  if (typeof retry !== 'object' || retry === null || !('max' in retry)) return false;
  const reasons = 'when' in retry ? retry.when : 'exit_codes' in retry ? [] : 'always';
  const counts =
    reasons === 'always' ||
    (Array.isArray(reasons) && (reasons.includes('always') || reasons.includes(reason)));
  return counts && runsBefore < Number(retry.max);
}
