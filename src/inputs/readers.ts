import { parseDurationMs, parseMomentMs } from '../lib/duration.ts';
import { nearest } from '../lib/suggest.ts';
import { isLoopback, isMetadata } from '../lib/urls.ts';
import { readBranch } from './branch.ts';
import { readApiForms, readDeployPath, readServicePath } from './paths.ts';
import type { Reader } from './reader.ts';
import { readTargets } from './services.ts';

const MAX_TIMEOUT_MS = 24 * 3_600_000;
/** A name that becomes one segment of a path. */
const readText: Reader<string> = (text) =>
  /^\.{1,2}$/.test(text)
    ? { problem: `\`${text}\` is not a valid name` }
    : /\p{Cc}/u.test(text)
      ? { problem: 'contains a line break or another control character' }
      : { value: text };

const readMoment: Reader<number> = (text) => {
  const moment = parseMomentMs(text);
  return moment === undefined
    ? {
        problem: `\`${text}\` is not a date: write \`2026-12-31\`, or with time and zone \`2026-12-31T12:00:00Z\``,
      }
    : { value: moment };
};

/** The spellings of YAML 1.2's core schema, which are those of GitHub's own getBooleanInput. */
const readBoolean: Reader<boolean> = (text) => {
  if (/^(true|True|TRUE)$/.test(text)) return { value: true };
  if (/^(false|False|FALSE)$/.test(text)) return { value: false };
  return { problem: `\`${text}\` is neither \`true\` nor \`false\`` };
};

const readDuration: Reader<number> = (text) => {
  const ms = parseDurationMs(text);
  if (/^\d+$/.test(text))
    return {
      problem: `\`${text}\` has no unit: write \`${text}m\` for minutes or \`${text}s\` for seconds`,
    };
  if (ms === undefined)
    return {
      problem: `\`${text}\` is not a duration: write it like \`90s\`, \`15m\` or \`1h30m\``,
    };
  if (ms < 1_000 || ms > MAX_TIMEOUT_MS)
    return { problem: `\`${text}\` is out of range: use \`1s\` to \`24h\`` };
  return { value: ms };
};

const readWhole =
  (least: number, most: number): Reader<number> =>
  (text) => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most
      ? { value }
      : { problem: `\`${text}\` is not a whole number from ${least} to ${most}` };
  };

function guess(text: string, choices: readonly string[]): string {
  const [near] = nearest(text, choices);
  return near === undefined ? '' : ` (did you mean \`${near}\`?)`;
}

/** One of a closed list; the list is part of the input's row in the table. */
export const readChoice =
  (choices: readonly string[]): Reader<string> =>
  (text) =>
    choices.includes(text)
      ? { value: text }
      : {
          problem: `\`${text}\` is not one of ${choices.map((one) => `\`${one}\``).join(', ')}${guess(text, choices)}`,
        };

const readOrigin: Reader<URL> = (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Stryker disable next-line Regex: a URL's protocol ends with its only colon
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return { problem: `\`${redactUserInfo(text)}\` is not an https address` };
  if (url.username !== '' || url.password !== '')
    return { problem: 'must not contain a user name or password' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return {
      problem: `\`${text}\` would send the token unencrypted: use https (http is only allowed for this machine)`,
    };
  }
  if (isMetadata(url.hostname))
    return { problem: `\`${text}\` is a link-local or cloud metadata address, not Outpost's` };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return { problem: `\`${text}\` must end after the host, without a path or query` };
  return { value: url };
};

/**
 * A user name or password in a URL is a secret, and this text is about to be shown.
 */
function redactUserInfo(text: string): string {
  // Stryker disable next-line Regex: a pattern that begins with any characters matches from the
  // first one anyway
  return text.replace(/^(.*\/\/)?.*@/s, '$1***@');
}

/** A repository by its full name. */
export interface Repository {
  readonly namespace: string;
  readonly name: string;
}

const readRepository: Reader<Repository> = (text) => {
  const [, namespace, name] =
    // Stryker disable next-line ArrayDeclaration: without a match both names are undefined, with
    // one neither is
    /^([A-Za-z0-9][A-Za-z0-9._-]{0,99})\/([A-Za-z0-9._-]{1,100}?)(?:\.git)?$/.exec(text) ?? [];
  // Stryker disable next-line ConditionalExpression,LogicalOperator: both are undefined or neither
  // is
  if (namespace === undefined || name === undefined || /^\.+$/.test(name))
    return { problem: `\`${text}\` is not \`namespace/name\`` };
  return { value: { namespace, name } };
};

/** A path on the service's endpoint, or a full URL. */
const readCheck: Reader<string> = (text) => {
  const path = /^\/(?!\/)[^\s#]*$/.test(text);
  const url = !path && URL.canParse(text) ? new URL(text) : undefined;
  if (
    path ||
    (url !== undefined &&
      // Stryker disable next-line Regex: a URL's protocol ends with its only colon
      /^https?:$/.test(url.protocol) &&
      url.username === '' &&
      url.password === '')
  )
    return { value: text };
  return {
    problem: `\`${redactUserInfo(text)}\` is neither a path such as \`/healthz\` nor an https URL`,
  };
};

/** A folder or a file, absolute or below the workspace. */
const readPathName: Reader<string> = (text) =>
  /\p{Cc}/u.test(text)
    ? { problem: 'contains a line break or another control character' }
    : { value: text };

/** The prefix of a variable name. */
const readPrefix: Reader<string> = (text) =>
  /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(text)
    ? { value: text }
    : { problem: `\`${text}\` cannot be the start of a variable name: use letters, digits and _` };

/**
 * One reader per kind. `secret` has none, because tokens are not read here, and `choice` takes its
 * list from the table.
 */
export const readers = {
  targets: readTargets,
  branch: readBranch,
  repository: readRepository,
  text: readText,
  moment: readMoment,
  boolean: readBoolean,
  duration: readDuration,
  days: readWhole(0, 3_650),
  count: readWhole(1, 100),
  origin: readOrigin,
  path: readDeployPath,
  'service-path': readServicePath,
  'api-forms': readApiForms,
  folder: readPathName,
  file: readPathName,
  prefix: readPrefix,
  check: readCheck,
};
