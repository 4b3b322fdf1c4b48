export interface OutputRow {
  readonly name: string;
  readonly description: string;
}

/** The one table of outputs, set on failure too. */
export const outputs = [
  {
    name: 'status',
    description:
      '`deployed`, `accepted` (with `wait: false`), `checked` (dry run), `skipped` (the branch on Outpost was already ahead; for a service: it was never deployed, and `reason` says why), `failed`, `rolled-back`, `superseded`, `timed-out`, `unknown` or `cancelled`.',
  },
  { name: 'endpoint', description: 'Public URL of the first service; empty if unknown.' },
  {
    name: 'deployments',
    description:
      'JSON array, one object per service: namespace, service, branch, stage, commit (only if Outpost shows it or the push proves it), commit_source, previous_commit, status, reason (why it was skipped or rolled back), endpoint, started_at, finished_at, duration_seconds, request_id.',
  },
  {
    name: 'commit',
    description:
      'The commit that was pushed. Without `push`: the one that this run was started for; for a pull request, the head of its branch.',
  },
  {
    name: 'token-scopes',
    description: 'The scopes of the token, separated by commas; empty if unknown.',
  },
  {
    name: 'token-expires-at',
    description: 'When the token expires (RFC 3339); empty if unknown or never.',
  },
  { name: 'token-days-left', description: 'Whole days until then; empty if unknown or never.' },
  {
    name: 'failure-code',
    description: 'The failure code (`token-rejected`, `rollout-failed`, ...); empty on success.',
  },
  {
    name: 'summary',
    description: 'Path of the Markdown summary, for a comment on a pull or merge request.',
  },
  { name: 'report', description: 'Path of the JSON report: everything above in one file.' },
] as const satisfies readonly OutputRow[];

export type OutputName = (typeof outputs)[number]['name'];
