import { describe, expect, test } from '@jest/globals';
import { type OutputChunk, readAsGithub } from '../../runner/github.ts';
import { readAsGitlab } from '../../runner/gitlab.ts';
import { findLeaks } from '../../runner/leaks.ts';
import { VECTOR_TOKENS, VECTORS } from '../../runner/vectors.ts';

const TOKEN = 'op_pat_AbCdEf0123456789ZyXwVu';

function output(text: string): OutputChunk[] {
  return [{ stream: 'stdout', data: Buffer.from(`${text}\n`) }];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('the tokens have 29, 30 and 31 characters', () => {
  expect(VECTOR_TOKENS.map((token) => token.length)).toEqual([29, 30, 31]);
  expect(VECTOR_TOKENS[0]).toBe(TOKEN);
});

describe.each(VECTOR_TOKENS)('%s', (token) => {
  test.each(VECTORS.map((vector) => ({ name: vector.name, vector })))(
    'GitHub: $name',
    ({ vector }) => {
      const shown = readAsGithub(output(vector.render(token)), {
        knownSecrets: [token],
      }).lines.join('\n');
      expect(findLeaks(shown, token).length === 0).toBe(vector.githubHides(token));
      expect(shown.includes('***')).toBe(vector.githubHides(token));
    },
  );

  test.each(VECTORS.map((vector) => ({ name: vector.name, vector })))(
    'GitHub with add-mask: $name',
    ({ vector }) => {
      const shown = readAsGithub(
        output(`::add-mask::${token}\n${vector.render(token)}`),
      ).lines.join('\n');
      expect(findLeaks(shown, token).length === 0).toBe(vector.githubHides(token));
    },
  );

  test.each(VECTORS.map((vector) => ({ name: vector.name, vector })))(
    'GitLab: $name',
    ({ vector }) => {
      const log = readAsGitlab(output(vector.render(token)), { maskedValues: [token] });
      expect(findLeaks(log.raw, token).length === 0).toBe(vector.gitlabHides(token));
      expect(log.raw.includes('[MASKED]')).toBe(vector.gitlabHides(token));
    },
  );
});

describe('what GitHub shows at 29 characters', () => {
  const cases: readonly { name: string; text: string; shown: string }[] = [
    { name: 'base64', text: 'b3BfcGF0X0FiQ2RFZjAxMjM0NTY3ODlaeVh3VnU=', shown: '***' },
    { name: 'base64 behind x:', text: base64(`x:${TOKEN}`), shown: 'eDpv***' },
    { name: 'base64 behind oauth2:', text: base64(`oauth2:${TOKEN}`), shown: 'b2F1dGgyOm9w***' },
    {
      name: 'base64 behind x-access-token:',
      text: base64(`x-access-token:${TOKEN}`),
      shown: 'eC1hY2Nlc3MtdG9rZW46***',
    },
    { name: 'base64 before a line feed', text: base64(`${TOKEN}\n`), shown: base64(`${TOKEN}\n`) },
    {
      name: 'an escape sequence inside',
      text: `op_pat_AbCdE\x1b[0K${TOKEN.slice(12)}`,
      shown: `op_pat_AbCdE\x1b[0K${TOKEN.slice(12)}`,
    },
  ];
  test.each(cases)('$name', ({ text, shown }) => {
    expect(readAsGithub(output(text), { knownSecrets: [TOKEN] }).lines).toEqual([shown]);
  });
});

test('the GitLab page joins a token that an escape sequence had split', () => {
  const log = readAsGitlab(output(`op_pat_AbCdE\x1b[0K${TOKEN.slice(12)}`), {
    maskedValues: [TOKEN],
  });
  expect(log.page).toEqual([TOKEN]);
});
