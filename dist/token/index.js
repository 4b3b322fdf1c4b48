import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";

var __webpack_modules__ = {
  770: (module, __unused_webpack_exports, __nccwpck_require__) => {
    module.exports = __nccwpck_require__(218);
  },
  218: (__unused_webpack_module, exports, __nccwpck_require__) => {
    var tls = __nccwpck_require__(756);
    var http = __nccwpck_require__(611);
    var https = __nccwpck_require__(692);
    var events = __nccwpck_require__(434);
    var util = __nccwpck_require__(23);
    exports.httpOverHttp = httpOverHttp;
    exports.httpsOverHttp = httpsOverHttp;
    exports.httpOverHttps = httpOverHttps;
    exports.httpsOverHttps = httpsOverHttps;
    function httpOverHttp(options) {
      var agent = new TunnelingAgent(options);
      agent.request = http.request;
      return agent;
    }
    function httpsOverHttp(options) {
      var agent = new TunnelingAgent(options);
      agent.request = http.request;
      agent.createSocket = createSecureSocket;
      agent.defaultPort = 443;
      return agent;
    }
    function httpOverHttps(options) {
      var agent = new TunnelingAgent(options);
      agent.request = https.request;
      return agent;
    }
    function httpsOverHttps(options) {
      var agent = new TunnelingAgent(options);
      agent.request = https.request;
      agent.createSocket = createSecureSocket;
      agent.defaultPort = 443;
      return agent;
    }
    function TunnelingAgent(options) {
      var self = this;
      self.options = options || {};
      self.proxyOptions = self.options.proxy || {};
      self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
      self.requests = [];
      self.sockets = [];
      self.on("free", function(socket, host, port, localAddress) {
        var options = toOptions(host, port, localAddress);
        for (var i = 0, len = self.requests.length; i < len; ++i) {
          var pending = self.requests[i];
          if (pending.host === options.host && pending.port === options.port) {
            self.requests.splice(i, 1);
            pending.request.onSocket(socket);
            return;
          }
        }
        socket.destroy();
        self.removeSocket(socket);
      });
    }
    util.inherits(TunnelingAgent, events.EventEmitter);
    TunnelingAgent.prototype.addRequest = function(req, host, port, localAddress) {
      var self = this;
      var options = mergeOptions({
        request: req
      }, self.options, toOptions(host, port, localAddress));
      if (self.sockets.length >= this.maxSockets) {
        self.requests.push(options);
        return;
      }
      self.createSocket(options, function(socket) {
        socket.on("free", onFree);
        socket.on("close", onCloseOrRemove);
        socket.on("agentRemove", onCloseOrRemove);
        req.onSocket(socket);
        function onFree() {
          self.emit("free", socket, options);
        }
        function onCloseOrRemove(err) {
          self.removeSocket(socket);
          socket.removeListener("free", onFree);
          socket.removeListener("close", onCloseOrRemove);
          socket.removeListener("agentRemove", onCloseOrRemove);
        }
      });
    };
    TunnelingAgent.prototype.createSocket = function(options, cb) {
      var self = this;
      var placeholder = {};
      self.sockets.push(placeholder);
      var connectOptions = mergeOptions({}, self.proxyOptions, {
        method: "CONNECT",
        path: options.host + ":" + options.port,
        agent: false,
        headers: {
          host: options.host + ":" + options.port
        }
      });
      if (options.localAddress) connectOptions.localAddress = options.localAddress;
      if (connectOptions.proxyAuth) {
        connectOptions.headers = connectOptions.headers || {};
        connectOptions.headers["Proxy-Authorization"] = "Basic " + new Buffer(connectOptions.proxyAuth).toString("base64");
      }
      debug("making CONNECT request");
      var connectReq = self.request(connectOptions);
      connectReq.useChunkedEncodingByDefault = false;
      connectReq.once("response", onResponse);
      connectReq.once("upgrade", onUpgrade);
      connectReq.once("connect", onConnect);
      connectReq.once("error", onError);
      connectReq.end();
      function onResponse(res) {
        res.upgrade = true;
      }
      function onUpgrade(res, socket, head) {
        process.nextTick(function() {
          onConnect(res, socket, head);
        });
      }
      function onConnect(res, socket, head) {
        connectReq.removeAllListeners();
        socket.removeAllListeners();
        if (res.statusCode !== 200) {
          debug("tunneling socket could not be established, statusCode=%d", res.statusCode);
          socket.destroy();
          var error = new Error("tunneling socket could not be established, statusCode=" + res.statusCode);
          error.code = "ECONNRESET";
          options.request.emit("error", error);
          self.removeSocket(placeholder);
          return;
        }
        if (head.length > 0) {
          debug("got illegal response body from proxy");
          socket.destroy();
          error = new Error("got illegal response body from proxy");
          error.code = "ECONNRESET";
          options.request.emit("error", error);
          self.removeSocket(placeholder);
          return;
        }
        debug("tunneling connection has established");
        self.sockets[self.sockets.indexOf(placeholder)] = socket;
        return cb(socket);
      }
      function onError(cause) {
        connectReq.removeAllListeners();
        debug("tunneling socket could not be established, cause=%s\n", cause.message, cause.stack);
        var error = new Error("tunneling socket could not be established, cause=" + cause.message);
        error.code = "ECONNRESET";
        options.request.emit("error", error);
        self.removeSocket(placeholder);
      }
    };
    TunnelingAgent.prototype.removeSocket = function(socket) {
      var pos = this.sockets.indexOf(socket);
      if (pos === -1) return;
      this.sockets.splice(pos, 1);
      var pending = this.requests.shift();
      if (pending) this.createSocket(pending, function(socket) {
        pending.request.onSocket(socket);
      });
    };
    function createSecureSocket(options, cb) {
      var self = this;
      TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
        var hostHeader = options.request.getHeader("host");
        var tlsOptions = mergeOptions({}, self.options, {
          socket,
          servername: hostHeader ? hostHeader.replace(/:.*$/, "") : options.host
        });
        var secureSocket = tls.connect(0, tlsOptions);
        self.sockets[self.sockets.indexOf(socket)] = secureSocket;
        cb(secureSocket);
      });
    }
    function toOptions(host, port, localAddress) {
      if (typeof host === "string") return {
        host,
        port,
        localAddress
      };
      return host;
    }
    function mergeOptions(target) {
      for (var i = 1, len = arguments.length; i < len; ++i) {
        var overrides = arguments[i];
        if (typeof overrides === "object") {
          var keys = Object.keys(overrides);
          for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
            var k = keys[j];
            if (overrides[k] !== void 0) target[k] = overrides[k];
          }
        }
      }
      return target;
    }
    var debug;
    if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) debug = function() {
      var args = Array.prototype.slice.call(arguments);
      if (typeof args[0] === "string") args[0] = "TUNNEL: " + args[0]; else args.unshift("TUNNEL:");
      console.error.apply(console, args);
    }; else debug = function() {};
  },
  401: (__unused_webpack_module, exports) => {
    exports.k = class {
      constructor() {
        throw new Error("undici is not bundled: this program sends its requests through node:http and node:https");
      }
    };
  },
  613: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");
  },
  434: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");
  },
  611: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");
  },
  692: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");
  },
  278: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");
  },
  756: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");
  },
  23: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");
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
  var getProto = Object.getPrototypeOf ? obj => Object.getPrototypeOf(obj) : obj => obj.__proto__;
  var leafPrototypes;
  __nccwpck_require__.t = function(value, mode) {
    if (mode & 1) value = this(value);
    if (mode & 8) return value;
    if (typeof value === "object" && value) {
      if (mode & 4 && value.__esModule) return value;
      if (mode & 16 && typeof value.then === "function") return value;
    }
    var ns = Object.create(null);
    __nccwpck_require__.r(ns);
    var def = {};
    leafPrototypes = leafPrototypes || [ null, getProto({}), getProto([]), getProto(getProto) ];
    for (var current = mode & 2 && value; typeof current == "object" && !~leafPrototypes.indexOf(current); current = getProto(current)) Object.getOwnPropertyNames(current).forEach(key => def[key] = () => value[key]);
    def["default"] = () => value;
    __nccwpck_require__.d(ns, def);
    return ns;
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

(() => {
  __nccwpck_require__.r = exports => {
    if (typeof Symbol !== "undefined" && Symbol.toStringTag) Object.defineProperty(exports, Symbol.toStringTag, {
      value: "Module"
    });
    Object.defineProperty(exports, "__esModule", {
      value: true
    });
  };
})();

const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

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

const HOSTS = [ "gitlab", "shell" ];

const generalFlags = [ {
  name: "token-stdin",
  kind: "boolean",
  description: "Read the token from standard input."
}, {
  name: "host",
  kind: "choice",
  choices: HOSTS,
  description: "Where this runs. By default, gitlab in GitLab jobs, otherwise shell."
} ];

function flagsOf({flags}) {
  const own = flags().filter(({kind, hosts}) => kind !== "secret" && (hosts === void 0 || hosts.some(host => host !== "github")));
  return [ ...own, ...generalFlags ];
}

function misuse(problem) {
  return {
    kind: "misuse",
    problem
  };
}

function guess(word, names, otherwise) {
  const [near] = nearest(word, names);
  return near === void 0 ? otherwise : `Did you mean \`${near}\`?`;
}

function parseLine(args, program) {
  const known = new Map(program.commands.flatMap(flagsOf).map(flag => [ flag.name, flag ]));
  const types = [ ...known.values() ].map(({name, kind}) => [ name, {
    type: kind === "boolean" ? "boolean" : "string"
  } ]);
  const {tokens} = (0, external_node_util_namespaceObject.parseArgs)({
    args: [ ...args ],
    options: {
      ...Object.fromEntries(types),
      help: {
        type: "boolean",
        short: "h"
      }
    },
    strict: false,
    tokens: true,
    allowPositionals: true
  });
  const words = tokens.flatMap(token => token.kind === "positional" ? [ token.value ] : []);
  const values = new Map;
  const problems = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "option") continue;
    if (token.name === "help" || token.name === "h") return {
      kind: "help",
      verb: words[0]
    };
    if (token.name === "version") return {
      kind: "version"
    };
    const given = positive(token, known);
    const next = tokens[index + 1];
    const problem = problemOf(given, values, known, words[0], program) ?? detached(given, next?.kind === "positional" ? next.value : "");
    if (problem !== void 0) problems.push(problem);
    values.set(given.name, given.value ?? "true");
  }
  if (problems.length > 0) return misuse(problems.join("\n"));
  return {
    kind: "words",
    words,
    values
  };
}

function detached({name, value}, next) {
  return value === void 0 && isBoolean(next) ? `Unexpected argument \`${next}\`. To pass a value, write \`--${name}=${next}\`.` : void 0;
}

function isBoolean(text) {
  return /^(true|false)$/i.test(text);
}

function positive(flag, known) {
  const name = flag.name.replace(/^no-/, "");
  return known.has(flag.name) || known.get(name)?.kind !== "boolean" || flag.value !== void 0 ? flag : {
    ...flag,
    name,
    value: "false",
    inlineValue: true
  };
}

function problemOf(flag, given, known, verb, program) {
  const {name} = flag;
  if (Object.hasOwn(program.secrets, name)) {
    const otherwise = name === "token" ? ", or use `--token-stdin`" : "";
    return `A token can't be an argument: every process on this machine could read it, and your shell would keep it in its history. Set the variable ${program.secrets[name]}${otherwise}.`;
  }
  const row = known.get(name);
  if (row === void 0) {
    const names = [ ...known.keys(), "help", "version" ].map(one => `--${one}`);
    return `Unknown flag ${printable(flag.rawName)}. ${guess(flag.rawName, names, seeHelp(program, verb))}`;
  }
  if (given.has(name)) return `\`--${name}\` is set twice.${name === "service" ? " Use one flag and separate services by commas." : " Set it only once."}`;
  return valueProblem(flag, row);
}

function seeHelp({name, commands}, verb) {
  const known = commands.some(command => command.name === verb) ? ` ${verb}` : "";
  return `Run \`${name} help${known}\` for a list.`;
}

function valueProblem({name, value, inlineValue}, {kind, choices = []}) {
  if (kind === "boolean") return value === void 0 || isBoolean(value) ? void 0 : `\`--${name}\` can only be \`true\` or \`false\`.`;
  if (value === void 0) return `\`--${name}\` needs a value: \`--${name} ${name === "service" ? "namespace/name" : "VALUE"}\`.`;
  if (value.startsWith("-") && inlineValue === false) return `\`--${name}\` needs a value before the next flag. If the value starts with a dash, write \`--${name}=VALUE\`.`;
  if (choices.length === 0 || value.trim() === "" || choices.includes(value.trim())) return;
  const all = `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
  return `\`--${name}\` must be ${all}, not ${printable(value)}. ${guess(value, choices, "")}`.trim();
}

function printable(word) {
  return /^[\w./@=-]{1,40}$/.test(word) && !/op_pat_|\w{20}/.test(word) ? `\`${word}\`` : "<not shown: it may be a secret>";
}

function parseCommand(args, program) {
  const line = parseLine(args, program);
  switch (line.kind) {
   case "words":
    return commandOf(line.words, line.values, program);

   case "help":
    return helpOf(line.verb, program);

   default:
    return line;
  }
}

function helpOf(verb, program) {
  const command = program.commands.find(({name}) => name === verb);
  return command !== void 0 || verb === void 0 || verb === "help" || verb === "version" ? {
    kind: "help",
    verb: command?.name
  } : unknownCommand(verb, program);
}

function commandOf([verb, ...words], values, program) {
  const example = `${program.name} ${program.commands[0]?.examples[0]}`;
  if (verb === void 0) return misuse(`No command. For example: \`${example}\`. ${seeHelp(program, void 0)}`);
  if (verb === "help") return helpOf(words[0], program);
  if (verb === "version") return {
    kind: "version"
  };
  const command = program.commands.find(({name}) => name === verb);
  if (command === void 0) return unknownCommand(verb, program);
  const {argument, examples} = command;
  if (argument !== void 0 && words.length === 0) return misuse(`The token's name is missing. For example: \`${program.name} ${examples[0]}\`.`);
  const stray = words[argument === void 0 ? 0 : 1];
  if (stray !== void 0) return misuse(`Unexpected argument ${printable(stray)}. A value needs its flag, as in \`${example}\`.`);
  const own = new Set(flagsOf(command).map(({name}) => name));
  const foreign = [ ...values.keys() ].find(flag => !own.has(flag));
  if (foreign !== void 0) return misuse(`\`${program.name} ${verb}\` has no flag \`--${foreign}\`. ${seeHelp(program, verb)}`);
  const {host, "token-stdin": fromStdin, ...flags} = Object.fromEntries(values);
  return {
    kind: "run",
    verb: command.name,
    host: HOSTS.find(one => one === host?.trim()),
    flags,
    argument: words[0] ?? "",
    tokenFromStdin: /^true$/i.test(fromStdin ?? "")
  };
}

function unknownCommand(verb, program) {
  const {commands, others} = program;
  const names = [ ...commands.map(({name}) => name), "help", "version", ...Object.keys(others) ];
  return misuse(`Unknown command ${printable(verb)}. ${guess(verb, names, seeHelp(program, void 0))}`);
}

const inputs = [ {
  name: "token",
  kind: "secret",
  description: "The personal access token (op_pat_...), from a secret. Leave it out if `env` sets the variable OUTPOST_TOKEN.",
  hosts: [ "github" ]
}, {
  name: "service",
  kind: "targets",
  required: true,
  description: "What to deploy: `namespace/name`, each with an optional branch: `acme/web@release`. Separate several with line breaks, spaces or commas. The word `then` between them begins the next stage, which starts once everything before it is deployed and healthy: `acme/db then acme/api acme/web`. With `wait: false`, the name alone is enough."
}, {
  name: "branch",
  kind: "branch",
  description: "The branch to deploy if `service` names none. Without it: the branch that this run builds. `refs/heads/main` means `main`."
}, {
  name: "token-name",
  kind: "text",
  description: "The token's name in Settings > Access Tokens. With it, the run reads the token's scopes and expiry from Outpost and checks them before anything happens."
}, {
  name: "token-expires",
  kind: "moment",
  description: "When the token expires (`2026-12-31` or RFC 3339), so that the run can warn you even if Outpost does not show it."
}, {
  name: "push",
  kind: "repository",
  description: "A repository on Outpost, `namespace/name`. The commit that is checked out is pushed to its branch there before the deploy. Needs a checkout with its history, and a token that also has the scope `repo`."
}, {
  name: "username",
  kind: "text",
  description: "The Outpost user who owns the token, for the push. Without it: the namespace of `push`."
}, {
  name: "non-fast-forward",
  kind: "choice",
  choices: [ "fail", "skip", "force" ],
  default: "fail",
  description: "What `push` does if the branch on Outpost cannot be fast-forwarded to the commit: `fail`; `skip` the deploy if the branch is already ahead (the run ends green, with the status `skipped`); or `force` the branch to the commit, unless somebody moves it at the same time. Use `force` to roll back or to promote, on a branch that belongs to your deploys."
}, {
  name: "working-directory",
  kind: "folder",
  description: "The folder of the checkout to push and to search for tokens, if it is not the workspace itself."
}, {
  name: "wait",
  kind: "boolean",
  default: "true",
  description: "Follow the rollout to its end. `false` stops as soon as Outpost has accepted the deploy, and claims no more than that."
}, {
  name: "timeout",
  kind: "duration",
  default: "15m",
  description: "Time for the whole run, with a unit: `90s`, `15m`, `1h30m`. Keep it below the timeout of the job."
}, {
  name: "proof",
  kind: "choice",
  choices: [ "rollout", "updated-at", "commit" ],
  default: "rollout",
  description: "What makes a run green. `rollout`: we saw a rollout begin after the call, and end well. `updated-at`: `updated_at` moved and the service runs, for an Outpost that shows nothing else. `commit`: the live commit is also proved to be the one of this run."
}, {
  name: "stable-for",
  kind: "duration",
  default: "10s",
  description: "How long the service must keep running, and the health check keep answering, before it counts as deployed."
}, {
  name: "logs",
  kind: "choice",
  choices: [ "stream", "on-failure", "off" ],
  default: "stream",
  description: "Which log lines of the service to show: `stream` shows them as they come, `on-failure` the last ones if the deploy fails, `off` none."
}, {
  name: "health-check",
  kind: "check",
  description: "What must answer 2xx after the rollout, for as long as `stable-for`: a path on the service's endpoint (`/healthz`), or a full URL. It is asked without the token, until the time is up."
}, {
  name: "health-check-contains",
  kind: "text",
  description: "Text that the answer must contain, for example `{commit:7}`: proof that the new revision is the one that answers. The placeholders `{commit}`, `{branch}`, `{branch-slug}`, `{tag}` and `{run}` stand for those of this run, here and in `health-check` and `branch`. In `service`, use {branch-slug} in a name and {branch} after the `@`."
}, {
  name: "on-failure",
  kind: "choice",
  choices: [ "keep", "rollback" ],
  default: "keep",
  description: "After a failed rollout or health check: `keep` what is there, or `rollback` everything that this run switched to what ran before, the last stage first. A rollback needs `push` (its branch goes back) or `rollback-branch`, and half of `timeout` is kept for it."
}, {
  name: "rollback-branch",
  kind: "branch",
  description: "The branch that a rollback deploys if nothing was pushed."
}, {
  name: "pre-deploy-job",
  kind: "file",
  description: 'A JSON file in the checkout that describes a job, in the form that Outpost takes (`{"name": "migrate", ...}`). The job runs on Outpost before the first deploy; if it fails, nothing is deployed. The placeholders of `health-check-contains` work in its texts too: name the commit that the job must run. The token also needs the scope `job`. A rollback does not undo the job.'
}, {
  name: "dry-run",
  kind: "boolean",
  default: "false",
  description: "Check everything, print the plan, change nothing."
}, {
  name: "expiry-warning",
  kind: "days",
  default: "14",
  description: "Warn if the token expires within this many days."
}, {
  name: "least-privilege",
  kind: "choice",
  choices: [ "off", "warn", "error" ],
  default: "warn",
  description: "What to do if the token has scopes that this run does not need: `off`, `warn` or `error`."
}, {
  name: "leak-scan",
  kind: "choice",
  choices: [ "off", "warn", "error" ],
  default: "warn",
  description: "What to do if a tracked file in the checkout contains an Outpost token: `off`, `warn` or `error`."
}, {
  name: "early-check",
  kind: "choice",
  choices: [ "off", "warn", "error" ],
  default: "warn",
  description: "Check the token when the job starts, before the build: `off`, `warn` or `error`.",
  hosts: [ "github" ]
}, {
  name: "max-parallel",
  kind: "count",
  default: "10",
  description: "How many deploys to start at once."
}, {
  name: "origin",
  kind: "origin",
  default: "https://outpost.run",
  description: "Where Outpost is: an https URL, or http on this machine for rehearsals."
}, {
  name: "deploy-path",
  kind: "path",
  default: "/auth/v1/v1/services/{service}/deploy",
  description: "The path of the deploy call, if your Outpost has another one. It must contain {service} and may contain {namespace}."
}, {
  name: "service-path",
  kind: "service-path",
  default: "auto",
  description: "Where a service is read: a path with {service} and, if it has one, {namespace}. `auto` tries the known forms before the deploy, and the log names the one that answers."
}, {
  name: "api",
  kind: "api-forms",
  description: "Rare forms of the API, one `key=value` per line, as `outpost-deploy probe` prints them: the paths `list`, `logs`, `token`, `deployment` and `job`, and status words for `running`, `rolling`, `failed` and `idle`, separated by commas: `running=ready,active`."
}, {
  name: "allow-unsafe-trigger",
  kind: "boolean",
  default: "false",
  description: "Deploy even if someone outside your team may have started the run: pull_request_target, issue_comment, or workflow_run after a fork's workflow. Only set this if you trust everyone who can start the workflow.",
  hosts: [ "github" ]
}, {
  name: "dotenv-prefix",
  kind: "prefix",
  default: "OUTPOST_",
  description: "What the names in outpost.env start with. Two jobs in one pipeline need two prefixes.",
  hosts: [ "gitlab", "shell" ]
}, {
  name: "allow-debug-trace",
  kind: "boolean",
  default: "false",
  description: "Deploy even if CI_DEBUG_TRACE is on, which writes every variable of the job to its log.",
  hosts: [ "gitlab" ]
} ];

const tokenInputs = [ {
  name: "token",
  kind: "secret",
  description: "The token that does the work (op_pat_...), from a secret. It must be allowed to manage tokens, and can be the one that is replaced. Leave it out if `env` sets the variable OUTPOST_TOKEN.",
  hosts: [ "github" ]
}, {
  name: "token-name",
  kind: "base-name",
  required: true,
  description: "The name of the token to replace, as Settings > Access Tokens shows it, without the date that a rotation adds: `deploy` also stands for `deploy-2026-11-24-081502-x7k2`.",
  verbs: [ "rotate" ]
}, {
  name: "strategy",
  kind: "choice",
  default: "replace",
  choices: [ "replace", "regenerate" ],
  description: "`replace` makes a new token, stores and tries it, and revokes the old one last, so nothing can be lost. `regenerate` keeps the name, but the stored token is dead until the new value is stored.",
  verbs: [ "rotate" ]
}, {
  name: "expires-in-days",
  kind: "choice",
  default: "30",
  choices: [ "30", "60", "90" ],
  description: "How long the new token lives; `regenerate` leaves that to Outpost.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "rotate-after",
  kind: "span",
  default: "6d",
  description: "A younger token is left alone, so you can run the rotation daily: it then only cleans up. `0s` replaces the token in each run.",
  verbs: [ "rotate" ]
}, {
  name: "overlap",
  kind: "span",
  default: "12h",
  description: "How long the old token stays alive beside the new one, so that jobs which started with it can finish. The first run after that revokes it. `0s` revokes it at once. The report calls a token a leftover only after that.",
  verbs: [ "rotate", "report" ]
}, {
  name: "scopes",
  kind: "scopes",
  description: "The scopes of the new token, separated by commas. Without it: those of the token that it replaces.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "store",
  kind: "choice",
  choices: [ "github", "gitlab", "forgejo" ],
  description: "Where the token is kept: secrets of GitHub, CI/CD variables of GitLab, or secrets of Forgejo or Gitea. Without it: those of the system that runs this.",
  verbs: [ "rotate", "create", "compromised", "report" ]
}, {
  name: "places",
  kind: "places",
  description: "All secrets that hold the token, one per line: `repository`, `environment:production`, `organization`, `dependabot`, `codespaces` or `repository:owner/name`; on GitLab `project:path` or `group:path`, each with `@scope` if the variable has one. It replaces the inputs for a single place.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "store-token",
  kind: "secret",
  description: "A credential that may write the secret there, from a secret of its own (the job's own token may not): see docs/tokens.md for the least rights. Leave it out if `env` sets the variable OUTPOST_STORE_TOKEN.",
  hosts: [ "github" ],
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "secret-name",
  kind: "variable",
  default: "OUTPOST_TOKEN",
  description: "The name of the secret or variable that holds the token. It must already exist.",
  verbs: [ "rotate", "create", "compromised", "report" ]
}, {
  name: "repository",
  kind: "repository",
  description: "GitHub: the repository whose secret it is. Without it: the one that runs this.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "environment",
  kind: "text",
  description: "GitHub: the environment whose secret it is.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "organization",
  kind: "text",
  description: "GitHub: the organization whose secret it is, instead of a repository.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "project",
  kind: "text",
  description: "GitLab: the project whose variable it is, by path or number. Without it: the project that runs this.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "group",
  kind: "text",
  description: "GitLab: the group whose variable it is, instead of a project.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "environment-scope",
  kind: "text",
  default: "*",
  description: "GitLab: the environment scope of the variable, exactly as it is set there.",
  verbs: [ "rotate", "create", "compromised" ]
}, {
  name: "api-url",
  kind: "api",
  description: "The address of the store's API. Without it: on GitHub that of the runner, otherwise https://api.github.com or https://gitlab.com/api/v4. Set it for your own GitLab server, Forgejo or Gitea.",
  verbs: [ "rotate", "create", "compromised", "report" ]
}, {
  name: "dry-run",
  kind: "boolean",
  default: "false",
  description: "Check the token, test whether the store can be written, and stop before anything is replaced.",
  verbs: [ "rotate" ]
}, {
  name: "token-name",
  kind: "base-name",
  description: "The name of the token to report on. Without it: all tokens of the user.",
  verbs: [ "report" ]
}, {
  name: "repositories",
  kind: "text",
  description: "A file with one repository per line (`owner/name`; on GitLab `project:path` or `group:path`): the report then also says where each secret named `secret-name` is, and which token it holds. It needs OUTPOST_STORE_TOKEN, and only reads.",
  verbs: [ "report" ]
}, {
  name: "needed-scopes",
  kind: "scopes",
  default: "service",
  description: "The scopes that the pipeline needs, separated by commas: `service` to deploy, `repo` to push.",
  verbs: [ "report" ]
}, {
  name: "service",
  kind: "targets",
  description: "The services that are deployed with this token. More than one gives a warning, because each should have its own.",
  verbs: [ "report" ]
}, {
  name: "least-privilege",
  kind: "choice",
  default: "warn",
  choices: [ "off", "warn", "error" ],
  description: "What to do if the token has scopes that are not needed: `off`, `warn` or `error`.",
  verbs: [ "report" ]
}, {
  name: "expiry-warning",
  kind: "days",
  default: "14",
  description: "Warn if a token expires within this many days.",
  verbs: [ "report" ]
}, {
  name: "unused-warning",
  kind: "days",
  default: "90",
  description: "Warn if a token was not used for this many days.",
  verbs: [ "report" ]
}, {
  name: "strict",
  kind: "boolean",
  default: "false",
  description: "End with a failing status if there is anything to warn about, so that a scheduled job turns red.",
  verbs: [ "report" ]
}, {
  name: "json",
  kind: "boolean",
  default: "false",
  description: "Print JSON and nothing else.",
  verbs: [ "report", "list" ],
  hosts: [ "gitlab", "shell" ]
}, {
  name: "json",
  kind: "boolean",
  default: "false",
  description: "Print JSON and nothing else.",
  verbs: [ "rotate", "revoke", "create", "compromised" ],
  hosts: [ "shell" ]
}, {
  name: "origin",
  kind: "origin",
  default: "https://outpost.run",
  description: "Where Outpost is: an https URL, or http on this machine for rehearsals."
}, {
  name: "list-form",
  kind: "form",
  default: "GET /auth/v1/pat",
  description: "The request that lists tokens, if your Outpost has another one. It is not documented."
}, {
  name: "revoke-form",
  kind: "form",
  default: "DELETE /auth/v1/pat/{name}",
  description: "The request that revokes a token, if your Outpost has another one. It is not documented.",
  verbs: [ "rotate", "revoke", "create", "compromised" ]
}, {
  name: "regenerate-form",
  kind: "form",
  default: "POST /auth/v1/pat/{name}/regenerate",
  description: "The request that gives a token a new value, if your Outpost has another one. It is not documented.",
  verbs: [ "rotate" ]
}, {
  name: "allow-unsafe-trigger",
  kind: "boolean",
  default: "false",
  description: "Continue even if someone outside your team may have started the run: pull_request_target, issue_comment, or workflow_run after a fork's workflow. Only set this if you trust everyone who can start the workflow.",
  hosts: [ "github" ],
  verbs: [ "rotate" ]
}, {
  name: "allow-debug-trace",
  kind: "boolean",
  default: "false",
  description: "Continue even if CI_DEBUG_TRACE is on, which writes every variable of the job to its log.",
  hosts: [ "gitlab" ]
} ];

function inputsOf(verb) {
  const knows = ({verbs}) => verbs === void 0 || verbs.includes(verb);
  return tokenInputs.filter(row => knows(row));
}

const tokenProgram = {
  name: "outpost-deploy token",
  does: "manage the tokens that your pipelines deploy with",
  commands: [ {
    name: "report",
    does: "Check tokens: expiry, scopes, last use",
    examples: [ "report --token-name deploy --needed-scopes service" ],
    flags: () => inputsOf("report")
  }, {
    name: "list",
    does: "List all tokens, soonest expiry first",
    examples: [ "list", "list --json" ],
    flags: () => inputsOf("list")
  }, {
    name: "rotate",
    does: "Create a new token, store it, and revoke the old one",
    examples: [ "rotate --token-name deploy --store gitlab --project 101" ],
    flags: () => inputsOf("rotate")
  }, {
    name: "revoke",
    does: "Revoke a token, including those that rotations made",
    examples: [ "revoke ci" ],
    flags: () => inputsOf("revoke"),
    argument: "NAME"
  }, {
    name: "create",
    does: "Create a token and store it, without showing its value",
    examples: [ "create ci --scopes service --store gitlab --project 101" ],
    flags: () => inputsOf("create"),
    argument: "NAME"
  }, {
    name: "compromised",
    does: "Revoke and replace a token that leaked",
    examples: [ "compromised ci --store gitlab --project 101" ],
    flags: () => inputsOf("compromised"),
    argument: "NAME"
  } ],
  others: {},
  secrets: {
    token: "OUTPOST_TOKEN",
    "store-token": "OUTPOST_STORE_TOKEN"
  },
  ending: [ "The token comes from the variable OUTPOST_TOKEN, and OUTPOST_STORE_TOKEN is for", "the store. A flag can be a variable too: OUTPOST_TOKEN_NAME for --token-name.", "Exit: 0 done, 2 usage, 3 token, 4 refused, 7 unknown, 8 unavailable (retry),", "10 replaced, and an old token must be revoked by hand, 130 and 143 cancelled.", "https://github.com/outpost/deploy-action/blob/v1/docs/tokens.md" ]
};

const package_namespaceObject = {
  rE: "1.0.0"
};

const {rE: version} = package_namespaceObject;

function version_docsUrl(page) {
  return `https://github.com/outpost/deploy-action/blob/v${version}/docs/${page}`;
}

function version_failureUrl(code) {
  return version_docsUrl(`failures.md#${code}`);
}

const COLUMNS = 80;

function helpText(program, verb) {
  const command = program.commands.find(({name}) => name === verb);
  const lines = command === void 0 ? programHelp(program) : commandHelp(command, program);
  return [ ...lines, "" ].join("\n");
}

function programHelp({name, does, commands, others, ending}) {
  const rows = [ ...commands.map(command => [ help_nameOf(command), command.does ]), ...Object.entries(others), [ "help", "Show this help; `help COMMAND` shows the flags of a command" ], [ "version", "Show the version" ] ];
  const width = Math.max(...rows.map(([row]) => row.length)) + 2;
  return [ `${name} ${version}: ${does}`, "", ...examplesOf(commands.slice(0, 1), name), "", "Commands:", ...rows.map(([row, what]) => `  ${row.padEnd(width)}${what}`), "", ...ending ];
}

function commandHelp(command, {name}) {
  const {does, shown} = command;
  const flags = flagsOf(command).filter(flag => shown?.includes(flag.name) ?? true);
  return [ `${name} ${help_nameOf(command)}`, does, "", ...examplesOf([ command ], name), "", ...flags.flatMap(flag => [ `  ${usageOf(flag)}`, ...wrap(flag.description, COLUMNS - 6).map(line => `      ${line}`) ]) ];
}

function help_nameOf({name, argument}) {
  return argument === void 0 ? name : `${name} ${argument}`;
}

function examplesOf(commands, program) {
  return commands.flatMap(({examples}) => examples.map(one => `  ${program} ${one}`));
}

function usageOf({name, kind, choices, required, default: usual = ""}) {
  if (kind === "boolean") return usual === "true" ? `--no-${name}, --${name}=false` : `--${name}`;
  const value = choices?.join("|") ?? values[kind] ?? kind.toUpperCase();
  const note = required === true ? " (required)" : usual === "" ? "" : ` (default ${usual})`;
  return `--${name} ${value}${note}`;
}

const values = {
  targets: "NAMESPACE/NAME",
  repository: "NAMESPACE/NAME",
  moment: "DATE",
  "service-path": "PATH",
  "api-forms": "KEY=VALUE",
  check: "PATH|URL",
  origin: "URL",
  api: "URL",
  "base-name": "NAME",
  span: "DURATION",
  form: "REQUEST"
};

function wrap(text, columns) {
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === void 0 || last.length + 1 + word.length > columns) lines.push(word); else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

function openStdout() {
  return stdout_open(process.stdout);
}

function openStderr() {
  return stdout_open(process.stderr);
}

function stdout_open(stream) {
  stream.on("error", () => {});
  return {
    write: text => {
      stream.write(text);
    },
    columns: () => stream.isTTY ? stream.columns ?? 0 : void 0,
    drained: signal => {
      if (!stream.writableNeedDrain || signal.aborted) return Promise.resolve();
      return new Promise(resolve => {
        const events = [ "drain", "error", "close" ];
        const onEvent = () => {
          for (const event of events) stream.off(event, onEvent);
          signal.removeEventListener("abort", onEvent);
          resolve();
        };
        for (const event of events) stream.on(event, onEvent);
        signal.addEventListener("abort", onEvent);
      });
    }
  };
}

const LAST_WORD_MS = 2e3;

const STUCK_READER_MS = 1e4;

const LOOK_MS = 1e3;

const CANCELLED = new Set([ 130, 143 ]);

function exitWith(status) {
  process.exitCode = status;
  const leaveSoon = () => void setTimeout(() => process.exit(status), LAST_WORD_MS);
  if (CANCELLED.has(status)) leaveSoon();
  for (const signal of [ "SIGINT", "SIGTERM", "SIGHUP" ]) process.on(signal, leaveSoon);
  leaveWhenStuck(status);
  process.stdout.write("", () => process.stderr.write("", () => process.exit(status)));
}

function leaveWhenStuck(status) {
  const waiting = () => process.stdout.writableLength + process.stderr.writableLength;
  let left = waiting();
  let stuckMs = 0;
  const look = () => {
    const now = waiting();
    stuckMs = now === left ? stuckMs + LOOK_MS : 0;
    left = now;
    if (stuckMs >= STUCK_READER_MS) process.exit(status);
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
}

const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

const STAMP = /^\[?\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:[Zz]|[+-]\d{2}:?\d{2}))?\]?(?: +|$)/;

const MAX_LENGTH = 64;

function log_stamp_stampLength(line) {
  const first = line.charCodeAt(0);
  if (!(first >= 48 && first <= 57) && first !== 91) return 0;
  return STAMP.exec(line.slice(0, MAX_LENGTH))?.[0].length ?? 0;
}

const MAX_LINE_LENGTH = 16384;

function inertLine(text) {
  const line = capped(sanitize_withoutControls(text));
  if (!/##\[|section_|::/i.test(line)) return line;
  return line.replace(/##\[/g, "## [").replace(/(section_(?:start|end)):/gi, "$1 :").replace(/^(\s*)::/, "$1: :");
}

function capped(line) {
  const more = line.length - MAX_LINE_LENGTH;
  return more <= 0 ? line : `${line.slice(0, MAX_LINE_LENGTH)} ... (${more} more characters)`;
}

const escapeSequences = new RegExp("\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[@-Z\\\\-_])", "g");

const invisible = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

function sanitize_withoutControls(text) {
  if (!/[^ -~]/.test(text)) return text;
  return text.replaceAll("\t", " ").replace(escapeSequences, "").replace(invisible, "");
}

const CONTEXT_LENGTH = 9;

const MAX_WAITING_LINES = 64;

const PART_LENGTH = 8192;

function redactLog(redactor, lines, before = "") {
  const messages = lines.map(messageOf);
  return redactor.redactLines([ before, ...messages ]).slice(1).map((message, index) => `${lines[index]?.slice(0, log_stamp_stampLength(lines[index]))}${message}`);
}

function messageOf(line) {
  const length = log_stamp_stampLength(line);
  return length === 0 ? line : line.slice(length);
}

function createQuotes(redactor, emit) {
  let source = "";
  let context = "";
  let waiting = [];
  function writeAllBut(keep, lines) {
    const count = lines.length - keep;
    const masked = redactLog(redactor, lines, context).slice(0, count);
    waiting = lines.slice(count);
    context = tailOf(lines.slice(0, count), context);
    if (masked.length > 0) emit(source, masked);
  }
  function flush() {
    if (waiting.length > 0) writeAllBut(0, waiting);
    context = "";
  }
  return {
    flush,
    quote: (from, lines) => {
      if (from !== source) flush();
      source = from;
      for (const part of partsOf(lines)) {
        const all = [ ...waiting, ...part.map(sanitize_withoutControls) ];
        writeAllBut(redactor.endsInPiece(tailOf(all, context)) ? linesInTail(all) : 0, all);
      }
    }
  };
}

function tailOf(lines, before) {
  let tail = "";
  for (let index = lines.length - 1; index >= 0 && tail.length < CONTEXT_LENGTH; index -= 1) tail = `${messageOf(lines[index] ?? "")}${tail}`;
  return `${before}${tail}`.slice(-CONTEXT_LENGTH);
}

function linesInTail(lines) {
  let length = 0;
  let count = 0;
  while (length < CONTEXT_LENGTH && count < lines.length && count < MAX_WAITING_LINES) {
    count += 1;
    length += messageOf(lines[lines.length - count] ?? "").length;
  }
  return count;
}

function* partsOf(lines) {
  let part = [];
  let length = 0;
  for (const line of lines) {
    part.push(line);
    length += line.length;
    if (length < PART_LENGTH) continue;
    yield part;
    part = [];
    length = 0;
  }
  if (part.length > 0) yield part;
}

function encodingsOf(token) {
  const bytes = Buffer.from(token, "utf8");
  const base64 = base64Cores(bytes);
  const forms = [ token, [ ...token ].reverse().join(""), [ ...token ].join("\0"), [ ...token ].join("\\u0000"), encodeURIComponent(token), JSON.stringify(token).slice(1, -1), token.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&apos;"), bytes.toString("hex"), ...perByte(bytes), ...base64, ...base64.flatMap(core => base64Cores(Buffer.from(core))) ];
  return [ ...new Set(forms.flatMap(form => [ form, form.replaceAll("+", "-").replaceAll("/", "_") ])) ];
}

function perByte(bytes) {
  const hex = [ ...bytes ].map(byte => byte.toString(16).padStart(2, "0"));
  return [ hex.map(digits => `%${digits}`).join(""), hex.map(digits => `\\x${digits}`).join(""), hex.map(digits => `\\u00${digits}`).join(""), hex.map(digits => `&#x${digits};`).join(""), [ ...bytes ].map(byte => `&#${byte};`).join(""), hex.join(" "), hex.join(":") ];
}

function base64Cores(bytes) {
  return [ 0, 1, 2 ].map(offset => {
    const text = Buffer.concat([ Buffer.alloc(offset), bytes ]).toString("base64").replace(/=+$/, "");
    const firstWhole = offset === 0 ? 0 : offset + 1;
    const wholes = Math.floor((offset + bytes.length) * 8 / 6);
    return text.slice(firstWhole, wholes);
  });
}

const MASK = "***";

const MIN_SECRET_LENGTH = 8;

const PIECE = 10;

const GRAM = 3;

const STRIDE = PIECE - GRAM + 1;

const TABLE_SIZE = 1 << 18;

const CHUNK = STRIDE * 8192;

class Redactor {
  #bytes=Buffer.alloc(CHUNK);
  #view=viewOf(this.#bytes);
  #table=new Uint8Array(TABLE_SIZE);
  #pieces;
  #forms=[];
  #shorts=[];
  add(value) {
    if (value.length < MIN_SECRET_LENGTH) return;
    if (value.length < PIECE) this.#shorts.push(value);
    for (const form of encodingsOf(value)) this.#addForm(form.toLowerCase());
  }
  redact(text) {
    return this.redactLines(text.split("\n")).join("\n");
  }
  redactLines(lines) {
    if (this.#forms.length === 0) return lines;
    const joined = lines.join("");
    const ranges = [ ...this.#findPieces(joined), ...this.#findShorts(joined) ].sort((left, right) => left.start - right.start);
    return ranges.length === 0 ? lines : maskRanges(lines, ranges);
  }
  endsInPiece(text) {
    const tail = text.slice(-4).toLowerCase();
    return tail.length === 4 && this.#forms.some(form => form.includes(tail));
  }
  #addForm(form) {
    this.#forms.push(form);
    this.#pieces = void 0;
    const view = viewOf(Buffer.from(`${form}.`, "latin1"));
    for (let start = 0; start + GRAM <= form.length; start += 1) this.#table[hashAt(view, start)] = 1;
  }
  #findPieces(text) {
    const ranges = [];
    let covered = 0;
    for (let base = 0; base < text.length; base += CHUNK) for (const at of this.#candidates(text, base)) {
      if (at + GRAM <= covered) continue;
      const range = this.#pieceAround(text, at);
      if (range === void 0) continue;
      ranges.push(range);
      covered = range.end;
    }
    return ranges;
  }
  #candidates(text, base) {
    const view = this.#view;
    const table = this.#table;
    const length = this.#bytes.write(text.slice(base, base + CHUNK), 0, "latin1");
    const found = [];
    for (let at = 0; at < length; at += STRIDE) {
      if (table[hashAt(view, at)] !== 1) continue;
      const after = table[hashAt(view, at + GRAM)];
      const before = at < GRAM ? 1 : table[hashAt(view, at - GRAM)];
      if (after === 1 || before === 1) found.push(base + at);
    }
    return found;
  }
  #pieceAround(text, at) {
    for (let start = Math.max(0, at - PIECE + GRAM); start <= at; start += 1) {
      if (!this.#isPiece(text, start)) continue;
      let last = start;
      while (this.#isPiece(text, last + 1)) last += 1;
      return {
        start,
        end: last + PIECE
      };
    }
    return;
  }
  #isPiece(text, start) {
    this.#pieces ??= piecesOf(this.#forms);
    return this.#pieces.has(text.slice(start, start + PIECE).toLowerCase());
  }
  #findShorts(text) {
    return this.#shorts.flatMap(short => {
      const ranges = [];
      for (let start = text.indexOf(short); start >= 0; start = text.indexOf(short, start + short.length)) ranges.push({
        start,
        end: start + short.length
      });
      return ranges;
    });
  }
}

function piecesOf(forms) {
  const pieces = new Set;
  for (const form of forms) for (let start = 0; start + PIECE <= form.length; start += 1) pieces.add(form.slice(start, start + PIECE));
  return pieces;
}

const SAMPLE_MASK = 16777215;

const FOLD = 2105376;

function viewOf({buffer, byteOffset, length}) {
  return new DataView(buffer, byteOffset, length);
}

function hashAt(view, at) {
  const folded = view.getUint32(at, true) & SAMPLE_MASK | FOLD;
  return Math.imul(folded, 2654435761) >>> 14 & TABLE_SIZE - 1;
}

function maskRanges(lines, ranges) {
  let lineStart = 0;
  let next = 0;
  return lines.map(line => {
    const lineEnd = lineStart + line.length;
    let masked = "";
    let kept = lineStart;
    for (let range = ranges[next]; range !== void 0 && range.start < lineEnd; range = ranges[next]) {
      const {start, end} = range;
      if (end > kept) masked += `${line.slice(kept - lineStart, Math.max(kept, start) - lineStart)}${MASK}`;
      kept = Math.max(kept, Math.min(end, lineEnd));
      if (end > lineEnd) break;
      next += 1;
    }
    masked += line.slice(kept - lineStart);
    lineStart = lineEnd;
    return masked;
  });
}

function isPlaceholder(value) {
  return /^\$\{?[A-Z][A-Z0-9_]*\}?$|^\$\{\{.*\}\}$|^\*+$/.test(value.trim());
}

function createSink(write, frame = block => block, writeError = write) {
  const redactor = new Redactor;
  const quotes = createQuotes(redactor, (source, lines) => {
    const name = cleanLines(source).join(" ");
    write(frame(lines.map(line => `  ${name} | ${inertLine(line)}\n`).join("")));
  });
  const cleanLines = text => redactor.redactLines(text.split(/\r\n|\n|\r/).map(sanitize_withoutControls)).map(inertLine);
  const writeRaw = text => {
    quotes.flush();
    write(text);
  };
  return {
    hide: secret => {
      if (!isPlaceholder(secret.reveal())) redactor.add(secret.reveal());
    },
    clean: text => cleanLines(text).join(" "),
    cleanLines,
    redact: document => redactor.redact(document),
    say: text => writeRaw(cleanLines(text).map(line => `${line}\n`).join("")),
    writeRaw,
    writeError: text => {
      quotes.flush();
      writeError(text);
    },
    quote: quotes.quote,
    cleanLog: lines => redactLog(redactor, Array.from(lines, sanitize_withoutControls)).map(inertLine),
    flush: quotes.flush
  };
}

class Secret {
  #value;
  constructor(value) {
    this.#value = value;
  }
  reveal() {
    return this.#value;
  }
  get isEmpty() {
    return this.#value === "";
  }
  toString() {
    return "***";
  }
  toJSON() {
    return "***";
  }
  [external_node_util_namespaceObject.inspect.custom]() {
    return "***";
  }
}

function takeToken(env, names) {
  const value = names.map(name => env[name]).find(candidate => candidate !== void 0 && candidate !== "");
  for (const name of names) delete env[name];
  return new Secret(value ?? "");
}

function variableOf(name) {
  return `OUTPOST_${name.toUpperCase().replaceAll("-", "_")}`;
}

function readInputs(env, given) {
  return readTexts(inputs, env, given);
}

function readStepInputs(rows, env) {
  return readTexts(rows, {}, name => env[`INPUT_${name.toUpperCase()}`]);
}

function strayInputs(rows, env) {
  const given = readStepInputs(rows, env);
  return rows.flatMap(({name, kind, default: usual = "", hosts}) => {
    if (kind === "secret" || hosts?.includes("github") === false) return [];
    const stray = env[variableOf(name)]?.trim();
    if (!stray || stray === (given[name] ?? usual)) return [];
    return [ `\`${name}\`: the variable ${variableOf(name)} is set and differs from this step's input. On GitHub, inputs only come from \`with\`: set \`${name}\` under the step's \`with\`, and remove ${variableOf(name)} from \`env\` or from the step that writes it to GITHUB_ENV` ];
  });
}

function readTexts(rows, env, given) {
  const raw = {};
  for (const {name, kind} of rows) {
    if (kind === "secret") continue;
    const text = given(name)?.trim() || env[variableOf(name)]?.trim();
    if (text) raw[name] = text;
  }
  return raw;
}

function safeReport(report, sink) {
  return cleanDeep(report, sink);
}

function cleanDeep(value, sink) {
  if (typeof value === "string") return sink.cleanLines(value).join("\n");
  if (Array.isArray(value) && value.every(one => typeof one === "string")) return value.length === 0 ? [] : sink.cleanLines(value.join("\n"));
  if (Array.isArray(value)) return value.map(one => cleanDeep(one, sink));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [ name, cleanDeep(one, sink) ]));
}

const MAX_DOTENV_BYTES = 5e3;

function dotenvOf(prefix, values) {
  const lines = [];
  let bytes = 0;
  for (const [name, value] of Object.entries(values)) {
    const line = `${prefix}${name.toUpperCase().replaceAll("-", "_")}=${value}\n`;
    bytes += Buffer.byteLength(line);
    if (/[$\r\n]/.test(value) || bytes > MAX_DOTENV_BYTES) {
      bytes -= Buffer.byteLength(line);
      continue;
    }
    lines.push(line);
  }
  return lines.join("");
}

function replaceFile(path, text) {
  const old = (0, external_node_fs_namespaceObject.lstatSync)(path, {
    throwIfNoEntry: false
  });
  if ((0, external_node_path_namespaceObject.dirname)(path) === "/dev" || old?.isCharacterDevice() || old?.isBlockDevice()) throw Object.assign(new Error("it is a device"), {
    code: "ENOTSUP"
  });
  const draft = `${path}.${(0, external_node_crypto_namespaceObject.randomBytes)(6).toString("hex")}`;
  try {
    (0, external_node_fs_namespaceObject.writeFileSync)(draft, text, {
      flag: "wx"
    });
    (0, external_node_fs_namespaceObject.renameSync)(draft, path);
  } catch (error) {
    (0, external_node_fs_namespaceObject.rmSync)(draft, {
      force: true
    });
    throw error;
  }
}

async function tryWriting(what, warn, write) {
  try {
    await write();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    warn({
      title: `${what} could not be written`,
      message: `${what} could not be written${code}. This doesn't change the result of the job.`
    });
  }
}

function hazardsOf(env) {
  const hazards = [];
  if (/^(?:1|t|T|true|True|TRUE)$/.test(env["CI_DEBUG_TRACE"] ?? "")) hazards.push({
    name: "CI_DEBUG_TRACE",
    danger: "prints every variable of the job, and masks only the exact value of a token",
    allowedBy: "allow-debug-trace"
  });
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") hazards.push({
    name: "NODE_TLS_REJECT_UNAUTHORIZED=0",
    danger: "lets anybody on the network impersonate Outpost and steal the token",
    allowedBy: void 0
  });
  if (/\*|http|net|tls/i.test(env["NODE_DEBUG"] ?? "")) hazards.push({
    name: "NODE_DEBUG",
    danger: "makes Node print the headers of each request, including the token",
    allowedBy: void 0
  });
  return hazards;
}

const SECOND_MS = 1e3;

const MINUTE_MS = 60 * SECOND_MS;

const HOUR_MS = 60 * MINUTE_MS;

const DAY_MS = 24 * HOUR_MS;

function parseDurationMs(text) {
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text);
  if (match === null || text === "") return;
  const [hours, minutes, seconds] = match.slice(1).map(digits => Number(digits ?? 0));
  return (hours ?? 0) * HOUR_MS + (minutes ?? 0) * MINUTE_MS + (seconds ?? 0) * SECOND_MS;
}

function duration_formatDuration(ms) {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} m` : `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
  return minutes % 60 === 0 ? minutes / 60 + " h" : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

function duration_formatDistance(fromMs, toMs) {
  const distanceMs = Math.abs(toMs - fromMs);
  const [amount, unit] = distanceMs >= DAY_MS ? [ Math.floor(distanceMs / DAY_MS), "day" ] : distanceMs >= HOUR_MS ? [ Math.floor(distanceMs / HOUR_MS), "hour" ] : [ Math.floor(distanceMs / MINUTE_MS), "minute" ];
  if (amount === 0) return "now";
  const words = `${amount} ${unit}${amount === 1 ? "" : "s"}`;
  return toMs > fromMs ? `in ${words}` : `${words} ago`;
}

function daysBetween(fromMs, toMs) {
  return Math.floor((toMs - fromMs) / DAY_MS);
}

function formatMoment(wallMs) {
  return `${new Date(wallMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$/;

function parseMomentMs(text) {
  const match = RFC_3339.exec(text);
  if (match === null) return;
  const [year, month, day] = match.slice(1, 4).map(Number);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (Number(match[4] ?? 0) > 23 || month < 1 || month > 12 || day < 1 || day > daysInMonth) return;
  const moment = Date.parse(text.toUpperCase().replace(" ", "T"));
  return Number.isNaN(moment) ? void 0 : moment;
}

function factLines({attempted, happened, hint, request_id}) {
  return [ `${attempted}: ${happened}.`, hint, ...request_id === void 0 ? [] : [ `Request: ${request_id}` ] ];
}

function jsonOf(report) {
  return `${JSON.stringify(report, nullForUnknown, 2)}\n`;
}

function nullForUnknown(_, value) {
  return value === void 0 ? null : value;
}

const RED = 31;

const YELLOW = 33;

const BLUE = 34;

const coloured = (code, text) => `[${code}m${text}[0m`;

const plain = (_, text) => text;

function plainMessages(sink, paint) {
  const textOf = (code, word, {title, message, place}) => {
    const at = place === void 0 ? "" : ` (${sink.clean(place.file)}:${place.line})`;
    const head = `${paint(code, `${word}: ${sink.clean(title)}`)}${at}`;
    return [ head, ...sink.cleanLines(message).map(line => `  ${line}`), "" ].join("\n");
  };
  return {
    say: sink.say,
    conclude: sink.say,
    quote: sink.quote,
    cleanLog: sink.cleanLog,
    repeatsLog: false,
    notice: annotation => sink.writeRaw(textOf(BLUE, "Notice", annotation)),
    warn: annotation => sink.writeError(textOf(YELLOW, "Warning", annotation)),
    fail: annotation => sink.writeError(textOf(RED, "Error", annotation))
  };
}

const DOTENV_FILE = "outpost.env";

const REPORT_FILE = "outpost-report.json";

const SUMMARY_FILE = "outpost-report.md";

function prefixOf(inputs) {
  const prefix = inputs["dotenv-prefix"] ?? "";
  return /^\w{1,64}$/.test(prefix) ? prefix : "OUTPOST_";
}

async function beginFiles({folder, prefix, results, warn}) {
  if (!results.files) return;
  await tryWriting(DOTENV_FILE, warn, () => replaceFile((0, external_node_path_namespaceObject.join)(folder, DOTENV_FILE), dotenvOf(prefix, {
    status: "unknown"
  })));
}

async function publishFiles(publication, files) {
  const {folder, prefix, sink, warn, results} = files;
  const write = (name, text) => tryWriting(name, warn, () => replaceFile((0, external_node_path_namespaceObject.join)(folder, name), sink.redact(text())));
  if (results.files) {
    await write(DOTENV_FILE, () => dotenvOf(prefix, {
      ...publication.outputs(),
      summary: SUMMARY_FILE,
      report: REPORT_FILE
    }));
    await write(REPORT_FILE, publication.json);
    await write(SUMMARY_FILE, publication.markdown);
  }
  await writeJson(publication.json, files);
}

async function writeJson(json, {folder, sink, warn, results: {print, report}}) {
  if (print === void 0 && report === void 0) return;
  const safe = sink.redact(json());
  print?.(safe);
  if (report !== void 0) await tryWriting(report, warn, () => replaceFile((0, external_node_path_namespaceObject.resolve)(folder, report), safe));
}

function writeDocument(result, files) {
  return writeJson(() => jsonOf(safeReport(result, files.sink)), files);
}

const ANNOTATIONS_FILE = "outpost-annotations.json";

function createGitlabHost({env, flags, folder, log, results}) {
  const sink = createSink(log.write);
  const messages = plainMessages(sink, coloured);
  const inputs = readInputs(env, name => flags[name]);
  const files = {
    folder,
    prefix: prefixOf(inputs),
    results,
    sink,
    warn: messages.warn
  };
  const writeLinks = links => tryWriting(ANNOTATIONS_FILE, messages.warn, () => replaceFile((0, 
  external_node_path_namespaceObject.join)(folder, ANNOTATIONS_FILE), sink.redact(annotations(links()))));
  return {
    name: "gitlab",
    context: readContext(env),
    token: takeToken(env, [ "OUTPOST_TOKEN" ]),
    begin: async () => {
      await beginFiles(files);
      if (results.files) await writeLinks(() => [ {
        label: "Outpost",
        url: "https://outpost.run"
      } ]);
    },
    inputs: () => inputs,
    mask: sink.hide,
    drained: log.drained,
    ...messages,
    group: (title, lines) => section(sink, title, lines),
    publish: async (report, publicationOf) => {
      const publication = publicationOf(safeReport(report, sink));
      await publishFiles(publication, files);
      if (results.files) await writeLinks(publication.links);
    },
    document: result => writeDocument(result, files)
  };
}

function section(sink, title, lines) {
  const name = `outpost_${(0, external_node_crypto_namespaceObject.randomBytes)(8).toString("hex")}`;
  const seconds = Math.floor(Date.now() / 1e3);
  sink.writeRaw(`[0Ksection_start:${seconds}:${name}[collapsed=false]\r[0K${sink.clean(title)}\n`);
  for (const line of lines) sink.writeRaw(`  ${sink.clean(line)}\n`);
  sink.writeRaw(`[0Ksection_end:${seconds}:${name}\r[0K\n`);
}

function readContext(env) {
  const proposedMerge = proposedMergeOf(env);
  const commit = proposedMerge?.sourceCommit ?? (env["CI_COMMIT_SHA"] || void 0);
  const source = env["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"];
  const run = [ "CI_SERVER_HOST", "CI_PROJECT_ID", "CI_PIPELINE_ID", "CI_JOB_ID" ].map(name => env[name] ?? "");
  const isProtected = env["CI_COMMIT_REF_PROTECTED"];
  return {
    host: "gitlab",
    branch: env["CI_COMMIT_BRANCH"] || env["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"] || void 0,
    branchless: void 0,
    tag: env["CI_COMMIT_TAG"] || void 0,
    commit,
    proposedMerge,
    testedRun: void 0,
    commitUrl: commit === void 0 || !env["CI_PROJECT_URL"] ? void 0 : `${env["CI_PROJECT_URL"]}/-/commit/${commit}`,
    trigger: env["CI_PIPELINE_SOURCE"] ?? "unknown",
    fromFork: source !== void 0 && source !== "" && source !== env["CI_MERGE_REQUEST_PROJECT_ID"],
    fromDependabot: false,
    onProtectedRef: isProtected === void 0 ? void 0 : isProtected === "true",
    environment: env["CI_ENVIRONMENT_NAME"] || void 0,
    ...hintOf(env["OUTPOST_TOKEN_HINT"] ?? ""),
    isRerun: false,
    hazards: hazardsOf(env),
    folder: env["CI_PROJECT_DIR"] || process.cwd(),
    runId: env["CI_PIPELINE_ID"] || void 0,
    runKey: [ "gitlab", ...run ].join(":")
  };
}

function hintOf(text) {
  const isName = /^[A-Za-z0-9 ._@/+:()#-]{1,100}$/.test(text) && !text.includes("op_pat_");
  return isName && text.trim() !== "" ? {
    tokenNameHint: text.trim()
  } : {};
}

function proposedMergeOf(env) {
  if (!/^merge(?:d_result|_train)$/.test(env["CI_MERGE_REQUEST_EVENT_TYPE"] ?? "")) return;
  return {
    sourceCommit: env["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] || void 0,
    sourceRef: void 0,
    mergeCommit: env["CI_COMMIT_SHA"] || void 0
  };
}

function annotations(links) {
  return `${JSON.stringify({
    Outpost: links.map(link => ({
      external_link: link
    }))
  })}\n`;
}

const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");

function findGit(path, platform = process.platform, isProgram = canBeStarted) {
  const {delimiter, isAbsolute, join} = platform === "win32" ? external_node_path_namespaceObject.win32 : external_node_path_namespaceObject.posix;
  const name = platform === "win32" ? "git.exe" : "git";
  return (path ?? "").split(delimiter).map(folder => platform === "win32" ? folder.replace(/^"(.*)"$/, "$1") : folder).filter(folder => isAbsolute(folder) && !isRelativeToDrive(folder, platform)).map(folder => join(folder, name)).find(isProgram);
}

function isRelativeToDrive(folder, platform) {
  return platform === "win32" && /^[\\/](?![\\/])/.test(folder);
}

function canBeStarted(file) {
  try {
    (0, external_node_fs_namespaceObject.accessSync)(file, external_node_fs_namespaceObject.constants.X_OK);
    return (0, external_node_fs_namespaceObject.statSync)(file).isFile();
  } catch {
    return false;
  }
}

function readingEnvironment(env) {
  const {PATH, HOME, XDG_CONFIG_HOME, USERPROFILE, SystemRoot} = env;
  return {
    PATH,
    HOME,
    XDG_CONFIG_HOME,
    USERPROFILE,
    SystemRoot,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    ...offline,
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "core.fsmonitor",
    GIT_CONFIG_VALUE_0: "false"
  };
}

const offline = {
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none"
};

function readShellContext(env, workingDirectory) {
  const checkout = (0, external_node_path_namespaceObject.resolve)(workingDirectory ?? ".");
  const git = (...args) => askGit(env, checkout, args);
  const system = systemOf(env);
  const [head, ref] = git("rev-parse", "HEAD", "--symbolic-full-name", "HEAD")?.split("\n") ?? [];
  const branch = system.branch ?? /^refs\/heads\/(.+)$/.exec(ref ?? "")?.[1];
  const isDetached = head !== void 0 && branch === void 0;
  return {
    host: "shell",
    branch,
    branchless: void 0,
    tag: system.tag ?? (isDetached ? git("describe", "--tags", "--exact-match") : void 0),
    commit: system.proposedMerge?.sourceCommit ?? head,
    proposedMerge: system.proposedMerge,
    testedRun: void 0,
    commitUrl: void 0,
    trigger: "shell",
    fromFork: system.fromFork,
    fromDependabot: false,
    onProtectedRef: void 0,
    environment: void 0,
    hazards: hazardsOf(env),
    folder: process.cwd(),
    isRerun: false,
    runId: env["BUILD_NUMBER"] || env["BITBUCKET_BUILD_NUMBER"] || void 0,
    runKey: `shell:${(0, external_node_crypto_namespaceObject.randomUUID)()}`
  };
}

function systemOf(env) {
  if (env["JENKINS_URL"] && env["BRANCH_NAME"]) return jenkins(env);
  if (env["BITBUCKET_BUILD_NUMBER"]) return bitbucket(env);
  return {
    branch: void 0,
    tag: void 0,
    proposedMerge: void 0,
    fromFork: false
  };
}

function jenkins(env) {
  const isChange = Boolean(env["CHANGE_ID"]);
  const tag = env["TAG_NAME"] || void 0;
  const name = env["BRANCH_NAME"];
  return {
    branch: isChange ? env["CHANGE_BRANCH"] || void 0 : tag === void 0 ? name : void 0,
    tag,
    proposedMerge: isChange ? {
      sourceCommit: void 0,
      sourceRef: `refs/remotes/origin/${name}`,
      mergeCommit: void 0
    } : void 0,
    fromFork: Boolean(env["CHANGE_FORK"])
  };
}

function bitbucket(env) {
  const isChange = Boolean(env["BITBUCKET_PR_ID"]);
  return {
    branch: env["BITBUCKET_BRANCH"] || void 0,
    tag: env["BITBUCKET_TAG"] || void 0,
    proposedMerge: isChange ? {
      sourceCommit: env["BITBUCKET_COMMIT"] || void 0,
      sourceRef: void 0,
      mergeCommit: void 0
    } : void 0,
    fromFork: false
  };
}

function askGit(env, cwd, args) {
  const program = findGit(env["PATH"]);
  if (program === void 0) return;
  try {
    return (0, external_node_child_process_namespaceObject.execFileSync)(program, args, {
      cwd,
      encoding: "utf8",
      stdio: [ "ignore", "pipe", "ignore" ],
      env: readingEnvironment(env),
      timeout: 5e3
    }).trim() || void 0;
  } catch {
    return;
  }
}

function createShellHost(options) {
  const {env, flags, folder, log, errors, results, colour, isLive} = options;
  const line = isLive ? progressLine(log) : void 0;
  const above = write => line?.above(write) ?? write;
  const sink = createSink(above(log.write), void 0, above(errors.write));
  const paint = colour ? coloured : plain;
  const messages = plainMessages(sink, paint);
  const inputs = readInputs(env, name => flags[name]);
  const files = {
    folder,
    prefix: prefixOf(inputs),
    results,
    sink,
    warn: messages.warn
  };
  return {
    name: "shell",
    context: readShellContext(env, inputs["working-directory"]),
    token: takeToken(env, [ "OUTPOST_TOKEN" ]),
    begin: () => beginFiles(files),
    inputs: () => inputs,
    mask: sink.hide,
    drained: log.drained,
    ...messages,
    ...line === void 0 ? {} : {
      progress: (words, elapsedMs) => line.show(sink.clean(words), elapsedMs)
    },
    group: (title, lines) => {
      sink.writeRaw(`${paint(1, sink.clean(title))}\n`);
      for (const one of lines) sink.writeRaw(`  ${sink.clean(one)}\n`);
    },
    publish: (report, publicationOf) => publishFiles(publicationOf(safeReport(report, sink)), files),
    document: result => writeDocument(result, files)
  };
}

const ERASE_LINE = "\r[K";

function progressLine({write, columns}) {
  let shown;
  let timer;
  const draw = () => {
    if (shown === void 0) return;
    const text = `${shown.words} (${duration_formatDuration(performance.now() - shown.sinceMs)})`;
    const narrow = text.replace(/[^ -~]/gu, "?").slice(0, Math.max(0, (columns() ?? 0) - 1));
    if (narrow !== "") write(`${ERASE_LINE}${narrow}`);
  };
  return {
    above: writeText => text => {
      if (shown !== void 0) write(ERASE_LINE);
      clearInterval(timer);
      shown = void 0;
      writeText(text);
    },
    show: (words, elapsedMs) => {
      shown = {
        words,
        sinceMs: performance.now() - elapsedMs
      };
      clearInterval(timer);
      timer = setInterval(draw, 1e3);
      timer.unref();
      draw();
    }
  };
}

function readToken() {
  try {
    return (0, external_node_fs_namespaceObject.readFileSync)(0, "utf8");
  } catch {
    return "";
  }
}

function openCommandHost({host, tokenFromStdin, writesFiles, json = false, quiet = false, report}, flags, env, stdout) {
  if (tokenFromStdin) env["OUTPOST_TOKEN"] = readToken();
  const errors = openStderr();
  const log = json ? errors : stdout;
  const results = {
    files: writesFiles,
    print: json ? stdout.write : void 0,
    report
  };
  const options = {
    env,
    flags,
    folder: process.cwd(),
    log,
    results
  };
  if ((host ?? (env["GITLAB_CI"] === "true" ? "gitlab" : "shell")) === "gitlab") return spoken(createGitlabHost(options), quiet);
  const isTerminal = log.columns() !== void 0 && env["TERM"] !== "dumb";
  const colour = env["FORCE_COLOR"] ? true : isTerminal && errors.columns() !== void 0 && !env["NO_COLOR"];
  const isLive = isTerminal && log.columns() !== 0;
  return spoken(createShellHost({
    ...options,
    errors,
    colour,
    isLive
  }), quiet);
}

function spoken(host, quiet) {
  if (!quiet) return host;
  const {progress: _, ...rest} = host;
  const nothing = () => {};
  const silent = {
    say: nothing,
    quote: nothing,
    group: nothing,
    notice: nothing
  };
  return {
    ...rest,
    ...silent,
    repeatsLog: true
  };
}

const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

function utils_toCommandValue(input) {
  if (input === null || input === void 0) return ""; else if (typeof input === "string" || input instanceof String) return input;
  return JSON.stringify(input);
}

function toCommandProperties(annotationProperties) {
  if (!Object.keys(annotationProperties).length) return {};
  return {
    title: annotationProperties.title,
    file: annotationProperties.file,
    line: annotationProperties.startLine,
    endLine: annotationProperties.endLine,
    col: annotationProperties.startColumn,
    endColumn: annotationProperties.endColumn
  };
}

function command_issueCommand(command, properties, message) {
  const cmd = new Command(command, properties, message);
  process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}

function command_issue(name, message = "") {
  command_issueCommand(name, {}, message);
}

const CMD_STRING = "::";

class Command {
  constructor(command, properties, message) {
    if (!command) command = "missing.command";
    this.command = command;
    this.properties = properties;
    this.message = message;
  }
  toString() {
    let cmdStr = CMD_STRING + this.command;
    if (this.properties && Object.keys(this.properties).length > 0) {
      cmdStr += " ";
      let first = true;
      for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
        const val = this.properties[key];
        if (val) {
          if (first) first = false; else cmdStr += ",";
          cmdStr += `${key}=${escapeProperty(val)}`;
        }
      }
    }
    cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
    return cmdStr;
  }
}

function escapeData(s) {
  return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(s) {
  return utils_toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}

const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");

const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

function file_command_issueFileCommand(command, message) {
  const filePath = process.env[`GITHUB_${command}`];
  if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
  if (!external_fs_namespaceObject.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
  external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
    encoding: "utf8"
  });
}

function file_command_prepareKeyValueMessage(key, value) {
  const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
  const convertedValue = utils_toCommandValue(value);
  if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
  if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
  return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}

var external_http_ = __nccwpck_require__(611);

var external_http_namespaceObject = __nccwpck_require__.t(external_http_, 2);

var external_https_ = __nccwpck_require__(692);

var external_https_namespaceObject = __nccwpck_require__.t(external_https_, 2);

function getProxyUrl(reqUrl) {
  const usingSsl = reqUrl.protocol === "https:";
  if (checkBypass(reqUrl)) return;
  const proxyVar = (() => {
    if (usingSsl) return process.env["https_proxy"] || process.env["HTTPS_PROXY"]; else return process.env["http_proxy"] || process.env["HTTP_PROXY"];
  })();
  if (proxyVar) try {
    return new DecodedURL(proxyVar);
  } catch (_a) {
    if (!proxyVar.startsWith("http://") && !proxyVar.startsWith("https://")) return new DecodedURL(`http://${proxyVar}`);
  } else return;
}

function checkBypass(reqUrl) {
  if (!reqUrl.hostname) return false;
  const reqHost = reqUrl.hostname;
  if (isLoopbackAddress(reqHost)) return true;
  const noProxy = process.env["no_proxy"] || process.env["NO_PROXY"] || "";
  if (!noProxy) return false;
  let reqPort;
  if (reqUrl.port) reqPort = Number(reqUrl.port); else if (reqUrl.protocol === "http:") reqPort = 80; else if (reqUrl.protocol === "https:") reqPort = 443;
  const upperReqHosts = [ reqUrl.hostname.toUpperCase() ];
  if (typeof reqPort === "number") upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
  for (const upperNoProxyItem of noProxy.split(",").map(x => x.trim().toUpperCase()).filter(x => x)) if (upperNoProxyItem === "*" || upperReqHosts.some(x => x === upperNoProxyItem || x.endsWith(`.${upperNoProxyItem}`) || upperNoProxyItem.startsWith(".") && x.endsWith(`${upperNoProxyItem}`))) return true;
  return false;
}

function isLoopbackAddress(host) {
  const hostLower = host.toLowerCase();
  return hostLower === "localhost" || hostLower.startsWith("127.") || hostLower.startsWith("[::1]") || hostLower.startsWith("[0:0:0:0:0:0:0:1]");
}

class DecodedURL extends URL {
  constructor(url, base) {
    super(url, base);
    this._decodedUsername = decodeURIComponent(super.username);
    this._decodedPassword = decodeURIComponent(super.password);
  }
  get username() {
    return this._decodedUsername;
  }
  get password() {
    return this._decodedPassword;
  }
}

var tunnel = __nccwpck_require__(770);

var undici = __nccwpck_require__(401);

var __awaiter = function(thisArg, _arguments, P, generator) {
  function adopt(value) {
    return value instanceof P ? value : new P(function(resolve) {
      resolve(value);
    });
  }
  return new (P || (P = Promise))(function(resolve, reject) {
    function fulfilled(value) {
      try {
        step(generator.next(value));
      } catch (e) {
        reject(e);
      }
    }
    function rejected(value) {
      try {
        step(generator["throw"](value));
      } catch (e) {
        reject(e);
      }
    }
    function step(result) {
      result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
    }
    step((generator = generator.apply(thisArg, _arguments || [])).next());
  });
};

var HttpCodes;

(function(HttpCodes) {
  HttpCodes[HttpCodes["OK"] = 200] = "OK";
  HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
  HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
  HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
  HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
  HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
  HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
  HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
  HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
  HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
  HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
  HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
  HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
  HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
  HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
  HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
  HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
  HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
  HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
  HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
  HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
  HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
  HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
  HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
  HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
  HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
  HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));

var Headers;

(function(Headers) {
  Headers["Accept"] = "accept";
  Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));

var MediaTypes;

(function(MediaTypes) {
  MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));

function lib_getProxyUrl(serverUrl) {
  const proxyUrl = getProxyUrl(new URL(serverUrl));
  return proxyUrl ? proxyUrl.href : "";
}

const HttpRedirectCodes = [ HttpCodes.MovedPermanently, HttpCodes.ResourceMoved, HttpCodes.SeeOther, HttpCodes.TemporaryRedirect, HttpCodes.PermanentRedirect ];

const HttpResponseRetryCodes = [ HttpCodes.BadGateway, HttpCodes.ServiceUnavailable, HttpCodes.GatewayTimeout ];

const RetryableHttpVerbs = [ "OPTIONS", "GET", "DELETE", "HEAD" ];

const ExponentialBackoffCeiling = 10;

const ExponentialBackoffTimeSlice = 5;

class HttpClientError extends Error {
  constructor(message, statusCode) {
    super(message);
    this.name = "HttpClientError";
    this.statusCode = statusCode;
    Object.setPrototypeOf(this, HttpClientError.prototype);
  }
}

class HttpClientResponse {
  constructor(message) {
    this.message = message;
  }
  readBody() {
    return __awaiter(this, void 0, void 0, function*() {
      return new Promise(resolve => __awaiter(this, void 0, void 0, function*() {
        let output = Buffer.alloc(0);
        this.message.on("data", chunk => {
          output = Buffer.concat([ output, chunk ]);
        });
        this.message.on("end", () => {
          resolve(output.toString());
        });
      }));
    });
  }
  readBodyBuffer() {
    return __awaiter(this, void 0, void 0, function*() {
      return new Promise(resolve => __awaiter(this, void 0, void 0, function*() {
        const chunks = [];
        this.message.on("data", chunk => {
          chunks.push(chunk);
        });
        this.message.on("end", () => {
          resolve(Buffer.concat(chunks));
        });
      }));
    });
  }
}

class lib_HttpClient {
  constructor(userAgent, handlers, requestOptions) {
    this._ignoreSslError = false;
    this._allowRedirects = true;
    this._allowRedirectDowngrade = false;
    this._maxRedirects = 50;
    this._allowRetries = false;
    this._maxRetries = 1;
    this._keepAlive = false;
    this._disposed = false;
    this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
    this.handlers = handlers || [];
    this.requestOptions = requestOptions;
    if (requestOptions) {
      if (requestOptions.ignoreSslError != null) this._ignoreSslError = requestOptions.ignoreSslError;
      this._socketTimeout = requestOptions.socketTimeout;
      if (requestOptions.allowRedirects != null) this._allowRedirects = requestOptions.allowRedirects;
      if (requestOptions.allowRedirectDowngrade != null) this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
      if (requestOptions.maxRedirects != null) this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
      if (requestOptions.keepAlive != null) this._keepAlive = requestOptions.keepAlive;
      if (requestOptions.allowRetries != null) this._allowRetries = requestOptions.allowRetries;
      if (requestOptions.maxRetries != null) this._maxRetries = requestOptions.maxRetries;
    }
  }
  options(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request("OPTIONS", requestUrl, null, additionalHeaders || {});
    });
  }
  get(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request("GET", requestUrl, null, additionalHeaders || {});
    });
  }
  del(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request("DELETE", requestUrl, null, additionalHeaders || {});
    });
  }
  post(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request("POST", requestUrl, data, additionalHeaders || {});
    });
  }
  patch(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request("PATCH", requestUrl, data, additionalHeaders || {});
    });
  }
  put(requestUrl, data, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request("PUT", requestUrl, data, additionalHeaders || {});
    });
  }
  head(requestUrl, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request("HEAD", requestUrl, null, additionalHeaders || {});
    });
  }
  sendStream(verb, requestUrl, stream, additionalHeaders) {
    return __awaiter(this, void 0, void 0, function*() {
      return this.request(verb, requestUrl, stream, additionalHeaders);
    });
  }
  getJson(requestUrl_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, additionalHeaders = {}) {
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      const res = yield this.get(requestUrl, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  postJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, obj, additionalHeaders = {}) {
      const data = JSON.stringify(obj, null, 2);
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
      const res = yield this.post(requestUrl, data, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  putJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, obj, additionalHeaders = {}) {
      const data = JSON.stringify(obj, null, 2);
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
      const res = yield this.put(requestUrl, data, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  patchJson(requestUrl_1, obj_1) {
    return __awaiter(this, arguments, void 0, function*(requestUrl, obj, additionalHeaders = {}) {
      const data = JSON.stringify(obj, null, 2);
      additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
      additionalHeaders[Headers.ContentType] = this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
      const res = yield this.patch(requestUrl, data, additionalHeaders);
      return this._processResponse(res, this.requestOptions);
    });
  }
  request(verb, requestUrl, data, headers) {
    return __awaiter(this, void 0, void 0, function*() {
      if (this._disposed) throw new Error("Client has already been disposed.");
      const parsedUrl = new URL(requestUrl);
      let info = this._prepareRequest(verb, parsedUrl, headers);
      const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb) ? this._maxRetries + 1 : 1;
      let numTries = 0;
      let response;
      do {
        response = yield this.requestRaw(info, data);
        if (response && response.message && response.message.statusCode === HttpCodes.Unauthorized) {
          let authenticationHandler;
          for (const handler of this.handlers) if (handler.canHandleAuthentication(response)) {
            authenticationHandler = handler;
            break;
          }
          if (authenticationHandler) return authenticationHandler.handleAuthentication(this, info, data); else return response;
        }
        let redirectsRemaining = this._maxRedirects;
        while (response.message.statusCode && HttpRedirectCodes.includes(response.message.statusCode) && this._allowRedirects && redirectsRemaining > 0) {
          const redirectUrl = response.message.headers["location"];
          if (!redirectUrl) break;
          const parsedRedirectUrl = new URL(redirectUrl);
          if (parsedUrl.protocol === "https:" && parsedUrl.protocol !== parsedRedirectUrl.protocol && !this._allowRedirectDowngrade) throw new Error("Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.");
          yield response.readBody();
          if (parsedRedirectUrl.hostname !== parsedUrl.hostname) for (const header in headers) if (header.toLowerCase() === "authorization") delete headers[header];
          info = this._prepareRequest(verb, parsedRedirectUrl, headers);
          response = yield this.requestRaw(info, data);
          redirectsRemaining--;
        }
        if (!response.message.statusCode || !HttpResponseRetryCodes.includes(response.message.statusCode)) return response;
        numTries += 1;
        if (numTries < maxTries) {
          yield response.readBody();
          yield this._performExponentialBackoff(numTries);
        }
      } while (numTries < maxTries);
      return response;
    });
  }
  dispose() {
    if (this._agent) this._agent.destroy();
    this._disposed = true;
  }
  requestRaw(info, data) {
    return __awaiter(this, void 0, void 0, function*() {
      return new Promise((resolve, reject) => {
        function callbackForResult(err, res) {
          if (err) reject(err); else if (!res) reject(new Error("Unknown error")); else resolve(res);
        }
        this.requestRawWithCallback(info, data, callbackForResult);
      });
    });
  }
  requestRawWithCallback(info, data, onResult) {
    if (typeof data === "string") {
      if (!info.options.headers) info.options.headers = {};
      info.options.headers["Content-Length"] = Buffer.byteLength(data, "utf8");
    }
    let callbackCalled = false;
    function handleResult(err, res) {
      if (!callbackCalled) {
        callbackCalled = true;
        onResult(err, res);
      }
    }
    const req = info.httpModule.request(info.options, msg => {
      const res = new HttpClientResponse(msg);
      handleResult(void 0, res);
    });
    let socket;
    req.on("socket", sock => {
      socket = sock;
    });
    req.setTimeout(this._socketTimeout || 18e4, () => {
      if (socket) socket.end();
      handleResult(new Error(`Request timeout: ${info.options.path}`));
    });
    req.on("error", function(err) {
      handleResult(err);
    });
    if (data && typeof data === "string") req.write(data, "utf8");
    if (data && typeof data !== "string") {
      data.on("close", function() {
        req.end();
      });
      data.pipe(req);
    } else req.end();
  }
  getAgent(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    return this._getAgent(parsedUrl);
  }
  getAgentDispatcher(serverUrl) {
    const parsedUrl = new URL(serverUrl);
    const proxyUrl = getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (!useProxy) return;
    return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
  }
  _prepareRequest(method, requestUrl, headers) {
    const info = {};
    info.parsedUrl = requestUrl;
    const usingSsl = info.parsedUrl.protocol === "https:";
    info.httpModule = usingSsl ? external_https_namespaceObject : external_http_namespaceObject;
    const defaultPort = usingSsl ? 443 : 80;
    info.options = {};
    info.options.host = info.parsedUrl.hostname;
    info.options.port = info.parsedUrl.port ? parseInt(info.parsedUrl.port) : defaultPort;
    info.options.path = (info.parsedUrl.pathname || "") + (info.parsedUrl.search || "");
    info.options.method = method;
    info.options.headers = this._mergeHeaders(headers);
    if (this.userAgent != null) info.options.headers["user-agent"] = this.userAgent;
    info.options.agent = this._getAgent(info.parsedUrl);
    if (this.handlers) for (const handler of this.handlers) handler.prepareRequest(info.options);
    return info;
  }
  _mergeHeaders(headers) {
    if (this.requestOptions && this.requestOptions.headers) return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
    return lowercaseKeys(headers || {});
  }
  _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
      const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
      if (headerValue) clientHeader = typeof headerValue === "number" ? headerValue.toString() : headerValue;
    }
    const additionalValue = additionalHeaders[header];
    if (additionalValue !== void 0) return typeof additionalValue === "number" ? additionalValue.toString() : additionalValue;
    if (clientHeader !== void 0) return clientHeader;
    return _default;
  }
  _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
    let clientHeader;
    if (this.requestOptions && this.requestOptions.headers) {
      const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
      if (headerValue) if (typeof headerValue === "number") clientHeader = String(headerValue); else if (Array.isArray(headerValue)) clientHeader = headerValue.join(", "); else clientHeader = headerValue;
    }
    const additionalValue = additionalHeaders[Headers.ContentType];
    if (additionalValue !== void 0) if (typeof additionalValue === "number") return String(additionalValue); else if (Array.isArray(additionalValue)) return additionalValue.join(", "); else return additionalValue;
    if (clientHeader !== void 0) return clientHeader;
    return _default;
  }
  _getAgent(parsedUrl) {
    let agent;
    const proxyUrl = getProxyUrl(parsedUrl);
    const useProxy = proxyUrl && proxyUrl.hostname;
    if (this._keepAlive && useProxy) agent = this._proxyAgent;
    if (!useProxy) agent = this._agent;
    if (agent) return agent;
    const usingSsl = parsedUrl.protocol === "https:";
    let maxSockets = 100;
    if (this.requestOptions) maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
    if (proxyUrl && proxyUrl.hostname) {
      const agentOptions = {
        maxSockets,
        keepAlive: this._keepAlive,
        proxy: Object.assign(Object.assign({}, (proxyUrl.username || proxyUrl.password) && {
          proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
        }), {
          host: proxyUrl.hostname,
          port: proxyUrl.port
        })
      };
      let tunnelAgent;
      const overHttps = proxyUrl.protocol === "https:";
      if (usingSsl) tunnelAgent = overHttps ? tunnel.httpsOverHttps : tunnel.httpsOverHttp; else tunnelAgent = overHttps ? tunnel.httpOverHttps : tunnel.httpOverHttp;
      agent = tunnelAgent(agentOptions);
      this._proxyAgent = agent;
    }
    if (!agent) {
      const options = {
        keepAlive: this._keepAlive,
        maxSockets
      };
      agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
      this._agent = agent;
    }
    if (usingSsl && this._ignoreSslError) agent.options = Object.assign(agent.options || {}, {
      rejectUnauthorized: false
    });
    return agent;
  }
  _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
    let proxyAgent;
    if (this._keepAlive) proxyAgent = this._proxyAgentDispatcher;
    if (proxyAgent) return proxyAgent;
    const usingSsl = parsedUrl.protocol === "https:";
    proxyAgent = new undici.k(Object.assign({
      uri: proxyUrl.href,
      pipelining: !this._keepAlive ? 0 : 1
    }, (proxyUrl.username || proxyUrl.password) && {
      token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString("base64")}`
    }));
    this._proxyAgentDispatcher = proxyAgent;
    if (usingSsl && this._ignoreSslError) proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
      rejectUnauthorized: false
    });
    return proxyAgent;
  }
  _getUserAgentWithOrchestrationId(userAgent) {
    const baseUserAgent = userAgent || "actions/http-client";
    const orchId = process.env["ACTIONS_ORCHESTRATION_ID"];
    if (orchId) {
      const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, "_");
      return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
    }
    return baseUserAgent;
  }
  _performExponentialBackoff(retryNumber) {
    return __awaiter(this, void 0, void 0, function*() {
      retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
      const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
      return new Promise(resolve => setTimeout(() => resolve(), ms));
    });
  }
  _processResponse(res, options) {
    return __awaiter(this, void 0, void 0, function*() {
      return new Promise((resolve, reject) => __awaiter(this, void 0, void 0, function*() {
        const statusCode = res.message.statusCode || 0;
        const response = {
          statusCode,
          result: null,
          headers: {}
        };
        if (statusCode === HttpCodes.NotFound) resolve(response);
        function dateTimeDeserializer(key, value) {
          if (typeof value === "string") {
            const a = new Date(value);
            if (!isNaN(a.valueOf())) return a;
          }
          return value;
        }
        let obj;
        let contents;
        try {
          contents = yield res.readBody();
          if (contents && contents.length > 0) {
            if (options && options.deserializeDates) obj = JSON.parse(contents, dateTimeDeserializer); else obj = JSON.parse(contents);
            response.result = obj;
          }
          response.headers = res.message.headers;
        } catch (err) {}
        if (statusCode > 299) {
          let msg;
          if (obj && obj.message) msg = obj.message; else if (contents && contents.length > 0) msg = contents; else msg = `Failed request: (${statusCode})`;
          const err = new HttpClientError(msg, statusCode);
          err.result = response.result;
          reject(err);
        } else resolve(response);
      }));
    });
  }
}

const lowercaseKeys = obj => Object.keys(obj).reduce((c, k) => (c[k.toLowerCase()] = obj[k], 
c), {});

var summary_awaiter = function(thisArg, _arguments, P, generator) {
  function adopt(value) {
    return value instanceof P ? value : new P(function(resolve) {
      resolve(value);
    });
  }
  return new (P || (P = Promise))(function(resolve, reject) {
    function fulfilled(value) {
      try {
        step(generator.next(value));
      } catch (e) {
        reject(e);
      }
    }
    function rejected(value) {
      try {
        step(generator["throw"](value));
      } catch (e) {
        reject(e);
      }
    }
    function step(result) {
      result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
    }
    step((generator = generator.apply(thisArg, _arguments || [])).next());
  });
};

const {access, appendFile, writeFile} = external_fs_namespaceObject.promises;

const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";

class Summary {
  constructor() {
    this._buffer = "";
  }
  filePath() {
    return summary_awaiter(this, void 0, void 0, function*() {
      if (this._filePath) return this._filePath;
      const pathFromEnv = process.env[SUMMARY_ENV_VAR];
      if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
      try {
        yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
      } catch (_a) {
        throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
      }
      this._filePath = pathFromEnv;
      return this._filePath;
    });
  }
  wrap(tag, content, attrs = {}) {
    const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
    if (!content) return `<${tag}${htmlAttrs}>`;
    return `<${tag}${htmlAttrs}>${content}</${tag}>`;
  }
  write(options) {
    return summary_awaiter(this, void 0, void 0, function*() {
      const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
      const filePath = yield this.filePath();
      const writeFunc = overwrite ? writeFile : appendFile;
      yield writeFunc(filePath, this._buffer, {
        encoding: "utf8"
      });
      return this.emptyBuffer();
    });
  }
  clear() {
    return summary_awaiter(this, void 0, void 0, function*() {
      return this.emptyBuffer().write({
        overwrite: true
      });
    });
  }
  stringify() {
    return this._buffer;
  }
  isEmptyBuffer() {
    return this._buffer.length === 0;
  }
  emptyBuffer() {
    this._buffer = "";
    return this;
  }
  addRaw(text, addEOL = false) {
    this._buffer += text;
    return addEOL ? this.addEOL() : this;
  }
  addEOL() {
    return this.addRaw(external_os_namespaceObject.EOL);
  }
  addCodeBlock(code, lang) {
    const attrs = Object.assign({}, lang && {
      lang
    });
    const element = this.wrap("pre", this.wrap("code", code), attrs);
    return this.addRaw(element).addEOL();
  }
  addList(items, ordered = false) {
    const tag = ordered ? "ol" : "ul";
    const listItems = items.map(item => this.wrap("li", item)).join("");
    const element = this.wrap(tag, listItems);
    return this.addRaw(element).addEOL();
  }
  addTable(rows) {
    const tableBody = rows.map(row => {
      const cells = row.map(cell => {
        if (typeof cell === "string") return this.wrap("td", cell);
        const {header, data, colspan, rowspan} = cell;
        const tag = header ? "th" : "td";
        const attrs = Object.assign(Object.assign({}, colspan && {
          colspan
        }), rowspan && {
          rowspan
        });
        return this.wrap(tag, data, attrs);
      }).join("");
      return this.wrap("tr", cells);
    }).join("");
    const element = this.wrap("table", tableBody);
    return this.addRaw(element).addEOL();
  }
  addDetails(label, content) {
    const element = this.wrap("details", this.wrap("summary", label) + content);
    return this.addRaw(element).addEOL();
  }
  addImage(src, alt, options) {
    const {width, height} = options || {};
    const attrs = Object.assign(Object.assign({}, width && {
      width
    }), height && {
      height
    });
    const element = this.wrap("img", null, Object.assign({
      src,
      alt
    }, attrs));
    return this.addRaw(element).addEOL();
  }
  addHeading(text, level) {
    const tag = `h${level}`;
    const allowedTag = [ "h1", "h2", "h3", "h4", "h5", "h6" ].includes(tag) ? tag : "h1";
    const element = this.wrap(allowedTag, text);
    return this.addRaw(element).addEOL();
  }
  addSeparator() {
    const element = this.wrap("hr", null);
    return this.addRaw(element).addEOL();
  }
  addBreak() {
    const element = this.wrap("br", null);
    return this.addRaw(element).addEOL();
  }
  addQuote(text, cite) {
    const attrs = Object.assign({}, cite && {
      cite
    });
    const element = this.wrap("blockquote", text, attrs);
    return this.addRaw(element).addEOL();
  }
  addLink(text, href) {
    const element = this.wrap("a", text, {
      href
    });
    return this.addRaw(element).addEOL();
  }
}

const _summary = new Summary;

const summary = _summary;

var external_events_ = __nccwpck_require__(434);

const {chmod, copyFile, lstat, mkdir, open: io_util_open, readdir, rename, rm, rmdir, stat, symlink, unlink} = external_fs_namespaceObject.promises;

process.platform;

external_fs_namespaceObject.constants.O_RDONLY;

process.platform;

external_events_.EventEmitter;

external_events_.EventEmitter;

external_os_namespaceObject.platform();

external_os_namespaceObject.arch();

var ExitCode;

(function(ExitCode) {
  ExitCode[ExitCode["Success"] = 0] = "Success";
  ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));

function core_setSecret(secret) {
  command_issueCommand("add-mask", {}, secret);
}

function setOutput(name, value) {
  const filePath = process.env["GITHUB_OUTPUT"] || "";
  if (filePath) return file_command_issueFileCommand("OUTPUT", file_command_prepareKeyValueMessage(name, value));
  process.stdout.write(external_os_namespaceObject.EOL);
  command_issueCommand("set-output", {
    name
  }, utils_toCommandValue(value));
}

function error(message, properties = {}) {
  command_issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}

function warning(message, properties = {}) {
  command_issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}

function notice(message, properties = {}) {
  command_issueCommand("notice", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}

function startGroup(name) {
  command_issue("group", name);
}

function endGroup() {
  command_issue("endgroup");
}

function saveState(name, value) {
  const filePath = process.env["GITHUB_STATE"] || "";
  if (filePath) return file_command_issueFileCommand("STATE", file_command_prepareKeyValueMessage(name, value));
  command_issueCommand("save-state", {
    name
  }, utils_toCommandValue(value));
}

function getEnumValues(entries) {
  const numericValues = Object.values(entries).filter(v => typeof v === "number");
  const values = Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
  return values;
}

function jsonStringifyReplacer(_, value) {
  if (typeof value === "bigint") return value.toString();
  return value;
}

class Cached {
  constructor(getter) {
    this._getter = getter;
    this._value = void 0;
  }
  get value() {
    const getter = this._getter;
    if (getter !== void 0) {
      this._value = getter();
      this._getter = void 0;
    }
    return this._value;
  }
}

function cached(getter) {
  return new Cached(getter);
}

function nullish(input) {
  return input === null || input === void 0;
}

function cleanRegex(source) {
  const start = source.startsWith("^") ? 1 : 0;
  const end = source.endsWith("$") ? source.length - 1 : source.length;
  return source.slice(start, end);
}

function assignProp(target, prop, value) {
  Object.defineProperty(target, prop, {
    value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}

const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};

function util_isObject(data) {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

function isPlainObject(o) {
  if (util_isObject(o) === false) return false;
  const ctor = o.constructor;
  if (ctor === void 0) return true;
  if (typeof ctor !== "function") return true;
  const prot = ctor.prototype;
  if (util_isObject(prot) === false) return false;
  if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) return false;
  return true;
}

const propertyKeyTypes = new Set([ "string", "number", "symbol" ]);

function escapeRegex(str) {
  return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function clone(inst, def, params) {
  const cl = new inst._zod.constr(def ?? inst._zod.def);
  if (!def || params?.parent) cl._zod.parent = inst;
  return cl;
}

function normalizeParams(_params) {
  const params = _params;
  if (!params) return {};
  if (typeof params === "string") return {
    error: () => params
  };
  if (params?.message !== void 0) {
    if (params?.error !== void 0) throw new Error("Cannot specify both `message` and `error` params");
    params.error = params.message;
  }
  delete params.message;
  if (typeof params.error === "string") return {
    ...params,
    error: () => params.error
  };
  return params;
}

function optionalKeys(shape) {
  return Object.keys(shape).filter(k => shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional");
}

function aborted(x, startIndex = 0) {
  if (x.aborted === true) return true;
  for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue !== true) return true;
  return false;
}

function explicitlyAborted(x, startIndex = 0) {
  if (x.aborted === true) return true;
  for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue === false) return true;
  return false;
}

function prefixIssues(path, issues) {
  return issues.map(iss => {
    var _a;
    (_a = iss).path ?? (_a.path = []);
    iss.path.unshift(path);
    return iss;
  });
}

function unwrapMessage(message) {
  return typeof message === "string" ? message : message?.message;
}

function sizeCaps(defChecks) {
  const caps = [];
  for (const ch of defChecks ?? []) {
    const d = ch._zod.def;
    if (!/_(length|size)$|_equals$/.test(d.check)) break;
    const max = d.maximum ?? d.length ?? d.size;
    if (max >= 0) caps.push([ max, ch ]);
  }
  return caps;
}

function attachSchema(issues, start, inst) {
  var _a;
  for (let i = start; i < issues.length; i++) (_a = issues[i]).schema ?? (_a.schema = inst);
}

function finalizeIssue(iss, ctx, config) {
  var _a;
  const traits = iss.inst?._zod?.traits;
  if (traits?.has("$ZodType")) if (traits.has("$ZodCheck")) (_a = iss).schema ?? (_a.schema = iss.inst); else iss.schema = iss.inst;
  const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
  const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
  const full = {};
  for (const k of Object.keys(iss)) {
    if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__") continue;
    full[k] = iss[k];
  }
  full.path ?? (full.path = []);
  full.message = message;
  if (ctx?.reportInput) full.input = iss.input;
  return full;
}

const highSurrogate = /[\uD800-\uDBFF]/;

function codePointLength(str) {
  const units = str.length;
  if (!highSurrogate.test(str)) return units;
  let count = units;
  for (let i = 0; i < units - 1; i++) if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
    count--;
    i++;
  }
  return count;
}

function getLengthableOrigin(input) {
  if (Array.isArray(input)) return "array";
  if (typeof input === "string") return "string";
  return "unknown";
}

function members(proto, table) {
  for (const key in table) {
    const desc = Object.getOwnPropertyDescriptor(table, key);
    if (desc.get) Object.defineProperty(proto, key, {
      ...desc,
      enumerable: false
    }); else defineBound(proto, key, desc.value);
  }
}

function own(inst, key, value, enumerable = true) {
  Object.defineProperty(inst, key, {
    configurable: true,
    writable: true,
    enumerable,
    value
  });
  return value;
}

function hide(inst, key, value) {
  return own(inst, key, value, false);
}

function defineBound(proto, key, fn) {
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      return this == null ? fn : own(this, key, fn.bind(this));
    },
    set(value) {
      own(this, key, value);
    }
  });
}

function claim(inst, sentinel) {
  const proto = Object.getPrototypeOf(inst);
  return sentinel in proto ? void 0 : proto;
}

let installing;

let broke = false;

const breaker = {
  configurable: true,
  get() {
    broke = true;
    return;
  }
};

function defineLazyInternal(inst, key, compute) {
  const proto = Object.getPrototypeOf(inst._zod);
  if (key in proto && installing !== inst._zod) {
    installing = void 0;
    return;
  }
  installing = inst._zod;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      Object.defineProperty(this, key, breaker);
      const outer = broke;
      broke = false;
      try {
        const value = compute(this);
        if (broke) delete this[key]; else Object.defineProperty(this, key, {
          configurable: true,
          writable: true,
          value
        });
        broke = broke || outer;
        return value;
      } catch (err) {
        delete this[key];
        broke = broke || outer;
        throw err;
      }
    },
    set(value) {
      Object.defineProperty(this, key, {
        configurable: true,
        writable: true,
        value
      });
    }
  });
}

function installLazyProp(inst, key, make, enumerable) {
  const proto = claim(inst, key);
  if (!proto) return;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      const desc = {
        configurable: true,
        writable: true,
        enumerable,
        value: void 0
      };
      Object.defineProperty(this, key, desc);
      desc.value = make(this);
      Object.defineProperty(this, key, desc);
      return desc.value;
    },
    set(value) {
      Object.defineProperty(this, key, {
        configurable: true,
        writable: true,
        enumerable,
        value
      });
    }
  });
}

const CONSTANT_CATCH = "~constantCatch";

function constantCatch(value) {
  const fn = () => value;
  fn[CONSTANT_CATCH] = true;
  return fn;
}

var _a;

const _zodDesc = {
  value: void 0,
  enumerable: false
};

let _E = "captureStackTrace" in Error ? Error : null;

function newError(Definition) {
  const E = _E;
  if (E) {
    const saved = E.stackTraceLimit;
    if (typeof saved === "number") {
      try {
        E.stackTraceLimit = 0;
      } catch {
        _E = null;
        return new Definition;
      }
      try {
        return new Definition;
      } finally {
        E.stackTraceLimit = saved;
      }
    }
  }
  return new Definition;
}

function $constructor(name, initializer, proto, params) {
  const zodProto = {};
  function Internals(def) {
    this.def = def;
    this.constr = _;
    this.traits = new Set;
  }
  Internals.prototype = zodProto;
  const protoMembers = proto;
  const initialized = protoMembers && new WeakSet;
  function init(inst, def) {
    if (!inst._zod) {
      _zodDesc.value = new Internals(def);
      try {
        Object.defineProperty(inst, "_zod", _zodDesc);
      } finally {
        _zodDesc.value = void 0;
      }
    } else if (inst._zod.traits.has(name)) return;
    inst._zod.traits.add(name);
    initializer(inst, def);
    if (initialized) {
      const own = Object.getPrototypeOf(inst);
      const ctorProto = inst._zod.constr.prototype;
      let up = own;
      while (up && up !== ctorProto) up = Object.getPrototypeOf(up);
      const target = up ?? own;
      if (!initialized.has(target)) {
        initialized.add(target);
        members(target, protoMembers);
      }
    }
    const proto = _.prototype;
    for (const k in proto) {
      if (!Object.prototype.hasOwnProperty.call(proto, k)) continue;
      if (!(k in inst)) inst[k] = proto[k].bind(inst);
    }
  }
  const Parent = params?.Parent ?? Object;
  class Definition extends Parent {}
  Object.defineProperty(Definition, "name", {
    value: name
  });
  function _(def) {
    const inst = params?.Parent ? newError(Definition) : this;
    init(inst, def);
    const deferred = inst._zod.deferred;
    if (deferred) {
      for (const fn of deferred) fn();
      inst._zod.deferred = void 0;
    }
    const pp = globalThis.__zod_globalConfig?.postProcessor;
    if (pp) pp(inst);
    return inst;
  }
  Object.defineProperty(_, "init", {
    value: init
  });
  Object.defineProperty(_, Symbol.hasInstance, {
    value: inst => {
      if (params?.Parent && inst instanceof params.Parent) return true;
      return inst?._zod?.traits?.has(name);
    }
  });
  Object.defineProperty(_, "name", {
    value: name
  });
  return _;
}

class $ZodAsyncError extends Error {
  constructor() {
    super("Encountered Promise during synchronous parse. Use .parseAsync() instead.");
  }
}

class $ZodEncodeError extends Error {
  constructor(name) {
    super(`Encountered unidirectional transform during encode: ${name}`);
    this.name = "ZodEncodeError";
  }
}

(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});

const core_globalConfig = globalThis.__zod_globalConfig;

function config(newConfig) {
  if (newConfig) Object.assign(core_globalConfig, newConfig);
  return core_globalConfig;
}

const anyString = /^[\s\S]{0,}$/;

const number = /^-?\d+(?:\.\d+)?$/;

const regexes_boolean = /^(?:true|false)$/i;

const versions_version = {
  major: 4,
  minor: 6,
  patch: 7
};

const $ZodType = $constructor("$ZodType", (inst, def) => {
  var _a;
  inst ?? (inst = {});
  inst._zod.def = def;
  inst._zod.bag = inst._zod.bag || {};
  inst._zod.version = versions_version;
  const defChecks = inst._zod.def.checks;
  const checks = inst._zod.traits.has("$ZodCheck") ? [ inst, ...defChecks ?? [] ] : defChecks?.length ? [ ...defChecks ] : [];
  for (const ch of checks) for (const fn of ch._zod.onattach) fn(inst);
  if (checks.length === 0) {
    (_a = inst._zod).deferred ?? (_a.deferred = []);
    inst._zod.deferred?.push(() => {
      inst._zod.run = inst._zod.parse;
    });
  } else {
    const runChecks = (payload, checks, ctx) => {
      if (payload.memo) return payload;
      let isAborted = aborted(payload);
      let asyncResult;
      for (const ch of checks) {
        if (ch._zod.def.when) {
          if (explicitlyAborted(payload)) continue;
          const shouldRun = ch._zod.def.when(payload);
          if (!shouldRun) continue;
        } else if (isAborted) continue;
        const currLen = payload.issues.length;
        const _ = ch._zod.check(payload);
        if (_ instanceof Promise && ctx?.async === false) throw new $ZodAsyncError;
        if (asyncResult || _ instanceof Promise) asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
          await _;
          const nextLen = payload.issues.length;
          if (nextLen === currLen) return;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted) isAborted = aborted(payload, currLen);
        }); else {
          const nextLen = payload.issues.length;
          if (nextLen === currLen) continue;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted) isAborted = aborted(payload, currLen);
        }
      }
      if (asyncResult) return asyncResult.then(() => payload);
      return payload;
    };
    const handleCanaryResult = (canary, payload, ctx) => {
      if (aborted(canary)) {
        canary.aborted = true;
        return canary;
      }
      const checkResult = runChecks(payload, checks, ctx);
      if (checkResult instanceof Promise) {
        if (ctx.async === false) throw new $ZodAsyncError;
        return checkResult.then(checkResult => inst._zod.parse(checkResult, ctx));
      }
      return inst._zod.parse(checkResult, ctx);
    };
    inst._zod.run = (payload, ctx) => {
      if (ctx.skipChecks) return inst._zod.parse(payload, ctx);
      if (ctx.direction === "backward") {
        const canary = inst._zod.parse({
          value: payload.value,
          issues: []
        }, {
          ...ctx,
          skipChecks: true
        });
        if (canary instanceof Promise) return canary.then(canary => handleCanaryResult(canary, payload, ctx));
        return handleCanaryResult(canary, payload, ctx);
      }
      const result = inst._zod.parse(payload, ctx);
      if (result instanceof Promise) {
        if (ctx.async === false) throw new $ZodAsyncError;
        return result.then(result => runChecks(result, checks, ctx));
      }
      return runChecks(result, checks, ctx);
    };
  }
}, {
  get "~standard"() {
    return hide(this, "~standard", standardProps(this));
  },
  set "~standard"(value) {
    own(this, "~standard", value);
  }
});

const toStandardResult = (r, ctx) => r.issues.length ? {
  issues: r.issues.map(iss => finalizeIssue(iss, ctx, config()))
} : {
  value: r.value
};

async function validateAsync(inst, value) {
  const ctx = {
    async: true
  };
  return toStandardResult(await inst._zod.run({
    value,
    issues: []
  }, ctx), ctx);
}

function standardProps(inst) {
  return {
    validate: value => {
      const ctx = {
        async: false
      };
      try {
        const r = inst._zod.run({
          value,
          issues: []
        }, ctx);
        if (!(r instanceof Promise)) return toStandardResult(r, ctx);
      } catch (_) {}
      return validateAsync(inst, value);
    },
    vendor: "zod",
    version: 1
  };
}

const $ZodString = $constructor("$ZodString", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = def.pattern ?? anyString;
  inst._zod.parse = (payload, _) => {
    if (def.coerce) try {
      payload.value = String(payload.value);
    } catch (_) {}
    if (typeof payload.value === "string") return payload;
    payload.issues.push({
      expected: "string",
      code: "invalid_type",
      input: payload.value,
      inst
    });
    return payload;
  };
});

const $ZodNumber = $constructor("$ZodNumber", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = number;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce) try {
      payload.value = Number(payload.value);
    } catch (_) {}
    const input = payload.value;
    if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) return payload;
    const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
    payload.issues.push({
      expected: "number",
      code: "invalid_type",
      input,
      inst,
      ...received ? {
        received
      } : {}
    });
    return payload;
  };
});

const $ZodBoolean = $constructor("$ZodBoolean", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = regexes_boolean;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce) try {
      payload.value = Boolean(payload.value);
    } catch (_) {}
    const input = payload.value;
    if (typeof input === "boolean") return payload;
    payload.issues.push({
      expected: "boolean",
      code: "invalid_type",
      input,
      inst
    });
    return payload;
  };
});

const $ZodUnknown = $constructor("$ZodUnknown", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = payload => payload;
});

function capSize(inst, size) {
  const caps = sizeCaps(inst._zod.def.checks);
  if (!caps.length) return;
  const cap = Math.min(...caps.map(c => c[0]));
  const parse = inst._zod.parse;
  inst._zod.parse = (payload, ctx) => {
    const n = size(payload.value);
    if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") for (const [max, ch] of sizeCaps(inst._zod.def.checks)) if (n > max && ch._zod.def.when(payload)) {
      const start = payload.issues.length;
      ch._zod.check(payload);
      payload.issues[start].continue = false;
      attachSchema(payload.issues, start, inst);
      return payload;
    }
    return parse(payload, ctx);
  };
}

const arraySize = input => Array.isArray(input) ? input.length : -1;

function handleArrayResult(result, final, index) {
  if (result.issues.length) final.issues.push(...prefixIssues(index, result.issues));
  final.value[index] = result.value;
}

const $ZodArray = $constructor("$ZodArray", (inst, def) => {
  $ZodType.init(inst, def);
  const memo = core_globalConfig.memoizer;
  memo?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!Array.isArray(input)) {
      payload.issues.push({
        expected: "array",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo ? memo.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
    const proms = [];
    const abortEarly = ctx?.abortEarly;
    for (let i = 0; i < input.length; i++) {
      const item = input[i];
      const result = def.element._zod.run({
        value: item,
        issues: []
      }, ctx);
      if (result instanceof Promise) proms.push(result.then(result => handleArrayResult(result, payload, i))); else {
        handleArrayResult(result, payload, i);
        if (abortEarly && result.issues.length !== 0 && aborted(result)) break;
      }
    }
    if (proms.length) return Promise.all(proms).then(() => payload);
    return payload;
  };
  capSize(inst, arraySize);
});

function handlePropertyResult(result, final, key, input, optin, optout) {
  const isPresent = key in input;
  const isOptionalOut = optout === "optional";
  if (!isPresent && isOptionalOut && optin === "optional") return;
  if (result.issues.length) {
    if (optin !== void 0 && isOptionalOut && !isPresent) return;
    final.issues.push(...prefixIssues(key, result.issues));
  }
  if (!isPresent && optin === void 0) {
    if (!result.issues.length) final.issues.push({
      code: "invalid_type",
      expected: "nonoptional",
      input: void 0,
      path: [ key ]
    });
    return;
  }
  if (result.value === void 0) {
    if (isPresent || optin === "defaulted" && !isOptionalOut) final.value[key] = void 0;
  } else final.value[key] = result.value;
}

const NO_SYMBOL_KEYS = [];

function normalizeDef(def) {
  const keys = Object.keys(def.shape);
  const ownSymbols = Object.getOwnPropertySymbols(def.shape);
  const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
  const allKeys = symbolKeys.length ? [ ...keys, ...symbolKeys ] : keys;
  for (const k of allKeys) if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
  const okeys = optionalKeys(def.shape);
  return {
    ...def,
    allKeys,
    symbolKeys,
    keySet: new Set(keys),
    numKeys: keys.length,
    optionalKeys: new Set(okeys)
  };
}

function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
  const unrecognized = [];
  const keySet = def.keySet;
  const _catchall = def.catchall._zod;
  const t = _catchall.def.type;
  const optin = _catchall.optin;
  const optout = _catchall.optout;
  let seen = 0;
  for (const key in input) {
    if (abortEarly && payload.issues.length !== seen) {
      if (aborted(payload, seen)) break;
      seen = payload.issues.length;
    }
    if (keySet.has(key)) continue;
    if (key === "__proto__") {
      if (t === "never") unrecognized.push(key);
      continue;
    }
    if (t === "never") {
      unrecognized.push(key);
      continue;
    }
    const r = _catchall.run({
      value: input[key],
      issues: []
    }, ctx);
    if (r instanceof Promise) proms.push(r.then(r => handlePropertyResult(r, payload, key, input, optin, optout))); else handlePropertyResult(r, payload, key, input, optin, optout);
  }
  if (unrecognized.length) payload.issues.push({
    code: "unrecognized_keys",
    keys: unrecognized,
    input,
    inst,
    continue: true
  });
  if (!proms.length) return payload;
  return Promise.all(proms).then(() => payload);
}

const $ZodObject = $constructor("$ZodObject", (inst, def) => {
  $ZodType.init(inst, def);
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  const sh = desc?.get ? desc.get.raw : def.shape ?? {};
  if (sh) {
    const get = () => {
      const newSh = {
        ...sh
      };
      Object.defineProperty(def, "shape", {
        value: newSh
      });
      get.raw = newSh;
      return newSh;
    };
    get.raw = sh;
    Object.defineProperty(def, "shape", {
      get
    });
  }
  const _normalized = cached(() => normalizeDef(def));
  defineLazyInternal(inst, "propValues", zod => {
    const shape = zod.def.shape;
    const propValues = {};
    for (const key in shape) {
      const field = shape[key]._zod;
      if (field.values) {
        if (!Object.prototype.hasOwnProperty.call(propValues, key)) assignProp(propValues, key, new Set);
        for (const v of field.values) propValues[key].add(v);
        if (field.optin !== void 0) propValues[key].add(void 0);
      }
    }
    return propValues;
  });
  const isObject = util_isObject;
  const catchall = def.catchall;
  let value;
  const memo = core_globalConfig.memoizer;
  memo?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
    const proms = [];
    const shape = value.shape;
    const abortEarly = ctx?.abortEarly;
    let seen = payload.issues.length;
    for (const key of value.allKeys) {
      if (abortEarly && payload.issues.length !== seen) {
        if (aborted(payload, seen)) break;
        seen = payload.issues.length;
      }
      if (key === "__proto__") continue;
      const el = shape[key];
      const optin = el._zod.optin;
      const optout = el._zod.optout;
      const r = el._zod.run({
        value: input[key],
        issues: []
      }, ctx);
      if (r instanceof Promise) proms.push(r.then(r => handlePropertyResult(r, payload, key, input, optin, optout))); else handlePropertyResult(r, payload, key, input, optin, optout);
    }
    if (!catchall) return proms.length ? Promise.all(proms).then(() => payload) : payload;
    return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
  };
});

function handleUnionResults(results, final, inst, ctx) {
  for (const result of results) if (result.issues.length === 0) {
    final.value = result.value;
    return final;
  }
  const nonaborted = results.filter(r => !aborted(r));
  if (nonaborted.length === 1) {
    final.value = nonaborted[0].value;
    return nonaborted[0];
  }
  final.issues.push({
    code: "invalid_union",
    input: final.value,
    inst,
    errors: results.map(result => result.issues.map(iss => finalizeIssue(iss, ctx, config())))
  });
  return final;
}

const $ZodUnion = $constructor("$ZodUnion", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", zod => zod.def.options.some(o => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some(o => o._zod.optin !== void 0) ? "optional" : void 0);
  defineLazyInternal(inst, "optout", zod => zod.def.options.some(o => o._zod.optout === "optional") ? "optional" : void 0);
  defineLazyInternal(inst, "values", zod => {
    if (zod.def.options.every(o => o._zod.values)) return new Set(zod.def.options.flatMap(option => Array.from(option._zod.values)));
    return;
  });
  defineLazyInternal(inst, "pattern", zod => {
    if (zod.def.options.every(o => o._zod.pattern)) {
      const patterns = zod.def.options.map(o => o._zod.pattern);
      return new RegExp(`^(${patterns.map(p => cleanRegex(p.source)).join("|")})$`);
    }
    return;
  });
  const first = def.options.length === 1 ? def.options[0]._zod.run : null;
  inst._zod.parse = (payload, ctx) => {
    if (first) return first(payload, ctx);
    let async = false;
    const results = [];
    for (const option of def.options) {
      const result = option._zod.run({
        value: payload.value,
        issues: []
      }, ctx);
      if (result instanceof Promise) {
        results.push(result);
        async = true;
      } else {
        if (result.issues.length === 0) return result;
        results.push(result);
      }
    }
    if (!async) return handleUnionResults(results, payload, inst, ctx);
    return Promise.all(results).then(results => handleUnionResults(results, payload, inst, ctx));
  };
});

const $ZodRecord = $constructor("$ZodRecord", (inst, def) => {
  $ZodType.init(inst, def);
  const memo = core_globalConfig.memoizer;
  memo?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!isPlainObject(input)) {
      payload.issues.push({
        expected: "record",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    const proms = [];
    const values = def.keyType._zod.values;
    if (values && !def.partial) {
      payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
      const recordKeys = new Set;
      for (const key of values) if (typeof key === "string" || typeof key === "number" || typeof key === "symbol") {
        recordKeys.add(typeof key === "number" ? key.toString() : key);
        if (key === "__proto__") continue;
        const keyResult = def.keyType._zod.run({
          value: key,
          issues: []
        }, ctx);
        if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
        if (keyResult.issues.length) {
          payload.issues.push({
            code: "invalid_key",
            origin: "record",
            issues: keyResult.issues.map(iss => finalizeIssue(iss, ctx, config())),
            input: key,
            path: [ key ],
            inst
          });
          continue;
        }
        const outKey = keyResult.value;
        if (outKey === "__proto__") continue;
        const result = def.valueType._zod.run({
          value: input[key],
          issues: []
        }, ctx);
        if (result instanceof Promise) proms.push(result.then(result => {
          if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
          payload.value[outKey] = result.value;
        })); else {
          if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
          payload.value[outKey] = result.value;
        }
      }
      let unrecognized;
      for (const key in input) if (!recordKeys.has(key)) if (def.mode === "loose") {
        if (key === "__proto__") continue;
        payload.value[key] = input[key];
      } else {
        unrecognized = unrecognized ?? [];
        unrecognized.push(key);
      }
      if (unrecognized && unrecognized.length > 0) payload.issues.push({
        code: "unrecognized_keys",
        input,
        inst,
        keys: unrecognized,
        continue: true
      });
    } else {
      payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
      let unrecognized;
      for (const key of Reflect.ownKeys(input)) {
        if (key === "__proto__") continue;
        if (!Object.prototype.propertyIsEnumerable.call(input, key)) continue;
        let keyResult = def.keyType._zod.run({
          value: key,
          issues: []
        }, ctx);
        if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
        const checkNumericKey = typeof key === "string" && number.test(key) && keyResult.issues.length;
        if (checkNumericKey) {
          const retryResult = def.keyType._zod.run({
            value: Number(key),
            issues: []
          }, ctx);
          if (retryResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
          if (retryResult.issues.length === 0) keyResult = retryResult;
        }
        if (keyResult.issues.length) {
          if (def.mode === "loose") payload.value[key] = input[key]; else if (values) {
            unrecognized = unrecognized ?? [];
            unrecognized.push(key);
          } else payload.issues.push({
            code: "invalid_key",
            origin: "record",
            issues: keyResult.issues.map(iss => finalizeIssue(iss, ctx, config())),
            input: key,
            path: [ key ],
            inst
          });
          continue;
        }
        const outKey = keyResult.value;
        if (outKey === "__proto__") continue;
        const result = def.valueType._zod.run({
          value: input[key],
          issues: []
        }, ctx);
        if (result instanceof Promise) proms.push(result.then(result => {
          if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
          payload.value[outKey] = result.value;
        })); else {
          if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
          payload.value[outKey] = result.value;
        }
      }
      if (unrecognized && unrecognized.length > 0) payload.issues.push({
        code: "unrecognized_keys",
        input,
        inst,
        keys: unrecognized,
        continue: true
      });
    }
    if (proms.length) return Promise.all(proms).then(() => payload);
    return payload;
  };
});

const $ZodEnum = $constructor("$ZodEnum", (inst, def) => {
  $ZodType.init(inst, def);
  const values = getEnumValues(def.entries);
  const valuesSet = new Set(values);
  inst._zod.values = valuesSet;
  defineLazyInternal(inst, "pattern", zod => {
    const patternValues = getEnumValues(zod.def.entries).filter(k => propertyKeyTypes.has(typeof k));
    return new RegExp(patternValues.length ? `^(${patternValues.map(o => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (valuesSet.has(input)) return payload;
    payload.issues.push({
      code: "invalid_value",
      values,
      input,
      inst
    });
    return payload;
  };
});

const $ZodTransform = $constructor("$ZodTransform", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "optional";
  core_globalConfig.memoizer?.guard(inst);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
    const _out = def.transform(payload.value, payload);
    if (ctx.async) {
      const output = _out instanceof Promise ? _out : Promise.resolve(_out);
      return output.then(output => {
        payload.value = output;
        return payload;
      });
    }
    if (_out instanceof Promise) throw new $ZodAsyncError;
    payload.value = _out;
    return payload;
  };
});

function handleOptionalResult(payload, result) {
  payload.value = result.issues.length ? void 0 : result.value;
  return payload;
}

const $ZodOptional = $constructor("$ZodOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", zod => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  inst._zod.optout = "optional";
  defineLazyInternal(inst, "values", zod => {
    const values = zod.def.innerType._zod.values;
    return values ? new Set([ ...values, void 0 ]) : void 0;
  });
  defineLazyInternal(inst, "pattern", zod => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === void 0) {
      if (def.innerType._zod.optin !== "defaulted") return payload;
      const result = def.innerType._zod.run({
        value: payload.value,
        issues: []
      }, ctx);
      if (result instanceof Promise) return result.then(result => handleOptionalResult(payload, result));
      return handleOptionalResult(payload, result);
    }
    return def.innerType._zod.run(payload, ctx);
  };
});

const $ZodNullable = $constructor("$ZodNullable", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", zod => zod.def.innerType._zod.optin);
  defineLazyInternal(inst, "optout", zod => zod.def.innerType._zod.optout);
  defineLazyInternal(inst, "pattern", zod => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
  });
  defineLazyInternal(inst, "values", zod => zod.def.innerType._zod.values ? new Set([ ...zod.def.innerType._zod.values, null ]) : void 0);
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === null) return payload;
    return def.innerType._zod.run(payload, ctx);
  };
});

function handleCatchResult(payload, result, def, ctx) {
  if (!result.issues.length) {
    payload.value = result.value;
    if (result.memo) payload.memo = true;
    return payload;
  }
  payload.value = def.catchValue({
    ...result,
    value: payload.value,
    error: {
      issues: result.issues.map(iss => finalizeIssue(iss, ctx, config()))
    },
    input: payload.value
  });
  return payload;
}

const $ZodCatch = $constructor("$ZodCatch", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", zod => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  defineLazyInternal(inst, "optout", zod => zod.def.innerType._zod.optout);
  defineLazyInternal(inst, "values", zod => zod.def.innerType._zod.values);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
    const result = def.innerType._zod.run({
      value: payload.value,
      issues: []
    }, ctx);
    if (result instanceof Promise) return result.then(result => handleCatchResult(payload, result, def, ctx));
    return handleCatchResult(payload, result, def, ctx);
  };
});

const $ZodPipe = $constructor("$ZodPipe", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "values", zod => zod.def.in._zod.values);
  defineLazyInternal(inst, "optin", zod => zod.def.in._zod.optin);
  defineLazyInternal(inst, "optout", zod => zod.def.out._zod.optout);
  defineLazyInternal(inst, "propValues", zod => zod.def.in._zod.propValues);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      const right = def.out._zod.run(payload, ctx);
      if (right instanceof Promise) return right.then(right => handlePipeResult(right, def.in, ctx));
      return handlePipeResult(right, def.in, ctx);
    }
    const left = def.in._zod.run(payload, ctx);
    if (left instanceof Promise) return left.then(left => handlePipeResult(left, def.out, ctx));
    return handlePipeResult(left, def.out, ctx);
  };
});

function handlePipeResult(left, next, ctx) {
  if (left.issues.some(iss => iss.code !== "unrecognized_keys")) {
    left.aborted = true;
    return left;
  }
  return next._zod.run({
    value: left.value,
    issues: left.issues
  }, ctx);
}

const $ZodCheck = $constructor("$ZodCheck", (inst, def) => {
  var _a;
  inst._zod ?? (inst._zod = {});
  inst._zod.def = def;
  (_a = inst._zod).onattach ?? (_a.onattach = []);
});

const _whenHasLength = payload => {
  const val = payload.value;
  return !nullish(val) && val.length !== void 0;
};

const $ZodCheckMaxLength = $constructor("$ZodCheckMaxLength", (inst, def) => {
  var _a;
  $ZodCheck.init(inst, def);
  (_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
  inst._zod.check = payload => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units > def.maximum ? codePointLength(input) : units;
    if (length <= def.maximum) return;
    const origin = getLengthableOrigin(input);
    payload.issues.push({
      origin,
      code: "too_big",
      maximum: def.maximum,
      inclusive: true,
      input,
      inst,
      continue: !def.abort
    });
  };
});

const $ZodCheckMinLength = $constructor("$ZodCheckMinLength", (inst, def) => {
  var _a;
  $ZodCheck.init(inst, def);
  (_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
  inst._zod.check = payload => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units;
    if (length >= def.minimum) return;
    const origin = getLengthableOrigin(input);
    payload.issues.push({
      origin,
      code: "too_small",
      minimum: def.minimum,
      inclusive: true,
      input,
      inst,
      continue: !def.abort
    });
  };
});

var registries_a;

class $ZodRegistry {
  constructor() {
    this._map = new WeakMap;
    this._idmap = new Map;
  }
  add(schema, ..._meta) {
    const meta = _meta[0];
    this._map.set(schema, meta);
    if (meta && typeof meta === "object" && "id" in meta) this._idmap.set(meta.id, schema);
    return this;
  }
  clear() {
    this._map = new WeakMap;
    this._idmap = new Map;
    return this;
  }
  remove(schema) {
    const meta = this._map.get(schema);
    if (meta && typeof meta === "object" && "id" in meta) this._idmap.delete(meta.id);
    this._map.delete(schema);
    return this;
  }
  get(schema) {
    const p = schema._zod.parent;
    if (p) {
      const pm = {
        ...this.get(p) ?? {}
      };
      delete pm.id;
      const f = {
        ...pm,
        ...this._map.get(schema)
      };
      return Object.keys(f).length ? f : void 0;
    }
    return this._map.get(schema);
  }
  has(schema) {
    return this._map.has(schema);
  }
}

function registry() {
  return new $ZodRegistry;
}

(registries_a = globalThis).__zod_globalRegistry ?? (registries_a.__zod_globalRegistry = registry());

globalThis.__zod_globalRegistry;

function snapshotChecks(def) {
  if (def.checks) def.checks = [ ...def.checks ];
  return def;
}

function _string(Class, params) {
  return new Class(snapshotChecks({
    type: "string",
    ...normalizeParams(params)
  }));
}

function _number(Class, params) {
  return new Class(snapshotChecks({
    type: "number",
    checks: [],
    ...normalizeParams(params)
  }));
}

function _boolean(Class, params) {
  return new Class({
    type: "boolean",
    ...normalizeParams(params)
  });
}

function _unknown(Class) {
  return new Class({
    type: "unknown"
  });
}

function _maxLength(maximum, params) {
  const ch = new $ZodCheckMaxLength({
    check: "max_length",
    ...normalizeParams(params),
    maximum
  });
  return ch;
}

function _minLength(minimum, params) {
  return new $ZodCheckMinLength({
    check: "min_length",
    ...normalizeParams(params),
    minimum
  });
}

function _getMessage() {
  const internals = this._zod;
  internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
  return internals.message;
}

function _setMessage(value) {
  this._zod.message = value;
}

const _messageDesc = {
  get: _getMessage,
  set: _setMessage,
  enumerable: true,
  configurable: true
};

const _issuesDesc = {
  value: void 0,
  enumerable: false
};

const _installedToString = new WeakSet([ Object.prototype, Error.prototype ]);

const initializer = (inst, def) => {
  inst.name = "$ZodError";
  _issuesDesc.value = def;
  Object.defineProperty(inst, "issues", _issuesDesc);
  _issuesDesc.value = void 0;
  Object.defineProperty(inst, "message", _messageDesc);
  const proto = Object.getPrototypeOf(inst);
  if (!_installedToString.has(proto)) {
    _installedToString.add(proto);
    Object.defineProperty(proto, "toString", {
      configurable: true,
      enumerable: false,
      get() {
        const value = () => this.message;
        Object.defineProperty(this, "toString", {
          value,
          configurable: true,
          writable: true
        });
        return value;
      },
      set(value) {
        Object.defineProperty(this, "toString", {
          value,
          configurable: true,
          writable: true
        });
      }
    });
  }
};

$constructor("$ZodError", initializer);

const $ZodRealError = $constructor("$ZodError", initializer, void 0, {
  Parent: Error
});

const _parse = _Err => {
  const fn = (schema, value, _ctx, _params) => {
    const ctx = _ctx ? {
      ..._ctx,
      async: false
    } : {
      async: false
    };
    const result = schema._zod.run({
      value,
      issues: []
    }, ctx);
    if (result instanceof Promise) throw new $ZodAsyncError;
    if (result.issues.length) {
      const e = new (_params?.Err ?? _Err)(result.issues.map(iss => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, _params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};

const parse_parse = _parse($ZodRealError);

const _parseAsync = _Err => {
  const fn = async (schema, value, _ctx, params) => {
    const ctx = _ctx ? {
      ..._ctx,
      async: true
    } : {
      async: true
    };
    let result = schema._zod.run({
      value,
      issues: []
    }, ctx);
    if (result instanceof Promise) result = await result;
    if (result.issues.length) {
      const e = new (params?.Err ?? _Err)(result.issues.map(iss => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};

const parse_parseAsync = _parseAsync($ZodRealError);

const _safeParse = _Err => (schema, value, _ctx) => {
  const ctx = _ctx ? {
    ..._ctx,
    async: false
  } : {
    async: false
  };
  const result = schema._zod.run({
    value,
    issues: []
  }, ctx);
  if (result instanceof Promise) throw new $ZodAsyncError;
  return result.issues.length ? failure(_Err, result.issues, ctx) : {
    success: true,
    data: result.value
  };
};

const safeParse = _safeParse($ZodRealError);

function failure(Err, issues, ctx) {
  let error;
  return {
    success: false,
    get error() {
      if (!error) {
        error = new Err(issues.map(iss => finalizeIssue(iss, ctx, config())));
        issues = void 0;
        ctx = void 0;
      }
      return error;
    },
    set error(e) {
      error = e;
      issues = void 0;
      ctx = void 0;
    }
  };
}

const _safeParseAsync = _Err => async (schema, value, _ctx) => {
  const ctx = _ctx ? {
    ..._ctx,
    async: true
  } : {
    async: true
  };
  let result = schema._zod.run({
    value,
    issues: []
  }, ctx);
  if (result instanceof Promise) result = await result;
  return result.issues.length ? failure(_Err, result.issues, ctx) : {
    success: true,
    data: result.value
  };
};

const safeParseAsync = _safeParseAsync($ZodRealError);

const ZodMiniType = $constructor("ZodMiniType", (inst, def) => {
  if (!inst._zod) throw new Error("Uninitialized schema in ZodMiniType.");
  $ZodType.init(inst, def);
  inst.def = def;
  inst.type = def.type;
}, {
  get with() {
    return this.check;
  },
  set with(value) {
    own(this, "with", value);
  },
  parse(data, params) {
    return parse_parse(this, data, params, {
      callee: this.parse
    });
  },
  parseAsync(data, params) {
    return parse_parseAsync(this, data, params, {
      callee: this.parseAsync
    });
  },
  safeParse(data, params) {
    return safeParse(this, data, params);
  },
  safeParseAsync(data, params) {
    return safeParseAsync(this, data, params);
  },
  check(...checks) {
    const def = this.def;
    return this.clone({
      ...def,
      checks: [ ...def.checks ?? [], ...checks.map(ch => typeof ch === "function" ? {
        _zod: {
          check: ch,
          def: {
            check: "custom"
          },
          onattach: []
        }
      } : ch) ]
    }, {
      parent: true
    });
  },
  clone(_def, params) {
    return clone(this, _def, params);
  },
  brand() {
    return this;
  },
  register(reg, meta) {
    reg.add(this, meta);
    return this;
  },
  apply(fn, ...args) {
    return args.length === 0 ? fn(this) : fn(this, ...args);
  }
});

const ZodMiniString = $constructor("ZodMiniString", (inst, def) => {
  $ZodString.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_string(params) {
  return _string(ZodMiniString, params);
}

const ZodMiniNumber = $constructor("ZodMiniNumber", (inst, def) => {
  $ZodNumber.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_number(params) {
  return _number(ZodMiniNumber, params);
}

const ZodMiniBoolean = $constructor("ZodMiniBoolean", (inst, def) => {
  $ZodBoolean.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_boolean(params) {
  return _boolean(ZodMiniBoolean, params);
}

const ZodMiniUnknown = $constructor("ZodMiniUnknown", (inst, def) => {
  $ZodUnknown.init(inst, def);
  ZodMiniType.init(inst, def);
});

function unknown() {
  return _unknown(ZodMiniUnknown);
}

const ZodMiniArray = $constructor("ZodMiniArray", (inst, def) => {
  $ZodArray.init(inst, def);
  ZodMiniType.init(inst, def);
});

function array(element, params) {
  return new ZodMiniArray({
    type: "array",
    element,
    ...normalizeParams(params)
  });
}

const ZodMiniObject = $constructor("ZodMiniObject", (inst, def) => {
  $ZodObject.init(inst, def);
  ZodMiniType.init(inst, def);
  installLazyProp(inst, "shape", self => self._zod.def.shape, false);
});

function object(shape, params) {
  const def = {
    type: "object",
    shape: shape ?? {},
    ...normalizeParams(params)
  };
  return new ZodMiniObject(def);
}

const ZodMiniUnion = $constructor("ZodMiniUnion", (inst, def) => {
  $ZodUnion.init(inst, def);
  ZodMiniType.init(inst, def);
});

function union(options, params) {
  return new ZodMiniUnion({
    type: "union",
    options,
    ...normalizeParams(params)
  });
}

const ZodMiniRecord = $constructor("ZodMiniRecord", (inst, def) => {
  $ZodRecord.init(inst, def);
  ZodMiniType.init(inst, def);
});

function record(keyType, valueType, params) {
  if (!valueType || !valueType._zod) return new ZodMiniRecord({
    type: "record",
    keyType: schemas_string(),
    valueType: keyType,
    ...normalizeParams(valueType)
  });
  return new ZodMiniRecord({
    type: "record",
    keyType,
    valueType,
    ...normalizeParams(params)
  });
}

const ZodMiniEnum = $constructor("ZodMiniEnum", (inst, def) => {
  $ZodEnum.init(inst, def);
  ZodMiniType.init(inst, def);
  inst.options = [ ...inst._zod.values ];
});

function schemas_enum(values, params) {
  const entries = Array.isArray(values) ? Object.fromEntries(values.map(v => [ v, v ])) : values;
  return new ZodMiniEnum({
    type: "enum",
    entries,
    ...normalizeParams(params)
  });
}

const ZodMiniTransform = $constructor("ZodMiniTransform", (inst, def) => {
  $ZodTransform.init(inst, def);
  ZodMiniType.init(inst, def);
});

function transform(fn) {
  return new ZodMiniTransform({
    type: "transform",
    transform: fn
  });
}

const ZodMiniOptional = $constructor("ZodMiniOptional", (inst, def) => {
  $ZodOptional.init(inst, def);
  ZodMiniType.init(inst, def);
});

function optional(innerType) {
  return new ZodMiniOptional({
    type: "optional",
    innerType
  });
}

const ZodMiniNullable = $constructor("ZodMiniNullable", (inst, def) => {
  $ZodNullable.init(inst, def);
  ZodMiniType.init(inst, def);
});

function nullable(innerType) {
  return new ZodMiniNullable({
    type: "nullable",
    innerType
  });
}

function schemas_nullish(innerType) {
  return optional(nullable(innerType));
}

const ZodMiniCatch = $constructor("ZodMiniCatch", (inst, def) => {
  $ZodCatch.init(inst, def);
  ZodMiniType.init(inst, def);
});

function schemas_catch(innerType, catchValue) {
  return new ZodMiniCatch({
    type: "catch",
    innerType,
    catchValue: typeof catchValue === "function" ? catchValue : constantCatch(catchValue)
  });
}

const ZodMiniPipe = $constructor("ZodMiniPipe", (inst, def) => {
  $ZodPipe.init(inst, def);
  ZodMiniType.init(inst, def);
});

function pipe(in_, out) {
  return new ZodMiniPipe({
    type: "pipe",
    in: in_,
    out
  });
}

const Repository = schemas_nullish(object({
  full_name: schemas_string()
}));

const Text = schemas_nullish(schemas_string());

const Event = object({
  repository: Repository,
  pull_request: schemas_nullish(object({
    state: Text,
    merged: schemas_nullish(schemas_boolean()),
    merged_at: Text,
    head: object({
      ref: Text,
      sha: Text,
      repo: Repository
    }),
    base: schemas_nullish(object({
      ref: Text
    }))
  })),
  workflow_run: schemas_nullish(object({
    conclusion: Text,
    head_branch: Text,
    head_sha: Text,
    head_repository: Repository
  }))
});

function readEvent(path) {
  if (!path) return;
  try {
    return safeParse(Event, JSON.parse((0, external_node_fs_namespaceObject.readFileSync)(path, "utf8"))).data;
  } catch {
    return;
  }
}

const pullRequestTriggers = new Set([ "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment" ]);

function readGithubContext(env) {
  const event = readEvent(env["GITHUB_EVENT_PATH"]);
  const trigger = env["GITHUB_EVENT_NAME"] ?? "unknown";
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  const isTag = env["GITHUB_REF_TYPE"] === "tag";
  const subject = subjectOf(trigger, event, env);
  const run = [ "GITHUB_REPOSITORY", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_JOB", "GITHUB_ACTION" ].map(name => env[name] ?? "");
  return {
    host: "github",
    ...subject,
    tag: isTag ? env["GITHUB_REF_NAME"] : void 0,
    commitUrl: subject.commit === void 0 ? void 0 : `${env["GITHUB_SERVER_URL"] ?? "https://github.com"}/${repository}/commit/${subject.commit}`,
    trigger,
    fromFork: isFromFork(trigger, event, repository),
    onProtectedRef: void 0,
    environment: void 0,
    hazards: hazardsOf(env),
    folder: env["GITHUB_WORKSPACE"] || process.cwd(),
    isRerun: Number(env["GITHUB_RUN_ATTEMPT"] ?? "1") > 1,
    fromDependabot: env["GITHUB_ACTOR"] === "dependabot[bot]",
    runId: env["GITHUB_RUN_ID"] || void 0,
    runKey: [ "github", ...run ].join(":")
  };
}

function subjectOf(trigger, event, env) {
  const commit = env["GITHUB_SHA"] || void 0;
  const plain = {
    branchless: void 0,
    commit,
    proposedMerge: void 0,
    testedRun: void 0
  };
  if (trigger === "workflow_run") return subjectOfRun(event, commit);
  if (pullRequestTriggers.has(trigger) || event?.pull_request != null) return subjectOfPullRequest(event, commit, env);
  if (trigger === "merge_group") return {
    ...plain,
    branch: void 0,
    branchless: "this run is for a merge queue"
  };
  return {
    ...plain,
    branch: branchOfRef(env)
  };
}

function branchOfRef(env) {
  const ref = env["GITHUB_REF"];
  if (env["GITHUB_REF_TYPE"] === "tag" || ref && !ref.startsWith("refs/heads/")) return;
  return env["GITHUB_REF_NAME"] || void 0;
}

const UNREADABLE = "the file that says what started this run (GITHUB_EVENT_PATH) can't be read";

function subjectOfRun(event, ownCommit) {
  const run = event?.workflow_run;
  const commit = run?.head_sha || void 0;
  const branch = run?.head_branch || void 0;
  const testedRun = {
    conclusion: run?.conclusion || void 0,
    commit,
    ownCommit
  };
  return {
    branch,
    branchless: run == null ? UNREADABLE : "the workflow that triggered this one didn't run for a branch",
    commit,
    proposedMerge: void 0,
    testedRun
  };
}

function subjectOfPullRequest(event, ownCommit, env) {
  const request = event?.pull_request;
  const plain = {
    branch: void 0,
    commit: ownCommit,
    testedRun: void 0
  };
  const ownMerge = {
    sourceCommit: request?.head.sha || void 0,
    sourceRef: void 0,
    mergeCommit: ownCommit
  };
  if (request == null) return {
    ...plain,
    branchless: UNREADABLE,
    proposedMerge: ownMerge
  };
  if (request.merged === true || request.merged_at != null) return {
    ...plain,
    branch: request.base?.ref || env["GITHUB_BASE_REF"] || void 0,
    branchless: void 0,
    proposedMerge: void 0
  };
  if (request.state === "closed") return {
    ...plain,
    branchless: "this pull request was closed without a merge",
    commit: ownMerge.sourceCommit ?? ownCommit,
    proposedMerge: ownMerge
  };
  return {
    ...plain,
    branch: request.head.ref || env["GITHUB_HEAD_REF"] || void 0,
    branchless: void 0,
    commit: ownMerge.sourceCommit ?? ownCommit,
    proposedMerge: ownMerge
  };
}

function isFromFork(trigger, event, repository) {
  const base = event?.repository?.full_name ?? repository;
  if (event?.pull_request != null) return event.pull_request.head.repo?.full_name !== base;
  if (event?.workflow_run != null) return event.workflow_run.head_repository?.full_name !== base;
  return trigger === "workflow_run";
}

function createGithubHost(env, stdout, rows = inputs) {
  const sink = createSink(stdout.write, stopCommands());
  const token = takeToken(env, [ "INPUT_TOKEN", "OUTPOST_TOKEN" ]);
  const annotate = (command, {title, message, place}) => {
    sink.flush();
    const at = place === void 0 ? {} : {
      file: sink.clean(place.file),
      startLine: place.line
    };
    command(sink.cleanLines(message).join("\n"), {
      title: sink.clean(title),
      ...at
    });
  };
  const warn = annotation => annotate(warning, annotation);
  const host = {
    name: "github",
    context: readGithubContext(env),
    token,
    keptForm: () => {
      const text = env[`STATE_${FORM}`];
      return text !== void 0 && /^\d$/.test(text) ? Number(text) : void 0;
    },
    keepForm: number => github_saveState(env, FORM, String(number), () => {}),
    begin: () => Promise.resolve(),
    inputs: () => readStepInputs(inputs, env),
    strayInputs: strayInputs(rows, env),
    mask: secret => {
      sink.hide(secret);
      for (const form of masksOf(secret.reveal())) core_setSecret(form);
    },
    say: sink.say,
    conclude: sink.say,
    quote: sink.quote,
    cleanLog: sink.cleanLog,
    drained: stdout.drained,
    repeatsLog: true,
    group: (title, lines) => {
      sink.flush();
      startGroup(sink.clean(title));
      for (const line of lines) sink.say(line);
      endGroup();
    },
    notice: annotation => annotate(notice, annotation),
    warn,
    fail: annotation => annotate(error, annotation),
    publish: (report, publicationOf) => publish(publicationOf(safeReport(report, sink)), env, sink, warn)
  };
  return {
    host,
    hasEnded: () => env[`STATE_${ENDED}`] === "true",
    saveEnded: () => github_saveState(env, ENDED, "true", () => warn({
      title: "The state could not be written",
      message: "The post step will show what is live again. This doesn't change the result of the job."
    }))
  };
}

const ENDED = "outpost-ended";

const FORM = "outpost-form";

function github_saveState(env, name, value, onFailure) {
  if (!env["GITHUB_STATE"]) return;
  try {
    saveState(name, value);
  } catch {
    onFailure();
  }
}

function masksOf(value) {
  if (isPlaceholder(value)) return [];
  const bytes = Buffer.from(value);
  const hex = bytes.toString("hex");
  const forms = [ value, value.replace(/^op_pat_/, ""), bytes.toString("base64url"), hex, hex.toUpperCase(), encodeURIComponent(value) ];
  return [ ...new Set(forms) ].filter(form => form.trim().length >= 8);
}

function stopCommands() {
  let word;
  return block => {
    word ??= (0, external_node_crypto_namespaceObject.randomBytes)(16).toString("hex");
    return `::stop-commands::${word}\n${block}::${word}::\n`;
  };
}

function pathsOf(env) {
  const step = (env["GITHUB_ACTION"] ?? "").replace(/\W+/g, "_") || "step";
  const folder = env["RUNNER_TEMP"];
  const path = folder ? (0, external_node_path_namespaceObject.join)(folder, `outpost-report-${step}`) : (0, 
  external_node_path_namespaceObject.join)((0, external_node_os_namespaceObject.tmpdir)(), `outpost-report-${step}-${(0, 
  external_node_crypto_namespaceObject.randomBytes)(6).toString("hex")}`);
  return {
    summary: `${path}.md`,
    report: `${path}.json`
  };
}

async function publish(publication, env, sink, warn) {
  const paths = pathsOf(env);
  await tryWriting("The report", warn, () => replaceFile(paths.report, sink.redact(publication.json())));
  await tryWriting("The summary file", warn, () => replaceFile(paths.summary, sink.redact(publication.markdown())));
  await tryWriting("The outputs", warn, () => {
    if (!env["GITHUB_OUTPUT"]) return;
    for (const [name, value] of Object.entries({
      ...publication.outputs(),
      ...paths
    })) setOutput(name, sink.redact(value));
  });
  await tryWriting("The summary", warn, () => {
    if (!env["GITHUB_STEP_SUMMARY"]) return;
    return summary.addRaw(sink.redact(publication.markdown())).write();
  });
}

const exitStatusByCode = {
  internal: 1,
  "config-invalid": 2,
  "unsafe-trigger": 2,
  "unsafe-environment": 2,
  "token-missing": 3,
  "token-malformed": 3,
  "token-rejected": 3,
  "token-expired": 3,
  "token-expires-during-run": 3,
  "token-scope-missing": 3,
  "token-scope-excess": 3,
  "token-name-unknown": 3,
  "token-unchecked": 3,
  "token-in-repository": 3,
  "token-needs-attention": 3,
  "token-value-lost": 3,
  forbidden: 4,
  "not-found": 4,
  conflict: 4,
  refused: 4,
  redirected: 4,
  "unexpected-answer": 4,
  "service-unreadable": 4,
  "store-refused": 4,
  "rollout-failed": 5,
  "pre-deploy-failed": 5,
  "service-stopped": 5,
  "health-check-failed": 5,
  superseded: 5,
  "wrong-service": 5,
  "commit-mismatch": 5,
  "rolled-back": 5,
  "timed-out": 6,
  "outcome-unknown": 7,
  "rollout-unproven": 7,
  unavailable: 8,
  "rate-limited": 8,
  "store-unavailable": 8,
  "push-not-possible": 9,
  "push-refused": 9,
  "push-rejected": 9,
  "push-lost": 9,
  "token-not-revoked": 10,
  interrupted: 130,
  terminated: 143
};

class Failure extends Error {
  code;
  attempted;
  happened;
  hint;
  requestId;
  constructor(facts) {
    super(`${facts.attempted}: ${facts.happened}`, {
      cause: facts.cause
    });
    this.name = "Failure";
    this.code = facts.code;
    this.attempted = facts.attempted;
    this.happened = facts.happened;
    this.hint = facts.hint;
    this.requestId = facts.requestId;
  }
  get exitStatus() {
    return exitStatusByCode[this.code];
  }
}

function failure_toFailure(thrown, attempted = "Running the deploy") {
  if (thrown instanceof Failure) return thrown;
  return new Failure({
    code: "internal",
    attempted,
    happened: "an internal error: " + (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "something other than an error was thrown"),
    hint: "This is a bug in outpost/deploy-action. Please report it with this log, and check the service in the dashboard before you run the job again.",
    cause: thrown
  });
}

const ATTEMPTED = "Checking what started this run";

const unsafeTriggers = new Set([ "pull_request_target", "issue_comment", "workflow_run" ]);

function refuseUnsafeTrigger(config, context) {
  const {trigger, fromFork, testedRun} = context;
  if (testedRun !== void 0) requireSuccess(testedRun.conclusion);
  if (config.allowUnsafeTrigger || !unsafeTriggers.has(trigger) || trigger === "workflow_run" && !fromFork) return;
  throw new Failure({
    code: "unsafe-trigger",
    attempted: ATTEMPTED,
    happened: `it was started by ${trigger}${trigger === "workflow_run" ? " after a fork's workflow" : ""}, which people outside your team can trigger, with access to the repository's secrets`,
    hint: "Deploy from `push` or `workflow_dispatch`, or set `allow-unsafe-trigger: true` if you trust everyone who can start the workflow."
  });
}

function requireSuccess(conclusion) {
  if (conclusion === "success") return;
  throw new Failure({
    code: "unsafe-trigger",
    attempted: ATTEMPTED,
    happened: conclusion === void 0 ? "it was started by workflow_run, and the event does not say that the workflow before it succeeded" : `it was started by workflow_run, but the workflow before it ended with \`${conclusion.slice(0, 30)}\`, not \`success\``,
    hint: "Run this job only after a success: use `types: [completed]` on the trigger and `if: github.event.workflow_run.conclusion == 'success'` on the job."
  });
}

const credential_ATTEMPTED = "Reading the token";

const STORE_HINT = "Create a personal access token in Outpost under Settings > Access Tokens with the scope `service`, and store it as OUTPOST_TOKEN.";

function checkCredential(config, given, context) {
  refuseUnsafeTrigger(config, context);
  refuseHazards(config, context);
  const value = normalise(given.reveal());
  if (value === "") throw missing(context);
  const mistake = mistakes.find(({pattern}) => pattern.test(value));
  if (mistake !== void 0) throw malformed(mistake.happened, mistake.hint);
  return new Secret(value);
}

function refuseHazards(config, {hazards}) {
  const [hazard] = hazards.filter(({allowedBy}) => allowedBy === void 0 || !config.allowDebugTrace);
  if (hazard === void 0) return;
  const unless = hazard.allowedBy === void 0 ? "" : `, or set \`${hazard.allowedBy}: true\` and revoke the token afterwards`;
  throw new Failure({
    code: "unsafe-environment",
    attempted: "Checking this job's environment",
    happened: `${hazard.name} is set, which ${hazard.danger}`,
    hint: `Unset it${unless}.`
  });
}

function normalise(raw) {
  const trimmed = raw.replace(/^\uFEFF/, "").trim();
  const unquoted = /^(["'])(.*)\1$/s.exec(trimmed)?.[2] ?? trimmed;
  return unquoted.trim().replace(/^bearer(?:\s+|$)/i, "");
}

const mistakes = [ {
  pattern: /^\$\{\{/,
  happened: "it is a workflow expression that was never evaluated",
  hint: "Write the expression in the workflow file under `env:` or `with:`, not in a secret, a quoted heredoc or a file that a script reads."
}, {
  pattern: /^\$\{?\w+\}?$/,
  happened: "it is the name of a variable, not its value",
  hint: "Check the variable: it was not expanded. On GitLab, that happens if it does not exist for this branch or environment."
}, {
  pattern: /^\*+$|^\[MASKED\]$/i,
  happened: "it is a masked value copied from a log",
  hint: "Store the token itself. If it is lost, regenerate it in Settings > Access Tokens."
}, {
  pattern: /^(?:gh[pousr]_|github_pat_)/,
  happened: "it is a GitHub token",
  hint: STORE_HINT
}, {
  pattern: /^gl[a-z]{2,6}-/,
  happened: "it is a GitLab token",
  hint: STORE_HINT
}, {
  pattern: /^(?:npm_|xox[a-z]-|AKIA|dop_v1_)/,
  happened: "it is a token for another product",
  hint: STORE_HINT
}, {
  pattern: /^[^$\s]+\$\S+$|^sk_(?:live|test)_/,
  happened: "it is an Outpost API key, which is a different kind of credential",
  hint: STORE_HINT
}, {
  pattern: /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
  happened: "it is a JSON Web Token, not a personal access token",
  hint: STORE_HINT
}, {
  pattern: /^https?:\/\//i,
  happened: "it is a URL",
  hint: STORE_HINT
}, {
  pattern: /^(?:export\s+)?[A-Za-z_]\w*\s*=\s*["']?op_pat_|^(?:export\s+)?[A-Z][A-Z0-9_]*=./,
  happened: "it is a `NAME=value` line from a file of variables",
  hint: "Store only the part after the equals sign."
}, {
  pattern: /^[{[]/,
  happened: "it is JSON or a template, not a value",
  hint: "Store only the token. If a vault keeps it in a field, use the field, not the whole entry."
}, {
  pattern: /^(?:~|\.{1,2})?\/|^[A-Za-z]:[\\/]|^\\\\/,
  happened: "it is the path of a file, not the contents of the file",
  hint: "On GitLab, set the type of the variable to *Variable* instead of *File*, or set `file: false` under `secrets:`. Elsewhere, read the file: `--token-stdin < FILE`."
}, {
  pattern: /^[a-z][a-z0-9+.-]*:\/\/|^(?:op|vault|secret|ssm|arn|ref\+[a-z]+|keyvault):|^projects\//i,
  happened: "it is a reference to a vault entry that was never looked up",
  hint: "Let the job look it up first (`op run`, `secrets:` on GitLab, the action of your vault), and pass the value to this step."
}, {
  pattern: /[\r\n]/,
  happened: "it contains a line break",
  hint: "Store only the token, on one line."
}, {
  pattern: /\s/,
  happened: "it contains white space",
  hint: "Store only the token, without a name or a second value."
}, {
  pattern: /[^\x21-\x7e]/,
  happened: "it contains a character that is invisible or not ASCII",
  hint: "Copy the token again, or regenerate it, and store only the token."
}, {
  pattern: /^["']|["']$/,
  happened: "it contains a stray quote",
  hint: "Store the token without quotes."
}, {
  pattern: /^op_pat_(?:[.x*X]*|your.*|<.*)$/,
  happened: "it is a placeholder from an example, not a token",
  hint: STORE_HINT
} ];

function malformed(happened, hint) {
  return new Failure({
    code: "token-malformed",
    attempted: credential_ATTEMPTED,
    happened: `the value is not a personal access token: ${happened}`,
    hint
  });
}

function missing(context) {
  const {happened, hint} = causesOfMissing[context.host](context);
  return new Failure({
    code: "token-missing",
    attempted: credential_ATTEMPTED,
    happened,
    hint
  });
}

const causesOfMissing = {
  github: missingOnGithub,
  gitlab: missingOnGitlab,
  shell: () => ({
    happened: "the variable OUTPOST_TOKEN is not set",
    hint: `${STORE_HINT} Export it for this command only, or pass it with --token-stdin.`
  })
};

function missingOnGithub({fromFork, fromDependabot, trigger}) {
  if (fromDependabot) return {
    happened: "there is none because Dependabot started this run, and GitHub does not give it Actions secrets",
    hint: "Do not deploy from Dependabot runs (`if: github.actor != 'dependabot[bot]'`), or store OUTPOST_TOKEN as a Dependabot secret."
  };
  if (fromFork) return {
    happened: `there is none because this ${trigger} run comes from a fork, and GitHub does not give it secrets`,
    hint: "Deploy after the merge, on `push`. Skip this job for forks with `if: github.event.pull_request.head.repo.full_name == github.repository`."
  };
  return {
    happened: "OUTPOST_TOKEN is empty: the secret is not set, has another name, or belongs to an environment that this job does not use",
    hint: `${STORE_HINT} Then pass it to this step: \`token: \${{ secrets.OUTPOST_TOKEN }}\`. For an environment secret, also set \`environment:\` on the job.`
  };
}

function missingOnGitlab({fromFork, onProtectedRef, environment}) {
  if (fromFork) return {
    happened: "there is none because this merge request comes from a fork, and its pipeline runs without the variables of this project",
    hint: "Deploy after the merge, on the default branch: `rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]`."
  };
  if (onProtectedRef === false) return {
    happened: "OUTPOST_TOKEN is not set, and this ref is not protected: protected variables are only available on protected branches and tags",
    hint: "Deploy from a protected branch, or protect this one in Settings > Repository. If the variable does not exist, add it in Settings > CI/CD > Variables, masked and protected."
  };
  const scope = environment === void 0 ? "this job has no environment" : `this job's environment is \`${environment}\``;
  return {
    happened: `OUTPOST_TOKEN is empty: the variable is not set, has another name, or is scoped to another environment (${scope})`,
    hint: "In Settings > CI/CD > Variables, add OUTPOST_TOKEN for this environment, masked and protected. Its value is a personal access token with the scope `service`."
  };
}

function isLoopback(hostname) {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function isMetadata(hostname) {
  const name = hostname.replace(/\.$/, "");
  return /^(?:169\.254\.\d+\.\d+|100\.100\.100\.200|\[fd00:ec2::254\]|\[fe80:.*\]|\[::ffff:a9fe:.*\]|metadata\.google\.internal)$/i.test(name);
}

function branchProblem(branch) {
  if (/[\s\u0000-\u001f\u007f~^:?*[\\]/.test(branch)) return "contains a character that is not allowed in a branch name";
  if (/^[-/]|\/$|\.$|\.\.|@\{|\/\/|^@$/.test(branch)) return "is not a valid branch name";
  if (branch.split("/").some(part => part.startsWith(".") || part.endsWith(".lock"))) return "is not a valid branch name";
  return;
}

const readBranch = text => {
  const [, full] = /^refs\/heads\/(.+)$/.exec(text) ?? [];
  if (full === void 0 && text.startsWith("refs/tags/")) return {
    problem: `\`${text}\` is a tag, but Outpost deploys branches: set the branch to deploy`
  };
  if (full === void 0 && text.startsWith("refs/")) return {
    problem: `\`${text}\` is not a branch: write only the branch name, or put \`refs/heads/\` before it`
  };
  const branch = full ?? text;
  const problem = branchProblem(branch);
  return problem === void 0 ? {
    value: branch
  } : {
    problem: `\`${text}\` ${problem}`
  };
};

const readPath = (required, optional) => text => {
  if (!/^\/[A-Za-z0-9._~{}/-]*$/.test(text) || /\/\/|\/\.{1,2}(?:\/|$)/.test(text)) return {
    problem: `\`${text}\` is not an absolute URL path`
  };
  const braced = names => names.map(name => `{${name}}`).join(" and ");
  const missing = required.filter(name => !text.includes(`{${name}}`));
  if (missing.length > 0) return {
    problem: `\`${text}\` must contain ${braced(missing)}`
  };
  const known = [ ...optional, ...required ];
  const rest = known.reduce((path, name) => path.replaceAll(`{${name}}`, ""), text);
  return /[{}]/.test(rest) ? {
    problem: `\`${text}\` can only contain ${braced(known)}, and no other braces`
  } : {
    value: text
  };
};

const readDeployPath = readPath([ "service" ], [ "namespace" ]);

const readServicePath = text => text === "auto" ? {
  value: void 0
} : readDeployPath(text);

const readWords = text => {
  const words = text.split(",");
  const strange = words.find(word => !/^[\w-]{1,40}$/.test(word));
  return strange === void 0 ? {
    value: words
  } : {
    problem: `\`${strange}\` is not a status word (separate several with commas)`
  };
};

const apiReaders = {
  list: readPath([], [ "namespace" ]),
  logs: readDeployPath,
  token: readPath([ "name" ], []),
  deployment: readPath([ "id" ], [ "namespace", "service" ]),
  job: readPath([ "job" ], [ "namespace" ]),
  running: readWords,
  rolling: readWords,
  failed: readWords,
  idle: readWords
};

const apiKeys = Object.keys(apiReaders);

const readApiForms = text => {
  const forms = {};
  const problems = [];
  for (const entry of text.match(/\S+/g) ?? []) {
    const mark = entry.indexOf("=");
    const [name, value] = [ entry.slice(0, Math.max(0, mark)), entry.slice(mark + 1) ];
    const key = apiKeys.find(one => one === name);
    if (key === void 0) problems.push(unknownKey(entry, name)); else if (Object.hasOwn(forms, key)) problems.push(`\`${key}\` is set twice`); else {
      const result = apiReaders[key](value);
      if ("value" in result) forms[key] = result.value; else problems.push(`\`${key}\`: ${result.problem}`);
    }
  }
  return problems.length === 0 ? {
    value: forms
  } : {
    problem: problems.join("; ")
  };
};

function unknownKey(entry, name) {
  const [near] = nearest(name, apiKeys);
  const meant = near === void 0 ? `the keys are ${apiKeys.join(", ")}` : `did you mean \`${near}=\`?`;
  return `\`${entry}\` does not start with a known key: ${meant}`;
}

const NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

const TARGET = new RegExp(`^(?:(${NAME})/)?(${NAME})(?:@(.+))?$`);

const NEXT_STAGE = "then";

const services_FORM = "write `acme/api acme/web`, or one service per line";

const readTargets = text => {
  const shape = foreignShape(text);
  if (shape !== void 0) return {
    problem: shape
  };
  const words = text.split(/[\s,]/).filter(word => word !== "" && word !== "-");
  let stage = [];
  const stages = [ stage ];
  for (const word of words) if (word === NEXT_STAGE) {
    stage = [];
    stages.push(stage);
  } else stage.push(word);
  if (words.length === 0) return {
    problem: "contains no service: write `namespace/name`"
  };
  if (stages.some(entries => entries.length === 0)) return {
    problem: `\`${NEXT_STAGE}\` goes between services: \`acme/api then acme/web\``
  };
  const read = stages.flatMap((entries, index) => entries.map(entry => readTarget(entry, index + 1)));
  const targets = read.flatMap(one => "value" in one ? [ one.value ] : []);
  const names = targets.map(({namespace, service}) => [ namespace, service ].filter(Boolean).join("/"));
  const problems = [ ...read.flatMap(one => "problem" in one ? [ one.problem ] : []), ...names.filter((name, index) => names.indexOf(name) !== index).map(name => `\`${name}\` is listed twice`) ];
  return problems.length === 0 ? {
    value: targets
  } : {
    problem: problems.join("; ")
  };
};

function foreignShape(text) {
  if (/^(?:\[|\{\s*")/.test(text.trim())) return `must be plain text, not JSON: ${services_FORM}`;
  if (/(?:^|[\s,])#/.test(text)) return `cannot contain \`#\` comments: ${services_FORM}`;
  return;
}

function readTarget(entry, stage) {
  const [whole, namespace, service = "", written] = TARGET.exec(entry) ?? [];
  if (whole === void 0) return {
    problem: `\`${entry}\` is not in the form \`namespace/name\` or \`namespace/name@branch\``
  };
  if (written === void 0) return {
    value: {
      namespace,
      service,
      branch: void 0,
      stage
    }
  };
  const branch = readBranch(written);
  return "value" in branch ? {
    value: {
      namespace,
      service,
      branch: branch.value,
      stage
    }
  } : {
    problem: `\`${entry}\`: the branch ${branch.problem}`
  };
}

const MAX_TIMEOUT_MS = 864e5;

const readText = text => /^\.{1,2}$/.test(text) ? {
  problem: `\`${text}\` is not a valid name`
} : /\p{Cc}/u.test(text) ? {
  problem: "contains a line break or another control character"
} : {
  value: text
};

const readMoment = text => {
  const moment = parseMomentMs(text);
  return moment === void 0 ? {
    problem: `\`${text}\` is not a date: write \`2026-12-31\`, or with time and zone \`2026-12-31T12:00:00Z\``
  } : {
    value: moment
  };
};

const readBoolean = text => {
  if (/^(true|True|TRUE)$/.test(text)) return {
    value: true
  };
  if (/^(false|False|FALSE)$/.test(text)) return {
    value: false
  };
  return {
    problem: `\`${text}\` is neither \`true\` nor \`false\``
  };
};

const readDuration = text => {
  const ms = parseDurationMs(text);
  if (/^\d+$/.test(text)) return {
    problem: `\`${text}\` has no unit: write \`${text}m\` for minutes or \`${text}s\` for seconds`
  };
  if (ms === void 0) return {
    problem: `\`${text}\` is not a duration: write it like \`90s\`, \`15m\` or \`1h30m\``
  };
  if (ms < 1e3 || ms > MAX_TIMEOUT_MS) return {
    problem: `\`${text}\` is out of range: use \`1s\` to \`24h\``
  };
  return {
    value: ms
  };
};

const readWhole = (least, most) => text => {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? {
    value
  } : {
    problem: `\`${text}\` is not a whole number from ${least} to ${most}`
  };
};

function readers_guess(text, choices) {
  const [near] = nearest(text, choices);
  return near === void 0 ? "" : ` (did you mean \`${near}\`?)`;
}

const readChoice = choices => text => choices.includes(text) ? {
  value: text
} : {
  problem: `\`${text}\` is not one of ${choices.map(one => `\`${one}\``).join(", ")}${readers_guess(text, choices)}`
};

const readOrigin = text => {
  const url = URL.canParse(text) ? new URL(text) : void 0;
  if (url === void 0 || !/^https?:$/.test(url.protocol)) return {
    problem: `\`${redactUserInfo(text)}\` is not an https address`
  };
  if (url.username !== "" || url.password !== "") return {
    problem: "must not contain a user name or password"
  };
  if (url.protocol === "http:" && !isLoopback(url.hostname)) return {
    problem: `\`${text}\` would send the token unencrypted: use https (http is only allowed for this machine)`
  };
  if (isMetadata(url.hostname)) return {
    problem: `\`${text}\` is a link-local or cloud metadata address, not Outpost's`
  };
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") return {
    problem: `\`${text}\` must end after the host, without a path or query`
  };
  return {
    value: url
  };
};

function redactUserInfo(text) {
  return text.replace(/^(.*\/\/)?.*@/s, "$1***@");
}

const readRepository = text => {
  const [, namespace, name] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,99})\/([A-Za-z0-9._-]{1,100}?)(?:\.git)?$/.exec(text) ?? [];
  if (namespace === void 0 || name === void 0 || /^\.+$/.test(name)) return {
    problem: `\`${text}\` is not \`namespace/name\``
  };
  return {
    value: {
      namespace,
      name
    }
  };
};

const readCheck = text => {
  const path = /^\/(?!\/)[^\s#]*$/.test(text);
  const url = !path && URL.canParse(text) ? new URL(text) : void 0;
  if (path || url !== void 0 && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") return {
    value: text
  };
  return {
    problem: `\`${redactUserInfo(text)}\` is neither a path such as \`/healthz\` nor an https URL`
  };
};

const readPathName = text => /\p{Cc}/u.test(text) ? {
  problem: "contains a line break or another control character"
} : {
  value: text
};

const readPrefix = text => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(text) ? {
  value: text
} : {
  problem: `\`${text}\` cannot be the start of a variable name: use letters, digits and _`
};

const readers = {
  targets: readTargets,
  branch: readBranch,
  repository: readRepository,
  text: readText,
  moment: readMoment,
  boolean: readBoolean,
  duration: readDuration,
  days: readWhole(0, 3650),
  count: readWhole(1, 100),
  origin: readOrigin,
  path: readDeployPath,
  "service-path": readServicePath,
  "api-forms": readApiForms,
  folder: readPathName,
  file: readPathName,
  prefix: readPrefix,
  check: readCheck
};

function readRows(rows, raw, byKind, problems) {
  const values = {};
  for (const row of rows) {
    if (row.kind === "secret") continue;
    const text = raw[row.name] ?? row.default;
    if (text === void 0) {
      if (row.required === true) problems.push(`\`${row.name}\` is missing. ${firstSentence(row.description)}`);
      continue;
    }
    const result = readerOf(row, byKind)(text);
    if ("value" in result) values[row.name] = result.value; else problems.push(`\`${row.name}\`: ${result.problem}`);
  }
  return values;
}

function firstSentence(text) {
  return text.replace(/\.(?: .*)?$/s, "");
}

function readerOf({kind, choices = []}, byKind) {
  const reader = kind === "choice" ? readChoice(choices) : byKind[kind];
  if (reader === void 0) throw new Error(`no reader for inputs of the kind ${kind}`);
  return reader;
}

function refuseProblems(problems = []) {
  wholeValues({}, problems);
}

function wholeValues(values, problems) {
  if (problems.length === 0) return values;
  throw new Failure({
    code: "config-invalid",
    attempted: "Reading the configuration",
    happened: problems.length === 1 ? `${problems[0]}` : `${problems.length} problems with the inputs:\n${problems.map(problem => `- ${problem}`).join("\n")}`,
    hint: problems.length === 1 ? "Fix that input and run the job again." : "Fix these inputs and run the job again."
  });
}

const systemClock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms, signal) => new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, {
      once: true
    });
  })
};

const TOLERATED_SKEW_MS = 6e4;

function skewOf({wallMs}, serverMs) {
  const skewMs = serverMs === void 0 ? 0 : serverMs - wallMs();
  return Math.abs(skewMs) <= TOLERATED_SKEW_MS ? 0 : skewMs;
}

function factsOf({code, attempted, happened, hint, requestId}) {
  return {
    code,
    attempted,
    happened,
    hint,
    request_id: requestId
  };
}

function abortOnSignals(attempted, hint, isTyped) {
  const controller = new AbortController;
  const abort = code => {
    const happened = isTyped && code === "interrupted" ? "the run was interrupted" : "the job was cancelled";
    controller.abort(new Failure({
      code,
      attempted,
      happened,
      hint
    }));
  };
  process.on("SIGINT", () => abort("interrupted"));
  process.on("SIGTERM", () => abort("terminated"));
  process.on("SIGHUP", () => abort("terminated"));
  return controller.signal;
}

async function runToEnd(host, clock, definition) {
  const {attempted, afterCancel, secrets = [], publicationOf} = definition;
  const startedWallMs = clock.wallMs();
  const signal = abortOnSignals(attempted, afterCancel, host.name === "shell");
  for (const secret of [ host.token, ...secrets ]) host.mask(secret);
  if (publicationOf !== void 0) await host.begin();
  let failure;
  try {
    await definition.work(signal);
  } catch (thrown) {
    failure = failure_toFailure(thrown, attempted);
  }
  const report = definition.report(failure, startedWallMs);
  if (publicationOf !== void 0) await host.publish(report, publicationOf);
  const lastWord = definition.lastWord(report);
  if (typeof lastWord === "string") host.conclude(lastWord); else if (lastWord !== void 0) host.fail(lastWord);
  return report.exit_status;
}

const DATED = /^(.+)-(\d{4}-\d{2}-\d{2})-(\d{2})(\d{2})(\d{2})-[a-z0-9]{4}$/;

const MAX_BASE_LENGTH = 75;

function baseOf(name) {
  return DATED.exec(name)?.[1] ?? name;
}

function datedMs(name) {
  const [, , date, hours, minutes, seconds] = DATED.exec(name) ?? [];
  const ms = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(ms) ? void 0 : ms;
}

function isDated(name) {
  return DATED.test(name);
}

function datedName(base, wallMs, random) {
  const [date = "", time = ""] = new Date(wallMs).toISOString().split(/[T.]/);
  const chance = Math.floor(random * 36 ** 4).toString(36).padStart(4, "0");
  return `${base}-${date}-${time.replaceAll(":", "")}-${chance}`;
}

const LONGEST_RUN_MS = 12e4;

const OWN_LOOK_MS = 1e4;

function workedMs({name, createdMs, lastUsedMs}) {
  if (typeof lastUsedMs !== "number" || createdMs === void 0 || !isDated(name)) return lastUsedMs;
  return lastUsedMs - createdMs <= LONGEST_RUN_MS ? null : lastUsedMs;
}

function isOwnLook({lastUsedMs}, nowMs) {
  return typeof lastUsedMs === "number" && Math.abs(nowMs - lastUsedMs) <= OWN_LOOK_MS;
}

function currentOf(family, nowMs) {
  const used = one => (isOwnLook(one, nowMs) ? one.lastUsedMs : workedMs(one)) ?? Number.NEGATIVE_INFINITY;
  return [ ...family ].sort((left, right) => compare(used(right), used(left)) || compare(right.createdMs ?? 0, left.createdMs ?? 0))[0];
}

function compare(left, right) {
  return left === right ? 0 : left < right ? -1 : 1;
}

const coveredBy = {
  "repo:read": [ "repo" ]
};

const documented = new Set([ "repo", "repo:read", "machine", "service", "job", "admin:org", "admin:ssh_key" ]);

function compareScopes(needed, facts, untold) {
  if (needed === void 0) return {
    missing: [],
    excess: [],
    unchecked: void 0
  };
  const held = facts?.scopes;
  if (held === void 0) {
    const unchecked = facts === void 0 ? untold ?? "`token-name` is not set" : facts.unread?.includes("scopes") === true ? "Outpost shows its scopes in a form that this version cannot read" : "Outpost does not show its scopes";
    return {
      missing: [],
      excess: [],
      unchecked
    };
  }
  const lacking = needed.filter(scope => !covers(held, scope));
  const strange = held.filter(scope => !documented.has(scope));
  const isUnclear = lacking.length > 0 && strange.length > 0;
  const excess = held.filter(scope => !(isUnclear && !documented.has(scope)) && !needed.some(one => one === scope || coveredBy[one]?.includes(scope)));
  return isUnclear ? {
    missing: [],
    excess,
    unchecked: `what its scope ${listed(strange)} grants is not documented`
  } : {
    missing: lacking,
    excess,
    unchecked: void 0
  };
}

function covers(held, scope) {
  return held.includes(scope) || (coveredBy[scope]?.some(wider => held.includes(wider)) ?? false);
}

function listed(scopes) {
  return scopes.length === 0 ? "nothing" : scopes.map(scope => `\`${scope}\``).join(", ");
}

function isEverything(held) {
  return held.includes("*") || [ ...documented ].every(scope => covers(held, scope));
}

const PROBE_NAME = "OUTPOST_ROTATION_CHECK";

const PROBE_VALUE = "may-be-deleted";

function nameVariableOf(secret) {
  return `${secret}_NAME`;
}

const readScopes = text => {
  const scopes = text.split(/[\s,]+/).map(scope => scope.trim()).filter(scope => scope !== "");
  const strange = scopes.find(scope => !documented.has(scope));
  if (strange !== void 0) {
    const near = nearest(strange, [ ...documented ]).map(scope => `\`${scope}\``);
    const meant = near.length === 0 ? "" : `: did you mean ${near.join(" or ")}?`;
    return {
      problem: `\`${strange}\` isn't an Outpost scope${meant}`
    };
  }
  return scopes.length === 0 ? {
    problem: "has no scopes"
  } : {
    value: [ ...new Set(scopes) ]
  };
};

const readForm = text => {
  const [, method, path] = /^(GET|POST|PUT|DELETE) (\/[A-Za-z0-9._~{}/-]*)$/.exec(text) ?? [];
  if (method === void 0 || path === void 0 || /\/\/|\/\.{1,2}(?:\/|$)/.test(path)) return {
    problem: `\`${text}\` isn't a request: write a method and an absolute path, such as \`DELETE /auth/v1/pat/{name}\``
  };
  if (/[{}]/.test(path.replace("{name}", ""))) return {
    problem: `\`${text}\` can contain {name} once and no other braces`
  };
  return {
    value: {
      method,
      path
    }
  };
};

const readApi = text => {
  const url = URL.canParse(text) ? new URL(text) : void 0;
  const whole = url === void 0 ? {
    problem: "isn't an https address"
  } : readers.origin(url.origin);
  if (url === void 0 || "problem" in whole) return whole;
  if (url.username !== "" || url.password !== "") return {
    problem: "must not contain a user name or password"
  };
  if (url.search !== "" || url.hash !== "") return {
    problem: "must end after its path, without a query or fragment"
  };
  if (url.protocol === "http:" && !isLoopback(url.hostname)) return {
    problem: "would send the token unencrypted: use https"
  };
  return {
    value: url
  };
};

const readVariable = text => {
  if (!/^[A-Za-z_]\w{0,254}$/.test(text)) return {
    problem: `\`${text}\` isn't a valid secret name: use letters, digits and _`
  };
  return text.toUpperCase() === PROBE_NAME ? {
    problem: `\`${text}\` is reserved for checking that secrets can be written, and is deleted each time: use another name`
  } : {
    value: text
  };
};

const readBaseName = text => {
  const read = readers.text(text);
  if ("problem" in read) return read;
  return baseOf(text).length > MAX_BASE_LENGTH ? {
    problem: `is longer than ${MAX_BASE_LENGTH} characters, which leaves no room for the date that a rotation appends`
  } : {
    value: text
  };
};

const KIND = "repository|environment|organization|dependabot|codespaces|project|group";

const BETWEEN = new RegExp(`[\\r\\n,]+|\\s+(?=(?:${KIND})(?:[:@\\s]|$))`);

const PLACE = new RegExp(`^(${KIND})(?::([^@]+))?(?:@(.+))?$`);

const readPlaceTexts = text => {
  const lines = text.replace(/^\s*- +/gm, "").split(BETWEEN).map(line => line.trim()).filter(line => line !== "");
  const places = [];
  for (const line of lines) {
    const [, kind, name, scope] = PLACE.exec(line) ?? [];
    const problem = kind === void 0 ? "isn't a place" : placeProblem(kind, name, scope);
    if (problem !== void 0) return {
      problem: `\`${line}\` ${problem}: write one per line, such as \`repository\`, \`environment:production\` or \`project:acme/web@production\``
    };
    places.push({
      kind,
      name,
      scope
    });
  }
  if (places.length === 0) return {
    problem: "has no places"
  };
  const twice = lines.find((line, index) => lines.indexOf(line) !== index);
  return twice === void 0 ? {
    value: places
  } : {
    problem: `has \`${twice}\` twice`
  };
};

function placeProblem(kind, name, scope) {
  if (kind === "environment" && name === void 0) return "does not say which environment";
  if ((kind === "dependabot" || kind === "codespaces") && name !== void 0) return "takes no name";
  if (kind === "repository" && name !== void 0 && !/^[\w.-]+\/[\w.-]+$/.test(name)) return "is not `repository:owner/name`";
  return scope !== void 0 && kind !== "project" && kind !== "group" ? "has a scope, which only GitLab variables have" : void 0;
}

const readSpan = text => {
  const days = /^(\d{1,3})d$/.exec(text)?.[1];
  const ms = days === void 0 ? parseDurationMs(text) : Number(days) * 864e5;
  return ms === void 0 ? {
    problem: `\`${text}\` isn't a duration: write \`12h\`, \`6d\` or \`0s\``
  } : {
    value: ms
  };
};

const tokenReaders = {
  ...readers,
  scopes: readScopes,
  form: readForm,
  api: readApi,
  variable: readVariable,
  "base-name": readBaseName,
  places: readPlaceTexts,
  span: readSpan
};

const SINGLE = [ "repository", "environment", "organization", "project", "group" ];

const OWN_INPUTS = {
  github: [ "repository", "environment", "organization" ],
  gitlab: [ "project", "group" ],
  forgejo: [ "repository", "organization" ]
};

const KINDS = {
  github: [ "repository", "environment", "organization", "dependabot", "codespaces" ],
  gitlab: [ "project", "group" ],
  forgejo: [ "repository", "organization" ]
};

const PUBLIC_API = {
  github: "https://api.github.com",
  gitlab: "https://gitlab.com/api/v4",
  forgejo: void 0
};

function readStores(given, defaults, problems) {
  const store = given.store ?? defaults.store;
  if (store === void 0) {
    problems.push("`store` is missing: set it to the system that keeps the token, `github`, `gitlab` or `forgejo`");
    return;
  }
  const before = problems.length;
  for (const name of SINGLE) if (given[name] !== void 0 && !OWN_INPUTS[store].includes(name)) problems.push(`\`${name}\` can't be used with \`store: ${store}\``);
  const places = given.places === void 0 ? [ singlePlace(store, given, defaults, problems) ] : severalPlaces(store, given, given.places, defaults, problems);
  const apiUrl = apiOf(store, given, defaults, problems);
  const found = places.flatMap(place => place ?? []);
  return apiUrl === void 0 || problems.length > before ? void 0 : {
    places: found,
    apiUrl
  };
}

function apiOf(store, given, defaults, problems) {
  if (given["api-url"] !== void 0) return given["api-url"];
  const own = store === defaults.store ? defaults.apiUrl : void 0;
  const text = own ?? PUBLIC_API[store];
  if (text === void 0) {
    problems.push("`api-url` is missing: set it to `https://HOST/api/v1`");
    return;
  }
  const read = tokenReaders.api(text);
  if ("value" in read) return read.value;
  problems.push(`the address of the runner's API: ${read.problem}`);
  return;
}

function severalPlaces(store, given, texts, defaults, problems) {
  const scope = given["environment-scope"];
  const single = SINGLE.find(name => given[name] !== void 0);
  if (single !== void 0 || scope !== void 0 && scope !== "*") problems.push(`\`places\` can't be combined with \`${single ?? "environment-scope"}\`: set only one of them`);
  return texts.map(text => {
    if (KINDS[store].includes(text.kind)) return singlePlace(store, inputsOfPlace(text, defaults), defaults, problems, text.kind);
    problems.push(`\`places\`: \`${text.kind}\` can't be used with \`store: ${store}\``);
    return;
  });
}

function inputsOfPlace({kind, name, scope = "*"}, {repository}) {
  const base = {
    "environment-scope": scope
  };
  switch (kind) {
   case "environment":
    return {
      ...base,
      environment: name
    };

   case "organization":
    return {
      ...base,
      organization: name ?? splitName(repository)?.namespace ?? ""
    };

   case "project":
    return {
      ...base,
      project: name
    };

   case "group":
    return {
      ...base,
      group: name
    };

   default:
    return name === void 0 ? base : {
      ...base,
      repository: splitName(name)
    };
  }
}

function singlePlace(store, given, defaults, problems, written) {
  if (store === "gitlab") return gitlabPlace(given, defaults, problems);
  const {organization, environment} = given;
  if (organization !== void 0) {
    if (given.repository === void 0 && environment === void 0) return {
      store,
      at: {
        kind: "organization",
        organization
      }
    };
    problems.push("`organization` can't be combined with `repository` or `environment`: set only one of them");
    return;
  }
  const whose = given.repository ?? splitName(defaults.repository);
  if (whose === void 0) {
    problems.push("`repository` is missing: set it to the repository that has the secret, as `owner/name`, or set `organization`");
    return;
  }
  const names = {
    owner: whose.namespace,
    repository: whose.name
  };
  if (store === "forgejo") return {
    store,
    at: {
      kind: "repository",
      ...names
    }
  };
  const at = environment === void 0 ? {
    kind: isSpecial(written) ? written : "repository",
    ...names
  } : {
    kind: "environment",
    ...names,
    environment
  };
  return {
    store,
    at
  };
}

function gitlabPlace({project, group, "environment-scope": environmentScope = "*"}, defaults, problems) {
  if (project !== void 0 && group !== void 0) problems.push("`group` can't be combined with `project`: set only one of them");
  const id = group ?? project ?? defaults.project;
  if (id === void 0) {
    problems.push("`project` is missing: set it to the path or ID of the project that has the variable, or set `group`");
    return;
  }
  const kind = group === void 0 ? "project" : "group";
  return {
    store: "gitlab",
    at: {
      kind,
      id,
      environmentScope
    }
  };
}

function isSpecial(kind) {
  return kind === "dependabot" || kind === "codespaces";
}

function splitName(fullName) {
  const [namespace, name, ...more] = (fullName ?? "").split("/");
  return namespace && name && more.length === 0 ? {
    namespace,
    name
  } : void 0;
}

function readFleetConfig(given, defaults, problems) {
  const {repositories: file, "secret-name": secretName = ""} = given;
  if (file === void 0) return;
  const store = given.store ?? defaults.store;
  if (store !== "github" && store !== "gitlab") {
    problems.push("`repositories` needs `store: github` or `store: gitlab`");
    return;
  }
  const apiUrl = apiOf(store, given, defaults, problems);
  return apiUrl === void 0 ? void 0 : {
    store,
    file,
    secretName,
    apiUrl
  };
}

function readHolders({file, store}) {
  let text;
  try {
    text = (0, external_node_fs_namespaceObject.readFileSync)(file, "utf8");
  } catch (thrown) {
    const reason = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown";
    throw invalid(`the file in \`repositories\` can't be read (${reason})`, "Check its path.");
  }
  const read = parseHolders(text, store);
  if ("problem" in read) throw invalid(`the file in \`repositories\`: ${read.problem}`, FORM_HINTS[store]);
  return read.holders;
}

function invalid(happened, hint) {
  return new Failure({
    code: "config-invalid",
    attempted: "Reading the configuration",
    happened,
    hint
  });
}

const FORM_HINTS = {
  github: "Write one repository per line, as `owner/name`.",
  gitlab: "Write one project or group per line, as `project:path` or `group:path`."
};

function parseHolders(text, store) {
  const holders = new Map;
  for (const [index, written] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    const line = written.trim();
    if (line === "") continue;
    const holder = store === "github" ? repositoryOf(line) : gitlabHolderOf(line);
    if (holder === void 0) return {
      problem: `line ${index + 1} isn't a repository`
    };
    holders.set(line, holder);
  }
  return holders.size === 0 ? {
    problem: "it is empty"
  } : {
    holders: [ ...holders.values() ]
  };
}

function repositoryOf(text) {
  const [, owner, repository] = /^([\w.-]+)\/([\w.-]+)$/.exec(text) ?? [];
  return owner === void 0 || repository === void 0 || isDots(owner) || isDots(repository) ? void 0 : {
    kind: "repository",
    text,
    owner,
    repository
  };
}

function gitlabHolderOf(text) {
  const [, kind, id] = /^(project|group):([\w./-]+)$/.exec(text) ?? [];
  if (id === void 0 || id.split("/").some(part => part === "" || isDots(part))) return;
  return {
    kind: kind === "group" ? "group" : "project",
    text,
    id
  };
}

function isDots(part) {
  return part === "." || part === "..";
}

function read(verb, raw, problems) {
  return readRows(inputsOf(verb), raw, tokenReaders, problems);
}

function config_readWhole(verb, raw) {
  const problems = [];
  return wholeValues(read(verb, raw, problems), problems);
}

function common(values) {
  return {
    origin: values.origin,
    routes: {
      list: values["list-form"]
    },
    allowUnsafeTrigger: false,
    allowDebugTrace: values["allow-debug-trace"]
  };
}

function readReportConfig(raw, defaults) {
  const problems = [];
  const given = read("report", raw, problems);
  const fleet = readFleetConfig(given, defaults, problems);
  const values = wholeValues(given, problems);
  return {
    fleet,
    ...common(values),
    tokenName: values["token-name"],
    neededScopes: values["needed-scopes"],
    services: values.service ?? [],
    leastPrivilege: values["least-privilege"],
    expiryWarningDays: values["expiry-warning"],
    unusedWarningDays: values["unused-warning"],
    overlapMs: values.overlap,
    strict: values.strict,
    json: values.json
  };
}

function readListConfig(raw) {
  const values = config_readWhole("list", raw);
  return {
    ...common(values),
    json: values.json
  };
}

function readRevokeConfig(raw) {
  const values = config_readWhole("revoke", raw);
  return {
    ...common(values),
    routes: {
      list: values["list-form"],
      revoke: values["revoke-form"]
    },
    json: values.json
  };
}

function readCreateConfig(raw, defaults) {
  const problems = [];
  const given = read("create", raw, problems);
  const stores = readStores(given, defaults, problems);
  const values = wholeValues({
    ...given,
    stores
  }, problems);
  return {
    ...common(values),
    routes: {
      list: values["list-form"],
      revoke: values["revoke-form"]
    },
    expiresInDays: Number(values["expires-in-days"]),
    scopes: values.scopes,
    json: values.json,
    secretName: values["secret-name"],
    ...values.stores
  };
}

function readRotateConfig(raw, defaults) {
  const problems = [];
  const given = read("rotate", raw, problems);
  const stores = readStores(given, defaults, problems);
  checkTimes(given, problems);
  const values = wholeValues({
    ...given,
    stores
  }, problems);
  return {
    ...common(values),
    routes: {
      list: values["list-form"],
      revoke: values["revoke-form"],
      regenerate: values["regenerate-form"]
    },
    allowUnsafeTrigger: values["allow-unsafe-trigger"],
    tokenName: values["token-name"],
    strategy: values.strategy,
    expiresInDays: Number(values["expires-in-days"]),
    scopes: values.scopes,
    overlapMs: values.strategy === "regenerate" ? 0 : values.overlap,
    rotateAfterMs: values["rotate-after"],
    dryRun: values["dry-run"],
    json: values.json,
    secretName: values["secret-name"],
    ...values.stores
  };
}

const OVERLAP_DEFAULT_MS = 432e5;

const config_DAY_MS = 864e5;

function checkTimes(given, problems) {
  const {strategy, overlap = 0, "rotate-after": after = 0, "expires-in-days": days = "30"} = given;
  if (strategy === "regenerate" && overlap !== 0 && overlap !== OVERLAP_DEFAULT_MS) problems.push("`overlap` needs `strategy: replace`: `regenerate` ends the old value at once");
  if (after + overlap >= Number(days) * config_DAY_MS) problems.push("`rotate-after` and `overlap` together must be shorter than `expires-in-days`, or the token expires first");
}

const assess_TOKEN_PAGE = "Settings > Access Tokens";

function assess_assessToken(config, needed, facts, nowMs, untold) {
  const {missing, excess, unchecked} = compareScopes(needed, facts, untold);
  const expiresMs = facts?.expiresMs === void 0 ? config.tokenExpiresMs : facts.expiresMs;
  const report = {
    name: config.tokenName,
    needed: needed ?? [],
    held: facts?.scopes,
    missing,
    excess,
    expires_at: typeof expiresMs === "number" ? new Date(expiresMs).toISOString() : expiresMs,
    days_left: typeof expiresMs === "number" ? daysBetween(nowMs, expiresMs) : void 0,
    expires_soon: expiresSoon(config, expiresMs, nowMs),
    last_used_at: typeof facts?.lastUsedMs === "number" ? new Date(facts.lastUsedMs).toISOString() : facts?.lastUsedMs
  };
  const toldByOutpost = typeof facts?.expiresMs === "number";
  const stop = stopFor(config, report, toldByOutpost ? expiresMs : void 0, nowMs) ?? (config.leastPrivilege === "error" && unchecked !== void 0 ? uncheckedFailure(config, unchecked) : void 0);
  const isNamed = facts !== void 0 || untold !== void 0;
  return {
    report,
    lines: assess_describe(report, needed, expiresMs, facts, nowMs),
    notices: isNamed || needed === void 0 ? [] : [ UNNAMED ],
    warnings: stop === void 0 ? [ ...expiryWarnings(config, expiresMs, nowMs, toldByOutpost), ...excessWarnings(config, excess), ...isNamed ? uncheckedWarnings(config, unchecked, facts) : [] ] : [],
    stop
  };
}

function expiresSoon({expiryWarningDays}, expiresMs, nowMs) {
  if (typeof expiresMs !== "number") return false;
  return expiresMs > nowMs && daysBetween(nowMs, expiresMs) < expiryWarningDays;
}

const UNNAMED = {
  title: "The token's scopes were not checked",
  message: "To check scopes and expiry before each deploy, set the input `token-name` to its name in Settings > Access Tokens."
};

function uncheckedFailure({tokenName}, because) {
  return new Failure({
    code: "token-unchecked",
    attempted: "Checking the token",
    happened: `its scopes could not be checked (${because}), and \`least-privilege\` is \`error\``,
    hint: tokenName === void 0 ? `Set \`token-name\` to its name in ${assess_TOKEN_PAGE}.` : "Run the job again later if Outpost could not be reached. Otherwise set `least-privilege: warn`."
  });
}

function uncheckedWarnings({tokenName}, unchecked, facts) {
  const name = tokenName === void 0 ? "" : ` "${tokenName}"`;
  const warning = (what, because) => ({
    title: `The Outpost token's ${what} not checked`,
    message: `Could not check the token${name}: ${because}. The run continues because Outpost accepts the token. Check its scopes and expiry in ${assess_TOKEN_PAGE}.`
  });
  if (unchecked !== void 0) return [ warning(facts === void 0 ? "scopes and expiry were" : "scopes were", unchecked) ];
  return facts?.unread?.includes("expiry") === true ? [ warning("expiry was", "Outpost shows its expiry in a form that this version cannot read") ] : [];
}

function stopFor(config, report, expiresMs, nowMs) {
  const attempted = "Checking the token";
  if (report.missing.length > 0) return new Failure({
    code: "token-scope-missing",
    attempted,
    happened: `it is missing the scope ${listed(report.missing)} (it has ${listed(report.held ?? [])})`,
    hint: `In ${assess_TOKEN_PAGE}, create a token with the scope ${listed(report.needed)} and store it as OUTPOST_TOKEN.`
  });
  const renew = `Regenerate it in ${assess_TOKEN_PAGE} and store the new value as OUTPOST_TOKEN.`;
  if (typeof expiresMs === "number" && expiresMs <= nowMs) return new Failure({
    code: "token-expired",
    attempted,
    happened: `it expired on ${formatMoment(expiresMs)} (${duration_formatDistance(nowMs, expiresMs)})`,
    hint: renew
  });
  if (typeof expiresMs === "number" && expiresMs <= nowMs + config.timeoutMs) return new Failure({
    code: "token-expires-during-run",
    attempted,
    happened: `it expires on ${formatMoment(expiresMs)}, before this run's timeout, so the run could not follow the rollout to the end`,
    hint: renew
  });
  if (config.leastPrivilege === "error" && report.excess.length > 0) return new Failure({
    code: "token-scope-excess",
    attempted,
    happened: `it has ${listed(report.excess)}, which this run does not need, and \`least-privilege\` is \`error\``,
    hint: `In ${assess_TOKEN_PAGE}, create a token with only the scope ${listed(report.needed)} and store it as OUTPOST_TOKEN.`
  });
  return;
}

function expiryWarnings(config, expiresMs, nowMs, toldByOutpost) {
  if (typeof expiresMs !== "number" || daysBetween(nowMs, expiresMs) >= config.expiryWarningDays) return [];
  if (expiresMs <= nowMs) {
    if (toldByOutpost) return [];
    return [ {
      title: "token-expires is in the past",
      message: `The input \`token-expires\` is set to ${formatMoment(expiresMs)}, which is in the past, but Outpost still accepts the token. Update the input.`
    } ];
  }
  return [ {
    title: "The Outpost token expires soon",
    message: `The token expires ${duration_formatDistance(nowMs, expiresMs)}, on ${formatMoment(expiresMs)}. Regenerate it in ${assess_TOKEN_PAGE} and store the new value as OUTPOST_TOKEN.`
  } ];
}

function excessWarnings(config, excess) {
  if (config.leastPrivilege !== "warn" || excess.length === 0) return [];
  return [ {
    title: "The Outpost token has more scopes than it needs",
    message: `The token also has ${listed(excess)}, which this run does not need. In ${assess_TOKEN_PAGE}, create one with fewer scopes, or set \`least-privilege: off\`.`
  } ];
}

function assess_describe(report, needed, expiresMs, facts, nowMs) {
  const lines = [ `needed     ${needed === void 0 ? "not known" : listed(needed)}`, `held       ${report.held === void 0 ? "not known" : listed(report.held)}` ];
  if (report.missing.length > 0) lines.push(`missing    ${listed(report.missing)}`);
  if (report.excess.length > 0) lines.push(`excess     ${listed(report.excess)}`);
  if (expiresMs === null) lines.push("expires    never"); else if (expiresMs === void 0) lines.push("expires    not known"); else lines.push(`expires    ${formatMoment(expiresMs)} (${duration_formatDistance(nowMs, expiresMs)})`);
  if (facts?.lastUsedMs === null) lines.push("last used  never"); else if (facts?.lastUsedMs !== void 0) lines.push(`last used  ${formatMoment(facts.lastUsedMs)} (${duration_formatDistance(nowMs, facts.lastUsedMs)})`);
  return lines;
}

const BASE_MS = 500;

const CAP_MS = 2e4;

const MAX_RETRY_AFTER_MS = 6e4;

const passingStatuses = new Set([ 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524 ]);

function retryDelayMs(attempt) {
  if (attempt.budget <= 0 || !mayRepeat(attempt)) return;
  const {outcome} = attempt;
  const wasClosed = attempt.method !== "POST" && outcome.kind === "lost" && outcome.atOnce;
  if (wasClosed && attempt.sent === 1) return 0;
  if (attempt.sent >= attempt.maxSent) return;
  if (attempt.retryAfterMs !== void 0) {
    const waitMs = attempt.retryAfterMs;
    return waitMs <= MAX_RETRY_AFTER_MS && waitMs < attempt.remainingMs ? waitMs : void 0;
  }
  const delayMs = Math.round(attempt.random * Math.min(BASE_MS * 2 ** (attempt.sent - 1), CAP_MS));
  return delayMs < attempt.remainingMs ? delayMs : void 0;
}

function mayRepeat({method, outcome, misshapen, sent, retryAfterMs}) {
  if (outcome.kind === "unsent") return outcome.passing;
  const isLimit = status => status === 429 || status === 403 && retryAfterMs !== void 0;
  if (method === "POST") return outcome.kind === "answer" && isLimit(outcome.status);
  if (outcome.kind === "lost") return true;
  const isSuccess = outcome.status >= 200 && outcome.status <= 299;
  if (outcome.kind === "cut" && isSuccess) return true;
  return passingStatuses.has(outcome.status) || isLimit(outcome.status) || misshapen && sent < 2;
}

const RESERVED_REQUESTS = 3;

const EPOCH_FROM = 1e9;

function limitNumber(header, name) {
  return Number(header(`x-ratelimit-${name}`) || header(`ratelimit-${name}`) || Number.NaN);
}

function isScarce(header) {
  return limitNumber(header, "remaining") < limitNumber(header, "limit") / 4;
}

function pauseMs(header, wallMs) {
  const reset = limitNumber(header, "reset");
  if (!(limitNumber(header, "remaining") <= RESERVED_REQUESTS) || !(reset >= 0)) return 0;
  const delayMs = reset >= EPOCH_FROM ? reset * 1e3 - wallMs : reset * 1e3;
  return Math.min(Math.max(0, delayMs), MAX_RETRY_AFTER_MS);
}

function parseRetryAfterMs(header, wallMs) {
  if (header === void 0) return;
  if (/^\d{1,10}$/.test(header.trim())) return Number(header) * 1e3;
  if (!/^[A-Z][a-z]{2}, /.test(header)) return;
  const at = Date.parse(header);
  return Number.isNaN(at) ? void 0 : Math.max(0, at - wallMs);
}

const CHECK_ORIGIN = "Check the input `origin`.";

const REGENERATE = "Regenerate it in Settings > Access Tokens and store the new value as OUTPOST_TOKEN.";

const SCOPE_HINT = "In Settings > Access Tokens, create a token with the scope `service` and store it as OUTPOST_TOKEN.";

const statusNames = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  407: "Proxy Authentication Required",
  409: "Conflict",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout"
};

function failureOf(reply, context) {
  const {attempted, undone = "Nothing was deployed."} = context;
  const happened = describeReply(reply);
  switch (reply.kind) {
   case "refused":
    return new Failure({
      ...meaningOf(reply, context, undone),
      attempted,
      happened,
      requestId: reply.refusal.requestId
    });

   case "misshapen":
    return new Failure({
      code: "unexpected-answer",
      attempted,
      happened: `${happened}, not the expected JSON`,
      hint: "Check the input `origin`, and check for a proxy or login page between this runner and Outpost.",
      requestId: reply.requestId
    });

   case "unsent":
   case "lost":
   case "cut":
    return new Failure({
      code: "unavailable",
      attempted,
      happened: `Outpost cannot be reached: ${happened}`,
      hint: `${undone} Check the input \`origin\`, the network of this runner and the status of Outpost, then run the job again.`
    });
  }
}

function describeReply(reply, product = "Outpost") {
  switch (reply.kind) {
   case "refused":
    return `${product} answered ${replyInBrief(reply)}`;

   case "misshapen":
    {
      const keys = reply.keys.length === 0 ? "" : ` (its fields: ${reply.keys.join(", ")})`;
      return `the ${reply.status} response is ${reply.html ? "an HTML page" : `not what ${product} documents${keys}`}`;
    }

   case "unsent":
   case "lost":
   case "cut":
    return reply.reason;
  }
}

function replyInBrief(reply) {
  switch (reply.kind) {
   case "refused":
    {
      const {status, refusal, html, location} = reply;
      const page = html ? " with an HTML page" : location === void 0 ? "" : ` to ${placeOf(location)}`;
      const said = refusal.message === void 0 ? page : `: "${refusal.message}"`;
      const code = refusal.code === void 0 ? "" : ` (${refusal.code})`;
      return `${[ status, statusNames[status] ].filter(Boolean).join(" ")}${said}${code}`;
    }

   case "misshapen":
    return `${reply.status} with ${reply.html ? "an HTML page" : reply.keys.length === 0 ? "another body" : `the fields ${reply.keys.join(", ")}`}`;

   case "unsent":
   case "lost":
   case "cut":
    return reply.reason;
  }
}

function placeOf(location) {
  return location.startsWith("/") ? location.slice(0, 100) : new URL(location).origin;
}

function meaningOf(reply, context, undone) {
  const {status, refusal, html} = reply;
  const words = `${refusal.code ?? ""} ${refusal.message ?? ""}`;
  if (status >= 300 && status < 400) return redirected(reply, context.moved);
  if (status === 401) {
    if (/expired/i.test(words)) return {
      code: "token-expired",
      hint: `The token has expired. ${REGENERATE}`
    };
    return {
      code: "token-rejected",
      hint: "The token is revoked, expired or mistyped. If a rotation replaced it after this job started, run the job again. Otherwise regenerate it in Settings > Access Tokens and store the new value as OUTPOST_TOKEN."
    };
  }
  if (reply.challenge !== void 0) return challenged(reply.challenge, undone);
  if (status === 403) return forbidden(html, words);
  if (status === 404) return {
    code: "not-found",
    hint: context.notFound ?? CHECK_ORIGIN
  };
  if (status === 409) return {
    code: "conflict",
    hint: "Another change to the service is in progress. Run the job again when it has finished."
  };
  if (status === 429) return rateLimited(reply, undone);
  if (status === 407 || status === 408 || status === 425 || status >= 500) return {
    code: "unavailable",
    hint: `${undone} Check the status of Outpost, then run the job again.`
  };
  return {
    code: "refused",
    hint: "Fix what the message describes and run the job again."
  };
}

function challenged({ray}, undone) {
  return {
    code: "forbidden",
    hint: `${undone} A firewall in front of Outpost blocks this runner (a Cloudflare challenge${ray === void 0 ? "" : `, ray ${ray}`}). Ask Outpost's support to allow API requests and send them the ray ID, or use another runner.`
  };
}

function forbidden(html, words) {
  if (html) return {
    code: "forbidden",
    hint: "The response is an HTML page, so it comes from a firewall or proxy in front of Outpost. Check if it blocks this runner."
  };
  if (/scope/i.test(words)) return {
    code: "token-scope-missing",
    hint: `The token is missing a scope. ${SCOPE_HINT}`
  };
  return {
    code: "forbidden",
    hint: "The token's owner is not allowed to do this in that namespace. A deploy needs the role Maintainer or above, and a token with the scope `service`."
  };
}

function redirected({location}, moved = CHECK_ORIGIN) {
  if (location?.startsWith("/") === true) return {
    code: "redirected",
    hint: `The address redirects to ${placeOf(location)} on the same host. That may be a login page, or the new address. Redirects are never followed with a token. ${moved}`
  };
  const target = location === void 0 ? "" : ` to ${new URL(location).origin}`;
  return {
    code: "redirected",
    hint: `Outpost's address redirects${target}. Redirects are never followed with a token. Set the input \`origin\` to the real address of Outpost.`
  };
}

function rateLimited({retryAfterMs}, undone) {
  const wait = retryAfterMs !== void 0 && retryAfterMs > MAX_RETRY_AFTER_MS ? ` Outpost asks you to wait ${Math.ceil(retryAfterMs / 6e4)} minutes.` : "";
  return {
    code: "rate-limited",
    hint: `${undone}${wait} Run the job again later, use this token in fewer jobs, or get a higher rate limit.`
  };
}

async function lookUpToken(written, tokens, clock) {
  const base = baseOf(written);
  const reply = await tokens.list();
  if (reply.kind === "value") {
    const {records, isWhole} = reply.value;
    const nowMs = reply.dateMs ?? clock.wallMs();
    const found = inListing(base, {
      records,
      isWhole,
      unlisted: void 0,
      nowMs
    });
    if (found !== void 0) return found;
    if (isWhole) return {
      kind: "unknown",
      base,
      near: nearBases(base, records)
    };
  } else if (!mayHaveRecords(reply)) return {
    kind: "unread",
    base,
    because: describeReply(reply),
    reply
  };
  return await readOne(written, reply, tokens, clock);
}

async function readOne(name, listed, tokens, clock) {
  const unlisted = listed.kind === "value" ? void 0 : listed;
  const base = baseOf(name);
  const reply = await tokens.read(name);
  if (reply.kind !== "value") {
    const isUnknown = reply.kind === "refused" && reply.status === 404;
    const because = isUnknown ? `the list of tokens could not be read in full, and there is no token "${name}"` : describeReply(reply);
    return {
      kind: "unread",
      base,
      because,
      reply
    };
  }
  const records = [ {
    ...reply.value,
    name
  } ];
  const nowMs = reply.dateMs ?? clock.wallMs();
  const found = inListing(base, {
    records,
    isWhole: false,
    unlisted,
    nowMs
  });
  if (found !== void 0) return found;
  throw new Error("a record is of its own family");
}

function inListing(base, {records, isWhole, unlisted, nowMs}) {
  const members = records.filter(({name}) => baseOf(name) === base).map(withDate);
  const [living, expired] = [ members.filter(one => !isPast(one, nowMs)), members.filter(one => isPast(one, nowMs)) ];
  const known = new Set(records.map(({name}) => name));
  const rest = {
    base,
    living,
    expired,
    known,
    isWhole,
    unlisted,
    nowMs
  };
  const record = currentOf(living, nowMs);
  if (record !== void 0) return {
    kind: "found",
    record,
    ...rest
  };
  const last = currentOf(expired, nowMs);
  return last === void 0 ? void 0 : {
    kind: "expired",
    record: last,
    ...rest
  };
}

function withDate(record) {
  return {
    ...record,
    createdMs: record.createdMs ?? datedMs(record.name)
  };
}

function isPast({expiresMs}, nowMs) {
  return typeof expiresMs === "number" && expiresMs <= nowMs;
}

function mayHaveRecords(reply) {
  if (reply.kind === "misshapen") return true;
  return reply.kind === "refused" && reply.status !== 401 && reply.status !== 429 && (reply.status < 500 || reply.status === 501);
}

function nearBases(base, records) {
  return nearest(base, [ ...new Set(records.map(({name}) => baseOf(name))) ]);
}

function isUnknownForm(reply) {
  return reply.kind === "refused" && (reply.status === 404 || reply.status === 405 || reply.status === 501);
}

function unknownName({base, near}, attempted = "Checking the token") {
  const names = near.map(name => `\`${name}\``).join(" or ");
  return new Failure({
    code: "token-name-unknown",
    attempted,
    happened: `there is no token named "${base}" in this Outpost account`,
    hint: names === "" ? `Set \`token-name\` to a name from ${assess_TOKEN_PAGE}, or create a token with that name there.` : `Did you mean ${names}? Change \`token-name\`.`
  });
}

const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");

const unsentErrors = {
  ECONNREFUSED: {
    reason: "the connection was refused",
    passing: true
  },
  ENOTFOUND: {
    reason: "the host name cannot be resolved",
    passing: true
  },
  EAI_AGAIN: {
    reason: "the name server did not answer",
    passing: true
  },
  EHOSTUNREACH: {
    reason: "there is no route to the host",
    passing: true
  },
  ENETUNREACH: {
    reason: "the network is unreachable",
    passing: true
  },
  EHOSTDOWN: {
    reason: "the host is down",
    passing: true
  },
  CERT_HAS_EXPIRED: {
    reason: "its TLS certificate has expired",
    passing: false
  },
  CERT_NOT_YET_VALID: {
    reason: "its TLS certificate is not valid yet (check this machine's clock)",
    passing: false
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    reason: "its TLS certificate is self-signed",
    passing: false
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    reason: "its TLS certificate chain is self-signed",
    passing: false
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: "its TLS certificate cannot be verified",
    passing: false
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: "the issuer of its TLS certificate is not trusted here",
    passing: false
  },
  EPROTO: {
    reason: "the server does not speak TLS on this port (check the port)",
    passing: false
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    reason: "the server does not speak TLS on this port (check the port)",
    passing: false
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: "its TLS certificate is for another host",
    passing: false
  }
};

const maybeLater = new Set([ "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER" ]);

function codeOf(error) {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "no code";
}

function outcomeOfError(error, method) {
  const code = codeOf(error);
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "";
  const connecting = typeof error === "object" && error !== null && "syscall" in error && error.syscall === "connect";
  const known = unsentErrors[code];
  if (known !== void 0 && (connecting || !(method === "POST" && maybeLater.has(code)))) return {
    kind: "unsent",
    ...known
  };
  if (connecting) return {
    kind: "unsent",
    reason: `could not connect (${code})`,
    passing: true
  };
  const proxy = /^tunneling socket could not be established, (?:statusCode=(\d+)|cause=)/.exec(message);
  if (proxy !== null) return {
    kind: "unsent",
    reason: "the proxy refused the connection" + (proxy[1] ? ` (${proxy[1]})` : ""),
    passing: proxy[1] !== "407"
  };
  if (message.startsWith("Client network socket disconnected before secure TLS")) return {
    kind: "unsent",
    reason: "the connection closed during the TLS handshake",
    passing: true
  };
  if (code === "HPE_HEADER_OVERFLOW") return {
    kind: "lost",
    reason: "the response headers are too large",
    atOnce: false
  };
  return {
    kind: "lost",
    reason: `the connection broke (${code})`,
    atOnce: code === "ECONNRESET" || code === "EPIPE"
  };
}

const external_node_dns_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

function literalOf(hostname) {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return (0, external_node_net_namespaceObject.isIP)(bare) === 0 ? void 0 : bare;
}

class RefusedAddress extends Error {}

function requestDirectly(exchange, refuses, headers) {
  const {method, url, body} = exchange;
  let isDestroyed = false;
  let request;
  const response = judgedLookup(url.hostname, refuses).then(lookup => new Promise((resolve, reject) => {
    const {request: open} = url.protocol === "https:" ? external_node_https_namespaceObject : external_node_http_namespaceObject;
    request = open(url, {
      method,
      headers,
      lookup,
      agent: false
    }, resolve);
    request.on("error", reject);
    if (isDestroyed) request.destroy(); else request.end(body);
  }));
  return {
    response,
    destroy: () => {
      isDestroyed = true;
      request?.destroy();
    }
  };
}

async function judgedLookup(hostname, refuses) {
  const literal = literalOf(hostname);
  const all = literal === void 0 ? await lookUp(hostname) : [ {
    address: literal,
    family: 0
  } ];
  const reasons = all.flatMap(({address}) => refuses(address) ?? []);
  const good = all.filter(({address}) => refuses(address) === void 0);
  const [first] = good;
  if (first === void 0) throw new RefusedAddress(reasons[0]);
  return (_, options, callback) => {
    if (options.all === true) callback(null, good); else callback(null, first.address, first.family);
  };
}

function lookUp(hostname) {
  return new Promise((resolve, reject) => {
    external_node_dns_namespaceObject.lookup(hostname, {
      all: true
    }, (error, addresses) => {
      if (error === null) resolve(addresses); else reject(error);
    });
  });
}

function createHttp(token, userAgent) {
  process.noDeprecation = true;
  const clients = new Set;
  const newClient = () => {
    const client = new lib_HttpClient(userAgent, [], {
      allowRedirects: false,
      allowRetries: false,
      keepAlive: true,
      maxSockets: 20
    });
    clients.add(client);
    return client;
  };
  let client;
  async function send(exchange, signal) {
    signal.throwIfAborted();
    if (client === void 0 || exchange.method === "POST") client = newClient();
    const headers = {
      "user-agent": userAgent,
      "accept-encoding": "identity",
      accept: "application/json",
      ...token === void 0 ? {} : {
        authorization: `Bearer ${token.reveal()}`
      },
      ...exchange.body === void 0 ? {} : {
        "content-type": "application/json"
      },
      ...exchange.headers
    };
    const {method, url, body, refuses} = exchange;
    if (refuses !== void 0 && lib_getProxyUrl(url.href) === "") {
      const direct = requestDirectly(exchange, refuses, headers);
      try {
        return await settle(direct.response, exchange, signal);
      } finally {
        direct.destroy();
      }
    }
    const request = client.requestRaw(infoOf(client, method, url, headers), body ?? null);
    return await settle(request.then(({message}) => message), exchange, signal);
  }
  return {
    send,
    close: () => {
      for (const one of clients) one.dispose();
    }
  };
}

function infoOf(client, method, url, headers) {
  const isSecure = url.protocol === "https:";
  const options = {
    method,
    headers,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? isSecure ? 443 : 80 : Number(url.port),
    path: `${url.pathname}${url.search}`,
    agent: client.getAgent(url.href)
  };
  return {
    parsedUrl: url,
    httpModule: isSecure ? external_node_https_namespaceObject : external_node_http_namespaceObject,
    options
  };
}

async function settle(response, exchange, signal) {
  let message;
  let isOver = false;
  let timer;
  let onAbort = () => {};
  const stopped = new Promise((resolve, reject) => {
    timer = setTimeout(() => {
      const reason = `no complete response within ${Math.max(1, Math.round(exchange.deadlineMs / 1e3))} s`;
      resolve(message === void 0 ? {
        kind: "lost",
        reason,
        atOnce: false
      } : cut(message, reason));
    }, exchange.deadlineMs);
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, {
      once: true
    });
  });
  const read = response.then(answered => {
    message = answered;
    if (!isOver) return readAnswer(message, exchange);
    message.destroy();
    return cut(message, "the run no longer waits for it");
  }, error => error instanceof RefusedAddress ? {
    kind: "unsent",
    reason: error.message,
    passing: false,
    refused: true
  } : outcomeOfError(error, exchange.method));
  try {
    return await Promise.race([ read, stopped ]);
  } finally {
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    if (message?.readableEnded === false) message.destroy();
  }
}

async function readAnswer(message, {maxBytes, into}) {
  const {statusCode: status = 0, headers} = message;
  const chunks = [];
  let length = 0;
  try {
    for await (const data of message) {
      const chunk = data;
      const isOverCap = length + chunk.length > maxBytes;
      if (into !== void 0) chunk.copy(into, length); else if (!isOverCap) chunks.push(chunk);
      if (isOverCap) return into === void 0 ? {
        ...cut(message, `the response is larger than ${maxBytes} bytes`),
        isOverCap
      } : {
        kind: "answer",
        status,
        headers,
        body: into,
        isCut: true
      };
      length += chunk.length;
    }
  } catch (error) {
    return cut(message, `the response was cut off (${codeOf(error)})`);
  }
  if (!message.complete) return cut(message, "the response was cut off");
  const body = into?.subarray(0, length) ?? Buffer.concat(chunks);
  return {
    kind: "answer",
    status,
    headers,
    body
  };
}

function cut(message, reason) {
  return {
    kind: "cut",
    status: message.statusCode ?? 0,
    headers: message.headers,
    reason,
    isOverCap: false
  };
}

const routes = {
  token: {
    method: "GET",
    path: "/auth/v1/pat/{name}",
    basis: "documented",
    source: "https://outpost.run/docs/api-reference/overview, Personal access tokens"
  },
  user: {
    method: "GET",
    path: "/auth/v1/users",
    basis: "documented",
    source: "https://outpost.run/docs/api-reference/overview, Authentication"
  },
  repositories: {
    method: "GET",
    path: "/{namespace}/repositories",
    basis: "documented",
    source: "https://outpost.run/docs/api-reference/repositories, List repositories (the page writes it in two more ways)"
  },
  deploy: {
    method: "POST",
    path: "/auth/v1/v1/services/{service}/deploy",
    basis: "documented",
    source: "https://outpost.run/docs/teams/access-tokens, Using Tokens in CI/CD Pipelines"
  },
  createJob: {
    method: "POST",
    path: "/auth/v1/seed/{namespace}/jobs",
    basis: "documented",
    source: "https://outpost.run/docs/api-reference/jobs, Create a job (its body is not shown)"
  }
};

const tokenRoutes = {
  create: {
    method: "POST",
    path: "/auth/v1/pat",
    basis: "documented",
    source: "https://outpost.run/docs/api-reference/overview, Personal access tokens (how scopes are sent is not shown: as a list)"
  },
  list: {
    method: "GET",
    path: "/auth/v1/pat",
    basis: "inferred",
    source: "from the path of create"
  },
  revoke: {
    method: "DELETE",
    path: "/auth/v1/pat/{name}",
    basis: "inferred",
    source: "from the path that reads one token by its name"
  },
  regenerate: {
    method: "POST",
    path: "/auth/v1/pat/{name}/regenerate",
    basis: "inferred",
    source: "from the path of one token and the word that the page uses"
  }
};

function urlFor(origin, path, variables) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = variables[name] ?? "";
    if (value === "" || value === "." || value === ".." || /\p{Cc}/u.test(value)) throw unbuildable(path, `the ${name} cannot be used in a path`, `Check the ${name} for dots and control characters.`);
    return encodeURIComponent(value);
  });
  const url = new URL(filled, origin);
  if (url.origin !== origin.origin) throw unbuildable(path, "it points to another host", "Check the input `deploy-path`.");
  return url;
}

function unbuildable(path, happened, hint) {
  return new Failure({
    code: "config-invalid",
    attempted: `Building the URL ${path}`,
    happened,
    hint
  });
}

function textOf(body) {
  return (new TextDecoder).decode(body);
}

const MAX_SCALAR_LENGTH = 200;

const MAX_ADDRESS_LENGTH = 8e3;

const MAX_ENTRIES = 100;

const lineBreaks = new RegExp("[\\r\\n\\u0085\\u2028\\u2029]+", "g");

function capScalar(text) {
  const kept = text.length > MAX_SCALAR_LENGTH ? `${text.slice(0, MAX_SCALAR_LENGTH)}...` : text;
  return kept.replace(lineBreaks, "");
}

const Scalar = pipe(schemas_string(), transform(capScalar));

const ScalarOrNumber = pipe(union([ schemas_string(), schemas_number() ]), transform(value => capScalar(String(value))));

const lenient = schema => schemas_catch(schemas_nullish(schema), void 0);

const LenientText = lenient(schemas_string());

const LenientScalar = lenient(Scalar);

const LenientScalarOrNumber = lenient(ScalarOrNumber);

const shortListOf = schema => array(schema).check(_maxLength(MAX_ENTRIES));

const Address = pipe(schemas_string(), transform(text => text.length > MAX_ADDRESS_LENGTH ? "" : text));

lenient(Address);

const FIRST_MS = 1e11;

function moment_parseMoment(written) {
  const text = String(written);
  if (/^\d{9,13}(?:\.\d+)?$/.test(text)) return fromCount(Number(text));
  const ms = parseMomentMs(text) ?? parseMomentMs(`${text}Z`);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  return ms === void 0 ? void 0 : {
    ms,
    precisionMs: 10 ** Math.max(0, 3 - fraction.length)
  };
}

function fromCount(count) {
  if (count === 0) return;
  if (count >= FIRST_MS) return {
    ms: Math.floor(count),
    precisionMs: 1
  };
  if (Number.isInteger(count)) return {
    ms: count * 1e3,
    precisionMs: 1e3
  };
  return {
    ms: Math.floor(Math.round(count * 1e6) / 1e3),
    precisionMs: 1
  };
}

const ByField = pipe(record(schemas_string(), union([ schemas_string(), array(schemas_string()) ])), transform(fields => Object.entries(fields).map(([field, words]) => `${field} ${[ words ].flat().join(", ")}`).join("; ")));

const ErrorFields = object({
  message: lenient(union([ schemas_string(), ByField ])),
  code: LenientScalarOrNumber,
  request_id: LenientScalar
});

const ErrorWords = union([ ErrorFields, schemas_string() ]);

const ErrorBody = union([ pipe(object({
  error: ErrorWords
}), transform(({error}) => error)), pipe(object({
  errors: array(ErrorWords).check(_minLength(1))
}), transform(({errors}) => errors[0])) ]);

object({
  timestamp: lenient(union([ schemas_string(), schemas_number() ])),
  message: LenientText,
  line: LenientText,
  text: LenientText
});

function parseJson(text) {
  try {
    return JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch {}
  return;
}

const withUpperCase = /"[^"]*[A-Z][^"]*"\s*:/;

function parseSnakeCase(text) {
  const json = parseJson(text);
  return withUpperCase.test(text) ? inSnakeCase(json) : json;
}

const MAX_DEPTH = 8;

function inSnakeCase(json, depth = 0) {
  if (typeof json !== "object" || json === null || depth === MAX_DEPTH) return json;
  if (Array.isArray(json)) return json.map(one => inSnakeCase(one, depth + 1));
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [ name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase(), inSnakeCase(value, depth + 1) ]));
}

const MAX_KEYS = 12;

const Fields = record(schemas_string(), unknown());

function keysOf(text) {
  const fieldsOf = json => Object.entries(safeParse(Fields, json).data ?? {}).filter(([key]) => /^[\w-]{1,40}$/.test(key));
  return fieldsOf(parseJson(text)).flatMap(([key, value]) => {
    const inner = fieldsOf(value);
    return inner.length === 0 ? [ key ] : inner.map(([name]) => `${key}.${name}`);
  }).slice(0, MAX_KEYS);
}

object({
  data: array(object({
    name: Scalar
  }))
});

const MAX_MESSAGE_LENGTH = 500;

const MAX_MESSAGE_LINES = 10;

function toMessage(text) {
  return text.slice(0, MAX_MESSAGE_LENGTH).split(/\r\n?|\n/, MAX_MESSAGE_LINES).join("\n");
}

function parseRefusal(text) {
  const json = parseJson(text);
  const nested = safeParse(ErrorBody, json);
  const source = nested.success ? nested.data : json;
  const fields = safeParse(ErrorFields, source);
  if (fields.success) {
    const {message, code, request_id} = fields.data;
    return {
      message: message == null ? void 0 : toMessage(message),
      code: code ?? void 0,
      requestId: request_id ?? void 0
    };
  }
  const words = typeof source === "string" ? source : json === void 0 && !/^\s*</.test(text) ? text.trim() : "";
  return {
    message: words === "" ? void 0 : toMessage(words),
    code: void 0,
    requestId: void 0
  };
}

Date.UTC(2e3, 0);

const NO_BODY = Buffer.alloc(0);

function toReply(outcome, read, url, clock) {
  const wallMs = clock.wallMs();
  if (outcome.kind === "unsent" || outcome.kind === "lost") return outcome;
  const {status, headers} = outcome;
  const isSuccess = status >= 200 && status <= 299;
  if (outcome.kind === "cut" && isSuccess) return outcome;
  const {body, isCut} = outcome.kind === "cut" ? {
    body: NO_BODY
  } : outcome;
  const header = name => {
    const value = headers[name];
    return typeof value === "string" ? value : void 0;
  };
  const shown = name => capScalar(header(name) ?? "") || void 0;
  const requestId = shown("x-request-id");
  if (!isSuccess) {
    const text = textOf(body);
    const refusal = parseRefusal(text);
    return {
      kind: "refused",
      status,
      refusal: {
        ...refusal,
        requestId: refusal.requestId ?? requestId
      },
      html: isHtml(text),
      retryAfterMs: parseRetryAfterMs(header("retry-after"), wallMs),
      location: locationOf(header("location"), url),
      challenge: header("cf-mitigated") === void 0 ? void 0 : {
        ray: shown("cf-ray")
      }
    };
  }
  const value = read(body, isCut);
  if (value === void 0) {
    const text = textOf(body);
    return {
      kind: "misshapen",
      status,
      html: isHtml(text),
      keys: keysOf(text),
      requestId
    };
  }
  const dateMs = Date.parse(header("date") ?? "");
  return {
    kind: "value",
    status,
    value,
    requestId,
    dateMs: Number.isNaN(dateMs) ? void 0 : dateMs,
    pauseMs: pauseMs(header, wallMs),
    isScarce: isScarce(header)
  };
}

function locationOf(header, asked) {
  if (header === void 0 || !URL.canParse(header, asked.href)) return;
  const url = new URL(header, asked);
  return url.origin === asked.origin ? url.pathname : url.href;
}

function isHtml(text) {
  return /^\s*</.test(text);
}

function isUndone(reply) {
  if (reply.doubtful === true) return false;
  if (reply.kind !== "refused") return reply.kind === "unsent";
  const mayFollowSuccess = reply.status >= 301 && reply.status <= 303;
  return reply.challenge !== void 0 || reply.status < 500 && reply.status !== 408 && !mayFollowSuccess;
}

const READ_DEADLINE_MS = 15e3;

const CHANGE_DEADLINE_MS = 6e4;

const MAX_JSON_BYTES = 1048576;

const RETRY_BUDGET = 30;

function createSender(connection) {
  let budget = RETRY_BUDGET;
  const ask = createAsker(connection);
  return async function(request) {
    const {method} = request.route;
    const before = [];
    for (let sent = 1; ;sent += 1) {
      const {outcome, reply} = await ask(request);
      const delayMs = retryDelayMs({
        method,
        outcome,
        misshapen: reply.kind === "misshapen" && request.mayBeMisshapen !== true,
        sent,
        maxSent: maxSentAfter(reply, request),
        budget,
        retryAfterMs: reply.kind === "refused" ? reply.retryAfterMs : void 0,
        remainingMs: connection.deadlineMs - connection.clock.nowMs(),
        random: connection.random()
      });
      if (reply.kind === "value") budget = RETRY_BUDGET;
      if (reply.kind === "value" || delayMs === void 0) return withDoubt(reply, before);
      before.push(reply);
      budget -= 1;
      await connection.clock.sleep(delayMs, connection.signal);
    }
  };
}

function maxSentAfter(reply, {maxSent, maxSentToFailing = maxSent}) {
  if (reply.kind !== "refused") return maxSent;
  if (reply.challenge !== void 0) return 1;
  return reply.status >= 500 ? maxSentToFailing : maxSent;
}

function createAsker(connection) {
  const twinned = new Set;
  return async function(request) {
    const {method, path} = request.route;
    const read = (body, isCut) => "parse" in request ? request.parse(textOf(body)) : request.parseBytes(body, isCut);
    const askAt = async template => {
      const url = urlFor(connection.origin, template, request.variables);
      request.onSent?.();
      const outcome = await sendOnce(connection, request, url);
      if ("headers" in outcome) request.onHeaders?.(outcome.headers);
      return {
        outcome,
        reply: toReply(outcome, read, url, connection.clock),
        url
      };
    };
    if (twinned.has(path)) return askAt(slashTwin(path));
    const asked = await askAt(path);
    if (method !== "GET" || !leadsToTwin(asked.reply, asked.url)) return asked;
    twinned.add(path);
    return askAt(slashTwin(path));
  };
}

function withDoubt(last, before) {
  return last.kind === "value" || before.every(isUndone) ? last : {
    ...last,
    doubtful: true
  };
}

function leadsToTwin(reply, {pathname}) {
  return reply.kind === "refused" && reply.status >= 301 && reply.status <= 308 && reply.location === slashTwin(pathname);
}

function slashTwin(path) {
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}

function sendOnce(connection, request, address) {
  const {route, query, body, headers, maxBytes = MAX_JSON_BYTES} = request;
  const url = new URL(address);
  if (query !== void 0) url.search = query;
  const remainingMs = Math.max(1, connection.deadlineMs - connection.clock.nowMs());
  const deadlineMs = request.deadlineMs ?? Math.min(route.method === "GET" ? READ_DEADLINE_MS : CHANGE_DEADLINE_MS, remainingMs);
  return connection.http.send({
    method: route.method,
    url,
    ...body === void 0 ? {} : {
      body
    },
    ...headers === void 0 ? {} : {
      headers
    },
    ..."into" in request ? {
      into: request.into
    } : {},
    maxBytes,
    deadlineMs
  }, connection.signal);
}

const Named = object({
  name: Scalar
});

const ScopeObject = union([ pipe(Named, transform(({name}) => name)), pipe(object({
  scope: Scalar
}), transform(({scope}) => scope)) ]);

const Scopes = union([ pipe(Scalar, transform(text => text.split(/[\s,]+/).filter(scope => scope !== ""))), shortListOf(union([ Scalar, ScopeObject ])) ]);

const Written = union([ schemas_string(), schemas_number() ]);

const record_wire_Fields = record(schemas_string(), unknown());

const NAMES = {
  scopes: [ "scopes", "scope", "permissions" ],
  expires: [ "expires_at", "expiry", "expires" ],
  lastUsed: [ "last_used_at", "last_used" ],
  created: [ "created_at", "created" ]
};

const WRAPPERS = [ "data", "token", "pat", "personal_access_token", "result" ];

const LISTS = [ "data", "tokens", "pats", "personal_access_tokens", "items", "results" ];

function fieldOf(fields, names) {
  return names.map(name => fields[name]).find(value => value !== void 0);
}

function momentOf(value) {
  if (value === void 0 || value === null) return value;
  const {data} = safeParse(Written, value);
  if (data === void 0) return "unread";
  if (data === 0 || typeof data === "string" && data.startsWith("0001-01-01")) return null;
  if (data === "") return;
  return moment_parseMoment(data)?.ms ?? "unread";
}

function scopesOf(value) {
  if (value === void 0 || value === null) return;
  return safeParse(Scopes, value).data ?? "unread";
}

function recordOf(json) {
  const fields = safeParse(record_wire_Fields, json).data;
  if (fields === void 0) return;
  const scopes = scopesOf(fieldOf(fields, NAMES.scopes));
  const [expires, lastUsed, created] = [ NAMES.expires, NAMES.lastUsed, NAMES.created ].map(names => momentOf(fieldOf(fields, names)));
  const name = safeParse(Named, fields).data?.name;
  const all = Object.values(NAMES).flat();
  if (name === void 0 && !all.some(one => fields[one] !== void 0)) return;
  const unread = [ ...scopes === "unread" ? [ "scopes" ] : [], ...expires === "unread" ? [ "expiry" ] : [] ];
  const known = moment => moment === "unread" ? void 0 : moment;
  return {
    name,
    scopes: scopes === "unread" ? void 0 : scopes,
    createdMs: known(created) ?? void 0,
    expiresMs: known(expires),
    lastUsedMs: known(lastUsed),
    ...unread.length > 0 ? {
      unread
    } : {}
  };
}

function listIn(json) {
  if (Array.isArray(json)) return json;
  const fields = safeParse(record_wire_Fields, json).data ?? {};
  return LISTS.map(name => fields[name]).find(value => Array.isArray(value));
}

function parseTokenRecords(text) {
  const list = listIn(parseSnakeCase(text));
  const records = list?.flatMap(one => {
    const record = recordOf(one);
    return record?.name === void 0 ? [] : [ {
      ...record,
      name: record.name
    } ];
  });
  if (list === void 0 || records === void 0) return;
  if (records.length === 0 && list.length > 0) return;
  return {
    records,
    hasStrangers: records.length < list.length
  };
}

function parseTokenRecord(text, asked) {
  const json = parseSnakeCase(text);
  const fields = safeParse(record_wire_Fields, json).data ?? {};
  const candidates = [ ...WRAPPERS.map(name => fields[name]).filter(one => safeParse(record_wire_Fields, one).success), ...listIn(json) ?? [], json ];
  return candidates.flatMap(one => recordOf(one) ?? []).find(record => isAbout(record, asked));
}

function isAbout(record, asked) {
  const {name, scopes, expiresMs, unread = []} = record;
  if (scopes === void 0 && expiresMs === void 0 && unread.length === 0) return false;
  return asked === void 0 || name === void 0 || name === asked;
}

const Whole = lenient(schemas_number());

const Paged = object({
  pagination: object({
    total: Whole,
    total_pages: Whole,
    totalPages: Whole
  })
});

function parseTokenPage(text) {
  const list = parseTokenRecords(text);
  const told = safeParse(Paged, parseJson(text)).data?.pagination;
  return list === void 0 ? void 0 : {
    ...list,
    pages: told?.total_pages ?? told?.totalPages ?? void 0,
    total: told?.total ?? void 0
  };
}

const PAGE_TOKENS = 100;

const MAX_PAGES = 100;

function isLastPage(page, {records, pages, total}, have, brought) {
  if (pages !== void 0) return page >= pages || total !== void 0 && have >= total;
  return records.length < PAGE_TOKENS || brought === 0;
}

function createTokenReader(connection, byOperation, maxSent) {
  const send = createSender(connection);
  async function list() {
    const found = new Map;
    let hasStrangers = false;
    for (let page = 1; ;page += 1) {
      const query = `per_page=${PAGE_TOKENS}&page=${page}`;
      const reply = await send({
        route: byOperation.list,
        variables: {},
        query,
        maxSent,
        parse: parseTokenPage
      });
      if (reply.kind !== "value") return reply;
      const before = found.size;
      hasStrangers ||= reply.value.hasStrangers;
      for (const record of reply.value.records) found.set(record.name, record);
      const brought = found.size - before;
      const isLast = isLastPage(page, reply.value, found.size, brought);
      if (isLast || brought === 0 || page === MAX_PAGES) {
        const value = {
          records: [ ...found.values() ],
          isWhole: isLast && !hasStrangers
        };
        return {
          ...reply,
          value
        };
      }
    }
  }
  return {
    list,
    read: name => send({
      route: byOperation.read ?? routes.token,
      variables: {
        name
      },
      maxSent,
      parse: text => parseTokenRecord(text, name)
    }),
    close: () => connection.http.close()
  };
}

const Issued = object({
  token: LenientText,
  value: LenientText,
  pat: LenientText,
  access_token: LenientText,
  personal_access_token: LenientText
});

function parseIssuedToken(text) {
  const json = parseJson(text);
  const outer = safeParse(record(schemas_string(), unknown()), json).data ?? {};
  const fields = [ json, outer["data"], outer["token"], outer["pat"] ].flatMap(one => Object.values(safeParse(Issued, one).data ?? {}));
  const value = fields.find(field => typeof field === "string" && /^op_pat_[\x21-\x7e]{8,}$/.test(field));
  if (value == null) return;
  return {
    value: new Secret(value),
    expiresMs: parseTokenRecord(text)?.expiresMs
  };
}

const MAX_SENT = 4;

function createTokenClient(connection, byOperation, maxSent = MAX_SENT) {
  const send = createSender(connection);
  return {
    ...createTokenReader(connection, byOperation, maxSent),
    create: ({name, scopes, expiresInDays}) => send({
      route: byOperation.create,
      variables: {},
      body: JSON.stringify({
        name,
        scopes,
        expires_in_days: expiresInDays
      }),
      maxSent,
      parse: parseIssuedToken
    }),
    regenerate: name => send({
      route: byOperation.regenerate,
      variables: {
        name
      },
      maxSent,
      parse: parseIssuedToken
    }),
    revoke: name => send({
      route: byOperation.revoke,
      variables: {
        name
      },
      maxSent,
      parse: () => true
    })
  };
}

function openPorts(createHttp, host, token, clock, signal, timeoutMs) {
  if (token.reveal() !== host.token.reveal()) host.mask(token);
  const deadlineMs = clock.nowMs() + timeoutMs;
  const open = [];
  return {
    ports: {
      host,
      clock,
      signal,
      deadlineMs,
      close: () => {
        for (const http of open) http.close();
      }
    },
    connect: (origin, credential, limits) => {
      const http = createHttp(credential, `outpost-deploy-action/${version}`);
      open.push(http);
      return {
        origin,
        http,
        clock,
        signal,
        deadlineMs,
        random: Math.random,
        ...limits
      };
    }
  };
}

const UNDO_MS = 5e3;

function openTokenRun(host, config, token, clock, signal) {
  const {ports, connect} = openPorts(createHttp, host, token, clock, signal, LONGEST_RUN_MS);
  const routes = {
    ...tokenRoutes,
    ...config.routes
  };
  const tokensWith = other => createTokenClient(connect(config.origin, other), routes);
  return {
    ...ports,
    tokens: tokensWith(token),
    tokensWith,
    undoing: (other = token) => {
      const limits = {
        signal: soon(),
        deadlineMs: clock.nowMs() + UNDO_MS
      };
      return createTokenClient(connect(config.origin, other, limits), routes);
    },
    connect: (origin, credential) => connect(origin, credential, {
      signal: laterThan(signal)
    })
  };
}

function soon() {
  const late = new AbortController;
  const reason = new DOMException("there was no more time", "TimeoutError");
  setTimeout(() => late.abort(reason), UNDO_MS).unref();
  return late.signal;
}

function laterThan(signal) {
  const late = new AbortController;
  signal.addEventListener("abort", () => setTimeout(() => late.abort(signal.reason), UNDO_MS).unref(), {
    once: true
  });
  return late.signal;
}

const UNCHANGED = "Nothing was changed.";

const UNREPLACED = "Nothing was replaced.";

function nowOf(reply, clock) {
  return clock.wallMs() + skewOf(clock, reply.kind === "value" ? reply.dateMs : void 0);
}

function wholeList({records, isWhole}, attempted) {
  if (isWhole) return records;
  throw partialList(records.length, attempted);
}

function partialList(shown, attempted) {
  return new Failure({
    code: "unexpected-answer",
    attempted,
    happened: `Outpost listed only some of its tokens (${shown}) and says there are more`,
    hint: `Run the job again. If this happens again, revoke unused tokens in ${assess_TOKEN_PAGE}, and check whether a proxy between this runner and Outpost answers in its place.`
  });
}

async function readFamily(written, run) {
  const lookup = await lookUpToken(written, run.tokens, run.clock);
  const attempted = `Looking for the token "${lookup.base}"`;
  if (lookup.kind === "unknown") throw unknownName(lookup, attempted);
  if (lookup.kind === "unread") throw unreadFailure(lookup, attempted);
  const {base, living, expired, known, record, isWhole, unlisted, nowMs} = lookup;
  if (!isWhole) {
    if (unlisted === void 0) throw partialList(known.size, attempted);
    if (!isUnknownForm(unlisted)) throw failureOf(unlisted, {
      attempted,
      undone: UNCHANGED
    });
    run.host.warn({
      title: "This Outpost doesn't list tokens",
      message: `Only "${record.name}" itself can be read, so this run can't see another rotation or tokens that an earlier one left. It revokes the old token at once, since no later run would find it. If your Outpost has a request that lists tokens, set it in \`list-form\`.`
    });
  }
  const skewMs = nowMs - run.clock.wallMs();
  return {
    base,
    members: living,
    expired,
    known,
    current: record,
    isWhole,
    nowMs,
    skewMs
  };
}

function unreadFailure({base, because, reply}, attempted) {
  if (reply?.kind === "refused" && reply.status === 401) return new Failure({
    code: "token-rejected",
    attempted,
    happened: describeReply(reply),
    hint: `The token in OUTPOST_TOKEN is revoked, expired or mistyped. If an earlier step of this job replaced it, run the job again: the new job gets the new value. ${UNCHANGED}`,
    requestId: reply.refusal.requestId
  });
  if (reply !== void 0) return failureOf(reply, {
    attempted,
    notFound: `This Outpost doesn't list tokens, so \`token-name\` must be the full name of the token in use. Look it up in ${assess_TOKEN_PAGE}.`,
    undone: UNCHANGED
  });
  return new Failure({
    code: "unexpected-answer",
    attempted,
    happened: because,
    hint: `Look for "${base}" in ${assess_TOKEN_PAGE}. ${UNCHANGED}`
  });
}

function refuseRival({members, nowMs}, held) {
  if (members.length < 2) return;
  const rival = members.find(({name, createdMs}) => name !== held?.name && isDated(name) && createdMs !== void 0 && nowMs - createdMs < LONGEST_RUN_MS);
  if (rival?.createdMs !== void 0) throw rivalFailure(rival.name, rival.createdMs + LONGEST_RUN_MS);
}

function rivalFailure(rival, freeFromMs) {
  return new Failure({
    code: "conflict",
    attempted: "Replacing the token",
    happened: `another rotation is running or was interrupted: it created the token "${rival}". Nothing was replaced, and the stored token works`,
    hint: `Run only one rotation at a time. If the other one was interrupted, run this again after ${formatMoment(freeFromMs + 59999)}: it then cleans up.`
  });
}

async function revokeAndLook(name, ...asking) {
  let last;
  for (const tokens of asking) {
    last = await tokens.revoke(name);
    if (last.kind === "refused" && last.status === 401) continue;
    const look = await tokens.read(name);
    const wasThere = last.kind === "value";
    if (look.kind === "refused" && look.status === 404) return {
      kind: "gone",
      wasThere
    };
    if (look.kind === "refused" && look.status === 401 && wasThere) return {
      kind: "gone",
      wasThere
    };
    if (look.kind === "value") return {
      kind: "alive",
      because: reasonOf(last)
    };
  }
  return {
    kind: "unclear",
    because: last === void 0 ? "nothing was sent" : reasonOf(last)
  };
}

function reasonOf(reply) {
  if (reply.kind === "value") return "Outpost accepted the request, but still shows the token";
  if (isUnknownForm(reply)) return "this Outpost doesn't have the request that revokes tokens, which its documentation doesn't describe";
  return describeReply(reply);
}

async function revokeAll(names, run, ...more) {
  const revoked = [];
  const left = [];
  let because = "";
  for (const name of names) {
    const outcome = await revokeAndLook(name, run.tokens, ...more);
    if (outcome.kind === "gone") {
      run.host.say(`Revoked the token "${name}": anything that still uses it now gets 401.`);
      revoked.push(name);
    } else {
      left.push(name);
      because ||= `it ${outcome.kind === "alive" ? "is still alive" : "may still be alive"}: ${outcome.because}`;
    }
  }
  if (left.length === 0) return {
    revoked,
    left,
    failure: void 0
  };
  const quoted = left.map(name => `"${name}"`).join(", ");
  const failure = new Failure({
    code: "token-not-revoked",
    attempted: `Revoking ${quoted}`,
    happened: because,
    hint: `Revoke ${left.length === 1 ? "it" : "them"} yourself in ${assess_TOKEN_PAGE}.`
  });
  return {
    revoked,
    left,
    failure
  };
}

async function revokeToken(name, run) {
  const lookup = await lookUpToken(name, run.tokens, run.clock);
  const attempted = `Revoking the token "${name}"`;
  if (lookup.kind === "unknown") throw unknownName(lookup, attempted);
  if (lookup.kind === "unread") throw unreadFailure(lookup, attempted);
  const {living, expired, nowMs} = lookup;
  const all = [ ...living, ...expired ];
  const meant = isDated(name) ? all.filter(one => one.name === name) : all;
  if (meant.length === 0) throw unknownName({
    kind: "unknown",
    base: name,
    near: all.map(one => one.name)
  }, attempted);
  const asks = meant.find(one => isOwnLook(one, nowMs));
  if (asks !== void 0) run.host.warn({
    title: "You are revoking a token that is in use",
    message: `"${asks.name}" seems to be the token in OUTPOST_TOKEN, or a job is using it right now. It is revoked last, and jobs that use it then get 401.`
  });
  const names = meant.filter(one => one !== asks).map(one => one.name);
  const ordered = [ ...names, ...asks === void 0 ? [] : [ asks.name ] ];
  const {revoked, failure} = await revokeAll(ordered, run);
  if (failure !== void 0) throw failure;
  return revoked;
}

const issue_ATTEMPTED = "Creating the new token";

async function issue_issue({base, current, nowMs}, scopes, expiresInDays, run) {
  const name = datedName(base, nowMs, Math.random());
  if (scopes === void 0) throw new Failure({
    code: "unexpected-answer",
    attempted: issue_ATTEMPTED,
    happened: `Outpost doesn't show the scopes of "${current.name}", and the new token needs the same ones`,
    hint: `Set \`scopes\`, or replace the token yourself in ${assess_TOKEN_PAGE}.`
  });
  try {
    const reply = await run.tokens.create({
      name,
      scopes,
      expiresInDays
    });
    if (reply.kind === "value") {
      run.host.mask(reply.value.value);
      return {
        name,
        value: reply.value.value,
        expiresMs: reply.value.expiresMs,
        tokens: run.tokensWith(reply.value.value)
      };
    }
    const failure = failureOf(reply, {
      attempted: issue_ATTEMPTED,
      undone: UNREPLACED
    });
    if (isRejected(reply)) throw overtaken();
    if (isUndone(reply)) throw refusedTo(failure);
    throw await revokeNew(name, failure, run);
  } catch (thrown) {
    if (run.signal.aborted && thrown === run.signal.reason) throw await revokeNew(name, thrown, run);
    throw thrown;
  }
}

function refusedTo(failure) {
  if (failure.code !== "forbidden" && failure.code !== "token-scope-missing") return failure;
  return new Failure({
    code: failure.code,
    attempted: failure.attempted,
    happened: failure.happened,
    hint: `Put a token that can manage tokens into OUTPOST_TOKEN (\`token-name\` names the one to replace), or replace the token yourself in ${assess_TOKEN_PAGE}.`,
    requestId: failure.requestId
  });
}

async function refuseLateRival(family, fresh, run) {
  if (!family.isWhole) return;
  const attempted = "Looking for other rotations";
  const asked = await run.tokens.list();
  const reply = isRejected(asked) ? await fresh.tokens.list() : asked;
  if (reply.kind !== "value") throw failureOf(reply, {
    attempted,
    undone: UNREPLACED
  });
  const all = wholeList(reply.value, attempted);
  const ours = all.find(({name}) => name === fresh.name)?.createdMs;
  const rivals = all.filter(({name}) => name !== fresh.name && !family.known.has(name) && isDated(name) && baseOf(name) === family.base);
  const older = rivals.find(({createdMs}) => ours === void 0 || createdMs === void 0 || createdMs <= ours);
  if (older !== void 0) throw rivalFailure(older.name, (older.createdMs ?? family.nowMs) + LONGEST_RUN_MS);
}

function isRejected(reply) {
  return reply.kind === "refused" && reply.status === 401;
}

function overtaken() {
  return new Failure({
    code: "conflict",
    attempted: issue_ATTEMPTED,
    happened: "the token in OUTPOST_TOKEN was revoked during this run, most likely by another rotation. This run replaced nothing",
    hint: "Run only one rotation at a time. Run the job again: it starts with the token that is stored now."
  });
}

async function prove(fresh, attempted) {
  const reply = await fresh.tokens.read(fresh.name);
  if (reply.kind !== "value") throw failureOf(reply, {
    attempted,
    notFound: UNREPLACED,
    undone: UNREPLACED
  });
  return reply.value;
}

function requireScopes({scopes: held}, asked = []) {
  if (held === void 0) return;
  const listed = scopes => scopes.map(scope => `\`${scope}\``).join(", ");
  const missing = asked.filter(scope => !held.includes(scope));
  const excess = held.filter(scope => !asked.includes(scope));
  if (missing.length + excess.length === 0) return;
  const differences = [ ...missing.length > 0 ? [ `without the scope ${listed(missing)}` ] : [], ...excess.length > 0 ? [ `with ${listed(excess)}, which wasn't requested` ] : [] ];
  throw new Failure({
    code: "unexpected-answer",
    attempted: issue_ATTEMPTED,
    happened: `Outpost created it ${differences.join(" and ")}`,
    hint: `Nothing was replaced. Replace the token yourself in ${assess_TOKEN_PAGE}: create one with the scope ${listed(asked)}, store it, and revoke the old one.`
  });
}

async function revokeNew(name, thrown, run, own) {
  const left = await whatIsLeft(name, run, own);
  if (left === void 0 || !(thrown instanceof Failure)) return thrown;
  return new Failure({
    code: thrown.code,
    attempted: thrown.attempted,
    happened: thrown.happened,
    hint: `${thrown.hint} The new token "${name}" ${left}. Nobody has its value. The next rotation revokes it, or revoke it yourself in ${assess_TOKEN_PAGE}.`,
    requestId: thrown.requestId,
    cause: thrown
  });
}

async function whatIsLeft(name, run, own) {
  try {
    const revoked = await revokeAndLook(name, run.undoing(), ...own === void 0 ? [] : [ run.undoing(own) ]);
    if (revoked.kind !== "gone") return `may be left over (${revoked.because})`;
    return own === void 0 && !revoked.wasThere ? "doesn't exist now, but may still be created" : void 0;
  } catch {
    return "may be left over (there was no time to check)";
  }
}

const TOLERANCE_MS = 5e3;

function holdingOf({place, writtenMs, named}, living) {
  if (writtenMs === void 0) {
    const one = living.find(({name}) => name === named && isDated(name));
    return one === void 0 ? {
      place,
      candidates: living,
      sinceMs: void 0
    } : {
      place,
      candidates: [ one ],
      sinceMs: endOfRun(one)
    };
  }
  const made = living.filter(({createdMs}) => createdMs === void 0 || createdMs <= writtenMs + TOLERANCE_MS);
  const fitting = made.filter(({createdMs}) => createdMs !== void 0 && writtenMs - createdMs <= LONGEST_RUN_MS + TOLERANCE_MS);
  const isTold = made.every(({createdMs}) => createdMs !== void 0);
  return {
    place,
    candidates: fitting.length === 1 && isTold ? fitting : made,
    sinceMs: writtenMs
  };
}

function endOfRun({createdMs}) {
  return createdMs === void 0 ? void 0 : createdMs + LONGEST_RUN_MS;
}

function heldBy(holdings) {
  const [first, ...others] = holdings.map(({candidates}) => candidates.length === 1 ? candidates[0] : void 0);
  return others.every(one => one?.name === first?.name) ? first : void 0;
}

function retirements(living, kept, holdings, overlapMs, nowMs) {
  const held = new Map(holdings.flatMap(({candidates}) => candidates.map(one => [ one.name, one ])));
  const others = living.filter(({name}) => name !== kept);
  if (overlapMs === 0) return others.map(({name}) => ({
    name,
    dueMs: nowMs
  }));
  const youngestHeldMs = Math.max(...[ ...held.values() ].map(({createdMs = 1 / 0}) => createdMs));
  return others.map(({name, createdMs}) => {
    if (held.has(name)) return {
      name,
      dueMs: nowMs + overlapMs
    };
    if (createdMs !== void 0 && createdMs > youngestHeldMs) return {
      name,
      dueMs: nowMs
    };
    return {
      name,
      dueMs: sinceAll(holdings, nowMs) + overlapMs
    };
  });
}

function sinceAll(holdings, nowMs) {
  return Math.max(...holdings.map(({sinceMs}) => sinceMs ?? nowMs));
}

const places_ATTEMPTED = "Checking where the token is stored";

async function readPlaces(stores, family, run) {
  const places = [];
  for (const store of stores) {
    const facts = await store.read();
    const {writtenMs, named, value} = facts;
    if (value !== void 0) run.host.mask(value);
    const evidence = {
      place: store.place,
      named,
      writtenMs: writtenMs === void 0 ? void 0 : writtenMs + family.skewMs
    };
    const holding = holdingOf(evidence, family.members);
    if (family.members.length > 0) await guard(store, facts, holding, family, run);
    places.push({
      store,
      facts,
      holding
    });
  }
  for (const {facts} of places) for (const message of facts.advice) run.host.warn({
    title: "The stored token could be safer",
    message
  });
  warnOfTwins(places, family.base, run);
  return places;
}

async function guard({place}, {value}, {candidates}, {base, current}, run) {
  const hint = `If it should hold this token, store the token there yourself once. Otherwise, change \`token-name\` or the place. ${UNREPLACED}`;
  const none = happened => new Failure({
    code: "not-found",
    attempted: places_ATTEMPTED,
    happened,
    hint
  });
  if (candidates.length === 0) throw none(`${place} was last changed before any active token named "${base}" was created, so it holds none of them`);
  if (value === void 0) return;
  const reply = await run.tokensWith(value).read(current.name);
  if (reply.kind === "refused" && reply.status === 401) throw none(`Outpost rejects the value of ${place}, so it isn't an active token named "${base}"`);
}

function warnOfTwins(places, base, {host}) {
  const ours = new Set(places.map(({store}) => store.place));
  const isOther = ({place, named}) => !ours.has(place) && (named === void 0 || baseOf(named) === base);
  const twins = new Set(places.flatMap(({facts}) => facts.twins.filter(isOther)).map(({place}) => place));
  if (twins.size === 0) return;
  host.warn({
    title: "Another secret has the same name and isn't among the places",
    message: `This rotation doesn't change ${[ ...twins ].join(", ")}. If it holds the same token, jobs that read it fail once the old token is revoked. Add it to \`places\`, or give it its own token.`
  });
}

async function probePlaces(places, {host}) {
  for (const {store} of places) {
    await store.probe();
    host.say(`Can write ${store.place}.`);
  }
}

async function storeEverywhere(places, fresh, base, run) {
  let done = 0;
  for (const place of places) {
    const one = await storeAt(place, fresh, base);
    if (one.kind === "none" && done > 0) return {
      kind: "unclear",
      failure: one.failure,
      because: `${place.store.place} could not be written: ${one.failure.happened}`
    };
    if (one.kind !== "all") return one;
    done += 1;
    run.host.say(`Stored it as ${place.store.place}.`);
    await nameIt(place.store, fresh.name, run);
  }
  return {
    kind: "all"
  };
}

async function storeAt({store, facts}, fresh, base) {
  try {
    if (facts.writtenMs === void 0 && facts.named !== void 0 && facts.named !== base) {
      const unset = await store.name(base);
      if (typeof unset === "object") return {
        kind: "none",
        failure: staleName(store, unset.because)
      };
    }
    const written = await store.write(fresh.value);
    if (written.kind === "written") return {
      kind: "all"
    };
    if (written.kind === "not-written") return {
      kind: "none",
      failure: written.failure
    };
    return {
      kind: "unclear",
      failure: written.failure,
      because: `${store.place} may or may not have been changed: ${written.failure.happened}`
    };
  } catch (thrown) {
    return {
      kind: "unclear",
      failure: thrown instanceof Failure ? thrown : void 0,
      because: `the job was cancelled while storing it as ${store.place}`
    };
  }
}

function staleName({place}, because) {
  return new Failure({
    code: "store-refused",
    attempted: `Storing the new token as ${place}`,
    happened: `the variable beside it, which names the token that it holds, can't be changed: ${because}`,
    hint: "Delete that variable (its name ends with _NAME), or give the store token the right to change variables."
  });
}

async function nameIt(store, name, {host}) {
  const named = await store.name(name).catch(() => ({
    because: "the job was cancelled"
  }));
  if (typeof named !== "object") return;
  host.notice({
    title: "The token's name was not stored",
    message: `Couldn't write the variable beside ${store.place} (${named.because}). Nothing depends on it: it only names the token that the secret holds. On GitHub, writing it takes the permission Variables: write.`
  });
}

async function nameAll(places, name, run) {
  for (const {store, facts} of places) if (facts.named !== name) await nameIt(store, name, run);
}

async function doubtsOf(places, {value}) {
  const doubts = [];
  for (const {store} of places) {
    const doubt = await store.doubt(value);
    if (doubt !== void 0) doubts.push(`${store.place}: ${doubt}`);
  }
  return doubts;
}

async function tryStored(fresh, places, {dead, unclear}) {
  const attempted = `Trying the token "${fresh.name}" again`;
  try {
    await prove(fresh, attempted);
    return;
  } catch (thrown) {
    const cause = failure_toFailure(thrown, attempted);
    const {code, happened, requestId} = cause;
    if (code === "token-rejected" || code === "token-expired") return new Failure({
      code: "token-value-lost",
      attempted,
      happened: `the stored token no longer works, so every deploy with ${places.map(({store}) => store.place).join(" and ")} fails: ${happened}`,
      hint: dead,
      requestId,
      cause
    });
    return new Failure({
      code: isBrokenOff(cause) ? code : "outcome-unknown",
      attempted,
      happened: `it is stored, but couldn't be tried again: ${happened}`,
      hint: unclear,
      requestId,
      cause
    });
  }
}

function isBrokenOff({code}) {
  return code === "interrupted" || code === "terminated" || code === "internal";
}

function rotatedWith({name, expiresMs}, more) {
  return {
    status: "rotated",
    tokenName: name,
    expiresMs,
    revoked: [],
    kept: [],
    left: [],
    failure: void 0,
    ...more
  };
}

function quotedNames(names) {
  return names.map(name => `"${name}"`).join(", ");
}

async function create_lookUp(name, run) {
  const lookup = await lookUpToken(name, run.tokens, run.clock);
  if (lookup.kind === "unread") throw unreadFailure(lookup, `Looking for the token "${name}"`);
  return lookup;
}

async function createToken(name, config, stores, run) {
  const lookup = await create_lookUp(name, run);
  if (lookup.kind === "found") throw new Failure({
    code: "conflict",
    attempted: `Creating the token "${lookup.base}"`,
    happened: `it already exists: ${quotedNames(lookup.living.map(one => one.name))}. Nothing was changed`,
    hint: "Use `token rotate` to replace it, or choose another name."
  });
  for (const store of stores) await store.probe();
  const fresh = await storeNew(lookup, needScopes(config, void 0), config, stores, run);
  return made(fresh, stores, {
    revoked: [],
    left: [],
    failure: void 0
  });
}

async function replaceCompromised(name, config, stores, run) {
  const lookup = await create_lookUp(name, run);
  const members = lookup.kind === "unknown" ? [] : [ ...lookup.living, ...lookup.expired ];
  const nowMs = nowIn(lookup, run);
  const scopes = needScopes(config, lookup.kind === "unknown" ? void 0 : lookup.record.scopes);
  for (const member of members) run.host.say(`${lastUseOf(member, nowMs)} Check what it has done since the leak.`);
  if (members.length === 0) run.host.say(`There is no token named "${lookup.base}" anymore.`);
  const names = members.map(one => one.name);
  if (members.some(one => mayAsk(one, nowMs))) {
    run.host.warn({
      title: "OUTPOST_TOKEN may be the leaked token",
      message: "It makes the new token first and is revoked last. Next time, put another token that can manage tokens into OUTPOST_TOKEN, so that the leaked one is revoked at once."
    });
    const fresh = await storeNew(lookup, scopes, config, stores, run);
    return made(fresh, stores, await revokeAll(names, run, fresh.tokens));
  }
  const ended = await revokeAll(names, run);
  const fresh = await storeNew(lookup, scopes, config, stores, run).catch(thrown => {
    throw thrown instanceof Failure ? withoutToken(thrown, ended.revoked) : thrown;
  });
  return made(fresh, stores, ended);
}

function nowIn(lookup, run) {
  return lookup.kind === "unknown" ? run.clock.wallMs() : lookup.nowMs;
}

function mayAsk(record, nowMs) {
  return record.lastUsedMs === void 0 || isOwnLook(record, nowMs);
}

function lastUseOf(record, nowMs) {
  const ms = workedMs(record);
  if (ms === null) return `"${record.name}" was never used, according to Outpost.`;
  return ms === void 0 ? `Outpost doesn't show when "${record.name}" was last used.` : `"${record.name}" was last used on ${formatMoment(ms)} (${duration_formatDistance(nowMs, ms)}).`;
}

function needScopes({scopes}, held) {
  const wanted = scopes ?? held;
  if (wanted !== void 0) return wanted;
  throw new Failure({
    code: "config-invalid",
    attempted: "Reading the configuration",
    happened: "`scopes` is missing, and there is no older token to take the scopes from",
    hint: "Set the scopes of the new token, for example `--scopes service`."
  });
}

async function storeNew(lookup, scopes, config, stores, run) {
  const {base} = lookup;
  const fresh = await issue_issue({
    base,
    current: {
      name: base
    },
    nowMs: nowIn(lookup, run)
  }, scopes, config.expiresInDays, run);
  run.host.say(`Created "${fresh.name}".`);
  const places = stores.map(untouched);
  try {
    requireScopes(await prove(fresh, "Trying the new token"), scopes);
  } catch (thrown) {
    throw await revokeNew(fresh.name, thrown, run, fresh.value);
  }
  const stored = await storeEverywhere(places, fresh, base, run);
  if (stored.kind === "none") throw await revokeNew(fresh.name, stored.failure, run, fresh.value);
  if (stored.kind === "unclear") throw unclear(fresh, stored);
  const failure = await tryStored(fresh, places, {
    dead: `Run the command again, or create a token in ${assess_TOKEN_PAGE} and store it yourself.`,
    unclear: "Run a job that deploys with it."
  });
  if (failure !== void 0) throw failure;
  const [doubt] = await doubtsOf(places, fresh);
  if (doubt !== void 0) throw unclear(fresh, {
    because: doubt
  });
  return fresh;
}

function unclear({name}, {because}) {
  return new Failure({
    code: "outcome-unknown",
    attempted: `Storing the new token "${name}"`,
    happened: because,
    hint: "Run the command again: it makes another token and stores it in every place."
  });
}

function untouched(store) {
  const facts = {
    writtenMs: void 0,
    value: void 0,
    named: void 0,
    advice: [],
    twins: []
  };
  return {
    store,
    facts,
    holding: {
      place: store.place,
      candidates: [],
      sinceMs: void 0
    }
  };
}

function withoutToken(failure, revoked) {
  if (revoked.length === 0) return failure;
  return new Failure({
    code: failure.code,
    attempted: failure.attempted,
    happened: failure.happened,
    hint: `The leaked token is revoked (${quotedNames(revoked)}), but no new one is stored: deploys fail with 401 until you run this again. ${failure.hint}`,
    requestId: failure.requestId,
    cause: failure
  });
}

function made({name, expiresMs}, stores, ended) {
  return {
    tokenName: name,
    expiresMs,
    places: stores.map(({place}) => place),
    ...ended
  };
}

async function readInventory(run) {
  const reply = await run.tokens.list();
  const attempted = "Listing the tokens";
  if (reply.kind === "value") return {
    records: wholeList(reply.value, attempted),
    nowMs: nowOf(reply, run.clock)
  };
  if (!isUnknownForm(reply)) throw failureOf(reply, {
    attempted,
    undone: UNCHANGED
  });
  throw new Failure({
    code: "unexpected-answer",
    attempted,
    happened: "this Outpost doesn't have the request that lists tokens, which its documentation doesn't describe",
    hint: `Look in ${assess_TOKEN_PAGE}, set \`token-name\` to one token, or set \`list-form\` to the right request.`
  });
}

function soonestFirst(records) {
  const rank = ({expiresMs}) => expiresMs ?? (expiresMs === null ? Number.MAX_VALUE : Number.MAX_VALUE / 2);
  return [ ...records ].sort((left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name, "en"));
}

function inventoryTable({records, nowMs}) {
  const moment = ms => {
    if (ms === null) return "never";
    return ms === void 0 ? "unknown" : `${formatMoment(ms)} (${duration_formatDistance(nowMs, ms)})`;
  };
  const rows = soonestFirst(records).map(({name, scopes, createdMs, expiresMs, lastUsedMs}) => [ name, scopes?.join(",") ?? "unknown", createdMs === void 0 ? "unknown" : formatMoment(createdMs), moment(expiresMs), moment(lastUsedMs) ]);
  return asTable([ [ "NAME", "SCOPES", "CREATED", "EXPIRES", "LAST USED" ], ...rows ]);
}

function asTable(all) {
  const widths = all.reduce((most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)), []);
  return all.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
}

function inventoryJson({records}) {
  const moment = ms => typeof ms === "number" ? new Date(ms).toISOString() : ms;
  const tokens = soonestFirst(records).map(({name, scopes, createdMs, expiresMs, lastUsedMs}) => ({
    name,
    scopes,
    created_at: moment(createdMs),
    expires_at: moment(expiresMs),
    last_used_at: moment(lastUsedMs)
  }));
  return JSON.stringify({
    tokens
  }, void 0, 2);
}

function readNameArgument(text) {
  if (/op_pat_|\S{60}/.test(text) || /^[A-Za-z0-9_]{32,}$/.test(text)) throw name_argument_invalid("the argument looks like the value of a token, not its name", "Use the name that `token list` shows. Every process on this machine can read arguments, so treat that token as leaked: run `token compromised NAME`.");
  const read = tokenReaders["base-name"](text);
  if ("value" in read) return read.value;
  throw name_argument_invalid(`the name of the token ${read.problem}`, "Use the name that `token list` shows.");
}

function name_argument_invalid(happened, hint) {
  return new Failure({
    code: "config-invalid",
    attempted: "Reading the command line",
    happened,
    hint
  });
}

function isGone(reply) {
  return reply.kind === "refused" && reply.status === 404;
}

function storeFailure(reply, attempted, words) {
  const said = describeReply(reply, words.product);
  if (reply.kind !== "refused") return unavailable(attempted, `${words.product} can't be reached: ${said}`);
  const {status, refusal, retryAfterMs} = reply;
  const limited = status === 429 || status === 403 && (retryAfterMs !== void 0 || /rate limit|abuse/i.test(refusal.message ?? ""));
  if (limited || status === 408 || status >= 500) return unavailable(attempted, said);
  return new Failure({
    code: "store-refused",
    attempted,
    happened: said,
    hint: refusals_hintOf(status, words)
  });
}

function unavailable(attempted, happened) {
  return new Failure({
    code: "store-unavailable",
    attempted,
    happened,
    hint: "Run the job again later."
  });
}

function refusals_hintOf(status, {rights, notFound, place}) {
  if (status === 401) return `The value in OUTPOST_STORE_TOKEN is revoked, expired or mistyped. ${rights}`;
  if (status === 403) return `The token in OUTPOST_STORE_TOKEN isn't allowed to do this. ${rights}`;
  if (status === 404) return notFound;
  if (status === 409) return `Something else is changing ${place}, or there are several with that name. Run the job again, and run only one at a time.`;
  if (status >= 300 && status < 400) return "It was renamed or moved, and redirects are never followed with a token. Set its new name in the inputs.";
  return "Fix what the message names and run the job again.";
}

const store_client_MAX_SENT = 4;

function createStoreClient(connection, base, variables, words, headers = {}) {
  const ask = createSender(connection);
  const must = async (reply, attempted) => {
    const known = await reply;
    if (known.kind !== "value") throw storeFailure(known, attempted, words);
    return known.value;
  };
  return {
    send: (method, path, request) => ask({
      headers,
      maxSent: store_client_MAX_SENT,
      ...request,
      route: {
        method,
        path: `${base}${path}`
      },
      variables: {
        ...variables,
        ...request.variables
      }
    }),
    must,
    mustBeGone: async (reply, attempted) => {
      if (!isGone(reply)) await must(reply, attempted);
    }
  };
}

const ignoreBody = () => true;

const PublicKey = object({
  key_id: schemas_string(),
  key: schemas_string()
});

const GithubSecret = object({
  updated_at: schemas_string(),
  visibility: optional(schemas_enum([ "all", "private", "selected" ]))
});

const Archivable = object({
  archived: schemas_catch(optional(schemas_boolean()), void 0)
});

const wire_RepositoryPage = object({
  repositories: array(object({
    id: schemas_number()
  }))
});

const Variable = object({
  key: schemas_string(),
  value: nullable(pipe(schemas_string(), transform(text => new Secret(text)))),
  environment_scope: schemas_catch(optional(schemas_string()), void 0),
  masked: schemas_catch(optional(schemas_boolean()), void 0),
  protected: schemas_catch(optional(schemas_boolean()), void 0),
  variable_type: schemas_catch(optional(schemas_string()), void 0)
});

function parsePublicKey(text) {
  const {data} = safeParse(PublicKey, parseJson(text));
  const key = data === void 0 ? void 0 : Buffer.from(data.key, "base64");
  return data === void 0 || key?.length !== 32 ? void 0 : {
    id: data.key_id,
    key
  };
}

function parseGithubSecret(text) {
  return safeParse(GithubSecret, parseJson(text)).data;
}

function parseArchived(text) {
  const {data} = safeParse(Archivable, parseJson(text));
  return data === void 0 ? void 0 : data.archived === true;
}

function parseRepositoryIds(text) {
  return safeParse(wire_RepositoryPage, parseJson(text)).data?.repositories.map(({id}) => id);
}

function parseVariable(text) {
  return safeParse(Variable, parseJson(text)).data;
}

function parseVariables(text) {
  return safeParse(array(Variable), parseJson(text)).data;
}

const Names = array(object({
  name: schemas_string()
}));

const NamedValue = object({
  data: schemas_string()
});

function parseNames(text) {
  return safeParse(Names, parseJson(text)).data?.map(({name}) => name);
}

function parseNamedValue(text) {
  return safeParse(NamedValue, parseJson(text)).data?.data;
}

const NamedList = object({
  environments: array(object({
    name: schemas_string()
  }))
});

const GithubVariable = object({
  value: schemas_string()
});

const GitlabToken = object({
  expires_at: nullable(schemas_string())
});

function parseEnvironments(text) {
  return safeParse(NamedList, parseJson(text)).data?.environments.map(({name}) => name);
}

function parseGithubVariable(text) {
  return safeParse(GithubVariable, parseJson(text)).data?.value;
}

function parseGitlabToken(text) {
  const {data} = safeParse(GitlabToken, parseJson(text));
  return data === void 0 ? void 0 : {
    expiresAt: data.expires_at
  };
}

const PAGE = 50;

const forgejo_MAX_PAGES = 100;

const RIGHTS = "The job's own token can't write secrets. Use an access token of an account that owns the repository or organization, with the scope `write:repository` or `write:organization`.";

class ForgejoStore {
  place;
  host;
  #name;
  #client;
  #words;
  #isRepository;
  constructor(connection, basePath, place, name) {
    const {kind, ...names} = place;
    this.#isRepository = kind === "repository";
    this.place = place.kind === "repository" ? `the secret ${name} of the repository ${place.owner}/${place.repository}` : `the secret ${name} of the organization ${place.organization}`;
    this.host = connection.origin.host;
    this.#name = name;
    this.#words = {
      product: "Forgejo",
      place: this.place,
      rights: RIGHTS,
      notFound: `Check the name of ${this.place}, and that the token in OUTPOST_STORE_TOKEN can see it. ${RIGHTS}`
    };
    const root = this.#isRepository ? "/repos/{owner}/{repository}" : "/orgs/{organization}";
    this.#client = createStoreClient(connection, `${basePath}${root}`, {
      ...names,
      secret: name
    }, this.#words);
  }
  async read() {
    const {must, send} = this.#client;
    const attempted = `Looking at ${this.place}`;
    if (this.#isRepository && await must(send("GET", "", {
      parse: parseArchived
    }), attempted)) throw this.#refused(attempted, `${this.place} belongs to an archived repository`, "Unarchive it, or choose another one.");
    if (!await this.#isThere(attempted)) throw this.#refused(attempted, "it doesn't exist", this.#words.notFound);
    const beside = await send("GET", "/actions/variables/{variable}", {
      variables: {
        variable: nameVariableOf(this.#name)
      },
      parse: parseNamedValue
    });
    return {
      writtenMs: void 0,
      value: void 0,
      named: beside.kind === "value" ? beside.value : void 0,
      advice: [],
      twins: []
    };
  }
  async #isThere(attempted) {
    const {must, send} = this.#client;
    for (let page = 1; page <= forgejo_MAX_PAGES; page += 1) {
      const query = `limit=${PAGE}&page=${page}`;
      const names = await must(send("GET", "/actions/secrets", {
        query,
        parse: parseNames
      }), attempted);
      if (names.some(one => one.toUpperCase() === this.#name.toUpperCase())) return true;
      if (names.length === 0) return false;
    }
    return false;
  }
  async probe() {
    const {must, mustBeGone, send} = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    const variables = {
      secret: PROBE_NAME
    };
    const body = JSON.stringify({
      data: PROBE_VALUE
    });
    await must(send("PUT", "/actions/secrets/{secret}", {
      variables,
      body,
      parse: ignoreBody
    }), attempted);
    await mustBeGone(await send("DELETE", "/actions/secrets/{secret}", {
      variables,
      parse: ignoreBody
    }), attempted);
  }
  async write(value) {
    const body = JSON.stringify({
      data: value.reveal()
    });
    const reply = await this.#client.send("PUT", "/actions/secrets/{secret}", {
      body,
      parse: ignoreBody
    });
    if (reply.kind === "value") return {
      kind: "written"
    };
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    return {
      kind: isUndone(reply) ? "not-written" : "unknown",
      failure
    };
  }
  doubt() {
    return Promise.resolve(void 0);
  }
  async name(text) {
    const {send} = this.#client;
    const request = {
      variables: {
        variable: nameVariableOf(this.#name)
      },
      body: JSON.stringify({
        value: text
      }),
      parse: ignoreBody
    };
    const changed = await send("PUT", "/actions/variables/{variable}", request);
    const reply = isGone(changed) ? await send("POST", "/actions/variables/{variable}", request) : changed;
    return reply.kind === "value" ? "written" : {
      because: describeReply(reply, "Forgejo")
    };
  }
  #refused(attempted, happened, hint) {
    return new Failure({
      code: "store-refused",
      attempted,
      happened,
      hint
    });
  }
}

const GITHUB_HEADERS = {
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28"
};

const github_places_RIGHTS = "The job's own GITHUB_TOKEN can't write secrets. Use a GitHub App's token, or a fine-grained personal access token, with the permission";

const githubPaths = {
  repository: {
    secrets: "/repos/{owner}/{repository}/actions/secrets",
    variables: "/repos/{owner}/{repository}/actions/variables",
    right: `${github_places_RIGHTS} Secrets: write.`
  },
  environment: {
    secrets: "/repos/{owner}/{repository}/environments/{environment}/secrets",
    variables: "/repos/{owner}/{repository}/environments/{environment}/variables",
    right: `${github_places_RIGHTS} Environments: write.`
  },
  organization: {
    secrets: "/orgs/{organization}/actions/secrets",
    variables: "/orgs/{organization}/actions/variables",
    right: `${github_places_RIGHTS} Organization secrets: write.`
  },
  dependabot: {
    secrets: "/repos/{owner}/{repository}/dependabot/secrets",
    variables: void 0,
    right: `${github_places_RIGHTS} Dependabot secrets: write.`
  },
  codespaces: {
    secrets: "/repos/{owner}/{repository}/codespaces/secrets",
    variables: void 0,
    right: `${github_places_RIGHTS} Codespaces secrets: write.`
  }
};

function githubPhrase(place, name) {
  switch (place.kind) {
   case "repository":
    return `the secret ${name} of the repository ${place.owner}/${place.repository}`;

   case "environment":
    return `the secret ${name} of the environment ${place.environment} of ${place.owner}/${place.repository}`;

   case "organization":
    return `the secret ${name} of the organization ${place.organization}`;

   case "dependabot":
    return `the Dependabot secret ${name} of ${place.owner}/${place.repository}`;

   case "codespaces":
    return `the Codespaces secret ${name} of ${place.owner}/${place.repository}`;
  }
}

function writtenMsOf(reply, {updated_at: updated}, clock) {
  const nowMs = clock.wallMs();
  const dateMs = reply.kind === "value" ? reply.dateMs ?? nowMs : nowMs;
  const updatedMs = Date.parse(updated);
  return Number.isNaN(updatedMs) ? void 0 : nowMs - (dateMs - updatedMs);
}

const github_environments_MAX_PAGES = 100;

async function readEnvironments({send}, more = {}) {
  const names = [];
  for (let page = 1; ;page += 1) {
    const some = await send("GET", "/repos/{owner}/{repository}/environments", {
      ...more,
      query: `per_page=100&page=${page}`,
      parse: parseEnvironments
    });
    if (some.kind !== "value") return some;
    names.push(...some.value);
    if (some.value.length < 100 || page === github_environments_MAX_PAGES) return {
      ...some,
      value: names
    };
  }
}

async function readGithubTwins(client, where, name) {
  if (where.kind !== "environment" && where.kind !== "repository") return [];
  const {owner, repository} = where;
  if (where.kind === "environment") return await twinAt(client, {
    kind: "repository",
    owner,
    repository
  }, {}, name);
  const environments = await readEnvironments(client);
  if (environments.kind !== "value") return [];
  const twins = [];
  for (const environment of environments.value) {
    const twin = {
      kind: "environment",
      owner,
      repository,
      environment
    };
    twins.push(...await twinAt(client, twin, {
      environment
    }, name));
  }
  return twins;
}

async function twinAt({send}, twin, variables, name) {
  const {secrets, variables: beside} = githubPaths[twin.kind];
  const found = await send("GET", `${secrets}/{secret}`, {
    variables,
    parse: parseGithubSecret
  });
  if (found.kind !== "value") return [];
  const named = await send("GET", `${beside}/{variable}`, {
    variables: {
      ...variables,
      variable: nameVariableOf(name)
    },
    parse: parseGithubVariable
  });
  const place = githubPhrase(twin, name);
  return [ {
    place,
    named: named.kind === "value" ? named.value : void 0
  } ];
}

function isBytes(a) {
  return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}

const atitle = title => title ? `"${title}" ` : "";

function abool(value, title = "") {
  if (typeof value !== "boolean") throw new TypeError(atitle(title) + "expected boolean, got type=" + typeof value);
  return value;
}

function utils_anumber(n, title = "") {
  if (typeof n !== "number") throw new TypeError(atitle(title) + "expected number, got " + typeof n);
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(atitle(title) + "expected integer >= 0, got " + n);
  return n;
}

function utils_abytes(value, length, title = "") {
  if (isBytes(value) && (length === void 0 || value.length === length)) return value;
  if (length !== void 0) utils_anumber(length, "length");
  const bytes = isBytes(value);
  const ofLen = length !== void 0 ? ` of length ${length}` : "";
  const got = bytes ? `length=${value.length}` : "type=" + typeof value;
  const message = atitle(title) + "expected Uint8Array" + ofLen + ", got " + got;
  if (!bytes) throw new TypeError(message);
  throw new RangeError(message);
}

const aobject = (value, label) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new TypeError(label === "object" ? "expected valid options object" : `"${label}" expected object, got type=${typeof value}`);
};

function utils_aexists(instance, checkFinished = true) {
  if (instance.destroyed) throw new Error("hash was destroyed");
  if (checkFinished && instance.finished) throw new Error("digest() was already called");
}

function utils_aoutput(out, instance) {
  utils_abytes(out, void 0, "output");
  const min = instance.outputLen;
  if (!(out.length >= min)) throw new RangeError('"output" expected length >= ' + min);
}

function u32(arr) {
  return new Uint32Array(arr.buffer, arr.byteOffset, Math.floor(arr.byteLength / 4));
}

function clean(...arrays) {
  for (let i = 0; i < arrays.length; i++) arrays[i].fill(0);
}

const isLE = (() => new Uint8Array(new Uint32Array([ 287454020 ]).buffer)[0] === 68)();

function byteSwap(word) {
  return word << 24 & 4278190080 | word << 8 & 16711680 | word >>> 8 & 65280 | word >>> 24 & 255;
}

function byteSwap32(arr) {
  for (let i = 0; i < arr.length; i++) arr[i] = byteSwap(arr[i]);
  return arr;
}

const swap32IfBE = isLE ? u => u : byteSwap32;

function overlapBytes(a, b) {
  if (!a.byteLength || !b.byteLength) return false;
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

function complexOverlapBytes(input, output) {
  if (overlapBytes(input, output) && input.byteOffset < output.byteOffset) throw new Error("complex overlap of input and output is not supported");
}

function checkOpts(defaults, opts) {
  aobject(defaults, "defaults");
  aobject(opts, "opts");
  const merged = Object.assign(defaults, opts);
  return merged;
}

function equalBytes(a, b) {
  a = utils_abytes(a);
  b = utils_abytes(b);
  if (a.length !== b.length) return false;
  let diff = 0;
  for (let i = 0; i < a.length; i++) diff |= a[i] ^ b[i];
  return diff === 0;
}

function wrapMacConstructor(keyLen, macCons, fromMsg) {
  const mac = macCons;
  const getArgs = fromMsg || (() => []);
  const macC = (msg, key) => mac(key, ...getArgs(msg)).update(msg).digest();
  const tmp = mac(new Uint8Array(keyLen), ...getArgs(new Uint8Array(0)));
  macC.outputLen = tmp.outputLen;
  macC.blockLen = tmp.blockLen;
  macC.create = (key, ...args) => mac(key, ...args);
  return macC;
}

const wrapCipher = (params, constructor) => {
  function wrappedCipher(key, ...args) {
    utils_abytes(key, void 0, "key");
    if (params.nonceLength !== void 0) {
      const nonce = args[0];
      utils_abytes(nonce, params.varSizeNonce ? void 0 : params.nonceLength, "nonce");
    }
    const tagl = params.tagLength;
    const aadStart = params.nonceLength !== void 0 ? 1 : 0;
    if (!params.withAAD) for (let i = aadStart; i < args.length; i++) if (isBytes(args[i])) throw new Error("AAD not supported");
    if (params.withAAD && args[aadStart] !== void 0) utils_abytes(args[aadStart], void 0, "AAD");
    const cipher = constructor(key, ...args);
    const checkOutput = (fnLength, output) => {
      if (output !== void 0) {
        if (fnLength !== 2) throw new Error("cipher output not supported");
        utils_abytes(output, void 0, "output");
      }
    };
    let called = false;
    const wrCipher = {
      encrypt(data, output) {
        if (called) throw new Error("cannot encrypt() twice with same key + nonce");
        called = true;
        utils_abytes(data, void 0, "data");
        checkOutput(cipher.encrypt.length, output);
        return cipher.encrypt(data, output);
      },
      decrypt(data, output) {
        utils_abytes(data, void 0, "data");
        if (tagl && data.length < tagl) throw new Error('"ciphertext" expected length >= tagLength=' + tagl);
        checkOutput(cipher.decrypt.length, output);
        return cipher.decrypt(data, output);
      }
    };
    return wrCipher;
  }
  Object.assign(wrappedCipher, params);
  return wrappedCipher;
};

function getOutput(expectedLength, out, onlyAligned = true) {
  if (out === void 0) return new Uint8Array(expectedLength);
  utils_abytes(out, expectedLength, "output");
  if (onlyAligned && !isAligned32(out)) throw new Error("invalid output, must be aligned");
  return out;
}

function isAligned32(bytes) {
  return bytes.byteOffset % 4 === 0;
}

function copyBytes(bytes) {
  return Uint8Array.from(utils_abytes(bytes));
}

const encodeStr = str => Uint8Array.from(str.split(""), c => c.charCodeAt(0));

const sigma16_32 = (() => swap32IfBE(u32(encodeStr("expand 16-byte k"))))();

const sigma32_32 = (() => swap32IfBE(u32(encodeStr("expand 32-byte k"))))();

function rotl(a, b) {
  return a << b | a >>> 32 - b;
}

const BLOCK_LEN = 64;

const BLOCK_LEN32 = 16;

const MAX_COUNTER = (() => 2 ** 32 - 1)();

const U32_EMPTY = Uint32Array.of();

function runCipher(core, sigma, key, nonce, data, output, counter, rounds) {
  const len = data.length;
  const block = new Uint8Array(BLOCK_LEN);
  const b32 = u32(block);
  const isAligned = isLE && isAligned32(data) && isAligned32(output);
  const d32 = isAligned ? u32(data) : U32_EMPTY;
  const o32 = isAligned ? u32(output) : U32_EMPTY;
  if (!isLE) {
    for (let pos = 0; pos < len; counter++) {
      core(sigma, key, nonce, b32, counter, rounds);
      swap32IfBE(b32);
      if (counter >= MAX_COUNTER) throw new Error("arx: counter overflow");
      const take = Math.min(BLOCK_LEN, len - pos);
      for (let posj, j = 0; j < take; j++) {
        posj = pos + j;
        output[posj] = data[posj] ^ block[j];
      }
      pos += take;
    }
    return;
  }
  for (let pos = 0; pos < len; counter++) {
    core(sigma, key, nonce, b32, counter, rounds);
    if (counter >= MAX_COUNTER) throw new Error("arx: counter overflow");
    const take = Math.min(BLOCK_LEN, len - pos);
    if (isAligned && take === BLOCK_LEN) {
      const pos32 = pos / 4;
      if (pos % 4 !== 0) throw new Error("arx: invalid block position");
      for (let posj, j = 0; j < BLOCK_LEN32; j++) {
        posj = pos32 + j;
        o32[posj] = d32[posj] ^ b32[j];
      }
      pos += BLOCK_LEN;
      continue;
    }
    for (let posj, j = 0; j < take; j++) {
      posj = pos + j;
      output[posj] = data[posj] ^ block[j];
    }
    pos += take;
  }
}

function createCipher(core, opts) {
  const {allowShortKeys, extendNonceFn, counterLength, counterRight, rounds} = checkOpts({
    allowShortKeys: false,
    counterLength: 8,
    counterRight: false,
    rounds: 20
  }, opts);
  if (typeof core !== "function") throw new Error("core must be a function");
  utils_anumber(counterLength);
  utils_anumber(rounds);
  abool(counterRight);
  abool(allowShortKeys);
  return (key, nonce, data, output, counter = 0) => {
    utils_abytes(key, void 0, "key");
    utils_abytes(nonce, void 0, "nonce");
    utils_abytes(data, void 0, "data");
    const len = data.length;
    const hasOutput = output !== void 0;
    output = getOutput(len, output, false);
    if (hasOutput) complexOverlapBytes(data, output);
    utils_anumber(counter);
    if (counter < 0 || counter >= MAX_COUNTER) throw new Error("arx: counter overflow");
    const toClean = [];
    let l = key.length;
    let k;
    let sigma;
    if (l === 32) {
      toClean.push(k = copyBytes(key));
      sigma = sigma32_32;
    } else if (l === 16 && allowShortKeys) {
      k = new Uint8Array(32);
      k.set(key);
      k.set(key, 16);
      sigma = sigma16_32;
      toClean.push(k);
    } else {
      utils_abytes(key, 32, "arx key");
      throw new Error("invalid key size");
    }
    if (!isLE || !isAligned32(nonce)) toClean.push(nonce = copyBytes(nonce));
    let k32 = u32(k);
    if (extendNonceFn) {
      if (nonce.length !== 24) throw new Error("arx: extended nonce must be 24 bytes");
      const n16 = nonce.subarray(0, 16);
      if (isLE) extendNonceFn(sigma, k32, u32(n16), k32); else {
        const sigmaRaw = swap32IfBE(Uint32Array.from(sigma));
        extendNonceFn(sigmaRaw, k32, u32(n16), k32);
        clean(sigmaRaw);
        swap32IfBE(k32);
      }
      nonce = nonce.subarray(16);
    } else if (!isLE) swap32IfBE(k32);
    const nonceNcLen = 16 - counterLength;
    if (nonceNcLen !== nonce.length) throw new Error(`arx: nonce must be ${nonceNcLen} or 16 bytes`);
    if (nonceNcLen !== 12) {
      const nc = new Uint8Array(12);
      nc.set(nonce, counterRight ? 0 : 12 - nonce.length);
      nonce = nc;
      toClean.push(nonce);
    }
    const n32 = swap32IfBE(u32(nonce));
    try {
      runCipher(core, sigma, k32, n32, data, output, counter, rounds);
      return output;
    } finally {
      clean(...toClean);
    }
  };
}

function u8to16(a, i) {
  return a[i++] & 255 | (a[i++] & 255) << 8;
}

class Poly1305 {
  blockLen=16;
  outputLen=16;
  buffer=new Uint8Array(16);
  r=new Uint16Array(10);
  h=new Uint16Array(10);
  pad=new Uint16Array(8);
  pos=0;
  finished=false;
  destroyed=false;
  constructor(key) {
    key = copyBytes(utils_abytes(key, 32, "key"));
    const t0 = u8to16(key, 0);
    const t1 = u8to16(key, 2);
    const t2 = u8to16(key, 4);
    const t3 = u8to16(key, 6);
    const t4 = u8to16(key, 8);
    const t5 = u8to16(key, 10);
    const t6 = u8to16(key, 12);
    const t7 = u8to16(key, 14);
    this.r[0] = t0 & 8191;
    this.r[1] = 8191 & (t0 >>> 13 | t1 << 3);
    this.r[2] = 7939 & (t1 >>> 10 | t2 << 6);
    this.r[3] = 8191 & (t2 >>> 7 | t3 << 9);
    this.r[4] = 255 & (t3 >>> 4 | t4 << 12);
    this.r[5] = t4 >>> 1 & 8190;
    this.r[6] = 8191 & (t4 >>> 14 | t5 << 2);
    this.r[7] = 8065 & (t5 >>> 11 | t6 << 5);
    this.r[8] = 8191 & (t6 >>> 8 | t7 << 8);
    this.r[9] = t7 >>> 5 & 127;
    for (let i = 0; i < 8; i++) this.pad[i] = u8to16(key, 16 + 2 * i);
  }
  process(data, offset, isLast = false) {
    const hibit = isLast ? 0 : 2048;
    const {h, r} = this;
    const r0 = r[0];
    const r1 = r[1];
    const r2 = r[2];
    const r3 = r[3];
    const r4 = r[4];
    const r5 = r[5];
    const r6 = r[6];
    const r7 = r[7];
    const r8 = r[8];
    const r9 = r[9];
    const t0 = u8to16(data, offset + 0);
    const t1 = u8to16(data, offset + 2);
    const t2 = u8to16(data, offset + 4);
    const t3 = u8to16(data, offset + 6);
    const t4 = u8to16(data, offset + 8);
    const t5 = u8to16(data, offset + 10);
    const t6 = u8to16(data, offset + 12);
    const t7 = u8to16(data, offset + 14);
    let h0 = h[0] + (t0 & 8191);
    let h1 = h[1] + (8191 & (t0 >>> 13 | t1 << 3));
    let h2 = h[2] + (8191 & (t1 >>> 10 | t2 << 6));
    let h3 = h[3] + (8191 & (t2 >>> 7 | t3 << 9));
    let h4 = h[4] + (8191 & (t3 >>> 4 | t4 << 12));
    let h5 = h[5] + (t4 >>> 1 & 8191);
    let h6 = h[6] + (8191 & (t4 >>> 14 | t5 << 2));
    let h7 = h[7] + (8191 & (t5 >>> 11 | t6 << 5));
    let h8 = h[8] + (8191 & (t6 >>> 8 | t7 << 8));
    let h9 = h[9] + (t7 >>> 5 | hibit);
    let c = 0;
    let d0 = c + h0 * r0 + h1 * (5 * r9) + h2 * (5 * r8) + h3 * (5 * r7) + h4 * (5 * r6);
    c = d0 >>> 13;
    d0 &= 8191;
    d0 += h5 * (5 * r5) + h6 * (5 * r4) + h7 * (5 * r3) + h8 * (5 * r2) + h9 * (5 * r1);
    c += d0 >>> 13;
    d0 &= 8191;
    let d1 = c + h0 * r1 + h1 * r0 + h2 * (5 * r9) + h3 * (5 * r8) + h4 * (5 * r7);
    c = d1 >>> 13;
    d1 &= 8191;
    d1 += h5 * (5 * r6) + h6 * (5 * r5) + h7 * (5 * r4) + h8 * (5 * r3) + h9 * (5 * r2);
    c += d1 >>> 13;
    d1 &= 8191;
    let d2 = c + h0 * r2 + h1 * r1 + h2 * r0 + h3 * (5 * r9) + h4 * (5 * r8);
    c = d2 >>> 13;
    d2 &= 8191;
    d2 += h5 * (5 * r7) + h6 * (5 * r6) + h7 * (5 * r5) + h8 * (5 * r4) + h9 * (5 * r3);
    c += d2 >>> 13;
    d2 &= 8191;
    let d3 = c + h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * (5 * r9);
    c = d3 >>> 13;
    d3 &= 8191;
    d3 += h5 * (5 * r8) + h6 * (5 * r7) + h7 * (5 * r6) + h8 * (5 * r5) + h9 * (5 * r4);
    c += d3 >>> 13;
    d3 &= 8191;
    let d4 = c + h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
    c = d4 >>> 13;
    d4 &= 8191;
    d4 += h5 * (5 * r9) + h6 * (5 * r8) + h7 * (5 * r7) + h8 * (5 * r6) + h9 * (5 * r5);
    c += d4 >>> 13;
    d4 &= 8191;
    let d5 = c + h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1;
    c = d5 >>> 13;
    d5 &= 8191;
    d5 += h5 * r0 + h6 * (5 * r9) + h7 * (5 * r8) + h8 * (5 * r7) + h9 * (5 * r6);
    c += d5 >>> 13;
    d5 &= 8191;
    let d6 = c + h0 * r6 + h1 * r5 + h2 * r4 + h3 * r3 + h4 * r2;
    c = d6 >>> 13;
    d6 &= 8191;
    d6 += h5 * r1 + h6 * r0 + h7 * (5 * r9) + h8 * (5 * r8) + h9 * (5 * r7);
    c += d6 >>> 13;
    d6 &= 8191;
    let d7 = c + h0 * r7 + h1 * r6 + h2 * r5 + h3 * r4 + h4 * r3;
    c = d7 >>> 13;
    d7 &= 8191;
    d7 += h5 * r2 + h6 * r1 + h7 * r0 + h8 * (5 * r9) + h9 * (5 * r8);
    c += d7 >>> 13;
    d7 &= 8191;
    let d8 = c + h0 * r8 + h1 * r7 + h2 * r6 + h3 * r5 + h4 * r4;
    c = d8 >>> 13;
    d8 &= 8191;
    d8 += h5 * r3 + h6 * r2 + h7 * r1 + h8 * r0 + h9 * (5 * r9);
    c += d8 >>> 13;
    d8 &= 8191;
    let d9 = c + h0 * r9 + h1 * r8 + h2 * r7 + h3 * r6 + h4 * r5;
    c = d9 >>> 13;
    d9 &= 8191;
    d9 += h5 * r4 + h6 * r3 + h7 * r2 + h8 * r1 + h9 * r0;
    c += d9 >>> 13;
    d9 &= 8191;
    c = (c << 2) + c | 0;
    c = c + d0 | 0;
    d0 = c & 8191;
    c >>>= 13;
    d1 += c;
    h[0] = d0;
    h[1] = d1;
    h[2] = d2;
    h[3] = d3;
    h[4] = d4;
    h[5] = d5;
    h[6] = d6;
    h[7] = d7;
    h[8] = d8;
    h[9] = d9;
  }
  finalize() {
    const {h, pad} = this;
    const g = new Uint16Array(10);
    let c = h[1] >>> 13;
    h[1] &= 8191;
    for (let i = 2; i < 10; i++) {
      h[i] += c;
      c = h[i] >>> 13;
      h[i] &= 8191;
    }
    h[0] += c * 5;
    c = h[0] >>> 13;
    h[0] &= 8191;
    h[1] += c;
    c = h[1] >>> 13;
    h[1] &= 8191;
    h[2] += c;
    g[0] = h[0] + 5;
    c = g[0] >>> 13;
    g[0] &= 8191;
    for (let i = 1; i < 10; i++) {
      g[i] = h[i] + c;
      c = g[i] >>> 13;
      g[i] &= 8191;
    }
    g[9] -= 8192;
    let mask = (c ^ 1) - 1;
    for (let i = 0; i < 10; i++) g[i] &= mask;
    mask = ~mask;
    for (let i = 0; i < 10; i++) h[i] = h[i] & mask | g[i];
    h[0] = 65535 & (h[0] | h[1] << 13);
    h[1] = 65535 & (h[1] >>> 3 | h[2] << 10);
    h[2] = 65535 & (h[2] >>> 6 | h[3] << 7);
    h[3] = 65535 & (h[3] >>> 9 | h[4] << 4);
    h[4] = 65535 & (h[4] >>> 12 | h[5] << 1 | h[6] << 14);
    h[5] = 65535 & (h[6] >>> 2 | h[7] << 11);
    h[6] = 65535 & (h[7] >>> 5 | h[8] << 8);
    h[7] = 65535 & (h[8] >>> 8 | h[9] << 5);
    let f = h[0] + pad[0];
    h[0] = f & 65535;
    for (let i = 1; i < 8; i++) {
      f = (h[i] + pad[i] | 0) + (f >>> 16) | 0;
      h[i] = f & 65535;
    }
    clean(g);
  }
  update(data) {
    utils_aexists(this);
    utils_abytes(data);
    data = copyBytes(data);
    const {buffer, blockLen} = this;
    const len = data.length;
    for (let pos = 0; pos < len; ) {
      const take = Math.min(blockLen - this.pos, len - pos);
      if (take === blockLen) {
        for (;blockLen <= len - pos; pos += blockLen) this.process(data, pos);
        continue;
      }
      buffer.set(data.subarray(pos, pos + take), this.pos);
      this.pos += take;
      pos += take;
      if (this.pos === blockLen) {
        this.process(buffer, 0, false);
        this.pos = 0;
      }
    }
    return this;
  }
  destroy() {
    this.destroyed = true;
    clean(this.h, this.r, this.buffer, this.pad);
  }
  digestInto(out) {
    utils_aexists(this);
    utils_aoutput(out, this);
    this.finished = true;
    const {buffer, h} = this;
    let {pos} = this;
    if (pos) {
      buffer[pos++] = 1;
      for (;pos < 16; pos++) buffer[pos] = 0;
      this.process(buffer, 0, true);
    }
    this.finalize();
    let opos = 0;
    for (let i = 0; i < 8; i++) {
      out[opos++] = h[i] >>> 0;
      out[opos++] = h[i] >>> 8;
    }
  }
  digest() {
    const {buffer, outputLen} = this;
    this.digestInto(buffer);
    const res = buffer.slice(0, outputLen);
    this.destroy();
    return res;
  }
}

const poly1305 = wrapMacConstructor(32, key => new Poly1305(key));

function salsaCore(s, k, n, out, cnt, rounds = 20, cntHi = 0) {
  let y00 = s[0], y01 = k[0], y02 = k[1], y03 = k[2], y04 = k[3], y05 = s[1], y06 = n[0], y07 = n[1], y08 = cnt, y09 = cntHi, y10 = s[2], y11 = k[4], y12 = k[5], y13 = k[6], y14 = k[7], y15 = s[3];
  let x00 = y00, x01 = y01, x02 = y02, x03 = y03, x04 = y04, x05 = y05, x06 = y06, x07 = y07, x08 = y08, x09 = y09, x10 = y10, x11 = y11, x12 = y12, x13 = y13, x14 = y14, x15 = y15;
  for (let r = 0; r < rounds; r += 2) {
    x04 ^= rotl(x00 + x12 | 0, 7);
    x08 ^= rotl(x04 + x00 | 0, 9);
    x12 ^= rotl(x08 + x04 | 0, 13);
    x00 ^= rotl(x12 + x08 | 0, 18);
    x09 ^= rotl(x05 + x01 | 0, 7);
    x13 ^= rotl(x09 + x05 | 0, 9);
    x01 ^= rotl(x13 + x09 | 0, 13);
    x05 ^= rotl(x01 + x13 | 0, 18);
    x14 ^= rotl(x10 + x06 | 0, 7);
    x02 ^= rotl(x14 + x10 | 0, 9);
    x06 ^= rotl(x02 + x14 | 0, 13);
    x10 ^= rotl(x06 + x02 | 0, 18);
    x03 ^= rotl(x15 + x11 | 0, 7);
    x07 ^= rotl(x03 + x15 | 0, 9);
    x11 ^= rotl(x07 + x03 | 0, 13);
    x15 ^= rotl(x11 + x07 | 0, 18);
    x01 ^= rotl(x00 + x03 | 0, 7);
    x02 ^= rotl(x01 + x00 | 0, 9);
    x03 ^= rotl(x02 + x01 | 0, 13);
    x00 ^= rotl(x03 + x02 | 0, 18);
    x06 ^= rotl(x05 + x04 | 0, 7);
    x07 ^= rotl(x06 + x05 | 0, 9);
    x04 ^= rotl(x07 + x06 | 0, 13);
    x05 ^= rotl(x04 + x07 | 0, 18);
    x11 ^= rotl(x10 + x09 | 0, 7);
    x08 ^= rotl(x11 + x10 | 0, 9);
    x09 ^= rotl(x08 + x11 | 0, 13);
    x10 ^= rotl(x09 + x08 | 0, 18);
    x12 ^= rotl(x15 + x14 | 0, 7);
    x13 ^= rotl(x12 + x15 | 0, 9);
    x14 ^= rotl(x13 + x12 | 0, 13);
    x15 ^= rotl(x14 + x13 | 0, 18);
  }
  let oi = 0;
  out[oi++] = y00 + x00 | 0;
  out[oi++] = y01 + x01 | 0;
  out[oi++] = y02 + x02 | 0;
  out[oi++] = y03 + x03 | 0;
  out[oi++] = y04 + x04 | 0;
  out[oi++] = y05 + x05 | 0;
  out[oi++] = y06 + x06 | 0;
  out[oi++] = y07 + x07 | 0;
  out[oi++] = y08 + x08 | 0;
  out[oi++] = y09 + x09 | 0;
  out[oi++] = y10 + x10 | 0;
  out[oi++] = y11 + x11 | 0;
  out[oi++] = y12 + x12 | 0;
  out[oi++] = y13 + x13 | 0;
  out[oi++] = y14 + x14 | 0;
  out[oi++] = y15 + x15 | 0;
}

function hsalsa(s, k, i, out) {
  const s2 = isLE ? s : swap32IfBE(s.slice(0, 4));
  const k2 = isLE ? k : swap32IfBE(k.slice(0, 8));
  const i2 = isLE ? i : swap32IfBE(i.slice(0, 4));
  const t = new Uint32Array(16);
  salsaCore(s2, k2, i2.subarray(0, 2), t, i2[2], 20, i2[3]);
  let oi = 0;
  out[oi++] = t[0] - s2[0] | 0;
  out[oi++] = t[5] - s2[1] | 0;
  out[oi++] = t[10] - s2[2] | 0;
  out[oi++] = t[15] - s2[3] | 0;
  out[oi++] = t[6] - i2[0] | 0;
  out[oi++] = t[7] - i2[1] | 0;
  out[oi++] = t[8] - i2[2] | 0;
  out[oi++] = t[9] - i2[3] | 0;
  swap32IfBE(out);
  if (!isLE) clean(s2, k2, i2);
  clean(t);
}

const xsalsa20 = createCipher(salsaCore, {
  counterRight: true,
  extendNonceFn: hsalsa
});

const xsalsa20poly1305 = wrapCipher({
  blockSize: 64,
  nonceLength: 24,
  tagLength: 16
}, (key, nonce) => ({
  encrypt(plaintext, output) {
    output = getOutput(plaintext.length + 32, output, false);
    const authKey = output.subarray(0, 32);
    const ciphPlaintext = output.subarray(32);
    output.set(plaintext, 32);
    clean(authKey);
    xsalsa20(key, nonce, output, output);
    const tag = poly1305(ciphPlaintext, authKey);
    output.set(tag, 16);
    clean(output.subarray(0, 16), tag);
    return output.subarray(16);
  },
  decrypt(ciphertext, output) {
    utils_abytes(ciphertext, void 0, "data");
    output = getOutput(ciphertext.length + 32, output, false);
    const tmp = output.subarray(0, 32);
    const passedTag = output.subarray(32, 48);
    const ciphPlaintext = output.subarray(48);
    output.set(ciphertext, 32);
    clean(tmp);
    const authKey = xsalsa20(key, nonce, tmp, tmp);
    const tag = poly1305(ciphPlaintext, authKey);
    if (!equalBytes(passedTag, tag)) {
      clean(output);
      throw new Error("invalid tag");
    }
    xsalsa20(key, nonce, output.subarray(16), output.subarray(16));
    clean(tmp, passedTag, tag);
    return ciphPlaintext;
  }
}));

function utils_isBytes(a) {
  return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}

const utils_atitle = title => title ? `"${title}" ` : "";

function hashes_utils_anumber(n, title = "") {
  if (typeof n !== "number") throw new TypeError(utils_atitle(title) + "expected number, got " + typeof n);
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(utils_atitle(title) + "expected integer >= 0, got " + n);
  return n;
}

function hashes_utils_abytes(value, length, title = "") {
  if (utils_isBytes(value) && (length === void 0 || value.length === length)) return value;
  if (length !== void 0) hashes_utils_anumber(length, "length");
  const bytes = utils_isBytes(value);
  const ofLen = length !== void 0 ? ` of length ${length}` : "";
  const got = bytes ? `length=${value.length}` : "type=" + typeof value;
  const message = utils_atitle(title) + "expected Uint8Array" + ofLen + ", got " + got;
  if (!bytes) throw new TypeError(message);
  throw new RangeError(message);
}

function utils_copyBytes(bytes) {
  return Uint8Array.from(hashes_utils_abytes(bytes));
}

const utils_aobject = (value, label) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new TypeError((label === "object" ? "" : `"${label}" `) + "expected object, got type=" + typeof value);
};

const aopts = (value, label) => {
  utils_aobject(value, label);
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) throw new TypeError(`"${label}" expected plain object`);
  if (Object.hasOwn(value, "__proto__")) throw new TypeError(`"${label}.__proto__" is not allowed`);
};

function hashes_utils_aexists(instance, checkFinished = true) {
  if (instance.destroyed) throw new Error("hash was destroyed");
  if (checkFinished && instance.finished) throw new Error("digest() was already called");
}

function hashes_utils_aoutput(out, instance) {
  hashes_utils_abytes(out, void 0, "output");
  const min = instance.outputLen;
  if (!(out.length >= min)) throw new RangeError('"output" expected length >= ' + min);
}

function utils_u32(arr) {
  return new Uint32Array(arr.buffer, arr.byteOffset, Math.floor(arr.byteLength / 4));
}

function utils_clean(...arrays) {
  for (let i = 0; i < arrays.length; i++) arrays[i].fill(0);
}

const utils_isLE = (() => new Uint8Array(new Uint32Array([ 287454020 ]).buffer)[0] === 68)();

function utils_byteSwap(word) {
  return word << 24 & 4278190080 | word << 8 & 16711680 | word >>> 8 & 65280 | word >>> 24 & 255;
}

const utils_swap8IfBE = utils_isLE ? n => n : n => utils_byteSwap(n) >>> 0;

function utils_byteSwap32(arr) {
  for (let i = 0; i < arr.length; i++) arr[i] = utils_byteSwap(arr[i]);
  return arr;
}

const utils_swap32IfBE = utils_isLE ? u => u : utils_byteSwap32;

function utils_checkOpts(defaults, opts, title = "opts") {
  aopts(defaults, "defaults");
  if (opts !== void 0) aopts(opts, title);
  const merged = Object.assign(Object.create(null), defaults, opts);
  return merged;
}

function utils_createHasher(hashCons, info = {}) {
  if (typeof hashCons !== "function") throw new TypeError('"hashCons" expected function, got type=' + typeof hashCons);
  info = utils_checkOpts({}, info, "info");
  const hashC = (msg, opts) => hashCons(opts).update(msg).digest();
  const tmp = hashCons(void 0);
  hashC.outputLen = tmp.outputLen;
  hashC.blockLen = tmp.blockLen;
  hashC.canXOF = tmp.canXOF;
  hashC.create = opts => hashCons(opts);
  Object.assign(hashC, info);
  return Object.freeze(hashC);
}

const BSIGMA = Uint8Array.from([ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9, 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10, 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 ]);

const fromNumH = n => n / 2 ** 32 | 0;

const fromNumL = n => n >>> 0;

const rotrSH = (h, l, s) => h >>> s | l << 32 - s;

const rotrSL = (h, l, s) => h << 32 - s | l >>> s;

const rotrBH = (h, l, s) => h << 64 - s | l >>> s - 32;

const rotrBL = (h, l, s) => h >>> s - 32 | l << 64 - s;

const rotr32H = (_h, l) => l;

const rotr32L = (h, _l) => h;

function add(Ah, Al, Bh, Bl) {
  const l = (Al >>> 0) + (Bl >>> 0);
  return {
    h: Ah + Bh + (l / 2 ** 32 | 0) | 0,
    l: l | 0
  };
}

const add3L = (Al, Bl, Cl) => (Al >>> 0) + (Bl >>> 0) + (Cl >>> 0);

const add3H = (low, Ah, Bh, Ch) => Ah + Bh + Ch + (low / 2 ** 32 | 0) | 0;

const B2B_IV = Uint32Array.from([ 4089235720, 1779033703, 2227873595, 3144134277, 4271175723, 1013904242, 1595750129, 2773480762, 2917565137, 1359893119, 725511199, 2600822924, 4215389547, 528734635, 327033209, 1541459225 ]);

const BBUF = new Uint32Array(32);

function G1b(a, b, c, d, msg, x) {
  const Xl = msg[x], Xh = msg[x + 1];
  let Al = BBUF[2 * a], Ah = BBUF[2 * a + 1];
  let Bl = BBUF[2 * b], Bh = BBUF[2 * b + 1];
  let Cl = BBUF[2 * c], Ch = BBUF[2 * c + 1];
  let Dl = BBUF[2 * d], Dh = BBUF[2 * d + 1];
  const ll = add3L(Al, Bl, Xl);
  Ah = add3H(ll, Ah, Bh, Xh);
  Al = ll | 0;
  let xh = Dh ^ Ah, xl = Dl ^ Al;
  Dh = rotr32H(xh, xl);
  Dl = rotr32L(xh, xl);
  ({h: Ch, l: Cl} = add(Ch, Cl, Dh, Dl));
  xh = Bh ^ Ch;
  xl = Bl ^ Cl;
  Bh = rotrSH(xh, xl, 24);
  Bl = rotrSL(xh, xl, 24);
  BBUF[2 * a] = Al;
  BBUF[2 * a + 1] = Ah;
  BBUF[2 * b] = Bl;
  BBUF[2 * b + 1] = Bh;
  BBUF[2 * c] = Cl;
  BBUF[2 * c + 1] = Ch;
  BBUF[2 * d] = Dl;
  BBUF[2 * d + 1] = Dh;
}

function G2b(a, b, c, d, msg, x) {
  const Xl = msg[x], Xh = msg[x + 1];
  let Al = BBUF[2 * a], Ah = BBUF[2 * a + 1];
  let Bl = BBUF[2 * b], Bh = BBUF[2 * b + 1];
  let Cl = BBUF[2 * c], Ch = BBUF[2 * c + 1];
  let Dl = BBUF[2 * d], Dh = BBUF[2 * d + 1];
  const ll = add3L(Al, Bl, Xl);
  Ah = add3H(ll, Ah, Bh, Xh);
  Al = ll | 0;
  let xh = Dh ^ Ah, xl = Dl ^ Al;
  Dh = rotrSH(xh, xl, 16);
  Dl = rotrSL(xh, xl, 16);
  ({h: Ch, l: Cl} = add(Ch, Cl, Dh, Dl));
  xh = Bh ^ Ch;
  xl = Bl ^ Cl;
  Bh = rotrBH(xh, xl, 63);
  Bl = rotrBL(xh, xl, 63);
  BBUF[2 * a] = Al;
  BBUF[2 * a + 1] = Ah;
  BBUF[2 * b] = Bl;
  BBUF[2 * b + 1] = Bh;
  BBUF[2 * c] = Cl;
  BBUF[2 * c + 1] = Ch;
  BBUF[2 * d] = Dl;
  BBUF[2 * d + 1] = Dh;
}

function checkBlake2Opts(outputLen, opts = {}, keyLen, saltLen, persLen) {
  hashes_utils_anumber(keyLen);
  if (outputLen <= 0 || outputLen > keyLen) throw new Error('"dkLen" must be 1..' + keyLen + ", got " + outputLen);
  const {key, salt, personalization} = opts;
  if (key !== void 0 && (key.length < 1 || key.length > keyLen)) throw new Error('"key" expected to be undefined or of length=1..' + keyLen);
  if (salt !== void 0) hashes_utils_abytes(salt, saltLen, "salt");
  if (personalization !== void 0) hashes_utils_abytes(personalization, persLen, "personalization");
}

class _BLAKE2 {
  buffer;
  buffer32;
  finished=false;
  destroyed=false;
  length=0;
  pos=0;
  blockLen;
  outputLen;
  canXOF=false;
  constructor(blockLen, outputLen) {
    hashes_utils_anumber(blockLen);
    hashes_utils_anumber(outputLen);
    this.blockLen = blockLen;
    this.outputLen = outputLen;
    this.buffer = new Uint8Array(blockLen);
    this.buffer32 = utils_u32(this.buffer);
  }
  update(data) {
    hashes_utils_aexists(this);
    hashes_utils_abytes(data);
    const {blockLen, buffer, buffer32} = this;
    const len = data.length;
    const offset = data.byteOffset;
    const buf = data.buffer;
    for (let pos = 0; pos < len; ) {
      if (this.pos === blockLen) {
        utils_swap32IfBE(buffer32);
        this.compress(buffer32, 0, false);
        utils_swap32IfBE(buffer32);
        this.pos = 0;
      }
      const take = Math.min(blockLen - this.pos, len - pos);
      const dataOffset = offset + pos;
      if (take === blockLen && !(dataOffset % 4) && pos + take < len) {
        const data32 = new Uint32Array(buf, dataOffset, Math.floor((len - pos) / 4));
        utils_swap32IfBE(data32);
        for (let pos32 = 0; pos + blockLen < len; pos32 += buffer32.length, pos += blockLen) {
          this.length += blockLen;
          this.compress(data32, pos32, false);
        }
        utils_swap32IfBE(data32);
        continue;
      }
      buffer.set(pos === 0 && take === len ? data : data.subarray(pos, pos + take), this.pos);
      this.pos += take;
      this.length += take;
      pos += take;
    }
    return this;
  }
  digestInto(out) {
    hashes_utils_aexists(this);
    hashes_utils_aoutput(out, this);
    if (out.byteOffset & 3) throw new RangeError('"output" expected 4-byte aligned byteOffset, got ' + out.byteOffset);
    const {pos, buffer32} = this;
    this.finished = true;
    this.buffer.fill(0, pos);
    utils_swap32IfBE(buffer32);
    this.compress(buffer32, 0, true);
    utils_swap32IfBE(buffer32);
    const state = this.get();
    const out32 = out === this.buffer ? buffer32 : utils_u32(out);
    const full = Math.floor(this.outputLen / 4);
    for (let i = 0; i < full; i++) out32[i] = utils_swap8IfBE(state[i]);
    const tail = this.outputLen % 4;
    if (!tail) return;
    const off = full * 4;
    const word = state[full];
    for (let i = 0; i < tail; i++) out[off + i] = word >>> 8 * i;
  }
  digest() {
    const {buffer, outputLen} = this;
    this.digestInto(buffer);
    const res = buffer.slice(0, outputLen);
    this.destroy();
    return res;
  }
  _cloneInto(to) {
    const {buffer, length, finished, destroyed, outputLen, pos} = this;
    to ||= new this.constructor({
      dkLen: outputLen
    });
    to.set(...this.get());
    to.buffer.set(buffer);
    to.destroyed = destroyed;
    to.finished = finished;
    to.length = length;
    to.pos = pos;
    to.outputLen = outputLen;
    return to;
  }
  clone() {
    return this._cloneInto();
  }
}

class _BLAKE2b extends _BLAKE2 {
  v0l=B2B_IV[0] | 0;
  v0h=B2B_IV[1] | 0;
  v1l=B2B_IV[2] | 0;
  v1h=B2B_IV[3] | 0;
  v2l=B2B_IV[4] | 0;
  v2h=B2B_IV[5] | 0;
  v3l=B2B_IV[6] | 0;
  v3h=B2B_IV[7] | 0;
  v4l=B2B_IV[8] | 0;
  v4h=B2B_IV[9] | 0;
  v5l=B2B_IV[10] | 0;
  v5h=B2B_IV[11] | 0;
  v6l=B2B_IV[12] | 0;
  v6h=B2B_IV[13] | 0;
  v7l=B2B_IV[14] | 0;
  v7h=B2B_IV[15] | 0;
  constructor(opts = {}) {
    opts = utils_checkOpts({}, opts);
    const olen = opts.dkLen === void 0 ? 64 : opts.dkLen;
    super(128, olen);
    checkBlake2Opts(olen, opts, 64, 16, 16);
    let {key, personalization, salt} = opts;
    let keyLength = 0;
    if (key !== void 0) {
      hashes_utils_abytes(key, void 0, "key");
      keyLength = key.length;
    }
    this.v0l ^= this.outputLen | keyLength << 8 | 65536 | 1 << 24;
    if (salt !== void 0) {
      hashes_utils_abytes(salt, void 0, "salt");
      const slt = utils_u32(utils_copyBytes(salt));
      this.v4l ^= utils_swap8IfBE(slt[0]);
      this.v4h ^= utils_swap8IfBE(slt[1]);
      this.v5l ^= utils_swap8IfBE(slt[2]);
      this.v5h ^= utils_swap8IfBE(slt[3]);
    }
    if (personalization !== void 0) {
      hashes_utils_abytes(personalization, void 0, "personalization");
      const pers = utils_u32(utils_copyBytes(personalization));
      this.v6l ^= utils_swap8IfBE(pers[0]);
      this.v6h ^= utils_swap8IfBE(pers[1]);
      this.v7l ^= utils_swap8IfBE(pers[2]);
      this.v7h ^= utils_swap8IfBE(pers[3]);
    }
    if (key !== void 0) {
      const tmp = new Uint8Array(this.blockLen);
      tmp.set(key);
      this.update(tmp);
      utils_clean(tmp);
    }
  }
  get() {
    let {v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h} = this;
    return [ v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h ];
  }
  set(v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h) {
    this.v0l = v0l | 0;
    this.v0h = v0h | 0;
    this.v1l = v1l | 0;
    this.v1h = v1h | 0;
    this.v2l = v2l | 0;
    this.v2h = v2h | 0;
    this.v3l = v3l | 0;
    this.v3h = v3h | 0;
    this.v4l = v4l | 0;
    this.v4h = v4h | 0;
    this.v5l = v5l | 0;
    this.v5h = v5h | 0;
    this.v6l = v6l | 0;
    this.v6h = v6h | 0;
    this.v7l = v7l | 0;
    this.v7h = v7h | 0;
  }
  compress(msg, offset, isLast) {
    const {v0l, v0h, v1l, v1h, v2l, v2h, v3l, v3h, v4l, v4h, v5l, v5h, v6l, v6h, v7l, v7h} = this;
    BBUF[0] = v0l;
    BBUF[1] = v0h;
    BBUF[2] = v1l;
    BBUF[3] = v1h;
    BBUF[4] = v2l;
    BBUF[5] = v2h;
    BBUF[6] = v3l;
    BBUF[7] = v3h;
    BBUF[8] = v4l;
    BBUF[9] = v4h;
    BBUF[10] = v5l;
    BBUF[11] = v5h;
    BBUF[12] = v6l;
    BBUF[13] = v6h;
    BBUF[14] = v7l;
    BBUF[15] = v7h;
    BBUF.set(B2B_IV, 16);
    const l = fromNumL(this.length);
    const h = fromNumH(this.length);
    BBUF[24] = B2B_IV[8] ^ l;
    BBUF[25] = B2B_IV[9] ^ h;
    if (isLast) {
      BBUF[28] = ~BBUF[28];
      BBUF[29] = ~BBUF[29];
    }
    let j = 0;
    const s = BSIGMA;
    for (let i = 0; i < 12; i++) {
      G1b(0, 4, 8, 12, msg, offset + 2 * s[j++]);
      G2b(0, 4, 8, 12, msg, offset + 2 * s[j++]);
      G1b(1, 5, 9, 13, msg, offset + 2 * s[j++]);
      G2b(1, 5, 9, 13, msg, offset + 2 * s[j++]);
      G1b(2, 6, 10, 14, msg, offset + 2 * s[j++]);
      G2b(2, 6, 10, 14, msg, offset + 2 * s[j++]);
      G1b(3, 7, 11, 15, msg, offset + 2 * s[j++]);
      G2b(3, 7, 11, 15, msg, offset + 2 * s[j++]);
      G1b(0, 5, 10, 15, msg, offset + 2 * s[j++]);
      G2b(0, 5, 10, 15, msg, offset + 2 * s[j++]);
      G1b(1, 6, 11, 12, msg, offset + 2 * s[j++]);
      G2b(1, 6, 11, 12, msg, offset + 2 * s[j++]);
      G1b(2, 7, 8, 13, msg, offset + 2 * s[j++]);
      G2b(2, 7, 8, 13, msg, offset + 2 * s[j++]);
      G1b(3, 4, 9, 14, msg, offset + 2 * s[j++]);
      G2b(3, 4, 9, 14, msg, offset + 2 * s[j++]);
    }
    this.v0l ^= BBUF[0] ^ BBUF[16];
    this.v0h ^= BBUF[1] ^ BBUF[17];
    this.v1l ^= BBUF[2] ^ BBUF[18];
    this.v1h ^= BBUF[3] ^ BBUF[19];
    this.v2l ^= BBUF[4] ^ BBUF[20];
    this.v2h ^= BBUF[5] ^ BBUF[21];
    this.v3l ^= BBUF[6] ^ BBUF[22];
    this.v3h ^= BBUF[7] ^ BBUF[23];
    this.v4l ^= BBUF[8] ^ BBUF[24];
    this.v4h ^= BBUF[9] ^ BBUF[25];
    this.v5l ^= BBUF[10] ^ BBUF[26];
    this.v5h ^= BBUF[11] ^ BBUF[27];
    this.v6l ^= BBUF[12] ^ BBUF[28];
    this.v6h ^= BBUF[13] ^ BBUF[29];
    this.v7l ^= BBUF[14] ^ BBUF[30];
    this.v7h ^= BBUF[15] ^ BBUF[31];
    utils_clean(BBUF);
  }
  destroy() {
    this.destroyed = true;
    utils_clean(this.buffer32);
    this.set(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }
}

const blake2b = utils_createHasher(opts => new _BLAKE2b(opts));

const KEY_BYTES = 32;

const NONCE_BYTES = 24;

const DER_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

const SIGMA = Buffer.from("expand 32-byte k");

function seal(value, publicKey) {
  if (publicKey.length !== KEY_BYTES) throw new Error(`a key of ${publicKey.length} bytes`);
  const ours = (0, external_node_crypto_namespaceObject.generateKeyPairSync)("x25519");
  const theirs = (0, external_node_crypto_namespaceObject.createPublicKey)({
    key: Buffer.concat([ DER_PREFIX, publicKey ]),
    format: "der",
    type: "spki"
  });
  const ourPublic = ours.publicKey.export({
    format: "der",
    type: "spki"
  }).subarray(DER_PREFIX.length);
  const nonce = blake2b(Buffer.concat([ ourPublic, publicKey ]), {
    dkLen: NONCE_BYTES
  });
  const shared = (0, external_node_crypto_namespaceObject.diffieHellman)({
    privateKey: ours.privateKey,
    publicKey: theirs
  });
  const box = xsalsa20poly1305(boxKey(shared), nonce).encrypt(Buffer.from(value, "utf8"));
  return Buffer.concat([ ourPublic, box ]);
}

function boxKey(shared) {
  const key = new Uint32Array(KEY_BYTES / 4);
  hsalsa(words(SIGMA), words(shared), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

function words(bytes) {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}

const github_MAX_PAGES = 100;

class GithubStore {
  place;
  host;
  #name;
  #secrets;
  #client;
  #words;
  #where;
  #clock;
  #before;
  #answeredMs;
  #access={};
  constructor(connection, basePath, place, name) {
    const {secrets, right} = githubPaths[place.kind];
    const {kind: _, ...names} = place;
    this.place = githubPhrase(place, name);
    this.host = connection.origin.host;
    this.#clock = connection.clock;
    this.#name = name;
    this.#where = place;
    this.#words = {
      product: "GitHub",
      place: this.place,
      rights: right,
      notFound: `Check the name of ${this.place}, and that the token in OUTPOST_STORE_TOKEN can see it. ${right}`
    };
    const owner = {
      ...names,
      secret: name
    };
    this.#client = createStoreClient(connection, basePath, owner, this.#words, GITHUB_HEADERS);
    this.#secrets = secrets;
    if (place.kind === "organization") this.#access = {
      visibility: "private"
    };
  }
  async read() {
    const {must, send} = this.#client;
    const attempted = `Looking at ${this.place}`;
    if (this.#where.kind !== "organization") {
      const isArchived = await must(send("GET", "/repos/{owner}/{repository}", {
        parse: parseArchived
      }), attempted);
      if (isArchived) throw archived(attempted, this.place);
    }
    const reply = await this.#look();
    const before = await must(reply, attempted);
    this.#before = before;
    this.#access = this.#where.kind === "organization" ? await this.#readAccess(before, attempted) : {};
    return {
      writtenMs: writtenMsOf(reply, before, this.#clock),
      value: void 0,
      named: void 0,
      advice: [],
      twins: await readGithubTwins(this.#client, this.#where, this.#name)
    };
  }
  async probe() {
    const {must, send, mustBeGone} = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    const nobody = this.#where.kind === "organization" ? {
      visibility: "selected",
      selected_repository_ids: []
    } : {};
    const {reply} = await this.#put(PROBE_NAME, PROBE_VALUE, nobody);
    await must(reply, attempted);
    const removed = await send("DELETE", `${this.#secrets}/{secret}`, {
      variables: {
        secret: PROBE_NAME
      },
      parse: ignoreBody
    });
    await mustBeGone(removed, attempted);
  }
  async doubt() {
    const now = await this.#look();
    if (now.kind !== "value") return `it couldn't be read: ${describeReply(now, "GitHub")}`;
    if (now.value.updated_at !== this.#before?.updated_at) return;
    const isOfThatSecond = this.#answeredMs !== void 0 && Date.parse(now.value.updated_at) >= this.#answeredMs - 1e3;
    return isOfThatSecond ? void 0 : `GitHub accepted the new value, but still shows ${now.value.updated_at} as the time of the last change`;
  }
  async name(text) {
    const {variables: path} = githubPaths[this.#where.kind];
    if (path === void 0) return "none";
    const name = nameVariableOf(this.#name);
    const {send} = this.#client;
    const body = JSON.stringify({
      name,
      value: text
    });
    const changed = await send("PATCH", `${path}/{variable}`, {
      variables: {
        variable: name
      },
      body,
      parse: ignoreBody
    });
    if (changed.kind === "value") return "written";
    if (!isGone(changed)) return {
      because: describeReply(changed, "GitHub")
    };
    const made = await send("POST", path, {
      body: JSON.stringify({
        ...this.#access,
        name,
        value: text
      }),
      parse: ignoreBody
    });
    return made.kind === "value" ? "written" : {
      because: describeReply(made, "GitHub")
    };
  }
  async write(value) {
    const first = await this.#put(this.#name, value.reveal(), this.#access);
    const isStale = first.reply.kind === "refused" && first.reply.status === 422;
    const {reply, mayBeDone} = isStale ? await this.#put(this.#name, value.reveal(), this.#access) : first;
    if (reply.kind === "value") {
      this.#answeredMs = reply.dateMs;
      return {
        kind: "written"
      };
    }
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    if (!mayBeDone && !first.mayBeDone) return {
      kind: "not-written",
      failure
    };
    return await this.#hasChanged() ? {
      kind: "written"
    } : {
      kind: "unknown",
      failure
    };
  }
  #look() {
    return this.#client.send("GET", `${this.#secrets}/{secret}`, {
      parse: parseGithubSecret
    });
  }
  async #put(secret, value, fields) {
    const key = await this.#client.send("GET", `${this.#secrets}/public-key`, {
      parse: parsePublicKey
    });
    if (key.kind !== "value") return {
      reply: key,
      mayBeDone: false
    };
    const sealed = Buffer.from(seal(value, key.value.key)).toString("base64");
    const body = JSON.stringify({
      ...fields,
      encrypted_value: sealed,
      key_id: key.value.id
    });
    const reply = await this.#client.send("PUT", `${this.#secrets}/{secret}`, {
      variables: {
        secret
      },
      body,
      parse: ignoreBody
    });
    return {
      reply,
      mayBeDone: reply.kind === "value" || !isUndone(reply)
    };
  }
  async #readAccess({visibility}, attempted) {
    if (visibility !== "selected") return {
      visibility: visibility ?? "private"
    };
    const {must, send} = this.#client;
    const ids = [];
    for (let page = 1; page <= github_MAX_PAGES; page += 1) {
      const query = `per_page=100&page=${page}`;
      const some = await must(send("GET", `${this.#secrets}/{secret}/repositories`, {
        query,
        parse: parseRepositoryIds
      }), attempted);
      ids.push(...some);
      if (some.length < 100) break;
    }
    return {
      visibility,
      selected_repository_ids: ids
    };
  }
  async #hasChanged() {
    const now = await this.#look();
    return now.kind === "value" && this.#before !== void 0 && now.value.updated_at !== this.#before.updated_at;
  }
}

function archived(attempted, place) {
  return new Failure({
    code: "store-refused",
    attempted,
    happened: `${place} belongs to an archived repository, which is read-only`,
    hint: "Unarchive it, or choose another one."
  });
}

const rights = {
  project: "The job's own CI_JOB_TOKEN can't write variables. Use a project access token with the scope `api` and the role Maintainer.",
  group: "The job's own CI_JOB_TOKEN can't write variables. Use a group access token with the scope `api` and the role Owner."
};

function isTaken(reply) {
  return reply.kind === "refused" && reply.status === 400 && /already been taken/i.test(reply.refusal.message ?? "");
}

function mayBeSame({value: one}, {value: other}) {
  return one === null || other === null || one.reveal() === other.reveal();
}

function scopeOf({environment_scope = "*"}) {
  return environment_scope;
}

function phraseOf({kind, id}, key, scope) {
  return `the variable ${key}${scope === "*" ? "" : ` (${scope})`} of the ${kind} ${id}`;
}

function refused(attempted, happened, hint) {
  return new Failure({
    code: "store-refused",
    attempted,
    happened,
    hint
  });
}

function adviceOn({masked, protected: isProtected}, place) {
  return [ ...masked === false ? [ `${place} is not masked: mask it in Settings > CI/CD > Variables.` ] : [], ...isProtected === false ? [ `${place} is not protected: any branch's job can read it.` ] : [] ];
}

const PROBES_OF_OTHERS = 10;

const gitlab_MAX_PAGES = 100;

class GitlabStore {
  place;
  host;
  #client;
  #words;
  #where;
  #key;
  #scope;
  #isThere=false;
  #hasName;
  #query;
  constructor(connection, basePath, place, key) {
    const {kind, id, environmentScope} = place;
    this.place = phraseOf(place, key, environmentScope);
    this.#where = place;
    this.#key = key;
    this.host = connection.origin.host;
    this.#scope = environmentScope;
    this.#query = `filter[environment_scope]=${encodeURIComponent(environmentScope)}`;
    this.#words = {
      product: "GitLab",
      place: this.place,
      rights: rights[kind],
      notFound: `Check the name of ${this.place}, and that the token in OUTPOST_STORE_TOKEN can see it. If the variable doesn't exist, create it yourself once, masked and protected.`
    };
    this.#client = createStoreClient(connection, `${basePath}/${kind}s/{holder}`, {
      holder: id,
      key
    }, this.#words);
  }
  async read() {
    const {must, send} = this.#client;
    const attempted = `Looking at ${this.place}`;
    if (await must(send("GET", "", {
      parse: parseArchived
    }), attempted)) throw refused(attempted, "the project is archived, so it is read-only", "Unarchive it, or choose another one.");
    const all = await this.#readAll(attempted);
    const named = all.filter(({key}) => key === this.#key);
    const variable = named.find(one => scopeOf(one) === this.#scope);
    if (variable === void 0) throw this.#notThere(attempted, named.map(scopeOf));
    if (variable.variable_type === "file") throw refused(attempted, `${this.place} has the type File, so jobs get a path instead of the token`, "Change its type to Variable.");
    const nameOf = scope => all.find(one => one.key === nameVariableOf(this.#key) && scopeOf(one) === scope);
    const beside = nameOf(this.#scope);
    this.#isThere = true;
    this.#hasName = beside !== void 0;
    return {
      writtenMs: void 0,
      value: variable.value ?? void 0,
      named: beside?.value?.reveal(),
      advice: adviceOn(variable, this.place),
      twins: named.filter(one => one !== variable && mayBeSame(one, variable)).map(one => ({
        place: phraseOf(this.#where, this.#key, scopeOf(one)),
        named: nameOf(scopeOf(one))?.value?.reveal()
      }))
    };
  }
  async #readAll(attempted) {
    const {must, send} = this.#client;
    const all = [];
    for (let page = 1; page <= gitlab_MAX_PAGES; page += 1) {
      const query = `per_page=100&page=${page}`;
      const some = await must(send("GET", "/variables", {
        query,
        parse: parseVariables
      }), attempted);
      all.push(...some);
      if (some.length < 100) break;
    }
    return all;
  }
  #notThere(attempted, scopes) {
    const others = scopes.map(scope => `\`${scope}\``).join(", ");
    return refused(attempted, "GitLab has no such variable", scopes.length > 0 ? `A variable of that name has the scope ${others}. Add that scope to the place (\`project:PATH@SCOPE\`), or set \`environment-scope\`. Every scope that holds the token must be among the places.` : this.#words.notFound);
  }
  async doubt(value) {
    const now = await this.#read();
    if (now.kind !== "value") return `it couldn't be read: ${describeReply(now, "GitLab")}`;
    const {value: held} = now.value;
    return held === null || held.reveal() === value.reveal() ? void 0 : "GitLab accepted the new value, but still shows another one";
  }
  async name(text) {
    const key = nameVariableOf(this.#key);
    const {send} = this.#client;
    const changed = this.#hasName === false ? void 0 : await send("PUT", "/variables/{key}", {
      variables: {
        key
      },
      query: this.#query,
      body: JSON.stringify({
        value: text
      }),
      parse: ignoreBody
    });
    const body = JSON.stringify({
      key,
      value: text,
      environment_scope: this.#scope,
      raw: true
    });
    const reply = changed === void 0 || isGone(changed) ? await send("POST", "/variables", {
      body,
      parse: ignoreBody
    }) : changed;
    if (reply.kind !== "value") return {
      because: describeReply(reply, "GitLab")
    };
    this.#hasName = true;
    return "written";
  }
  async write(value) {
    const changed = await this.#client.send("PUT", "/variables/{key}", {
      query: this.#query,
      body: JSON.stringify({
        value: value.reveal()
      }),
      parse: ignoreBody
    });
    const reply = isGone(changed) && !this.#isThere ? await this.#create(value) : changed;
    if (reply.kind === "value") return {
      kind: "written"
    };
    const failure = storeFailure(reply, `Storing the new token as ${this.place}`, this.#words);
    if (isUndone(reply)) return {
      kind: "not-written",
      failure
    };
    const now = await this.#read();
    return now.kind === "value" && now.value.value?.reveal() === value.reveal() ? {
      kind: "written"
    } : {
      kind: "unknown",
      failure
    };
  }
  #create(value) {
    const body = JSON.stringify({
      key: this.#key,
      value: value.reveal(),
      masked: true,
      protected: true,
      environment_scope: this.#scope
    });
    return this.#client.send("POST", "/variables", {
      body,
      parse: ignoreBody
    });
  }
  #read() {
    return this.#client.send("GET", "/variables/{key}", {
      query: this.#query,
      parse: parseVariable
    });
  }
  async probe() {
    const {must, mustBeGone, send} = this.#client;
    const attempted = `Checking whether ${this.place} can be written`;
    const body = JSON.stringify({
      key: PROBE_NAME,
      value: PROBE_VALUE,
      protected: true,
      environment_scope: this.#scope
    });
    const create = () => send("POST", "/variables", {
      body,
      parse: ignoreBody
    });
    const remove = async () => {
      const probe = {
        variables: {
          key: PROBE_NAME
        },
        query: this.#query,
        parse: ignoreBody
      };
      await mustBeGone(await send("DELETE", "/variables/{key}", probe), attempted);
    };
    let made = await create();
    for (let again = 0; again < PROBES_OF_OTHERS && isTaken(made); again += 1) {
      await remove();
      made = await create();
    }
    await must(made, attempted);
    await remove();
  }
}

function openStores(inputs, given, run) {
  const {connection, basePath} = connectStore(inputs.apiUrl, given, run);
  return inputs.places.map(place => open_store_storeAt(place, connection, basePath, inputs.secretName));
}

function connectStore(apiUrl, given, run) {
  const value = normalise(given.reveal());
  const problem = open_store_problemOf(value);
  if (problem !== void 0) throw new Failure({
    code: "config-invalid",
    attempted: "Reading the configuration",
    happened: `\`store-token\` ${problem}`,
    hint: "Set the variable OUTPOST_STORE_TOKEN, from its own secret, to a credential that can write the secret. docs/tokens.md lists the permissions that it needs."
  });
  const credential = new Secret(value);
  if (value !== given.reveal()) run.host.mask(credential);
  const connection = run.connect(new URL(apiUrl.origin), credential);
  return {
    connection,
    basePath: apiUrl.pathname.replace(/\/$/, "")
  };
}

function open_store_storeAt(place, connection, basePath, secret) {
  switch (place.store) {
   case "github":
    return new GithubStore(connection, basePath, place.at, secret);

   case "gitlab":
    return new GitlabStore(connection, basePath, place.at, secret);

   case "forgejo":
    return new ForgejoStore(connection, basePath, place.at, secret);
  }
}

function open_store_problemOf(value) {
  if (value === "") return "is missing: a credential that can write the secret";
  if (value.startsWith("op_pat_")) return "is an Outpost token, not one for the system that keeps the secret";
  return /^[\x21-\x7e]+$/.test(value) ? void 0 : "contains a space or a character that no token has";
}

async function retire(leftovers, stored, {expired, nowMs}, run) {
  const kept = leftovers.filter(({dueMs}) => dueMs > nowMs);
  for (const {name, dueMs} of kept) run.host.say(`"${name}" keeps working until ${formatMoment(dueMs)} for jobs that started with it. The first run after that revokes it.`);
  const revoked = [];
  const left = [];
  let cut;
  const due = leftovers.filter(({dueMs}) => dueMs <= nowMs);
  for (const {name} of due) {
    const outcome = await revokeOne(name, stored, run);
    if (outcome instanceof Failure) {
      cut = outcome;
      left.push({
        name,
        because: outcome.happened
      });
    } else if (outcome.kind === "gone") revoked.push(name); else left.push({
      name,
      because: outcome.because
    });
  }
  for (const {name} of cut === void 0 ? expired : []) {
    const outcome = await revokeOne(name, stored, run);
    if (!(outcome instanceof Failure) && outcome.kind === "gone") revoked.push(name); else run.host.say(`Couldn't remove the expired token "${name}" from the list.`);
  }
  return rotatedWith(stored, {
    revoked,
    kept: kept.map(({name, dueMs}) => ({
      name,
      untilMs: dueMs
    })),
    left: left.map(({name}) => name),
    failure: notRevoked(stored, left, cut)
  });
}

async function revokeOne(name, {tokens}, run) {
  try {
    return await revokeAndLook(name, run.tokens, tokens);
  } catch (thrown) {
    return failure_toFailure(thrown, "Revoking the old token");
  }
}

function notRevoked({name}, left, cut) {
  const [first] = left;
  if (first === void 0) return;
  const names = quotedNames(left.map(one => one.name));
  const attempted = `Revoking ${names}`;
  if (cut !== void 0) return new Failure({
    code: cut.code,
    attempted,
    happened: `the new token "${name}" is stored and works, but the old one may still be alive: ${cut.happened}`,
    hint: `Run the job again after two minutes: it revokes what is left. Or revoke ${names} yourself in ${assess_TOKEN_PAGE}.`,
    cause: cut
  });
  return new Failure({
    code: "token-not-revoked",
    attempted,
    happened: `the new token "${name}" is stored and works, but the old one could not be revoked: ${first.because}`,
    hint: `Revoke ${names} yourself in ${assess_TOKEN_PAGE}, or let it expire.`
  });
}

async function replaceToken(config, stores, run) {
  const {host} = run;
  const family = await readFamily(config.tokenName, run);
  const places = await readPlaces(stores, family, run);
  const held = heldBy(places.map(({holding}) => holding));
  sayFound(family, run);
  if (held !== void 0 && !isDue(held, config, family)) {
    refuseRival(family, held);
    if (config.dryRun) return checkedOnly(held);
    return await leaveAlone(held, config, family, places, run);
  }
  refuseRival(family);
  await probePlaces(places, run);
  if (config.dryRun) return checkedOnly(family.current);
  warnOfExcess(config, family, run);
  const scopes = config.scopes ?? family.current.scopes;
  const fresh = await issue_issue(family, scopes, config.expiresInDays, run);
  host.say(`Created "${fresh.name}".`);
  try {
    await refuseLateRival(family, fresh, run);
    requireScopes(await prove(fresh, "Trying the new token"), scopes);
  } catch (thrown) {
    throw await revokeNew(fresh.name, thrown, run, fresh.value);
  }
  await storeOrUndo(places, fresh, family, run);
  const old = family.members.map(({name}) => name);
  const failure = await tryStored(fresh, places, {
    dead: `Create a token in ${assess_TOKEN_PAGE} and store it yourself, or run the job again after two minutes with another token in OUTPOST_TOKEN: it stores a new one.`,
    unclear: `The new token worked a moment ago, and the old ones still work (${quotedNames(old)}). ${AGAIN}`
  });
  if (failure !== void 0) return rotatedWith(fresh, {
    left: old,
    failure
  });
  host.say("It works.");
  const doubts = await doubtsOf(places, fresh).catch(() => [ "the job was cancelled" ]);
  if (doubts.length > 0) return rotatedWith(fresh, {
    left: old,
    failure: notStored(fresh, doubts, run)
  });
  return await retire(leftovers(fresh.name, config, family, places), fresh, family, run);
}

const AGAIN = "Run the job again after two minutes: it stores a new token and revokes the older ones.";

function isDue(held, config, {nowMs}) {
  const {createdMs, scopes} = held;
  if (createdMs === void 0 || config.rotateAfterMs === 0) return true;
  if (nowMs - createdMs >= config.rotateAfterMs) return true;
  const wanted = config.scopes;
  return wanted !== void 0 && scopes !== void 0 && (wanted.some(one => !scopes.includes(one)) || scopes.some(one => !wanted.includes(one)));
}

async function leaveAlone(held, config, family, places, run) {
  const fromMs = (held.createdMs ?? family.nowMs) + config.rotateAfterMs;
  run.host.say(`"${held.name}" is stored and younger than \`rotate-after\`. It is due for rotation on ${formatMoment(fromMs)}.`);
  await nameAll(places, held.name, run);
  const stored = {
    name: held.name,
    expiresMs: held.expiresMs,
    tokens: run.tokens
  };
  const rotation = await retire(leftovers(held.name, config, family, places), stored, family, run);
  return {
    ...rotation,
    status: "unchanged"
  };
}

function leftovers(kept, {overlapMs}, {members, isWhole, nowMs}, places) {
  const holdings = places.map(({holding}) => holding);
  const due = retirements(members, kept, holdings, isWhole ? overlapMs : 0, nowMs);
  return due.map(({name, dueMs}) => ({
    name,
    dueMs
  }));
}

function sayFound({members, expired, current}, {host}) {
  const scopes = current.scopes === void 0 ? "not known" : current.scopes.join(", ");
  if (members.length > 0) host.say(`Found ${quotedNames(members.map(({name}) => name))}, with the scopes ${scopes}.`); else host.say(`Found ${quotedNames(expired.map(({name}) => name))}, expired, with the scopes ${scopes}.`);
}

const USUAL = new Set([ "service", "repo", "repo:read", "job" ]);

function warnOfExcess({scopes}, {current}, {host}) {
  const excess = (current.scopes ?? []).filter(scope => !USUAL.has(scope));
  if (scopes !== void 0 || excess.length === 0) return;
  host.warn({
    title: "The new Outpost token has more scopes than a deploy needs",
    message: `It gets ${listed(excess)}, like "${current.name}" before it. Set \`scopes\` to what the pipeline needs. If it does need these, include them there.`
  });
}

function checkedOnly({name, expiresMs}) {
  return {
    status: "checked",
    tokenName: name,
    expiresMs,
    revoked: [],
    kept: [],
    left: [],
    failure: void 0
  };
}

async function storeOrUndo(places, fresh, {base}, run) {
  const stored = await storeEverywhere(places, fresh, base, run);
  if (stored.kind === "none") throw await revokeNew(fresh.name, stored.failure, run, fresh.value);
  if (stored.kind === "unclear") throw uncertain(fresh, places, stored.failure, stored.because);
}

function uncertain({name}, places, cause, happened) {
  return new Failure({
    code: cause !== void 0 && isBrokenOff(cause) ? cause.code : "outcome-unknown",
    attempted: `Storing the new token "${name}" as ${rotate_phraseOf(places)}`,
    happened,
    hint: `The old token and the new one both work, so deploys keep working whichever is stored. ${AGAIN}`,
    cause
  });
}

function rotate_phraseOf(places) {
  return places.map(({store}) => store.place).join(" and ");
}

function notStored({name}, doubts, run) {
  if (run.signal.aborted && run.signal.reason instanceof Failure) return run.signal.reason;
  return new Failure({
    code: "outcome-unknown",
    attempted: `Checking again that "${name}" is stored`,
    happened: doubts.join("; "),
    hint: `Nothing was revoked, so deploys keep working whichever token is stored. ${AGAIN} If this happens again, check the secret yourself.`
  });
}

async function regenerateToken(config, stores, run) {
  const {host} = run;
  const family = await readFamily(config.tokenName, run);
  const {current} = family;
  const {name} = current;
  const places = await readPlaces(stores, family, run);
  await probePlaces(places, run);
  if (config.dryRun) return checkedOnly(current);
  host.warn({
    title: "The stored token stops working for a moment",
    message: `\`regenerate\` ends the old value of "${name}" at once. Jobs that start before the new value is stored fail with 401, and if this run is interrupted now, the stored token stays dead. \`strategy: replace\` has no such gap.`
  });
  run.signal.throwIfAborted();
  const fresh = await newValue(name, run);
  await keep(fresh, places, family.base, run);
  const failure = await tryStored(fresh, places, {
    dead: byHand(name),
    unclear: `Run a job that deploys with it. If that fails with token-rejected: ${byHand(name)}`
  });
  if (failure === void 0) host.say("It works.");
  return rotatedWith(fresh, {
    failure
  });
}

async function newValue(name, run) {
  const attempted = `Regenerating the token "${name}"`;
  const reply = await run.tokens.regenerate(name).catch(thrown => {
    throw run.signal.aborted ? lost(name, "the job was cancelled while Outpost was changing the value", failure_toFailure(thrown)) : thrown;
  });
  if (reply.kind !== "value") throw notRegenerated(reply, attempted, name);
  const {value, expiresMs} = reply.value;
  run.host.mask(value);
  return {
    name,
    value,
    expiresMs,
    tokens: run.tokensWith(value)
  };
}

async function keep(fresh, places, base, run) {
  const stored = await storeEverywhere(places, fresh, base, run);
  if (stored.kind === "all") return;
  const because = stored.kind === "none" ? stored.failure.happened : stored.because;
  throw lost(fresh.name, `the new value could not be stored: ${because}`, stored.failure);
}

function notRegenerated(reply, attempted, name) {
  const failure = failureOf(reply, {
    attempted,
    notFound: `This Outpost doesn't seem to have the request that regenerates a token, which its documentation doesn't describe. Regenerate it in ${assess_TOKEN_PAGE}, or set \`strategy: replace\`. ${UNCHANGED}`,
    undone: UNCHANGED
  });
  if (isUndone(reply)) return failure;
  return lost(name, `the token may have a new value: ${failure.happened}`, failure);
}

function lost(name, happened, cause) {
  return new Failure({
    code: "token-value-lost",
    attempted: `Regenerating the token "${name}"`,
    happened,
    hint: `The stored token may be dead. ${byHand(name)}`,
    cause
  });
}

function byHand(name) {
  return `Regenerate "${name}" in ${assess_TOKEN_PAGE} and store the value yourself.`;
}

function rulesFor(record, all, config, nowMs) {
  return [ ...neverExpires(record), ...holdsAll(record, config), ...unused(record, config, nowMs), ...rules_leftovers(record, all, config, nowMs) ];
}

function neverExpires({name, expiresMs}) {
  if (expiresMs !== null) return [];
  return [ {
    title: `The Outpost token "${name}" never expires`,
    message: `If it leaks, it works until somebody notices. Replace it with \`token rotate\`, which creates one that expires after 30 days, or create one with an expiry in ${assess_TOKEN_PAGE}.`
  } ];
}

function holdsAll({name, scopes}, {tokenName}) {
  if (tokenName !== void 0 || scopes === void 0 || !isEverything(scopes)) return [];
  return [ {
    title: `The Outpost token "${name}" has all scopes`,
    message: `Create one with only the scopes that you need in ${assess_TOKEN_PAGE}: a deploy needs \`service\`, and a push needs \`repo\`.`
  } ];
}

function unused(record, {unusedWarningDays}, nowMs) {
  if (isOwnLook(record, nowMs)) return [];
  const usedMs = workedMs(record);
  const sinceMs = usedMs === null ? record.createdMs : usedMs;
  if (sinceMs === void 0 || daysBetween(sinceMs, nowMs) < unusedWarningDays) return [];
  const days = daysBetween(sinceMs, nowMs);
  const what = usedMs === null ? `was created ${days} days ago and never used` : `hasn't been used for ${days} days`;
  return [ {
    title: `The Outpost token "${record.name}" ${what}`,
    message: `If nobody needs it anymore, revoke it in ${assess_TOKEN_PAGE} or with \`token revoke\`.`
  } ];
}

function rules_leftovers(record, all, {overlapMs}, nowMs) {
  const family = all.filter(({name}) => baseOf(name) === baseOf(record.name));
  const living = family.filter(one => !rules_isPast(one, nowMs));
  if (currentOf(living.length > 0 ? living : family, nowMs)?.name !== record.name) return [];
  const left = leftBeside(record, family, overlapMs, nowMs);
  if (left.length === 0) return [];
  const names = left.map(({name}) => `"${name}"`).join(", ");
  return [ {
    title: `Old tokens are left over beside "${record.name}"`,
    message: `${names} should be gone: a rotation revokes the old token once \`overlap\` is over. Run the rotation again, or revoke ${left.length === 1 ? "it" : "them"} in ${assess_TOKEN_PAGE}.`
  } ];
}

function leftBeside(record, family, overlapMs, nowMs) {
  const living = family.filter(one => !rules_isPast(one, nowMs));
  const youngestMs = Math.max(...living.map(({createdMs = 0}) => createdMs));
  return family.filter(one => one !== record && (rules_isPast(one, nowMs) || nowMs - youngestMs > overlapMs));
}

function rules_isPast({expiresMs}, nowMs) {
  return typeof expiresMs === "number" && expiresMs <= nowMs;
}

function found_secret_reasonOf(reply, attempted, words) {
  const failure = storeFailure(reply, attempted, words);
  if (reply.kind === "refused" && reply.status === 401) throw failure;
  return failure.happened;
}

function isForbidden(reply) {
  return reply.kind === "refused" && (reply.status === 403 || reply.status === 404);
}

class GithubFleet {
  #connection;
  #basePath;
  #name;
  #expiry;
  constructor(connection, basePath, name) {
    this.#connection = connection;
    this.#basePath = basePath;
    this.#name = name;
  }
  credentialExpiry() {
    return Promise.resolve(this.#expiry);
  }
  async read({owner, repository}) {
    const place = `the repository ${owner}/${repository}`;
    const words = wordsFor(place, githubPaths.repository.right);
    const client = this.#clientFor({
      owner,
      repository
    }, words);
    const attempted = `Looking at ${place}`;
    const seen = await this.#get(client, "/repos/{owner}/{repository}", ignoreBody);
    if (seen.kind !== "value") return {
      secrets: [],
      unread: [ {
        place,
        because: found_secret_reasonOf(seen, attempted, words),
        isUsual: false
      } ]
    };
    const unread = [];
    const places = [ {
      kind: "repository",
      owner,
      repository
    }, {
      kind: "dependabot",
      owner,
      repository
    }, {
      kind: "codespaces",
      owner,
      repository
    } ];
    const environments = await readEnvironments(client, {
      onHeaders: this.#noteExpiry
    });
    if (environments.kind === "value") places.push(...environments.value.map(environment => ({
      kind: "environment",
      owner,
      repository,
      environment
    }))); else {
      const because = found_secret_reasonOf(environments, attempted, words);
      unread.push({
        place: `the environments of ${owner}/${repository}`,
        because,
        isUsual: false
      });
    }
    const secrets = [];
    for (const one of places) {
      const found = await this.#readPlace(one);
      secrets.push(...found.secrets);
      unread.push(...found.unread);
    }
    return {
      secrets,
      unread
    };
  }
  async #readPlace(where) {
    const {secrets, variables, right} = githubPaths[where.kind];
    const place = githubPhrase(where, this.#name);
    const words = wordsFor(place, right);
    const {kind, ...names} = where;
    const client = this.#clientFor({
      ...names,
      secret: this.#name
    }, words);
    const secret = await this.#get(client, `${secrets}/{secret}`, parseGithubSecret);
    if (isGone(secret)) return {
      secrets: [],
      unread: []
    };
    if (secret.kind !== "value") {
      const isUsual = (kind === "dependabot" || kind === "codespaces") && isForbidden(secret);
      const because = found_secret_reasonOf(secret, `Looking at ${place}`, words);
      return {
        secrets: [],
        unread: [ {
          place,
          because,
          isUsual
        } ]
      };
    }
    const writtenMs = writtenMsOf(secret, secret.value, this.#connection.clock);
    if (variables === void 0) return {
      secrets: [ {
        place,
        writtenMs,
        named: void 0
      } ],
      unread: []
    };
    const beside = await client.send("GET", `${variables}/{variable}`, {
      variables: {
        variable: nameVariableOf(this.#name)
      },
      parse: parseGithubVariable
    });
    const named = beside.kind === "value" ? beside.value : void 0;
    return {
      secrets: [ {
        place,
        writtenMs,
        named
      } ],
      unread: []
    };
  }
  #clientFor(variables, words) {
    return createStoreClient(this.#connection, this.#basePath, variables, words, GITHUB_HEADERS);
  }
  #get({send}, path, parse) {
    return send("GET", path, {
      parse,
      onHeaders: this.#noteExpiry
    });
  }
  #noteExpiry=headers => {
    const header = headers["github-authentication-token-expiration"];
    if (typeof header === "string") this.#expiry = expiryMs(header) ?? this.#expiry;
  };
}

function wordsFor(place, rights) {
  const notFound = `Check the name of ${place}, and that the token in OUTPOST_STORE_TOKEN can see it.`;
  return {
    product: "GitHub",
    place,
    rights,
    notFound
  };
}

function expiryMs(header) {
  const [, day, time, zone = ""] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (UTC|[+-]\d{4})$/.exec(header) ?? [];
  const offset = zone === "UTC" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(ms) ? void 0 : ms;
}

const gitlab_fleet_MAX_PAGES = 100;

class GitlabFleet {
  #connection;
  #basePath;
  #key;
  constructor(connection, basePath, key) {
    this.#connection = connection;
    this.#basePath = basePath;
    this.#key = key;
  }
  async credentialExpiry() {
    const {send} = this.#clientFor({}, gitlab_fleet_wordsFor("the token in OUTPOST_STORE_TOKEN", "project"));
    const self = await send("GET", "/personal_access_tokens/self", {
      parse: parseGitlabToken
    });
    if (self.kind !== "value") return;
    const {expiresAt} = self.value;
    const ms = expiresAt === null ? null : Date.parse(expiresAt);
    return Number.isNaN(ms) ? void 0 : ms;
  }
  async read({kind, id}) {
    const place = `the ${kind} ${id}`;
    const words = gitlab_fleet_wordsFor(place, kind);
    const {send} = this.#clientFor({
      holder: id
    }, words);
    const all = [];
    for (let page = 1; page <= gitlab_fleet_MAX_PAGES; page += 1) {
      const query = `per_page=100&page=${page}`;
      const some = await send("GET", `/${kind}s/{holder}/variables`, {
        query,
        parse: parseVariables
      });
      if (some.kind !== "value") return {
        secrets: [],
        unread: [ {
          place,
          because: found_secret_reasonOf(some, `Looking at ${place}`, words),
          isUsual: false
        } ]
      };
      all.push(...some.value);
      if (some.value.length < 100) break;
    }
    const nameIn = scope => all.find(one => one.key === nameVariableOf(this.#key) && scopeOf(one) === scope)?.value?.reveal();
    const secrets = all.filter(({key}) => key === this.#key).map(one => ({
      place: phraseOf({
        kind,
        id,
        environmentScope: scopeOf(one)
      }, this.#key, scopeOf(one)),
      writtenMs: void 0,
      named: nameIn(scopeOf(one))
    }));
    return {
      secrets,
      unread: []
    };
  }
  #clientFor(variables, words) {
    return createStoreClient(this.#connection, this.#basePath, variables, words);
  }
}

function gitlab_fleet_wordsFor(place, kind) {
  const notFound = `Check the name of ${place}, and that the token in OUTPOST_STORE_TOKEN can see it.`;
  return {
    product: "GitLab",
    place,
    rights: rights[kind],
    notFound
  };
}

const FLEET_MS = 18e5;

const CREDENTIAL = "the store's credential";

async function readFleet(fleet, config, storeToken, run) {
  const holders = readHolders(fleet);
  const reader = openReader(fleet, storeToken, run);
  const inventory = await readInventory(run);
  const found = [];
  const unread = [];
  const remarks = [];
  for (const holder of holders) {
    const facts = await reader.read(holder);
    const repository = holder.text;
    found.push(...facts.secrets.map(one => ({
      ...one,
      repository
    })));
    unread.push(...facts.unread.map(one => ({
      ...one,
      repository
    })));
    const missing = facts.secrets.length + facts.unread.filter(one => !one.isUsual).length === 0;
    if (missing) remarks.push({
      name: repository,
      warnings: [ noSecret(repository, fleet) ]
    });
  }
  const secrets = judge(found, inventory, config, run);
  const credentialExpiry = isShortLived(storeToken) ? void 0 : await reader.credentialExpiry();
  const {nowMs} = inventory;
  remarks.push(...secrets.map(({place, warnings}) => ({
    name: place,
    warnings
  })), ...unread.filter(({isUsual}) => !isUsual).map(one => ({
    name: one.repository,
    warnings: [ notRead(one) ]
  })), {
    name: CREDENTIAL,
    warnings: credentialWarnings(credentialExpiry, config, nowMs)
  });
  const {secretName} = fleet;
  return {
    secretName,
    secrets,
    unread,
    credentialExpiry,
    remarks,
    nowMs
  };
}

function openReader({store, apiUrl, secretName}, storeToken, run) {
  const {connection: opened, basePath} = connectStore(apiUrl, storeToken, run);
  const connection = {
    ...opened,
    deadlineMs: run.clock.nowMs() + FLEET_MS
  };
  const github = new GithubFleet(connection, basePath, secretName);
  const gitlab = new GitlabFleet(connection, basePath, secretName);
  return {
    read: holder => holder.kind === "repository" ? github.read(holder) : gitlab.read(holder),
    credentialExpiry: () => (store === "github" ? github : gitlab).credentialExpiry()
  };
}

function isShortLived(storeToken) {
  return storeToken.reveal().startsWith("ghs_");
}

function judge(found, {records, nowMs}, config, {clock}) {
  const skewMs = nowMs - clock.wallMs();
  const withHeld = found.map(one => {
    const writtenMs = one.writtenMs === void 0 ? void 0 : one.writtenMs + skewMs;
    const base = one.named === void 0 ? config.tokenName : one.named;
    return {
      ...one,
      held: heldIn({
        ...one,
        writtenMs
      }, base, records)
    };
  });
  const inUse = new Set(withHeld.flatMap(({held}) => held?.name ?? []));
  return withHeld.map(one => {
    const family = records.filter(({name}) => one.held !== void 0 && baseOf(name) === baseOf(one.held.name));
    const leftovers = one.held === void 0 ? [] : leftBeside(one.held, family, config.overlapMs, nowMs).map(({name}) => name).filter(name => !inUse.has(name));
    return {
      ...one,
      leftovers,
      warnings: warningsOf(one, records, config, nowMs)
    };
  });
}

function heldIn({place, writtenMs, named}, name, records) {
  if (name === void 0) return;
  const family = records.filter(one => baseOf(one.name) === baseOf(name));
  const exact = family.find(one => one.name === named);
  const isDatedHint = named !== void 0 && isDated(named);
  if (isDatedHint && exact === void 0 && writtenMs === void 0) return;
  const {candidates} = holdingOf({
    place,
    writtenMs,
    named
  }, family);
  if (candidates.length === 1) return candidates[0];
  return isDatedHint && exact !== void 0 && candidates.includes(exact) ? exact : void 0;
}

function warningsOf({place, named, held}, records, {expiryWarningDays}, nowMs) {
  const store = "Run `token rotate` with this place, or store an active token there.";
  if (held === void 0) {
    const isKnown = records.some(({name}) => name === named || baseOf(name) === named);
    return named === void 0 || isKnown ? [] : [ {
      title: "A secret may hold a token that no longer exists",
      message: `The variable beside ${place} names a token that this Outpost account doesn't have. ${store}`
    } ];
  }
  const {expiresMs} = held;
  if (rules_isPast(held, nowMs)) return [ {
    title: "A secret holds a token that has expired",
    message: `${place} holds "${held.name}". ${store}`
  } ];
  if (typeof expiresMs !== "number" || daysBetween(nowMs, expiresMs) >= expiryWarningDays) return [];
  return [ {
    title: "A secret holds a token that expires soon",
    message: `${place} holds "${held.name}", which expires ${duration_formatDistance(nowMs, expiresMs)}. ${store}`
  } ];
}

function noSecret(repository, {secretName}) {
  return {
    title: "A repository has no such secret",
    message: `${repository} has no secret named ${secretName}. Remove the repository from the file, or set \`secret-name\`.`
  };
}

function notRead({place, because}) {
  return {
    title: "A repository couldn't be checked",
    message: `${place}: ${because}.`
  };
}

function credentialWarnings(expiry, {expiryWarningDays}, nowMs) {
  if (typeof expiry !== "number" || daysBetween(nowMs, expiry) >= expiryWarningDays) return [];
  return [ {
    title: "The store's credential expires soon",
    message: `The token in OUTPOST_STORE_TOKEN expires on ${formatMoment(expiry)}. After that, rotations can't store a new token. Create a new one, and store it where this job reads it from.`
  } ];
}

function fleetLines({secrets, unread, credentialExpiry, nowMs}) {
  const rows = secrets.map(({place, writtenMs, held, leftovers}) => [ place, writtenMs === void 0 ? "unknown" : formatMoment(writtenMs), held?.name ?? "unknown", leftOf(held, nowMs), leftovers.join(", ") || "none" ]);
  const table = asTable([ [ "PLACE", "WRITTEN", "TOKEN", "EXPIRES", "LEFTOVERS" ], ...rows ]);
  return [ ...table, ...unread.map(({place, because}) => `not checked: ${place} (${because})`), `${CREDENTIAL} expires: ${fleet_report_momentOf(credentialExpiry)}` ];
}

function leftOf(held, nowMs) {
  if (held?.expiresMs === null) return "never";
  return held?.expiresMs === void 0 ? "unknown" : duration_formatDistance(nowMs, held.expiresMs);
}

function fleet_report_momentOf(ms) {
  if (ms === null) return "never";
  return ms === void 0 ? "unknown" : formatMoment(ms);
}

function fleetJson({secrets, unread, credentialExpiry, nowMs}) {
  const instant = ms => typeof ms === "number" ? new Date(ms).toISOString() : ms;
  const daysLeft = ms => typeof ms === "number" ? daysBetween(nowMs, ms) : void 0;
  return {
    secrets: secrets.map(({repository, place, writtenMs, held, leftovers, warnings}) => ({
      repository,
      place,
      written_at: instant(writtenMs),
      token: held?.name,
      expires_at: instant(held?.expiresMs),
      days_left: daysLeft(held?.expiresMs),
      leftovers,
      findings: warnings.map(({title}) => title)
    })),
    unread: unread.map(({repository, place, because}) => ({
      repository,
      place,
      because
    })),
    store_credential: {
      expires_at: instant(credentialExpiry),
      days_left: daysLeft(credentialExpiry)
    }
  };
}

async function reportTokens(config, storeToken, run) {
  const fleet = config.fleet === void 0 ? void 0 : await readFleet(config.fleet, config, storeToken, run);
  const found = await readSubjects(config, run);
  const {subjects, nowMs} = found;
  const findings = subjects.map(subject => assess(subject, config, found));
  const failure = failureIn(findings, fleet, config);
  if (config.json) {
    run.host.say(asJson(findings, fleet, failure));
    return failure;
  }
  show(findings, run);
  if (fleet !== void 0) showFleet(fleet, run);
  noticeOwnLook(subjects, nowMs, run);
  if (failure !== void 0) throw failure;
  return;
}

function failureIn(findings, fleet, {strict}) {
  const stop = findings.find(({assessment}) => assessment.stop !== void 0)?.assessment.stop;
  if (stop !== void 0) return stop;
  const warned = [ ...findings, ...fleet?.remarks ?? [] ].filter(({warnings}) => warnings.length > 0);
  if (!strict || warned.length === 0) return;
  return new Failure({
    code: "token-needs-attention",
    attempted: "Checking the tokens",
    happened: `there are warnings about ${unique(warned.map(({name}) => `"${name}"`)).join(", ")}: ${unique(warned.flatMap(({warnings}) => warnings.map(({title}) => title))).join("; ")}`,
    hint: `Fix what the warnings name, in ${assess_TOKEN_PAGE} or with \`token rotate\`.`
  });
}

function unique(texts) {
  return [ ...new Set(texts) ];
}

async function readSubjects(config, run) {
  const {tokenName} = config;
  if (tokenName === void 0) {
    const {records, nowMs} = await readInventory(run);
    return {
      subjects: soonestFirst(records),
      all: records,
      nowMs
    };
  }
  const lookup = await lookUpToken(tokenName, run.tokens, run.clock);
  const attempted = `Reading the token "${tokenName}"`;
  if (lookup.kind === "unknown") throw unknownName(lookup, attempted);
  if (lookup.kind === "unread") throw unreadFailure(lookup, attempted);
  const {record, living, expired} = lookup;
  const nowMs = run.clock.wallMs() + skewOf(run.clock, lookup.nowMs);
  return {
    subjects: [ record ],
    all: [ ...living, ...expired ],
    nowMs
  };
}

function assess(record, config, {all, nowMs}) {
  const {name} = record;
  const expectations = {
    tokenName: name,
    tokenExpiresMs: void 0,
    timeoutMs: 0,
    leastPrivilege: config.leastPrivilege,
    expiryWarningDays: config.expiryWarningDays
  };
  const needed = config.tokenName === void 0 ? void 0 : config.neededScopes;
  const assessment = assess_assessToken(expectations, needed, record, nowMs);
  const warnings = assessment.stop === void 0 ? [ ...assessment.warnings, ...rulesFor(record, all, config, nowMs), ...shared(config) ] : [];
  return {
    name,
    assessment,
    warnings
  };
}

function shared({services, tokenName}) {
  if (services.length < 2 || tokenName === void 0) return [];
  const names = services.map(({namespace, service}) => namespace === void 0 ? service : `${namespace}/${service}`).join(", ");
  return [ {
    title: "One Outpost token deploys several services",
    message: `"${tokenName}" is used for ${names}. Give each service its own token, so that a leak of one doesn't affect the others.`
  } ];
}

function show(findings, {host}) {
  if (findings.length === 0) host.say("This account has no tokens.");
  for (const {name, assessment, warnings} of findings) {
    host.group(`Token "${name}"`, assessment.lines);
    for (const warning of warnings) host.warn(warning);
  }
}

function showFleet(fleet, {host}) {
  host.group(`Secrets named ${fleet.secretName}`, fleetLines(fleet));
  for (const {warnings} of fleet.remarks) for (const warning of warnings) host.warn(warning);
}

function noticeOwnLook(subjects, nowMs, {host}) {
  const own = subjects.find(one => isOwnLook(one, nowMs));
  if (own === void 0) return;
  host.notice({
    title: "This report uses the token that it checks",
    message: `"${own.name}" was used just now, most likely by this report, so its last use by a job can't be seen. Run the report with another token to see it.`
  });
}

function asJson(findings, fleet, failure) {
  const tokens = findings.map(({name, assessment, warnings}) => ({
    ...assessment.report,
    name,
    findings: [ ...assessment.stop === void 0 ? [] : [ assessment.stop.happened ], ...warnings.map(({title}) => title) ]
  }));
  const document = {
    tokens,
    ...fleet === void 0 ? {} : fleetJson(fleet),
    ...failure === void 0 ? {} : {
      failure: factsOf(failure)
    }
  };
  return JSON.stringify(document, (_, value) => value === void 0 ? null : value, 2);
}

function markdown_codeSpan(text, maxLength = 300) {
  const line = clip(sanitize_withoutControls(text.replace(/[\r\n]+/g, " ")), maxLength).replaceAll("|", "\\|");
  if (line.trim() === "") return "";
  const fence = fenceFor(line, 1);
  return line.startsWith("`") || line.endsWith("`") ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

function fenceFor(text, least) {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length));
  return "`".repeat(Math.max(least, longest + 1));
}

function clip(text, maxLength) {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}...`;
}

function makeRotationReport({config, places = [], rotation, failure}, startedWallMs, clock) {
  const expiresMs = rotation?.expiresMs;
  return {
    version,
    status: failure === void 0 ? rotation?.status ?? "failed" : statusOf(failure),
    exit_status: failure?.exitStatus ?? 0,
    headline: failure === void 0 && rotation !== void 0 ? headlineOf(rotation) : `${failure?.attempted}: ${failure?.happened}`,
    strategy: config?.strategy,
    places,
    token_name: rotation?.tokenName,
    token_expires_at: typeof expiresMs === "number" ? new Date(expiresMs).toISOString() : expiresMs,
    revoked: rotation?.revoked ?? [],
    kept: (rotation?.kept ?? []).map(({name, untilMs}) => ({
      name,
      until: new Date(untilMs).toISOString()
    })),
    left: rotation?.left ?? [],
    started_at: new Date(startedWallMs).toISOString(),
    finished_at: new Date(clock.wallMs()).toISOString(),
    failure: failure === void 0 ? void 0 : factsOf(failure)
  };
}

function statusOf({code}) {
  if (code === "interrupted" || code === "terminated") return "cancelled";
  if (code === "token-not-revoked") return "rotated";
  return code === "outcome-unknown" || code === "token-value-lost" ? "unknown" : "failed";
}

function headlineOf({status, tokenName, expiresMs, revoked, kept}) {
  if (status === "checked") return `"${tokenName}" can be replaced. Nothing was changed.`;
  const until = typeof expiresMs === "number" ? ` until ${formatMoment(expiresMs)}` : "";
  const names = all => all.map(name => `"${name}"`).join(", ");
  const parts = [ status === "unchanged" ? `"${tokenName}" is stored and not due for rotation; it works${until}` : `"${tokenName}" is stored and works${until}`, ...revoked.length > 0 ? [ `revoked: ${names(revoked)}` ] : [], ...kept.length > 0 ? [ `kept for running jobs: ${names(kept.map(({name}) => name))}` ] : [] ];
  return `${parts.join("; ")}.`;
}

function rotationPublicationOf(report) {
  return {
    outputs: () => ({
      status: report.status,
      "stored-name": report.token_name ?? "",
      "token-expires-at": report.token_expires_at ?? "",
      "failure-code": report.failure?.code ?? ""
    }),
    json: () => jsonOf(report),
    markdown: () => markdownOf(report),
    links: () => report.failure === void 0 ? [ {
      label: "Outpost",
      url: "https://outpost.run"
    } ] : [ {
      label: `What ${report.failure.code} means`,
      url: version_failureUrl(report.failure.code)
    } ]
  };
}

const rotation_report_titles = {
  rotated: "✅ Token replaced",
  unchanged: "✅ Token is not due for rotation",
  checked: "✅ Checked, nothing changed",
  failed: "❌ Token not replaced",
  unknown: "❓ Outcome unknown",
  cancelled: "🚫 Cancelled"
};

function markdownOf({status, headline, token_name, token_expires_at, places, revoked, kept, left, failure}) {
  const names = all => all.map(name => markdown_codeSpan(name)).join(", ");
  const rows = [ [ "Token", markdown_codeSpan(token_name ?? "") ], [ "Expires", token_expires_at === null ? "never" : markdown_codeSpan(token_expires_at ?? "") ], [ "Stored as", names(places) ], [ "Revoked", names(revoked) ], [ "Kept for running jobs", names(kept.map(({name, until}) => `${name} (until ${until})`)) ], [ "Not revoked", names(left) ] ];
  const known = rows.filter(([, text]) => text !== "").map(([what, text]) => `| ${what} | ${text} |`);
  const parts = [ `## ${rotation_report_titles[status]}`, markdown_codeSpan(headline, 1e3) ];
  if (known.length > 0) parts.push([ "| | |", "| --- | --- |", ...known ].join("\n"));
  if (failure !== void 0) {
    parts.push(`**${failure.code}**: ${markdown_codeSpan(`${failure.attempted}: ${failure.happened}`, 1e3)}`);
    parts.push(`${markdown_codeSpan(failure.hint, 1e3)} [What it means](${version_failureUrl(failure.code)})`);
  }
  return `${parts.join("\n\n")}\n`;
}

function tokenMain(host, request, clock = systemClock) {
  const {verb} = request;
  const course = {
    attempted: "Running the token command",
    afterCancel: "The log above shows how far it got.",
    secrets: [ request.storeToken ]
  };
  if (verb === "rotate") {
    const known = {};
    return runToEnd(host, clock, {
      ...course,
      work: signal => rotate(known, host, request, clock, signal),
      report: (failure, startedWallMs) => makeRotationReport({
        ...known,
        failure
      }, startedWallMs, clock),
      publicationOf: rotationPublicationOf,
      lastWord: report => {
        const {failure, headline, exit_status} = report;
        if (isTrue(request.inputs.json)) return JSON.stringify(report, void 0, 2);
        return failure === void 0 ? headline : main_failureText(failure, exit_status);
      }
    });
  }
  let told;
  return runToEnd(host, clock, {
    ...course,
    work: async signal => {
      told = await others[verb](host, request, clock, signal);
    },
    report: failure => ({
      failure: failure && factsOf(failure),
      exit_status: (failure ?? told)?.exitStatus ?? 0
    }),
    lastWord: ({failure, exit_status}) => {
      if (failure === void 0) return;
      return isTrue(request.inputs.json) ? JSON.stringify({
        failure
      }, void 0, 2) : main_failureText(failure, exit_status);
    }
  });
}

function isTrue(text) {
  return /^true$/i.test(text ?? "");
}

function quiet(host) {
  const nothing = () => {};
  const silent = {
    say: nothing,
    group: nothing,
    notice: nothing,
    warn: nothing
  };
  return Object.assign(Object.create(host), silent);
}

const others = {
  report: (host, {inputs, storeToken, defaults}, clock, signal) => {
    const config = readReportConfig(inputs, defaults);
    return withRun(host, config, clock, signal, !config.json, run => reportTokens(config, storeToken, run));
  },
  list: (host, {inputs}, clock, signal) => {
    const config = readListConfig(inputs);
    return withRun(host, config, clock, signal, !config.json, async run => {
      const inventory = await readInventory(run);
      if (config.json) host.say(inventoryJson(inventory)); else for (const line of inventoryTable(inventory)) host.say(line);
      return;
    });
  },
  revoke: (host, {inputs, name}, clock, signal) => {
    const config = readRevokeConfig(inputs);
    const base = readNameArgument(name);
    const told = config.json ? quiet(host) : host;
    return withRun(told, config, clock, signal, !config.json, async run => {
      const revoked = await revokeToken(base, run);
      if (config.json) host.say(JSON.stringify({
        revoked
      }, void 0, 2));
      return;
    });
  },
  create: (host, request, clock, signal) => makeToken(createToken, host, request, clock, signal),
  compromised: (host, request, clock, signal) => makeToken(replaceCompromised, host, request, clock, signal)
};

function makeToken(make, host, {inputs, name, storeToken, defaults}, clock, signal) {
  const config = readCreateConfig(inputs, defaults);
  const base = readNameArgument(name);
  const told = config.json ? quiet(host) : host;
  return withRun(told, config, clock, signal, !config.json, async run => {
    const stores = openStores(config, storeToken, run);
    const {tokenName, expiresMs, places, revoked, failure} = await make(base, config, stores, run);
    if (!config.json) host.say(`"${tokenName}" is stored and works. Its value is never shown.`);
    if (failure !== void 0) throw failure;
    if (!config.json) return;
    const expires = typeof expiresMs === "number" ? new Date(expiresMs).toISOString() : expiresMs;
    const document = {
      token_name: tokenName,
      token_expires_at: expires,
      places,
      revoked
    };
    host.say(JSON.stringify(document, void 0, 2));
    return;
  });
}

async function withRun(host, config, clock, signal, speaks, work) {
  const token = checkCredential(config, host.token, host.context);
  const run = openTokenRun(host, config, token, clock, signal);
  try {
    if (speaks) host.say(`The token goes to ${config.origin.origin} and nowhere else.`);
    return await work(run);
  } finally {
    run.close();
  }
}

async function rotate(known, host, request, clock, signal) {
  refuseProblems(host.strayInputs);
  const config = readRotateConfig(request.inputs, request.defaults);
  known.config = config;
  const told = config.json ? quiet(host) : host;
  await withRun(told, config, clock, signal, !config.json, async run => {
    const stores = openStores(config, request.storeToken, run);
    known.places = stores.map(({place}) => place);
    for (const {host: where, place} of stores) told.say(`The new token goes to ${where} too, as ${place}.`);
    known.rotation = config.strategy === "replace" ? await replaceToken(config, stores, run) : await regenerateToken(config, stores, run);
    if (known.rotation.failure !== void 0) throw known.rotation.failure;
  });
}

function main_failureText(failure, exitStatus) {
  return {
    title: `Outpost token: ${failure.code} (exit status ${exitStatus})`,
    message: [ ...factLines(failure), version_failureUrl(failure.code) ].join("\n")
  };
}

process.exitCode = 1;

runTokenProgram(process.argv.slice(2), process.env);

async function runTokenProgram(args, env) {
  const stdout = openStdout();
  if (args.length === 0 && env["GITHUB_ACTIONS"] === "true") return exitWith(await rotateStep(env, stdout));
  const command = parseCommand(args, tokenProgram);
  switch (command.kind) {
   case "help":
    stdout.write(helpText(tokenProgram, command.verb));
    return exitWith(0);

   case "version":
    stdout.write(`${version}\n`);
    return exitWith(0);

   case "misuse":
    openStderr().write(`${command.problem}\n`);
    return exitWith(2);

   case "run":
    return exitWith(await run(command, env, stdout));
  }
}

function rotateStep(env, stdout) {
  const storeToken = takeToken(env, [ "INPUT_STORE-TOKEN", "OUTPOST_STORE_TOKEN" ]);
  const inputs = readStepInputs(inputsOf("rotate"), env);
  const defaults = defaultsOf(env, "github");
  const {host} = createGithubHost(env, stdout, inputsOf("rotate"));
  return tokenMain(host, {
    verb: "rotate",
    inputs,
    name: "",
    storeToken,
    defaults
  });
}

function run(command, env, stdout) {
  const storeToken = takeToken(env, [ "OUTPOST_STORE_TOKEN" ]);
  const inputs = readTexts(inputsOf(command.verb), env, name => command.flags[name]);
  const host = openCommandHost({
    ...command,
    writesFiles: true
  }, {}, env, stdout);
  const defaults = defaultsOf(env, host.name === "gitlab" ? "gitlab" : void 0);
  return tokenMain(host, {
    verb: command.verb,
    inputs,
    name: command.argument,
    storeToken,
    defaults
  });
}

function defaultsOf(env, store) {
  const isForgejo = env["GITEA_ACTIONS"] === "true" || env["FORGEJO_ACTIONS"] === "true";
  return {
    store: store === "github" && isForgejo ? "forgejo" : store,
    repository: env["GITHUB_REPOSITORY"],
    project: env["CI_PROJECT_ID"],
    apiUrl: store === "github" ? env["GITHUB_API_URL"] || void 0 : void 0
  };
}