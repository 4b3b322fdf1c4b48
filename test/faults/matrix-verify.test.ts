import { loginPage } from '../../emulator/payloads.ts';
import {
  answer,
  atDocumentedForm,
  deployed,
  inTurn,
  prove,
  quick,
  type Row,
  refusal,
  under,
} from './row.ts';

// Faults of the reads before the deploy. Nothing has been sent yet, so giving up costs nothing. The
// run survives a fault that passes. A fault that stays ends the run with the one exit status that
// is safe to retry, or with a message that names what to change.

const get = { on: 'service.get' } as const;
const stays = { ...get, times: 'always' } as const;
const notDeployed = { status: 'failed', posts: 0 } as const;
const unavailable = { ...notDeployed, exit: 8, code: 'unavailable' } as const;
const unexpected = { ...notDeployed, exit: 4, code: 'unexpected-answer' } as const;
const web = '"name":"web","status":"running","updated_at":"2026-01-01T00:00:00Z"';

prove(
  atDocumentedForm([
    {
      id: 'F07',
      fault: 'three resets before the answer',
      scenario: under({ ...get, times: 3, do: { kind: 'reset' } }),
      ...deployed,
    },
    {
      id: 'F07',
      fault: 'resets forever',
      scenario: under({ ...stays, do: { kind: 'reset' } }),
      ...unavailable,
      says: /ECONNRESET/,
    },
    ...(['length', 'chunked'] as const).flatMap((framing): readonly Row[] => [
      {
        id: 'F09',
        fault: `a body cut twice (${framing})`,
        scenario: under({ ...get, times: 2, do: { kind: 'cut', framing } }),
        ...deployed,
      },
      {
        id: 'F09',
        fault: `bodies cut forever (${framing})`,
        scenario: under({ ...stays, do: { kind: 'cut', framing } }),
        ...unavailable,
        says: /the response was cut off/,
      },
    ]),
    {
      id: 'F11',
      fault: 'headers that arrive on the second try',
      scenario: under({ ...get, do: { kind: 'hang' } }),
      ...deployed,
    },
    {
      id: 'F11',
      fault: 'headers never come',
      scenario: under({ ...stays, do: { kind: 'hang' } }),
      ...unavailable,
      says: /no complete response within 15 s/,
    },
    {
      id: 'F12',
      fault: 'one byte every five seconds',
      scenario: under({ ...get, do: { kind: 'slow', delayMs: 5_000 } }),
      ...deployed,
    },
    {
      id: 'F13',
      fault: 'an empty 200, once',
      scenario: under({ ...get, do: answer(200) }),
      ...deployed,
    },
    {
      id: 'F13',
      fault: 'an empty 200, forever',
      scenario: under({ ...stays, do: answer(200) }),
      ...unexpected,
    },
    {
      id: 'F14',
      fault: 'a login page',
      scenario: under({ ...stays, do: answer(200, loginPage) }),
      ...unexpected,
      says: /is an HTML page/,
    },
    {
      id: 'F15',
      fault: 'a byte order mark',
      scenario: under({ ...get, do: answer(200, `\uFEFF{${web}}`) }),
      ...deployed,
      atMost: 14,
    },
    {
      id: 'F15',
      fault: 'broken JSON, once',
      scenario: under({ ...get, do: answer(200, `{${web}`) }),
      ...deployed,
    },
    {
      id: 'F15',
      fault: 'broken JSON, forever',
      scenario: under({ ...stays, do: answer(200, `{${web}`) }),
      ...unexpected,
    },
    ...inTurn(
      [
        '[]',
        'null',
        '7',
        '"running"',
        '{}',
        '['.repeat(100_000),
        `${'[{"data":'.repeat(50_000)}`,
      ].map(
        (body): Row => ({
          id: 'F16',
          fault: `the shape ${body.slice(0, 12)}`,
          scenario: under({ ...stays, do: answer(200, body) }),
          ...unexpected,
        }),
      ),
    ),
    {
      id: 'F16',
      fault: 'deep nesting next to the needed fields',
      scenario: under({
        ...get,
        do: answer(200, `{${web},"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
      }),
      ...deployed,
    },
    {
      id: 'F16',
      fault: 'a duplicate key',
      scenario: under({ ...get, do: answer(200, `{"name":"api",${web}}`) }),
      ...deployed,
    },
    {
      id: 'F16',
      fault: '__proto__ as a key',
      scenario: under({
        ...get,
        do: answer(200, '{"__proto__":{"status":"stopped","isAdmin":true},"name":"web"}'),
      }),
      ...deployed,
      says: /now without a status/,
    },
    {
      id: 'F17',
      fault: 'a body of a gigabyte',
      scenario: under({ ...stays, do: { kind: 'big-body', bytes: 1_073_741_824 } }),
      ...unavailable,
      says: /the response is larger than 1048576 bytes/,
    },
    {
      id: 'F17',
      fault: 'a gzip bomb',
      scenario: under({ ...stays, do: { kind: 'gzip-bomb' } }),
      ...unexpected,
    },
    {
      id: 'F17',
      fault: 'twenty encodings',
      scenario: under({
        ...stays,
        do: answer(200, `{${web}}x`, { 'content-encoding': Array(20).fill('gzip').join(', ') }),
      }),
      ...unexpected,
    },
    ...inTurn(
      (['large', 'many'] as const).map(
        (form): Row => ({
          id: 'F18',
          fault: `headers too ${form}`,
          scenario: under({ ...stays, do: { kind: 'header-bomb', form } }),
          ...unavailable,
          says: /headers are too large/,
        }),
      ),
    ),
    ...inTurn(
      ([301, 302, 303, 307, 308] as const).map(
        (status): Row => ({
          id: 'F19',
          fault: `a redirect ${status} to another path`,
          scenario: under({
            ...stays,
            do: { kind: 'redirect', status, location: '/acme/service/api' },
          }),
          ...notDeployed,
          exit: 4,
          code: 'redirected',
          says: /redirects to \/acme\/service\/api on the same host[\s\S]*Redirects are never followed with a token/,
          atMost: 2,
        }),
      ),
    ),
    {
      id: 'F21',
      fault: 'a redirect to itself',
      scenario: under({ ...stays, do: { kind: 'redirect', location: '/acme/service/web' } }),
      ...notDeployed,
      exit: 4,
      code: 'redirected',
      atMost: 2,
    },
    {
      id: 'F22',
      fault: 'a revoked token',
      scenario: quick,
      prepare: ({ world }) => world.revokeToken('ada', 'rehearsal'),
      ...notDeployed,
      exit: 3,
      code: 'token-rejected',
      says: /revoked, expired or mistyped\. .*regenerate it/,
      atMost: 3,
    },
    {
      id: 'F23',
      fault: 'a 403 for the role',
      scenario: under({ ...stays, do: refusal(403, 'forbidden', 'Members only.') }),
      ...notDeployed,
      exit: 4,
      code: 'forbidden',
      says: /"Members only\."[\s\S]*the role Maintainer or above/,
      atMost: 2,
    },
    {
      id: 'F23',
      fault: 'a 403 from the edge',
      scenario: under({ ...stays, do: answer(403, '<html>Attention required</html>') }),
      ...notDeployed,
      exit: 4,
      code: 'forbidden',
      says: /comes from a firewall or proxy in front of Outpost/,
      atMost: 2,
    },
    {
      id: 'F24',
      fault: 'a service that does not exist',
      scenario: quick,
      inputs: { service: 'acme/wbe' },
      ...notDeployed,
      exit: 4,
      code: 'not-found',
      says: /Did you mean `acme\/web`/,
      atMost: 3,
    },
    {
      id: 'F62',
      fault: 'the answer is about another service',
      scenario: under({ ...stays, do: answer(200, `{${web.replace('web', 'api')}}`) }),
      ...unexpected,
    },
  ]),
);
