/**
 * The texts in which a token may come back from elsewhere: as it is, without its prefix, backwards,
 * and in the encodings that logs, URLs, headers and error bodies use. Case is not told apart by the
 * search, so one spelling of each stands for all.
 */
export function encodingsOf(token: string): readonly string[] {
  const bytes = Buffer.from(token, 'utf8');
  const base64 = base64Cores(bytes);
  const forms = [
    token,
    [...token].reverse().join(''),
    // UTF-16 read as if it were not, raw and as JSON writes the zeros.
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
    // Base64 of Base64: what a proxy makes of a Basic header that it quotes.
    ...base64.flatMap((core) => base64Cores(Buffer.from(core))),
  ];
  return [
    ...new Set(forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])),
  ];
}

/** Encodings that write each byte on its own. */
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
 * The characters of a Base64 text that these bytes alone decide, for each number of other bytes
 * (mod 3) that may stand before them: whatever surrounds the token, one of the three is there.
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
