import { randomBytes } from 'node:crypto';
import { Redactor } from '../../src/output/redact.ts';
import { TOKEN } from './log-stream.ts';
import { MIB, type Row, ratioRow, takeTurns } from './measure.ts';

function timeOf(work: () => unknown): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

/**
 * What it costs to redact 4 MiB on one line, compared with twice the text, and with the single
 * `replaceAll` that redaction is used instead of.
 */
async function costs(name: string, text: string, rounds: number): Promise<readonly Row[]> {
  const redactor = new Redactor();
  redactor.add(TOKEN);
  const half = text.length / 2;
  const once = `${text.slice(0, half)}${TOKEN}${text.slice(half + TOKEN.length)}`;
  const twice = once + once;
  const times = await takeTurns(rounds, {
    once: () => timeOf(() => redactor.redactLines([once])),
    twice: () => timeOf(() => redactor.redactLines([twice])),
    replace: () => timeOf(() => once.replaceAll(TOKEN, '***')),
  });
  return [
    ratioRow(
      `redaction of ${name} / one \`replaceAll\``,
      times.once,
      times.replace,
      'at most 3x',
      1,
    ),
    ratioRow(
      `redaction of ${name}: twice the text / once`,
      times.twice,
      times.once,
      'at most 2.5x',
      1,
    ),
  ];
}

/** Log lines as programs write them, without line ends. */
function ordinaryText(): string {
  let text = '';
  for (let number = 0; text.length < 4 * MIB; number += 1)
    text += `2026-01-01T00:00:00.${number}Z replica-${number % 3} info GET /orders/${number}/items 200 in ${number % 97} ms, user agent Mozilla/5.0 `;
  return text.slice(0, 4 * MIB);
}

export async function redaction(rounds = 21): Promise<readonly Row[]> {
  return [
    ...(await costs('4 MiB of a log', ordinaryText(), rounds)),
    ...(await costs('4 MiB of random letters', randomBytes(3 * MIB).toString('base64'), rounds)),
  ];
}
