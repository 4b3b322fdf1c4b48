import type { FailureCode } from '../failure.ts';
import { codeSpan } from '../markdown.ts';
import { jsonOf, type Publication } from '../publication.ts';
import { failureUrl } from '../version.ts';

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
  readonly failure:
    | {
        readonly code: FailureCode;
        readonly attempted: string;
        readonly happened: string;
        readonly hint: string;
        readonly request_id: string | undefined;
      }
    | undefined;
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
function markdownOf({ status, headline, token_name, token_expires_at, place, revoked, left, failure }: RotationReport): string {
  const names = (all: readonly string[]): string => all.map((name) => codeSpan(name)).join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['Token', codeSpan(token_name ?? '')],
    ['Expires', token_expires_at === null ? 'never' : codeSpan(token_expires_at ?? '')],
    ['Stored as', codeSpan(place ?? '')],
    ['Revoked', names(revoked)],
    ['To be revoked by hand', names(left)],
  ];
  const known = rows.filter(([, text]) => text !== '').map(([what, text]) => `| ${what} | ${text} |`);
  const parts = [`## ${titles[status]}`, codeSpan(headline, 1_000)];
  if (known.length > 0) parts.push(['| | |', '| --- | --- |', ...known].join('\n'));
  if (failure !== undefined) {
    parts.push(`**${failure.code}**: ${codeSpan(`${failure.attempted}: ${failure.happened}`, 1_000)}`);
    parts.push(`${codeSpan(failure.hint, 1_000)} [What it means](${failureUrl(failure.code)})`);
  }
  return `${parts.join('\n\n')}\n`;
}
