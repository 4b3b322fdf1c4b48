import { formatDuration } from './duration.ts';
import { codeBlock, codeSpan } from './markdown.ts';
import type { DeploymentReport, FailureReport, Report, RunStatus, TokenReport } from './report.ts';

const titles: Readonly<Record<RunStatus, string>> = {
  deployed: '✅ Deployed and running',
  accepted: '✅ Accepted, not waited for',
  checked: '✅ Checked, nothing was changed',
  failed: '❌ Not deployed',
  'rolled-back': '❌ Rolled back',
  superseded: '❌ Superseded by another deploy',
  'timed-out': '❌ Not done in time',
  unknown: '❓ Outcome unknown',
  cancelled: '🚫 Cancelled',
};

/** The report as Markdown (GitHub's flavour). Whatever came from outside stands in code spans and blocks. */
export function renderSummary(report: Report): string {
  const parts = [`## ${titles[report.status]}`];
  if (report.deployments.length > 0) parts.push(deploymentTable(report));
  if (report.failure !== undefined) parts.push(failureCard(report.failure, report.deployments));
  if (report.token !== undefined) parts.push(tokenTable(report.token));
  return `${parts.join('\n\n')}\n`;
}

function deploymentTable({ deployments, commit_url }: Report): string {
  const rows = deployments.map((deployment) => {
    const { namespace, service, branch, commit, endpoint, status, duration_seconds } = deployment;
    const cells = [
      codeSpan(`${namespace}/${service}`),
      codeSpan(branch),
      commit === undefined ? '' : link(commit.slice(0, 7), commit_url),
      endpoint === undefined ? '' : link(endpoint, endpoint),
      titles[status],
      duration_seconds === undefined ? '' : formatDuration(duration_seconds * 1000),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Service | Branch | Commit | Endpoint | Status | Time |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** A link whose address was checked to be http or https where it came in; characters that end a Markdown link are encoded. */
function link(text: string, url: string | undefined): string {
  if (url === undefined) return codeSpan(text);
  return `[${codeSpan(text)}](${url.replace(/[()<>\\|\s]/g, (character) => encodeURIComponent(character).replace('(', '%28').replace(')', '%29'))})`;
}

function failureCard(failure: FailureReport, deployments: readonly DeploymentReport[]): string {
  const lines = [
    `### Why: \`${failure.code}\``,
    '',
    '| | |',
    '| --- | --- |',
    `| Attempted | ${codeSpan(failure.attempted)} |`,
    `| What happened | ${codeSpan(failure.happened, 2_000)} |`,
    `| What to change | ${codeSpan(failure.hint, 2_000)} |`,
  ];
  if (failure.request_id !== undefined) lines.push(`| Request | ${codeSpan(failure.request_id)} |`);
  for (const { namespace, service, log_tail } of deployments.filter((one) => one.log_tail.length > 0)) {
    lines.push('', `Last log lines of ${codeSpan(`${namespace}/${service}`)}:`, '', codeBlock(log_tail));
  }
  return lines.join('\n');
}

function tokenTable(token: TokenReport): string {
  const list = (scopes: readonly string[]): string => scopes.map((scope) => codeSpan(scope)).join(' ') || 'nothing';
  const rows = [
    ['Needed', list(token.needed)],
    ['Held', token.held === undefined ? 'not known' : list(token.held)],
    ...(token.missing.length > 0 ? [['Missing', list(token.missing)]] : []),
    ...(token.excess.length > 0 ? [['Not needed', list(token.excess)]] : []),
    ['Expires', expiryOf(token)],
  ];
  const name = token.name === undefined ? '' : ` ${codeSpan(token.name)}`;
  return [`### Token${name}`, '', '| Scopes | |', '| --- | --- |', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

function expiryOf({ expires_at, days_left }: TokenReport): string {
  if (expires_at === null) return 'never';
  if (expires_at === undefined) return 'not known';
  const days = days_left ?? 0;
  return `${expires_at.slice(0, 10)} (${days < 0 ? 'expired' : days === 1 ? '1 day left' : `${days} days left`})`;
}
