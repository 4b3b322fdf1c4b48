import { expect } from '@jest/globals';
import { runAct, stagesOf } from '../support/act/run.ts';
import { shippedIn } from '../support/act/site.ts';
import { deployStep, PUBLISHED, readers, workflowOf } from '../support/act/workflows.ts';
import { needs } from '../support/gitlab/needs.ts';
import { quick } from '../support/health/check.ts';
import { newOrigin } from '../support/push/git.ts';
import { processesNaming } from '../support/push/processes.ts';

const testWithAct = needs('act', 'bash', 'git');

const read = [
  'next step: deployed, web, https://web.acme.outpost.run',
  'report: 0',
  'next job: deployed',
];

testWithAct(
  'a published version runs before, in, and after the job, and sets outputs for steps and jobs',
  async () => {
    const ran = await runAct({
      workflow: workflowOf([deployStep(PUBLISHED), ...readers]),
      scenario: quick,
    });
    expect(stagesOf(ran)).toEqual([
      `Success - Pre ${PUBLISHED}`,
      `Success - Main ${PUBLISHED}`,
      'Success - Main After a success',
      'Success - Main In any case',
      `Success - Post ${PUBLISHED}`,
      'Success - Main In the next job',
    ]);
    expect(ran.page).toEqual(expect.arrayContaining(read));
    expect(ran.page).toContain('acme/web is deployed and running.');
    expect(ran.emulator.world.service('acme', 'web')).toMatchObject({
      deploysAccepted: 1,
      lastBranch: 'main',
    });
  },
);

testWithAct("a project's own action, `uses: ./`, runs in and after the job", async () => {
  const repository = newOrigin();
  const ran = await runAct({
    repository,
    prepare: ({ origin }) => {
      shippedIn(repository.folder, origin);
      repository.git('add', '.');
      repository.git('commit', '--quiet', '--message=The action itself');
    },
    workflow: workflowOf([{ uses: 'actions/checkout@v4' }, deployStep('./'), ...readers]),
    scenario: quick,
  });
  // The action comes with the checkout, so no pre step can run before it. The same is true on
  // GitHub.
  expect(stagesOf(ran).filter((stage) => stage.endsWith(' ./'))).toEqual([
    'Success - Main ./',
    'Success - Post ./',
  ]);
  expect(ran.page).toEqual(expect.arrayContaining(read));
  expect(ran.output).toContain(`::set-output:: commit=${repository.git('rev-parse', 'HEAD')}`);
});

testWithAct(
  'no process has the token in its arguments, and printed tokens are masked',
  async () => {
    let naming: readonly string[] | undefined;
    const ran = await runAct({
      workflow: workflowOf([
        deployStep(PUBLISHED),
        {
          name: 'Careless',
          env: { TOKEN: '${{ secrets.OUTPOST_TOKEN }}' },
          run: 'echo "careless: $TOKEN"',
        },
      ]),
      scenario: quick,
      during: async ({ clock, emulator: { requests }, token }) => {
        await clock.until(
          () => requests.some(({ operation }) => operation === 'service.deploy'),
          'the deploy was asked for',
        );
        naming = processesNaming(token);
      },
    });
    expect(naming).toEqual([]);
    expect(ran.page).toContain('careless: ***');
  },
);

const careless = {
  name: 'Careless',
  run: `node -e '
    const token = process.env.OUTPOST_TOKEN, bytes = Buffer.from(token), hex = bytes.toString("hex");
    for (const form of [token, token.slice(7), bytes.toString("base64url"), hex, hex.toUpperCase()]) console.log("careless: " + form);'`,
};

testWithAct(
  'a token that act does not know as a secret is masked from the start of the job, even in forms that only we derive',
  async () => {
    const { token: _, ...inputs } = deployStep(PUBLISHED).with;
    const workflow = workflowOf([careless, { ...deployStep(PUBLISHED), with: inputs }, careless]);
    const ran = await runAct({ workflow, scenario: quick, tokenUnknownToAct: true });
    expect(ran.page.filter((line) => line.startsWith('careless'))).toEqual(
      Array.from({ length: 10 }, () => 'careless: ***'),
    );
  },
);

testWithAct('without our step, the same job prints the token and the test detects it', async () => {
  await expect(
    runAct({ workflow: workflowOf([careless]), tokenUnknownToAct: true }),
  ).rejects.toThrow(/the token leaks as/);
});

testWithAct(
  'an action that is not on this machine is only requested from the proxy of the test',
  async () => {
    const ran = await runAct({
      workflow: workflowOf([{ uses: 'actions/setup-node@v4' }]),
      asksStrangers: true,
      exitStatus: 1,
    });
    expect(ran.strangersAsked).toBeGreaterThan(0);
  },
);
