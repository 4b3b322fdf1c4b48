import { expect, test } from '@jest/globals';
import type { Scenario } from '../../emulator/scenario.ts';
import { rehearseOn } from '../support/rehearse.ts';

// The same text works on all hosts, both as written and as YAML folds it.

const scenario: Scenario = {
  services: ['db', 'api', 'site'].map((name) => ({ namespace: 'acme', name })),
};
const texts = {
  'on lines': '- acme/db\n- then\n- acme/api@next\n- then\n- acme/site\n',
  'on one line': 'acme/db then acme/api@next then acme/site',
  folded: '- acme/db - then - acme/api@next - then - acme/site\n',
  'with commas': 'acme/db,then,acme/api@next,then,acme/site',
  'with a misplaced word': 'acme/db then',
};
const hosts = ['github', 'gitlab', 'shell'] as const;

test.concurrent.each(Object.entries(texts))(
  'services written %s mean the same on every host',
  async (_, service) => {
    const plans = await Promise.all(
      hosts.map(async (host) => {
        const inputs = { service, 'dry-run': 'true', branch: 'main' };
        const { exitStatus, page } = await rehearseOn(host, { scenario, inputs });
        const lines = page
          .map((line) => line.trim())
          .filter((line) => /^(?:stage|acme\/)|`then`/.test(line))
          .map((line) => line.replace(/:\d+\//, '/').replace(/^##\[error\]/, ''));
        return { exitStatus, lines };
      }),
    );
    expect(plans[0]?.lines.length).toBeGreaterThan(0);
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[2]).toEqual(plans[0]);
  },
);
