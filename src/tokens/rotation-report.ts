import type { Clock } from '../lib/clock.ts';
import { formatMoment } from '../lib/duration.ts';
import type { Failure } from '../lib/failure.ts';
import { failureUrl, version } from '../lib/version.ts';
import { codeSpan } from '../output/markdown.ts';
import { jsonOf, type Publication } from '../report/publication.ts';
import { factsOf, type PlainFailure } from '../report/report.ts';
import type { RotateConfig } from './config.ts';
import type { Rotation } from './rotation.ts';

/** The facts of a rotation, for rendering. Never contains the token or a part of it. */
export interface RotationReport {
  readonly version: string;
  /** Also `rotated` if an old token is left; the failure then says so. */
  readonly status: 'rotated' | 'unchanged' | 'checked' | 'failed' | 'unknown' | 'cancelled';
  readonly exit_status: number;
  readonly headline: string;
  readonly strategy: string | undefined;
  /** The secrets, as phrases. */
  readonly places: readonly string[];
  readonly token_name: string | undefined;
  /** RFC 3339; null = never; undefined = unknown. */
  readonly token_expires_at: string | null | undefined;
  readonly revoked: readonly string[];
  /** Old tokens that keep working, and until when (RFC 3339). */
  readonly kept: readonly { readonly name: string; readonly until: string }[];
  readonly left: readonly string[];
  readonly started_at: string;
  readonly finished_at: string;
  readonly failure: PlainFailure | undefined;
}

/** What is known about a rotation so far. */
export interface RotationProgress {
  config?: RotateConfig;
  places?: readonly string[];
  rotation?: Rotation;
  failure?: Failure | undefined;
}

/** Everything so far -> RotationReport, even if a step failed. */
export function makeRotationReport(
  { config, places = [], rotation, failure }: RotationProgress,
  startedWallMs: number,
  clock: Clock,
): RotationReport {
  const expiresMs = rotation?.expiresMs;
  return {
    version,
    status: failure === undefined ? (rotation?.status ?? 'failed') : statusOf(failure),
    exit_status: failure?.exitStatus ?? 0,
    headline:
      failure === undefined && rotation !== undefined
        ? headlineOf(rotation)
        : `${failure?.attempted}: ${failure?.happened}`,
    strategy: config?.strategy,
    places,
    token_name: rotation?.tokenName,
    token_expires_at: typeof expiresMs === 'number' ? new Date(expiresMs).toISOString() : expiresMs,
    revoked: rotation?.revoked ?? [],
    kept: (rotation?.kept ?? []).map(({ name, untilMs }) => ({
      name,
      until: new Date(untilMs).toISOString(),
    })),
    left: rotation?.left ?? [],
    started_at: new Date(startedWallMs).toISOString(),
    finished_at: new Date(clock.wallMs()).toISOString(),
    failure: failure === undefined ? undefined : factsOf(failure),
  };
}

function statusOf({ code }: Failure): RotationReport['status'] {
  if (code === 'interrupted' || code === 'terminated') return 'cancelled';
  if (code === 'token-not-revoked') return 'rotated';
  return code === 'outcome-unknown' || code === 'token-value-lost' ? 'unknown' : 'failed';
}

function headlineOf({ status, tokenName, expiresMs, revoked, kept }: Rotation): string {
  if (status === 'checked') return `"${tokenName}" can be replaced. Nothing was changed.`;
  const until = typeof expiresMs === 'number' ? ` until ${formatMoment(expiresMs)}` : '';
  const names = (all: readonly string[]): string => all.map((name) => `"${name}"`).join(', ');
  const parts = [
    status === 'unchanged'
      ? `"${tokenName}" is stored and not due for rotation; it works${until}`
      : `"${tokenName}" is stored and works${until}`,
    ...(revoked.length > 0 ? [`revoked: ${names(revoked)}`] : []),
    ...(kept.length > 0 ? [`kept for running jobs: ${names(kept.map(({ name }) => name))}`] : []),
  ];
  return `${parts.join('; ')}.`;
}

export function rotationPublicationOf(report: RotationReport): Publication {
  return {
    outputs: () => ({
      status: report.status,
      'stored-name': report.token_name ?? '',
      'token-expires-at': report.token_expires_at ?? '',
      'failure-code': report.failure?.code ?? '',
    }),
    json: () => jsonOf(report),
    markdown: () => markdownOf(report),
    links: () =>
      report.failure === undefined
        ? [{ label: 'Outpost', url: 'https://outpost.run' }]
        : [{ label: `What ${report.failure.code} means`, url: failureUrl(report.failure.code) }],
  };
}

const titles: Readonly<Record<RotationReport['status'], string>> = {
  rotated: '✅ Token replaced',
  unchanged: '✅ Token is not due for rotation',
  checked: '✅ Checked, nothing changed',
  failed: '❌ Token not replaced',
  unknown: '❓ Outcome unknown',
  cancelled: '🚫 Cancelled',
};

/** Text from outside goes into code spans. */
function markdownOf({
  status,
  headline,
  token_name,
  token_expires_at,
  places,
  revoked,
  kept,
  left,
  failure,
}: RotationReport): string {
  const names = (all: readonly string[]): string => all.map((name) => codeSpan(name)).join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['Token', codeSpan(token_name ?? '')],
    ['Expires', token_expires_at === null ? 'never' : codeSpan(token_expires_at ?? '')],
    ['Stored as', names(places)],
    ['Revoked', names(revoked)],
    ['Kept for running jobs', names(kept.map(({ name, until }) => `${name} (until ${until})`))],
    ['Not revoked', names(left)],
  ];
  const known = rows
    .filter(([, text]) => text !== '')
    .map(([what, text]) => `| ${what} | ${text} |`);
  const parts = [`## ${titles[status]}`, codeSpan(headline, 1_000)];
  if (known.length > 0) parts.push(['| | |', '| --- | --- |', ...known].join('\n'));
  if (failure !== undefined) {
    parts.push(
      `**${failure.code}**: ${codeSpan(`${failure.attempted}: ${failure.happened}`, 1_000)}`,
    );
    parts.push(`${codeSpan(failure.hint, 1_000)} [What it means](${failureUrl(failure.code)})`);
  }
  return `${parts.join('\n\n')}\n`;
}
