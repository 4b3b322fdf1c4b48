import { type Channel, type HostileOptions, startHostileOutpost } from './hostile-outpost.ts';
import { type HostUnderTest, runOn, shownInFiles, shownInLog, type Written } from './written.ts';

/** Foreign text that may contain the token. */
export interface Form {
  readonly name: string;
  /**
   * The form is alone in its field, without a mark before it. At the start of a line, text may be
   * interpreted differently than in the middle.
   */
  readonly bare?: true;
  render(token: string): string;
}

/**
 * A run that carries text from some of the channels into the log and the files, whatever the forms.
 */
export interface Way {
  readonly name: string;
  readonly exit: number;
  /** Foreign text reaches the report. */
  readonly intoFiles: boolean;
  /** Channels that must appear in the log, each with every form. */
  readonly channels: readonly Channel[];
  readonly options: (forms: readonly Form[]) => Partial<HostileOptions>;
  readonly inputs: (forms: readonly Form[]) => Readonly<Record<string, string>>;
}

export const ways: readonly Way[] = [
  {
    name: 'reads that are refused, and lists of other services',
    intoFiles: true,
    exit: 4,
    channels: ['refusal', 'code', 'name'],
    options: () => ({}),
    inputs: (forms) => ({
      service: [...targets(forms, (index) => `n${index}/x${index}`), ...lists(forms)].join('\n'),
      'service-path': '/{namespace}/service/{service}',
    }),
  },
  {
    name: 'deploys that are refused, and rollouts that fail or are superseded',
    intoFiles: true,
    exit: 5,
    channels: [
      'refusal',
      'refusal id',
      'status',
      'deployment',
      'commit',
      'request header',
      'scope',
      'log',
    ],
    options: (forms) => ({
      services: forms.length * 3,
      scopes: forms.length,
      ending: (index) =>
        index < forms.length ? 'refused' : index < forms.length * 2 ? 'superseded' : 'failed',
      // The report contains the last twenty lines of ten services. Together they contain every
      // form.
      log: (index, token) =>
        forms.map(
          (_, place) => says(forms)('log', (place + index * 4) % forms.length, token) ?? '',
        ),
    }),
    inputs: (forms) => ({
      service: Array.from({ length: forms.length * 3 }, (_, index) => `acme/s${index}`).join(','),
      timeout: '10m',
    }),
  },
  {
    name: 'a plan of many services',
    intoFiles: true,
    exit: 0,
    channels: ['status'],
    options: (forms) => ({ services: forms.length, scopes: 3 }),
    inputs: (forms) => ({
      service: targets(forms, (index) => `acme/s${index}`).join(','),
      'dry-run': 'true',
    }),
  },
  {
    name: 'a token whose record is refused',
    intoFiles: false,
    exit: 0,
    channels: ['token refusal'],
    options: (forms) => ({
      says: (channel, index, token) =>
        channel === 'token refusal'
          ? forms.map((_, place) => text(channel, place, forms, token)).join(' ')
          : says(forms)(channel, index, token),
    }),
    inputs: () => ({ service: 'acme/s0', wait: 'false' }),
  },
];

function targets(forms: readonly Form[], write: (index: number) => string): readonly string[] {
  return forms.map((_, index) => write(index));
}

/** One nonexistent service for every ten names. */
function lists(forms: readonly Form[]): readonly string[] {
  return Array.from(
    { length: Math.ceil(forms.length / 10) },
    (_, list) => `l${list}/missing-${list}`,
  );
}

function says(forms: readonly Form[]): HostileOptions['says'] {
  return (channel, index, token) => {
    const form = forms[index % forms.length]?.render(token) ?? '';
    if (channel === 'endpoint') return `https://e${index}.example/${form}`;
    if (channel === 'token refusal' || channel === 'last used') return undefined;
    // A header can't hold more than this. With a longer one, the answer would be lost.
    return channel === 'request header' &&
      (form.length > 8_000 || /[^\x20-\x7e\x80-\xff]/.test(form))
      ? undefined
      : text(channel, index, forms, token);
  };
}

/**
 * A form after a mark. The mark proves that the channel was reached and that only the form was
 * hidden.
 */
function text(channel: Channel, index: number, forms: readonly Form[], token: string): string {
  const form = forms[index % forms.length];
  if (form?.bare === true) return form.render(token);
  return `${mark(channel, index % forms.length)} ${form?.render(token) ?? ''} .`;
}

function mark(channel: Channel, index: number): string {
  return `${channel.replace(' ', '-')}-${index}:`;
}

async function go(
  way: Way,
  host: HostUnderTest,
  token: string,
  forms: readonly Form[],
): Promise<Written> {
  const server = await startHostileOutpost({
    says: says(forms),
    services: 1,
    ...way.options(forms),
  });
  try {
    return await runOn(host, {
      token,
      inputs: { origin: server.origin, 'token-name': 'ci', ...way.inputs(forms) },
    });
  } finally {
    await server.close();
  }
}

/** Each run happens only once, for all tests that look at it. */
const runs = new Map<string, Promise<Written>>();

export function written(
  way: Way,
  host: HostUnderTest,
  token: string,
  forms: readonly Form[],
): Promise<Written> {
  const key = [way.name, host, token, forms.length].join();
  const run = runs.get(key) ?? go(way, host, token, forms);
  runs.set(key, run);
  return run;
}

/** The longest part of a message that is shown. */
const SHOWN = 500;

/** Marks of texts that were sent but appear nowhere. For those, the test would prove nothing. */
export function unseenMarks(
  run: Written,
  way: Way,
  token: string,
  forms: readonly Form[],
): readonly string[] {
  const seen = [...shownInLog(run), ...shownInFiles(run)].map((shown) => shown.text).join('\n');
  const { says: saying = says(forms) } = way.options(forms);
  const said = way.channels.flatMap((channel) =>
    forms.map((_, index) => saying(channel, index, token)?.slice(0, SHOWN) ?? ''),
  );
  const marks = said.flatMap((words) => words.match(/\b[a-z-]+-\d+:/g) ?? []);
  return [...new Set(marks)].filter((one) => !seen.includes(one));
}
