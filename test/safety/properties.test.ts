import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAsGithub } from '../../simulators/runner/github.ts';
import { readAsGitlab } from '../../simulators/runner/gitlab.ts';
import { findLeaks } from '../../simulators/runner/leaks.ts';
import { createGitlabHost } from '../../src/hosts/gitlab.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createSink, type Sink } from '../../src/output/sink.ts';
import { anOutput, NO_RESULTS } from '../support/build.ts';
import { cuts, forms, text, wholes } from './generators.ts';
import { PAYLOADS } from './payloads.ts';

/** Cuts the text into one more piece than there are cuts. */
function cutUp(whole: string, at: readonly number[]): readonly string[] {
  const ends = [
    0,
    ...at.map((place) => place % (whole.length + 1)).sort((left, right) => left - right),
    whole.length,
  ];
  return ends.slice(1).map((end, index) => whole.slice(ends[index], end));
}

interface Output {
  readonly sink: Sink;
  /** What was written, without the prefix of each line, so that lines can be rejoined. */
  shown(): string;
}

function sinkFor(token: string): Output {
  let written = '';
  const sink = createSink((chunk) => {
    written += chunk;
  });
  sink.hide(new Secret(token));
  return { sink, shown: () => written.replace(/^ {2}web \| /gm, '') };
}

describe('no form survives', () => {
  test('in one line, with any text around it', () => {
    fc.assert(
      fc.property(text, forms, text, (before, { token, form }, after) => {
        const { sink, shown } = sinkFor(token);
        sink.say(`${before} ${form} ${after}`);
        expect(findLeaks(sink.clean(`${before} ${form} ${after}`), token)).toEqual([]);
        expect(findLeaks(shown(), token)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('in lines that come together, split anywhere', () => {
    fc.assert(
      fc.property(text, wholes, text, cuts, (before, { token, form }, after, at) => {
        const { sink, shown } = sinkFor(token);
        sink.quote('web', cutUp(`${before}${form}${after}`, at));
        sink.flush();
        expect(findLeaks(shown(), token)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('across two reads of a log, even with other output in between', () => {
    fc.assert(
      fc.property(
        text,
        wholes,
        text,
        cuts.filter(({ length }) => length > 0),
        fc.boolean(),
        (before, { token, form }, after, [at = 0], interrupted) => {
          const { sink, shown } = sinkFor(token);
          for (const lines of cutUp(`${before}${form}${after}`, [at])) {
            sink.quote('web', [lines]);
            if (interrupted) sink.writeRaw('');
          }
          sink.flush();
          expect(findLeaks(shown(), token)).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });

  // Parts that are too short to be hidden by themselves, in separate lines or reads.
  test('ten characters of it across lines or reads of a few each', () => {
    fc.assert(
      fc.property(text, forms, text, cuts, (before, { token, form }, after, at) => {
        const { sink, shown } = sinkFor(token);
        for (const lines of cutUp(`${before}${form}${after}`, at))
          sink.quote('web', lines.split('\n'));
        sink.flush();
        expect(findLeaks(shown(), token)).toEqual([]);
      }),
      { numRuns: 400, examples: [['', { token: TOKEN, form: TOKEN }, '', [5, 10, 15, 20, 25]]] },
    );
  });
});

const TOKEN = 'op_pat_AbCdEf0123456789ZyXwVu';

describe('untrusted text runs no command', () => {
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom(...PAYLOADS.map(({ render }) => render(''))),
        fc.constantFrom(
          '::',
          ':',
          '##[',
          '##',
          '[',
          ']',
          'error',
          'add-mask',
          'section_end:1:x',
          '\u001b[0K',
          '\r',
          '\n',
          '\u0085',
          '\u200b',
          ' ',
        ),
        fc.string({ maxLength: 3, unit: 'binary' }),
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(''));

  test('on GitHub, in our lines, in untrusted lines, and stopped or not', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.array(hostile, { maxLength: 4 }),
        fc.boolean(),
        (words, lines, stopped) => {
          let written = '';
          const frame = (block: string): string =>
            stopped ? `::stop-commands::${STOP}\n${block}::${STOP}::\n` : block;
          const sink = createSink((chunk) => {
            written += chunk;
          }, frame);
          sink.say(words);
          sink.quote(words, lines);
          sink.say(lines.join('\n'));
          const log = readAsGithub([{ stream: 'stdout', data: Buffer.from(written) }]);
          expect(
            log.commands.filter(({ name }) => !['stop-commands', 'resume'].includes(name)),
          ).toEqual([]);
          expect(log.problems).toEqual([]);
          expect(log.stoppedAtEnd).toBe(false);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('on GitLab, in any message', () => {
    fc.assert(
      fc.property(hostile, fc.array(hostile, { maxLength: 4 }), (words, lines) => {
        let written = '';
        const write = (chunk: string): void => {
          written += chunk;
        };
        const host = createGitlabHost({
          env: {},
          flags: {},
          folder: '.',
          log: anOutput(write),
          results: NO_RESULTS,
        });
        host.say(words);
        host.quote(words, lines);
        host.group(words, lines);
        host.fail({ title: words, message: lines.join('\n') });
        const log = readAsGitlab([{ stream: 'stdout', data: Buffer.from(written) }]);
        expect(log.problems).toEqual([]);
        expect(log.sections).toEqual([
          { name: expect.stringMatching(/^outpost_/), collapsed: false, closed: true },
        ]);
      }),
      { numRuns: 200 },
    );
  });
});

const STOP = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
