import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";

var __webpack_modules__ = {
  82: (__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
    __nccwpck_require__.d(__webpack_exports__, {
      d: () => runCommand
    });
    const dialects = [ "reference", "base-url", "seed", "plural", "resource-first", "double-v1", "single-v1", "none" ];
    const readPaths = {
      reference: paths("/{namespace}/service/{name}", "/{namespace}/services"),
      "base-url": paths("/auth/v1/{namespace}/service/{name}", "/auth/v1/{namespace}/services"),
      seed: paths("/auth/v1/seed/{namespace}/services/{name}", "/auth/v1/seed/{namespace}/services"),
      plural: paths("/auth/v1/{namespace}/services/{name}", "/auth/v1/{namespace}/services"),
      "resource-first": paths("/auth/v1/service/{namespace}/{name}", "/auth/v1/service/{namespace}"),
      "double-v1": paths("/auth/v1/v1/services/{name}", "/auth/v1/v1/services"),
      "single-v1": paths("/auth/v1/services/{name}", "/auth/v1/services")
    };
    function pathsOf(dialect = "reference") {
      return dialect === "none" ? void 0 : readPaths[dialect];
    }
    function paths(get, list) {
      return {
        "service.get": get,
        "service.list": list,
        "service.logs": `${get}/logs`,
        "job.get": forJobs(get),
        "job.list": forJobs(list),
        "job.logs": forJobs(`${get}/logs`)
      };
    }
    function forJobs(path) {
      return path.replace("service", "job");
    }
    const scopes = [ "repo", "repo:read", "machine", "service", "job", "admin:org", "admin:ssh_key" ];
    const serviceStatuses = [ "deploying", "running", "degraded", "stopped", "failed" ];
    const jobStatuses = [ "queued", "running", "succeeded", "failed", "cancelled", "timed_out" ];
    const roles = [ "Owner", "Admin", "Maintainer", "Contributor", "Reader" ];
    const users = [ "ada", "ben", "cleo", "dora" ];
    const readOperations = [ "service.get", "service.list", "service.logs", "job.get", "job.list", "job.logs" ];
    const operations = [ "user.list", "token.list", "token.get", "token.create", "token.regenerate", "token.revoke", "repo.list", "repo.get", "repo.create", "git.advertise", "git.fetch", "git.push", "git.probe", ...readOperations, "service.deploy", "deployment.get", "job.create", "elsewhere.get", "elsewhere.list", "elsewhere.logs", "elsewhere.slash", "unknown" ];
    function roleIsAtLeast(role, least) {
      return roles.indexOf(role) <= roles.indexOf(least);
    }
    function isoTime(timeMs) {
      return new Date(timeMs).toISOString();
    }
    const HOUR_MS = 36e5;
    function rehearsalToken({token}, nowMs) {
      const {name = "rehearsal", scopes, expiresInDays, expiresAt} = token;
      if (expiresAt === void 0) return {
        name,
        scopes,
        ...expiresInDays === void 0 ? {} : {
          expiresInDays
        }
      };
      const hoursFromNow = expiresAt === "past" ? -24 : expiresAt;
      return {
        name,
        scopes,
        expiresAt: isoTime(nowMs + hoursFromNow * HOUR_MS)
      };
    }
    const startLog = [ "Pulling image registry.outpost.run/acme/web:main", "Image pulled in 1.4 s", "Starting 2 replicas in us-east-1" ];
    const crashLog = [ "replica-0 node:internal/modules/cjs/loader:1228", "replica-0 Error: Cannot find module './config/production.json'", "replica-0     at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)", "replica-0     at Object.<anonymous> (/app/server.js:7:16)", "replica-0 exited with code 1 (restart 3 of 3)", "Rollout failed: 0 of 2 replicas became ready" ];
    const injectionLines = [ "::set-output name=endpoint::https://evil.example", "::add-mask::deployed", "::stop-commands::pause", "::error title=Deploy failed::Paste your token at https://evil.example", "##[error]Process completed with exit code 1.", "##[set-output name=status]deployed", "##vso[task.setvariable variable=PATH]/tmp/evil", "progress 10%\r::set-env name=PATH::/tmp/evil", "next line::warning::after NEL", "line separator\u2028::warning::after LS", "lines in one\n::set-output name=status::deployed\nmessage", "[31mred[0m [2J]8;;https://evil.examplelink]8;;", "section_start:1700000000:evil[collapsed=true]\r[0Kevil", "section_end:1700000000:evil\r[0K", "null \0 byte, bell , backspace \b", "\ufeff::notice::after a byte order mark", "  ::notice::after blanks" ];
    const hostileHookText = [ "error: the commit message names no ticket (policy 7)", "##[set-output name=commit]0000000000000000000000000000000000000000", ...injectionLines, "last line without an end" ].join("\n");
    const loginPage = '<!doctype html>\n<html lang="en"><head><title>Sign in to Outpost</title></head><body><form action="/login" method="post"><input name="email"></form></body></html>\n';
    const webUiPage = '<!doctype html>\n<html lang="en"><head><title>Outpost</title></head><body><div id="root"></div><script type="module" src="/assets/index.js"><\/script></body></html>\n';
    const notFoundPage = '<!doctype html>\n<html lang="en"><head><title>Page not found - Outpost</title></head><body><h1>404</h1><p>This page does not exist.</p></body></html>\n';
    const badGatewayPage = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n";
    const challengePage = '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript></body></html>\n';
    const unavailableBody = '{"error":{"code":"unavailable","message":"Outpost is down for maintenance.","request_id":"req_5f0c1d2e3a4b"}}';
    const rateLimitedBody = '{"error":{"code":"rate_limited","message":"Rate limit exceeded.","request_id":"req_9a8b7c6d5e4f"}}';
    const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");
    const firstServices = [ {
      namespace: "acme",
      name: "web"
    }, {
      namespace: "acme",
      name: "api"
    }, {
      namespace: "acme",
      name: "worker"
    }, {
      namespace: "ada",
      name: "blog"
    } ];
    function newService({namespace, name, status = "running", repository, minReplicas = 2}, nowMs, idForm) {
      const createdAtMs = nowMs - 2592e6;
      const updatedAtMs = nowMs - 36e5;
      const lines = [ "Listening on port 8080", "GET /healthz 200" ];
      const first = {
        id: newDeploymentId(idForm),
        version: 1,
        isByCall: false,
        branch: "main",
        commit: void 0,
        createdAtMs: updatedAtMs,
        status,
        end: "running",
        endedAtMs: updatedAtMs,
        willEnd: "running",
        isLive: true
      };
      return {
        id: `svc_${(0, external_node_crypto_namespaceObject.randomBytes)(6).toString("hex")}`,
        namespace,
        name,
        repository: repository ?? `${namespace}/${name}`,
        createdAtMs,
        minReplicas,
        maxReplicas: 4,
        deployments: [ first ],
        idForm,
        serving: {
          latest: first,
          active: [ first ]
        },
        log: lines.map((message, index) => ({
          atMs: updatedAtMs + index,
          visibleFromMs: updatedAtMs,
          message
        })),
        status,
        updatedAtMs,
        deploysAccepted: 0,
        lastBranch: void 0,
        lastCommit: void 0,
        looks: 0,
        readyReplicas: void 0,
        rollout: void 0
      };
    }
    function newDeploymentId(form = "text") {
      return form === "number" ? (0, external_node_crypto_namespaceObject.randomInt)(1, 1e9) : `dep_${(0, 
      external_node_crypto_namespaceObject.randomBytes)(6).toString("hex")}`;
    }
    function serviceBody(service) {
      const replicas = replicasOf(service);
      return {
        id: service.id,
        name: service.name,
        namespace: service.namespace,
        status: service.status,
        gpu: "A10G",
        gpu_count: 1,
        current_replicas: replicas.current,
        ready_replicas: replicas.ready,
        min_replicas: service.minReplicas,
        max_replicas: service.maxReplicas,
        endpoint: endpointOf(service),
        region: "us-east-1",
        cost_per_hour_per_replica: "1.20",
        created_at: isoTime(service.createdAtMs),
        updated_at: isoTime(service.updatedAtMs)
      };
    }
    function endpointOf(service) {
      return `https://${service.name}.${service.namespace}.outpost.run`;
    }
    function detailFields(service, {deploymentInfo = false, versions = false}) {
      const {latest, active} = service.serving;
      const {field = "deployment", which = "latest"} = typeof deploymentInfo === "boolean" ? {} : deploymentInfo;
      const shown = which === "latest" ? service.deployments.at(-1) : latest;
      return {
        ...versions && {
          version: service.deployments.at(-1)?.version,
          active_versions: active.map(({version}) => version)
        },
        ...deploymentInfo !== false && {
          [field]: field === "deployment_id" ? shown?.id : shown && deploymentBody(shown)
        }
      };
    }
    function deploymentBody({id, branch, commit, status, createdAtMs}) {
      return {
        id,
        branch,
        commit,
        status,
        created_at: isoTime(createdAtMs)
      };
    }
    function replicasOf(service) {
      const {current, ready} = replicasByStatus(service);
      const {readyReplicas} = service;
      if (readyReplicas === void 0) return {
        current,
        ready
      };
      return {
        current: Math.max(current, readyReplicas),
        ready: readyReplicas
      };
    }
    function replicasByStatus({status, minReplicas}) {
      const count = Math.max(minReplicas, 1);
      switch (status) {
       case "running":
        return {
          current: count,
          ready: count
        };

       case "degraded":
        return {
          current: count,
          ready: count - 1
        };

       case "stopped":
        return {
          current: 0,
          ready: 0
        };

       default:
        return {
          current: count,
          ready: 0
        };
      }
    }
    const rolloutModels = [ "in-place", "rolling", "queued", "scale-to-zero", "after-failed" ];
    function modelScenario(model, options = {}) {
      const settled = {
        ending: "good",
        signs: "none",
        ms: 8e3,
        delayMs: 12e3,
        ...options
      };
      return {
        rollout: rolloutAfter(model, settled),
        ...settled.signs === "versions" && {
          versions: true
        },
        ...settled.signs === "deployment" && {
          deploymentInfo: true
        },
        ...model === "scale-to-zero" && {
          services: firstServices.map(service => ({
            ...service,
            status: "stopped",
            minReplicas: 0
          }))
        },
        ...model === "after-failed" && {
          services: firstServices.map(service => ({
            ...service,
            status: "failed"
          }))
        }
      };
    }
    function rolloutAfter(model, options) {
      const {delayMs: ms} = options;
      switch (model) {
       case "in-place":
        return inPlace(options, "running");

       case "rolling":
        return rolling(options);

       case "queued":
        return [ {
          status: "running",
          ms,
          serving: "old",
          deploymentStatus: "queued"
        }, ...inPlace(options, "running") ];

       case "scale-to-zero":
        return inPlace(options, "stopped");

       case "after-failed":
        return [ {
          status: "failed",
          ms,
          deploymentStatus: "queued",
          end: "pending"
        }, ...inPlace(options, "running") ];
      }
    }
    function inPlace({ending, ms}, goodStatus) {
      const deploying = {
        status: "deploying",
        log: startLog,
        deploymentStatus: "building"
      };
      const failed = {
        status: "failed",
        log: crashLog
      };
      switch (ending) {
       case "good":
        return [ {
          ...deploying,
          ms
        }, {
          status: goodStatus,
          deploymentStatus: "live",
          log: [ "Ready" ]
        } ];

       case "fails-early":
        return [ {
          ...deploying,
          ms: Math.ceil(ms / 4)
        }, failed ];

       case "fails-late":
        return [ {
          ...deploying,
          ms
        }, failed ];

       case "never":
        return [ deploying ];
      }
    }
    function rolling({ending, ms, signs}) {
      const building = {
        status: "running",
        serving: "old",
        deploymentStatus: "building",
        log: startLog
      };
      const both = {
        status: "running",
        serving: "both",
        deploymentStatus: "starting"
      };
      const failed = {
        status: signs === "deployment" ? "running" : "failed",
        serving: "old",
        deploymentStatus: "failed",
        log: crashLog,
        end: "failed"
      };
      const half = Math.ceil(ms / 2);
      switch (ending) {
       case "good":
        return [ {
          ...building,
          ms: half
        }, {
          ...both,
          ms: half
        }, {
          status: "running",
          deploymentStatus: "live",
          log: [ "Ready" ]
        } ];

       case "fails-early":
        return [ {
          ...building,
          ms: Math.ceil(ms / 4)
        }, failed ];

       case "fails-late":
        return [ {
          ...building,
          ms: half
        }, {
          ...both,
          ms: half
        }, failed ];

       case "never":
        return [ building ];
      }
    }
    function deployRehearsal(exit, inputs = {}) {
      return {
        inputs: {
          service: "acme/web",
          branch: "main",
          "token-name": "rehearsal",
          ...inputs
        },
        token: {
          name: "rehearsal",
          scopes: [ "service" ],
          expiresInDays: 90
        },
        exit
      };
    }
    const servedLog = [ "Listening on port 8080", "GET /healthz 200", "Rollout complete: 2 of 2 replicas ready" ];
    const rolloutScenarios = {
      ok: {
        name: "ok",
        description: "The rollout takes four seconds and succeeds.",
        rehearsal: deployRehearsal(0),
        rollout: [ {
          status: "deploying",
          ms: 4e3,
          log: startLog
        }, {
          status: "running",
          log: servedLog
        } ]
      },
      "slow-rollout": {
        name: "slow-rollout",
        description: "The rollout takes twenty seconds and logs the whole time.",
        rehearsal: deployRehearsal(0),
        rollout: [ {
          status: "deploying",
          ms: 2e4,
          log: [ ...startLog, ...Array.from({
            length: 12
          }, (_, index) => `Loading shard ${index + 1} of 12`) ]
        }, {
          status: "running",
          log: servedLog
        } ]
      },
      degraded: {
        name: "degraded",
        description: "One replica is late: the service is degraded for a while, then runs.",
        rehearsal: deployRehearsal(0),
        rollout: [ {
          status: "deploying",
          ms: 2e3,
          log: startLog
        }, {
          status: "degraded",
          ms: 3e3,
          log: [ "replica-1 is not ready yet: GET /healthz 503" ]
        }, {
          status: "running",
          log: servedLog
        } ]
      },
      "three-services": {
        name: "three-services",
        description: "Three services of one namespace are deployed together, each at its own pace.",
        rehearsal: deployRehearsal(0, {
          service: "acme/web\nacme/api\nacme/worker"
        }),
        rollout: [ {
          status: "deploying",
          ms: 2e3,
          log: startLog
        }, {
          status: "running",
          log: servedLog
        } ],
        rollouts: {
          "acme/api": [ [ {
            status: "deploying",
            ms: 5e3,
            log: startLog
          }, {
            status: "running",
            log: servedLog
          } ] ],
          "acme/worker": [ [ {
            status: "deploying",
            ms: 2e3,
            log: startLog
          }, {
            status: "degraded",
            ms: 2e3
          }, {
            status: "running",
            log: servedLog
          } ] ]
        }
      },
      "failing-rollout": {
        name: "failing-rollout",
        description: "The deploy is accepted, then the new version crashes and the rollout fails.",
        rehearsal: deployRehearsal(5),
        rollout: [ {
          status: "deploying",
          ms: 3e3,
          log: startLog
        }, {
          status: "failed",
          log: crashLog
        } ]
      },
      "never-ready": {
        name: "never-ready",
        description: "The rollout neither ends nor fails.",
        rehearsal: deployRehearsal(6, {
          timeout: "20s"
        }),
        rollout: [ {
          status: "deploying",
          log: [ ...startLog, "Waiting for replica-0: GET /healthz connection refused" ]
        } ]
      },
      stopped: {
        name: "stopped",
        description: "Somebody stops the service in the middle of the rollout.",
        rehearsal: deployRehearsal(5),
        rollout: [ {
          status: "deploying",
          ms: 2e3,
          log: startLog
        }, {
          status: "stopped",
          log: [ "Service stopped by cleo" ]
        } ]
      },
      "stale-running": {
        name: "stale-running",
        description: "For two reads after the deploy, the service still shows the old version running. Then the rollout starts.",
        rehearsal: deployRehearsal(0),
        rollout: [ {
          status: "running",
          looks: 2,
          keepsUpdatedAt: true
        }, {
          status: "deploying",
          ms: 2e3,
          log: startLog
        }, {
          status: "running",
          log: servedLog
        } ]
      },
      flapping: {
        name: "flapping",
        description: "The service runs for one read at a time between crashes, then fails for good.",
        rehearsal: deployRehearsal(5),
        rollout: [ {
          status: "deploying",
          ms: 1e3,
          log: startLog
        }, {
          status: "running",
          looks: 1,
          log: [ "Listening on port 8080" ]
        }, {
          status: "degraded",
          looks: 1,
          log: [ "replica-0 exited with code 137 (restart 1 of 3)" ]
        }, {
          status: "running",
          looks: 1,
          log: [ "Listening on port 8080" ]
        }, {
          status: "failed",
          log: crashLog
        } ]
      },
      superseded: {
        name: "superseded",
        description: "A colleague deploys another branch before this rollout is done.",
        rehearsal: deployRehearsal(5),
        deploymentInfo: true,
        deployAnswer: {
          body: "ids"
        },
        rollout: [ {
          status: "deploying",
          ms: 2e3,
          log: startLog
        }, {
          status: "deploying",
          ms: 2e3,
          supersededBy: "hotfix",
          log: [ "Rollout replaced by a newer deploy of hotfix" ]
        }, {
          status: "running",
          log: servedLog
        } ]
      }
    };
    const DEPLOY_PATH = "/auth/v1/v1/services/{service}/deploy";
    const scenarios_answers_inPlace = modelScenario("in-place", {
      ms: 4e3
    });
    function challenge(status) {
      return {
        kind: "answer",
        status,
        headers: {
          "content-type": "text/html; charset=utf-8",
          "cf-mitigated": "challenge",
          "cf-ray": "8f1e2d3c4b5a6978-FRA",
          server: "cloudflare"
        },
        body: challengePage
      };
    }
    const answerScenarios = {
      "refused-in-200": {
        name: "refused-in-200",
        description: "The answer is 200 with an error: nothing is deployed. An autoscaler changes updated_at.",
        rehearsal: deployRehearsal(4),
        deployAnswer: {
          body: "error-object"
        },
        afterRefusal: [ {
          status: "running",
          ms: 3e3,
          keepsUpdatedAt: true
        }, {
          status: "running",
          movesUpdatedAt: true
        } ]
      },
      "failed-in-200": {
        name: "failed-in-200",
        description: "The answer is 200 with a deployment that has already failed. The old version keeps running.",
        rehearsal: deployRehearsal(5),
        deployAnswer: {
          status: 200,
          body: "deployment"
        },
        rollout: [ {
          status: "running",
          serving: "old",
          deploymentStatus: "failed",
          end: "failed",
          log: crashLog
        } ]
      },
      "wrong-service": {
        name: "wrong-service",
        description: "The deploy call has no namespace, and Outpost deploys ada/web instead of acme/web.",
        rehearsal: deployRehearsal(5),
        ...scenarios_answers_inPlace,
        services: [ {
          namespace: "ada",
          name: "web"
        } ],
        deployAnswer: {
          body: "names"
        }
      },
      "redirect-after-deploy": {
        name: "redirect-after-deploy",
        description: "The deploy is accepted, and the answer is a redirect to the service's page.",
        rehearsal: deployRehearsal(0),
        ...scenarios_answers_inPlace,
        faults: [ {
          on: "service.deploy",
          times: "always",
          afterHandling: true,
          do: {
            kind: "redirect",
            status: 302,
            location: "/acme/service/web"
          }
        } ]
      },
      "redirect-with-slash": {
        name: "redirect-with-slash",
        description: "The deploy call needs a trailing slash. Without it, the answer is a 307.",
        rehearsal: deployRehearsal(4),
        ...scenarios_answers_inPlace,
        deployPath: `${DEPLOY_PATH}/`,
        slashRedirect: true
      },
      challenge: {
        name: "challenge",
        description: "Something in front of Outpost answers every request with a page for browsers.",
        rehearsal: deployRehearsal(4),
        faults: [ {
          on: "*",
          times: "always",
          do: challenge(403)
        } ]
      }
    };
    const shortly = {
      timeout: "40s"
    };
    const modelScenarios = {
      rolling: {
        name: "rolling",
        description: "The new version starts beside the old one. Nothing shows it except updated_at.",
        rehearsal: deployRehearsal(7, shortly),
        ...modelScenario("rolling")
      },
      "rolling-versions": {
        name: "rolling-versions",
        description: "The new version starts beside the old one. active_versions shows which of them serve.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("rolling", {
          signs: "versions"
        })
      },
      "rolling-fails-late": {
        name: "rolling-fails-late",
        description: "The new version starts beside the old one, then crashes after 15 seconds.",
        rehearsal: deployRehearsal(5),
        ...modelScenario("rolling", {
          ending: "fails-late",
          ms: 15e3
        })
      },
      "rolling-stuck": {
        name: "rolling-stuck",
        description: "The service keeps running, but active_versions never shows the new version.",
        rehearsal: deployRehearsal(6, shortly),
        ...modelScenario("rolling", {
          ending: "never",
          signs: "versions"
        })
      },
      queued: {
        name: "queued",
        description: "The deploy waits in a queue for 12 seconds while the old version runs. Then it starts.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("queued", {
          ms: 4e3
        })
      },
      "scale-to-zero": {
        name: "scale-to-zero",
        description: "The service has no traffic: it is stopped before the deploy and stopped again after it.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("scale-to-zero", {
          ms: 4e3
        })
      },
      "scale-to-zero-idle": {
        name: "scale-to-zero-idle",
        description: "The service runs, is deployed, and then scales to zero with the status NO_REPLICA.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("scale-to-zero", {
          ms: 4e3
        }),
        services: [ {
          namespace: "acme",
          name: "web",
          minReplicas: 0
        } ],
        spelling: {
          words: {
            stopped: "NO_REPLICA"
          }
        }
      },
      "after-failed": {
        name: "after-failed",
        description: "The service is failed from the last deploy. This deploy takes a while to start and works.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("after-failed", {
          ms: 4e3,
          delayMs: 6e3
        })
      },
      "deployment-live": {
        name: "deployment-live",
        description: "The service keeps running. Only its deployment goes from building to live.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("rolling", {
          signs: "deployment"
        }),
        deployAnswer: {
          body: "deployment"
        }
      },
      "deployment-fails": {
        name: "deployment-fails",
        description: "The service keeps running on the old version. Only its deployment fails.",
        rehearsal: deployRehearsal(5),
        ...modelScenario("rolling", {
          signs: "deployment",
          ending: "fails-late"
        }),
        deployAnswer: {
          body: "deployment"
        }
      },
      "camel-case": {
        name: "camel-case",
        description: "Fields are in camelCase, times are in milliseconds, and the deployment id is a number.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("rolling", {
          signs: "deployment"
        }),
        deploymentInfo: {
          field: "latest_deployment"
        },
        deploymentIds: "number",
        deployAnswer: {
          status: 201,
          body: "id"
        },
        spelling: {
          keys: "camelCase",
          status: "state",
          times: "epoch-milliseconds"
        }
      },
      "two-spellings": {
        name: "two-spellings",
        description: "Two deploys never start. The list and the single read write updated_at differently.",
        rehearsal: deployRehearsal(7, {
          ...shortly,
          service: "acme/web\nacme/api"
        }),
        rollout: [ {
          status: "running",
          keepsUpdatedAt: true
        } ],
        spelling: {
          listTimes: "seconds"
        },
        clockOffsetMs: 123
      },
      "ready-word": {
        name: "ready-word",
        description: "The service says REPLICA_INIT and READY instead of deploying and running.",
        rehearsal: deployRehearsal(6, shortly),
        ...modelScenario("in-place", {
          ms: 4e3
        }),
        spelling: {
          words: {
            deploying: "REPLICA_INIT",
            running: "READY"
          }
        }
      },
      "fast-rollout": {
        name: "fast-rollout",
        description: "The rollout is over one second after the call.",
        rehearsal: deployRehearsal(0),
        ...modelScenario("in-place", {
          ms: 1e3
        })
      },
      autoscaler: {
        name: "autoscaler",
        description: "The deploy never starts, but an autoscaler changes updated_at and the ready replicas.",
        rehearsal: deployRehearsal(7, shortly),
        rollout: [ {
          status: "running",
          ms: 4e3,
          keepsUpdatedAt: true
        }, {
          status: "running",
          ms: 3e3,
          serving: "old",
          movesUpdatedAt: true,
          readyReplicas: 1
        }, {
          status: "running",
          serving: "old"
        } ]
      }
    };
    function plainScenario(model) {
      return {
        name: "ok",
        description: `Every rollout is ${model} and succeeds.`,
        rehearsal: deployRehearsal(model === "rolling" ? 7 : 0),
        ...modelScenario(model)
      };
    }
    const rollout = [ {
      status: "deploying",
      ms: 2e3,
      log: startLog
    }, {
      status: "running",
      log: [ "Listening on port 8080" ]
    } ];
    function pushRehearsal(exit, scopes = [ "service", "repo" ]) {
      const {inputs, token} = deployRehearsal(exit, {
        push: "acme/web",
        username: "ada"
      });
      return {
        inputs,
        token: {
          ...token,
          scopes
        },
        exit
      };
    }
    const pushScenarios = {
      push: {
        name: "push",
        description: "The commit is pushed to an empty repository on Outpost, then deployed.",
        rehearsal: pushRehearsal(0),
        rollout,
        deploymentInfo: true
      },
      "push-protected": {
        name: "push-protected",
        description: "The branch is protected on Outpost, so the push is declined and nothing is deployed.",
        rehearsal: pushRehearsal(9),
        repositories: [ {
          namespace: "acme",
          name: "web",
          protectedBranches: [ "main" ]
        } ]
      },
      "push-rejected-hook": {
        name: "push-rejected-hook",
        description: "A hook declines the push with a text full of workflow commands and control characters.",
        rehearsal: pushRehearsal(9),
        repositories: [ {
          namespace: "acme",
          name: "web",
          declineHook: hostileHookText
        } ]
      },
      "push-read-only": {
        name: "push-read-only",
        description: "The token can deploy, but can only read repositories.",
        rehearsal: pushRehearsal(3, [ "service", "repo:read" ])
      }
    };
    const good = [ {
      status: "deploying",
      ms: 2e3,
      log: startLog
    }, {
      status: "running",
      log: [ "Listening on port 8080" ]
    } ];
    const bad = [ {
      status: "deploying",
      ms: 2e3,
      log: startLog
    }, {
      status: "failed",
      log: crashLog
    } ];
    const waiting = {
      status: "queued",
      ms: 1e3
    };
    const migrationLog = [ "Connecting to the database", "Applying 0041_create_invoices" ];
    function jobRehearsal(exit) {
      const {inputs, token} = deployRehearsal(exit, {
        "pre-deploy-job": "ops/migrate.json"
      });
      return {
        inputs,
        token: {
          ...token,
          scopes: [ "service", "job" ]
        },
        exit
      };
    }
    const threeStages = {
      service: "acme/db-proxy acme/api then acme/web acme/worker then acme/site"
    };
    const stages = {
      services: [ {
        namespace: "acme",
        name: "db-proxy"
      }, {
        namespace: "acme",
        name: "site"
      } ],
      rollout: good
    };
    const stageScenarios = {
      migration: {
        name: "migration",
        description: "A job migrates the database, then the service is deployed.",
        rehearsal: jobRehearsal(0),
        rollout: good,
        jobs: [ [ waiting, {
          status: "running",
          ms: 4e3,
          log: [ ...migrationLog, "Applying 0042_add_order_totals" ]
        }, {
          status: "succeeded",
          log: [ "2 migrations applied" ]
        } ] ]
      },
      "migration-failed": {
        name: "migration-failed",
        description: "The job that migrates the database fails, so nothing is deployed.",
        rehearsal: jobRehearsal(5),
        rollout: good,
        jobs: [ [ waiting, {
          status: "running",
          ms: 4e3,
          log: [ ...migrationLog, "Applying 0042_add_order_totals", 'ERROR: column "total" of relation "orders" already exists' ]
        }, {
          status: "failed",
          log: [ "bin/migrate exited with code 1" ]
        } ] ]
      },
      stages: {
        ...stages,
        name: "stages",
        description: "Five services are deployed in three stages, one after the other.",
        rehearsal: deployRehearsal(0, threeStages)
      },
      "stage-fails": {
        ...stages,
        name: "stage-fails",
        description: "A service in the second of three stages crashes, so the third never starts.",
        rehearsal: deployRehearsal(5, threeStages),
        rollouts: {
          "acme/web": [ bad ]
        }
      },
      "stages-rolled-back": {
        ...stages,
        name: "stages-rolled-back",
        description: "A service in the second of three stages crashes, and both stages go back to the previous version.",
        rehearsal: deployRehearsal(5, {
          ...threeStages,
          "on-failure": "rollback",
          "rollback-branch": "stable"
        }),
        rollouts: {
          "acme/web": [ bad, good ]
        }
      }
    };
    const tokenScenarios = {
      "expired-token": {
        name: "expired-token",
        description: "The token expired: every request is a 401.",
        rehearsal: {
          ...deployRehearsal(3),
          token: {
            name: "rehearsal",
            scopes: [ "service" ],
            expiresAt: "past"
          }
        }
      },
      "missing-scope": {
        name: "missing-scope",
        description: "The token can only read repositories, so it can't deploy.",
        rehearsal: {
          ...deployRehearsal(3),
          token: {
            name: "rehearsal",
            scopes: [ "repo:read" ],
            expiresInDays: 90
          }
        }
      },
      "expiring-token": {
        name: "expiring-token",
        description: "Everything works, but the token expires in three days.",
        rehearsal: {
          ...deployRehearsal(0),
          token: {
            name: "rehearsal",
            scopes: [ "service" ],
            expiresAt: 72
          }
        }
      },
      "leaked-token": {
        name: "leaked-token",
        description: "Everything works, but the token was seen in a log: `npm start` shows what to do.",
        rehearsal: deployRehearsal(0)
      },
      "unknown-service": {
        name: "unknown-service",
        description: "The service's name is misspelled.",
        rehearsal: deployRehearsal(4, {
          service: "acme/wbe"
        })
      }
    };
    const JSON_TYPE = {
      "content-type": "application/json; charset=utf-8"
    };
    const HTML_TYPE = {
      "content-type": "text/html; charset=utf-8"
    };
    const badGateway = {
      kind: "answer",
      status: 502,
      headers: HTML_TYPE,
      body: badGatewayPage
    };
    const login = {
      kind: "answer",
      status: 200,
      headers: HTML_TYPE,
      body: loginPage
    };
    const unavailable = {
      kind: "answer",
      status: 503,
      headers: JSON_TYPE,
      body: unavailableBody
    };
    const limited = {
      kind: "answer",
      status: 429,
      headers: {
        ...JSON_TYPE,
        "retry-after": "1"
      },
      body: rateLimitedBody
    };
    const wireScenarios = {
      "rate-limited": {
        name: "rate-limited",
        description: "The rate limit refuses reads and the deploy for a second at a time, then lets them through.",
        rehearsal: deployRehearsal(0),
        rollout: [ {
          status: "deploying",
          ms: 3e4
        }, {
          status: "running"
        } ],
        faults: [ {
          on: "service.get",
          times: 2,
          do: limited
        }, {
          on: "service.deploy",
          do: limited
        }, {
          on: "service.get",
          skip: 1,
          times: 2,
          do: limited
        } ]
      },
      "lost-answer": {
        name: "lost-answer",
        description: "The deploy is accepted, but a gateway loses the answer. Only the rollout shows that it happened.",
        rehearsal: deployRehearsal(0),
        rollout: [ {
          status: "deploying",
          ms: 8e3
        }, {
          status: "running"
        } ],
        faults: [ {
          on: "service.deploy",
          afterHandling: true,
          do: badGateway
        } ]
      },
      "lost-answer-unknown": {
        name: "lost-answer-unknown",
        description: "A gateway answers the deploy with 502 and nothing ever happens, so the outcome stays unknown.",
        rehearsal: deployRehearsal(7, {
          timeout: "60s"
        }),
        faults: [ {
          on: "service.deploy",
          times: "always",
          do: badGateway
        } ]
      },
      "log-injection": {
        name: "log-injection",
        description: "The log of the service is full of workflow commands and control characters.",
        rehearsal: deployRehearsal(0),
        rollout: [ {
          status: "deploying",
          ms: 2e3,
          log: injectionLines
        }, {
          status: "running",
          log: [ "Listening on port 8080" ]
        } ]
      },
      "html-login": {
        name: "html-login",
        description: "Reads of the service answer 200 with the HTML of a login page.",
        rehearsal: deployRehearsal(4),
        faults: [ {
          on: "service.get",
          times: "always",
          do: login
        }, {
          on: "service.list",
          times: "always",
          do: login
        }, {
          on: "service.logs",
          times: "always",
          do: login
        } ]
      },
      unavailable: {
        name: "unavailable",
        description: "Outpost is down for maintenance: every read of a service is a 503.",
        rehearsal: deployRehearsal(8, {
          timeout: "20s"
        }),
        faults: [ {
          on: "service.get",
          times: "always",
          do: unavailable
        }, {
          on: "service.list",
          times: "always",
          do: unavailable
        }, {
          on: "service.logs",
          times: "always",
          do: unavailable
        } ]
      }
    };
    const scenarioNames = [ "ok", "slow-rollout", "degraded", "three-services", "failing-rollout", "never-ready", "stopped", "stale-running", "flapping", "superseded", "expired-token", "missing-scope", "expiring-token", "leaked-token", "unknown-service", "rate-limited", "lost-answer", "lost-answer-unknown", "log-injection", "html-login", "unavailable", "rolling", "rolling-versions", "rolling-fails-late", "rolling-stuck", "queued", "scale-to-zero", "scale-to-zero-idle", "after-failed", "deployment-live", "deployment-fails", "camel-case", "two-spellings", "ready-word", "fast-rollout", "autoscaler", "refused-in-200", "failed-in-200", "wrong-service", "redirect-after-deploy", "redirect-with-slash", "challenge", "push", "push-protected", "push-rejected-hook", "push-read-only", "migration", "migration-failed", "stages", "stage-fails", "stages-rolled-back" ];
    const scenarios = {
      ...rolloutScenarios,
      ...tokenScenarios,
      ...wireScenarios,
      ...modelScenarios,
      ...answerScenarios,
      ...pushScenarios,
      ...stageScenarios
    };
    function scenarioNamed(name) {
      return scenarios[name];
    }
    const offered = [ {
      name: "deploy",
      scopes: [ "service", "repo" ],
      expiresInDays: 90
    }, {
      name: "read-only",
      scopes: [ "repo:read" ]
    } ];
    function announce({origin, sessionToken, world}, plan) {
      const {name = "of your own", description = "", rehearsal} = world.scenario;
      const requests = rehearsal === void 0 ? offered : [ ...offered, rehearsalToken(rehearsal, world.nowMs()) ];
      const tokens = requests.map(request => ({
        request,
        value: world.createToken(request)
      }));
      const reads = pathsOf(world.scenario.dialect);
      const example = (reads?.["service.get"] ?? "/auth/v1/users").replace("{namespace}", "acme").replace("{name}", "web");
      const sample = tokens[0]?.value ?? sessionToken;
      return [ `Outpost emulator: ${origin}`, `Scenario: ${name}${description === "" ? "" : ` - ${description}`}`, `Rate limits: ${plan}`, `Services are at: ${reads?.["service.get"] ?? "no address"}`, "", "Tokens of the user ada. They only work with this emulator, until it stops (name, scopes, expiry, value):", ...tokens.map(({request, value}) => `  ${row(world.tokens.find("ada", request.name)?.expiresAtMs, request)}  ${value}`), `Dashboard session of ada, which can create tokens: ${sessionToken}`, "", `Git: git clone ${origin.replace("//", "//ada@")}/acme/web.git, with a token as the password`, `Try: curl -H "Authorization: Bearer ${sample}" ${origin}${example}`, "", "" ].join("\n");
    }
    function scenarioList() {
      const width = Math.max(...scenarioNames.map(name => name.length));
      return scenarioNames.map(name => `${name.padEnd(width)}  ${scenarios[name].description}\n`).join("");
    }
    function requestLine({atMs, method, path, status, operation, tokenName}) {
      const line = `${isoTime(atMs)} ${method} ${path} -> ${status} (${operation}${tokenName === void 0 ? "" : `, token ${tokenName}`})`;
      return `${line.replaceAll(/\p{Cc}/gu, "?")}\n`;
    }
    function row(expiresAtMs, {name, scopes}) {
      const expiry = expiresAtMs === void 0 ? "never expires" : isoTime(expiresAtMs);
      return `${name.padEnd(10)}  ${scopes.join(",").padEnd(14)}  ${expiry.padEnd(24)}`;
    }
    class ApiError extends Error {
      status;
      code;
      headers;
      constructor(status, code, message, headers = {}) {
        super(message);
        this.name = "ApiError";
        this.status = status;
        this.code = code;
        this.headers = headers;
      }
    }
    function invalid(message) {
      return new ApiError(400, "invalid_request", message);
    }
    function unauthorized(message) {
      return new ApiError(401, "unauthorized", message, {
        "www-authenticate": 'Bearer realm="outpost"'
      });
    }
    function forbidden(message) {
      return new ApiError(403, "forbidden", message);
    }
    function notFound(message) {
      return new ApiError(404, "not_found", message);
    }
    function conflict(message) {
      return new ApiError(409, "conflict", message);
    }
    function unprocessable(message) {
      return new ApiError(422, "unprocessable", message);
    }
    function newRequestId() {
      return `req_${(0, external_node_crypto_namespaceObject.randomBytes)(6).toString("hex")}`;
    }
    function json(status, value) {
      return {
        status,
        headers: {
          "content-type": "application/json; charset=utf-8"
        },
        body: JSON.stringify(value)
      };
    }
    function errorResponse(error, requestId) {
      const answer = json(error.status, {
        error: {
          code: error.code,
          message: error.message,
          request_id: requestId
        }
      });
      return {
        ...answer,
        headers: {
          ...answer.headers,
          ...error.headers
        }
      };
    }
    const MAX_BODY_BYTES = 1048576;
    const loopbackHosts = [ "127.0.0.1", "::1" ];
    function originOf(host, port) {
      return `http://${host === "::1" ? "[::1]" : host}:${port}`;
    }
    function strangerRefusal({host = "", origin}) {
      if (!isOwn(host)) return new ApiError(421, "misdirected_request", "The emulator only answers to 127.0.0.1, localhost and [::1].");
      if (origin !== void 0) return forbidden("The emulator doesn't answer requests from web pages.");
      return;
    }
    function tooLarge() {
      return new ApiError(413, "too_large", `A body can be at most ${MAX_BODY_BYTES} bytes.`);
    }
    function guardAnswer(error) {
      const requestId = newRequestId();
      const answer = errorResponse(error, requestId);
      return {
        ...answer,
        headers: {
          ...answer.headers,
          "x-request-id": requestId
        }
      };
    }
    function isOwn(host) {
      return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(host);
    }
    const ratePlans = [ "none", "free", "team", "enterprise" ];
    const limits = {
      free: {
        perMinute: 60,
        perSecond: 10
      },
      team: {
        perMinute: 300,
        perSecond: 30
      },
      enterprise: {
        perMinute: 1e3,
        perSecond: 100
      }
    };
    const MINUTE_MS = 6e4;
    const SECOND_MS = 1e3;
    class RateMeter {
      #limit;
      #servedAtMs=new Map;
      constructor(plan) {
        this.#limit = plan === "none" ? void 0 : limits[plan];
      }
      count(credential, nowMs) {
        if (this.#limit === void 0) return {};
        const recent = (this.#servedAtMs.get(credential) ?? []).filter(timeMs => timeMs > nowMs - MINUTE_MS);
        this.#servedAtMs.set(credential, recent);
        const waitMs = waitOf(recent, this.#limit, nowMs);
        if (waitMs > 0) {
          const headers = {
            ...headersOf(recent, this.#limit, nowMs),
            "retry-after": String(Math.ceil(waitMs / SECOND_MS))
          };
          const {perMinute, perSecond} = this.#limit;
          const message = `Rate limit exceeded: ${perMinute} requests per minute and ${perSecond} per second are allowed for one credential.`;
          throw new ApiError(429, "rate_limited", message, headers);
        }
        recent.push(nowMs);
        return headersOf(recent, this.#limit, nowMs);
      }
    }
    function waitOf(recent, limit, nowMs) {
      const oldestOfMinute = recent.at(-limit.perMinute);
      const oldestOfSecond = recent.at(-limit.perSecond);
      const minuteWaitMs = recent.length < limit.perMinute || oldestOfMinute === void 0 ? 0 : oldestOfMinute + MINUTE_MS - nowMs;
      const secondWaitMs = recent.length < limit.perSecond || oldestOfSecond === void 0 ? 0 : oldestOfSecond + SECOND_MS - nowMs;
      return Math.max(minuteWaitMs, secondWaitMs, 0);
    }
    function headersOf(recent, limit, nowMs) {
      return {
        "x-ratelimit-limit": String(limit.perMinute),
        "x-ratelimit-remaining": String(Math.max(0, limit.perMinute - recent.length)),
        "x-ratelimit-reset": String(Math.ceil(((recent[0] ?? nowMs) + MINUTE_MS) / SECOND_MS))
      };
    }
    function editDistance(from, to) {
      let previous = Array.from({
        length: to.length + 1
      }, (_, column) => column);
      for (let row = 1; row <= from.length; row += 1) {
        const current = [ row ];
        for (let column = 1; column <= to.length; column += 1) {
          const substitution = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
          current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
        }
        previous = current;
      }
      return previous[to.length] ?? 0;
    }
    function nearest(name, candidates) {
      return candidates.map(candidate => ({
        candidate,
        distance: editDistance(name.toLowerCase(), candidate.toLowerCase())
      })).filter(({distance}) => distance <= Math.max(2, Math.floor(name.length / 2))).sort((left, right) => left.distance - right.distance || left.candidate.localeCompare(right.candidate, "en")).slice(0, 3).map(({candidate}) => candidate);
    }
    class FlagError extends Error {
      name="FlagError";
    }
    const HELP_WIDTH = 52;
    const helpText = `A local Outpost to rehearse deploys against.\n\n  --port N              port to listen on, 0 for any free one (default 4747)\n  --host ADDRESS        ${loopbackHosts.join(" or ")} (default 127.0.0.1)\n  --scenario NAME       what happens (default ok); --list shows the names\n  --scenario-file FILE  a scenario of your own, as JSON\n  --rollout MODEL       how each rollout of the scenario ok goes:\n${wrapped(rolloutModels)}\n  --dialect NAME        where services are read (default reference):\n${wrapped(dialects)}\n  --plan NAME           rate limits: ${ratePlans.join(", ")} (default free)\n  --list                show the scenarios and stop\n  --help                show this text and stop\n`;
    const DEFAULTS = {
      action: "serve",
      host: "127.0.0.1",
      port: 4747,
      scenario: "ok",
      scenarioFile: void 0,
      rollout: void 0,
      dialect: void 0,
      plan: "free"
    };
    const VALUE_FLAGS = [ "--port", "--host", "--scenario", "--scenario-file", "--rollout", "--dialect", "--plan" ];
    const SWITCHES = [ "--list", "--help" ];
    function parseFlags(argv) {
      const given = new Map;
      let flags = DEFAULTS;
      const rest = [ ...argv ];
      for (let word = rest.shift(); word !== void 0; word = rest.shift()) {
        const {flag, value} = readFlag(word, rest);
        if (given.has(flag)) throw new FlagError(`${flag} is set twice.`);
        given.set(flag, value);
        flags = {
          ...flags,
          ...setting(flag, value)
        };
      }
      if (given.has("--scenario") && given.has("--scenario-file")) throw new FlagError("--scenario and --scenario-file can't be combined. Use only one of them.");
      if (given.has("--rollout") && (flags.scenario !== "ok" || given.has("--scenario-file"))) throw new FlagError("--rollout only works with the scenario ok. Other scenarios have their own rollout.");
      return flags;
    }
    function readFlag(word, rest) {
      const [name = "", ...parts] = word.split("=");
      const flag = name === "-h" ? "--help" : name;
      const inline = parts.length === 0 ? void 0 : parts.join("=");
      if (SWITCHES.includes(flag)) {
        if (inline !== void 0) throw new FlagError(`${flag} takes no value.`);
        return {
          flag,
          value: ""
        };
      }
      if (!VALUE_FLAGS.includes(flag)) throw unknown("flag", name, [ ...VALUE_FLAGS, ...SWITCHES ]);
      const value = inline ?? rest.shift();
      if (value === void 0 || value === "" || inline === void 0 && value.startsWith("--")) throw new FlagError(`${flag} needs a value.`);
      return {
        flag,
        value
      };
    }
    function setting(flag, value) {
      switch (flag) {
       case "--help":
        return {
          action: "help"
        };

       case "--list":
        return {
          action: "list"
        };

       case "--port":
        return {
          port: portIn(value)
        };

       case "--host":
        return {
          host: choice("host", value, loopbackHosts)
        };

       case "--scenario":
        return {
          scenario: choice("scenario", value, scenarioNames)
        };

       case "--rollout":
        return {
          rollout: choice("rollout", value, rolloutModels)
        };

       case "--dialect":
        return {
          dialect: choice("dialect", value, dialects)
        };

       case "--plan":
        return {
          plan: choice("plan", value, ratePlans)
        };

       default:
        return {
          scenarioFile: value
        };
      }
    }
    function wrapped(names) {
      const lines = [];
      for (const name of names) {
        const last = lines.at(-1);
        if (last === void 0 || last.length + name.length > HELP_WIDTH) lines.push(name); else lines[lines.length - 1] = `${last}, ${name}`;
      }
      return lines.map(line => `${" ".repeat(24)}${line}`).join(",\n");
    }
    function portIn(value) {
      const port = Number(value);
      if (!/^\d{1,5}$/.test(value) || port > 65535) throw new FlagError(`--port must be a whole number from 0 to 65535, not "${value}".`);
      return port;
    }
    function choice(what, value, allowed) {
      const found = allowed.find(candidate => candidate === value);
      if (found === void 0) throw unknown(`--${what}`, value, allowed);
      return found;
    }
    function unknown(what, value, allowed) {
      const [close] = nearest(value, allowed);
      const hint = close === void 0 ? "" : ` Did you mean ${close}?`;
      return new FlagError(`Unknown ${what} "${value}".${hint} Allowed: ${allowed.join(", ")}.`);
    }
    const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
    const anyText = (value, path) => typeof value === "string" ? [] : [ `${path} must be a string, not ${show(value)}` ];
    const truth = (value, path) => typeof value === "boolean" ? [] : [ `${path} must be true or false, not ${show(value)}` ];
    function whole(min, max = Number.MAX_SAFE_INTEGER) {
      return (value, path) => {
        if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return [];
        const bounds = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
        return [ `${path} must be a whole number ${bounds}, not ${show(value)}` ];
      };
    }
    function oneOf(values) {
      return (value, path) => {
        if (values.some(candidate => candidate === value)) return [];
        return [ `${path} must be one of ${values.join(", ")}, not ${show(value)}${guess(value, values.map(String))}` ];
      };
    }
    function either(first, second) {
      return (value, path) => first(value, path).length === 0 ? [] : second(value, path);
    }
    function listOf(item, least = 0) {
      return (value, path) => {
        if (!Array.isArray(value)) return [ `${path} must be a list, not ${show(value)}` ];
        if (value.length < least) return [ `${path} must not be empty` ];
        return value.flatMap((entry, index) => item(entry, `${path}[${index}]`));
      };
    }
    function mapOf(item) {
      return (value, path) => {
        if (!isObject(value)) return [ `${path} must be an object, not ${show(value)}` ];
        return Object.entries(value).flatMap(([key, entry]) => item(entry, `${path}["${key}"]`));
      };
    }
    function object(fields) {
      const names = Object.keys(fields).map(key => key.replace("!", ""));
      return (value, path) => {
        if (!isObject(value)) return [ `${path} must be an object, not ${show(value)}` ];
        const strangers = Object.keys(value).filter(key => !names.includes(key));
        return [ ...strangers.map(key => `${path} has no field "${key}"${guess(key, names)}; fields: ${names.join(", ")}`), ...Object.entries(fields).flatMap(([key, check]) => fieldProblems(value, path, key, check)) ];
      };
    }
    function byKind(kinds) {
      return (value, path) => {
        if (!isObject(value)) return [ `${path} must be an object, not ${show(value)}` ];
        const {kind} = value;
        const fields = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : void 0;
        if (fields === void 0) return oneOf(Object.keys(kinds))(kind, `${path}.kind`);
        return object({
          "kind!": anyText,
          ...fields
        })(value, path);
      };
    }
    function fieldProblems(value, path, key, check) {
      const name = key.replace("!", "");
      if (Object.hasOwn(value, name)) return check(value[name], `${path}.${name}`);
      return key.endsWith("!") ? [ `${path}.${name} is missing` ] : [];
    }
    function isObject(value) {
      return typeof value === "object" && value !== null && !Array.isArray(value);
    }
    function show(value) {
      const text = JSON.stringify(value) ?? "nothing";
      return text.length > 60 ? `${text.slice(0, 57)}...` : text;
    }
    function guess(value, allowed) {
      const close = typeof value === "string" ? nearest(value, allowed)[0] : void 0;
      return close === void 0 ? "" : ` (did you mean ${close}?)`;
    }
    function matchRoute(routes, method, path) {
      const matches = matchesOf(routes, path);
      const match = matches.find(({route}) => route.method === method);
      if (match !== void 0) return match;
      if (matches.length === 0) throw notFound(`There is nothing at ${path}.`);
      const allow = matches.map(({route}) => route.method).join(", ");
      throw new ApiError(405, "method_not_allowed", `${method} is not allowed at ${path}; allowed: ${allow}.`, {
        allow
      });
    }
    function isKnown(routes, path) {
      return matchesOf(routes, path).length > 0;
    }
    function slashRedirect(routes, path) {
      const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
      if (matchesOf(routes, path).length > 0 || matchesOf(routes, other).length === 0) return;
      return other;
    }
    function bestTemplate(templates, path) {
      const [best] = templates.flatMap(template => {
        const params = paramsOf(template, path);
        return params === void 0 ? [] : [ {
          template,
          variables: Object.keys(params).length
        } ];
      }).sort((left, right) => left.variables - right.variables);
      return best?.template;
    }
    function matchesOf(routes, path) {
      return routes.flatMap(route => {
        const params = paramsOf(route.path, path);
        return params === void 0 ? [] : [ {
          route,
          params
        } ];
      });
    }
    function paramsOf(template, path) {
      const names = template.split("/");
      const segments = path.split("/");
      if (names.length !== segments.length) return;
      const params = {};
      for (const [index, name] of names.entries()) {
        const segment = decoded(segments[index] ?? "");
        const isVariable = name.startsWith("{") && name.endsWith("}");
        if (segment === void 0 || (isVariable ? segment === "" : name !== segments[index])) return;
        if (isVariable) params[name.slice(1, -1)] = segment;
      }
      return params;
    }
    function decoded(segment) {
      try {
        return decodeURIComponent(segment);
      } catch {
        return;
      }
    }
    const elsewheres = [ "404", "html-404", "html", "login", "login-elsewhere", "401", "403", "400" ];
    const LOGIN_PATH = "/login";
    const missedOperations = {
      "service.get": "elsewhere.get",
      "service.list": "elsewhere.list",
      "service.logs": "elsewhere.logs",
      "job.get": "elsewhere.get",
      "job.list": "elsewhere.list",
      "job.logs": "elsewhere.logs"
    };
    const allReads = new Map(Object.values(readPaths).flatMap(paths => readOperations.map(read => [ paths[read], missedOperations[read] ])));
    function missedRead(dialect, served, path) {
      const own = [ ...served, ...Object.values(pathsOf(dialect) ?? {}) ];
      const bare = path.endsWith("/") ? path.slice(0, -1) : path;
      const meant = bestTemplate([ ...own, ...allReads.keys() ], bare) ?? "";
      return own.includes(meant) ? void 0 : allReads.get(meant);
    }
    function elsewhereAnswer(kind = "404", path) {
      switch (kind) {
       case "404":
        throw notFound(`There is nothing at ${path}.`);

       case "401":
        throw unauthorized("You are not signed in.");

       case "403":
        throw forbidden("You are not allowed to see this page.");

       case "400":
        throw invalid("The request is not valid.");

       case "html-404":
        return page(404, notFoundPage);

       case "html":
        return page(200, webUiPage);

       case "login":
        return path === LOGIN_PATH ? page(200, loginPage) : redirect(302, LOGIN_PATH);

       case "login-elsewhere":
        return redirect(307, `https://outpost.run${LOGIN_PATH}`);
      }
    }
    function page(status, body) {
      return {
        status,
        headers: {
          "content-type": "text/html; charset=utf-8"
        },
        body
      };
    }
    function redirect(status, location) {
      return {
        status,
        headers: {
          location
        },
        body: ""
      };
    }
    const envelopes = [ "bare", "data", "service", "result", "data.service", "list", "data-list" ];
    const listEnvelopes = [ "page", "array", "services" ];
    const namings = [ "separate", "full_name", "full-in-name", "none" ];
    function enveloped(body, others, envelope = "bare", noun = "service") {
      switch (envelope) {
       case "bare":
        return body;

       case "service":
        return {
          [noun]: body
        };

       case "data.service":
        return {
          data: {
            [noun]: body
          }
        };

       case "list":
        return [ ...others, body ];

       case "data-list":
        return {
          data: [ ...others, body ]
        };

       default:
        return {
          [envelope]: body
        };
      }
    }
    function envelopedList(page, envelope = "page", noun = "services") {
      switch (envelope) {
       case "page":
        return page;

       case "array":
        return page.data;

       case "services":
        return {
          [noun]: page.data
        };
      }
    }
    function named(body, naming = "separate") {
      const {name, namespace, ...rest} = body;
      switch (naming) {
       case "separate":
        return body;

       case "full_name":
        return {
          full_name: `${namespace}/${name}`,
          ...rest
        };

       case "full-in-name":
        return {
          name: `${namespace}/${name}`,
          ...rest
        };

       case "none":
        return rest;
      }
    }
    const namelessItem = {
      id: "svc_000000000000",
      status: "stopped"
    };
    const DAY_MS = 864e5;
    const visibilities = [ "public", "private", "internal" ];
    const sizeRefusals = [ "answer", "hook", "unpack" ];
    class RepositoryStore {
      #repositories=new Map;
      constructor(nowMs) {
        for (const record of firstRepositories(nowMs)) this.#repositories.set(record.full_name, {
          record,
          rules: {}
        });
      }
      put(options, nowMs) {
        const {namespace, name, description = "", visibility = "private", defaultBranch = "main", ...rules} = options;
        const now = isoTime(nowMs);
        const record = {
          ...repositories_named(namespace, name),
          description,
          visibility,
          default_branch: defaultBranch,
          size_bytes: 0,
          language: null,
          created_at: now,
          updated_at: now,
          pushed_at: null
        };
        this.#repositories.set(record.full_name, {
          record,
          rules
        });
        return record;
      }
      find(namespace, name) {
        return this.#repositories.get(`${namespace}/${name}`);
      }
      findByFullName(fullName) {
        return this.#repositories.get(fullName);
      }
      in(namespaces) {
        return [ ...this.#repositories.values() ].map(({record}) => record).filter(({namespace}) => namespaces.includes(namespace));
      }
    }
    function firstRepositories(nowMs) {
      return [ seeded("acme", "web", "The public site", "private", nowMs), seeded("acme", "api", "The HTTP API", "private", nowMs - DAY_MS), seeded("acme", "worker", "Background work", "internal", nowMs - 2 * DAY_MS), seeded("ada", "blog", "Notes", "public", nowMs - 3 * DAY_MS) ];
    }
    function seeded(namespace, name, description, visibility, updatedAtMs) {
      return {
        ...repositories_named(namespace, name),
        description,
        visibility,
        default_branch: "main",
        size_bytes: 48211 * name.length,
        language: "TypeScript",
        created_at: isoTime(updatedAtMs - 90 * DAY_MS),
        updated_at: isoTime(updatedAtMs),
        pushed_at: isoTime(updatedAtMs)
      };
    }
    function repositories_named(namespace, name) {
      return {
        id: `repo_${(0, external_node_crypto_namespaceObject.randomBytes)(6).toString("hex")}`,
        name,
        namespace,
        full_name: `${namespace}/${name}`
      };
    }
    const servingKinds = [ "old", "both", "new", "none" ];
    const deployEnds = [ "running", "idle", "failed", "superseded", "pending" ];
    const jobEnds = [ "succeeded", "failed", "cancelled", "timed_out", "pending" ];
    const jobBodies = [ "record", "id", "data", "job", "none" ];
    const jobNameRules = [ "unique", "any" ];
    const acceptances = [ "empty-object", "none", "text", "ids", "id", "deployment", "names", "service" ];
    const refusals = [ "error-object", "error-text", "error-list", "success-false", "ok-false" ];
    const deployBodies = [ ...acceptances, ...refusals ];
    const deploymentFields = [ "deployment", "current_deployment", "latest_deployment", "deployment_id" ];
    const logShapes = [ "json", "text", "strings" ];
    const logOrders = [ "in-order", "duplicated", "out-of-order", "endless" ];
    const tokenFields = [ "scopes", "created_at", "expires_at", "last_used_at" ];
    const tokenShapes = [ "record", "data", "data-list", "list", "token", "pat" ];
    const scopeForms = [ "list", "objects", "text" ];
    function jobStepsFor({jobs}, index) {
      return jobs?.[Math.min(index, jobs.length - 1)] ?? [ {
        status: "queued",
        looks: 1
      }, {
        status: "running",
        looks: 2,
        log: [ "Pulling image", "Running the command" ]
      }, {
        status: "succeeded",
        log: [ "The command exited with code 0" ]
      } ];
    }
    function rolloutFor(scenario, fullName, index) {
      const ofService = scenario.rollouts?.[fullName];
      const rollout = ofService?.[Math.min(index, ofService.length - 1)] ?? scenario.rollout;
      return rollout ?? [ {
        status: "deploying",
        looks: 1,
        log: [ "Pulling image", "Starting 2 replicas" ]
      }, {
        status: "running",
        log: [ "Ready" ]
      } ];
    }
    const keyForms = [ "snake_case", "camelCase" ];
    const statusFields = [ "status", "state", "phase", "status.phase" ];
    const timeForms = [ "milliseconds", "seconds", "offset", "epoch-seconds", "epoch-milliseconds" ];
    function spelled(body, spelling = {}, place = "single") {
      const {times = "milliseconds", listTimes = times} = spelling;
      return rewritten(body, spelling, place === "list" ? listTimes : times);
    }
    function rewritten(body, spelling, times) {
      const {keys = "snake_case"} = spelling;
      const entries = Object.entries(body).map(([key, value]) => {
        if (key === "status" && typeof value === "string") return statusEntry(value, spelling);
        const name = keys === "camelCase" ? camelCase(key) : key;
        if (key.endsWith("_at") && typeof value === "string") return [ name, timeIn(times, value) ];
        return [ name, isBody(value) ? rewritten(value, spelling, times) : value ];
      });
      return Object.fromEntries(entries);
    }
    function statusEntry(status, {status: field = "status", words = {}}) {
      const word = Object.hasOwn(words, status) ? words[status] : status;
      return field === "status.phase" ? [ "status", {
        phase: word
      } ] : [ field, word ];
    }
    function camelCase(key) {
      return key.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    }
    function timeIn(form, iso) {
      const timeMs = Date.parse(iso);
      switch (form) {
       case "milliseconds":
        return iso;

       case "seconds":
        return iso.replace(/\.\d+Z$/, "Z");

       case "offset":
        return new Date(timeMs + 72e5).toISOString().replace("Z", "+02:00");

       case "epoch-seconds":
        return Math.floor(timeMs / 1e3);

       case "epoch-milliseconds":
        return timeMs;
      }
    }
    function isBody(value) {
      return typeof value === "object" && value !== null && !Array.isArray(value);
    }
    class ScenarioFileError extends Error {
      name="ScenarioFileError";
    }
    const faultFields = {
      reset: {},
      cut: {
        framing: oneOf([ "length", "chunked" ])
      },
      hang: {},
      slow: {
        "delayMs!": whole(1)
      },
      answer: {
        "status!": whole(200, 599),
        headers: mapOf(anyText),
        body: anyText
      },
      redirect: {
        status: oneOf([ 301, 302, 303, 307, 308 ]),
        "location!": anyText
      },
      "header-bomb": {
        form: oneOf([ "large", "many" ])
      },
      "gzip-bomb": {
        bytes: whole(1)
      },
      "big-body": {
        "bytes!": whole(2)
      },
      "close-idle": {},
      early: {
        "status!": oneOf([ 100, 103 ])
      }
    };
    const fault = object({
      "on!": oneOf([ ...operations, "*" ]),
      skip: whole(0),
      times: either(oneOf([ "always" ]), whole(1)),
      afterHandling: truth,
      "do!": byKind(faultFields)
    });
    const timedStep = {
      looks: whole(1),
      ms: whole(1),
      log: listOf(anyText)
    };
    const jobStep = object({
      "status!": anyText,
      ...timedStep,
      end: oneOf(jobEnds)
    });
    const scenario_file_rollout = listOf(object({
      "status!": anyText,
      ...timedStep,
      keepsUpdatedAt: truth,
      movesUpdatedAt: truth,
      supersededBy: anyText,
      serving: oneOf(servingKinds),
      deploymentStatus: anyText,
      readyReplicas: whole(0),
      end: oneOf(deployEnds.filter(end => end !== "superseded"))
    }), 1);
    const repository = object({
      "namespace!": anyText,
      "name!": anyText,
      description: anyText,
      visibility: oneOf(visibilities),
      defaultBranch: anyText,
      protectedBranches: listOf(anyText),
      maxPackBytes: whole(1),
      tooLarge: oneOf(sizeRefusals),
      refusesChunks: truth,
      declineHook: anyText
    });
    const rehearsal = object({
      "inputs!": mapOf(anyText),
      "token!": object({
        name: anyText,
        "scopes!": listOf(oneOf(scopes)),
        expiresInDays: oneOf([ 30, 60, 90 ]),
        expiresAt: either(oneOf([ "past" ]), whole(1))
      }),
      "exit!": whole(0, 255)
    });
    const scenario = object({
      name: anyText,
      description: anyText,
      rehearsal,
      rollout: scenario_file_rollout,
      rollouts: mapOf(listOf(scenario_file_rollout, 1)),
      services: listOf(object({
        "namespace!": anyText,
        "name!": anyText,
        status: anyText,
        repository: anyText,
        minReplicas: whole(0, 4)
      })),
      jobs: listOf(listOf(jobStep, 1), 1),
      jobAnswer: object({
        status: whole(200, 299),
        body: oneOf(jobBodies)
      }),
      jobNames: oneOf(jobNameRules),
      repositories: listOf(repository),
      dialect: oneOf(dialects),
      elsewhere: oneOf(elsewheres),
      readSlash: truth,
      deployPath: (value, path) => typeof value === "string" && isDeployPath(value) ? [] : [ `${path} must be a path that contains {service}` ],
      deploymentPath: (value, path) => typeof value === "string" && isDeployPath(value) && value.split("/").includes("{id}") ? [] : [ `${path} must be a path that contains {service} and {id}` ],
      slashRedirect: truth,
      deployAnswer: object({
        status: whole(200, 299),
        body: oneOf(deployBodies)
      }),
      deploysInstead: (value, path) => typeof value === "string" && /^[^/]+\/[^/]+$/.test(value) ? [] : [ `${path} must be the namespace/name of a service` ],
      afterRefusal: scenario_file_rollout,
      deploymentInfo: either(truth, object({
        field: oneOf(deploymentFields),
        which: oneOf([ "latest", "serving" ])
      })),
      deploymentIds: oneOf([ "text", "number" ]),
      versions: truth,
      spelling: object({
        keys: oneOf(keyForms),
        status: oneOf(statusFields),
        times: oneOf(timeForms),
        listTimes: oneOf(timeForms),
        words: mapOf(anyText)
      }),
      envelope: oneOf(envelopes),
      listEnvelope: oneOf(listEnvelopes),
      naming: oneOf(namings),
      namelessItem: truth,
      logs: object({
        shape: oneOf(logShapes),
        order: oneOf(logOrders)
      }),
      tokens: object({
        givesScopes: listOf(oneOf(scopes)),
        omits: listOf(oneOf(tokenFields)),
        pageSize: whole(1, 100),
        shape: oneOf(tokenShapes),
        scopesAs: oneOf(scopeForms),
        keys: oneOf(keyForms),
        times: oneOf(timeForms)
      }),
      faults: listOf(fault),
      echoToken: truth,
      clockOffsetMs: whole(Number.MIN_SAFE_INTEGER)
    });
    function scenarioProblems(value) {
      return scenario(value, "scenario");
    }
    function readScenarioFile(file) {
      const value = jsonIn(file);
      if (isScenario(value)) return value;
      throw new ScenarioFileError(`${file} is not a scenario:\n${scenarioProblems(value).map(problem => `  - ${problem}`).join("\n")}`);
    }
    function isScenario(value) {
      return scenarioProblems(value).length === 0;
    }
    function isDeployPath(path) {
      return path.startsWith("/") && path.split("/").includes("{service}");
    }
    function jsonIn(file) {
      let text;
      try {
        text = (0, external_node_fs_namespaceObject.readFileSync)(file, "utf8");
      } catch (error) {
        throw new ScenarioFileError(`--scenario-file: can't read ${file}: ${messageOf(error)}`);
      }
      try {
        return JSON.parse(text);
      } catch (error) {
        throw new ScenarioFileError(`--scenario-file: ${file} is not JSON: ${messageOf(error)}`);
      }
    }
    function messageOf(error) {
      return error instanceof Error ? error.message : String(error);
    }
    const external_node_events_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");
    const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
    function splitTarget(target) {
      const mark = target.indexOf("?");
      if (mark === -1) return {
        path: target,
        query: new URLSearchParams
      };
      return {
        path: target.slice(0, mark),
        query: new URLSearchParams(target.slice(mark + 1))
      };
    }
    function param(call, name) {
      const value = call.params[name];
      if (value === void 0) throw new Error(`the route has no variable {${name}}`);
      return value;
    }
    function bodyOf(call, allowed) {
      const contentType = call.request.headers["content-type"] ?? "";
      if (contentType.split(";")[0]?.trim().toLowerCase() !== "application/json") throw invalid("Requests with a body must send Content-Type: application/json.");
      const value = parsed(call.request.body);
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("The body must be a JSON object.");
      const unknown = Object.keys(value).find(key => allowed?.includes(key) === false);
      if (unknown !== void 0) throw invalid(`Unknown field "${unknown}"; allowed: ${allowed?.join(", ")}.`);
      return {
        ...value
      };
    }
    function requireScope(identity, needed) {
      if (needed.length === 0 || identity.token === void 0) return;
      if (needed.some(scope => identity.token?.scopes.includes(scope) === true)) return;
      throw forbidden(`The token "${identity.token.name}" lacks the scope ${needed.map(scope => `"${scope}"`).join(" or ")}.`);
    }
    function requireRole(call, namespace, least) {
      const role = call.world.namespaces.roleOf(call.identity.user, namespace);
      if (role === void 0) throw notFound(`There is no namespace "${namespace}".`);
      if (!roleIsAtLeast(role, least)) throw forbidden(`This needs the role ${least} or higher in "${namespace}"; yours is ${role}.`);
    }
    function readableNamespaces(call) {
      const namespace = call.params["namespace"];
      if (namespace === void 0) return call.world.namespaces.reachableBy(call.identity.user, "Reader");
      requireRole(call, namespace, "Reader");
      return [ namespace ];
    }
    function parsed(text) {
      try {
        return JSON.parse(text);
      } catch {
        throw invalid("The body is not valid JSON.");
      }
    }
    function bearerToken(authorization) {
      return /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    }
    function basicCredential(authorization) {
      const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "")?.[1];
      if (encoded === void 0) return;
      const text = Buffer.from(encoded, "base64").toString("utf8");
      const colon = text.indexOf(":");
      return colon === -1 ? void 0 : {
        user: text.slice(0, colon),
        password: text.slice(colon + 1)
      };
    }
    function presentedToken(authorization) {
      return bearerToken(authorization) ?? basicCredential(authorization)?.password;
    }
    function settleSteps(progress, nowMs, enter) {
      for (let step = currentStep(progress); step?.ms !== void 0; step = currentStep(progress)) {
        const endMs = progress.stepStartedMs + step.ms;
        if (endMs > nowMs || !advance(progress, endMs, enter)) return;
      }
    }
    function lookAtStep(progress, nowMs, enter) {
      const step = currentStep(progress);
      const lasts = step?.looks ?? (step?.ms === void 0 ? 1 : Number.POSITIVE_INFINITY);
      if (progress.looks >= lasts) advance(progress, nowMs, enter);
      progress.looks += 1;
    }
    function logOf({log = [], ms}, atMs) {
      return log.map((message, index) => {
        const lineAtMs = ms === void 0 ? atMs + index : atMs + Math.floor(index * ms / log.length);
        return {
          atMs: lineAtMs,
          visibleFromMs: ms === void 0 ? atMs : lineAtMs,
          message
        };
      });
    }
    function currentStep({steps, index}) {
      return steps[index];
    }
    function advance(progress, atMs, enter) {
      const next = progress.steps[progress.index + 1];
      if (next === void 0) return false;
      progress.index += 1;
      progress.looks = 0;
      progress.stepStartedMs = atMs;
      enter(next, atMs);
      return true;
    }
    const jobs_DAY_MS = 864e5;
    class JobStore {
      #scenario;
      #now;
      #jobs;
      constructor(scenario, now) {
        this.#scenario = scenario;
        this.#now = now;
        this.#jobs = olderJobs(now());
      }
      in(namespace) {
        const jobs = this.#jobs.filter(job => job.namespace === namespace);
        for (const job of jobs) settleSteps(job.progress, this.#now(), enterNext(job));
        return jobs;
      }
      find(namespace, name) {
        return this.in(namespace).findLast(job => job.name === name);
      }
      create(namespace, name, body) {
        const index = this.#jobs.filter(job => job.isByCall).length;
        const record = newJob({
          namespace,
          name: name ?? `job-${(0, external_node_crypto_namespaceObject.randomBytes)(4).toString("hex")}`,
          isByCall: true,
          body
        }, jobStepsFor(this.#scenario, index), this.#now());
        this.#jobs.push(record);
        return record;
      }
      look(job) {
        job.looks += 1;
        lookAtStep(job.progress, this.#now(), enterNext(job));
      }
      truthsIn(namespace) {
        return this.in(namespace).filter(({isByCall}) => isByCall).map(({progress, ...job}) => {
          const {id, name, body, status, createdAtMs, startedAtMs, completedAtMs, looks} = job;
          const isOver = progress.index === progress.steps.length - 1;
          const willEnd = endOf(progress.steps.at(-1));
          return {
            id,
            name,
            body,
            status,
            end: isOver ? willEnd : "pending",
            willEnd,
            createdAtMs,
            startedAtMs,
            completedAtMs,
            looks
          };
        });
      }
    }
    function jobBody(job, nowMs) {
      const {body, startedAtMs, completedAtMs} = job;
      const {gpu = null, gpu_count: gpuCount = 0, region = "us-east-1"} = body;
      const runtimeMs = startedAtMs === void 0 ? 0 : (completedAtMs ?? nowMs) - startedAtMs;
      const lastLine = job.log.findLast(({visibleFromMs}) => visibleFromMs <= nowMs);
      return {
        id: job.id,
        name: job.name,
        namespace: job.namespace,
        status: job.status,
        gpu,
        gpu_count: gpuCount,
        region,
        progress: lastLine?.message ?? "waiting for a machine",
        cost_per_hour: "2.40",
        runtime_seconds: Math.floor(runtimeMs / 1e3),
        created_at: isoTime(job.createdAtMs),
        started_at: startedAtMs === void 0 ? null : isoTime(startedAtMs),
        completed_at: completedAtMs === void 0 ? null : isoTime(completedAtMs)
      };
    }
    function olderJobs(nowMs) {
      const training = {
        status: "running",
        log: [ "epoch 3 of 10" ]
      };
      const evaluated = {
        status: "succeeded",
        log: [ "epoch 10 of 10", "done" ]
      };
      const reindexed = {
        status: "failed",
        log: [ "Error: the index is locked" ]
      };
      return [ olderJob("acme", "train-ranker", training, nowMs - 18e5, 1800), olderJob("acme", "nightly-eval", evaluated, nowMs - jobs_DAY_MS, 5400), olderJob("acme", "reindex", reindexed, nowMs - 2 * jobs_DAY_MS, 300), olderJob("ada", "thumbnails", {
        status: "queued"
      }, nowMs, 0) ];
    }
    function olderJob(namespace, name, step, createdAtMs, runtimeSeconds) {
      const body = {
        gpu: "A100",
        gpu_count: 1
      };
      const job = newJob({
        namespace,
        name,
        isByCall: false,
        body
      }, [ step ], createdAtMs);
      if (job.completedAtMs !== void 0) job.completedAtMs = createdAtMs + runtimeSeconds * 1e3;
      return job;
    }
    function newJob(asked, steps, nowMs) {
      const job = {
        id: `job_${(0, external_node_crypto_namespaceObject.randomBytes)(6).toString("hex")}`,
        ...asked,
        createdAtMs: nowMs,
        progress: {
          steps,
          index: 0,
          stepStartedMs: nowMs,
          looks: 0
        },
        log: [],
        status: "queued",
        startedAtMs: void 0,
        completedAtMs: void 0,
        looks: 0
      };
      const [first] = steps;
      if (first !== void 0) enter(job, first, nowMs);
      return job;
    }
    function enterNext(job) {
      return (step, atMs) => enter(job, step, atMs);
    }
    function enter(job, step, atMs) {
      const end = endOf(step);
      job.status = step.status;
      if (step.status !== "queued" && end !== "cancelled") job.startedAtMs ??= atMs;
      job.completedAtMs = end === "pending" ? void 0 : atMs;
      job.log.push(...logOf(step, atMs));
    }
    function endOf(step) {
      return step?.end ?? jobEnds.find(end => end === step?.status) ?? "pending";
    }
    const DEFAULT_PER_PAGE = 20;
    const MAX_PER_PAGE = 100;
    function pageOf(items, query, fixedSize) {
      const page = wholeNumber(query, "page", 1, Number.MAX_SAFE_INTEGER);
      const perPage = fixedSize ?? wholeNumber(query, "per_page", DEFAULT_PER_PAGE, MAX_PER_PAGE);
      const start = (page - 1) * perPage;
      return {
        data: items.slice(start, start + perPage),
        pagination: {
          page,
          per_page: perPage,
          total: items.length,
          total_pages: Math.ceil(items.length / perPage)
        }
      };
    }
    function wholeNumber(query, name, fallback, max) {
      const text = query.get(name);
      if (text === null) return fallback;
      const value = Number(text);
      if (!/^\d+$/.test(text) || value < 1 || value > max) throw invalid(`${name} must be a whole number from 1${max === Number.MAX_SAFE_INTEGER ? "" : ` to ${max}`}, not "${text}".`);
      return value;
    }
    function pages_oneOf(query, name, values) {
      const text = query.get(name);
      if (text === null) return;
      const value = values.find(candidate => candidate === text);
      if (value === void 0) throw invalid(`${name} must be one of ${values.join(", ")}, not "${text}".`);
      return value;
    }
    const orders = [ "desc", "asc" ];
    function inOrder(items, query, keyOf) {
      const direction = pages_oneOf(query, "order", orders) === "asc" ? 1 : -1;
      return [ ...items ].sort((left, right) => {
        const [first, second] = [ keyOf(left), keyOf(right) ];
        if (first === second) return 0;
        return first < second ? -direction : direction;
      });
    }
    const DEFAULT_LINES = 100;
    const MAX_LINES = 1e4;
    const ENDLESS_LINES = 500;
    function logResponse(world, log, query) {
      const {shape = "json", order = "in-order"} = world.scenario.logs ?? {};
      const count = wholeNumber(query, "tail", DEFAULT_LINES, MAX_LINES);
      const sinceMs = sinceOf(query);
      if (order === "endless") appendEndlessly(log, world.nowMs());
      const visible = log.filter(line => line.visibleFromMs <= world.nowMs() && line.atMs >= sinceMs);
      return shaped(reordered(visible.slice(-count), order), shape);
    }
    function sinceOf(query) {
      const text = query.get("since");
      if (text === null) return Number.NEGATIVE_INFINITY;
      const sinceMs = Date.parse(text);
      if (Number.isNaN(sinceMs)) throw invalid(`since must be an ISO 8601 time, not "${text}".`);
      return sinceMs;
    }
    function appendEndlessly(log, nowMs) {
      const first = log.length;
      for (let index = 0; index < ENDLESS_LINES; index++) log.push({
        atMs: nowMs,
        visibleFromMs: nowMs,
        message: `tick ${first + index}`
      });
    }
    function reordered(lines, order) {
      switch (order) {
       case "in-order":
       case "endless":
        return lines;

       case "duplicated":
        return lines.flatMap(line => [ line, line ]);

       case "out-of-order":
        return lines.map((line, index) => lines[index % 2 === 0 ? index + 1 : index - 1] ?? line);
      }
    }
    function shaped(lines, shape) {
      switch (shape) {
       case "json":
        return json(200, {
          data: lines.map(line => ({
            timestamp: isoTime(line.atMs),
            message: line.message
          }))
        });

       case "strings":
        return json(200, {
          data: lines.map(line => `${isoTime(line.atMs)} ${line.message}`)
        });

       case "text":
        {
          const body = lines.map(line => `${isoTime(line.atMs)} ${line.message}\n`).join("");
          return {
            status: 200,
            headers: {
              "content-type": "text/plain; charset=utf-8"
            },
            body
          };
        }
      }
    }
    const jobSorts = [ "created_at", "started_at", "completed_at", "name" ];
    const jobReaders = {
      "job.get": get,
      "job.list": list,
      "job.logs": call => logResponse(call.world, jobOf(call).log, call.query)
    };
    const jobCreation = {
      method: "POST",
      path: "/auth/v1/seed/{namespace}/jobs",
      operation: "job.create",
      scopes: [ "job" ],
      source: "documented",
      serve: create
    };
    function list(call) {
      const status = pages_oneOf(call.query, "status", jobStatuses);
      const sort = pages_oneOf(call.query, "sort", jobSorts) ?? "created_at";
      const {world} = call;
      const jobs = readableNamespaces(call).flatMap(namespace => world.jobs.in(namespace));
      for (const job of jobs) world.jobs.look(job);
      const bodies = jobs.filter(job => status === void 0 || job.status === status).map(job => jobBody(job, world.nowMs()));
      const sorted = inOrder(bodies, call.query, body => String(body[sort] ?? ""));
      const naming = world.scenario.naming === "none" ? void 0 : world.scenario.naming;
      const items = sorted.map(body => spelledJob(named(body, naming), world, "list"));
      return json(200, envelopedList(pageOf(items, call.query), world.scenario.listEnvelope, "jobs"));
    }
    function get(call) {
      const job = jobOf(call);
      const {world} = call;
      world.jobs.look(job);
      const written = each => spelledJob(named(jobBody(each, world.nowMs()), world.scenario.naming), world);
      const others = world.jobs.in(job.namespace).filter(other => other !== job);
      return json(200, enveloped(written(job), others.map(written), world.scenario.envelope, "job"));
    }
    function create(call) {
      const namespace = param(call, "namespace");
      requireRole(call, namespace, "Maintainer");
      const body = bodyOf(call);
      const name = nameIn(body["name"]);
      const {world} = call;
      const isTaken = name !== void 0 && world.jobs.find(namespace, name) !== void 0;
      if (isTaken && world.scenario.jobNames !== "any") throw conflict(`A job named "${name}" already exists in "${namespace}".`);
      return answerTo(world.jobs.create(namespace, name, body), world);
    }
    function answerTo(job, world) {
      const {body = "record", status = 201} = world.scenario.jobAnswer ?? {};
      const record = jobBody(job, world.nowMs());
      switch (body) {
       case "none":
        return {
          status,
          headers: {},
          body: ""
        };

       case "id":
        return json(status, {
          id: job.id
        });

       case "record":
        return json(status, spelledJob(record, world));

       default:
        return json(status, {
          [body]: spelledJob(record, world)
        });
      }
    }
    function spelledJob(body, {scenario}, place) {
      return spelled(body, {
        ...scenario.spelling,
        words: {}
      }, place);
    }
    function nameIn(value) {
      if (value === void 0) return;
      if (typeof value === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(value) && !/^\.+$/.test(value)) return value;
      throw invalid('name must be 1 to 64 letters, digits, "-", "_" and ".".');
    }
    function jobOf(call) {
      const name = param(call, "name");
      const namespaces = readableNamespaces(call);
      for (const namespace of namespaces) {
        const job = call.world.jobs.find(namespace, name);
        if (job !== void 0) return job;
      }
      throw notFound(`There is no job "${name}" in ${namespaces.map(each => `"${each}"`).join(", ")}.`);
    }
    const REFUSED = "The branch can't be deployed.";
    function refusesDeploys({scenario}) {
      const body = scenario.deployAnswer?.body;
      return refusals.some(refusal => refusal === body);
    }
    function deployAnswer(world, service) {
      const {body = "empty-object", status = refusesDeploys(world) ? 200 : 202} = world.scenario.deployAnswer ?? {};
      if (body === "none") return {
        status,
        headers: {},
        body: ""
      };
      if (body === "text") {
        const headers = {
          "content-type": "text/plain; charset=utf-8"
        };
        return {
          status,
          headers,
          body: "Deployment started\n"
        };
      }
      return json(status, spelled(fieldsOf(body, world, service), world.scenario.spelling));
    }
    function fieldsOf(body, world, service) {
      const {namespace, name} = service;
      const {id, status} = service.deployments.at(-1) ?? {};
      switch (body) {
       case "empty-object":
        return {};

       case "ids":
        return {
          id,
          status: "deploying",
          endpoint: endpointOf(service)
        };

       case "id":
        return {
          id
        };

       case "deployment":
        return {
          deployment: {
            id,
            status
          }
        };

       case "names":
        return {
          id,
          namespace,
          service: name
        };

       case "service":
        return {
          ...serviceBody(service),
          ...detailFields(service, world.scenario)
        };

       case "error-object":
        return {
          error: {
            code: "invalid_branch",
            message: REFUSED,
            request_id: newRequestId()
          }
        };

       case "error-text":
        return {
          error: REFUSED
        };

       case "error-list":
        return {
          errors: [ {
            code: "invalid_branch",
            message: REFUSED
          } ]
        };

       case "success-false":
        return {
          success: false,
          message: REFUSED
        };

       case "ok-false":
        return {
          ok: false
        };
      }
    }
    const DOCUMENTED_DEPLOY_PATH = "/auth/v1/v1/services/{service}/deploy";
    const serviceReaders = {
      "service.get": routes_services_get,
      "service.list": routes_services_list,
      "service.logs": call => logResponse(call.world, serviceOf(call).log, call.query)
    };
    function deployRoute(scenario) {
      return {
        method: "POST",
        path: scenario.deployPath ?? DOCUMENTED_DEPLOY_PATH,
        operation: "service.deploy",
        scopes: [ "service" ],
        source: scenario.deployPath === void 0 ? "documented" : "inferred",
        serve: deploy
      };
    }
    function deploymentRoutes({deploymentPath}) {
      if (deploymentPath === void 0) return [];
      const operation = "deployment.get";
      return [ {
        method: "GET",
        path: deploymentPath,
        operation,
        scopes: [ "service" ],
        source: "inferred",
        serve: getDeployment
      } ];
    }
    function routes_services_list(call) {
      const status = pages_oneOf(call.query, "status", serviceStatuses);
      const services = readableNamespaces(call).flatMap(namespace => call.world.servicesIn(namespace));
      for (const service of services) call.world.look(service);
      const shown = services.filter(service => status === void 0 || service.status === status);
      const {scenario} = call.world;
      const naming = scenario.naming === "none" ? void 0 : scenario.naming;
      const bodies = shown.map(service => named(serviceBody(service), naming));
      const items = scenario.namelessItem === true ? [ namelessItem, ...bodies ] : bodies;
      const page = pageOf(items.map(item => spelled(item, scenario.spelling, "list")), call.query);
      return json(200, envelopedList(page, scenario.listEnvelope));
    }
    function routes_services_get(call) {
      const service = serviceOf(call);
      const {scenario} = call.world;
      call.world.look(service);
      const written = body => spelled(named(body, scenario.naming), scenario.spelling);
      const others = call.world.servicesIn(service.namespace).filter(other => other !== service).map(other => written(serviceBody(other)));
      const own = written({
        ...serviceBody(service),
        ...detailFields(service, scenario)
      });
      return json(200, enveloped(own, others, scenario.envelope));
    }
    function getDeployment(call) {
      const service = serviceOf(call, "service");
      call.world.look(service);
      const id = param(call, "id");
      const deployment = service.deployments.find(one => `${one.id}` === id);
      if (deployment === void 0) throw notFound(`There is no deployment "${id}".`);
      return json(200, spelled(deploymentBody(deployment), call.world.scenario.spelling));
    }
    function serviceOf(call, variable = "name") {
      const name = param(call, variable);
      const namespaces = readableNamespaces(call);
      for (const namespace of namespaces) {
        const service = call.world.findService(namespace, name);
        if (service !== void 0) return service;
      }
      throw notFound(`There is no service "${name}" in ${namespaces.map(each => `"${each}"`).join(", ")}.`);
    }
    function deploy(call) {
      const {branch} = bodyOf(call, [ "branch" ]);
      if (typeof branch !== "string" || branch.trim() === "") throw invalid("branch must be the name of a branch.");
      const asked = deployTarget(call);
      const service = call.world.findByFullName(call.world.scenario.deploysInstead) ?? asked;
      if (refusesDeploys(call.world)) {
        call.world.refuse(service);
        return deployAnswer(call.world, service);
      }
      if (service.status === "deploying") throw conflict(`A deploy of "${service.namespace}/${service.name}" is in progress.`);
      call.world.deploy(service, revisionOf(call.world, service, branch));
      return deployAnswer(call.world, service);
    }
    function revisionOf(world, service, branch) {
      const repository = world.repositories.findByFullName(service.repository);
      if (repository === void 0 || !world.git.hasBranches(repository)) return {
        branch,
        commit: void 0
      };
      const commit = world.git.branchCommit(repository, branch);
      if (commit === void 0) throw unprocessable(`There is no branch "${branch}" in the repository "${service.repository}".`);
      return {
        branch,
        commit
      };
    }
    function deployTarget(call) {
      const name = param(call, "service");
      const namespaces = call.params["namespace"] === void 0 ? candidates(call) : [ param(call, "namespace") ];
      for (const namespace of namespaces) {
        const service = call.world.findService(namespace, name);
        if (service === void 0) continue;
        requireRole(call, namespace, "Maintainer");
        return service;
      }
      throw notFound(`There is no service "${name}" that you can deploy.`);
    }
    function candidates(call) {
      const {namespaces} = call.world;
      const {user} = call.identity;
      return [ ...namespaces.reachableBy(user, "Maintainer"), ...namespaces.reachableBy(user, "Reader") ];
    }
    const readers = {
      ...serviceReaders,
      ...jobReaders
    };
    function readRoutes({dialect, readSlash = false}) {
      const paths = pathsOf(dialect);
      if (paths === void 0) return [];
      const source = paths === readPaths.reference && !readSlash ? "documented" : "inferred";
      return readOperations.map(operation => ({
        method: "GET",
        path: `${paths[operation]}${readSlash ? "/" : ""}`,
        operation,
        scopes: [ operation in jobReaders ? "job" : "service" ],
        source,
        serve: readers[operation]
      }));
    }
    const readScopes = [ "repo", "repo:read" ];
    const sorts = [ "updated_at", "name", "created_at", "size" ];
    const createFields = [ "name", "description", "visibility", "default_branch", "init", "content_addressed", "gitignore_template" ];
    const MAX_DESCRIPTION_LENGTH = 512;
    const repositoryRoutes = [ listAt("/auth/v1/v1/repos"), listAt("/{namespace}/repositories"), listAt("/auth/v1/repository/{namespace}"), listAt("/auth/v1/{namespace}/repositories"), {
      method: "GET",
      path: "/auth/v1/repository/{namespace}/{id}",
      operation: "repo.get",
      scopes: readScopes,
      source: "documented",
      serve: routes_repositories_get
    }, {
      method: "POST",
      path: "/auth/v1/repository/{namespace}",
      operation: "repo.create",
      scopes: [ "repo" ],
      source: "documented",
      serve: routes_repositories_create
    } ];
    function listAt(path) {
      return {
        method: "GET",
        path,
        operation: "repo.list",
        scopes: readScopes,
        source: "documented",
        serve: routes_repositories_list
      };
    }
    function routes_repositories_list(call) {
      const visibility = pages_oneOf(call.query, "visibility", visibilities);
      const shown = repositoriesOf(call).filter(repository => visibility === void 0 || repository.visibility === visibility);
      const sort = pages_oneOf(call.query, "sort", sorts) ?? "updated_at";
      const sorted = inOrder(shown, call.query, repository => sort === "size" ? repository.size_bytes : repository[sort]);
      return json(200, pageOf(sorted, call.query));
    }
    function repositoriesOf(call) {
      const namespace = call.params["namespace"];
      if (namespace !== void 0) requireRole(call, namespace, "Reader");
      const names = namespace === void 0 ? call.world.namespaces.reachableBy(call.identity.user, "Reader") : [ namespace ];
      return call.world.repositories.in(names);
    }
    function routes_repositories_get(call) {
      const id = param(call, "id");
      const repository = repositoriesOf(call).find(candidate => candidate.id === id);
      if (repository === void 0) throw notFound(`There is no repository "${id}".`);
      return json(200, repository);
    }
    function routes_repositories_create(call) {
      const namespace = param(call, "namespace");
      requireRole(call, namespace, "Maintainer");
      const body = bodyOf(call, createFields);
      const options = optionsIn(namespace, body);
      if (call.world.repositories.find(namespace, options.name) !== void 0) throw conflict(`A repository named "${options.name}" already exists in "${namespace}".`);
      const record = call.world.createRepository(options);
      if (flagIn(body, "init")) call.world.setBranch(namespace, options.name, record.default_branch);
      return json(201, record);
    }
    function optionsIn(namespace, body) {
      const description = textIn(body, "description");
      const defaultBranch = textIn(body, "default_branch");
      const visibility = visibilityIn(body["visibility"]);
      if ((description ?? "").length > MAX_DESCRIPTION_LENGTH) throw invalid(`description must be at most ${MAX_DESCRIPTION_LENGTH} characters.`);
      flagIn(body, "content_addressed");
      textIn(body, "gitignore_template");
      return {
        namespace,
        name: routes_repositories_nameIn(body["name"]),
        ...description === void 0 ? {} : {
          description
        },
        ...defaultBranch === void 0 ? {} : {
          defaultBranch
        },
        ...visibility === void 0 ? {} : {
          visibility
        }
      };
    }
    function routes_repositories_nameIn(value) {
      if (typeof value === "string" && /^[A-Za-z0-9_.-]{1,100}$/.test(value) && !/^\.+$|\.git$/i.test(value)) return value;
      throw invalid('name must be made of letters, digits, "-", "_" and ".", and must not end in ".git".');
    }
    function visibilityIn(value) {
      const visibility = visibilities.find(candidate => candidate === value);
      if (value !== void 0 && visibility === void 0) throw invalid(`visibility must be one of ${visibilities.join(", ")}.`);
      return visibility;
    }
    function textIn(body, name) {
      const value = body[name];
      if (value !== void 0 && typeof value !== "string") throw invalid(`${name} must be a string.`);
      return value === "" ? void 0 : value;
    }
    function flagIn(body, name) {
      const value = body[name];
      if (value !== void 0 && typeof value !== "boolean") throw invalid(`${name} must be true or false.`);
      return value === true;
    }
    const MAX_NAME_LENGTH = 100;
    const tokenRoutes = [ {
      method: "GET",
      path: "/auth/v1/users",
      operation: "user.list",
      scopes: [],
      source: "documented",
      serve: listUsers
    }, {
      method: "POST",
      path: "/auth/v1/pat",
      operation: "token.create",
      scopes: [],
      source: "documented",
      serve: createToken
    }, {
      method: "GET",
      path: "/auth/v1/pat",
      operation: "token.list",
      scopes: [],
      source: "inferred",
      serve: listTokens
    }, {
      method: "GET",
      path: "/auth/v1/pat/{name}",
      operation: "token.get",
      scopes: [],
      source: "documented",
      serve: getToken
    }, {
      method: "DELETE",
      path: "/auth/v1/pat/{name}",
      operation: "token.revoke",
      scopes: [],
      source: "inferred",
      serve: revokeToken
    }, {
      method: "POST",
      path: "/auth/v1/pat/{name}/regenerate",
      operation: "token.regenerate",
      scopes: [],
      source: "inferred",
      serve: regenerateToken
    } ];
    function listUsers(call) {
      return json(200, pageOf([ {
        username: call.identity.user,
        namespace: call.identity.user
      } ], call.query));
    }
    function createToken(call) {
      requireTokenAdmin(call);
      const body = bodyOf(call, [ "name", "scopes", "expires_in_days" ]);
      const name = routes_tokens_nameIn(body["name"]);
      const expiresInDays = daysIn(body["expires_in_days"]);
      const {user} = call.identity;
      const asked = scopesIn(body["scopes"]);
      const tokenScopes = call.world.scenario.tokens?.givesScopes ?? asked;
      if (call.world.tokens.find(user, name) !== void 0) throw conflict(`A token named "${name}" already exists.`);
      const token = call.world.createToken({
        user,
        name,
        scopes: tokenScopes,
        ...expiresInDays === void 0 ? {} : {
          expiresInDays
        }
      });
      return json(201, {
        ...bodyOfToken(call, find(call, name)),
        token
      });
    }
    function listTokens(call) {
      const records = call.world.tokens.ownedBy(call.identity.user).map(token => bodyOfToken(call, token));
      return json(200, pageOf(records, call.query, call.world.scenario.tokens?.pageSize));
    }
    function getToken(call) {
      const token = find(call, param(call, "name"));
      const body = bodyOfToken(call, token);
      const all = () => [ ...call.world.tokens.ownedBy(token.user).filter(other => other !== token).map(other => bodyOfToken(call, other)), body ];
      const {shape = "record"} = call.world.scenario.tokens ?? {};
      switch (shape) {
       case "record":
        return json(200, body);

       case "list":
        return json(200, all());

       case "data-list":
        return json(200, {
          data: all()
        });

       default:
        return json(200, {
          [shape]: body
        });
      }
    }
    function regenerateToken(call) {
      requireTokenAdmin(call);
      const {name, user} = find(call, param(call, "name"));
      const token = call.world.regenerateToken(user, name);
      return json(200, {
        ...bodyOfToken(call, find(call, name)),
        token
      });
    }
    function revokeToken(call) {
      requireTokenAdmin(call);
      const {name, user} = find(call, param(call, "name"));
      call.world.revokeToken(user, name);
      return {
        status: 204,
        headers: {},
        body: ""
      };
    }
    function requireTokenAdmin(call) {
      requireScope(call.identity, [ "admin:org" ]);
    }
    function find(call, name) {
      const token = call.world.tokens.find(call.identity.user, name);
      if (token === void 0) throw notFound(`You have no token named "${name}".`);
      return token;
    }
    function bodyOfToken({world}, token) {
      const {omits = [], scopesAs, keys, times} = world.scenario.tokens ?? {};
      const body = {
        name: token.name,
        scopes: writtenScopes[scopesAs ?? "list"](token.scopes),
        created_at: isoTime(token.createdAtMs),
        expires_at: token.expiresAtMs === void 0 ? null : isoTime(token.expiresAtMs),
        last_used_at: token.lastUsedAtMs === void 0 ? null : isoTime(token.lastUsedAtMs)
      };
      const omitted = omits;
      const shown = Object.entries(body).filter(([field]) => !omitted.includes(field));
      return spelled(Object.fromEntries(shown), {
        ...keys && {
          keys
        },
        ...times && {
          times
        }
      });
    }
    const writtenScopes = {
      list: names => names,
      objects: names => names.map(name => ({
        name
      })),
      text: names => names.join(" ")
    };
    function routes_tokens_nameIn(value) {
      if (typeof value !== "string" || value.trim() === "" || value.length > MAX_NAME_LENGTH) throw invalid(`name must be a string of 1 to ${MAX_NAME_LENGTH} characters.`);
      return value;
    }
    function scopesIn(value) {
      if (value === void 0) return [];
      const known = scopes;
      if (!Array.isArray(value)) throw invalid("scopes must be a list.");
      const unknown = value.find(scope => !known.includes(scope));
      if (unknown !== void 0) throw invalid(`Unknown scope ${JSON.stringify(unknown)}; scopes: ${known.join(", ")}.`);
      return value.map(String);
    }
    function daysIn(value) {
      if (value === void 0 || value === 30 || value === 60 || value === 90) return value;
      throw invalid("expires_in_days must be 30, 60 or 90. Leave it out for a token that doesn't expire.");
    }
    const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const tokens_DAY_MS = 864e5;
    class TokenStore {
      #tokens=[];
      #sessions=new Map;
      create(request, nowMs) {
        const user = request.user ?? "ada";
        if (this.find(user, request.name) !== void 0) throw new Error(`${user} already has a token named "${request.name}"`);
        const value = newTokenValue();
        this.#tokens.push({
          user,
          name: request.name,
          scopes: [ ...request.scopes ],
          expiresInDays: request.expiresInDays,
          hash: hashOf(value),
          createdAtMs: nowMs,
          expiresAtMs: expiryOf(request, nowMs),
          lastUsedAtMs: void 0
        });
        return value;
      }
      regenerate(user, name, nowMs) {
        const token = this.#require(user, name);
        const value = newTokenValue();
        token.hash = hashOf(value);
        token.createdAtMs = nowMs;
        token.lastUsedAtMs = void 0;
        if (token.expiresInDays !== void 0) token.expiresAtMs = nowMs + token.expiresInDays * tokens_DAY_MS;
        return value;
      }
      revoke(user, name) {
        this.#tokens.splice(this.#tokens.indexOf(this.#require(user, name)), 1);
      }
      find(user, name) {
        return this.#tokens.find(token => token.user === user && token.name === name);
      }
      ownedBy(user) {
        return this.#tokens.filter(token => token.user === user);
      }
      openSession(user) {
        const value = `oauth_${randomBase62(40)}`;
        this.#sessions.set(hashOf(value), user);
        return value;
      }
      nameOf(value) {
        const hash = hashOf(value);
        return this.#tokens.find(token => token.hash === hash)?.name;
      }
      authenticate(value, nowMs) {
        const hash = hashOf(value);
        const user = this.#sessions.get(hash);
        if (user !== void 0) return {
          user,
          token: void 0
        };
        const token = this.#tokens.find(candidate => candidate.hash === hash);
        if (token === void 0) throw unauthorized("The token is unknown or was revoked.");
        if (token.expiresAtMs !== void 0 && nowMs >= token.expiresAtMs) throw unauthorized(`The token expired at ${new Date(token.expiresAtMs).toISOString()}.`);
        token.lastUsedAtMs = nowMs;
        return {
          user: token.user,
          token
        };
      }
      #require(user, name) {
        const token = this.find(user, name);
        if (token === void 0) throw new Error(`${user} has no token named "${name}"`);
        return token;
      }
    }
    function hashOf(value) {
      return (0, external_node_crypto_namespaceObject.createHash)("sha256").update(value).digest("hex");
    }
    function newTokenValue() {
      return `op_pat_${randomBase62((0, external_node_crypto_namespaceObject.randomInt)(20, 41))}`;
    }
    function randomBase62(length) {
      return Array.from({
        length
      }, () => BASE62[(0, external_node_crypto_namespaceObject.randomInt)(BASE62.length)]).join("");
    }
    function expiryOf(request, nowMs) {
      if (request.expiresInDays !== void 0) return nowMs + request.expiresInDays * tokens_DAY_MS;
      if (request.expiresAt === void 0) return;
      const expiresAtMs = Date.parse(request.expiresAt);
      if (Number.isNaN(expiresAtMs)) throw new Error(`expiresAt "${request.expiresAt}" is not a date`);
      return expiresAtMs;
    }
    const SCHEMES = 'Outpost accepts "Authorization: Bearer <personal access token or OAuth access token>" and "API-Key <key_name>$<key_secret>"';
    function handle(request, world) {
      const requestId = newRequestId();
      let rateHeaders = {};
      try {
        rateHeaders = world.rates.count(hashOf(request.headers["authorization"] ?? ""), world.nowMs());
        return withHeaders(serve(request, world), {
          ...rateHeaders,
          "x-request-id": requestId
        });
      } catch (error) {
        const echoed = echo(asApiError(error), request, world);
        return withHeaders(errorResponse(echoed, requestId), {
          ...rateHeaders,
          "x-request-id": requestId
        });
      }
    }
    function operationOf(request, world) {
      try {
        return destinationOf(request, world).operation;
      } catch {
        return "unknown";
      }
    }
    function destinationOf({method, target}, world) {
      const {path} = splitTarget(target);
      const {scenario} = world;
      const routes = routesOf(scenario);
      const isGet = method === "GET";
      const missed = isGet && missedRead(scenario.dialect, routes.filter(route => route.method === "GET").map(route => route.path), path);
      if (missed) return {
        operation: missed
      };
      const otherPath = slashRedirect(routes, path);
      if (otherPath !== void 0 && (scenario.slashRedirect || isGet && scenario.readSlash)) return {
        operation: isGet ? "elsewhere.slash" : "unknown",
        redirectTo: `${otherPath}${target.slice(path.length)}`
      };
      if (isGet && !isKnown(routes, path)) return {
        operation: "unknown"
      };
      const match = matchRoute(routes, method, path);
      return {
        operation: match.route.operation,
        match
      };
    }
    function serve(request, world) {
      const {path, query} = splitTarget(request.target);
      const {match, redirectTo} = destinationOf(request, world);
      if (redirectTo !== void 0) return {
        status: 307,
        headers: {
          location: redirectTo
        },
        body: ""
      };
      if (match === void 0) return elsewhereAnswer(world.scenario.elsewhere, path);
      const {route, params} = match;
      const identity = world.tokens.authenticate(credentialOf(request), world.nowMs());
      requireScope(identity, route.scopes);
      return route.serve({
        world,
        request,
        params,
        query,
        identity
      });
    }
    function routesOf(scenario) {
      return [ ...tokenRoutes, ...repositoryRoutes, ...readRoutes(scenario), jobCreation, deployRoute(scenario), ...deploymentRoutes(scenario) ];
    }
    function credentialOf(request) {
      const {authorization} = request.headers;
      if (authorization === void 0) throw unauthorized(`The Authorization header is missing. ${SCHEMES}.`);
      const credential = bearerToken(authorization);
      if (credential !== void 0) return credential;
      const scheme = authorization.split(" ", 1)[0] ?? "";
      if (scheme.toLowerCase() === "bearer") throw unauthorized("The Bearer credential is empty or malformed.");
      if (scheme.toLowerCase() === "api-key") throw unauthorized(`This API key is unknown. ${SCHEMES}.`);
      throw unauthorized(`The Authorization scheme is not known. ${SCHEMES}.`);
    }
    function asApiError(error) {
      if (error instanceof ApiError) return error;
      return new ApiError(500, "internal_error", error instanceof Error ? error.message : String(error));
    }
    function echo(error, request, world) {
      const {authorization} = request.headers;
      if (world.scenario.echoToken !== true || authorization === void 0) return error;
      const message = `${error.message} (Authorization: ${authorization})`;
      return new ApiError(error.status, error.code, message, {
        ...error.headers,
        "x-debug-authorization": authorization
      });
    }
    function withHeaders(response, headers) {
      return {
        ...response,
        headers: {
          ...response.headers,
          ...headers
        }
      };
    }
    const PREFIX = "/_emulator/";
    const TOKEN_FIELDS = [ "user", "name", "scopes", "expires_in_days", "expires_at" ];
    function isControl(request) {
      return request.target.startsWith(PREFIX);
    }
    function answerControl(request, world, requests) {
      try {
        return serveControl(request, world, requests);
      } catch (error) {
        const apiError = error instanceof ApiError ? error : invalid(error instanceof Error ? error.message : String(error));
        return errorResponse(apiError, newRequestId());
      }
    }
    function serveControl(request, world, requests) {
      switch (`${request.method} ${splitTarget(request.target).path}`) {
       case `GET ${PREFIX}scenario`:
        {
          const {name = null, description = null, rehearsal = null} = world.scenario;
          return json(200, {
            name,
            description,
            rehearsal
          });
        }

       case `GET ${PREFIX}requests`:
        return json(200, requests);

       case `POST ${PREFIX}tokens`:
        return json(201, {
          token: replaceToken(world, tokenRequestIn(request.body))
        });

       default:
        throw notFound(`The emulator has GET ${PREFIX}scenario, GET ${PREFIX}requests and POST ${PREFIX}tokens.`);
      }
    }
    function replaceToken(world, request) {
      const {user = "ada", name} = request;
      if (world.tokens.find(user, name) !== void 0) world.revokeToken(user, name);
      return world.createToken(request);
    }
    function tokenRequestIn(body) {
      const fields = control_fieldsOf(body);
      const {user, name, scopes: scopeList, expires_in_days: days, expires_at: expiresAt} = fields;
      if (typeof name !== "string" || name === "") throw invalid("name must be a string.");
      if (user !== void 0 && !users.some(candidate => candidate === user)) throw invalid(`user must be one of ${users.join(", ")}.`);
      if (!Array.isArray(scopeList) || !scopeList.every(isScope)) throw invalid(`scopes must be a list of ${scopes.join(", ")}.`);
      if (days !== void 0 && days !== 30 && days !== 60 && days !== 90) throw invalid("expires_in_days must be 30, 60 or 90.");
      if (expiresAt !== void 0 && (typeof expiresAt !== "string" || Number.isNaN(Date.parse(expiresAt)))) throw invalid("expires_at must be an ISO 8601 time.");
      return {
        name,
        scopes: scopeList,
        ...typeof user === "string" ? {
          user
        } : {},
        ...days === void 0 ? {} : {
          expiresInDays: days
        },
        ...expiresAt === void 0 ? {} : {
          expiresAt
        }
      };
    }
    function control_fieldsOf(body) {
      const value = JSON.parse(body);
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("The body must be a JSON object.");
      const unknown = Object.keys(value).find(key => !TOKEN_FIELDS.includes(key));
      if (unknown !== void 0) throw invalid(`Unknown field "${unknown}"; allowed: ${TOKEN_FIELDS.join(", ")}.`);
      return {
        ...value
      };
    }
    function isScope(value) {
      return scopes.some(scope => scope === value);
    }
    class FaultSchedule {
      #rules;
      constructor(rules) {
        this.#rules = rules.map(rule => ({
          rule,
          progress: {
            seen: 0
          }
        }));
      }
      next(operation) {
        for (const {rule, progress} of this.#rules) {
          if (rule.on !== "*" && rule.on !== operation) continue;
          const index = progress.seen++ - (rule.skip ?? 0);
          const times = rule.times === "always" ? Number.POSITIVE_INFINITY : rule.times ?? 1;
          if (index >= 0 && index < times) return rule;
        }
        return;
      }
    }
    function worldHandles(rule) {
      const bendsTheAnswer = [ "cut", "slow", "header-bomb", "close-idle", "early" ];
      return rule.afterHandling === true || bendsTheAnswer.includes(rule.do.kind);
    }
    const external_node_stream_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");
    const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");
    const FLUSH_PACKET_BYTES = 4;
    const READ_SCOPES = [ "repo", "repo:read" ];
    const WRITE_SCOPES = [ "repo" ];
    function gitTargetOf({method, target, headers}) {
      const {path, query} = splitTarget(target);
      const [, namespace, name, rest] = /^\/([^/]+)\/([^/]+)\.git(\/.*)$/.exec(path) ?? [];
      if (namespace === void 0 || name === void 0 || rest === void 0) return;
      const service = rest === "/info/refs" ? query.get("service") : rest.slice(1);
      const writes = service === "git-receive-pack";
      const operation = writes || service === "git-upload-pack" ? git_access_operationOf(method, rest, writes, headers) : "unknown";
      return {
        namespace: git_access_decoded(namespace),
        name: git_access_decoded(name),
        path: rest,
        operation,
        writes
      };
    }
    function admit(request, target, world) {
      const identity = identityOf(request, world);
      requireScope(identity, target.writes ? WRITE_SCOPES : READ_SCOPES);
      const role = world.namespaces.roleOf(identity.user, target.namespace);
      const repository = world.repositories.find(target.namespace, target.name);
      if (role === void 0 || repository === void 0 || target.operation === "unknown") throw notFound(`There is no repository at /${target.namespace}/${target.name}.git${target.operation === "unknown" ? target.path : ""}.`);
      const least = target.writes ? "Contributor" : "Reader";
      if (!roleIsAtLeast(role, least)) throw forbidden(`This needs the role ${least} or higher in "${target.namespace}"; yours is ${role}.`);
      return {
        identity,
        repository
      };
    }
    function gitRefusal(error) {
      const challenge = error.status === 401 ? {
        "www-authenticate": 'Basic realm="Outpost"'
      } : {};
      return {
        status: error.status,
        headers: {
          ...error.headers,
          "content-type": "text/plain; charset=utf-8",
          ...challenge
        },
        body: `${error.message}\n`
      };
    }
    function git_access_operationOf(method, path, writes, headers) {
      if (path === "/info/refs") return method === "GET" ? "git.advertise" : "unknown";
      if (method !== "POST") return "unknown";
      if (headers["content-length"] === String(FLUSH_PACKET_BYTES)) return "git.probe";
      return writes ? "git.push" : "git.fetch";
    }
    function identityOf(request, world) {
      const {authorization} = request.headers;
      const credential = basicCredential(authorization);
      if (credential === void 0) throw unauthorized("Git needs your user name, and a personal access token as the password.");
      const identity = world.tokens.authenticate(credential.password, world.nowMs());
      if (identity.token === void 0) throw unauthorized("The password must be a personal access token.");
      if (identity.user !== credential.user) throw unauthorized(`The token doesn't belong to the user "${credential.user}".`);
      return identity;
    }
    function git_access_decoded(segment) {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    }
    const HEAD_END = "\r\n\r\n";
    async function runBackend(call) {
      const child = call.store.start([ "http-backend" ], environmentOf(call));
      const ended = (0, external_node_events_namespaceObject.once)(child, "close");
      ended.catch(() => {});
      feed(child, call.body);
      const refused = (0, external_node_events_namespaceObject.once)(call.body, "error").then(([error]) => {
        call.store.kill(child);
        throw error;
      });
      refused.catch(() => {});
      const {status, headers} = parseHead(await Promise.race([ readHead(child.stdout), refused ]));
      return {
        status,
        headers,
        body: child.stdout,
        ended
      };
    }
    function environmentOf({folder, request, path, user, variables}) {
      const {headers, method, target} = request;
      const optional = {
        CONTENT_TYPE: headers["content-type"],
        CONTENT_LENGTH: headers["content-length"],
        HTTP_CONTENT_ENCODING: headers["content-encoding"],
        HTTP_GIT_PROTOCOL: headers["git-protocol"],
        GIT_PROTOCOL: headers["git-protocol"]
      };
      return {
        ...variables,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: "1",
        REMOTE_USER: user,
        REMOTE_ADDR: "127.0.0.1",
        PATH_INFO: path,
        QUERY_STRING: target.split("?").slice(1).join("?"),
        REQUEST_METHOD: method,
        ...Object.fromEntries(Object.entries(optional).filter(entry => entry[1] !== void 0))
      };
    }
    function feed({stdin}, body) {
      stdin.on("error", () => body.resume());
      body.once("close", () => stdin.end());
      body.pipe(stdin);
    }
    function readHead(stdout) {
      return new Promise((resolve, reject) => {
        let head = Buffer.alloc(0);
        const take = chunk => {
          head = Buffer.concat([ head, chunk ]);
          const end = head.indexOf(HEAD_END);
          if (end === -1) return;
          stdout.off("data", take).off("close", fail);
          stdout.pause();
          stdout.unshift(head.subarray(end + HEAD_END.length));
          resolve(head.subarray(0, end).toString("latin1"));
        };
        const fail = () => reject(new Error("git http-backend gave no answer; is it installed here? (Alpine has it in the package git-daemon.)"));
        stdout.on("data", take).once("close", fail);
      });
    }
    function parseHead(head) {
      const headers = {};
      for (const line of head.split("\r\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const {status, ...rest} = headers;
      return {
        status: status === void 0 ? 200 : Number.parseInt(status, 10),
        headers: rest
      };
    }
    const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
    const PLACEHOLDERS = {
      "{{token}}": "PRESENTED_TOKEN",
      "{{authorization}}": "PRESENTED_HEADER"
    };
    function writeRules(folder, rules) {
      (0, external_node_fs_namespaceObject.mkdirSync)((0, external_node_path_namespaceObject.join)(folder, "hooks"), {
        recursive: true
      });
      (0, external_node_fs_namespaceObject.mkdirSync)((0, external_node_path_namespaceObject.join)(folder, "rules"));
      (0, external_node_fs_namespaceObject.writeFileSync)((0, external_node_path_namespaceObject.join)(folder, "config"), configOf(rules), {
        flag: "a"
      });
      writeHook(folder, "post-receive", ": > rules/pushed");
      const checks = [ protection(folder, rules), sizeCheck(rules), decline(folder, rules) ].filter(check => check !== "");
      if (checks.length > 0) writeHook(folder, "pre-receive", checks.join("\n"));
    }
    function takePushed(folder) {
      const mark = (0, external_node_path_namespaceObject.join)(folder, "rules", "pushed");
      if (!(0, external_node_fs_namespaceObject.existsSync)(mark)) return false;
      (0, external_node_fs_namespaceObject.rmSync)(mark);
      return true;
    }
    function echoVariables(token, header) {
      return {
        PRESENTED_TOKEN: token ?? "",
        PRESENTED_HEADER: header ?? ""
      };
    }
    function configOf({maxPackBytes, tooLarge}) {
      const limit = maxPackBytes !== void 0 && tooLarge === "unpack" ? `\tmaxInputSize = ${maxPackBytes}\n` : "";
      return `[receive]\n\tunpackLimit = 1\n\tautogc = false\n${limit}[gc]\n\tauto = 0\n`;
    }
    function protection(folder, {protectedBranches = []}) {
      if (protectedBranches.length === 0) return "";
      (0, external_node_fs_namespaceObject.writeFileSync)((0, external_node_path_namespaceObject.join)(folder, "rules", "protected"), protectedBranches.map(branch => `${branch}\n`).join(""));
      return 'while read -r old new ref; do\n  while IFS= read -r branch; do\n    if [ "$ref" = "refs/heads/$branch" ]; then\n      printf \'error: branch %s is protected\\nerror: Outpost takes changes of it from reviewed requests only.\\n\' "$branch" >&2\n      exit 1\n    fi\n  done < rules/protected\ndone';
    }
    function sizeCheck({maxPackBytes, tooLarge}) {
      if (maxPackBytes === void 0 || tooLarge !== "hook") return "";
      return `if [ -n "$(find "$GIT_QUARANTINE_PATH" -type f -name '*.pack' -size +${maxPackBytes}c)" ]; then\n  printf 'error: this push is larger than the %s bytes that Outpost allows\\n' ${maxPackBytes} >&2\n  exit 1\nfi`;
    }
    function decline(folder, {declineHook}) {
      if (declineHook === void 0) return "";
      const parts = declineHook.split(/(\{\{(?:token|authorization)\}\})/);
      const lines = parts.map((part, index) => {
        const variable = PLACEHOLDERS[part];
        if (variable !== void 0) return `printf %s "$${variable}" >&2`;
        (0, external_node_fs_namespaceObject.writeFileSync)((0, external_node_path_namespaceObject.join)(folder, "rules", `decline-${index}`), part);
        return `cat rules/decline-${index} >&2`;
      });
      return [ ...lines, "exit 1" ].join("\n");
    }
    function writeHook(folder, name, script) {
      const file = (0, external_node_path_namespaceObject.join)(folder, "hooks", name);
      (0, external_node_fs_namespaceObject.writeFileSync)(file, `#!/bin/sh\n${script}\n`);
      (0, external_node_fs_namespaceObject.chmodSync)(file, 448);
    }
    const CREDENTIAL = /(op_pat_|oauth_)[A-Za-z0-9_-]+/;
    const CREDENTIALS = /(op_pat_|oauth_)[A-Za-z0-9_-]+/g;
    const CREDENTIAL_HEADERS = [ "authorization", "proxy-authorization", "cookie", "x-api-key", "private-token" ];
    function recordOf(request, operation, world) {
      const {path, query} = splitTarget(request.target);
      const token = presentedToken(request.headers["authorization"]);
      const tokenName = token === void 0 ? void 0 : world.tokens.nameOf(token);
      return {
        atMs: world.nowMs(),
        method: request.method,
        path: scrub(path),
        query: Object.fromEntries([ ...query ].map(([name, value]) => [ scrub(name), scrub(value) ])),
        headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [ scrub(name), headerText(name, value) ])),
        body: recorder_bodyOf(request.body),
        status: "pending",
        operation,
        ...tokenName === void 0 ? {} : {
          tokenName
        }
      };
    }
    function scrub(text) {
      const plain = recorder_decoded(text);
      return CREDENTIAL.test(plain) ? plain.replaceAll(CREDENTIALS, "$1***") : text;
    }
    function headerText(name, value) {
      if (!CREDENTIAL_HEADERS.includes(name)) return scrub(value);
      const [scheme, ...rest] = value.split(" ");
      return rest.length === 0 ? "***" : `${scrub(scheme ?? "")} ***`;
    }
    function recorder_bodyOf(text) {
      if (text === "") return;
      try {
        return JSON.parse(JSON.stringify(JSON.parse(text)).replaceAll(CREDENTIALS, "$1***"));
      } catch {
        return scrub(text);
      }
    }
    function recorder_decoded(text) {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    }
    const NOT_ASKED = {
      status: 200,
      headers: {
        "content-type": "application/json; charset=utf-8"
      },
      body: ""
    };
    function plainRequest(message, body) {
      const headers = {};
      for (const [name, value] of Object.entries(message.headers)) if (value !== void 0) headers[name] = Array.isArray(value) ? value.join(", ") : value;
      return {
        method: message.method ?? "GET",
        target: message.url ?? "/",
        headers,
        body
      };
    }
    function openRecord(context, request, operation, response) {
      const record = recordOf(request, operation, context.world);
      context.requests.push(record);
      response.once("close", () => {
        if (record.status === "pending") record.status = "aborted";
        context.onServed(record);
      });
      return record;
    }
    function outcomeOf(fault, worldAnswer) {
      if (fault === void 0) return worldAnswer.status;
      switch (fault.kind) {
       case "close-idle":
       case "early":
        return worldAnswer.status;

       case "answer":
        return fault.status;

       case "redirect":
        return fault.status ?? 302;

       default:
        return fault.kind;
      }
    }
    function withEcho(rule, request, world) {
      if (rule.do.kind !== "answer" || world.scenario.echoToken !== true) return rule.do;
      const {authorization = ""} = request.headers;
      const token = presentedToken(authorization) ?? "";
      const body = (rule.do.body ?? "").replaceAll("{{token}}", token).replaceAll("{{authorization}}", authorization);
      return {
        ...rule.do,
        body
      };
    }
    const external_node_zlib_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");
    const MEBIBYTE = 1048576;
    const PLACEHOLDER = '{"id": "dep_0123456789ab", "status": "deploying"}';
    function sendAnswer(response, answer) {
      response.writeHead(answer.status, wire_headersOf(answer));
      response.end(answer.status === 204 ? void 0 : answer.body);
    }
    function sendFault(response, fault, answer, timing) {
      switch (fault.kind) {
       case "hang":
        timing.hold(response);
        break;

       case "reset":
        response.socket?.resetAndDestroy();
        break;

       case "cut":
        cut(response, answer, fault.framing ?? "length");
        break;

       case "slow":
        drip(response, answer, fault.delayMs, timing);
        break;

       case "gzip-bomb":
        sendGzipBomb(response, fault.bytes ?? 64 * MEBIBYTE);
        break;

       case "big-body":
        streamBigBody(response, fault.bytes);
        break;

       case "close-idle":
        sendAndClose(response, answer);
        break;

       default:
        if (fault.kind === "early") sendInterim(response, fault.status);
        sendAnswer(response, replaced(fault, answer));
      }
    }
    function replaced(fault, answer) {
      switch (fault.kind) {
       case "answer":
        return {
          status: fault.status,
          headers: fault.headers ?? {},
          body: fault.body ?? ""
        };

       case "redirect":
        return {
          status: fault.status ?? 302,
          headers: {
            location: fault.location
          },
          body: ""
        };

       case "header-bomb":
        return {
          ...answer,
          headers: {
            ...answer.headers,
            ...bombHeaders(fault.form ?? "large")
          }
        };

       case "early":
        return answer;
      }
    }
    function sendInterim(response, status) {
      if (status === 100) response.writeContinue(); else response.writeEarlyHints({
        link: "</style.css>; rel=preload; as=style"
      });
    }
    function wire_headersOf(answer) {
      if (answer.status === 204) return {
        ...answer.headers
      };
      return {
        ...answer.headers,
        "content-length": String(Buffer.byteLength(answer.body))
      };
    }
    function cut(response, answer, framing) {
      const body = bytesOf(answer.body.length < 4 ? PLACEHOLDER : answer.body);
      const {socket} = response;
      response.writeHead(answer.status === 204 ? 200 : answer.status, {
        ...answer.headers,
        ...framing === "length" ? {
          "content-length": String(body.length)
        } : {
          "transfer-encoding": "chunked"
        }
      });
      response.write(body.subarray(0, Math.ceil(body.length / 2)), () => socket?.destroySoon());
    }
    function drip(response, answer, delayMs, timing) {
      const body = bytesOf(answer.body);
      let sent = 0;
      response.writeHead(answer.status, wire_headersOf(answer));
      response.flushHeaders();
      const stop = timing.every(delayMs, () => {
        if (sent < body.length) response.write(body.subarray(sent, ++sent)); else response.end();
      });
      timing.hold(response);
      response.once("close", stop);
    }
    function bytesOf(body) {
      return typeof body === "string" ? Buffer.from(body) : body;
    }
    function bombHeaders(form) {
      if (form === "large") return {
        "x-padding": "a".repeat(65536)
      };
      return Object.fromEntries(Array.from({
        length: 1e4
      }, (_, index) => [ `x-padding-${index}`, "a" ]));
    }
    function sendGzipBomb(response, bytes) {
      const member = (0, external_node_zlib_namespaceObject.gzipSync)(Buffer.alloc(MEBIBYTE, " "));
      const body = Buffer.concat(Array.from({
        length: Math.ceil(bytes / MEBIBYTE)
      }, () => member));
      response.writeHead(200, {
        "content-type": "application/json",
        "content-encoding": "gzip",
        "content-length": String(body.length)
      });
      response.end(body);
    }
    function streamBigBody(response, bytes) {
      const chunk = Buffer.alloc(65536, "a");
      let left = bytes - 2;
      response.writeHead(200, {
        "content-type": "application/json"
      });
      response.write('"');
      const pump = () => {
        while (left > 0 && !response.destroyed) {
          const part = chunk.subarray(0, Math.min(left, chunk.length));
          left -= part.length;
          if (!response.write(part)) {
            response.once("drain", pump);
            return;
          }
        }
        if (!response.destroyed) response.end('"');
      };
      pump();
    }
    function sendAndClose(response, answer) {
      const {socket} = response;
      response.once("finish", () => socket?.destroySoon());
      sendAnswer(response, {
        ...answer,
        headers: {
          ...answer.headers,
          connection: "keep-alive",
          "keep-alive": "timeout=60"
        }
      });
    }
    function servedGit(context, message, response) {
      const request = plainRequest(message, "");
      const target = gitTargetOf(request);
      if (target === void 0) return false;
      response.setHeader("date", new Date(context.world.nowMs()).toUTCString());
      message.on("error", () => response.destroy());
      response.on("error", () => response.destroy());
      git_server_serve(context, {
        request,
        target,
        message,
        response
      }).catch(() => response.destroy());
      return true;
    }
    async function git_server_serve(context, call) {
      const {world} = context;
      const {request, target, message, response} = call;
      const record = openRecord(context, request, target.operation, response);
      const rule = world.faults.next(target.operation);
      if (rule !== void 0 && !worldHandles(rule)) {
        await discard(message, rule.do.kind === "reset");
        record.status = outcomeOf(rule.do, NOT_ASKED);
        sendFault(response, withEcho(rule, request, world), NOT_ASKED, context.timing);
        return;
      }
      const answer = await answerOf(world, call);
      if (rule === void 0) {
        await send(world, call, answer, record);
        return;
      }
      const whole = await collected(world, call, answer);
      record.status = outcomeOf(rule.do, whole);
      sendFault(response, withEcho(rule, request, world), whole, context.timing);
    }
    async function discard(message, onlyBegun) {
      message.resume();
      if (onlyBegun) await Promise.race([ (0, external_node_events_namespaceObject.once)(message, "data"), (0, 
      external_node_events_namespaceObject.once)(message, "end") ]); else if (!message.readableEnded) await (0, 
      external_node_events_namespaceObject.once)(message, "end");
    }
    async function answerOf(world, {request, target, message}) {
      try {
        const {identity, repository} = admit(request, target, world);
        const {authorization} = request.headers;
        const isChunked = request.headers["transfer-encoding"] === "chunked";
        if (target.writes && isChunked && repository.rules.refusesChunks === true) throw new ApiError(411, "length_required", "An upload needs its length (Content-Length).");
        const variables = world.scenario.echoToken === true ? echoVariables(presentedToken(authorization), authorization) : {};
        const folder = world.git.open(repository);
        const body = target.writes ? git_server_limited(message, repository) : message;
        const answer = await runBackend({
          store: world.git,
          folder,
          request,
          path: target.path,
          user: identity.user,
          variables,
          body
        });
        if (body !== message) await (0, promises_namespaceObject.finished)(body);
        return answer;
      } catch (error) {
        message.unpipe();
        message.resume();
        return gitRefusal(echo(asApiError(error), request, world));
      }
    }
    function git_server_limited(message, {rules}) {
      const {maxPackBytes, tooLarge = "answer"} = rules;
      if (maxPackBytes === void 0 || tooLarge !== "answer") return message;
      let bytes = 0;
      const limit = new external_node_stream_namespaceObject.Transform({
        transform: (chunk, _, done) => {
          bytes += chunk.length;
          if (bytes <= maxPackBytes) done(null, chunk); else done(new ApiError(413, "too_large", `A push can be at most ${maxPackBytes} bytes.`));
        }
      });
      message.once("close", () => {
        if (!message.complete) limit.destroy();
      });
      return message.pipe(limit);
    }
    function isPlain(answer) {
      return !("ended" in answer);
    }
    async function send(world, {target, response}, answer, record) {
      if (isPlain(answer)) {
        if (response.destroyed) return;
        record.status = answer.status;
        sendAnswer(response, answer);
        return;
      }
      response.writeHead(answer.status, {
        ...answer.headers
      });
      answer.body.pipe(response, {
        end: false
      });
      response.once("close", () => answer.body.unpipe(response).resume());
      await answer.ended;
      notePush(world, target);
      if (response.destroyed) return;
      record.status = answer.status;
      response.end();
    }
    async function collected(world, {target}, answer) {
      if (isPlain(answer)) return answer;
      const chunks = [];
      answer.body.on("data", chunk => chunks.push(chunk)).resume();
      await answer.ended;
      notePush(world, target);
      return {
        status: answer.status,
        headers: answer.headers,
        body: Buffer.concat(chunks)
      };
    }
    function notePush(world, target) {
      if (target.operation === "git.push") world.notePush(target.namespace, target.name);
    }
    const systemTiming = {
      every: (ms, run) => {
        const timer = setInterval(run, ms);
        return () => clearInterval(timer);
      },
      hold: () => {}
    };
    const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
    const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
    const OWN_GROUP = process.platform !== "win32";
    const SOMEBODY = {
      NAME: "Somebody else",
      EMAIL: "somebody@outpost.example"
    };
    class GitStore {
      #children=new Set;
      #root;
      #closed=false;
      get root() {
        return this.#root;
      }
      open(repository) {
        if (this.#closed) throw new Error("the emulated Outpost is closed");
        this.#root ??= (0, external_node_fs_namespaceObject.mkdtempSync)((0, external_node_path_namespaceObject.join)((0, 
        external_node_os_namespaceObject.tmpdir)(), "outpost-git-"));
        const folder = folderIn(this.#root, repository);
        if (!(0, external_node_fs_namespaceObject.existsSync)(folder)) {
          this.#git([ "init", "--quiet", "--bare", "--template=", folder ]);
          (0, external_node_fs_namespaceObject.writeFileSync)((0, external_node_path_namespaceObject.join)(folder, "HEAD"), `ref: refs/heads/${repository.record.default_branch}\n`);
          writeRules(folder, repository.rules);
        }
        return folder;
      }
      branchCommit(repository, branch) {
        const folder = this.#folderOf(repository);
        if (folder === void 0 || branch.includes("\0")) return;
        const {status, stdout} = this.#run([ "-C", folder, "show-ref", "--verify", "--hash", `refs/heads/${branch}` ]);
        return status === 0 ? stdout.trim() : void 0;
      }
      hasBranches(repository) {
        const folder = this.#folderOf(repository);
        return folder !== void 0 && this.#git([ "-C", folder, "for-each-ref", "--count=1", "refs/heads" ]) !== "";
      }
      moveBranch(repository, branch, commit) {
        const ref = `refs/heads/${branch}`;
        this.#git([ "-C", this.open(repository), "update-ref", ...commit === null ? [ "-d", ref ] : [ ref, commit ] ]);
      }
      addCommit(repository, branch, nowMs) {
        const folder = this.open(repository);
        const parent = this.branchCommit(repository, branch);
        const tree = parent === void 0 ? this.#git([ "-C", folder, "mktree" ]) : `${parent}^{tree}`;
        const ancestry = parent === void 0 ? [] : [ "-p", parent ];
        const commit = this.#git([ "-C", folder, "commit-tree", tree, ...ancestry, "-m", `A change of ${branch}` ], authorship(nowMs));
        this.moveBranch(repository, branch, commit);
        return commit;
      }
      takePushed(repository) {
        const folder = this.#folderOf(repository);
        return folder !== void 0 && takePushed(folder);
      }
      start(args, variables) {
        const env = {
          ...this.#environment(),
          ...variables
        };
        const child = (0, external_node_child_process_namespaceObject.spawn)("git", args, {
          env,
          stdio: [ "pipe", "pipe", "ignore" ],
          detached: OWN_GROUP
        });
        this.#children.add(child);
        child.once("close", () => this.#children.delete(child));
        return child;
      }
      kill(child) {
        try {
          if (OWN_GROUP && child.pid !== void 0) process.kill(-child.pid, "SIGKILL"); else child.kill("SIGKILL");
        } catch {}
      }
      async close() {
        this.#closed = true;
        const ends = [ ...this.#children ].map(child => (0, external_node_events_namespaceObject.once)(child, "close"));
        for (const child of this.#children) this.kill(child);
        await Promise.allSettled(ends);
        if (this.#root !== void 0) (0, external_node_fs_namespaceObject.rmSync)(this.#root, {
          recursive: true,
          force: true,
          maxRetries: 10,
          retryDelay: 20
        });
      }
      #folderOf(repository) {
        const folder = this.#root === void 0 ? "" : folderIn(this.#root, repository);
        return folder !== "" && (0, external_node_fs_namespaceObject.existsSync)(folder) ? folder : void 0;
      }
      #git(args, variables = {}) {
        const {status, stdout, stderr, error} = this.#run(args, variables);
        if (status !== 0) throw new Error(`git ${args[0] === "-C" ? args[2] : args[0]} failed: ${error?.message ?? stderr}`);
        return stdout.trim();
      }
      #run(args, variables = {}) {
        return (0, external_node_child_process_namespaceObject.spawnSync)("git", args, {
          env: {
            ...this.#environment(),
            ...variables
          },
          encoding: "utf8",
          input: ""
        });
      }
      #environment() {
        return {
          PATH: process.env["PATH"] ?? "",
          LC_ALL: "C",
          HOME: this.#root ?? external_node_os_namespaceObject.devNull,
          GIT_CONFIG_NOSYSTEM: "1",
          GIT_CONFIG_GLOBAL: external_node_os_namespaceObject.devNull
        };
      }
    }
    function folderIn(root, {record}) {
      return (0, external_node_path_namespaceObject.join)(root, `${record.id}.git`);
    }
    function authorship(nowMs) {
      const date = `${Math.floor(nowMs / 1e3)} +0000`;
      const roles = [ "AUTHOR", "COMMITTER" ].flatMap(role => [ [ `GIT_${role}_NAME`, SOMEBODY.NAME ], [ `GIT_${role}_EMAIL`, SOMEBODY.EMAIL ], [ `GIT_${role}_DATE`, date ] ]);
      return Object.fromEntries(roles);
    }
    class NamespaceStore {
      #roles=new Map;
      constructor() {
        for (const user of users) this.#roles.set(user, new Map([ [ user, "Owner" ] ]));
        this.#roles.set("acme", new Map([ [ "ada", "Owner" ], [ "ben", "Contributor" ], [ "cleo", "Reader" ] ]));
      }
      ensure(namespace) {
        if (!this.#roles.has(namespace)) this.#roles.set(namespace, new Map([ [ "ada", "Owner" ] ]));
      }
      grant(namespace, user, role) {
        this.ensure(namespace);
        this.#roles.get(namespace)?.set(user, role);
      }
      roleOf(user, namespace) {
        return this.#roles.get(namespace)?.get(user);
      }
      reachableBy(user, least) {
        const names = [ ...this.#roles.keys() ].filter(namespace => {
          const role = this.roleOf(user, namespace);
          return role !== void 0 && roleIsAtLeast(role, least);
        });
        return names.sort((left, right) => Number(right === user) - Number(left === user));
      }
    }
    function servingOf({serving, keepsUpdatedAt, status}) {
      if (serving !== void 0) return serving;
      if (keepsUpdatedAt === true) return "old";
      return [ "deploying", "failed", "stopped" ].includes(status) ? "none" : "new";
    }
    function deploy_end_endOf(step, minReplicas) {
      if (step.end !== void 0) return step.end;
      if (step.keepsUpdatedAt === true) return "pending";
      switch (step.status) {
       case "running":
        {
          const areReady = (step.readyReplicas ?? minReplicas) >= minReplicas;
          return servingOf(step) === "new" && areReady ? "running" : "pending";
        }

       case "failed":
        return "failed";

       case "stopped":
        return minReplicas === 0 ? "idle" : "failed";

       default:
        return "pending";
      }
    }
    function willEndOf(steps, minReplicas) {
      if (steps.some(({supersededBy}) => supersededBy !== void 0)) return "superseded";
      const last = steps.at(-1);
      return last === void 0 ? "pending" : deploy_end_endOf(last, minReplicas);
    }
    function beginRollout(service, {branch, commit}, steps, nowMs) {
      service.deploysAccepted += 1;
      service.lastBranch = branch;
      service.lastCommit = commit;
      const deployment = addDeployment(service, {
        branch,
        commit
      }, nowMs, true);
      deployment.willEnd = willEndOf(steps, service.minReplicas);
      goThrough(service, steps, nowMs, deployment);
    }
    function goThrough(service, steps, nowMs, deployment) {
      service.rollout = {
        steps,
        deployment,
        index: 0,
        stepStartedMs: nowMs,
        looks: 0
      };
      const first = steps[0];
      if (first === void 0) return;
      if (first.keepsUpdatedAt !== true) touch(service, nowMs);
      rollout_enter(service, first, nowMs, false);
    }
    function settle(service, nowMs) {
      if (service.rollout !== void 0) settleSteps(service.rollout, nowMs, rollout_enterNext(service));
    }
    function look(service, nowMs) {
      settle(service, nowMs);
      service.looks += 1;
      if (service.rollout !== void 0) lookAtStep(service.rollout, nowMs, rollout_enterNext(service));
    }
    function interrupt(service, status, nowMs) {
      const end = deploy_end_endOf({
        status
      }, service.minReplicas);
      const deployment = service.rollout?.deployment;
      if (deployment?.end === "pending") {
        deployment.willEnd = end;
        finish(deployment, end, nowMs);
      }
      setLive(service, service.deployments.at(-1), end);
      service.rollout = void 0;
      service.status = status;
      service.readyReplicas = void 0;
      touch(service, nowMs);
    }
    function touch(service, atMs) {
      service.updatedAtMs = Math.max(atMs, service.updatedAtMs + 1);
    }
    function rollout_enterNext(service) {
      return (step, atMs) => rollout_enter(service, step, atMs, step.keepsUpdatedAt !== true);
    }
    function rollout_enter(service, step, atMs, moves) {
      if (moves && (service.status !== step.status || step.supersededBy !== void 0)) touch(service, atMs); else if (step.movesUpdatedAt === true) touch(service, atMs);
      if (step.supersededBy !== void 0 && service.rollout !== void 0) {
        const superseding = {
          branch: step.supersededBy,
          commit: void 0
        };
        service.rollout.deployment = addDeployment(service, superseding, atMs, false);
      }
      service.status = step.status;
      service.readyReplicas = step.readyReplicas;
      if (service.rollout?.deployment !== void 0) progress(service, service.rollout.deployment, step, atMs);
      service.log.push(...logOf(step, atMs));
    }
    function addDeployment(service, revision, atMs, isByCall) {
      const before = service.rollout?.deployment;
      if (before?.end === "pending") {
        before.status = "superseded";
        before.willEnd = "superseded";
        finish(before, "superseded", atMs);
      }
      const deployment = {
        id: newDeploymentId(service.idForm),
        version: service.deployments.length + 1,
        isByCall,
        ...revision,
        createdAtMs: atMs,
        status: "deploying",
        end: "pending",
        endedAtMs: void 0,
        willEnd: "pending",
        isLive: false
      };
      service.deployments.push(deployment);
      return deployment;
    }
    function progress(service, deployment, step, atMs) {
      const serving = servingOf(step);
      const keepsOld = serving === "old" || serving === "both";
      deployment.status = step.deploymentStatus ?? (keepsOld ? "deploying" : step.status);
      rollout_serve(service, deployment, serving);
      const end = deploy_end_endOf(step, service.minReplicas);
      if (!keepsOld) setLive(service, deployment, end);
      if (end === "idle") service.serving = {
        latest: deployment,
        active: []
      };
      const {rollout} = service;
      const isLast = rollout !== void 0 && rollout.index === rollout.steps.length - 1;
      if (isLast && end !== "pending") finish(deployment, end, atMs);
    }
    function setLive(service, deployment, end) {
      for (const one of service.deployments) one.isLive = one === deployment && (end === "running" || end === "idle");
    }
    function rollout_serve(service, deployment, serving) {
      const {latest} = service.serving;
      switch (serving) {
       case "old":
        service.serving = {
          latest,
          active: [ latest ]
        };
        return;

       case "both":
        service.serving = {
          latest,
          active: [ latest, deployment ]
        };
        return;

       case "new":
        service.serving = {
          latest: deployment,
          active: [ deployment ]
        };
        return;

       case "none":
        service.serving = {
          latest,
          active: []
        };
      }
    }
    function finish(deployment, end, atMs) {
      deployment.end = end;
      deployment.endedAtMs = end === "pending" ? void 0 : atMs;
    }
    class World {
      scenario;
      tokens=new TokenStore;
      namespaces=new NamespaceStore;
      faults;
      rates;
      repositories;
      git=new GitStore;
      jobs;
      #now;
      #services=new Map;
      constructor({scenario, plan, now}) {
        this.scenario = scenario;
        this.#now = now;
        this.faults = new FaultSchedule(scenario.faults ?? []);
        this.rates = new RateMeter(plan);
        this.repositories = new RepositoryStore(this.nowMs());
        this.jobs = new JobStore(scenario, () => this.nowMs());
        for (const repository of scenario.repositories ?? []) this.createRepository(repository);
        for (const service of [ ...firstServices, ...scenario.services ?? [] ]) this.addService(service);
      }
      nowMs() {
        return this.#now() + (this.scenario.clockOffsetMs ?? 0);
      }
      createToken(request) {
        return this.tokens.create(request, this.nowMs());
      }
      regenerateToken(user, name) {
        return this.tokens.regenerate(user, name, this.nowMs());
      }
      revokeToken(user, name) {
        this.tokens.revoke(user, name);
      }
      addService(service) {
        this.namespaces.ensure(service.namespace);
        const record = newService(service, this.nowMs(), this.scenario.deploymentIds);
        this.#services.set(`${service.namespace}/${service.name}`, record);
      }
      createRepository(options) {
        this.namespaces.ensure(options.namespace);
        return this.repositories.put(options, this.nowMs());
      }
      branchCommit(namespace, name, branch) {
        return this.git.branchCommit(this.#requireRepository(namespace, name), branch);
      }
      setBranch(namespace, name, branch, commit) {
        const repository = this.#requireRepository(namespace, name);
        if (commit === void 0) return this.git.addCommit(repository, branch, this.nowMs());
        this.git.moveBranch(repository, branch, commit);
        return commit ?? void 0;
      }
      notePush(namespace, name) {
        const repository = this.#requireRepository(namespace, name);
        const {record} = repository;
        if (!this.git.takePushed(repository)) return;
        record.pushed_at = isoTime(this.nowMs());
        record.updated_at = record.pushed_at;
      }
      setStatus(namespace, name, status) {
        interrupt(this.#require(namespace, name), status, this.nowMs());
      }
      service(namespace, name) {
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
          deployments: service.deployments.map(deployment => ({
            ...deployment
          }))
        };
      }
      deploysOf(namespace, name) {
        return this.#require(namespace, name).deployments.filter(({isByCall}) => isByCall).map(({id, branch, commit, createdAtMs, end, endedAtMs, willEnd, isLive}) => ({
          id,
          branch,
          commit,
          acceptedAtMs: createdAtMs,
          end,
          endedAtMs,
          willEnd,
          isLive
        }));
      }
      jobsOf(namespace) {
        return this.jobs.truthsIn(namespace);
      }
      findService(namespace, name) {
        const service = this.#services.get(`${namespace}/${name}`);
        if (service !== void 0) settle(service, this.nowMs());
        return service;
      }
      findByFullName(fullName = "") {
        const [namespace = "", name = ""] = fullName.split("/");
        return this.findService(namespace, name);
      }
      servicesIn(namespace) {
        const services = [ ...this.#services.values() ].filter(service => service.namespace === namespace);
        for (const service of services) settle(service, this.nowMs());
        return services;
      }
      look(service) {
        look(service, this.nowMs());
      }
      deploy(service, revision) {
        const steps = rolloutFor(this.scenario, `${service.namespace}/${service.name}`, service.deploysAccepted);
        beginRollout(service, revision, steps, this.nowMs());
      }
      refuse(service) {
        const {afterRefusal} = this.scenario;
        if (afterRefusal !== void 0) goThrough(service, afterRefusal, this.nowMs());
      }
      #require(namespace, name) {
        const service = this.findService(namespace, name);
        if (service === void 0) throw new Error(`the emulated Outpost has no service ${namespace}/${name}`);
        return service;
      }
      #requireRepository(namespace, name) {
        const repository = this.repositories.find(namespace, name);
        if (repository === void 0) throw new Error(`the emulated Outpost has no repository ${namespace}/${name}`);
        return repository;
      }
    }
    const KEEP_ALIVE_MS = 65e3;
    async function startEmulator(options = {}) {
      const {scenario = "ok", port = 0, host = "127.0.0.1", now = Date.now, timing = systemTiming, plan = "none", onServed = () => {}} = options;
      const world = new World({
        scenario: typeof scenario === "string" ? scenarioNamed(scenario) : scenario,
        plan,
        now
      });
      const context = {
        world,
        requests: [],
        onServed,
        timing
      };
      const sockets = new Set;
      const server = (0, external_node_http_namespaceObject.createServer)((message, response) => receive(context, message, response));
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      server.on("connection", socket => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
      return {
        origin: originOf(host, portOf(server.address())),
        sessionToken: world.tokens.openSession("ada"),
        world,
        requests: context.requests,
        close: async () => {
          const closed = (0, external_node_events_namespaceObject.once)(server, "close");
          server.close();
          for (const socket of sockets) socket.destroy();
          await Promise.all([ closed, world.git.close() ]);
        }
      };
    }
    function receive(context, message, response) {
      const stranger = strangerRefusal(message.headers);
      if (stranger === void 0 && servedGit(context, message, response)) return;
      const chunks = [];
      let bytes = 0;
      message.on("data", chunk => {
        bytes += chunk.length;
        if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      });
      message.on("error", () => response.destroy());
      response.on("error", () => response.destroy());
      message.on("end", () => {
        const refusal = stranger ?? (bytes > MAX_BODY_BYTES ? tooLarge() : void 0);
        const body = refusal === void 0 ? Buffer.concat(chunks).toString("utf8") : "";
        const request = plainRequest(message, body);
        response.setHeader("date", new Date(context.world.nowMs()).toUTCString());
        if (refusal !== void 0) refuse(context, request, response, refusal); else if (isControl(request)) sendAnswer(response, answerControl(request, context.world, context.requests)); else answer(context, request, response);
      });
    }
    function refuse(context, request, response, refusal) {
      const record = openRecord(context, request, "unknown", response);
      record.status = refusal.status;
      sendAnswer(response, guardAnswer(refusal));
    }
    function answer(context, request, response) {
      const {world} = context;
      const operation = operationOf(request, world);
      const record = openRecord(context, request, operation, response);
      const rule = world.faults.next(operation);
      const worldAnswer = rule === void 0 || worldHandles(rule) ? handle(request, world) : NOT_ASKED;
      record.status = outcomeOf(rule?.do, worldAnswer);
      if (rule === void 0) sendAnswer(response, worldAnswer); else sendFault(response, withEcho(rule, request, world), worldAnswer, context.timing);
    }
    function portOf(address) {
      if (address === null || typeof address === "string") throw new Error("the emulator is not listening on a TCP port");
      return address.port;
    }
    async function runCommand(argv, console) {
      try {
        const flags = parseFlags(argv);
        switch (flags.action) {
         case "help":
          console.out(helpText);
          return 0;

         case "list":
          console.out(scenarioList());
          return 0;

         case "serve":
          return await command_serve(flags, console);
        }
      } catch (error) {
        if (!(error instanceof FlagError || error instanceof ScenarioFileError)) throw error;
        console.err(`${error.message}\nSee --help.\n`);
        return 2;
      }
    }
    async function command_serve(flags, console) {
      const scenario = scenarioOf(flags);
      let emulator;
      try {
        const onServed = request => console.out(requestLine(request));
        const {host, port, plan} = flags;
        emulator = await startEmulator({
          scenario,
          host,
          port,
          plan,
          onServed
        });
      } catch (error) {
        console.err(`${listenProblem(error, flags)}\n`);
        return 1;
      }
      console.out(announce(emulator, flags.plan));
      await console.stopped;
      await emulator.close();
      console.out(`Stopped after ${emulator.requests.length} request${emulator.requests.length === 1 ? "" : "s"}.\n`);
      return 0;
    }
    function scenarioOf(flags) {
      const scenario = baseScenario(flags);
      return flags.dialect === void 0 ? scenario : {
        ...scenario,
        dialect: flags.dialect
      };
    }
    function baseScenario({scenario, scenarioFile, rollout}) {
      if (scenarioFile !== void 0) return readScenarioFile(scenarioFile);
      return rollout === void 0 ? scenarioNamed(scenario) : plainScenario(rollout);
    }
    function listenProblem(error, {host, port}) {
      const code = error instanceof Error && "code" in error ? error.code : void 0;
      if (code === "EADDRINUSE") return `Port ${port} is in use. Choose another with --port N, or any free one with --port 0.`;
      if (code === "EACCES") return `You don't have permission to use port ${port}. Choose one above 1023 with --port N.`;
      if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return `This machine has no address ${host}. Leave out --host to listen on 127.0.0.1.`;
      return `Can't listen on port ${port}: ${error instanceof Error ? error.message : String(error)}`;
    }
  },
  177: (__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {
    __nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => {
      try {
        var _command_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(82);
        const stopped = new Promise(resolve => {
          process.once("SIGINT", resolve);
          process.once("SIGTERM", resolve);
        });
        process.exitCode = await (0, _command_js__WEBPACK_IMPORTED_MODULE_0__.d)(process.argv.slice(2), {
          out: text => process.stdout.write(text),
          err: text => process.stderr.write(text),
          stopped
        });
        __webpack_async_result__();
      } catch (e) {
        __webpack_async_result__(e);
      }
    }, 1);
  }
};

var __webpack_module_cache__ = {};

function __nccwpck_require__(moduleId) {
  var cachedModule = __webpack_module_cache__[moduleId];
  if (cachedModule !== void 0) return cachedModule.exports;
  var module = __webpack_module_cache__[moduleId] = {
    exports: {}
  };
  var threw = true;
  try {
    __webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
    threw = false;
  } finally {
    if (threw) delete __webpack_module_cache__[moduleId];
  }
  return module.exports;
}

if (typeof __nccwpck_require__ !== "undefined") __nccwpck_require__.ab = decodeURIComponent(new URL(".", import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";

(() => {
  var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
  var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
  var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
  var resolveQueue = queue => {
    if (queue && queue.d < 1) {
      queue.d = 1;
      queue.forEach(fn => fn.r--);
      queue.forEach(fn => fn.r-- ? fn.r++ : fn());
    }
  };
  var wrapDeps = deps => deps.map(dep => {
    if (dep !== null && typeof dep === "object") {
      if (dep[webpackQueues]) return dep;
      if (dep.then) {
        var queue = [];
        queue.d = 0;
        dep.then(r => {
          obj[webpackExports] = r;
          resolveQueue(queue);
        }, e => {
          obj[webpackError] = e;
          resolveQueue(queue);
        });
        var obj = {};
        obj[webpackQueues] = fn => fn(queue);
        return obj;
      }
    }
    var ret = {};
    ret[webpackQueues] = x => {};
    ret[webpackExports] = dep;
    return ret;
  });
  __nccwpck_require__.a = (module, body, hasAwait) => {
    var queue;
    hasAwait && ((queue = []).d = -1);
    var depQueues = new Set;
    var exports = module.exports;
    var currentDeps;
    var outerResolve;
    var reject;
    var promise = new Promise((resolve, rej) => {
      reject = rej;
      outerResolve = resolve;
    });
    promise[webpackExports] = exports;
    promise[webpackQueues] = fn => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
    module.exports = promise;
    body(deps => {
      currentDeps = wrapDeps(deps);
      var fn;
      var getResult = () => currentDeps.map(d => {
        if (d[webpackError]) throw d[webpackError];
        return d[webpackExports];
      });
      var promise = new Promise(resolve => {
        fn = () => resolve(getResult);
        fn.r = 0;
        var fnQueue = q => q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, 
        q.push(fn)));
        currentDeps.map(dep => dep[webpackQueues](fnQueue));
      });
      return fn.r ? promise : getResult();
    }, err => (err ? reject(promise[webpackError] = err) : outerResolve(exports), resolveQueue(queue)));
    queue && queue.d < 0 && (queue.d = 0);
  };
})();

(() => {
  __nccwpck_require__.d = (exports, definition) => {
    for (var key in definition) if (__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) Object.defineProperty(exports, key, {
      enumerable: true,
      get: definition[key]
    });
  };
})();

(() => {
  __nccwpck_require__.o = (obj, prop) => Object.prototype.hasOwnProperty.call(obj, prop);
})();

var __webpack_exports__ = __nccwpck_require__(177);

__webpack_exports__ = await __webpack_exports__;