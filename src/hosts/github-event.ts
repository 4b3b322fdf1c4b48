import { readFileSync } from 'node:fs';
import { z } from 'zod/mini';

const Repository = z.nullish(z.object({ full_name: z.string() }));
const Text = z.nullish(z.string());
/**
 * The fields of the event for the branch, the commit, a fork, and the run that triggered this one.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
const Event = z.object({
  repository: Repository,
  pull_request: z.nullish(
    z.object({
      state: Text,
      merged: z.nullish(z.boolean()),
      merged_at: Text,
      head: z.object({ ref: Text, sha: Text, repo: Repository }),
      base: z.nullish(z.object({ ref: Text })),
    }),
  ),
  workflow_run: z.nullish(
    z.object({
      conclusion: Text,
      head_branch: Text,
      head_sha: Text,
      head_repository: Repository,
    }),
  ),
});
export type GithubEvent = z.infer<typeof Event>;

/** @returns undefined if there is no such file, or it isn't an event. */
export function readEvent(path: string | undefined): GithubEvent | undefined {
  if (!path) return undefined;
  try {
    return z.safeParse(Event, JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    // No event file (a local run), or a broken one: callers then assume the unsafe case.
    return undefined;
  }
}
