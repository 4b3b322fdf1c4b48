import { expect, test } from '@jest/globals';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createSink } from '../../src/output/sink.ts';
import { TOKEN } from '../support/build.ts';

/** A sink with two streams, and what was written in which order. */
function twoStreams() {
  const written: [stream: 'log' | 'errors', text: string][] = [];
  const sink = createSink(
    (text) => void written.push(['log', text]),
    undefined,
    (text) => void written.push(['errors', text]),
  );
  sink.hide(new Secret(TOKEN));
  return { sink, written };
}

test('lines that are held back are written to the log before an error', () => {
  const { sink, written } = twoStreams();
  sink.quote('web', ['one', TOKEN.slice(0, 14)]);
  sink.writeError('bad\n');
  expect(written.map(([stream]) => stream)).toEqual(['log', 'log', 'errors']);
  expect(written.at(-1)).toEqual(['errors', 'bad\n']);
});

test('a terminal that shows both streams shows no form of the token', () => {
  const { sink, written } = twoStreams();
  for (const at of [10, 15, 20]) {
    sink.quote('web', [TOKEN.slice(0, at)]);
    sink.writeError(`${sink.clean(`${TOKEN.slice(at)} refused`)}\n`);
    sink.writeError(`${sink.cleanLines(`${TOKEN}\n${TOKEN}`).join('\n')}\n`);
  }
  const shown = written.map(([, text]) => text).join('');
  expect(findLeaks(shown, TOKEN)).toEqual([]);
  expect(shown).not.toContain(TOKEN.slice(0, 14));
});

test('without a second stream, errors go to the log', () => {
  const written: string[] = [];
  const sink = createSink((text) => void written.push(text));
  sink.writeError('bad\n');
  expect(written).toEqual(['bad\n']);
});
