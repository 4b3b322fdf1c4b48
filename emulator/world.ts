import { FaultSchedule } from './faults.ts';
import { GitStore } from './git-store.ts';
import type { JobTruth } from './jobs.ts';
import { JobStore } from './jobs.ts';
import { NamespaceStore } from './namespaces.ts';
import type { RatePlan } from './rates.ts';
import { RateMeter } from './rates.ts';
import type { Repository, RepositoryOptions, RepositoryRecord } from './repositories.ts';
import { RepositoryStore } from './repositories.ts';
import type { Revision } from './rollout.ts';
import { beginRollout, goThrough, interrupt, look, settle } from './rollout.ts';
import type { DeployEnd, Scenario, ScenarioService } from './scenario.ts';
import { rolloutFor } from './scenario.ts';
import type { Deployment, ServiceRecord } from './service.ts';
import { endpointOf, firstServices, newService } from './service.ts';
import type { TokenRequest } from './tokens.ts';
import { TokenStore } from './tokens.ts';
import { isoTime } from './vocabulary.ts';

/** A copy of a service's state at the moment of the call, for tests. */
export interface ServiceState {
  readonly namespace: string;
  readonly name: string;
  readonly status: string;
  readonly endpoint: string;
  readonly updatedAt: string;
  /** Deploys accepted since the world started. */
  readonly deploysAccepted: number;
  readonly lastBranch: string | undefined;
  /** That branch's commit in the connected repository when the deploy was accepted. */
  readonly lastCommit: string | undefined;
  /** How often the status was read. */
  readonly looks: number;
  readonly deployments: readonly Readonly<Deployment>[];
}

/** An accepted deploy, and the truth about it, which Outpost's answers may not show. */
export interface DeployTruth {
  /** As answers show it. */
  readonly id: string | number;
  readonly branch: string;
  readonly commit: string | undefined;
  readonly acceptedAtMs: number;
  /** How it has ended so far. */
  readonly end: DeployEnd;
  readonly endedAtMs: number | undefined;
  /** How it ends if nobody interferes and its status is read often enough. */
  readonly willEnd: DeployEnd;
  /** Only its revision runs now, or it's deployed and scaled to zero. */
  readonly isLive: boolean;
}

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly plan: RatePlan;
  readonly now: () => number;
}

/**
 * Everything that Outpost remembers. Users: ada (owner of acme), ben (contributor in acme), cleo
 * (reader in acme) and dora (in no organisation), each with a personal namespace of the same name.
 */
export class World {
  readonly scenario: Scenario;
  readonly tokens = new TokenStore();
  readonly namespaces = new NamespaceStore();
  readonly faults: FaultSchedule;
  readonly rates: RateMeter;
  readonly repositories: RepositoryStore;
  readonly git = new GitStore();
  readonly jobs: JobStore;
  readonly #now: () => number;
  readonly #services = new Map<string, ServiceRecord>();

  constructor({ scenario, plan, now }: WorldOptions) {
    this.scenario = scenario;
    this.#now = now;
    this.faults = new FaultSchedule(scenario.faults ?? []);
    this.rates = new RateMeter(plan);
    this.repositories = new RepositoryStore(this.nowMs());
    this.jobs = new JobStore(scenario, () => this.nowMs());
    for (const repository of scenario.repositories ?? []) this.createRepository(repository);
    for (const service of [...firstServices, ...(scenario.services ?? [])])
      this.addService(service);
  }

  /** Outpost's time, which a scenario can shift from ours. */
  nowMs(): number {
    return this.#now() + (this.scenario.clockOffsetMs ?? 0);
  }

  /**
   * Creates a personal access token (ada's by default) and returns its value, which the world
   * doesn't keep.
   */
  createToken(request: TokenRequest): string {
    return this.tokens.create(request, this.nowMs());
  }

  regenerateToken(user: string, name: string): string {
    return this.tokens.regenerate(user, name, this.nowMs());
  }

  revokeToken(user: string, name: string): void {
    this.tokens.revoke(user, name);
  }

  /** Adds a service, or replaces one. A new namespace becomes an organization of ada's. */
  addService(service: ScenarioService): void {
    this.namespaces.ensure(service.namespace);
    const record = newService(service, this.nowMs(), this.scenario.deploymentIds);
    this.#services.set(`${service.namespace}/${service.name}`, record);
  }

  /**
   * Adds an empty repository, or replaces one. A new namespace becomes an organization of ada's.
   */
  createRepository(options: RepositoryOptions): RepositoryRecord {
    this.namespaces.ensure(options.namespace);
    return this.repositories.put(options, this.nowMs());
  }

  /** The commit that a branch points to. */
  branchCommit(namespace: string, name: string, branch: string): string | undefined {
    return this.git.branchCommit(this.#requireRepository(namespace, name), branch);
  }

  /**
   * Moves a branch outside of the API: to a commit in the repository, or without one, to a new
   * commit by somebody else. `null` removes the branch. Returns the commit it points to.
   */
  setBranch(
    namespace: string,
    name: string,
    branch: string,
    commit?: string | null,
  ): string | undefined {
    const repository = this.#requireRepository(namespace, name);
    if (commit === undefined) return this.git.addCommit(repository, branch, this.nowMs());
    this.git.moveBranch(repository, branch, commit);
    return commit ?? undefined;
  }

  /** Updates the record of a repository if there was a push. */
  notePush(namespace: string, name: string): void {
    const repository = this.#requireRepository(namespace, name);
    const { record } = repository;
    if (!this.git.takePushed(repository)) return;
    record.pushed_at = isoTime(this.nowMs());
    record.updated_at = record.pushed_at;
  }

  /** Sets a service's status outside of any deploy, like an operator or a crash. */
  setStatus(namespace: string, name: string, status: string): void {
    interrupt(this.#require(namespace, name), status, this.nowMs());
  }

  /** The state of a service. Doesn't count as a read of its status. */
  service(namespace: string, name: string): ServiceState {
    const service = this.#require(namespace, name);
    return {
      namespace,
      name,
      status: service.status,
      endpoint: endpointOf(service),
      updatedAt: isoTime(service.updatedAtMs),
      deploysAccepted: service.deploysAccepted,
      lastBranch: service.lastBranch,
      lastCommit: service.lastCommit,
      looks: service.looks,
      deployments: service.deployments.map((deployment) => ({ ...deployment })),
    };
  }

  /** The truth about every deploy of a service that was accepted over the API, oldest first. */
  deploysOf(namespace: string, name: string): readonly DeployTruth[] {
    return this.#require(namespace, name)
      .deployments.filter(({ isByCall }) => isByCall)
      .map(({ id, branch, commit, createdAtMs, end, endedAtMs, willEnd, isLive }) => ({
        id,
        branch,
        commit,
        acceptedAtMs: createdAtMs,
        end,
        endedAtMs,
        willEnd,
        isLive,
      }));
  }

  /** The truth about every job of a namespace that a request created, oldest first. */
  jobsOf(namespace: string): readonly JobTruth[] {
    return this.jobs.truthsIn(namespace);
  }

  /** The record of a service, up to date with the current time. */
  findService(namespace: string, name: string): ServiceRecord | undefined {
    const service = this.#services.get(`${namespace}/${name}`);
    if (service !== undefined) settle(service, this.nowMs());
    return service;
  }

  /** The same by `namespace/name`. */
  findByFullName(fullName = ''): ServiceRecord | undefined {
    const [namespace = '', name = ''] = fullName.split('/');
    return this.findService(namespace, name);
  }

  servicesIn(namespace: string): readonly ServiceRecord[] {
    const services = [...this.#services.values()].filter(
      (service) => service.namespace === namespace,
    );
    for (const service of services) settle(service, this.nowMs());
    return services;
  }

  /** Counts a read of a service's status. */
  look(service: ServiceRecord): void {
    look(service, this.nowMs());
  }

  /** Accepts a deploy and starts the scenario's rollout for it. */
  deploy(service: ServiceRecord, revision: Revision): void {
    const steps = rolloutFor(
      this.scenario,
      `${service.namespace}/${service.name}`,
      service.deploysAccepted,
    );
    beginRollout(service, revision, steps, this.nowMs());
  }

  /** Refuses a deploy in the answer's body. Whatever follows doesn't belong to the deploy. */
  refuse(service: ServiceRecord): void {
    const { afterRefusal } = this.scenario;
    if (afterRefusal !== undefined) goThrough(service, afterRefusal, this.nowMs());
  }

  #require(namespace: string, name: string): ServiceRecord {
    const service = this.findService(namespace, name);
    if (service === undefined)
      throw new Error(`the emulated Outpost has no service ${namespace}/${name}`);
    return service;
  }

  #requireRepository(namespace: string, name: string): Repository {
    const repository = this.repositories.find(namespace, name);
    if (repository === undefined)
      throw new Error(`the emulated Outpost has no repository ${namespace}/${name}`);
    return repository;
  }
}
