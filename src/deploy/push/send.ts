import type { Run } from '../run.ts';
import type { GitEnd } from './git.ts';
import { lacksHistory, refusesChunks } from './push-failure.ts';
import { git, type PushContext } from './remote.ts';
import { deepen, isShallow } from './shallow.ts';

const PROGRESS_EVERY_MS = 10_000;
/** git buffers a push of up to this size to send it in one piece. */
const ONE_PIECE_BYTES = 524_288_000;

/** Pushes, and retries in another way if git or a gateway says what is wrong. */
export async function sendInAnyWay(
  context: PushContext,
  lease: string | undefined,
  run: Run,
): Promise<GitEnd> {
  let end = await send(context, lease, [], run);
  if (lacksHistory(end, isShallow(context)) && (await deepen(context, run)))
    end = await send(context, lease, [], run);
  if (!refusesChunks(end)) return end;
  run.host.say('A gateway rejects chunked uploads; sending the push again in one piece.');
  return await send(context, lease, ['-c', `http.postBuffer=${ONE_PIECE_BYTES}`], run);
}

/** A commit id, not a name: what is pushed cannot change between the check and the push. */
function send(
  context: PushContext,
  lease: string | undefined,
  settings: readonly string[],
  run: Run,
): Promise<GitEnd> {
  const { url, branch, checkout } = context;
  const args = [
    ...settings,
    'push',
    '--porcelain',
    '--no-verify',
    '--progress',
    ...(lease === undefined ? [] : [`--force-with-lease=refs/heads/${branch}:${lease}`]),
    url,
    `${checkout.commit}:refs/heads/${branch}`,
  ];
  let saidMs = run.clock.nowMs();
  return git(context, run, args, (text) => {
    const percent = /Writing objects:\s{1,3}(\d{1,3})%/.exec(text)?.[1];
    if (percent === undefined || run.clock.nowMs() - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = run.clock.nowMs();
    run.host.say(`Pushing: ${percent}% of objects written.`);
  });
}

/** What the server said, without git's own progress. */
export function remoteLines(stderr: string): readonly string[] {
  return stderr
    .split(/[\r\n]/)
    .filter(
      (line) =>
        line.startsWith('remote: ') &&
        !/^remote: (?:Resolving|Compressing|Counting|Enumerating)/.test(line),
    );
}
