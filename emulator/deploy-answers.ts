import type { ApiResponse } from './errors.ts';
import { json, newRequestId } from './errors.ts';
import type { DeployBody } from './scenario.ts';
import { refusals } from './scenario.ts';
import type { ServiceRecord } from './service.ts';
import { detailFields, endpointOf, serviceBody } from './service.ts';
import type { Body } from './spelling.ts';
import { spelled } from './spelling.ts';
import type { World } from './world.ts';

const REFUSED = "The branch can't be deployed.";

/** Whether a deploy call gets a 2xx with an error in it, and deploys nothing. */
export function refusesDeploys({ scenario }: World): boolean {
  const body = scenario.deployAnswer?.body;
  return refusals.some((refusal) => refusal === body);
}

/** The documents don't show the answer to a deploy, so the scenario decides it. */
export function deployAnswer(world: World, service: ServiceRecord): ApiResponse {
  const { body = 'empty-object', status = refusesDeploys(world) ? 200 : 202 } =
    world.scenario.deployAnswer ?? {};
  if (body === 'none') return { status, headers: {}, body: '' };
  if (body === 'text') {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return { status, headers, body: 'Deployment started\n' };
  }
  return json(status, spelled(fieldsOf(body, world, service), world.scenario.spelling));
}

function fieldsOf(
  body: Exclude<DeployBody, 'none' | 'text'>,
  world: World,
  service: ServiceRecord,
): Body {
  const { namespace, name } = service;
  const { id, status } = service.deployments.at(-1) ?? {};
  switch (body) {
    case 'empty-object':
      return {};
    case 'ids':
      return { id, status: 'deploying', endpoint: endpointOf(service) };
    case 'id':
      return { id };
    case 'deployment':
      return { deployment: { id, status } };
    case 'names':
      return { id, namespace, service: name };
    case 'service':
      return { ...serviceBody(service), ...detailFields(service, world.scenario) };
    case 'error-object':
      return {
        error: { code: 'invalid_branch', message: REFUSED, request_id: newRequestId() },
      };
    case 'error-text':
      return { error: REFUSED };
    case 'error-list':
      return { errors: [{ code: 'invalid_branch', message: REFUSED }] };
    case 'success-false':
      return { success: false, message: REFUSED };
    case 'ok-false':
      return { ok: false };
  }
}
