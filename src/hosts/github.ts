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
import { readContext } from './github-context.ts';

/**
 * One of the two steps that the runner makes of the action: main, and post after everything else of
 * the job.
 */
export interface GithubStep {
  readonly host: Host;
  /** In the post step: whether main came to its end, with whatever verdict. */
  hasEnded(): boolean;
  /** Tells the post step that main came to its end. */
  saveEnded(): void;
}

/**
 * GitHub Actions as a host. The only importer of @actions/core, which writes the runner's commands
 * and escapes their data. Everything goes to stdout: the runner handles stderr first, ahead of the
 * masks.
 *
 * @param env the process's environment: the token is taken out of it.
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
    context: readContext(env),
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
          message: 'The post step will say once more what is live. The verdict stands.',
        }),
      ),
  };
}

/** The runner hands what a step saves under these names to the later ones as STATE_*. */
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
 * What the runner is told to hide: the value, and the forms that it does not derive by itself.
 * Short values and placeholders are words that a log needs.
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
 * No command of the runner is heeded between the two, on top of the neutral text: the name is 128
 * random bits, so that no log can say it.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
 */
function stopCommands(): (block: string) => string {
  let word: string | undefined;
  return (block) => {
    // Made when it is needed: the first random bytes of a process take a while.
    word ??= randomBytes(16).toString('hex');
    return `::stop-commands::${word}\n${block}::${word}::\n`;
  };
}

/** Never in the working directory: a later step may commit or publish what lies there. */
function pathsOf(env: Environment): { readonly summary: string; readonly report: string } {
  const step = (env['GITHUB_ACTION'] ?? '').replace(/\W+/g, '_') || 'step';
  const folder = env['RUNNER_TEMP'];
  const path = folder
    ? join(folder, `outpost-report-${step}`)
    : // Runs on one machine share this folder.
      join(tmpdir(), `outpost-report-${step}-${randomBytes(6).toString('hex')}`);
  return { summary: `${path}.md`, report: `${path}.json` };
}

/**
 * Each is written on its own: a full disk or a missing file costs that one, never the
 * verdict.
 */
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
  await tryWriting('The file of the summary', warn, () =>
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
