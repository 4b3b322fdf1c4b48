import { expect, test } from '@jest/globals';
import { dialects } from '../../emulator/dialects.ts';
import type { FaultRule, WireFault } from '../../emulator/faults.ts';
import type { Scenario } from '../../emulator/scenario.ts';
import type { FailureCode } from '../../src/lib/failure.ts';
import type { RunStatus } from '../../src/report/report.ts';
import { type RehearsalOptions, rehearseOn } from '../support/rehearse.ts';

/** One line of the fault matrix: a fault as data, and how a client that tells the truth ends. */
export interface Row
  extends Pick<RehearsalOptions, 'inputs' | 'scopes' | 'expiresInHours' | 'prepare' | 'env'> {
  /** Number in README.md. */
  readonly id: string;
  readonly fault: string;
  readonly scenario: Scenario;
  readonly exit: number;
  readonly status: RunStatus;
  readonly code?: FailureCode;
  /** What the page of the log must tell. */
  readonly says?: RegExp;
  readonly silentOn?: RegExp;
  /** Deploy calls that Outpost received; 1 unless told otherwise. */
  readonly posts?: number;
  /** Deploys that Outpost accepted; as many as `posts` unless told otherwise. */
  readonly accepted?: number;
  /** All requests together: more would be a storm. */
  readonly atMost?: number;
  /** Where only; default is everywhere. */
  readonly host?: HostUnderTest;
}

const hosts = ['github', 'shell'] as const;
type HostUnderTest = (typeof hosts)[number];

/** A rollout that begins at once and lasts for some time, whoever looks. */
export function lasting(ms: number): Pick<Scenario, 'rollout'> {
  return { rollout: [{ status: 'deploying', ms, log: ['Pulling image'] }, { status: 'running' }] };
}

/** The rollout of most rows: three looks see it under way. */
export const quick = lasting(4_000);

/** Rows that end well, whatever happened to them. */
export const deployed = { exit: 0, status: 'deployed' } as const;

/** A scenario that is the quick one but for some faults. */
export function under(...faults: readonly FaultRule[]): Scenario {
  return { ...quick, faults };
}

/** An answer in the place of Outpost's own. */
export function answer(
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): WireFault {
  return { kind: 'answer', status, body, headers };
}

/** An error in the documented shape. */
export function refusal(status: number, code: string, message: string): WireFault {
  return answer(
    status,
    JSON.stringify({ error: { code, message, request_id: 'req_0123456789ab' } }),
    {
      'content-type': 'application/json',
    },
  );
}

/**
 * Variants of one fault, each on one host only. Pairs of rows are common, so the order of the hosts
 * turns round with each pair.
 */
export function inTurn(rows: readonly Row[]): readonly Row[] {
  return rows.map((row, index) => ({
    ...row,
    host: (index + Math.floor(index / 2)) % 2 === 0 ? 'github' : 'shell',
  }));
}

const readable = dialects.filter((dialect) => dialect !== 'none');

/**
 * Runs every row on both kinds of host, against the shipped bundles; on the second where services
 * are read at one address after the other.
 */
export function prove(rows: readonly Row[]): void {
  const runs = rows.flatMap((row) =>
    row.host === undefined ? hosts.map((host) => ({ ...row, host })) : [{ ...row, host: row.host }],
  );
  test.concurrent.each(
    runs.map((run, index) => (run.host === 'shell' ? elsewhere(run, index) : run)),
  )('$id $fault ($host)', proveOne);
}

/** The forms that are tried first cost a request each. */
function elsewhere<R extends Row>(row: R, index: number): R {
  const dialect = readable[index % readable.length] ?? 'reference';
  const isNamed = row.inputs?.['service-path'] !== undefined;
  return {
    ...row,
    scenario: { ...row.scenario, dialect: isNamed ? 'reference' : dialect },
    atMost: (row.atMost ?? 20) + 7,
  };
}

/** The documented form alone is asked: what it answers is the end of it. */
export function atDocumentedForm(rows: readonly Row[]): readonly Row[] {
  const form = { 'service-path': '/{namespace}/service/{service}' };
  return rows.map((row) => ({ ...row, inputs: { ...form, ...row.inputs } }));
}

async function proveOne({ host, ...row }: Row & { readonly host: HostUnderTest }): Promise<void> {
  const { exitStatus, outputs, page, report, requests, emulator } = await rehearseOn(host, row);
  const posts = requests.filter(({ operation }) => operation === 'service.deploy').length;
  const { deploysAccepted } = emulator.world.service('acme', 'web');
  const { exit, status, code = '', accepted = row.posts ?? 1 } = row;
  const ended = {
    exitStatus,
    status: outputs['status'],
    code: outputs['failure-code'],
    posts,
    accepted: deploysAccepted,
  };
  expect(ended).toEqual({ exitStatus: exit, status, code, posts: row.posts ?? 1, accepted });
  if (row.says !== undefined) expect(page.join('\n')).toMatch(row.says);
  if (row.silentOn !== undefined) expect(page.join('\n')).not.toMatch(row.silentOn);
  expect(report).toMatchObject({
    status,
    exit_status: exit,
    failure: code === '' ? null : { code },
  });
  expect(requests.length).toBeLessThanOrEqual(row.atMost ?? 20);
}
