import { baseOf, MAX_BASE_LENGTH } from '../auth/names.ts';
import { documented } from '../auth/scopes.ts';
import type { Reader } from '../inputs/reader.ts';
import { readers } from '../inputs/readers.ts';
import { parseDurationMs } from '../lib/duration.ts';
import { nearest } from '../lib/suggest.ts';
import { isLoopback } from '../lib/urls.ts';
import type { Method } from '../outpost/exchange.ts';
import type { WrittenRoute } from '../outpost/routes.ts';
import { PROBE_NAME } from './stores/store.ts';

const readScopes: Reader<readonly string[]> = (text) => {
  const scopes = text
    .split(/[\s,]+/)
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  const strange = scopes.find((scope) => !documented.has(scope));
  if (strange !== undefined) {
    const near = nearest(strange, [...documented]).map((scope) => `\`${scope}\``);
    const meant = near.length === 0 ? '' : `: did you mean ${near.join(' or ')}?`;
    return { problem: `\`${strange}\` isn't an Outpost scope${meant}` };
  }
  return scopes.length === 0 ? { problem: 'has no scopes' } : { value: [...new Set(scopes)] };
};

/** `DELETE /auth/v1/pat/{name}`. */
const readForm: Reader<WrittenRoute> = (text) => {
  const [, method, path] = /^(GET|POST|PUT|DELETE) (\/[A-Za-z0-9._~{}/-]*)$/.exec(text) ?? [];
  if (method === undefined || path === undefined || /\/\/|\/\.{1,2}(?:\/|$)/.test(path))
    return {
      problem: `\`${text}\` isn't a request: write a method and an absolute path, such as \`DELETE /auth/v1/pat/{name}\``,
    };
  if (/[{}]/.test(path.replace('{name}', '')))
    return { problem: `\`${text}\` can contain {name} once and no other braces` };
  return { value: { method: method as Method, path } };
};

/** The address of an API: unlike an origin, it may end in a path. */
const readApi: Reader<URL> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const whole =
    url === undefined ? { problem: "isn't an https address" } : readers.origin(url.origin);
  if (url === undefined || 'problem' in whole) return whole as { readonly problem: string };
  if (url.username !== '' || url.password !== '')
    return { problem: 'must not contain a user name or password' };
  if (url.search !== '' || url.hash !== '')
    return { problem: 'must end after its path, without a query or fragment' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { problem: 'would send the token unencrypted: use https' };
  return { value: url };
};

/** On GitHub, names that differ only in case are the same. */
const readVariable: Reader<string> = (text) => {
  if (!/^[A-Za-z_]\w{0,254}$/.test(text))
    return { problem: `\`${text}\` isn't a valid secret name: use letters, digits and _` };
  return text.toUpperCase() === PROBE_NAME
    ? {
        problem: `\`${text}\` is reserved for checking that secrets can be written, and is deleted each time: use another name`,
      }
    : { value: text };
};

/** A token's name, with or without the date that a rotation appends. */
const readBaseName: Reader<string> = (text) => {
  const read = readers.text(text);
  if ('problem' in read) return read;
  return baseOf(text).length > MAX_BASE_LENGTH
    ? {
        problem: `is longer than ${MAX_BASE_LENGTH} characters, which leaves no room for the date that a rotation appends`,
      }
    : { value: text };
};

/** One place of the token, as `environment:production` or `project:acme/web@production`. */
export interface PlaceText {
  readonly kind:
    | 'repository'
    | 'environment'
    | 'organization'
    | 'dependabot'
    | 'codespaces'
    | 'project'
    | 'group';
  /** Who owns it; undefined = the repository or project that runs this. */
  readonly name: string | undefined;
  /** The variable's environment scope on GitLab. */
  readonly scope: string | undefined;
}

const KIND = 'repository|environment|organization|dependabot|codespaces|project|group';
/** Between places: a line break or a comma, or blanks if GitLab has folded lines. */
const BETWEEN = new RegExp(`[\\r\\n,]+|\\s+(?=(?:${KIND})(?:[:@\\s]|$))`);
const PLACE = new RegExp(`^(${KIND})(?::([^@]+))?(?:@(.+))?$`);

const readPlaceTexts: Reader<readonly PlaceText[]> = (text) => {
  const lines = text
    .replace(/^\s*- +/gm, '')
    .split(BETWEEN)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const places: PlaceText[] = [];
  for (const line of lines) {
    const [, kind, name, scope] = PLACE.exec(line) ?? [];
    const problem = kind === undefined ? "isn't a place" : placeProblem(kind, name, scope);
    if (problem !== undefined)
      return {
        problem: `\`${line}\` ${problem}: write one per line, such as \`repository\`, \`environment:production\` or \`project:acme/web@production\``,
      };
    places.push({ kind: kind as PlaceText['kind'], name, scope });
  }
  if (places.length === 0) return { problem: 'has no places' };
  const twice = lines.find((line, index) => lines.indexOf(line) !== index);
  return twice === undefined ? { value: places } : { problem: `has \`${twice}\` twice` };
};

function placeProblem(
  kind: string,
  name: string | undefined,
  scope: string | undefined,
): string | undefined {
  if (kind === 'environment' && name === undefined) return 'does not say which environment';
  if ((kind === 'dependabot' || kind === 'codespaces') && name !== undefined)
    return 'takes no name';
  if (kind === 'repository' && name !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(name))
    return 'is not `repository:owner/name`';
  return scope !== undefined && kind !== 'project' && kind !== 'group'
    ? 'has a scope, which only GitLab variables have'
    : undefined;
}

/** `12h`, `30m`, or whole days: `6d`. Milliseconds. */
const readSpan: Reader<number> = (text) => {
  const days = /^(\d{1,3})d$/.exec(text)?.[1];
  const ms = days === undefined ? parseDurationMs(text) : Number(days) * 86_400_000;
  return ms === undefined
    ? { problem: `\`${text}\` isn't a duration: write \`12h\`, \`6d\` or \`0s\`` }
    : { value: ms };
};

export const tokenReaders = {
  ...readers,
  scopes: readScopes,
  form: readForm,
  api: readApi,
  variable: readVariable,
  'base-name': readBaseName,
  places: readPlaceTexts,
  span: readSpan,
};
