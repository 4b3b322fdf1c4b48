import type { Clock } from '../lib/clock.ts';
import { formatMoment } from '../lib/duration.ts';
import type { Failure } from '../lib/failure.ts';
import { failureUrl, version } from '../lib/version.ts';
import { codeSpan } from '../output/markdown.ts';
import { jsonOf, type Publication } from '../report/publication.ts';
import { factsOf, type PlainFailure } from '../report/report.ts';
import type { RotateConfig } from './config.ts';
import type { Rotation } from './rotation.ts';

/** A rotation as facts to be rendered. Never the token, nor a piece of it. */
export interface RotationReport {
  readonly version: string;
  /** `rotated` also when an old token is left; the failure then says so. */
  readonly status: 'rotated' | 'checked' | 'failed' | 'unknown' | 'cancelled';
  readonly exit_status: number;
  readonly headline: string;
  readonly strategy: string | undefined;
  /** The secret, as a phrase. */
  readonly place: string | undefined;
  readonly token_name: string | undefined;
  /** RFC 3339; null = never; undefined = not known. */
  readonly token_expires_at: string | null | undefined;
  readonly revoked: readonly string[];
  readonly left: readonly string[];
  readonly started_at: string;
  readonly finished_at: string;
  readonly failure: PlainFailure | undefined;
}

/** What is known of a rotation, whatever becomes of it. */
export interface RotationProgress {
  config?: RotateConfig;
  place?: string;
  rotation?: Rotation;
  failure?: Failure | undefined;
}

/** Everything so far -> RotationReport, also when a step failed. */
export function makeRotationReport(
  { config, place, rotation, failure }: RotationProgress,
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
    place,
    token_name: rotation?.tokenName,
    token_expires_at: typeof expiresMs === 'number' ? new Date(expiresMs).toISOString() : expiresMs,
    revoked: rotation?.revoked ?? [],
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

function headlineOf({ status, tokenName, expiresMs, revoked }: Rotation): string {
  if (status === 'checked') return `"${tokenName}" could be replaced; nothing was changed.`;
  const until = typeof expiresMs === 'number' ? ` until ${formatMoment(expiresMs)}` : '';
  return `"${tokenName}" is stored and works${until}; revoked: ${revoked.map((name) => `"${name}"`).join(', ') || 'the old value'}.`;
}

export function rotationPublicationOf(report: RotationReport): Publication {
  return {
    outputs: () => ({
      status: report.status,
      'token-name': report.token_name ?? '',
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
  checked: '✅ Checked, nothing was changed',
  failed: '❌ Token not replaced',
  unknown: '❓ Outcome unknown',
  cancelled: '🚫 Cancelled',
};

/** Whatever came from outside stands in code spans. */
function markdownOf({
  status,
  headline,
  token_name,
  token_expires_at,
  place,
  revoked,
  left,
  failure,
}: RotationReport): string {
  const names = (all: readonly string[]): string => all.map((name) => codeSpan(name)).join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['Token', codeSpan(token_name ?? '')],
    ['Expires', token_expires_at === null ? 'never' : codeSpan(token_expires_at ?? '')],
    ['Stored as', codeSpan(place ?? '')],
    ['Revoked', names(revoked)],
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
