import { baseOf, MAX_BASE_LENGTH } from '../auth/names.ts';
import type { Reader } from '../inputs/reader.ts';
import { readers } from '../inputs/readers.ts';
import { isLoopback } from '../lib/urls.ts';
import type { Method } from '../outpost/exchange.ts';
import type { WrittenRoute } from '../outpost/routes.ts';
import { PROBE_NAME } from './stores/store.ts';

const readScopes: Reader<readonly string[]> = (text) => {
  const scopes = text
    .split(/[\s,]+/)
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  const strange = scopes.find((scope) => !/^[a-z][a-z_:]{0,40}$/.test(scope));
  if (strange !== undefined)
    return {
      problem: `\`${strange}\` is no scope: they are written like \`service\` or \`repo:read\``,
    };
  return scopes.length === 0 ? { problem: 'names no scope' } : { value: [...new Set(scopes)] };
};

/** `DELETE /auth/v1/pat/{name}`. */
const readForm: Reader<WrittenRoute> = (text) => {
  const [, method, path] = /^(GET|POST|PUT|DELETE) (\/[A-Za-z0-9._~{}/-]*)$/.exec(text) ?? [];
  if (method === undefined || path === undefined || /\/\/|\/\.{1,2}(?:\/|$)/.test(path))
    return {
      problem: `\`${text}\` is no request: write a method and an absolute path, such as \`DELETE /auth/v1/pat/{name}\``,
    };
  if (/[{}]/.test(path.replace('{name}', '')))
    return { problem: `\`${text}\` may hold {name} once and no other braces` };
  return { value: { method: method as Method, path } };
};

/** The address of an API: unlike an origin, it may end in a path. */
const readApi: Reader<URL> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const whole = url === undefined ? { problem: 'is no https address' } : readers.origin(url.origin);
  if (url === undefined || 'problem' in whole) return whole as { readonly problem: string };
  if (url.username !== '' || url.password !== '')
    return { problem: 'must not hold a user name or a password' };
  if (url.search !== '' || url.hash !== '')
    return { problem: 'must end after its path, without query' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { problem: 'would send the token in clear: use https' };
  return { value: url };
};

/** GitHub takes names that differ in their case alone for one. */
const readVariable: Reader<string> = (text) => {
  if (!/^[A-Za-z_]\w{0,254}$/.test(text))
    return { problem: `\`${text}\` is no name of a secret: use letters, digits and _` };
  return text.toUpperCase() === PROBE_NAME
    ? {
        problem: `\`${text}\` shows whether secrets can be written, and is deleted each time: store the token under another name`,
      }
    : { value: text };
};

/** A token's name, with or without the date that a rotation puts behind it. */
const readBaseName: Reader<string> = (text) => {
  const read = readers.text(text);
  if ('problem' in read) return read;
  return baseOf(text).length > MAX_BASE_LENGTH
    ? {
        problem: `is longer than ${MAX_BASE_LENGTH} characters, so that no date can be put behind it`,
      }
    : { value: text };
};

export const tokenReaders = {
  ...readers,
  scopes: readScopes,
  form: readForm,
  api: readApi,
  variable: readVariable,
  'base-name': readBaseName,
};
