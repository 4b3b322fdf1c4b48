import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkCredential, normalise } from '../../src/auth/credential.ts';
import type { Context } from '../../src/host.ts';
import { hazardsOf } from '../../src/hosts/hazards.ts';
import { Failure } from '../../src/lib/failure.ts';
import { Secret } from '../../src/lib/secret.ts';
import { aConfig, aContext, TOKEN } from '../support/build.ts';

function refusalOf(value: string, context: Context = aContext(), config = aConfig()): Failure {
  try {
    checkCredential(config, new Secret(value), context);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the token was admitted');
}

describe('removes what pasting adds to a token', () => {
  test.each([
    ['nothing', TOKEN],
    ['a trailing line break', `${TOKEN}\n`],
    ['a Windows line break', `${TOKEN}\r\n`],
    ['surrounding blanks', `  ${TOKEN}\t`],
    ['a byte order mark', `\uFEFF${TOKEN}`],
    ['double quotes', `"${TOKEN}"`],
    ['single quotes', `'${TOKEN}'`],
    ['the `Bearer` scheme', `Bearer ${TOKEN}`],
    ['the scheme in lowercase', `bearer   ${TOKEN}`],
    ['all at once', `\uFEFF "Bearer ${TOKEN}" \n`],
  ])('%s', (_, value) => {
    expect(checkCredential(aConfig(), new Secret(value), aContext()).reveal()).toBe(TOKEN);
  });

  test('removes only one pair of quotes', () => {
    expect(normalise(`""${TOKEN}""`)).toBe(`"${TOKEN}"`);
  });

  test('allows an undocumented but possible form, because Outpost decides', () => {
    expect(
      checkCredential(aConfig(), new Secret('op_pat2.AbC-dEf_012345'), aContext()).reveal(),
    ).toBe('op_pat2.AbC-dEf_012345');
  });
});

describe('values that cannot be a token', () => {
  test.each([
    [
      '${{ secrets.OUTPOST_TOKEN }}',
      'a workflow expression that was never evaluated',
      /under `env:` or `with:`/,
    ],
    ['$OUTPOST_TOKEN', 'the name of a variable', /was not expanded/],
    ['${OUTPOST_TOKEN}', 'the name of a variable', /does not exist for this branch or environment/],
    ['***', 'a masked value copied from a log', /regenerate it in Settings > Access Tokens/],
    ['[MASKED]', 'a masked value copied from a log', /Store the token itself/],
    [
      'ghp_0123456789abcdef0123456789abcdef0123',
      'a GitHub token',
      /Create a personal access token in Outpost/,
    ],
    ['github_pat_0123456789', 'a GitHub token', /scope `service`/],
    ['glpat-0123456789', 'a GitLab token', /Create a personal access token in Outpost/],
    ['npm_0123456789', 'a token for another product', /Create a personal access token in Outpost/],
    ['AKIA0123456789', 'a token for another product', /Create a personal access token in Outpost/],
    ['acme$0123456789', 'an Outpost API key', /Create a personal access token in Outpost/],
    ['sk_live_0123456789', 'an Outpost API key', /Create a personal access token in Outpost/],
    [
      'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
      'a JSON Web Token',
      /Create a personal access token in Outpost/,
    ],
    ['https://outpost.run', 'a URL', /Create a personal access token in Outpost/],
    ['OUTPOST_TOKEN=op_pat_AbCdEf0123456789', 'a `NAME=value` line', /after the equals sign/],
    ['export TOKEN="op_pat_AbCdEf0123456789"', 'a `NAME=value` line', /after the equals sign/],
    ['my_token = op_pat_AbCdEf0123456789', 'a `NAME=value` line', /after the equals sign/],
    ['TOKEN=its-value', 'a `NAME=value` line', /after the equals sign/],
    ['{"token":"op_pat_AbCdEf0123456789"}', 'JSON or a template', /use the field/],
    ['[ "op_pat_AbCdEf0123456789" ]', 'JSON or a template', /use the field/],
    ['{{ .Data.token }}', 'JSON or a template', /Store only the token/],
    ['/builds/acme/web.tmp/OUTPOST_TOKEN', 'the path of a file', /`file: false` under `secrets:`/],
    ['./token.txt', 'the path of a file', /--token-stdin/],
    ['~/token', 'the path of a file', /--token-stdin/],
    ['C:\\secrets\\token', 'the path of a file', /--token-stdin/],
    ['op://ci/outpost/token', 'a reference to a vault entry', /`op run`/],
    ['vault:secret/data/outpost#token', 'a reference to a vault entry', /`op run`/],
    ['arn:aws:secretsmanager:eu-west-1:1:secret:x', 'a reference to a vault entry', /`op run`/],
    ['projects/1/secrets/outpost/versions/1', 'a reference to a vault entry', /`op run`/],
    ['op_pat_AbCd\nEf012345', 'a line break', /on one line/],
    ['OUTPOST_TOKEN op_pat_AbCd', 'white space', /without a name or a second value/],
    ['op_pat_AbCd\u200bEf012345', 'invisible or not ASCII', /Copy the token again/],
    ['op_pat_АbCdEf', 'invisible or not ASCII', /Copy the token again/],
    ['"op_pat_AbCdEf', 'a stray quote', /without quotes/],
    ['op_pat_', 'a placeholder from an example', /Create a personal access token in Outpost/],
    ['op_pat_...', 'a placeholder from an example', /Create a personal access token in Outpost/],
    [
      'op_pat_xxxxxxxx',
      'a placeholder from an example',
      /Create a personal access token in Outpost/,
    ],
    [
      'op_pat_your_token_here',
      'a placeholder from an example',
      /Create a personal access token in Outpost/,
    ],
    [
      'op_pat_<token>',
      'a placeholder from an example',
      /Create a personal access token in Outpost/,
    ],
  ])('%j: %s', (value, what, hint) => {
    expect(refusalOf(value)).toMatchObject({
      code: 'token-malformed',
      exitStatus: 3,
      happened: expect.stringContaining(`not a personal access token: it `),
      hint: expect.stringMatching(hint),
    });
    expect(refusalOf(value).happened).toContain(what);
  });

  test('the message never quotes the value, which may be another secret', () => {
    const prefix = fc.constantFrom(
      'ghp_',
      'glpat-',
      'npm_',
      'sk_live_',
      'acme$',
      'https://',
      'op pat ',
      '"',
    );
    const body = fc.string({
      minLength: 8,
      maxLength: 30,
      unit: fc.constantFrom(...'QZXJKV0123456789'),
    });
    fc.assert(
      fc.property(prefix, body, (start, end) => {
        const { message, hint } = refusalOf(start + end);
        expect(message + hint).not.toContain(end);
      }),
    );
  });
});

describe('no token: names the known cause', () => {
  test.each<[string, string, Partial<Context>, string, RegExp]>([
    [
      'GitHub: not set',
      '',
      {},
      'OUTPOST_TOKEN is empty',
      /token: \$\{\{ secrets\.OUTPOST_TOKEN \}\}`.*`environment:` on the job/,
    ],
    [
      'GitHub: set to blanks',
      ' \n',
      {},
      'the secret is not set, has another name, or belongs to an environment',
      /store it as OUTPOST_TOKEN/,
    ],
    [
      'GitHub: set to only quotes',
      '""',
      {},
      'OUTPOST_TOKEN is empty',
      /Create a personal access token/,
    ],
    [
      'GitHub: a pull request from a fork',
      '',
      { fromFork: true, trigger: 'pull_request' },
      'this pull_request run comes from a fork, and GitHub does not give it secrets',
      /Deploy after the merge, on `push`/,
    ],
    [
      'GitHub: Dependabot',
      '',
      { fromDependabot: true, fromFork: true },
      'Dependabot started this run',
      /as a Dependabot secret/,
    ],
    [
      'GitLab: a fork',
      '',
      { host: 'gitlab', fromFork: true },
      'this merge request comes from a fork',
      /on the default branch/,
    ],
    [
      'GitLab: an unprotected ref',
      '',
      { host: 'gitlab', onProtectedRef: false },
      'this ref is not protected: protected variables are only available on protected branches and tags',
      /Deploy from a protected branch/,
    ],
    [
      'GitLab: another environment',
      '',
      { host: 'gitlab', onProtectedRef: true, environment: 'staging' },
      "is scoped to another environment (this job's environment is `staging`)",
      /Settings > CI\/CD > Variables, add OUTPOST_TOKEN for this environment, masked and protected/,
    ],
    [
      'GitLab: no environment',
      '',
      { host: 'gitlab' },
      'this job has no environment',
      /with the scope `service`/,
    ],
    [
      'a shell',
      '',
      { host: 'shell' },
      'the variable OUTPOST_TOKEN is not set',
      /Export it for this command only/,
    ],
  ])('%s', (_, value, context, happened, hint) => {
    expect(refusalOf(value, aContext(context))).toMatchObject({
      code: 'token-missing',
      attempted: 'Reading the token',
      happened: expect.stringContaining(happened),
      hint: expect.stringMatching(hint),
    });
  });
});

describe('a job that prints its variables', () => {
  test('is rejected before the token is checked', () => {
    expect(
      refusalOf('', aContext({ host: 'gitlab', hazards: hazardsOf({ CI_DEBUG_TRACE: 'true' }) })),
    ).toMatchObject({
      code: 'unsafe-environment',
      happened: expect.stringContaining(
        'CI_DEBUG_TRACE is set, which prints every variable of the job',
      ),
      hint: expect.stringContaining(
        'set `allow-debug-trace: true` and revoke the token afterwards',
      ),
    });
  });

  test.each([
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'lets anybody on the network impersonate Outpost'],
    [{ NODE_DEBUG: 'http' }, 'print the headers of each request'],
    [{ NODE_DEBUG: 'module,HTTPS' }, 'print the headers of each request'],
    [{ NODE_DEBUG: '*' }, 'print the headers of each request'],
  ])('%j cannot be allowed', (env, danger) => {
    const context = aContext({ hazards: hazardsOf(env) });
    expect(() =>
      checkCredential(aConfig({ allowDebugTrace: true }), new Secret(TOKEN), context),
    ).toThrow(danger);
  });

  test.each([
    [{ NODE_DEBUG: 'timer' }],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '1' }],
    [{ CI_DEBUG_TRACE: 'false' }],
    [{ RUNNER_DEBUG: '1' }],
  ])('%j is harmless', (env) => {
    expect(hazardsOf(env)).toEqual([]);
  });

  test('continues if the user allows it', () => {
    expect(
      checkCredential(
        aConfig({ allowDebugTrace: true }),
        new Secret(TOKEN),
        aContext({ hazards: hazardsOf({ CI_DEBUG_TRACE: 'true' }) }),
      ).reveal(),
    ).toBe(TOKEN);
  });
});

describe('runs that outsiders can start', () => {
  test.each([
    [
      'pull_request_target',
      false,
      'it was started by pull_request_target, which people outside your team can trigger',
    ],
    [
      'issue_comment',
      false,
      'it was started by issue_comment, which people outside your team can trigger',
    ],
    [
      'workflow_run',
      true,
      "it was started by workflow_run after a fork's workflow, which people outside your team can trigger",
    ],
  ])('%s is rejected before the token is checked', (trigger, fromFork, happened) => {
    expect(refusalOf('', aContext({ trigger, fromFork }))).toMatchObject({
      code: 'unsafe-trigger',
      exitStatus: 2,
      happened: expect.stringContaining(happened),
      hint: expect.stringMatching(
        /Deploy from `push` or `workflow_dispatch`, or set `allow-unsafe-trigger: true`/,
      ),
    });
  });

  test.each([
    ['push', false, false],
    ['workflow_dispatch', false, false],
    ['schedule', false, false],
    ['workflow_run', false, false],
    ['pull_request_target', false, true],
    ['workflow_run', true, true],
  ])('%s (fork: %s, allowed: %s) continues', (trigger, fromFork, allowUnsafeTrigger) => {
    expect(
      checkCredential(
        aConfig({ allowUnsafeTrigger }),
        new Secret(TOKEN),
        aContext({ trigger, fromFork }),
      ).reveal(),
    ).toBe(TOKEN);
  });
});
