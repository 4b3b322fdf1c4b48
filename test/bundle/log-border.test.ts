import { expect, test } from '@jest/globals';
import { startHostileOutpost } from '../safety/hostile-outpost.ts';
import { runOn, type Written } from '../safety/written.ts';

const TOKEN = 'op_pat_2vN8xQ4LrT0yWb6KsE1u';

async function logOf(lines: readonly string[]): Promise<Written> {
  const server = await startHostileOutpost({
    says: () => undefined,
    services: 1,
    log: () => Buffer.from(`${lines.join('\n')}\n`),
  });
  try {
    return await runOn('shell', {
      token: TOKEN,
      inputs: { origin: server.origin, 'token-name': 'ci', service: 'acme/s0' },
    });
  } finally {
    await server.close();
  }
}

test('the end of the lines from before the deploy call is marked', async () => {
  // The line is less than 30 s older than the call. The run takes its time from the server.
  const near = new Date(Date.now() - 2_000).toISOString();
  const { page, report } = await logOf([
    `${near} of the old revision`,
    '2099-01-01T00:00:00Z of ours',
  ]);
  const marked = page.filter((line) =>
    /of the old revision|of ours|before the deploy call/.test(line),
  );
  expect(marked.slice(0, 3)).toEqual([
    expect.stringMatching(/\| .* of the old revision/),
    expect.stringMatching(/^acme\/s0: the log lines above are from before the deploy call/),
    expect.stringMatching(/\| .* of ours/),
  ]);
  expect(report?.deployments[0]?.log_tail).toEqual([expect.stringMatching(/of ours/)]);
});

test('an old date in the middle hides no line before it', async () => {
  const { page } = await logOf([
    'fatal: cannot reach the database',
    '2024-01-01T00:00:00Z imported old record',
    'exit 1',
  ]);
  for (const text of ['fatal: cannot reach the database', 'imported old record', 'exit 1'])
    expect(page.filter((line) => line.includes(` | `) && line.includes(text))).toHaveLength(1);
});

test('one JSON entry of 200,000 lines is read to its end', async () => {
  const { page } = await logOf([JSON.stringify([{ message: `${'x\n'.repeat(200_000)}the end` }])]);
  expect(page.join('\n')).not.toMatch(/cannot be read/);
  expect(page.join('\n')).toMatch(/\| the end$/m);
});
