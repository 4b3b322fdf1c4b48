import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { asApiError, echo } from './api.ts';
import type { ApiRequest } from './call.ts';
import { presentedToken } from './credentials.ts';
import type { ApiResponse } from './errors.ts';
import { ApiError } from './errors.ts';
import { worldHandles } from './faults.ts';
import type { GitTarget } from './git-access.ts';
import { admit, gitRefusal, gitTargetOf } from './git-access.ts';
import type { BackendAnswer } from './git-backend.ts';
import { runBackend } from './git-backend.ts';
import { echoVariables } from './git-hooks.ts';
import type { OpenRecord } from './recorder.ts';
import type { Repository } from './repositories.ts';
import type { ServerContext } from './server-context.ts';
import { NOT_ASKED, openRecord, outcomeOf, plainRequest, withEcho } from './server-context.ts';
import { sendAnswer, sendFault } from './wire.ts';
import type { World } from './world.ts';

type GitAnswer = ApiResponse | BackendAnswer;

/** Answers a request from git; false if it isn't one. */
export function servedGit(
  context: ServerContext,
  message: IncomingMessage,
  response: ServerResponse,
): boolean {
  const request = plainRequest(message, '');
  const target = gitTargetOf(request);
  if (target === undefined) return false;
  response.setHeader('date', new Date(context.world.nowMs()).toUTCString());
  message.on('error', () => response.destroy());
  response.on('error', () => response.destroy());
  serve(context, { request, target, message, response }).catch(() => response.destroy());
  return true;
}

interface GitRequest {
  readonly request: ApiRequest;
  readonly target: GitTarget;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(context: ServerContext, call: GitRequest): Promise<void> {
  const { world } = context;
  const { request, target, message, response } = call;
  const record = openRecord(context, request, target.operation, response);
  const rule = world.faults.next(target.operation);
  if (rule !== undefined && !worldHandles(rule)) {
    await discard(message, rule.do.kind === 'reset');
    record.status = outcomeOf(rule.do, NOT_ASKED);
    sendFault(response, withEcho(rule, request, world), NOT_ASKED, context.timing);
    return;
  }
  const answer = await answerOf(world, call);
  if (rule === undefined) {
    await send(world, call, answer, record);
    return;
  }
  const whole = await collected(world, call, answer);
  record.status = outcomeOf(rule.do, whole);
  sendFault(response, withEcho(rule, request, world), whole, context.timing);
}

/**
 * Discards a body: to its end, or only its start, for a connection that fails in the middle of it.
 */
async function discard(message: IncomingMessage, onlyBegun: boolean): Promise<void> {
  message.resume();
  if (onlyBegun) await Promise.race([once(message, 'data'), once(message, 'end')]);
  else if (!message.readableEnded) await once(message, 'end');
}

async function answerOf(
  world: World,
  { request, target, message }: GitRequest,
): Promise<GitAnswer> {
  try {
    const { identity, repository } = admit(request, target, world);
    const { authorization } = request.headers;
    const isChunked = request.headers['transfer-encoding'] === 'chunked';
    if (target.writes && isChunked && repository.rules.refusesChunks === true)
      throw new ApiError(411, 'length_required', 'An upload needs its length (Content-Length).');
    const variables =
      world.scenario.echoToken === true
        ? echoVariables(presentedToken(authorization), authorization)
        : {};
    const folder = world.git.open(repository);
    const body = target.writes ? limited(message, repository) : message;
    const answer = await runBackend({
      store: world.git,
      folder,
      request,
      path: target.path,
      user: identity.user,
      variables,
      body,
    });
    // The backend starts to send a success before it has read anything.
    if (body !== message) await finished(body);
    return answer;
  } catch (error) {
    message.unpipe();
    message.resume();
    return gitRefusal(echo(asApiError(error), request, world));
  }
}

/**
 * The body of a push. Fails with 413 before it exceeds the gateway's limit: a gateway that refuses
 * a request doesn't pass it on.
 */
function limited(message: IncomingMessage, { rules }: Repository): Readable {
  const { maxPackBytes, tooLarge = 'answer' } = rules;
  if (maxPackBytes === undefined || tooLarge !== 'answer') return message;
  let bytes = 0;
  const limit = new Transform({
    transform: (chunk: Buffer, _, done) => {
      bytes += chunk.length;
      if (bytes <= maxPackBytes) done(null, chunk);
      else done(new ApiError(413, 'too_large', `A push can be at most ${maxPackBytes} bytes.`));
    },
  });
  message.once('close', () => {
    if (!message.complete) limit.destroy();
  });
  return message.pipe(limit);
}

function isPlain(answer: GitAnswer): answer is ApiResponse {
  return !('ended' in answer);
}

/**
 * The status is recorded once the answer is complete. If the client doesn't wait for it, it stays
 * `aborted`.
 */
async function send(
  world: World,
  { target, response }: GitRequest,
  answer: GitAnswer,
  record: OpenRecord,
): Promise<void> {
  if (isPlain(answer)) {
    if (response.destroyed) return;
    record.status = answer.status;
    sendAnswer(response, answer);
    return;
  }
  response.writeHead(answer.status, { ...answer.headers });
  answer.body.pipe(response, { end: false });
  // Nobody reads the answer anymore. The backend must not wait for a reader.
  response.once('close', () => answer.body.unpipe(response).resume());
  await answer.ended;
  notePush(world, target);
  if (response.destroyed) return;
  record.status = answer.status;
  response.end();
}

/** The whole answer, for faults that change it. */
async function collected(
  world: World,
  { target }: GitRequest,
  answer: GitAnswer,
): Promise<ApiResponse> {
  if (isPlain(answer)) return answer;
  const chunks: Buffer[] = [];
  answer.body.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  await answer.ended;
  notePush(world, target);
  return { status: answer.status, headers: answer.headers, body: Buffer.concat(chunks) };
}

function notePush(world: World, target: GitTarget): void {
  if (target.operation === 'git.push') world.notePush(target.namespace, target.name);
}
