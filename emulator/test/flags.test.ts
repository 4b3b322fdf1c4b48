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
    host: '127.0.0.1',
    port: 4747,
    scenario: 'ok',
    scenarioFile: undefined,
    rollout: undefined,
    dialect: undefined,
    plan: 'free',
  };
  test.each([
    { argv: [], flags: {} },
    { argv: ['--port', '0'], flags: { port: 0 } },
    { argv: ['--port=65535'], flags: { port: 65_535 } },
    { argv: ['--host', '::1'], flags: { host: '::1' } },
    { argv: ['--host=127.0.0.1'], flags: {} },
    {
      argv: ['--scenario', 'lost-answer', '--plan', 'none'],
      flags: { scenario: 'lost-answer', plan: 'none' },
    },
    { argv: ['--scenario', 'push-protected'], flags: { scenario: 'push-protected' } },
    { argv: ['--scenario-file', 'a=b.json'], flags: { scenarioFile: 'a=b.json' } },
    { argv: ['--scenario-file=a=b.json'], flags: { scenarioFile: 'a=b.json' } },
    { argv: ['--rollout', 'rolling'], flags: { rollout: 'rolling' } },
    { argv: ['--scenario=ok', '--rollout=queued'], flags: { rollout: 'queued' } },
    { argv: ['--dialect', 'base-url'], flags: { dialect: 'base-url' } },
    {
      argv: ['--dialect=none', '--scenario-file=x'],
      flags: { dialect: 'none', scenarioFile: 'x' },
    },
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
    { argv: ['--port', '1', '--port', '2'], says: '--port is set twice' },
    {
      argv: ['--host', '0.0.0.0'],
      says: 'Unknown --host "0.0.0.0". Allowed: 127.0.0.1, ::1.',
    },
    { argv: ['--list=yes'], says: '--list takes no value' },
    {
      argv: ['--scenario', 'flaping'],
      says: 'Unknown --scenario "flaping". Did you mean flapping? Allowed: ok,',
    },
    {
      argv: ['--plan', 'pro'],
      says: 'Unknown --plan "pro". Allowed: none, free, team, enterprise',
    },
    { argv: ['--scenario', 'ok', '--scenario-file', 'x'], says: 'combined' },
    {
      argv: ['--rollout', 'roling'],
      says: 'Unknown --rollout "roling". Did you mean rolling? Allowed: in-place, rolling, queued,',
    },
    {
      argv: ['--dialect', 'refrence'],
      says: 'Unknown --dialect "refrence". Did you mean reference? Allowed: reference, base-url,',
    },
    {
      argv: ['--rollout', 'rolling', '--scenario', 'stopped'],
      says: '--rollout only works with the scenario ok',
    },
    { argv: ['--rollout', 'rolling', '--scenario-file', 'x'], says: '--rollout only works' },
  ])('$argv is refused', ({ argv, says }) => {
    expect(() => parseFlags(argv)).toThrow(says);
  });
});

describe('scenario files', () => {
  test.each(Object.keys(scenarios))('the scenario %s is valid', (name) => {
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
      value: { deploymentPath: '/{service}/deployment' },
      says: 'scenario.deploymentPath must be a path that contains {service} and {id}',
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
      value: { tokens: { shape: 'array' } },
      says: 'scenario.tokens.shape must be one of record, data,',
    },
    {
      value: { tokens: { scopesAs: 'json' } },
      says: 'scenario.tokens.scopesAs must be one of list, objects, text, not "json"',
    },
    { value: { tokens: { keys: 'kebab' } }, says: 'scenario.tokens.keys must be one of snake' },
    { value: { tokens: { times: 'unix' } }, says: 'scenario.tokens.times must be one of milli' },
    { value: { envelope: 'item' }, says: 'scenario.envelope must be one of bare, data, service,' },
    {
      value: { listEnvelope: 'list' },
      says: 'scenario.listEnvelope must be one of page, array, services, not "list"',
    },
    { value: { naming: 'id' }, says: 'scenario.naming must be one of separate, full_name,' },
    { value: { namelessItem: 1 }, says: 'scenario.namelessItem must be true or false, not 1' },
    {
      value: { tokens: { givesScopes: ['all'] } },
      says: 'scenario.tokens.givesScopes[0] must be one of repo,',
    },
    {
      value: { rollout: [{ status: 'running', serving: 'newest' }] },
      says: 'scenario.rollout[0].serving must be one of old, both, new, none, not "newest"',
    },
    {
      value: { rollout: [{ status: 'running', end: 'superseded' }] },
      says: 'scenario.rollout[0].end must be one of running, idle, failed, pending',
    },
    {
      value: { rollout: [{ status: 'running', readyReplicas: -1 }] },
      says: 'scenario.rollout[0].readyReplicas must be a whole number of 0 or more',
    },
    {
      value: { afterRefusal: [] },
      says: 'scenario.afterRefusal must not be empty',
    },
    {
      value: { services: [{ namespace: 'acme', name: 'web', minReplicas: 5 }] },
      says: 'scenario.services[0].minReplicas must be a whole number from 0 to 4',
    },
    {
      value: { deployAnswer: { body: 'error' } },
      says: 'scenario.deployAnswer.body must be one of empty-object, none,',
    },
    {
      value: { deploysInstead: 'web' },
      says: 'scenario.deploysInstead must be the namespace/name of a service',
    },
    {
      value: { deploymentInfo: { field: 'deploy' } },
      says: 'scenario.deploymentInfo.field must be one of deployment, current_deployment,',
    },
    {
      value: { deploymentIds: 'uuid' },
      says: 'scenario.deploymentIds must be one of text, number',
    },
    { value: { versions: 2 }, says: 'scenario.versions must be true or false, not 2' },
    {
      value: { dialect: 'documented' },
      says: 'scenario.dialect must be one of reference, base-url,',
    },
    { value: { elsewhere: 404 }, says: 'scenario.elsewhere must be one of 404, html-404, html,' },
    { value: { readSlash: '/' }, says: 'scenario.readSlash must be true or false, not "/"' },
    { value: { slashRedirect: 307 }, says: 'scenario.slashRedirect must be true or false' },
    {
      value: { spelling: { times: 'unix', words: { running: 1 } } },
      says: 'scenario.spelling.words["running"] must be a string, not 1',
    },
    { value: { jobs: [] }, says: 'scenario.jobs must not be empty' },
    { value: { jobs: [[]] }, says: 'scenario.jobs[0] must not be empty' },
    {
      value: { jobs: [{ status: 'queued' }] },
      says: 'scenario.jobs[0] must be a list, not {"status":"queued"}',
    },
    { value: { jobs: [[{ looks: 1 }]] }, says: 'scenario.jobs[0][0].status is missing' },
    {
      value: { jobs: [[{ status: 'queued', serving: 'old' }]] },
      says: 'scenario.jobs[0][0] has no field "serving"',
    },
    {
      value: { jobs: [[{ status: 'done', end: 'done' }]] },
      says: 'scenario.jobs[0][0].end must be one of succeeded, failed, cancelled, timed_out, pending',
    },
    {
      value: { jobAnswer: { body: 'text' } },
      says: 'scenario.jobAnswer.body must be one of record, id, data, job, none, not "text"',
    },
    {
      value: { jobAnswer: { status: 409 } },
      says: 'scenario.jobAnswer.status must be a whole number from 200 to 299',
    },
    { value: { jobNames: true }, says: 'scenario.jobNames must be one of unique, any, not true' },
    { value: { echoToken: 'yes' }, says: 'scenario.echoToken must be true or false, not "yes"' },
    {
      value: { rehearsal: { inputs: {}, token: { scopes: ['all'] } } },
      says: 'scenario.rehearsal.exit is missing',
    },
  ])('$value is not a valid scenario', ({ value, says }) => {
    expect(scenarioProblems(value).join('\n')).toContain(says);
  });

  test('are read, or rejected with a list of all problems', () => {
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
      expect(() => readScenarioFile(join(folder, 'none.json'))).toThrow("can't read");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
