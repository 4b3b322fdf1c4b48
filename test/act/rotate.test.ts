import { expect } from '@jest/globals';
import { startGithubStore } from '../../simulators/stores/github-store.ts';
import { workflow } from '../examples/workflow.ts';
import { runAct, stagesOf } from '../support/act/run.ts';
import { needs } from '../support/gitlab/needs.ts';
import { assertNoLeak } from '../support/spawn-bundle.ts';
import { VirtualClock } from '../support/virtual-time/clock.ts';

const testWithAct = needs('act', 'bash', 'git');
const ROTATE = 'outpost/deploy-action/rotate@v1';
const APP_STAND_IN = `- id: app
        name: App
        shell: bash
        env:
          STORE_TOKEN: \${{ secrets.OUTPOST_STORE_TOKEN }}
        run: echo "token=$STORE_TOKEN" >> "$GITHUB_OUTPUT"`;

testWithAct(
  'rotate-daily.yml: the action in a subfolder finds its program, and both secrets get new tokens',
  async () => {
    const environments = ['production', 'token-rotation'];
    const clock = await VirtualClock.start();
    const store = await startGithubStore({
      repositories: [{ name: 'acme/shop', environments }],
      now: clock.nowMs,
    });
    try {
      const repository = 'acme/shop';
      const deploys = { repository, environment: 'production', name: 'OUTPOST_TOKEN' };
      const rotates = { repository, environment: 'token-rotation', name: 'OUTPOST_MANAGER_TOKEN' };
      const storeToken = store.issueToken({ environments: 'write' });
      const text = workflow('rotate-daily.yml').text;
      const { output, emulator, ...ran } = await runAct({
        // act can pass only one secret here, and the store has its own address for GitHub's API.
        // Nothing is fetched, and there is no GitHub to give an app its token.
        workflow: text
          .replace(
            /- uses: actions\/create-github-app-token@[\s\S]*?(?=\n {6}- uses)/,
            APP_STAND_IN,
          )
          .replaceAll('rotate-after: 7d', 'rotate-after: 0s\n          overlap: 0s')
          .replaceAll('secrets.OUTPOST_MANAGER_TOKEN', 'secrets.OUTPOST_TOKEN')
          .replaceAll(/^( +)with:$/gm, `$&\n$1  api-url: ${store.url}`),
        event: 'workflow_dispatch',
        clock,
        tokens: [{ name: 'rotation', scopes: ['admin:org'] }],
        prepare: ({ world }, token) => {
          store.seed(rotates, token);
          store.seed(deploys, world.createToken({ name: 'GitHub Actions', scopes: ['service'] }));
        },
        args: ['--secret', `OUTPOST_STORE_TOKEN=${storeToken}`],
      });
      expect(stagesOf({ output })).toEqual([
        'Success - Main App',
        `Success - Main ${ROTATE}`,
        `Success - Main ${ROTATE}`,
      ]);
      for (const place of [deploys, rotates]) assertNoLeak([output], store.secretOf(place));
      assertNoLeak([output], storeToken);
      const held = [deploys, rotates].map((place) =>
        emulator.world.tokens.nameOf(store.secretOf(place) ?? ''),
      );
      expect(held).toEqual([
        expect.stringMatching(/^GitHub Actions-\d/),
        expect.stringMatching(/^rotation-\d/),
      ]);
      expect(emulator.world.tokens.ownedBy('ada').map(({ name }) => name)).toEqual(held);
      expect(ran.page.join('\n')).toContain(`The new token goes to ${new URL(store.url).host} too`);
    } finally {
      await store.close();
      await clock.close();
    }
  },
);
