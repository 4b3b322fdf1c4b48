import { version } from '../lib/version.ts';
import type { Looked } from '../outpost/client.ts';
import { formOf, servicePaths } from '../outpost/forms.ts';
import type { Service } from '../outpost/model.ts';
import { isHtml, type Reply } from '../outpost/reply.ts';
import { routes, tokenRoutes } from '../outpost/routes.ts';
import { parseJson } from '../outpost/wire.ts';
import type { Config } from './config.ts';
import { type Skeleton, skeletonOf } from './skeleton.ts';

/** One request of a probe, and its answer. */
export interface ProbeRow {
  readonly what: 'user' | 'token' | 'tokens' | 'service' | 'list' | 'log';
  /** The path template. */
  readonly path: string;
  readonly looked: Looked;
  /** The service that it showed. */
  readonly found: Service | undefined;
}

/** The inputs that follow from the answers, as blocks to paste. */
export function settingsOf(rows: readonly ProbeRow[], config: Config): readonly string[] {
  const shown = rows.find(({ what, found }) => what === 'service' && found !== undefined);
  if (shown?.found === undefined)
    return [
      'None of the addresses returned the service. You can still use a health check that looks for the commit, or `wait: false`.',
      'Please report this, with the file that `--report FILE` writes. It contains no token, names or logs.',
    ];
  const settings = [
    ...(shown.path === servicePaths[0] || config.servicePath !== undefined
      ? []
      : [['service-path', shown.path] as const]),
    ...(shown.found.phase === 'unknown'
      ? [['api', `running=${shown.found.statusWord}`] as const]
      : []),
  ];
  if (settings.length === 0) return ['Nothing to set: the defaults work for this service.'];
  return [
    ...(shown.found.phase === 'unknown'
      ? [`Set \`api\` only if "${shown.found.statusWord}" means that the service is running.`]
      : []),
    'On GitHub:',
    '  with:',
    ...settings.map(([name, value]) => `    ${name}: ${value}`),
    'On GitLab:',
    '  inputs:',
    ...settings.map(([name, value]) => `    ${name}: '${value}'`),
    'In a shell:',
    `  ${settings.map(([name, value]) => `--${name}='${value}'`).join(' ')}`,
  ];
}

/** The kind of an answer, without its content. */
interface ReportRow {
  readonly what: ProbeRow['what'];
  /** The path template, if it is one of ours. */
  readonly path: string;
  readonly status: number | undefined;
  readonly body: 'JSON' | 'HTML' | 'text' | 'empty' | 'none';
  readonly redirect: 'same host' | 'another host' | undefined;
  readonly shows_service: boolean;
  /** Names of headers about limits. */
  readonly limits: readonly string[];
  readonly skeleton: Skeleton | undefined;
}

/**
 * The answers for an issue: paths as templates, kinds instead of values.
 *
 * @param names what must not be shown, in lower case.
 */
export function reportOf(rows: readonly ProbeRow[], names: ReadonlySet<string>): object {
  return { version, rows: rows.map((row) => toReportRow(row, names)) };
}

function toReportRow(
  { what, path, looked, found }: ProbeRow,
  names: ReadonlySet<string>,
): ReportRow {
  const { reply, text, limits } = looked;
  const json = what === 'log' ? undefined : parseJson(text);
  const location = reply.kind === 'refused' ? reply.location : undefined;
  return {
    what,
    path: ownPaths.has(path) ? path : 'written by the user',
    status: 'status' in reply ? reply.status : undefined,
    body: bodyOf(text, reply.kind),
    redirect:
      location === undefined ? undefined : location.startsWith('/') ? 'same host' : 'another host',
    shows_service: found !== undefined,
    limits,
    skeleton: json === undefined ? undefined : skeletonOf(json, names),
  };
}

/** Others were written by the user, and may hold names. */
const ownPaths: ReadonlySet<string | undefined> = new Set([
  ...servicePaths
    .map((path) => formOf(path))
    .flatMap(({ service, list, logs }) => [service, list, logs]),
  routes.user.path,
  routes.token.path,
  tokenRoutes.list.path,
]);

function bodyOf(text: string, kind: Reply<unknown>['kind']): ReportRow['body'] {
  if (kind === 'unsent' || kind === 'lost' || kind === 'cut') return 'none';
  if (text.trim() === '') return 'empty';
  if (isHtml(text)) return 'HTML';
  return parseJson(text) === undefined ? 'text' : 'JSON';
}
