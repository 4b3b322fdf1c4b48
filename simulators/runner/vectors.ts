/**
 * Forms in which a token may appear in a log, and which of them each runner hides by itself. Known
 * from experiments.
 */

export interface Vector {
  readonly name: string;
  render(token: string): string;
  /** Whether the GitHub runner hides the token completely if it knows the token. */
  githubHides(token: string): boolean;
  /** The same for GitLab, if the token is a masked variable. */
  gitlabHides(token: string): boolean;
}

type Hides = (token: string) => boolean;

/**
 * Tokens with the same start and every length modulo three, because Base64 depends on the length.
 */
export const VECTOR_TOKENS: readonly string[] = [
  'op_pat_AbCdEf0123456789ZyXwVu',
  'op_pat_AbCdEf0123456789ZyXwVuT',
  'op_pat_AbCdEf0123456789ZyXwVuTs',
];

export const VECTORS: readonly Vector[] = [
  both('raw', (token) => token),
  both('bearer', (token) => `Authorization: Bearer ${token}`),
  both('in a URL', (token) => `https://x:${token}@outpost.example/team/app.git`),
  both('in JSON', (token) => JSON.stringify({ token })),
  both('encodeURIComponent', (token) => `?token=${encodeURIComponent(token)}`),
  both('in XML', (token) => `<token value="${token}">${token}</token>`),
  github('base64', (token) => base64(token), always),
  github('base64 behind x:', (token) => base64(`x:${token}`), always),
  github('base64 behind oauth2:', (token) => base64(`oauth2:${token}`), always),
  github('base64 behind x-access-token:', (token) => base64(`x-access-token:${token}`), always),
  // GitHub registers Base64 with its padding. So text after the token is only tolerated for one
  // length in three.
  github('base64 before a line feed', (token) => base64(`${token}\n`), atLength(30)),
  github('base64 before a colon', (token) => base64(`${token}:`), atLength(30)),
  github('base64 between x: and a line feed', (token) => base64(`x:${token}\n`), atLength(31)),
  github('base64 of JSON', (token) => base64(JSON.stringify({ token })), atLength(29)),
  // The same as Base64 if there is no padding. These tokens need no + or /.
  github('base64url', (token) => base64url(token), atLength(30)),
  github('base64url behind x:', (token) => base64url(`x:${token}`), atLength(31)),
  github(
    'base64 wrapped at 76',
    (token) => base64(`${'-'.repeat(45)}${token}`).replace(/.{76}/g, '$&\n'),
    never,
  ),
  github('base64 of base64', (token) => base64(base64(token)), never),
  github('hex, lower case', (token) => Buffer.from(token).toString('hex'), never),
  github('hex, upper case', (token) => Buffer.from(token).toString('hex').toUpperCase(), never),
  github(
    'percent of every byte',
    (token) => everyByte(token, (hex) => `%${hex.toUpperCase()}`),
    never,
  ),
  github('JSON \\u escapes', (token) => everyByte(token, (hex) => `\\u00${hex}`), never),
  github('\\x escapes', (token) => everyByte(token, (hex) => `\\x${hex}`), never),
  github(
    'HTML entities',
    (token) => everyByte(token, (hex) => `&#${Number.parseInt(hex, 16)};`),
    never,
  ),
  github('upper case', (token) => token.toUpperCase(), never),
  github('lower case', (token) => token.toLowerCase(), never),
  github('reversed', (token) => Array.from(token).reverse().join(''), never),
  github('without op_pat_', (token) => token.slice(7), never),
  github('first 20 characters', (token) => token.slice(0, 20), never),
  github('piece of 10 characters', (token) => token.slice(12, 22), never),
  github('escape sequence inside', (token) => inside(token, '\x1b[0K'), never),
  github('colour inside', (token) => inside(token, '\x1b[31m'), never),
  github('zero-width space inside', (token) => inside(token, '\u200b'), never),
  github('carriage return inside', (token) => inside(token, '\r'), never),
  github('line feed inside', (token) => inside(token, '\n'), never),
  github('UTF-16LE bytes', (token) => Buffer.from(token, 'utf16le').toString('latin1'), never),
];

function both(name: string, render: (token: string) => string): Vector {
  return { name, render, githubHides: always, gitlabHides: always };
}

/** A form that GitLab doesn't hide, because it only knows the value itself. */
function github(name: string, render: (token: string) => string, githubHides: Hides): Vector {
  return { name, render, githubHides, gitlabHides: never };
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}

function atLength(length: number): Hides {
  return (token) => token.length % 3 === length % 3;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function everyByte(token: string, unit: (hex: string) => string): string {
  return Array.from(Buffer.from(token), (byte) => unit(byte.toString(16).padStart(2, '0'))).join(
    '',
  );
}

function inside(token: string, separator: string): string {
  return `${token.slice(0, 12)}${separator}${token.slice(12)}`;
}
