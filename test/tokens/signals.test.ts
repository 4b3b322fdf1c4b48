import { expect, test } from '@jest/globals';
import { LONGEST_RUN_MS } from '../../src/auth/names.ts';
import { saidOf } from '../support/run-token.ts';
import type { StoreName } from '../support/token-keepers.ts';
import { type Asker, siteWith } from '../support/token-site.ts';
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

const STATUS = { SIGTERM: 143, SIGINT: 130 } as const;

async function cancel(
  store: StoreName,
  asker: Asker,
  signal: keyof typeof STATUS,
  step: Step,
): Promise<boolean> {
  const site = await siteHanging((scenario) => siteWith(store, { asker, scenario }), step);
  const result = await cutOff(site, step, signal);
  const seen = {
    step,
    exitStatus: result.exitStatus,
    code: result.outputs['failure-code'],
    status: result.outputs['status'],
  };
  const code = signal === 'SIGTERM' ? 'terminated' : 'interrupted';
  expect(seen).toEqual({ step, exitStatus: STATUS[signal], code, status: 'cancelled' });
  const [alive, stored] = [site.alive(), await site.stored()];
  expect({ step, alive }).toEqual({ step, alive: expect.arrayContaining([stored]) });
  // Any token that is alive and not stored must be the old one, or be named.
  const strays = alive.filter((name) => name !== stored && name !== 'deploy');
  expect({ step, unnamed: strays.filter((name) => !saidOf(result).includes(name)) }).toEqual({
    step,
    unnamed: [],
  });
  site.pass(LONGEST_RUN_MS + 5_000);
  const next = await site.run();
  expect({ step, exitStatus: next.exitStatus, stdout: next.stdout }).toMatchObject({
    step,
    exitStatus: 0,
  });
  expect({ step, alive: site.alive(), probe: site.keeper.holdsProbe() }).toEqual({
    step,
    alive: [await site.stored()],
    probe: false,
  });
  return strays.length > 0;
}

async function cancelAtEach(
  store: StoreName,
  asker: Asker,
  signal: keyof typeof STATUS,
  isTried: (step: Step) => boolean,
): Promise<void> {
  const steps = (await stepsOf(store, asker)).filter(isTried);
  const left = await forEachOf(steps, async (step) => ({
    step,
    stray: await cancel(store, asker, signal, step),
  }));
  // The new token is kept next to the old one only if it isn't known whether the store has it.
  const kept = left.filter(({ stray }) => stray).map(({ step }) => wordsOf(step));
  const keeping = ['reads the key once more, before', 'stores the new token, before'];
  expect(kept).toEqual(steps.map(wordsOf).filter((words) => keeping.includes(words)));
}

const wordsOf = ({ does, moment }: Step): string => `${does}, ${moment}`;

const signals = ['SIGTERM', 'SIGINT'] as const;

test.each(everyStep.map((pair, index) => [...pair, signals[index % 2] ?? 'SIGTERM'] as const))(
  '%s, asked by %s: %s at any step leaves a token that works, and none that is neither stored nor named',
  async (store, asker, signal) => {
    await cancelAtEach(store, asker, signal, () => true);
  },
);

test.each(
  askerSteps.map((pair, index) => [...pair, signals[(index + 1) % 2] ?? 'SIGINT'] as const),
)(
  '%s, asked by %s: %s at any step at which it can matter who asks leaves no other token either',
  async (store, asker, signal) => {
    await cancelAtEach(store, asker, signal, canDependOnAsker);
  },
);
