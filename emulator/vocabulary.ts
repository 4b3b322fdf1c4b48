/** Outpost's terms that several files of the emulator need. */

/** The seven scopes of the page "Personal Access Tokens" (documented). */
export const scopes = [
  'repo',
  'repo:read',
  'machine',
  'service',
  'job',
  'admin:org',
  'admin:ssh_key',
] as const;
export type Scope = (typeof scopes)[number];

/** Values of the `status` filter of the page "Services" (documented). */
export const serviceStatuses = ['deploying', 'running', 'degraded', 'stopped', 'failed'] as const;

/** Values of the `status` filter of the page "Jobs" (documented). */
export const jobStatuses = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
] as const;

/** Roles of the page "Teams Overview" (documented), strongest first. */
export const roles = ['Owner', 'Admin', 'Maintainer', 'Contributor', 'Reader'] as const;
export type Role = (typeof roles)[number];

/** The people of the emulated Outpost. Each has a personal namespace of the same name. */
export const users = ['ada', 'ben', 'cleo', 'dora'] as const;

/** The operations that read services and jobs. The dialect decides their paths. */
export const readOperations = [
  'service.get',
  'service.list',
  'service.logs',
  'job.get',
  'job.list',
  'job.logs',
] as const;
export type ReadOperation = (typeof readOperations)[number];

/** The operations of requests, as faults and recorded requests name them. */
export const operations = [
  'user.list',
  'token.list',
  'token.get',
  'token.create',
  'token.regenerate',
  'token.revoke',
  'repo.list',
  'repo.get',
  'repo.create',
  'git.advertise',
  'git.fetch',
  'git.push',
  'git.probe',
  ...readOperations,
  'service.deploy',
  'deployment.get',
  'job.create',
  // GETs of services and jobs at another dialect's paths, or at paths that are wrong only by a
  // trailing slash.
  'elsewhere.get',
  'elsewhere.list',
  'elsewhere.logs',
  'elsewhere.slash',
  'unknown',
] as const;
export type Operation = (typeof operations)[number];

/** Whether `role` is `least` or stronger. */
export function roleIsAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) <= roles.indexOf(least);
}

/** A time in the form of every documented sample: ISO 8601, UTC, `Z`. */
export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
