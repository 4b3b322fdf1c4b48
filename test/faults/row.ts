import { expect, test } from '@jest/globals';
import { dialects } from '../../emulator/dialects.ts';
import type { FaultRule, WireFault } from '../../emulator/faults.ts';
import type { Scenario } from '../../emulator/scenario.ts';
import type { FailureCode } from '../../src/lib/failure.ts';
import type { RunStatus } from '../../src/report/report.ts';
import { type RehearsalOptions, rehearseOn } from '../support/rehearse.ts';

/** One row of the fault matrix: a fault as data, and how a truthful client ends. */
export interface Row
  extends Pick<RehearsalOptions, 'inputs' | 'scopes' | 'expiresInHours' | 'prepare' | 'env'> {
  /** The number in README.md. */
  readonly id: string;
  readonly fault: string;
  readonly scenario: Scenario;
  readonly exit: number;
  readonly status: RunStatus;
  readonly code?: FailureCode;
  /** What the log page must say. */
  readonly says?: RegExp;
  readonly silentOn?: RegExp;
  /** Deploy calls that Outpost received. Default: 1. */
  readonly posts?: number;
  /** Deploys that Outpost accepted. Default: as many as `posts`. */
  readonly accepted?: number;
  /** The limit on all requests together. More would be a request storm. */
  readonly atMost?: number;
  /** The only host to run on. Default: all hosts. */
  readonly host?: HostUnderTest;
}

const hosts = ['github', 'shell'] as const;
type HostUnderTest = (typeof hosts)[number];

/** A rollout that starts at once and lasts this long, whether or not anyone looks. */
export function lasting(ms: number): Pick<Scenario, 'rollout'> {
  return { rollout: [{ status: 'deploying', ms, log: ['Pulling image'] }, { status: 'running' }] };
}

/** The rollout of most rows: three looks see it in progress. */
export const quick = lasting(4_000);

/** For rows that succeed in spite of the fault. */
export const deployed = { exit: 0, status: 'deployed' } as const;

/** The quick scenario with some faults. */
export function under(...faults: readonly FaultRule[]): Scenario {
  return { ...quick, faults };
}

/** An answer to send instead of Outpost's own. */
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
 * Variants of one fault, each on one host only. Rows often come in pairs, so the order of the hosts
 * alternates from pair to pair.
 */
export function inTurn(rows: readonly Row[]): readonly Row[] {
  return rows.map((row, index) => ({
    ...row,
    host: (index + Math.floor(index / 2)) % 2 === 0 ? 'github' : 'shell',
  }));
}

const readable = dialects.filter((dialect) => dialect !== 'none');

/**
 * Runs every row on both kinds of host, against the shipped bundles. On the second, the rows take
 * turns in the address at which services are read.
 */
export function prove(rows: readonly Row[]): void {
  const runs = rows.flatMap((row) =>
    row.host === undefined ? hosts.map((host) => ({ ...row, host })) : [{ ...row, host: row.host }],
  );
  test.concurrent.each(
    runs.map((run, index) => (run.host === 'shell' ? elsewhere(run, index) : run)),
  )('$id $fault ($host)', proveOne);
}

/** The forms that are tried first cost one request each. */
function elsewhere<R extends Row>(row: R, index: number): R {
  const dialect = readable[index % readable.length] ?? 'reference';
  const isNamed = row.inputs?.['service-path'] !== undefined;
  return {
    ...row,
    scenario: { ...row.scenario, dialect: isNamed ? 'reference' : dialect },
    atMost: (row.atMost ?? 20) + 7,
  };
}

/** Only the documented form is tried, and its answer is final. */
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
