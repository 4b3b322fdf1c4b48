/**
 * What GitLab's server does with the files that a job leaves behind. Based on GitLab's
 * documentation and observed behavior.
 */

export type Dotenv =
  | { readonly variables: Readonly<Record<string, string>> }
  | { readonly refused: string };

export type FailureReason = 'script_failure' | 'runner_system_failure' | 'stuck_or_timeout_failure';

const MAX_BYTES = 5_120;
/** The limit on a self-managed server. gitlab.com accepts more. */
const MAX_VARIABLES = 20;
const MAX_URL = 255;

/**
 * GitLab accepts a dotenv report as a whole or not at all. If it refuses the report, the job fails.
 */
export function readDotenv(text: string | undefined): Dotenv {
  if (text === undefined || text === '') return { refused: 'no file to upload' };
  if (Buffer.byteLength(text) > MAX_BYTES) return { refused: 'larger than 5 KB' };
  const variables: Record<string, string> = {};
  const lines = text.split('\n');
  // The newline at the end doesn't start another line.
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
 * The URL that the environment gets when the job succeeds. GitLab silently drops an invalid one.
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

/** Whether GitLab retries the job by itself. */
export function isRetried(retry: unknown, reason: FailureReason, runsBefore: number): boolean {
  if (typeof retry === 'number') return runsBefore < retry;
  if (typeof retry !== 'object' || retry === null || !('max' in retry)) return false;
  const reasons = 'when' in retry ? retry.when : 'exit_codes' in retry ? [] : 'always';
  const counts =
    reasons === 'always' ||
    (Array.isArray(reasons) && (reasons.includes('always') || reasons.includes(reason)));
  return counts && runsBefore < Number(retry.max);
}
