import { describe, expect, test } from '@jest/globals';
import { readAsGitlab } from '../../simulators/runner/gitlab.ts';
import { VECTOR_TOKENS } from '../../simulators/runner/vectors.ts';
import { inertLine } from '../../src/output/sanitize.ts';
import type { GithubResult } from '../support/run-github.ts';
import { type HostileOptions, startHostileOutpost } from './hostile-outpost.ts';
import { outsideOfCode } from './markdown-check.ts';
import { LINES, PAYLOADS } from './payloads.ts';
import { ways, written } from './ways.ts';
import { type HostUnderTest, hosts, runOn, type Written } from './written.ts';

const [TOKEN = ''] = VECTOR_TOKENS;

/** A rollout that fails, with this log. */
async function withLog(host: HostUnderTest, log: readonly string[] | Buffer): Promise<Written> {
  const options: HostileOptions = { says: () => undefined, services: 1, log: () => log };
  const server = await startHostileOutpost(options);
  try {
    return await runOn(host, {
      token: TOKEN,
      inputs: { origin: server.origin, service: 'acme/s0' },
    });
  } finally {
    await server.close();
  }
}

function quotedLines({ page }: Written): readonly string[] {
  return page.flatMap((line) => /^ {2}acme\/s0 \| (.*)$/.exec(line)?.[1] ?? []);
}

function isGithub(run: Written): run is GithubResult {
  return 'log' in run;
}

/**
 * Everything that the runner did because of the log, apart from showing it. The harness has already
 * refused all commands but these.
 */
function deedsOf({ log }: GithubResult): readonly string[] {
  const deeds = log.commands
    .filter(({ name }) => !['stop-commands', 'resume', 'add-mask', 'endgroup'].includes(name))
    .map(
      ({ name, properties, data }) =>
        `${name} ${JSON.stringify(name === 'group' ? data : properties)}`,
    );
  return [...new Set(deeds)].sort();
}

test.concurrent.each(hosts)(
  '%s: each line of a log is shown as text, and as one line',
  async (host) => {
    const run = await withLog(
      host,
      LINES.map(({ text }) => text),
    );
    expect(quotedLines(run)).toEqual(LINES.flatMap(({ shown }) => shown));
  },
);

describe.each(ways)('$name', (way) => {
  test.concurrent.each(hosts)('on %s foreign text is text in every channel', async (host) => {
    const run = await written(way, host, TOKEN, PAYLOADS);
    expect(run.exitStatus).toBe(way.exit);
    expect(run.page.join('\n')).toContain('evil');
    expectNoCode(run, host);
    expectOwnValues(run);
  });
});

test.concurrent('invalid UTF-8 is shown as such, and hides no command', async () => {
  const log = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(
      'evil\n\xff::error::evil\n\xc0\xba\xc0\xba:error::evil\n\xef\xbb\xbf::error::evil\n\xc2\x85::error::evil\n\xe2\x80',
      'latin1',
    ),
  ]);
  const run = await withLog('github', log);
  expect(quotedLines(run)).toEqual([
    '\ufffd\ufffdevil',
    '\ufffd::error::evil',
    '\ufffd\ufffd\ufffd\ufffd:error::evil',
    ': :error::evil',
    ': :error::evil',
    '\ufffd',
  ]);
});

test.concurrent('commands are stopped around every block with a new word of 128 bits in every run, and always resumed', async () => {
  const words = await Promise.all(
    [1, 2].map(async () => {
      const run = await withLog('github', ['one', '::resume::', 'two']);
      const stops = [
        ...run.stdout.matchAll(
          /^::stop-commands::([0-9a-f]{32})\n((?: {2}acme\/s0 \| .*\n)+)::\1::$/gm,
        ),
      ];
      expect(stops.map(([, , block]) => block)).toEqual([
        '  acme/s0 | one\n  acme/s0 | : :resume::\n  acme/s0 | two\n',
      ]);
      expect(run.stdout.match(/stop-commands/g)).toHaveLength(1);
      return stops[0]?.[1];
    }),
  );
  expect(words[0]).not.toBe(words[1]);
});

describe('problem matchers from other steps', () => {
  const tsc = /^\S.*[(:]\d+[,:]\d+(?:\):\s+|\s+-\s+)(?:error|warning|info)\s+TS\d+\s*:/;
  const eslintCompact = /^.+:\sline\s\d+,\scol\s\d+,\s(?:Error|Warning|Info)\s-\s.+\s\(.+\)$/;
  const lines = [
    'src/evil.ts(1,2): error TS1005: evil',
    '/evil.js: line 1, col 2, Error - evil (no-evil)',
  ];

  test.concurrent('those that start with a character never match a log, since each line starts with two spaces', async () => {
    expect(lines.some((line) => tsc.test(line))).toBe(true);
    const { page } = await withLog('github', lines);
    expect(page.filter((line) => tsc.test(line))).toEqual([]);
  });

  // As the security document says, the runner makes an annotation of it. The annotation has no
  // file, since that file doesn't exist.
  test.concurrent('those that start with anything still match', async () => {
    const { page } = await withLog('github', lines);
    expect(page.filter((line) => eslintCompact.test(line))).toContain(
      '  acme/s0 | /evil.js: line 1, col 2, Error - evil (no-evil)',
    );
  });
});

// GitLab's page only recognizes lower case, but we escape capitals too.
test('a section marker in capitals is escaped too', () => {
  expect(inertLine('SECTION_START:1700000000:evil')).toBe('SECTION_START :1700000000:evil');
});

/** Checks that all output is plain text to the runner, the job page and the terminal. */
function expectNoCode(run: Written, host: HostUnderTest): void {
  const controls = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
  const lines = run.stdout.split('\n');
  if (isGithub(run)) {
    expect(deedsOf(run).filter((deed) => !ourDeeds.test(deed))).toEqual([]);
    expect(run.log.outputs).toEqual({});
    expect(run.log.masks.filter((mask) => mask.includes('evil'))).toEqual([]);
  }
  expect(run.summary).toContain('## ');
  expect(outsideOfCode(run.summary).filter((text) => !isOurs(text))).toEqual([]);
  if (host === 'gitlab') {
    const { sections } = readAsGitlab([{ stream: 'stdout', data: Buffer.from(run.stdout) }]);
    expect(
      sections.filter(
        ({ name, closed, collapsed }) =>
          !/^outpost_[0-9a-f]{16}$/.test(name) || !closed || collapsed,
      ),
    ).toEqual([]);
    // Our own colors and sections are at the start of a line.
    expect(run.page.filter((line) => controls.test(line))).toEqual([]);
  } else expect(lines.filter((line) => controls.test(line))).toEqual([]);
  expect(
    run.page.filter((line) =>
      /^\s*::(?!stop-commands::\*\*\*$|\*\*\*::$)|section_(?:start|end):/i.test(line),
    ),
  ).toEqual([]);
}

/** Groups, and annotations with our own titles and no other property. */
const ourDeeds =
  /^group "(?:Token \\"ci\\"|Plan)"$|^(?:error|warning|notice) \{"title":"(?:Outpost deploy: [a-z-]+ \(exit status \d(?:, while in [a-z -]+)?\)|The Outpost token has more scopes than it needs|The token's scopes were not checked|The Outpost token's scopes and expiry were not checked)"\}$/;

/** Our own links, and links to the commit and the endpoints, whose text is code. */
const ourLinks =
  /\[[^\]]*\]\(https:\/\/(?:outpost\.run\/docs|github\.com\/outpost\/deploy-action)\/[^\s()]*\)|\[\]\(https?:\/\/[^\s()<>|]+\)/g;

/** Collapsed sections. */
const ourFolds = /^<details><summary>[A-Za-z ]+<\/summary>$|^<\/details>$/;

/** Whether the text of the summary outside code is only our own. */
function isOurs(text: string): boolean {
  return ourFolds.test(text) || !/evil|[<>@[\]!]|:\/\//.test(text.replace(ourLinks, ''));
}

/**
 * The next step gets only our output names, each with one value, and nothing injected by a value.
 */
function expectOwnValues({ outputs }: Written): void {
  const names = [
    'status',
    'endpoint',
    'deployments',
    'commit',
    'token-scopes',
    'token-expires-at',
    'token-days-left',
    'failure-code',
    'summary',
    'report',
  ];
  expect(Object.keys(outputs).filter((name) => !names.includes(name))).toEqual([]);
  expect(outputs['status']).toMatch(/^(?:failed|accepted|checked)$/);
}
