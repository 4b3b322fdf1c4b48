import type { WireFault } from '../../emulator/faults.ts';
import { badGatewayPage, loginPage } from '../../emulator/payloads.ts';
import { answer, deployed, inTurn, prove, quick, type Row, refusal, under } from './row.ts';

// Faults of the deploy call. It is sent only once. Whether Outpost accepted it is found out by
// looking, or reported as unknown.

const post = { on: 'service.deploy' } as const;
const lost = /got no clear answer.*the call is not sent again/;
const unknown = {
  exit: 7,
  status: 'unknown',
  code: 'outcome-unknown',
  accepted: 0,
  inputs: { timeout: '15s' },
} as const;
const refused = { exit: 4, status: 'failed', accepted: 0 } as const;

/** The same fault twice: once Outpost has accepted the deploy, once it hasn't. */
function both(id: string, fault: string, does: WireFault): readonly Row[] {
  return [
    {
      id,
      fault: `${fault}, accepted`,
      scenario: under({ ...post, afterHandling: true, do: does }),
      ...deployed,
      says: lost,
    },
    {
      id,
      fault: `${fault}, not accepted`,
      scenario: under({ ...post, times: 'always', do: does }),
      ...unknown,
      says: lost,
    },
  ];
}

prove([
  ...both('F08', 'a reset before the answer', { kind: 'reset' }),
  ...(['length', 'chunked'] as const).map(
    (framing): Row => ({
      id: 'F10',
      fault: `the body is cut after a 2xx (${framing})`,
      scenario: under({ ...post, do: { kind: 'cut', framing } }),
      ...deployed,
      silentOn: lost,
    }),
  ),
  {
    id: 'F11',
    fault: 'headers never come, accepted',
    scenario: under({ ...post, afterHandling: true, do: { kind: 'hang' } }),
    ...deployed,
    says: /no complete response within 60 s/,
  },
  {
    id: 'F11',
    fault: 'headers never come, not accepted',
    scenario: under({ ...post, times: 'always', do: { kind: 'hang' } }),
    ...unknown,
    says: /no complete response within \d+ s/,
  },
  {
    id: 'F12',
    fault: 'one byte a minute',
    scenario: under({ ...post, do: { kind: 'slow', delayMs: 60_000 } }),
    ...deployed,
  },
  {
    id: 'F13',
    fault: 'an empty 200',
    scenario: { ...quick, deployAnswer: { status: 200, body: 'none' } },
    ...deployed,
    silentOn: lost,
  },
  ...both('F14', 'a login page', answer(200, loginPage)),
  ...inTurn(
    ['{"id":"dep_', '\uFEFF{}', 'Deployment started'].map(
      (body): Row => ({
        id: 'F15',
        fault: `the body ${JSON.stringify(body)}`,
        scenario: under({ ...post, afterHandling: true, do: answer(202, body) }),
        ...deployed,
      }),
    ),
  ),
  ...inTurn(
    [
      '[]',
      'null',
      '7',
      '{"id":{"a":1},"deployment":[]}',
      '['.repeat(100_000),
      '{"__proto__":{"id":"dep_0123456789ab"}}',
    ].map(
      (body): Row => ({
        id: 'F16',
        fault: `the shape ${body.slice(0, 40)}`,
        scenario: under({ ...post, afterHandling: true, do: answer(202, body) }),
        ...deployed,
      }),
    ),
  ),
  {
    id: 'F17',
    fault: 'a body of a gigabyte',
    scenario: under({
      ...post,
      afterHandling: true,
      do: { kind: 'big-body', bytes: 1_073_741_824 },
    }),
    ...deployed,
    silentOn: lost,
  },
  {
    id: 'F17',
    fault: 'a gzip bomb',
    scenario: under({ ...post, afterHandling: true, do: { kind: 'gzip-bomb' } }),
    ...deployed,
  },
  ...inTurn(
    (['large', 'many'] as const).map(
      (form): Row => ({
        id: 'F18',
        fault: `headers too ${form}`,
        scenario: under({ ...post, do: { kind: 'header-bomb', form } }),
        ...deployed,
        says: lost,
      }),
    ),
  ),
  ...inTurn(
    // The call is still sent only once. The redirect may lead to the service's page, as after an
    // accepted form.
    ([301, 302, 303] as const).flatMap((status) =>
      both('F19', `a redirect ${status}`, {
        kind: 'redirect',
        status,
        location: '/auth/v1/v1/services/api/deploy',
      }),
    ),
  ),
  ...inTurn(
    ([307, 308] as const).map(
      (status): Row => ({
        id: 'F19',
        fault: `a redirect ${status}`,
        scenario: under({
          ...post,
          times: 'always',
          do: { kind: 'redirect', status, location: '/auth/v1/v1/services/api/deploy' },
        }),
        ...refused,
        code: 'redirected',
      }),
    ),
  ),
  {
    id: 'F22',
    fault: 'a 401',
    scenario: under({ ...post, times: 'always', do: answer(401) }),
    ...refused,
    exit: 3,
    code: 'token-rejected',
  },
  {
    id: 'F23',
    fault: 'a 403 for the role',
    scenario: under({
      ...post,
      times: 'always',
      do: refusal(403, 'forbidden', 'Maintainers only.'),
    }),
    ...refused,
    code: 'forbidden',
    says: /"Maintainers only\."/,
  },
  {
    id: 'F23',
    fault: 'a 403 for the scope',
    scenario: under({
      ...post,
      times: 'always',
      do: refusal(403, 'forbidden', 'The token lacks the scope "service".'),
    }),
    ...refused,
    exit: 3,
    code: 'token-scope-missing',
  },
  {
    id: 'F23',
    fault: 'a 403 from the edge',
    scenario: under({ ...post, times: 'always', do: answer(403, '<html>') }),
    ...refused,
    code: 'forbidden',
    says: /firewall or proxy in front of Outpost/,
  },
  {
    id: 'F24',
    fault: 'a 404',
    scenario: under({ ...post, times: 'always', do: refusal(404, 'not_found', 'Nothing here.') }),
    ...refused,
    code: 'not-found',
    says: /check the inputs `deploy-path` and `origin`/,
  },
  {
    id: 'F25',
    fault: 'another deploy is running, then ends',
    scenario: under({ ...post, do: refusal(409, 'conflict', 'In progress.') }),
    ...deployed,
    posts: 2,
    accepted: 1,
    says: /another deploy is in progress \(409\); waiting for it to finish before sending the call once more/,
  },
  {
    id: 'F25',
    fault: '409 forever: one more call, no loop',
    scenario: under({ ...post, times: 'always', do: refusal(409, 'conflict', 'In progress.') }),
    ...refused,
    code: 'conflict',
    posts: 2,
  },
  ...inTurn(
    ([400, 422] as const).map(
      (status): Row => ({
        id: 'F26',
        fault: `a ${status}`,
        scenario: under({
          ...post,
          times: 'always',
          do: refusal(status, 'invalid_branch', 'There is no branch "main".'),
        }),
        ...refused,
        code: 'refused',
        says: /There is no branch "main"\." \(invalid_branch\)[\s\S]*Request: req_0123456789ab/,
      }),
    ),
  ),
  ...inTurn(
    [500, 502, 503, 504, 520, 521, 522, 523, 524].flatMap((status) =>
      both('F28', `a ${status}`, answer(status, badGatewayPage)),
    ),
  ),
]);
