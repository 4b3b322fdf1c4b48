/** How a service may be written; only the first of each is documented. */

export const keyForms = ['snake_case', 'camelCase'] as const;
export const statusFields = ['status', 'state', 'phase', 'status.phase'] as const;
export const timeForms = [
  'milliseconds',
  'seconds',
  'offset',
  'epoch-seconds',
  'epoch-milliseconds',
] as const;
/** `milliseconds`, `seconds` and `offset` are RFC 3339; the last one is not in UTC. */
export type TimeForm = (typeof timeForms)[number];

export interface Spelling {
  readonly keys?: (typeof keyForms)[number];
  readonly status?: (typeof statusFields)[number];
  readonly times?: TimeForm;
  /** Times in a list, if they're written differently there. */
  readonly listTimes?: TimeForm;
  /** Other words for statuses: `{"running": "READY"}`. */
  readonly words?: Readonly<Record<string, string>>;
}

export type Body = Readonly<Record<string, unknown>>;

/** Writes a service, a deployment or the answer to a deploy in the scenario's spelling. */
export function spelled(
  body: Body,
  spelling: Spelling = {},
  place: 'single' | 'list' = 'single',
): Body {
  const { times = 'milliseconds', listTimes = times } = spelling;
  return rewritten(body, spelling, place === 'list' ? listTimes : times);
}

function rewritten(body: Body, spelling: Spelling, times: TimeForm): Body {
  const { keys = 'snake_case' } = spelling;
  const entries = Object.entries(body).map(([key, value]): [string, unknown] => {
    if (key === 'status' && typeof value === 'string') return statusEntry(value, spelling);
    const name = keys === 'camelCase' ? camelCase(key) : key;
    if (key.endsWith('_at') && typeof value === 'string') return [name, timeIn(times, value)];
    return [name, isBody(value) ? rewritten(value, spelling, times) : value];
  });
  return Object.fromEntries(entries);
}

function statusEntry(
  status: string,
  { status: field = 'status', words = {} }: Spelling,
): [string, unknown] {
  const word = Object.hasOwn(words, status) ? words[status] : status;
  return field === 'status.phase' ? ['status', { phase: word }] : [field, word];
}

function camelCase(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function timeIn(form: TimeForm, iso: string): string | number {
  const timeMs = Date.parse(iso);
  switch (form) {
    case 'milliseconds':
      return iso;
    case 'seconds':
      return iso.replace(/\.\d+Z$/, 'Z');
    case 'offset':
      return new Date(timeMs + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
    case 'epoch-seconds':
      return Math.floor(timeMs / 1_000);
    case 'epoch-milliseconds':
      return timeMs;
  }
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
