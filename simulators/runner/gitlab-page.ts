/** What a GitLab job page shows of a raw log. */

export interface Section {
  readonly name: string;
  readonly collapsed: boolean;
  readonly closed: boolean;
}

export interface GitlabPage {
  readonly page: readonly string[];
  readonly sections: readonly Section[];
  readonly problems: readonly string[];
}

interface OpenSection {
  readonly name: string;
  readonly collapsed: boolean;
  closed: boolean;
}

interface PageState {
  readonly page: string[];
  readonly sections: OpenSection[];
  readonly problems: string[];
  current: string;
}

// Seconds since 1970 have ten digits until the year 2286. A number with far more digits once made
// whole logs impossible to load.
const TIMESTAMP_DIGITS = 10;

// The alternatives of the pattern, in order: a section marker, which counts anywhere in a line; LF
// or CRLF, which ends a line; a bare CR; an escape sequence, which ends at the FIRST byte in @-~,
// so only `ESC ]8;;h` of an OSC link is removed; an unfinished escape sequence, up to the end of
// the line; any other text, up to the next character that could start one of these.
const TOKEN =
  /section_(?<action>start|end):(?<time>\d+):(?<name>[\w.-]+)(?:\[(?<options>[^\]\r\n]*)\])?\r\x1b\[0K|(?<newline>\r?\n)|(?<erase>\r)|\x1b[@-_][^\n]*?[@-~]|\x1b[@-_][^\n]*|(?<text>.[^\x1b\r\ns]*)/gs;

export function renderPage(raw: string): GitlabPage {
  const state: PageState = { page: [], sections: [], problems: [], current: '' };
  for (const match of raw.matchAll(TOKEN)) step(state, match.groups ?? {});
  flush(state);
  return state;
}

function step(state: PageState, token: Readonly<Record<string, string | undefined>>): void {
  if (token['action'] !== undefined) section(state, token);
  else if (token['newline'] !== undefined) {
    state.page.push(state.current);
    state.current = '';
  } else if (token['erase'] !== undefined) erase(state);
  else state.current += token['text'] ?? '';
}

/** A bare CR discards the current line so far. */
function erase(state: PageState): void {
  if (state.current !== '') state.problems.push(`a bare CR erased: ${state.current}`);
  state.current = '';
}

function section(state: PageState, token: Readonly<Record<string, string | undefined>>): void {
  flush(state);
  const { action, time = '', name = '', options = '' } = token;
  if (time.length > TIMESTAMP_DIGITS)
    state.problems.push(`absurd time of section ${name}: ${time}`);
  const open = state.sections.findLast((candidate) => candidate.name === name && !candidate.closed);
  if (action === 'start') {
    if (open !== undefined) state.problems.push(`section ${name} opened twice`);
    state.sections.push({
      name,
      collapsed: options.split(',').includes('collapsed=true'),
      closed: false,
    });
  } else if (open === undefined) {
    state.problems.push(`section ${name} ended without a start`);
  } else {
    open.closed = true;
  }
}

function flush(state: PageState): void {
  if (state.current !== '') state.page.push(state.current);
  state.current = '';
}
