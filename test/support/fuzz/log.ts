import fc from 'fast-check';
import { readAsGithub } from '../../../simulators/runner/github.ts';
import { readAsGitlab } from '../../../simulators/runner/gitlab.ts';
import { findLeaks } from '../../../simulators/runner/leaks.ts';
import { cuts, forms, text } from '../../safety/generators.ts';
import { PAYLOADS } from '../../safety/payloads.ts';
import type { Subject } from './subject.ts';

const STAMPS = ['2036-01-01T00:00:00Z ', '[2036-01-01 00:00:00,123] ', ''] as const;
const STOP = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** A log with the token in some form, in lines that break anywhere, with or without timestamps. */
const log = fc.record({
  secret: forms,
  parts: fc.array(
    fc.oneof(text, fc.constantFrom(...PAYLOADS.map(({ render }) => render('')), '\n', '\r\n')),
    { maxLength: 6 },
  ),
  at: fc.nat({ max: 6 }),
  cuts,
  stamp: fc.constantFrom(...STAMPS),
  /** The number of lines in one read of the log. */
  pageLength: fc.integer({ min: 1, max: 5 }),
});

/**
 * Every way that a log leaves the program, read the way both runners read it.
 *
 * @returns a property that fails with what was seen.
 */
export function logProperty(subject: Subject): fc.IProperty<unknown> {
  return fc.property(
    log,
    ({ secret: { token, form }, parts, at, cuts: places, stamp, pageLength }) => {
      const whole = [...parts.slice(0, at), form, ...parts.slice(at)].join('');
      const lines = cutUp(whole, places).map((line) => `${stamp}${line.replaceAll('\n', ' ')}`);
      for (const stopped of [true, false]) {
        const { written, cleaned } = writtenBy(subject, token, lines, pageLength, stopped);
        const data = Buffer.from(written);
        const github = readAsGithub([{ stream: 'stdout', data }]);
        none(
          'commands',
          github.commands.filter(({ name }) => name !== 'stop-commands' && name !== 'resume'),
        );
        none('complaints of GitHub', github.problems);
        none('what stayed stopped', github.stoppedAtEnd ? ['commands'] : []);
        const gitlab = readAsGitlab([{ stream: 'stdout', data }]);
        none('complaints of GitLab', gitlab.problems);
        none('sections', gitlab.sections);
        for (const page of [github.lines, gitlab.page, cleaned])
          none('leaks', findLeaks(joined(page, stamp), token));
      }
    },
  );
}

/** Rejoins the lines as a reader who reassembles a token would: without the prefix of each line. */
function joined(lines: readonly string[], stamp: string): string {
  return lines
    .map((line) => line.replace(/^ {2}web \| /, ''))
    .map((line) => (line.startsWith(stamp) ? line.slice(stamp.length) : line))
    .join('\n');
}

function writtenBy(
  subject: Subject,
  token: string,
  lines: readonly string[],
  pageLength: number,
  stopped: boolean,
): { readonly written: string; readonly cleaned: readonly string[] } {
  let written = '';
  const frame = (block: string): string =>
    stopped ? `::stop-commands::${STOP}\n${block}::${STOP}::\n` : block;
  const sink = subject['output/sink.ts'].createSink((chunk) => {
    written += chunk;
  }, frame);
  sink.hide(new subject['lib/secret.ts'].Secret(token));
  for (let from = 0; from < lines.length; from += pageLength)
    sink.quote('web', lines.slice(from, from + pageLength));
  sink.flush();
  return { written, cleaned: sink.cleanLog(lines) };
}

/** Cuts the text into one more piece than there are cuts. */
function cutUp(whole: string, at: readonly number[]): readonly string[] {
  const ends = [
    0,
    ...at.map((place) => place % (whole.length + 1)).sort((a, b) => a - b),
    whole.length,
  ];
  return ends.slice(1).map((end, index) => whole.slice(ends[index], end));
}

function none(what: string, found: readonly unknown[]): void {
  if (found.length > 0) throw new Error(`${what}: ${JSON.stringify(found)}`);
}
