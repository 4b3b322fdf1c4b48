import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseFlags } from '../flags.ts';
import { readScenarioFile, scenarioProblems } from '../scenario-file.ts';
import { scenarios } from '../scenarios.ts';

describe('flags', () => {
  const defaults = {
    action: 'serve',
    port: 4747,
    scenario: 'ok',
    scenarioFile: undefined,
    plan: 'free',
  };
  test.each([
    { argv: [], flags: {} },
    { argv: ['--port', '0'], flags: { port: 0 } },
    { argv: ['--port=65535'], flags: { port: 65_535 } },
    {
      argv: ['--scenario', 'lost-answer', '--plan', 'none'],
      flags: { scenario: 'lost-answer', plan: 'none' },
    },
    { argv: ['--scenario', 'push-protected'], flags: { scenario: 'push-protected' } },
    { argv: ['--scenario-file', 'a=b.json'], flags: { scenarioFile: 'a=b.json' } },
    { argv: ['--scenario-file=a=b.json'], flags: { scenarioFile: 'a=b.json' } },
    { argv: ['--list'], flags: { action: 'list' } },
    { argv: ['-h'], flags: { action: 'help' } },
    { argv: ['--help'], flags: { action: 'help' } },
  ])('$argv', ({ argv, flags }) => {
    expect(parseFlags(argv)).toEqual({ ...defaults, ...flags });
  });

  test.each([
    { argv: ['--prot', '1'], says: 'Unknown flag "--prot". Did you mean --port? Allowed: --port,' },
    { argv: ['4747'], says: 'Unknown flag "4747". Allowed:' },
    { argv: ['--port'], says: '--port needs a value' },
    { argv: ['--port', '--list'], says: '--port needs a value' },
    { argv: ['--port='], says: '--port needs a value' },
    {
      argv: ['--port', '65536'],
      says: '--port must be a whole number from 0 to 65535, not "65536"',
    },
    { argv: ['--port', '-1'], says: '--port must be' },
    { argv: ['--port', '1', '--port', '2'], says: '--port is given twice' },
    { argv: ['--list=yes'], says: '--list takes no value' },
    {
      argv: ['--scenario', 'flaping'],
      says: 'Unknown --scenario "flaping". Did you mean flapping? Allowed: ok,',
    },
    {
      argv: ['--plan', 'pro'],
      says: 'Unknown --plan "pro". Allowed: none, free, team, enterprise',
    },
    { argv: ['--scenario', 'ok', '--scenario-file', 'x'], says: 'exclude each other' },
  ])('$argv is refused', ({ argv, says }) => {
    expect(() => parseFlags(argv)).toThrow(says);
  });
});

describe('scenario files', () => {
  test.each(Object.keys(scenarios))('the scenario %s is one', (name) => {
    const copy: unknown = JSON.parse(
      JSON.stringify(Object.entries(scenarios).find(([key]) => key === name)?.[1]),
    );
    expect(scenarioProblems(copy)).toEqual([]);
  });

  test.each([
    { value: [], says: 'scenario must be an object, not []' },
    { value: { faultz: [] }, says: 'scenario has no field "faultz" (did you mean faults?)' },
    { value: { rollout: [] }, says: 'scenario.rollout must not be empty' },
    { value: { rollout: [{ looks: 1 }] }, says: 'scenario.rollout[0].status is missing' },
    {
      value: { rollout: [{ status: 'running', ms: 0 }] },
      says: 'scenario.rollout[0].ms must be a whole number of 1 or more, not 0',
    },
    {
      value: { rollouts: { 'acme/web': {} } },
      says: 'scenario.rollouts["acme/web"] must be a list',
    },
    {
      value: { faults: [{ on: 'service.got', do: { kind: 'reset' } }] },
      says: '(did you mean service.get?)',
    },
    { value: { faults: [{ on: '*', do: { kind: 'rest' } }] }, says: '(did you mean reset?)' },
    {
      value: { faults: [{ on: '*', do: { kind: 'constructor' } }] },
      says: 'scenario.faults[0].do.kind must be one of',
    },
    {
      value: { faults: [{ on: '*', do: { kind: 'slow' } }] },
      says: 'scenario.faults[0].do.delayMs is missing',
    },
    {
      value: { faults: [{ on: '*', do: { kind: 'hang', delayMs: 1 } }] },
      says: 'scenario.faults[0].do has no field "delayMs"',
    },
    {
      value: { faults: [{ on: '*', times: 0, do: { kind: 'hang' } }] },
      says: 'scenario.faults[0].times',
    },
    {
      value: { deployPath: '/deploy' },
      says: 'scenario.deployPath must be a path that contains {service}',
    },
    {
      value: { deployAnswer: { status: 500 } },
      says: 'scenario.deployAnswer.status must be a whole number from 200 to 299',
    },
    {
      value: { tokens: { omits: ['created'] } },
      says: 'scenario.tokens.omits[0] must be one of scopes, created_at',
    },
    {
      value: { tokens: { pageSize: 0 } },
      says: 'scenario.tokens.pageSize must be a whole number from 1 to 100',
    },
    {
      value: { tokens: { givesScopes: ['all'] } },
      says: 'scenario.tokens.givesScopes[0] must be one of repo,',
    },
    { value: { echoToken: 'yes' }, says: 'scenario.echoToken must be true or false, not "yes"' },
    {
      value: { rehearsal: { inputs: {}, token: { scopes: ['all'] } } },
      says: 'scenario.rehearsal.exit is missing',
    },
  ])('$value is none', ({ value, says }) => {
    expect(scenarioProblems(value).join('\n')).toContain(says);
  });

  test('are read, or refused with every problem', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    const file = join(folder, 'mine.json');
    try {
      writeFileSync(file, '{"rollout": [{"status": "failed"}]}');
      expect(readScenarioFile(file)).toEqual({ rollout: [{ status: 'failed' }] });
      writeFileSync(
        file,
        '{"tokens": {"givesScopes": [], "omits": ["created_at"], "pageSize": 20}}',
      );
      expect(readScenarioFile(file)).toEqual({
        tokens: { givesScopes: [], omits: ['created_at'], pageSize: 20 },
      });
      writeFileSync(file, '{"echoToken": 1, "clockOffsetMs": "x"}');
      expect(() => readScenarioFile(file)).toThrow(/echoToken[\s\S]*clockOffsetMs/);
      writeFileSync(file, '{');
      expect(() => readScenarioFile(file)).toThrow('is not JSON');
      expect(() => readScenarioFile(join(folder, 'none.json'))).toThrow('cannot read');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
