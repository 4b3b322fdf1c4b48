import { VECTORS, type Vector } from '../../simulators/runner/vectors.ts';

export type Form = Pick<Vector, 'name' | 'render'>;

/**
 * Tokens broken into parts so small that no part is long enough to be hidden by itself. No runner
 * hides any of them.
 */
export const BROKEN: readonly Form[] = [
  {
    name: 'zero-width space behind every character',
    render: (token) => Array.from(token).join('\u200b'),
  },
  { name: 'soft hyphen behind every third', render: every(3, '\u00ad') },
  { name: 'change of colour behind every fourth', render: every(4, '\x1b[1m') },
  {
    name: 'hyperlink around every fourth',
    render: (token) => token.replace(/.{1,4}/g, '\x1b]8;;https://x.example\x07$&\x1b]8;;\x07'),
  },
  {
    name: 'word joiner and mark of direction behind every fifth',
    render: every(5, '\u2060\u200e'),
  },
  { name: 'next line behind every sixth', render: every(6, '\u0085') },
  { name: 'line separator behind every seventh', render: every(7, '\u2028') },
  { name: 'line feed behind every eighth', render: every(8, '\n') },
  { name: 'CR LF behind every eighth', render: every(8, '\r\n') },
  { name: 'backspace behind every ninth', render: every(9, '\b') },
  {
    name: 'hex, wrapped at 8 columns',
    render: (token) => Buffer.from(token).toString('hex').replace(/.{8}/g, '$&\n'),
  },
  {
    name: 'base64, wrapped at 8 columns',
    render: (token) => Buffer.from(token).toString('base64').replace(/.{8}/g, '$&\r\n'),
  },
];

/**
 * More encodings of every byte, which the table in the security document does not list one by one.
 */
const MORE: readonly Form[] = [
  { name: 'hex with blanks', render: (token) => hexOf(token).join(' ') },
  { name: 'hex with colons', render: (token) => hexOf(token).join(':').toUpperCase() },
  {
    name: 'HTML entities, hexadecimal',
    render: (token) =>
      hexOf(token)
        .map((hex) => `&#x${hex};`)
        .join(''),
  },
  {
    name: 'base64url of JSON',
    render: (token) => Buffer.from(JSON.stringify({ auth: { token } })).toString('base64url'),
  },
  {
    name: 'a Basic header',
    render: (token) => `Authorization: Basic ${Buffer.from(`ada:${token}`).toString('base64')}`,
  },
  { name: 'twice, touching', render: (token) => token + token },
  {
    name: 'UTF-16BE bytes',
    render: (token) => Buffer.from(token, 'utf16le').swap16().toString('latin1'),
  },
];

/** Every form that the tests send. */
export const FORMS: readonly Form[] = [...VECTORS, ...MORE];

function every(count: number, separator: string): (token: string) => string {
  return (token) => token.replace(new RegExp(`.{${count}}(?=.)`, 'g'), `$&${separator}`);
}

function hexOf(token: string): readonly string[] {
  return Array.from(Buffer.from(token), (byte) => byte.toString(16));
}
