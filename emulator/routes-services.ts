import type { Call, Route } from './call.ts';
import { bodyOf, param, readableNamespaces, requireRole } from './call.ts';
import { deployAnswer, refusesDeploys } from './deploy-answers.ts';
import { enveloped, envelopedList, named, namelessItem } from './envelopes.ts';
import type { ApiResponse } from './errors.ts';
import { conflict, invalid, json, notFound, unprocessable } from './errors.ts';
import { logResponse } from './logs.ts';
import { oneOf, pageOf } from './pages.ts';
import type { Revision } from './rollout.ts';
import type { Scenario } from './scenario.ts';
import type { ServiceRecord } from './service.ts';
import { deploymentBody, detailFields, serviceBody } from './service.ts';
import type { Body } from './spelling.ts';
import { spelled } from './spelling.ts';
import { serviceStatuses } from './vocabulary.ts';
import type { World } from './world.ts';

/** The deploy path of the page "Personal Access Tokens" (documented). */
export const DOCUMENTED_DEPLOY_PATH = '/auth/v1/v1/services/{service}/deploy';

/** The handlers of the reads on the page "Services". */
export const serviceReaders = {
  'service.get': get,
  'service.list': list,
  'service.logs': (call) => logResponse(call.world, serviceOf(call).log, call.query),
} as const satisfies Readonly<Record<string, Route['serve']>>;

/** The deploy, at the documented path or the scenario's own. */
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

/** One deployment by its id, if the scenario has a path for it. */
export function deploymentRoutes({ deploymentPath }: Scenario): readonly Route[] {
  if (deploymentPath === undefined) return [];
  const operation = 'deployment.get';
  return [
    {
      method: 'GET',
      path: deploymentPath,
      operation,
      scopes: ['service'],
      source: 'inferred',
      serve: getDeployment,
    },
  ];
}

function list(call: Call): ApiResponse {
  const status = oneOf(call.query, 'status', serviceStatuses);
  const services = readableNamespaces(call).flatMap((namespace) =>
    call.world.servicesIn(namespace),
  );
  // The filter applies to what this read shows, so the read counts first. It counts even for
  // services that the page leaves out.
  for (const service of services) call.world.look(service);
  const shown = services.filter((service) => status === undefined || service.status === status);
  const { scenario } = call.world;
  // A list of services without names would be useless.
  const naming = scenario.naming === 'none' ? undefined : scenario.naming;
  const bodies = shown.map((service) => named(serviceBody(service), naming));
  const items = scenario.namelessItem === true ? [namelessItem, ...bodies] : bodies;
  const page = pageOf(
    items.map((item) => spelled(item, scenario.spelling, 'list')),
    call.query,
  );
  return json(200, envelopedList(page, scenario.listEnvelope));
}

/** A bare object, like the start of the documented sample for reading a job (inferred). */
function get(call: Call): ApiResponse {
  const service = serviceOf(call);
  const { scenario } = call.world;
  call.world.look(service);
  const written = (body: Body): Body => spelled(named(body, scenario.naming), scenario.spelling);
  const others = call.world
    .servicesIn(service.namespace)
    .filter((other) => other !== service)
    .map((other) => written(serviceBody(other)));
  const own = written({ ...serviceBody(service), ...detailFields(service, scenario) });
  return json(200, enveloped(own, others, scenario.envelope));
}

/** Progresses like a read of the service. */
function getDeployment(call: Call): ApiResponse {
  const service = serviceOf(call, 'service');
  call.world.look(service);
  const id = param(call, 'id');
  const deployment = service.deployments.find((one) => `${one.id}` === id);
  if (deployment === undefined) throw notFound(`There is no deployment "${id}".`);
  return json(200, spelled(deploymentBody(deployment), call.world.scenario.spelling));
}

function serviceOf(call: Call, variable: 'name' | 'service' = 'name'): ServiceRecord {
  const name = param(call, variable);
  const namespaces = readableNamespaces(call);
  for (const namespace of namespaces) {
    const service = call.world.findService(namespace, name);
    if (service !== undefined) return service;
  }
  throw notFound(
    `There is no service "${name}" in ${namespaces.map((each) => `"${each}"`).join(', ')}.`,
  );
}

/** The body is exactly `{"branch": "..."}`, the only documented form. */
function deploy(call: Call): ApiResponse {
  const { branch } = bodyOf(call, ['branch']);
  if (typeof branch !== 'string' || branch.trim() === '')
    throw invalid('branch must be the name of a branch.');
  const asked = deployTarget(call);
  const service = call.world.findByFullName(call.world.scenario.deploysInstead) ?? asked;
  if (refusesDeploys(call.world)) {
    call.world.refuse(service);
    return deployAnswer(call.world, service);
  }
  if (service.status === 'deploying') {
    throw conflict(`A deploy of "${service.namespace}/${service.name}" is in progress.`);
  }
  call.world.deploy(service, revisionOf(call.world, service, branch));
  return deployAnswer(call.world, service);
}

/**
 * A branch that isn't in the connected repository can't be deployed, unless the repository is empty
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

/** Deploying needs Maintainer or higher (inferred from the roles on the page "Teams Overview"). */
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
  throw notFound(`There is no service "${name}" that you can deploy.`);
}

/**
 * The documented path has no namespace: those where the caller can deploy come first, the personal
 * one before the others (inferred).
 */
function candidates(call: Call): readonly string[] {
  const { namespaces } = call.world;
  const { user } = call.identity;
  return [...namespaces.reachableBy(user, 'Maintainer'), ...namespaces.reachableBy(user, 'Reader')];
}
