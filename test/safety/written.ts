import { readAsGithub } from '../../simulators/runner/github.ts';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { runCli } from '../support/run-cli.ts';
import { type HostResult, runGithub } from '../support/run-github.ts';

export const hosts = ['github', 'gitlab', 'shell'] as const;
export type HostUnderTest = (typeof hosts)[number];

export type Written = HostResult & { readonly summary: string; readonly stderr?: string };

/** Runs a host's shipped bundle. When this returns, the output has passed the simulated runner. */
export async function runOn(
  host: HostUnderTest,
  run: {
    readonly token: string;
    readonly inputs: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Written> {
  const inputs = { branch: 'main', ...run.inputs };
  if (host === 'github') return runGithub({ ...run, inputs });
  const result = await runCli({ ...run, inputs, host });
  return { ...result, summary: result.files['outpost-report.md'] ?? '' };
}

/** Something that a reader sees, and where. */
export interface Shown {
  readonly where: string;
  readonly text: string;
}

/**
 * The log as it is, and its quoted lines rejoined, as a reader would do to restore a token broken
 * over lines.
 */
export function shownInLog({
  stdout,
  stderr = '',
  page,
}: HostResult & { readonly stderr?: string }): readonly Shown[] {
  const unknown = readAsGithub([
    { stream: 'stdout', data: Buffer.from(stdout) },
    { stream: 'stderr', data: Buffer.from(stderr) },
  ]).lines;
  const quoted = page.flatMap((line) => /^ {2}\S+ \| (.*)$/.exec(line)?.[1] ?? []);
  return [
    { where: 'the page', text: page.join('\n') },
    { where: 'the page of a runner that does not know the token', text: unknown.join('\n') },
    { where: 'the quoted lines', text: quoted.join('\n') },
    { where: 'the errors', text: stderr },
  ];
}

/**
 * What the next steps and people read: each value by itself, decoded, and without invisible
 * characters.
 */
export function shownInFiles({ outputs, report, summary }: Written): readonly Shown[] {
  const values = Object.entries(outputs).flatMap(([name, value]) => [
    { where: `the output ${name}`, text: value },
    ...stringsIn(name === 'deployments' && value !== '' ? JSON.parse(value) : undefined).map(
      (text) => ({
        where: `in the output ${name}`,
        text,
      }),
    ),
  ]);
  return [
    ...values,
    ...stringsIn(report).map((text) => ({ where: 'the report', text })),
    { where: 'the summary', text: summary },
    { where: 'the summary without blanks', text: summary.replaceAll(' ', '') },
  ];
}

/** The parts of the token that are visible, as messages for a failed test. */
export function leaksIn(shown: readonly Shown[], token: string): readonly string[] {
  return shown.flatMap(({ where, text }) =>
    findLeaks(text, token).map(
      ({ form, at }) =>
        `${where}: ${form} in ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 60))}`,
    ),
  );
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
