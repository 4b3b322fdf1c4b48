import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Annotation, Host } from '../host.ts';
import { inputs } from '../inputs/table.ts';
import { createSink, isPlaceholder, type Sink } from '../output/sink.ts';
import type { Output } from '../output/stdout.ts';
import type { Publication } from '../report/publication.ts';
import { type Environment, readStepInputs, strayInputs, takeToken } from './environment.ts';
import { replaceFile, safeReport, tryWriting } from './files.ts';
import { readGithubContext } from './github-context.ts';

/**
 * One of the steps that the runner makes of the action: main, or post at the end of the job.
 */
export interface GithubStep {
  readonly host: Host;
  /** In the post step: whether main finished, with any result. */
  hasEnded(): boolean;
  /** Tells the post step that main finished. */
  saveEnded(): void;
}

/**
 * GitHub Actions as a host. The only file that imports @actions/core, which writes the runner's
 * commands and escapes their data. Everything goes to stdout: the runner would handle stderr before
 * the masks.
 *
 * @param env the process's environment; the token is removed from it.
 * @param rows the inputs of the action: the deploy's, unless given.
 */
export function createGithubHost(
  env: Environment,
  stdout: Output,
  rows: Parameters<typeof strayInputs>[0] = inputs,
): GithubStep {
  const sink = createSink(stdout.write, stopCommands());
  const token = takeToken(env, ['INPUT_TOKEN', 'OUTPOST_TOKEN']);
  const annotate = (command: typeof core.error, { title, message, place }: Annotation): void => {
    sink.flush();
    const at = place === undefined ? {} : { file: sink.clean(place.file), startLine: place.line };
    command(sink.cleanLines(message).join('\n'), { title: sink.clean(title), ...at });
  };
  const warn = (annotation: Annotation): void => annotate(core.warning, annotation);

  const host: Host = {
    name: 'github',
    context: readGithubContext(env),
    token,
    keptForm: () => {
      const text = env[`STATE_${FORM}`];
      return text !== undefined && /^\d$/.test(text) ? Number(text) : undefined;
    },
    keepForm: (number) => saveState(env, FORM, String(number), () => undefined),
    begin: () => Promise.resolve(),
    inputs: () => readStepInputs(inputs, env),
    strayInputs: strayInputs(rows, env),
    mask: (secret) => {
      sink.hide(secret);
      for (const form of masksOf(secret.reveal())) core.setSecret(form);
    },
    say: sink.say,
    conclude: sink.say,
    quote: sink.quote,
    cleanLog: sink.cleanLog,
    drained: stdout.drained,
    repeatsLog: true,
    group: (title, lines) => {
      sink.flush();
      core.startGroup(sink.clean(title));
      for (const line of lines) sink.say(line);
      core.endGroup();
    },
    notice: (annotation) => annotate(core.notice, annotation),
    warn,
    fail: (annotation) => annotate(core.error, annotation),
    publish: (report, publicationOf) =>
      publish(publicationOf(safeReport(report, sink)), env, sink, warn),
  };
  return {
    host,
    hasEnded: () => env[`STATE_${ENDED}`] === 'true',
    saveEnded: () =>
      saveState(env, ENDED, 'true', () =>
        warn({
          title: 'The state could not be written',
          message:
            "The post step will show what is live again. This doesn't change the result of the job.",
        }),
      ),
  };
}

/** What a step saves under these names, the runner passes to later ones as STATE_*. */
const ENDED = 'outpost-ended';
const FORM = 'outpost-form';

function saveState(env: Environment, name: string, value: string, onFailure: () => void): void {
  if (!env['GITHUB_STATE']) return;
  try {
    core.saveState(name, value);
  } catch {
    onFailure();
  }
}

/**
 * What the runner should mask: the value, and the forms that it doesn't derive itself. Short values
 * and placeholders are ordinary words that a log needs.
 */
function masksOf(value: string): readonly string[] {
  if (isPlaceholder(value)) return [];
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const forms = [
    value,
    value.replace(/^op_pat_/, ''),
    bytes.toString('base64url'),
    hex,
    hex.toUpperCase(),
    encodeURIComponent(value),
  ];
  return [...new Set(forms)].filter((form) => form.trim().length >= 8);
}

/**
 * The runner ignores commands between the two lines, in addition to the escaping of each line. The
 * word is 128 random bits, so no log can contain it.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
 */
function stopCommands(): (block: string) => string {
  let word: string | undefined;
  return (block) => {
    // Made on demand: the first random bytes of a process take a while.
    word ??= randomBytes(16).toString('hex');
    return `::stop-commands::${word}\n${block}::${word}::\n`;
  };
}

/** Never in the working directory: a later step may commit or publish what is there. */
function pathsOf(env: Environment): { readonly summary: string; readonly report: string } {
  const step = (env['GITHUB_ACTION'] ?? '').replace(/\W+/g, '_') || 'step';
  const folder = env['RUNNER_TEMP'];
  const path = folder
    ? join(folder, `outpost-report-${step}`)
    : // Runs on one machine share this folder.
      join(tmpdir(), `outpost-report-${step}-${randomBytes(6).toString('hex')}`);
  return { summary: `${path}.md`, report: `${path}.json` };
}

/** Writes each result separately, so that a full disk or a missing file affects only that one. */
async function publish(
  publication: Publication,
  env: Environment,
  sink: Sink,
  warn: (annotation: Annotation) => void,
): Promise<void> {
  const paths = pathsOf(env);
  await tryWriting('The report', warn, () =>
    replaceFile(paths.report, sink.redact(publication.json())),
  );
  await tryWriting('The summary file', warn, () =>
    replaceFile(paths.summary, sink.redact(publication.markdown())),
  );
  await tryWriting('The outputs', warn, () => {
    if (!env['GITHUB_OUTPUT']) return;
    for (const [name, value] of Object.entries({ ...publication.outputs(), ...paths }))
      core.setOutput(name, sink.redact(value));
  });
  await tryWriting('The summary', warn, () => {
    if (!env['GITHUB_STEP_SUMMARY']) return undefined;
    return core.summary.addRaw(sink.redact(publication.markdown())).write();
  });
}
