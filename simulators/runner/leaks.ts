/**
 * Finds a token in a log, in every form that a reader could decode. It shares no code with the
 * redaction that it checks.
 */

import { ENCODINGS, type Encoding, PIECE } from './token-encodings.ts';
import { visibleText } from './visible-text.ts';

export interface TokenForm {
  readonly name: string;
  readonly value: string;
  readonly caseInsensitive?: boolean;
}

export interface Leak {
  /**
   * For example `raw`, `piece` or `base64`. It's `split ...` if the token only shows once breaks
   * and invisible characters are removed.
   */
  readonly form: string;
  readonly at: number;
}

interface Needles {
  readonly length: number;
  readonly caseInsensitive: boolean;
  readonly sign: string;
  /** Substrings of the windows. Text without any of them can be skipped quickly. */
  readonly parts: ReadonlySet<string>;
  readonly windows: ReadonlyMap<string, string>;
}

// The prefix is public: it appears in documentation and in placeholders.
const PREFIX = 'op_pat_';

/**
 * A cache for the latest tokens, because a run is searched several times for each of its tokens.
 */
const searches = new Map<string, readonly Needles[]>();
const MAX_SEARCHES = 16;

function needlesFor(token: string): readonly Needles[] {
  const needles = searches.get(token) ?? needlesOf(bodyOf(token));
  searches.set(token, needles);
  const [oldest] = searches.keys();
  if (searches.size > MAX_SEARCHES && oldest !== undefined) searches.delete(oldest);
  return needles;
}

/**
 * The whole token in each form. The search also finds any ten consecutive characters of the body in
 * each form.
 */
export function encodingsOf(token: string): readonly TokenForm[] {
  const forms: TokenForm[] = [
    { name: 'raw', value: token, caseInsensitive: true },
    { name: 'body', value: bodyOf(token), caseInsensitive: true },
  ];
  for (const encoding of ENCODINGS) {
    if (encoding.name === 'piece') {
      for (const value of encoding.windows(bodyOf(token)))
        forms.push({ name: 'piece', value, caseInsensitive: true });
    } else {
      const value = encoding.encode(token);
      forms.push({
        name: encoding.name,
        value,
        ...(encoding.caseInsensitive ? { caseInsensitive: true } : {}),
      });
    }
  }
  return forms;
}

export function findLeaks(text: string, token: string): readonly Leak[] {
  if (bodyOf(token) === '') return [];
  const found = search(text, token);
  const visible = visibleText(text);
  if (visible.text === text) return found;
  const known = new Set(found.map(({ form, at }) => `${form} ${at}`));
  const split = search(visible.text, token)
    .map(({ form, at }) => ({ form, at: visible.origin(at) }))
    .filter(({ form, at }) => !known.has(`${form} ${at}`))
    .map(({ form, at }) => ({ form: `split ${form}`, at }));
  return [...found, ...split];
}

/**
 * The part of the token after its prefix. If it's too short to be told from ordinary text, the
 * whole token is used.
 */
function bodyOf(token: string): string {
  const body = token.startsWith(PREFIX) ? token.slice(PREFIX.length) : token;
  return body.length >= PIECE || body === '' ? body : token;
}

function search(text: string, token: string): Leak[] {
  const folded = lowerAscii(text);
  return needlesFor(token)
    .filter(({ sign }) => text.includes(sign))
    .flatMap((needles) => runs(hits(needles.caseInsensitive ? folded : text, needles)))
    .map((leak) => (leak.form === 'piece' ? nameWhole(folded, lowerAscii(token), leak) : leak))
    .sort((a, b) => a.at - b.at);
}

/** If a piece is the start of the whole token or of its body, it gets that name. */
function nameWhole(folded: string, token: string, leak: Leak): Leak {
  const body = bodyOf(token);
  const start = leak.at - (token.length - body.length);
  if (folded.startsWith(token, start) && start >= 0) return { form: 'raw', at: start };
  return folded.startsWith(body, leak.at) ? { form: 'body', at: leak.at } : leak;
}

/**
 * Finds every window in the text. A window of length L contains a part at one of any L - partLength
 * + 1 consecutive positions.
 */
function hits(text: string, needles: Needles): Leak[] {
  const partLength = partLengthOf(needles.length);
  const stride = needles.length - partLength + 1;
  const found: Leak[] = [];
  for (let at = 0; at + partLength <= text.length; at += stride) {
    if (!needles.parts.has(text.slice(at, at + partLength))) continue;
    for (let start = Math.max(0, at - stride + 1); start <= at; start += 1) {
      const form = needles.windows.get(text.slice(start, start + needles.length));
      if (form !== undefined) found.push({ form, at: start });
    }
  }
  return found;
}

/** Windows at consecutive positions count as one leak. */
function runs(found: readonly Leak[]): Leak[] {
  return found.filter(({ form, at }, index) => {
    const before = found[index - 1];
    return before === undefined || before.form !== form || before.at !== at - 1;
  });
}

function needlesOf(body: string): Needles[] {
  const groups = new Map<
    string,
    { length: number; encoding: Encoding; windows: Map<string, string> }
  >();
  for (const encoding of ENCODINGS) {
    for (const window of encoding.windows(body).filter((text) => text !== '')) {
      const key = `${window.length} ${encoding.caseInsensitive} ${encoding.sign}`;
      const group = groups.get(key) ?? {
        length: window.length,
        encoding,
        windows: new Map<string, string>(),
      };
      groups.set(key, group);
      const text = encoding.caseInsensitive ? lowerAscii(window) : window;
      if (!group.windows.has(text)) group.windows.set(text, encoding.name);
    }
  }
  return [...groups.values()].map(({ length, encoding, windows }) => {
    return {
      length,
      caseInsensitive: encoding.caseInsensitive,
      sign: encoding.sign,
      parts: partsOf(windows, length),
      windows,
    };
  });
}

function partsOf(windows: ReadonlyMap<string, string>, length: number): Set<string> {
  const partLength = partLengthOf(length);
  const parts = new Set<string>();
  for (const window of windows.keys()) {
    for (let at = 0; at + partLength <= length; at += 1)
      parts.add(window.slice(at, at + partLength));
  }
  return parts;
}

function partLengthOf(length: number): number {
  return Math.ceil(length / 2);
}

/** Only changes ASCII letters, so that the length of the text and all positions stay the same. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
