import { formatDuration } from '../lib/duration.ts';
import { docsUrl, failureUrl } from '../lib/version.ts';
import { codeBlock, codeSpan } from '../output/markdown.ts';
import { othersOf } from './failure-text.ts';
import { gantt } from './gantt.ts';
import {
  type DeploymentReport,
  type FailureReport,
  type JobReport,
  logTailsOf,
  nameOf,
  type Report,
  type RunStatus,
  type TokenReport,
} from './report.ts';

const TOKEN_PAGE = 'https://outpost.run/docs/teams/access-tokens';
/** GitHub rejects a step summary over 1 MiB. */
const MAX_BYTES = 1_000_000;
/** The longest token lifetime that Outpost offers: the full width of the bar of days left. */
const LONGEST_LIFE_DAYS = 90;

const titles: Readonly<Record<RunStatus, string>> = {
  deployed: '✅ Deployed and running',
  accepted: '✅ Accepted, rollout not followed',
  checked: '✅ Checked, nothing was changed',
  skipped: '⏭️ Skipped, nothing was changed',
  failed: '❌ Failed',
  'rolled-back': '↩️ Rolled back',
  superseded: '❌ Superseded by another deploy',
  'timed-out': '⏱️ Timed out',
  unknown: '❓ Outcome unknown',
  cancelled: '🚫 Cancelled',
};

/** With more services, the chart would push the rest too far down. */
const MAX_UNFOLDED = 5;

/**
 * The report as Markdown (GitHub's flavor, which GitLab reads too): the verdict first, then what to
 * do, then why, then the rest. All untrusted text is in code spans and blocks.
 */
export function renderSummary(report: Report): string {
  const { status, headline, failure, deployments, pre_deploy_job: job, phases, token } = report;
  const [log, ...moreLogs] = logsOf(report);
  const chart = phases.length > 0 ? gantt(report) : undefined;
  const parts = [
    `## ${titles[status]}${token?.expires_soon === true ? ` · ⚠️ token expires ${inDays(token)}` : ''}`,
    failure === undefined ? headline : codeSpan(headline, 2_000),
    toDo(report),
    log,
    failure && failureCard(failure, deployments),
    deployments.length > 0 ? deploymentTable(report) : undefined,
    ...comparisons(report),
    job && jobLine(job, report),
    moreLogs.length > 0 ? folded('More log lines', moreLogs.join('\n\n')) : undefined,
    chart && deployments.length > MAX_UNFOLDED ? folded('Chart of the run', chart) : chart,
    token && tokenTable(token),
  ];
  return capped(`${parts.filter((part) => part !== undefined).join('\n\n')}\n`);
}

function toDo({ failure, token }: Report): string | undefined {
  if (failure !== undefined) return `**What to do:** ${codeSpan(failure.hint, 2_000)}`;
  if (token?.expires_soon !== true || token.expires_at == null) return undefined;
  return `**What to do:** Regenerate the token in [Settings > Access Tokens](${TOKEN_PAGE}) before ${token.expires_at.slice(0, 10)} and store the new value, or [let a job replace it](${docsUrl('tokens.md')}).`;
}

/** Collapsed content. The empty lines make GitHub and GitLab read Markdown inside. */
function folded(title: string, markdown: string): string {
  return `<details><summary>${title}</summary>\n\n${markdown}\n\n</details>`;
}

function isOfRun(commit: string, run: Report): boolean {
  return commit.length >= 7 && run.commit?.startsWith(commit) === true;
}

/** The commit page is only known for the run's own commit. */
function commitCell({ commit, started_at }: DeploymentReport, run: Report): string {
  if (commit === undefined) return started_at === undefined ? '' : 'not shown by Outpost';
  return link(commit.slice(0, 7), isOfRun(commit, run) ? run.commit_url : undefined);
}

/** Failed ones first. */
function deploymentTable(report: Report): string {
  const { deployments } = report;
  const isStaged = deployments.some(({ stage }) => stage > 1);
  const failed = deployments.filter((one) => one.failure !== undefined);
  const others = deployments.filter((one) => one.failure === undefined);
  const rows = [...failed, ...others].map((deployment) => {
    const { branch, endpoint, status, stage, reason, duration_seconds } = deployment;
    const [title] = titles[status].split(',');
    const cells = [
      ...(isStaged ? [`${stage}`] : []),
      codeSpan(nameOf(deployment)),
      codeSpan(branch),
      commitCell(deployment, report),
      endpoint === undefined ? '' : link(endpoint, endpoint),
      `${title}${reason === undefined ? '' : `: ${codeSpan(reason, 300)}`}`,
      duration_seconds === undefined ? '' : formatDuration(duration_seconds * 1000),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const titlesOfColumns = ['Service', 'Branch', 'Commit', 'Endpoint', 'Status', 'Time'];
  const heads = isStaged ? ['Stage', ...titlesOfColumns] : titlesOfColumns;
  return [`| ${heads.join(' | ')} |`, `|${' --- |'.repeat(heads.length)}`, ...rows].join('\n');
}

/**
 * Links to what is new since the commit that was live before, one for each of those. GitHub's
 * `/commit/` is beside its `/compare/`, and so is GitLab's.
 */
function comparisons(report: Report): readonly string[] {
  const page = /^(.+)\/commit\/[0-9a-f]+$/.exec(report.commit_url ?? '')?.[1];
  if (page === undefined) return [];
  // A push goes to the branch of at least one service: if there is only one branch, to that one.
  const isPushed =
    report.phases.some(({ phase }) => phase === 'push') &&
    new Set(report.deployments.map(({ branch }) => branch)).size === 1;
  const byUrl = new Map<string, string[]>();
  for (const deployment of report.deployments) {
    const { commit = '', previous_commit: before = '', started_at } = deployment;
    if (!isOfRun(commit, report) && !(isPushed && started_at !== undefined)) continue;
    if (!/^[0-9a-f]{7,64}$/.test(before) || isOfRun(before, report)) continue;
    const url = `${page}/compare/${before}...${report.commit}`;
    byUrl.set(url, [...(byUrl.get(url) ?? []), nameOf(deployment)]);
  }
  return [...byUrl].map(([url, names]) => {
    const of = byUrl.size > 1 ? ` (${names.map((name) => codeSpan(name)).join(', ')})` : '';
    return `[What changed since the last deploy](${encoded(url)})${of}`;
  });
}

function jobLine(
  { namespace, name, status, started_at, finished_at }: JobReport,
  { deployments }: Report,
): string {
  const time = formatDuration(Date.parse(finished_at) - Date.parse(started_at));
  const isKept = deployments.some((one) => one.status === 'rolled-back');
  return `${status === 'succeeded' ? '✅' : '❌'} Pre-deploy job ${codeSpan(`${namespace}/${name}`)}: ${status} after ${time}.${isKept ? ' The rollback did not undo it.' : ''}`;
}

/**
 * A link whose address was checked to be http or https where it came in; characters that end a
 * Markdown link are encoded.
 */
function link(text: string, url: string | undefined): string {
  if (url === undefined) return codeSpan(text);
  return `[${codeSpan(text)}](${encoded(url)})`;
}

function encoded(url: string): string {
  return url.replace(
    /[()<>\\|\s]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Each with its heading. */
function logsOf(report: Report): readonly string[] {
  return logTailsOf(report).map(
    ({ name, tail }) => `Last log lines of ${codeSpan(name)}:\n\n${codeBlock(tail)}`,
  );
}

/** What happened, except for the first line, which is in the headline. */
function failureCard(failure: FailureReport, deployments: readonly DeploymentReport[]): string {
  const { code, phase, happened } = failure;
  const [, ...more] = happened.split('\n').filter((line) => line.trim() !== '');
  const items = [
    ...more.map((line) => codeSpan(line.replace(/^- /, ''), 1_000)),
    ...othersOf(failure, deployments).map(
      ({ failure: other }) =>
        `${codeSpan(`${other.attempted}: ${other.happened}`, 500)}${requestOf(other)}`,
    ),
  ];
  return [
    `### Why: [\`${code}\`](${failureUrl(code)})`,
    '',
    `Phase: ${phase}.${failure.request_id === undefined ? '' : ` Request: ${codeSpan(failure.request_id)}.`}`,
    ...(items.length > 0 ? ['', ...items.map((item) => `- ${item}`)] : []),
  ].join('\n');
}

function requestOf({ request_id }: FailureReport): string {
  return request_id === undefined ? '' : ` (request ${codeSpan(request_id)})`;
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
    `Manage it in [Settings > Access Tokens](${TOKEN_PAGE}).`,
  ].join('\n');
}

function expiryOf(token: TokenReport): string {
  const { expires_at, days_left: days = 0 } = token;
  if (expires_at === null) return 'never';
  if (expires_at === undefined) return 'not known';
  const filled = Math.max(0, Math.min(10, Math.ceil((days * 10) / LONGEST_LIFE_DAYS)));
  const words = days < 0 ? 'expired' : inDays(token);
  return `${'▰'.repeat(filled)}${'▱'.repeat(10 - filled)} ${words}, ${expires_at.slice(0, 10)}`;
}

function inDays({ days_left: days = 0 }: TokenReport): string {
  return days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`;
}

/** Cut at a line end, with a note: a summary that is too long would not be shown at all. */
function capped(markdown: string): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= MAX_BYTES) return markdown;
  const head = bytes.subarray(0, MAX_BYTES).toString();
  return `${head.slice(0, head.lastIndexOf('\n'))}\n\nThe rest of this summary was cut off because it is too long. The JSON report has everything.\n`;
}
