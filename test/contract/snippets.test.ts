import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scenarioProblems } from '../../emulator/scenario-file.ts';
import { scenarioNames } from '../../emulator/scenarios.ts';
import { deployProgram, tokenProgram } from '../../src/args/commands.ts';
import { flagsOf } from '../../src/args/flags.ts';
import { readConfig } from '../../src/deploy/config.ts';
import { inputs } from '../../src/inputs/table.ts';
import { aContext } from '../support/build.ts';
import { repositoryFiles, root } from '../support/documents.ts';
import { parseDocuments } from '../support/gitlab/yaml.ts';

/** What people copy from the documents must be accepted by the program. */
const texts = repositoryFiles()
  .filter((path) => path.endsWith('.md') && !/^test\/|dev\//.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

interface Block {
  readonly path: string;
  readonly text: string;
}

function blocksOf(language: string): readonly Block[] {
  const pattern = new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, 'gms');
  return texts.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([, indent = '', block = '']) => ({
      path,
      text: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    })),
  );
}

/** The text after applying a diff. */
const added = blocksOf('diff').map(({ path, text }) => ({
  path,
  text: text.replaceAll(/^-.*\n/gm, '').replaceAll(/^[+ ]/gm, ''),
}));

/** Every mapping in a value, the outermost first. */
function mappingsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(mappingsIn);
  return Array.isArray(value) ? inside : [value as Readonly<Record<string, unknown>>, ...inside];
}

const steps = [...blocksOf('yaml'), ...added].flatMap(({ path, text }) =>
  parseYamlBlock(text)
    .flatMap(mappingsIn)
    .filter(({ uses }) => String(uses).startsWith('outpost/deploy-action@'))
    .flatMap((step) =>
      step['with'] === undefined ? [] : [{ path, given: textsOf(step['with']) }],
    ),
);

const includes = blocksOf('yaml').flatMap(({ path, text }) =>
  parseYamlBlock(text)
    .flatMap(mappingsIn)
    .filter(({ component }) => String(component).includes('/outpost/deploy/deploy@'))
    .flatMap((include) =>
      include['inputs'] === undefined ? [] : [{ path, given: textsOf(include['inputs']) }],
    ),
);

/** Many blocks show a list without what surrounds it. */
function parseYamlBlock(text: string): readonly unknown[] {
  return parseDocuments(/^- /m.test(text) ? `list:\n${text}` : text);
}

function textsOf(inputs: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputs as object).map(([name, value]) => [name, String(value)]),
  );
}

/** Parts of a step or an include, shown without what surrounds them. */
const parts = blocksOf('yaml')
  // test/contract/failures.test.ts checks that page, which also has parts for rotations.
  .filter(({ path }) => path !== 'docs/failures.md')
  .flatMap(({ path, text }) =>
    parseYamlBlock(text).flatMap((block) => {
      const { with: ofStep, inputs: ofInclude, ...others } = block as Record<string, unknown>;
      const given = ofStep ?? ofInclude;
      return given === undefined || Object.keys(others).length > 0
        ? []
        : [{ path, given: textsOf(given) }];
    }),
  );

/** Inputs that only affect the job. No program sees them. */
const OF_THE_JOB = /^(?:job-name|stage|image|rules|environment|environment-tier|bundle-url)$/;

const known = new Set<string>([...inputs, { name: 'api-url' }].map(({ name }) => name));

test.each([...steps, ...includes, ...parts])('$path: $given', ({ given }) => {
  const raw = Object.entries(given).filter(([name]) => name !== 'token' && !OF_THE_JOB.test(name));
  const filled = raw.map(([name, value]) => [
    name,
    value.replaceAll(/\$(?:\{\{.*?\}\}|\[\[.*?\]\])/g, 'acme/web'),
  ]);
  expect(raw.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  // Some snippets are parts, to be added to a step that already names a service.
  const whole = { service: 'acme/web', ...Object.fromEntries(filled) };
  expect(() => readConfig(whole, aContext())).not.toThrow();
});

test('the documents contain steps, includes, and parts', () => {
  expect(steps.length).toBeGreaterThan(4);
  expect(includes.length).toBeGreaterThan(3);
  expect(parts.length).toBeGreaterThan(2);
});

test('the emulator accepts the scenario in docs/rehearse.md', () => {
  const [scenario] = blocksOf('json').filter(({ path }) => path === 'docs/rehearse.md');
  expect(scenarioProblems(JSON.parse(scenario?.text ?? ''))).toEqual([]);
});

test('every scenario that a document uses exists', () => {
  const played = texts.flatMap(({ path, text }) =>
    [...text.matchAll(/npm start -- (?:.* )?--scenario ([\w-]+)/g)].map(([, name = '']) => ({
      path,
      name,
    })),
  );
  expect(played.length).toBeGreaterThan(5);
  expect(played.filter(({ name }) => !scenarioNames.some((one) => one === name))).toEqual([]);
});

test('every flag in a command line of a document exists for its command', () => {
  const lines = blocksOf('sh').flatMap(({ path, text }) =>
    text
      .replaceAll(/ *\\\n */g, ' ')
      .split('\n')
      .flatMap((line) => {
        const [, file = '', verb = '', rest = ''] =
          /node \S*(outpost-deploy\.mjs|dist\/cli\/index\.js|outpost-token\.mjs) ([a-z]+)(.*)/.exec(
            line,
          ) ?? [];
        return file === '' ? [] : [{ path, file, verb, rest }];
      }),
  );
  expect(lines.length).toBeGreaterThan(3);
  for (const { path, file, verb, rest } of lines) {
    const program = file === 'outpost-token.mjs' ? tokenProgram : deployProgram;
    const command = [...program.commands].find(({ name }) => name === verb);
    const known = command === undefined ? [] : flagsOf(command).map(({ name }) => name);
    const given = [...rest.matchAll(/ --([a-z-]+)/g)].map(([, name = '']) => name);
    expect({ path, verb, unknown: given.filter((name) => !known.includes(name)) }).toEqual({
      path,
      verb,
      unknown: [],
    });
  }
});
