/**
 * The GitHub runner's secret masker. It masks exact, case-sensitive substrings: each value and the
 * forms derived from it.
 */

import { trimLikeDotnet } from './github-command.ts';
import { splitLines } from './lines.ts';

export interface SecretMasker {
  /** Registers exactly this value and its derived forms. There is no minimum length. */
  add(value: string): void;
  mask(text: string): string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

// Only derived forms have a minimum length.
const QUOTES_TRIMMED_ABOVE = 8;
const POWERSHELL_PART_MIN = 6;

export function createSecretMasker(): SecretMasker {
  const phrases = new Set<string>();
  return {
    add(value) {
      for (const phrase of [value, ...derivedForms(value)]) {
        if (phrase !== '') phrases.add(phrase);
      }
    },
    mask: (text) =>
      replaceSpans(text, mergeSpans([...phrases].flatMap((phrase) => occurrences(text, phrase)))),
  };
}

/** A secret of the job message is trimmed. Each of its lines is a separate value. */
export function knownSecretValues(secret: string): readonly string[] {
  return distinct([trimLikeDotnet(secret), ...trimmedLines(secret)]);
}

/** The value of add-mask is NOT trimmed, but its lines are. */
export function addMaskValues(value: string): readonly string[] {
  return distinct([value, ...trimmedLines(value)]);
}

export function derivedForms(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [
    // Encoded from the byte offsets 0, 1 and 2, always with padding, so a match needs the value at
    // the end of the encoded text.
    ...[0, 1, 2].map((offset) => bytes.subarray(offset).toString('base64')),
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    jsonEscape(value),
    percentEscape(bytes),
    xmlEscape(value),
    withoutQuotes(value),
    ...powershellParts(value),
  ];
}

function trimmedLines(value: string): string[] {
  return splitLines(value).map(trimLikeDotnet);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '');
}

function jsonEscape(value: string): string {
  const short: Readonly<Record<string, string>> = {
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '"': '\\"',
    '\\': '\\\\',
  };
  // `/` and non-ASCII stay as they are.
  return value.replace(/[\0-\x1f"\\\u0085\u2028\u2029]/g, (char) => {
    return short[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Percent-encodes as in RFC 3986, which unlike encodeURIComponent includes `! ' ( ) *`. */
function percentEscape(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(char)
        ? char
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function xmlEscape(value: string): string {
  const entities: Readonly<Record<string, string>> = {
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
    '&': '&amp;',
  };
  return value.replace(/[<>"'&]/g, (char) => entities[char] ?? char);
}

function withoutQuotes(value: string): string {
  const quoted =
    value.length > QUOTES_TRIMMED_ABOVE && value.startsWith('"') && value.endsWith('"');
  return quoted ? value.slice(1, -1) : '';
}

/**
 * PowerShell colors an error around `&`, which prints the parts before and after it separately.
 * After `&+`, one character is missing.
 */
function powershellParts(value: string): string[] {
  const plus = value.indexOf('&+');
  const ampersand = value.lastIndexOf('&');
  if (ampersand < 0) return [];
  const parts =
    plus < 0
      ? [value.slice(0, ampersand + 1), value.slice(ampersand + 1)]
      : [value.slice(0, plus + 2), value.slice(plus + 3)];
  return parts.filter((part) => part.length >= POWERSHELL_PART_MIN);
}

/** All positions, even of overlapping matches. */
function occurrences(text: string, phrase: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    found.push({ start: at, end: at + phrase.length });
  }
  return found;
}

/** Merges spans that overlap or touch. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start > last.end) merged.push(span);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  let result = '';
  let at = 0;
  for (const span of spans) {
    result += `${text.slice(at, span.start)}***`;
    at = span.end;
  }
  return result + text.slice(at);
}
