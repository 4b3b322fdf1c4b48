import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { PROBE_NAME } from '../../src/tokens/stores/store.ts';
import { gatesBefore } from '../support/gate.ts';
import { SECRET, type StoreName, VARIABLE } from '../support/token-keepers.ts';
import { githubSite, gitlabSite, type SiteOptions, type TokenSite } from '../support/token-site.ts';
import { cutOff, everyStep, forEachOf, type Step, siteHanging, stepsIn } from './steps.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/rotation-steps.md', import.meta.url));
const MINUTE_MS = 60_000;
const TIMES = { 'rotate-after': '30m', overlap: '10m' };

/** A token that is in two secrets and one hour old. */
const twoPlaces: Readonly<Record<StoreName, (options: SiteOptions) => Promise<TokenSite>>> = {
  github: (options) =>
    githubSite({
      ...options,
      also: [{ ...SECRET, environment: 'production' }],
      inputs: { ...TIMES, places: 'repository\nenvironment:production' },
    }),
  gitlab: (options) =>
    gitlabSite({
      ...options,
      also: [{ group: 'acme', key: VARIABLE.key }],
      inputs: { ...TIMES, places: 'project\ngroup:acme' },
    }),
};

/**
 * What a killed run leaves behind, in words, because the names of the new tokens differ from run to
 * run.
 */
interface Left {
  readonly alive: readonly string[];
  readonly places: readonly string[];
  readonly names: readonly string[];
  readonly probe: boolean;
}

const age = (name: string | undefined): string => {
  if (name === undefined) return 'none';
  return name === 'deploy' ? 'old' : 'new';
};

async function leftAt(site: TokenSite): Promise<Left> {
  return {
    alive: site.alive().map(age),
    places: (await site.storedInAll()).map(age),
    names: site.keeper.names().map(age),
    probe: site.keeper.holdsProbe(),
  };
}

interface Killed {
  readonly step: Step;
  readonly left: Left;
  readonly site: TokenSite;
}

async function kill(
  open: (options: SiteOptions) => Promise<TokenSite>,
  options: SiteOptions,
  step: Step,
): Promise<Killed> {
  const site = await siteHanging((scenario) => open({ ...options, scenario }), step);
  const { exitStatus } = await cutOff(site, step, 'SIGKILL');
  const left = await leftAt(site);
  expect({ step, exitStatus, dead: left.places.filter((one) => one === 'none') }).toEqual({
    step,
    exitStatus: null,
    dead: [],
  });
  return { step, left, site };
}

/**
 * Runs once when the killed run is certainly over, and once more after the overlap.
 *
 * @returns what the first of these runs did, in words.
 */
async function goOn({ step, left, site }: Killed): Promise<string> {
  const here = { step, left };
  await site.keeper.server.mend();
  site.pass(LONGEST_RUN_MS + MINUTE_MS);
  const before = await site.storedInAll();
  const next = await site.run();
  expect({ ...here, exitStatus: next.exitStatus, page: next.page }).toMatchObject({
    exitStatus: 0,
  });
  const stored = await site.storedInAll();
  expect({ ...here, same: new Set(stored).size }).toEqual({ ...here, same: 1 });
  const [name = ''] = stored;
  // What a place held until now stays alive, for the jobs that started with it.
  const isReplaced = next.outputs['status'] === 'rotated';
  if (isReplaced)
    expect({ ...here, alive: site.alive() }).toEqual({
      ...here,
      alive: expect.arrayContaining([...before]),
    });
  else expect({ ...here, before: new Set(before) }).toEqual({ ...here, before: new Set([name]) });
  site.pass(13 * MINUTE_MS);
  const last = await site.run();
  expect({ ...here, status: last.outputs['status'], alive: site.alive() }).toEqual({
    ...here,
    status: 'unchanged',
    alive: [name],
  });
  expect({ ...here, probe: site.keeper.holdsProbe() }).toEqual({ ...here, probe: false });
  expect(site.keeper.names()).toEqual([name, name]);
  return isReplaced ? 'replaces the token' : 'leaves the new token';
}

test.each(everyStep)(
  '%s, run by %s, two places, with overlap: killed at any step, each place holds a working token; the next run repairs it, and after the overlap one token is left',
  async (store, asker) => {
    const open = twoPlaces[store];
    const good = await open({ asker });
    expect(await good.run()).toMatchObject({ exitStatus: 0, outputs: { status: 'rotated' } });
    const killed = await forEachOf(stepsIn(good), (step) => kill(open, { asker }, step));
    // The same leftovers lead to the same next run, so each kind is tried once.
    const kinds = new Map(killed.map((one) => [JSON.stringify(one.left), one]));
    const futures = new Map(
      await forEachOf([...kinds], async ([key, one]) => [key, await goOn(one)] as const),
    );
    const rows = killed.map(({ step, left }) =>
      lineOf(step, left, futures.get(JSON.stringify(left)) ?? ''),
    );
    // WRITE_DOCS=true rewrites the table in the document.
    const document = readFileSync(DOCUMENT, 'utf8');
    const table = [...HEAD, ...rows, ''].join('\n');
    const whole = document.replace(
      new RegExp(`(<!-- ${store}:begin -->\n)[^]*(?=<!-- ${store}:end -->)`),
      (_, begin: string) => `${begin}${table}`,
    );
    if (process.env['WRITE_DOCS'] === 'true') writeFileSync(DOCUMENT, whole);
    else expect(document).toBe(whole);
    expect(whole).toContain(table);
    expect(rows.length).toBeGreaterThan(25);
  },
);

/** The least number of requests in any run. */
const REQUESTS = 20;

test.each(everyStep)(
  '%s, run by %s: killed repeatedly at any point: each place works every time, and the last runs leave one token',
  async (store, asker) => {
    await forEachOf([0, 1], async (round) => {
      const site = await twoPlaces[store]({ asker });
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
          inputs: { origin, 'api-url': `${apiOrigin}${api.pathname}`, 'rotate-after': '0s' },
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
        const stored = await site.storedInAll();
        expect({ round, again, dead: stored.filter((one) => one === undefined) }).toEqual({
          round,
          again,
          dead: [],
        });
        site.pass(LONGEST_RUN_MS + MINUTE_MS);
      }
      expect((await site.run()).exitStatus).toBe(0);
      site.pass(13 * MINUTE_MS);
      expect((await site.run()).exitStatus).toBe(0);
      const [name, ...others] = await site.storedInAll();
      expect({ round, others, alive: site.alive() }).toEqual({
        round,
        others: [name],
        alive: [name],
      });
      expect(site.keeper.holdsProbe()).toBe(false);
    });
  },
);

const HEAD = [
  '| The run | killed | What is left | The two places hold | The next run |',
  '| --- | --- | --- | --- | --- |',
];

function lineOf({ does, moment }: Step, { alive, places, probe }: Left, next: string): string {
  const tokens = alive.map((one) => `the ${one} token`).join(' and ');
  const held =
    new Set(places).size === 1
      ? `the ${places[0]} token`
      : places.map((one) => `the ${one} one`).join(', ');
  const when = moment === 'before' ? 'before it is done' : 'when it is done';
  return `| ${does} | ${when} | ${tokens}${probe ? `, \`${PROBE_NAME}\`` : ''} | ${held} | ${next} |`;
}
