import type { ApiResponse } from './errors.ts';
import { invalid, json } from './errors.ts';
import { wholeNumber } from './pages.ts';
import type { LogOrder, LogShape } from './scenario.ts';
import type { LogLine } from './steps.ts';
import { isoTime } from './vocabulary.ts';
import type { World } from './world.ts';

const DEFAULT_LINES = 100;
const MAX_LINES = 10_000;
const ENDLESS_LINES = 500;

/**
 * The latest log lines of a service or a job. The pages "Services" and "Jobs" document a count of
 * lines (10,000 at most) and an ISO 8601 lower bound; the names `tail` and `since`, the default of
 * 100 and the shape of the answer are assumptions.
 */
export function logResponse(world: World, log: LogLine[], query: URLSearchParams): ApiResponse {
  const { shape = 'json', order = 'in-order' } = world.scenario.logs ?? {};
  const count = wholeNumber(query, 'tail', DEFAULT_LINES, MAX_LINES);
  const sinceMs = sinceOf(query);
  if (order === 'endless') appendEndlessly(log, world.nowMs());
  const visible = log.filter((line) => line.visibleFromMs <= world.nowMs() && line.atMs >= sinceMs);
  return shaped(reordered(visible.slice(-count), order), shape);
}

function sinceOf(query: URLSearchParams): number {
  const text = query.get('since');
  if (text === null) return Number.NEGATIVE_INFINITY;
  const sinceMs = Date.parse(text);
  if (Number.isNaN(sinceMs)) throw invalid(`since must be an ISO 8601 time, not "${text}".`);
  return sinceMs;
}

function appendEndlessly(log: LogLine[], nowMs: number): void {
  const first = log.length;
  for (let index = 0; index < ENDLESS_LINES; index++) {
    log.push({ atMs: nowMs, visibleFromMs: nowMs, message: `tick ${first + index}` });
  }
}

function reordered(lines: readonly LogLine[], order: LogOrder): readonly LogLine[] {
  switch (order) {
    case 'in-order':
    case 'endless':
      return lines;
    case 'duplicated':
      return lines.flatMap((line) => [line, line]);
    case 'out-of-order':
      return lines.map((line, index) => lines[index % 2 === 0 ? index + 1 : index - 1] ?? line);
  }
}

function shaped(lines: readonly LogLine[], shape: LogShape): ApiResponse {
  switch (shape) {
    case 'json':
      return json(200, {
        data: lines.map((line) => ({ timestamp: isoTime(line.atMs), message: line.message })),
      });
    case 'strings':
      return json(200, { data: lines.map((line) => `${isoTime(line.atMs)} ${line.message}`) });
    case 'text': {
      const body = lines.map((line) => `${isoTime(line.atMs)} ${line.message}\n`).join('');
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
    }
  }
}
