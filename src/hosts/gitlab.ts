import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Context, Host, ProposedMerge } from '../host.ts';
import type { RawInputs } from '../inputs/table.ts';
import { createSink, type Sink } from '../output/sink.ts';
import type { Link } from '../report/publication.ts';
import { type Environment, readInputs, takeToken } from './environment.ts';
import { replaceFile, safeReport, tryWriting } from './files.ts';
import { hazardsOf } from './hazards.ts';
import {
  beginFiles,
  coloured,
  type PlainHostOptions,
  plainMessages,
  prefixOf,
  publishFiles,
  writeDocument,
} from './plain.ts';

const ANNOTATIONS_FILE = 'outpost-annotations.json';

/**
 * GitLab CI as a host. There is no mask command: only one kind of runner understands
 * `::add-mask::`, and all others print it. So our output is redacted here, and the runner masks the
 * exact value of a masked variable.
 */
export function createGitlabHost({ env, flags, folder, log, results }: PlainHostOptions): Host {
  const sink = createSink(log.write);
  const messages = plainMessages(sink, coloured);
  const inputs = readInputs(env, (name) => flags[name as keyof RawInputs]);
  const files = { folder, prefix: prefixOf(inputs), results, sink, warn: messages.warn };
  const writeLinks = (links: () => readonly Link[]): Promise<void> =>
    tryWriting(ANNOTATIONS_FILE, messages.warn, () =>
      replaceFile(join(folder, ANNOTATIONS_FILE), sink.redact(annotations(links()))),
    );
  return {
    name: 'gitlab',
    context: readContext(env),
    token: takeToken(env, ['OUTPOST_TOKEN']),
    begin: async () => {
      await beginFiles(files);
      if (results.files) await writeLinks(() => [{ label: 'Outpost', url: 'https://outpost.run' }]);
    },
    inputs: () => inputs,
    mask: sink.hide,
    drained: log.drained,
    ...messages,
    group: (title, lines) => section(sink, title, lines),
    publish: async (report, publicationOf) => {
      const publication = publicationOf(safeReport(report, sink));
      await publishFiles(publication, files);
      if (results.files) await writeLinks(publication.links);
    },
    document: (result) => writeDocument(result, files),
  };
}

/**
 * A collapsible section of the job's log. Untrusted text can't guess its name, so it can't end the
 * section. https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections
 */
function section(sink: Sink, title: string, lines: readonly string[]): void {
  const name = `outpost_${randomBytes(8).toString('hex')}`;
  const seconds = Math.floor(Date.now() / 1000);
  sink.writeRaw(
    `\u001b[0Ksection_start:${seconds}:${name}[collapsed=false]\r\u001b[0K${sink.clean(title)}\n`,
  );
  for (const line of lines) sink.writeRaw(`  ${sink.clean(line)}\n`);
  sink.writeRaw(`\u001b[0Ksection_end:${seconds}:${name}\r\u001b[0K\n`);
}

/** https://docs.gitlab.com/ci/variables/predefined_variables/ */
function readContext(env: Environment): Context {
  const proposedMerge = proposedMergeOf(env);
  // In a merged results pipeline, CI_COMMIT_SHA is the temporary merge. The commit on the branch is
  // its head.
  const commit = proposedMerge?.sourceCommit ?? (env['CI_COMMIT_SHA'] || undefined);
  const source = env['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'];
  const run = ['CI_SERVER_HOST', 'CI_PROJECT_ID', 'CI_PIPELINE_ID', 'CI_JOB_ID'].map(
    (name) => env[name] ?? '',
  );
  const isProtected = env['CI_COMMIT_REF_PROTECTED'];
  return {
    host: 'gitlab',
    branch: env['CI_COMMIT_BRANCH'] || env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'] || undefined,
    branchless: undefined,
    tag: env['CI_COMMIT_TAG'] || undefined,
    commit,
    proposedMerge,
    testedRun: undefined,
    commitUrl:
      commit === undefined || !env['CI_PROJECT_URL']
        ? undefined
        : `${env['CI_PROJECT_URL']}/-/commit/${commit}`,
    trigger: env['CI_PIPELINE_SOURCE'] ?? 'unknown',
    fromFork:
      source !== undefined && source !== '' && source !== env['CI_MERGE_REQUEST_PROJECT_ID'],
    fromDependabot: false,
    onProtectedRef: isProtected === undefined ? undefined : isProtected === 'true',
    environment: env['CI_ENVIRONMENT_NAME'] || undefined,
    ...hintOf(env['OUTPOST_TOKEN_HINT'] ?? ''),
    // GitLab doesn't tell a job that it's a retry.
    isRerun: false,
    hazards: hazardsOf(env),
    folder: env['CI_PROJECT_DIR'] || process.cwd(),
    runId: env['CI_PIPELINE_ID'] || undefined,
    runKey: ['gitlab', ...run].join(':'),
  };
}

/**
 * The templates pass on the value of OUTPOST_TOKEN_NAME. It only counts if the input `token-name`
 * could have that value, and never if it's a token.
 */
function hintOf(text: string): Pick<Context, 'tokenNameHint'> {
  const isName = /^[A-Za-z0-9 ._@/+:()#-]{1,100}$/.test(text) && !text.includes('op_pat_');
  return isName && text.trim() !== '' ? { tokenNameHint: text.trim() } : {};
}

/**
 * Merged results pipelines and merge trains build a temporary merge. Only they set the variable
 * with the head of the source branch.
 * https://docs.gitlab.com/ci/variables/predefined_variables/#predefined-variables-for-merge-request-pipelines
 */
function proposedMergeOf(env: Environment): ProposedMerge | undefined {
  if (!/^merge(?:d_result|_train)$/.test(env['CI_MERGE_REQUEST_EVENT_TYPE'] ?? ''))
    return undefined;
  return {
    sourceCommit: env['CI_MERGE_REQUEST_SOURCE_BRANCH_SHA'] || undefined,
    sourceRef: undefined,
    mergeCommit: env['CI_COMMIT_SHA'] || undefined,
  };
}

/**
 * Links for the job's page.
 * https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsannotations
 */
function annotations(links: readonly Link[]): string {
  return `${JSON.stringify({ Outpost: links.map((link) => ({ external_link: link })) })}\n`;
}
