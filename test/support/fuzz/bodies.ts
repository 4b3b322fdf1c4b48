import fc from 'fast-check';
import type { Subject } from './subject.ts';

const KEYS = [
  ...['data', 'error', 'errors', 'message', 'code', 'request_id', 'name', 'namespace', 'service'],
  ...['status', 'state', 'phase', 'id', 'deployment', 'currentDeployment', 'deployment_id'],
  ...['endpoint', 'commit', 'branch', 'version', 'active_versions', 'updated_at', 'scopes'],
  ...['expires_at', 'timestamp', 'line', 'text', 'logs', '__proto__', 'constructor'],
];
/** Long enough that anything slower than linear shows. */
const long = fc
  .tuple(
    fc.constantFrom('x', '\n', '[', '{"a":', '\u001b[0', '<', ' ', '\\', '"', '\u2028'),
    fc.nat(60_000),
  )
  .map(([unit, count]) => unit.repeat(count));
const scalar = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'web',
      'acme',
      'running',
      'failed',
      'svc_0123456789ab',
      0,
      -1,
      1e300,
      null,
      true,
    ),
  },
  { weight: 3, arbitrary: fc.string({ maxLength: 30, unit: 'binary' }) },
  { weight: 1, arbitrary: long },
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 6 }),
  ),
}));
const body = fc.oneof(
  { weight: 8, arbitrary: value.map((json) => JSON.stringify(json)) },
  {
    weight: 2,
    arbitrary: fc.tuple(value, fc.nat()).map(([json, at]) => cut(JSON.stringify(json), at)),
  },
  { weight: 1, arbitrary: long },
  { weight: 1, arbitrary: fc.string({ maxLength: 60, unit: 'binary' }) },
);

function cut(text: string, at: number): string {
  return text.slice(0, at % (text.length + 1));
}

const NAME = { namespace: 'acme', service: 'web' };
/**
 * The longest text of each kind that a reader may return: an address, a message, everything else.
 */
const LONGEST: Readonly<Record<string, number>> = { endpoint: 8_000, message: 500, value: 100_000 };
const LONGEST_SCALAR = 210;

/**
 * Whatever Outpost's answers contain, the readers throw nothing and return no long or multi-line
 * text.
 */
export function bodyProperty(subject: Subject): fc.IProperty<unknown> {
  const wire = subject['outpost/wire.ts'];
  const readers: readonly ((text: string) => unknown)[] = [
    wire.parseRefusal,
    (text) => subject['outpost/record-wire.ts'].parseTokenRecord(text),
    subject['outpost/record-wire.ts'].parseTokenRecords,
    wire.parseRepositoryNames,
    (text) => subject['outpost/service-wire.ts'].parseService(text, NAME),
    (text) => subject['outpost/deploy-wire.ts'].parseDeployAnswer(text),
  ];
  return fc.property(body, (text) => {
    for (const read of readers) checkTexts('', read(text));
    const { lines } = subject['outpost/log-page.ts'].readLogPage(Buffer.from(text));
    if (lines.length > 4 * Buffer.byteLength(text) + 100) throw new Error('the log grew');
    if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('a prototype was changed');
  });
}

function checkTexts(name: string, read: unknown): void {
  if (typeof read === 'string') {
    if (read.length > (LONGEST[name] ?? LONGEST_SCALAR))
      throw new Error(`${name} is ${read.length} long`);
    const lines = read.split(/[\r\n\u0085\u2028\u2029]/).length;
    if (lines > (name === 'message' ? 501 : 1) && name !== 'endpoint')
      throw new Error(`${name} has ${lines} lines`);
    return;
  }
  if (typeof read !== 'object' || read === null) return;
  for (const [key, one] of Object.entries(read)) checkTexts(Array.isArray(read) ? name : key, one);
}
