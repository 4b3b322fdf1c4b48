/**
 * The forms in which a token may come back: as it is, without its prefix, reversed, and in the
 * encodings that logs, URLs, headers and error bodies use. The search ignores case, so one spelling
 * of each is enough.
 */
export function encodingsOf(token: string): readonly string[] {
  const bytes = Buffer.from(token, 'utf8');
  const base64 = base64Cores(bytes);
  const forms = [
    token,
    [...token].reverse().join(''),
    // UTF-16 read as UTF-8, raw and with the zeros escaped by JSON.
    [...token].join('\0'),
    [...token].join('\\u0000'),
    encodeURIComponent(token),
    JSON.stringify(token).slice(1, -1),
    token
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      .replace(/'/g, '&apos;'),
    bytes.toString('hex'),
    ...perByte(bytes),
    ...base64,
    // Base64 of Base64: how a proxy may quote a Basic header.
    ...base64.flatMap((core) => base64Cores(Buffer.from(core))),
  ];
  return [
    ...new Set(forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])),
  ];
}

/** Encodings that write each byte separately. */
function perByte(bytes: Buffer): readonly string[] {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  return [
    hex.map((digits) => `%${digits}`).join(''),
    hex.map((digits) => `\\x${digits}`).join(''),
    hex.map((digits) => `\\u00${digits}`).join(''),
    hex.map((digits) => `&#x${digits};`).join(''),
    [...bytes].map((byte) => `&#${byte};`).join(''),
    hex.join(' '),
    hex.join(':'),
  ];
}

/**
 * The characters of a Base64 text that depend only on these bytes, for each number of bytes (mod 3)
 * before them. Whatever surrounds the token, the text contains one of the three.
 */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const firstWhole = offset === 0 ? 0 : offset + 1;
    const wholes = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(firstWhole, wholes);
  });
}
