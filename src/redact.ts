/** What stands in place of a secret. */
const MASK = '***';
/** Shorter values are words, not secrets: hiding them would blind the log. */
const MIN_SECRET_LENGTH = 8;

/** The forms in which a value may come back from elsewhere: raw, in a URL, in JSON, in XML, in hex, and in Base64 at each alignment. */
export function formsOf(value: string): readonly string[] {
  if (value.length < MIN_SECRET_LENGTH) return [];
  const body = value.startsWith('op_pat_') ? value.slice('op_pat_'.length) : '';
  const bytes = Buffer.from(value, 'utf8');
  const forms = new Set([
    value,
    body,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'),
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap((offset) => base64Cores(bytes, offset)),
  ]);
  return [...forms].filter((form) => form.length >= MIN_SECRET_LENGTH);
}

/**
 * The characters of a Base64 text that the value alone decides, when `offset` bytes of other text (mod 3) stand before it: whatever
 * surrounds it, these characters are there.
 */
function base64Cores(bytes: Buffer, offset: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const firstWhole = offset === 0 ? 0 : offset + 1;
  const lastWhole = Math.floor(((offset + bytes.length) * 8) / 6);
  const core = text.slice(firstWhole, lastWhole);
  return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
}

/** Hides every form of every value it was told of, in any case of letters, longest first, in one pass. */
export class Redactor {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  add(value: string): void {
    for (const form of formsOf(value)) this.#forms.add(form);
    const sources = [...this.#forms].sort((left, right) => right.length - left.length).map(escapeForPattern);
    this.#pattern = sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'gi');
  }

  redact(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
  }
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
