import type { WireFault } from '../../emulator/faults.ts';
import { injectionLines, loginPage } from '../../emulator/payloads.ts';
import type { Scenario } from '../../emulator/scenario.ts';
import { answer, deployed, inTurn, prove, type Row, refusal } from './row.ts';

// Faults of the log. The log is best effort: whatever happens to it, only the status decides.

const lines = Array.from({ length: 12 }, (_, index) => `Loading shard ${index + 1}`);

/** A rollout long enough for two reads of the log. */
function logged(fields: Partial<Scenario> & { readonly log?: readonly string[] } = {}): Scenario {
  const { log = lines, ...rest } = fields;
  return {
    rollout: [
      { status: 'deploying', ms: 15_000, log },
      { status: 'running', log: ['Ready'] },
    ],
    ...rest,
  };
}

const always = { on: 'service.logs', times: 'always' } as const;

const broken: readonly (readonly [id: string, fault: string, does: WireFault])[] = [
  ['F07', 'resets', { kind: 'reset' }],
  ['F09', 'cut bodies', { kind: 'cut' }],
  ['F11', 'no answer', { kind: 'hang' }],
  ['F12', 'one byte every five seconds', { kind: 'slow', delayMs: 5_000 }],
  ['F13', 'empty answers', answer(200)],
  ['F14', 'a login page', answer(200, loginPage)],
  ['F16', 'the wrong shape', answer(200, '{"data":{"line":7}}')],
  ['F17', 'a body of a gigabyte', { kind: 'big-body', bytes: 1_073_741_824 }],
  ['F19', 'a redirect', { kind: 'redirect', location: '/login' }],
  ['F43', '404', refusal(404, 'not_found', 'No logs.')],
  ['F43', '403', refusal(403, 'forbidden', 'Not for you.')],
  ['F43', '401', answer(401)],
  ['F43', '503', answer(503)],
  ['F43', '429 with a minute to wait', answer(429, '{}', { 'retry-after': '60' })],
];

prove([
  ...inTurn(
    broken.map(
      ([id, fault, does]): Row => ({
        id,
        fault: `logs: ${fault}, forever`,
        scenario: logged({ faults: [{ ...always, do: does }] }),
        ...deployed,
        atMost: 24,
      }),
    ),
  ),
  {
    id: 'F09',
    fault: 'a failed rollout is still reported as failed if its log cannot be read',
    scenario: {
      rollout: [{ status: 'deploying' }, { status: 'failed', log: ['crash'] }],
      faults: [{ ...always, do: { kind: 'cut' } }],
    },
    exit: 5,
    status: 'failed',
    code: 'rollout-failed',
  },
  {
    id: 'F41',
    fault: 'the same page again and again shows its lines once',
    scenario: logged(),
    ...deployed,
    says: /Loading shard 12[\s\S]*Ready/,
    silentOn: /Loading shard 1\n[\s\S]*Loading shard 1\n|were not seen/,
  },
  {
    id: 'F39',
    fault: 'every line twice: no line is shown more often than Outpost shows it',
    scenario: logged({ logs: { order: 'duplicated' } }),
    ...deployed,
    silentOn: /(?:Loading shard 1\n[\s\S]*){3}/,
  },
  {
    id: 'F39',
    fault: 'lines out of order',
    scenario: logged({ logs: { order: 'out-of-order' } }),
    ...deployed,
    says: /Loading shard 12/,
  },
  {
    id: 'F40',
    fault: 'the token in a line of the log',
    scenario: logged(),
    prepare: ({ world }, token) => {
      const service = world.findService('acme', 'web');
      // The timestamp is during the rollout. A line from before the deploy would not be the
      // deploy's own.
      const atMs = world.nowMs() + 60_000;
      const spread = [...token].join('\u200b');
      service?.log.push(
        ...[`T=${token} é✓`, `T=${spread}`].map((message) => ({ atMs, visibleFromMs: 0, message })),
      );
    },
    ...deployed,
    says: /T=\*\*\* é✓[\s\S]*T=\*\*\*/,
  },
  {
    id: 'F42',
    fault: 'a log without end',
    scenario: logged({ logs: { order: 'endless' } }),
    ...deployed,
    says: /tick \d+/,
  },
  {
    id: 'F42',
    fault: 'a line of 10 MiB',
    scenario: logged({ log: ['x'.repeat(10_485_760)] }),
    ...deployed,
  },
  {
    id: 'F44',
    fault: 'the last read of the log hangs',
    scenario: {
      rollout: [{ status: 'deploying' }, { status: 'running', log: ['Ready'] }],
      faults: [{ ...always, do: { kind: 'hang' } }],
    },
    ...deployed,
    atMost: 11,
  },
  {
    id: 'F45',
    fault: 'commands, colours, sections, NUL',
    scenario: logged({ log: injectionLines }),
    ...deployed,
    says: /Ready/,
  },
  ...inTurn(
    (['json', 'text', 'strings'] as const).map(
      (shape): Row => ({
        id: 'F45',
        fault: `the log as ${shape}`,
        scenario: logged({ logs: { shape } }),
        ...deployed,
        says: /Loading shard 12/,
      }),
    ),
  ),
]);
