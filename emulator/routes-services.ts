import type { Call, Route } from './call.ts';
import { bodyOf, param, requireRole } from './call.ts';
import type { ApiResponse } from './errors.ts';
import { conflict, invalid, json, notFound, unprocessable } from './errors.ts';
import { logResponse } from './logs.ts';
import { oneOf, pageOf } from './pages.ts';
import type { Revision } from './rollout.ts';
import type { Scenario } from './scenario.ts';
import type { ServiceRecord } from './service.ts';
import { deploymentBody, endpointOf, serviceBody } from './service.ts';
import { serviceStatuses } from './vocabulary.ts';
import type { World } from './world.ts';

/** The deploy path of the page "Personal Access Tokens" (documented). */
export const DOCUMENTED_DEPLOY_PATH = '/auth/v1/v1/services/{service}/deploy';

/** The reads of the page "Services" (documented). */
export const serviceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/{namespace}/services',
    operation: 'service.list',
    scopes: ['service'],
    source: 'documented',
    serve: list,
  },
  {
    method: 'GET',
    path: '/{namespace}/service/{name}',
    operation: 'service.get',
    scopes: ['service'],
    source: 'documented',
    serve: get,
  },
  {
    method: 'GET',
    path: '/{namespace}/service/{name}/logs',
    operation: 'service.logs',
    scopes: ['service'],
    source: 'documented',
    serve: (call) => logResponse(call.world, serviceOf(call), call.query),
  },
];

/** The deploy, at the documented path or at the one that the scenario puts in its place. */
export function deployRoute(scenario: Scenario): Route {
  return {
    method: 'POST',
    path: scenario.deployPath ?? DOCUMENTED_DEPLOY_PATH,
    operation: 'service.deploy',
    scopes: ['service'],
    source: scenario.deployPath === undefined ? 'documented' : 'inferred',
    serve: deploy,
  };
}

function list(call: Call): ApiResponse {
  const namespace = param(call, 'namespace');
  requireRole(call, namespace, 'Reader');
  const status = oneOf(call.query, 'status', serviceStatuses);
  const services = call.world.servicesIn(namespace);
  // The filter works on what this read shows, so the look comes first; a page that leaves a service
  // out still looks at it.
  for (const service of services) call.world.look(service);
  const shown = services.filter((service) => status === undefined || service.status === status);
  return json(200, pageOf(shown.map(serviceBody), call.query));
}

function get(call: Call): ApiResponse {
  const service = serviceOf(call);
  call.world.look(service);
  return json(200, detailOf(call.world, service));
}

/** A bare object, as the documented sample of the job's Get begins (inferred). */
function detailOf(world: World, service: ServiceRecord): Readonly<Record<string, unknown>> {
  const body = serviceBody(service);
  return world.scenario.deploymentInfo === true
    ? { ...body, deployment: deploymentBody(service) }
    : body;
}

function serviceOf(call: Call): ServiceRecord {
  const namespace = param(call, 'namespace');
  const name = param(call, 'name');
  requireRole(call, namespace, 'Reader');
  const service = call.world.findService(namespace, name);
  if (service === undefined)
    throw notFound(`There is no service "${name}" in the namespace "${namespace}".`);
  return service;
}

/** The body is exactly `{"branch": "..."}`, the only form that is documented. */
function deploy(call: Call): ApiResponse {
  const { branch } = bodyOf(call, ['branch']);
  if (typeof branch !== 'string' || branch.trim() === '')
    throw invalid('branch must be the name of a branch.');
  const service = deployTarget(call);
  if (service.status === 'deploying') {
    throw conflict(`A deploy of "${service.namespace}/${service.name}" is in progress.`);
  }
  call.world.deploy(service, revisionOf(call.world, service, branch));
  return acceptedResponse(call.world, service);
}

/**
 * A branch that the connected repository has not cannot be deployed, unless the repository is empty
 * (assumption).
 */
function revisionOf(world: World, service: ServiceRecord, branch: string): Revision {
  const repository = world.repositories.findByFullName(service.repository);
  if (repository === undefined || !world.git.hasBranches(repository))
    return { branch, commit: undefined };
  const commit = world.git.branchCommit(repository, branch);
  if (commit === undefined)
    throw unprocessable(
      `There is no branch "${branch}" in the repository "${service.repository}".`,
    );
  return { branch, commit };
}

/** Deploying needs Maintainer or above (inferred from the roles of the page "Teams Overview"). */
function deployTarget(call: Call): ServiceRecord {
  const name = param(call, 'service');
  const namespaces =
    call.params['namespace'] === undefined ? candidates(call) : [param(call, 'namespace')];
  for (const namespace of namespaces) {
    const service = call.world.findService(namespace, name);
    if (service === undefined) continue;
    requireRole(call, namespace, 'Maintainer');
    return service;
  }
  throw notFound(`There is no service "${name}" that you may deploy.`);
}

/**
 * The documented path names no namespace: first those where the caller may deploy, the personal one
 * ahead (inferred).
 */
function candidates(call: Call): readonly string[] {
  const { namespaces } = call.world;
  const { user } = call.identity;
  return [...namespaces.reachableBy(user, 'Maintainer'), ...namespaces.reachableBy(user, 'Reader')];
}

/** What an accepted deploy answers is unknown in the documents, so the scenario says it. */
function acceptedResponse(world: World, service: ServiceRecord): ApiResponse {
  const { status = 202, body = 'empty-object' } = world.scenario.deployAnswer ?? {};
  switch (body) {
    case 'empty-object':
      return json(status, {});
    case 'none':
      return { status, headers: {}, body: '' };
    case 'text':
      return {
        status,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: 'Deployment started\n',
      };
    case 'ids':
      return json(status, {
        id: service.deployments.at(-1)?.id,
        status: 'deploying',
        endpoint: endpointOf(service),
      });
    case 'service':
      return json(status, detailOf(world, service));
  }
}
