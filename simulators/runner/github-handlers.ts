/** The workflow commands of the GitHub runner, and what a line with one of them does. */

import {
  foldCase,
  parseCommand,
  propertyOf,
  type RunnerCommand,
  trimLikeDotnet,
} from './github-command.ts';
import { addMaskValues } from './github-masker.ts';
import {
  annotate,
  echoLine,
  fail,
  type GithubSession,
  noteMarkers,
  show,
  showText,
} from './github-session.ts';

type Handler = (session: GithubSession, command: RunnerCommand) => void;

const STOP_TOKEN_MASKED_ABOVE = 6;
const MASK_MIN = 8;

const HANDLERS: Readonly<Record<string, Handler>> = {
  'stop-commands': stopCommands,
  'set-env': refuse,
  'add-path': refuse,
  'set-output': setOutput,
  'save-state': saveState,
  'add-mask': addMask,
  'add-matcher': echoLine,
  'remove-matcher': echoLine,
  error: (session, command) => annotate(session, 'error', command.data, command.properties),
  warning: (session, command) => annotate(session, 'warning', command.data, command.properties),
  notice: (session, command) => annotate(session, 'notice', command.data, command.properties),
  debug: showDebug,
  group: openGroup,
  endgroup: closeGroup,
  echo: switchEcho,
};

export const COMMAND_NAMES: readonly string[] = Object.keys(HANDLERS);

export function handleLine(session: GithubSession, line: string): void {
  // The runner parses lines even while commands are stopped, so a known command before the resume
  // word on the same line hides it.
  const command = parseCommand(line, session.names);
  if (command !== undefined && command.name === session.stopWord) {
    resume(session, command);
  } else if (command === undefined || session.stopWord !== undefined) {
    showText(session, line);
  } else {
    session.commands.push(command);
    HANDLERS[command.name]?.(session, command);
  }
}

function resume(session: GithubSession, command: RunnerCommand): void {
  session.commands.push({ ...command, name: 'resume' });
  session.names.delete(command.name);
  session.stopWord = undefined;
  show(session, command.line);
}

function stopCommands(session: GithubSession, command: RunnerCommand): void {
  const word = foldCase(command.data);
  if (word === '' || word === 'pause-logging' || session.names.has(word)) {
    fail(session, 'stop token refused: the step breaks', 'stop-commands');
    return;
  }
  session.stopWord = word;
  session.names.add(word);
  if (command.data.length > STOP_TOKEN_MASKED_ABOVE) session.masker.add(command.data);
  show(session, command.line);
}

/** `set-env` and `add-path`: the step fails, and the error message repeats the whole line. */
function refuse(session: GithubSession, command: RunnerCommand): void {
  echoLine(session, command);
  fail(session, `${command.name} refused: the step fails`, command.line);
}

/** The deprecated command still works, so a log line can forge an output. */
function setOutput(session: GithubSession, command: RunnerCommand): void {
  echoLine(session, command);
  const name = propertyOf(command, 'name');
  if (name === undefined || name === '')
    fail(session, 'set-output without a name: the step fails', command.line);
  // Outputs are not masked.
  else session.outputs.set(name, command.data);
}

function saveState(session: GithubSession, command: RunnerCommand): void {
  echoLine(session, command);
  if ((propertyOf(command, 'name') ?? '') === '')
    fail(session, 'save-state without a name: the step fails', command.line);
}

function addMask(session: GithubSession, command: RunnerCommand): void {
  if (trimLikeDotnet(command.data) === '') {
    session.problems.push('blank mask');
    annotate(session, 'warning', 'a blank value cannot be masked', {});
    return;
  }
  if (session.masks.length === 0 && session.lines.length > 0)
    session.problems.push('output before the first mask');
  for (const value of addMaskValues(command.data)) {
    // A short mask makes the log unreadable and job outputs disappear.
    if (value.length < MASK_MIN) session.problems.push(`mask shorter than ${MASK_MIN} characters`);
    session.masks.push(value);
    session.masker.add(value);
  }
  // The command line itself is never echoed.
  if (session.echo) show(session, '::add-mask::***');
}

function showDebug(session: GithubSession, command: RunnerCommand): void {
  if (session.debug) show(session, `##[debug]${command.data}`);
}

function openGroup(session: GithubSession, command: RunnerCommand): void {
  echoLine(session, command);
  noteMarkers(session, command.data);
  session.openGroups += 1;
  show(session, `##[group]${command.data}`);
}

function closeGroup(session: GithubSession, command: RunnerCommand): void {
  echoLine(session, command);
  if (session.openGroups === 0) session.problems.push('endgroup without a group');
  session.openGroups = Math.max(0, session.openGroups - 1);
  show(session, `##[endgroup]${command.data}`);
}

function switchEcho(session: GithubSession, command: RunnerCommand): void {
  const value = foldCase(command.data.trim());
  echoLine(session, command);
  if (value !== 'on' && value !== 'off')
    fail(session, 'echo takes on or off: the step fails', command.line);
  else session.echo = value === 'on';
}
