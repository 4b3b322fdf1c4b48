import { formatDuration } from '../lib/duration.ts';
import { failureUrl } from '../lib/version.ts';
import { codeBlock, codeSpan } from '../output/markdown.ts';
import {
  type DeploymentReport,
  type FailureReport,
  type JobReport,
  nameOf,
  type PhaseReport,
  type Report,
  type RunStatus,
  type TokenReport,
} from './report.ts';

const TOKEN_PAGE = 'https://outpost.run/docs/teams/access-tokens';
/** GitHub takes no summary of a step over 1 MiB. */
const MAX_BYTES = 1_000_000;
/** The longest life that Outpost offers for a token; the bar of days left is drawn against it. */
const LONGEST_LIFE_DAYS = 90;

const titles: Readonly<Record<RunStatus, string>> = {
  deployed: '✅ Deployed and running',
  accepted: '✅ Accepted, not waited for',
  checked: '✅ Checked, nothing was changed',
  skipped: '⏭️ Skipped, nothing was changed',
  failed: '❌ Failed',
  'rolled-back': '↩️ Rolled back',
  superseded: '❌ Superseded by another deploy',
  'timed-out': '⏱️ Not done in time',
  unknown: '❓ Outcome unknown',
  cancelled: '🚫 Cancelled',
};

/**
 * The report as Markdown (GitHub's flavour, which GitLab reads too). Whatever came from outside
 * stands in code spans and blocks.
 */
export function renderSummary(report: Report): string {
  const parts = [
    `## ${titles[report.status]}`,
    report.failure === undefined ? report.headline : codeSpan(report.headline, 1_000),
  ];
  if (report.deployments.length > 0) parts.push(deploymentTable(report));
  if (report.pre_deploy_job !== undefined) parts.push(jobLine(report.pre_deploy_job));
  if (report.failure !== undefined) parts.push(failureCard(report.failure, report));
  if (report.phases.length > 0) parts.push(gantt(report.phases));
  if (report.token !== undefined) parts.push(tokenTable(report.token));
  return capped(`${parts.join('\n\n')}\n`);
}

/** The page of the commit is the run's own: another commit has none here. */
function commitCell({ commit }: DeploymentReport, run: Report): string {
  if (commit === undefined) return 'not shown by Outpost';
  const isOwn = run.commit?.startsWith(commit) === true || commit === run.commit;
  return link(commit.slice(0, 7), isOwn ? run.commit_url : undefined);
}

function deploymentTable(report: Report): string {
  const { deployments } = report;
  const isStaged = deployments.some(({ stage }) => stage > 1);
  const rows = deployments.map((deployment) => {
    const { branch, endpoint, status, stage, reason, duration_seconds } = deployment;
    const cells = [
      ...(isStaged ? [`${stage}`] : []),
      codeSpan(nameOf(deployment)),
      codeSpan(branch),
      commitCell(deployment, report),
      endpoint === undefined ? '' : link(endpoint, endpoint),
      `${titles[status]}${reason === undefined ? '' : `: ${codeSpan(reason, 300)}`}`,
      duration_seconds === undefined ? '' : formatDuration(duration_seconds * 1000),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const titlesOfColumns = ['Service', 'Branch', 'Commit', 'Endpoint', 'Status', 'Time'];
  const heads = isStaged ? ['Stage', ...titlesOfColumns] : titlesOfColumns;
  return [`| ${heads.join(' | ')} |`, `|${' --- |'.repeat(heads.length)}`, ...rows].join('\n');
}

function jobLine({ namespace, name, status }: JobReport): string {
  return `Pre-deploy job ${codeSpan(`${namespace}/${name}`)}: ${status}. A rollback does not undo it.`;
}

/**
 * A link whose address was checked to be http or https where it came in; characters that end a
 * Markdown link are encoded.
 */
function link(text: string, url: string | undefined): string {
  if (url === undefined) return codeSpan(text);
  return `[${codeSpan(text)}](${url.replace(/[()<>\\|\s]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)})`;
}

function failureCard(failure: FailureReport, { deployments, pre_deploy_job: job }: Report): string {
  const lines = [
    `### Why: [\`${failure.code}\`](${failureUrl(failure.code)})`,
    '',
    `| While in | ${failure.phase} |`,
    '| --- | --- |',
    `| Attempted | ${codeSpan(failure.attempted)} |`,
    `| What happened | ${codeSpan(failure.happened, 2_000)} |`,
    `| What to change | ${codeSpan(failure.hint, 2_000)} |`,
  ];
  if (failure.request_id !== undefined) lines.push(`| Request | ${codeSpan(failure.request_id)} |`);
  for (const deployment of deployments) {
    const { failure: own } = deployment;
    if (own !== undefined && own.happened !== failure.happened)
      lines.push(`| ${codeSpan(nameOf(deployment))} | ${codeSpan(own.happened, 500)} |`);
  }
  const tails = [
    ...(job === undefined ? [] : [{ name: `${job.namespace}/${job.name}`, tail: job.log_tail }]),
    ...deployments.map((deployment) => ({ name: nameOf(deployment), tail: deployment.log_tail })),
  ];
  for (const { name, tail } of tails.filter((one) => one.tail.length > 0))
    lines.push('', `Last log lines of ${codeSpan(name)}:`, '', codeBlock(tail));
  return lines.join('\n');
}

/**
 * The phases as a Mermaid gantt, which GitHub and GitLab draw. Names of services are letters,
 * digits and `._-/` by the configuration's rule, so that none of Mermaid's syntax comes in.
 * https://mermaid.js.org/syntax/gantt.html
 */
function gantt(phases: readonly PhaseReport[]): string {
  const lines = ['```mermaid', 'gantt', '  dateFormat x', '  axisFormat %H:%M:%S'];
  let section: string | undefined;
  for (const { phase, service, started_at, finished_at } of phases) {
    const name = service ?? 'run';
    if (name !== section) lines.push(`  section ${name}`);
    section = name;
    const startMs = Date.parse(started_at);
    // A bar of no length is not drawn.
    lines.push(
      `  ${phase} :${phase === 'rollback' ? 'crit, ' : ''}${startMs}, ${Math.max(Date.parse(finished_at), startMs + 250)}`,
    );
  }
  return [...lines, '```'].join('\n');
}

function tokenTable(token: TokenReport): string {
  const list = (scopes: readonly string[]): string =>
    scopes.map((scope) => codeSpan(scope)).join(' ') || 'nothing';
  const rows = [
    ['Needed', list(token.needed)],
    ['Held', token.held === undefined ? 'not known' : list(token.held)],
    ...(token.missing.length > 0 ? [['Missing', list(token.missing)]] : []),
    ...(token.excess.length > 0 ? [['Not needed', list(token.excess)]] : []),
    ['Expires', expiryOf(token)],
  ];
  const name = token.name === undefined ? '' : ` ${codeSpan(token.name)}`;
  return [
    `### Token${name}`,
    '',
    '| Scopes | |',
    '| --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `Made and regenerated in [Settings > Access Tokens](${TOKEN_PAGE}).`,
  ].join('\n');
}

function expiryOf({ expires_at, days_left }: TokenReport): string {
  if (expires_at === null) return 'never';
  if (expires_at === undefined) return 'not known';
  const days = days_left ?? 0;
  const filled = Math.max(0, Math.min(10, Math.ceil((days * 10) / LONGEST_LIFE_DAYS)));
  const words = days < 0 ? 'expired' : days === 1 ? '1 day left' : `${days} days left`;
  return `${'▰'.repeat(filled)}${'▱'.repeat(10 - filled)} ${words}, ${expires_at.slice(0, 10)}`;
}

/** Cut on a line's border, and said so: a summary that is too long would be left out whole. */
function capped(markdown: string): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= MAX_BYTES) return markdown;
  const head = bytes.subarray(0, MAX_BYTES).toString();
  return `${head.slice(0, head.lastIndexOf('\n'))}\n\nThe rest of this summary was cut: it is over the limit. The JSON report has it all.\n`;
}
