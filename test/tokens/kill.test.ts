import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { PROBE_NAME } from '../../src/tokens/stores/store.ts';
import { gatesBefore } from '../support/gate.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { type Asker, siteWith, type TokenSite } from '../support/token-site.ts';
import {
  askerSteps,
  canDependOnAsker,
  cutOff,
  everyStep,
  forEachOf,
  type Step,
  siteHanging,
  stepsOf,
} from './steps.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/rotation-steps.md', import.meta.url));

interface Row {
  readonly step: Step;
  readonly alive: readonly string[];
  readonly stored: string | undefined;
  readonly probe: boolean;
  /** The failure code of a run right after, '' = it replaced the token. */
  readonly next: string;
}

async function kill(store: StoreName, asker: Asker, step: Step): Promise<Row> {
  const site = await siteHanging(store, asker, step);
  const { exitStatus } = await cutOff(site, step, 'SIGKILL');
  const [alive, stored, probe] = [site.alive(), await site.stored(), site.keeper.holdsProbe()];
  expect({ step, exitStatus, stored }).toEqual({
    step,
    exitStatus: null,
    stored: expect.any(String),
  });
  expect({ step, alive }).toEqual({ step, alive: expect.arrayContaining([stored]) });
  const next = await runAgain(site, step);
  return { step, alive, stored, probe, next };
}

/**
 * The run after one that was cut off: it cleans up, or waits with `conflict` until that one is
 * certainly over.
 */
async function runAgain(site: TokenSite, step: Step): Promise<string> {
  const before = site.alive();
  const atOnce = await site.run();
  const code = atOnce.outputs['failure-code'] ?? 'none';
  if (atOnce.exitStatus !== 0) {
    expect({ step, exitStatus: atOnce.exitStatus, code }).toEqual({
      step,
      exitStatus: 4,
      code: 'conflict',
    });
    expect({ step, alive: site.alive() }).toEqual({ step, alive: before });
    site.pass(LONGEST_RUN_MS + 5_000);
    const later = await site.run();
    expect({ step, exitStatus: later.exitStatus, stdout: later.stdout }).toMatchObject({
      step,
      exitStatus: 0,
    });
  }
  expect({ step, alive: site.alive() }).toEqual({ step, alive: [await site.stored()] });
  expect({ step, probe: site.keeper.holdsProbe() }).toEqual({ step, probe: false });
  return code;
}

test.each(everyStep)(
  '%s, asked by %s: killed at any step, the stored token works, and the next run leaves one token: the stored one',
  async (store, asker) => {
    // The table in the document is written anew by WRITE_DOCS=true.
    const steps = await stepsOf(store, asker);
    const rows = await forEachOf(steps, (step) => kill(store, asker, step));
    const document = readFileSync(DOCUMENT, 'utf8');
    const table = tableOf(rows);
    const whole = document.replace(
      new RegExp(`(<!-- ${store}:begin -->\n)[^]*(?=<!-- ${store}:end -->)`),
      (_, begin: string) => `${begin}${table}`,
    );
    if (process.env['WRITE_DOCS'] === 'true') writeFileSync(DOCUMENT, whole);
    else expect(document).toBe(whole);
    expect(whole).toContain(table);
    expect(table.split('\n').length).toBeGreaterThan(15);
  },
);

test.each(askerSteps)(
  '%s, asked by %s: killed at any step at which it can matter who asks, the same is left',
  async (store, asker) => {
    // When a request is done and its answer was not heard, the next one is not done: what is left
    // is the same.
    const steps = (await stepsOf(store, asker)).filter(
      (step) => step.moment === 'before' && canDependOnAsker(step),
    );
    const rows = await forEachOf(steps, (step) => kill(store, asker, step));
    const [, table = ''] = readFileSync(DOCUMENT, 'utf8').split(
      new RegExp(`<!-- ${store}:(?:begin|end) -->\n`),
    );
    const lines = rows.map(lineOf);
    expect(table.split('\n').filter((line) => lines.includes(line))).toEqual(lines);
  },
);

/** No run has fewer. */
const REQUESTS = 12;

test.each(everyStep)(
  '%s, asked by %s: killed again and again, wherever it was: the stored token works each time, and the last run leaves it alone',
  async (store, asker) => {
    await forEachOf([0, 1, 2, 3], async (round) => {
      const site = await siteWith(store, { asker });
      const api = new URL(site.keeper.server.url);
      const gates = await gatesBefore([site.emulator.origin, api.origin]);
      const [origin = '', apiOrigin] = gates.origins;
      for (let again = 0; again < 4; again += 1) {
        const held = gates.hold(
          gates.count() + ((round * 3 + again * 7) % REQUESTS),
          again % 2 === 0 ? 'before' : 'after',
        );
        let child: ChildProcess | undefined;
        const ended = site.run({
          inputs: { origin, 'api-url': `${apiOrigin}${api.pathname}` },
          onStart: (started) => {
            child = started;
          },
        });
        await Promise.race([held.reached, ended]);
        child?.kill('SIGKILL');
        expect({ round, again, exitStatus: (await ended).exitStatus }).toEqual({
          round,
          again,
          exitStatus: null,
        });
        expect({ round, again, alive: site.alive() }).toEqual({
          round,
          again,
          alive: expect.arrayContaining([await site.stored()]),
        });
        site.pass(LONGEST_RUN_MS + 5_000);
      }
      const last = await site.run();
      expect({ round, exitStatus: last.exitStatus, stdout: last.stdout }).toMatchObject({
        round,
        exitStatus: 0,
      });
      expect({ round, alive: site.alive() }).toEqual({ round, alive: [await site.stored()] });
      expect(site.keeper.holdsProbe()).toBe(false);
    });
  },
);

function tableOf(rows: readonly Row[]): string {
  const head = [
    '| The run | killed | What is left | The store holds | The next run |',
    '| --- | --- | --- | --- | --- |',
  ];
  return [...head, ...rows.map(lineOf), ''].join('\n');
}

/** What a person wants to know of a step; the names of the new tokens differ from run to run. */
function lineOf({ step, alive, stored, probe, next }: Row): string {
  const isNew = (name: string | undefined): boolean => name !== 'deploy';
  const tokens = alive
    .map((name) => (isNew(name) ? 'the new token' : 'the old token'))
    .join(' and ');
  const after =
    next === ''
      ? 'replaces the token'
      : `\`${next}\` for two minutes, then replaces the token and revokes both`;
  const moment = step.moment === 'before' ? 'before it is done' : 'when it is done';
  return `| ${step.does} | ${moment} | ${tokens}${probe ? `, \`${PROBE_NAME}\`` : ''} | ${isNew(stored) ? 'the new token' : 'the old token'} | ${after} |`;
}
