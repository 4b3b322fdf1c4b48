#!/usr/bin/env node
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
  311: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");
  },
  756: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");
  },
  23: module => {
    module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");
  },
  221: (__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
    __nccwpck_require__.d(__webpack_exports__, {
      I: () => kindOf,
      Z: () => literalOf
    });
    const external_node_net_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");
    const networks = [ [ "loopback", [ "127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128" ] ], [ "metadata", [ "169.254.169.254/32", "169.254.170.0/24", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::254/128" ] ], [ "link-local", [ "169.254.0.0/16", "fe80::/10" ] ], [ "private", [ "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7" ] ], [ "reserved", [ "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "100::/64", "2001:db8::/32", "64:ff9b:1::/48", "fec0::/10", "ff00::/8" ] ] ];
    let lists;
    function listOf(ranges) {
      const list = new external_node_net_namespaceObject.BlockList;
      for (const range of ranges) {
        const [network = "", length] = range.split("/");
        list.addSubnet(network, Number(length), (0, external_node_net_namespaceObject.isIPv4)(network) ? "ipv4" : "ipv6");
      }
      return list;
    }
    function kindOf(address) {
      const bare = address.replace(/%.*$/, "");
      if ((0, external_node_net_namespaceObject.isIP)(bare) === 0) return "reserved";
      const inside = embeddedIn(bare);
      if (inside !== void 0) return kindOf(inside);
      const family = (0, external_node_net_namespaceObject.isIPv4)(bare) ? "ipv4" : "ipv6";
      lists ??= networks.map(([kind, ranges]) => [ kind, listOf(ranges) ]);
      return lists.find(([, list]) => list.check(bare, family))?.[0] ?? "public";
    }
    function literalOf(hostname) {
      const bare = hostname.replace(/^\[(.*)\]$/, "$1");
      return (0, external_node_net_namespaceObject.isIP)(bare) === 0 ? void 0 : bare;
    }
    function embeddedIn(address) {
      if ((0, external_node_net_namespaceObject.isIPv4)(address)) return;
      const words = wordsOf(address);
      const start = words.slice(0, 6).join(":");
      const isTail = [ "0:0:0:0:0:ffff", "0:0:0:0:ffff:0", "64:ff9b:0:0:0:0" ].includes(start);
      const isCompatible = start === "0:0:0:0:0:0" && parseInt(words[6] ?? "", 16) !== 0;
      if (isTail || isCompatible) return dotted(words[6], words[7]);
      return words[0] === "2002" ? dotted(words[1], words[2]) : void 0;
    }
    function wordsOf(address) {
      const [left = "", right] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
      const before = left === "" ? [] : left.split(":");
      const after = right === void 0 || right === "" ? [] : right.split(":");
      return [ ...before, ...Array(8 - before.length - after.length).fill("0"), ...after ];
    }
    function dotted(high = "0", low = "0") {
      return [ high, low ].map(word => parseInt(word, 16)).flatMap(word => [ word >> 8, word & 255 ]).join(".");
    }
  },
  427: (__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {
    __nccwpck_require__.d(__webpack_exports__, {
      createHttp: () => createHttp
    });
    const external_node_http_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");
    const external_node_https_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");
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
    class HttpClient {
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
    var addresses = __nccwpck_require__(221);
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
      const literal = (0, addresses.Z)(hostname);
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
        const client = new HttpClient(userAgent, [], {
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

const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");

const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

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

const deployFlags = () => [ ...inputs, {
  name: "json",
  kind: "boolean",
  description: "Print the report as JSON to stdout, the log to stderr."
}, {
  name: "quiet",
  kind: "boolean",
  description: "Print only the result, warnings, and errors."
}, {
  name: "report",
  kind: "file",
  description: "Write the report as JSON to this file."
} ];

const READ = [ "service", "origin", "service-path", "api", "json", "quiet", "report", "token-stdin", "host" ];

const deployProgram = {
  name: "outpost-deploy",
  does: "deploy services to Outpost and check that they run",
  commands: [ {
    name: "deploy",
    does: "Deploy services and follow each rollout to its end",
    examples: [ "deploy --service acme/web --token-name laptop", "deploy --service acme/web@main --no-wait" ],
    flags: deployFlags
  }, {
    name: "check",
    does: "Check the token and services and print the plan, without deploying",
    examples: [ "check --service acme/web --token-name laptop" ],
    flags: deployFlags
  }, {
    name: "status",
    does: "Show what is running now",
    examples: [ "status --service acme/web,acme/api", "status --service acme/web --json" ],
    flags: deployFlags,
    shown: READ
  }, {
    name: "probe",
    does: "Find out how your Outpost serves a service, and what to set",
    examples: [ "probe --service acme/web --report probe.json" ],
    flags: deployFlags,
    shown: [ "token-name", ...READ ]
  } ],
  others: {
    token: "List, check, rotate and revoke tokens"
  },
  secrets: {
    token: "OUTPOST_TOKEN"
  },
  ending: [ "The token comes from the variable OUTPOST_TOKEN. A flag can be a variable too:", "OUTPOST_TOKEN_NAME for --token-name.", "Exit: 0 done, 2 usage, 3 token, 4 refused, 5 failed, 6 timed out, 7 unknown,", "8 unavailable (safe to retry), 9 push, 130 and 143 cancelled.", "https://github.com/outpost/deploy-action#readme" ]
};

const package_namespaceObject = {
  rE: "1.0.0"
};

const {rE: version} = package_namespaceObject;

function docsUrl(page) {
  return `https://github.com/outpost/deploy-action/blob/v${version}/docs/${page}`;
}

function failureUrl(code) {
  return docsUrl(`failures.md#${code}`);
}

const COLUMNS = 80;

function helpText(program, verb) {
  const command = program.commands.find(({name}) => name === verb);
  const lines = command === void 0 ? programHelp(program) : commandHelp(command, program);
  return [ ...lines, "" ].join("\n");
}

function programHelp({name, does, commands, others, ending}) {
  const rows = [ ...commands.map(command => [ nameOf(command), command.does ]), ...Object.entries(others), [ "help", "Show this help; `help COMMAND` shows the flags of a command" ], [ "version", "Show the version" ] ];
  const width = Math.max(...rows.map(([row]) => row.length)) + 2;
  return [ `${name} ${version}: ${does}`, "", ...examplesOf(commands.slice(0, 1), name), "", "Commands:", ...rows.map(([row, what]) => `  ${row.padEnd(width)}${what}`), "", ...ending ];
}

function commandHelp(command, {name}) {
  const {does, shown} = command;
  const flags = flagsOf(command).filter(flag => shown?.includes(flag.name) ?? true);
  return [ `${name} ${nameOf(command)}`, does, "", ...examplesOf([ command ], name), "", ...flags.flatMap(flag => [ `  ${usageOf(flag)}`, ...wrap(flag.description, COLUMNS - 6).map(line => `      ${line}`) ]) ];
}

function nameOf({name, argument}) {
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

function toFailure(thrown, attempted = "Running the deploy") {
  if (thrown instanceof Failure) return thrown;
  return new Failure({
    code: "internal",
    attempted,
    happened: "an internal error: " + (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "something other than an error was thrown"),
    hint: "This is a bug in outpost/deploy-action. Please report it with this log, and check the service in the dashboard before you run the job again.",
    cause: thrown
  });
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

function formatDuration(ms) {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} m` : `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
  return minutes % 60 === 0 ? minutes / 60 + " h" : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

function formatDistance(fromMs, toMs) {
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

function publicUrl(endpoint) {
  if (endpoint === void 0 || !URL.canParse(endpoint)) return;
  const url = new URL(endpoint);
  return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" ? url.href.replace(/\/$/, "") : void 0;
}

function isLoopback(hostname) {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function mayBeThisMachine(hostname) {
  return /(?:^|\.)localhost\.?$/.test(hostname);
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

const FORM = "write `acme/api acme/web`, or one service per line";

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
  if (/^(?:\[|\{\s*")/.test(text.trim())) return `must be plain text, not JSON: ${FORM}`;
  if (/(?:^|[\s,])#/.test(text)) return `cannot contain \`#\` comments: ${FORM}`;
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

function cancellationOf(signal) {
  return toFailure(signal.reason);
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

function report_nameOf({namespace, service}) {
  return namespace === void 0 ? service : `${namespace}/${service}`;
}

function logTailsOf({deployments, pre_deploy_job: job}) {
  return [ ...job === void 0 ? [] : [ {
    name: `${job.namespace}/${job.name}`,
    tail: job.log_tail
  } ], ...deployments.map(deployment => ({
    name: report_nameOf(deployment),
    tail: deployment.log_tail
  })) ].filter(({tail}) => tail.length > 0);
}

const ANNOTATED_LINES = 10;

const MAX_LINE_LENGTH = 200;

function failureText(failure, report, repeatsLog) {
  const {deployments, exit_status} = report;
  const lines = [ ...factLines(failure), failureUrl(failure.code) ];
  const [logged] = logTailsOf(report);
  if (repeatsLog && logged !== void 0) {
    lines.push(`The last log lines of ${logged.name}:`);
    lines.push(...logged.tail.slice(-ANNOTATED_LINES).map(line => `  ${line.slice(0, MAX_LINE_LENGTH)}`));
  }
  for (const {failure: other} of othersOf(failure, deployments)) {
    const request = other.request_id === void 0 ? "" : ` (request ${other.request_id})`;
    lines.push(`Also: ${other.attempted}: ${other.happened}.${request}`);
  }
  return {
    title: `Outpost deploy: ${failure.code} (exit status ${exit_status}, while in ${failure.phase})`,
    message: lines.join("\n")
  };
}

function othersOf({attempted, happened}, deployments) {
  const told = `${attempted}: ${happened}`;
  return deployments.filter(one => one.failure !== void 0 && !told.includes(`${one.failure.attempted}: ${one.failure.happened}`));
}

function factLines({attempted, happened, hint, request_id}) {
  return [ `${attempted}: ${happened}.`, hint, ...request_id === void 0 ? [] : [ `Request: ${request_id}` ] ];
}

const sanitize_MAX_LINE_LENGTH = 16384;

function inertLine(text) {
  const line = capped(withoutControls(text));
  if (!/##\[|section_|::/i.test(line)) return line;
  return line.replace(/##\[/g, "## [").replace(/(section_(?:start|end)):/gi, "$1 :").replace(/^(\s*)::/, "$1: :");
}

function capped(line) {
  const more = line.length - sanitize_MAX_LINE_LENGTH;
  return more <= 0 ? line : `${line.slice(0, sanitize_MAX_LINE_LENGTH)} ... (${more} more characters)`;
}

const escapeSequences = new RegExp("\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[@-Z\\\\-_])", "g");

const invisible = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

function withoutControls(text) {
  if (!/[^ -~]/.test(text)) return text;
  return text.replaceAll("\t", " ").replace(escapeSequences, "").replace(invisible, "");
}

function codeSpan(text, maxLength = 300) {
  const line = clip(withoutControls(text.replace(/[\r\n]+/g, " ")), maxLength).replaceAll("|", "\\|");
  if (line.trim() === "") return "";
  const fence = fenceFor(line, 1);
  return line.startsWith("`") || line.endsWith("`") ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

function codeBlock(lines, maxLength = 500) {
  const clean = lines.map(line => clip(withoutControls(line), maxLength));
  const fence = fenceFor(clean.join("\n"), 3);
  return [ `${fence}text`, ...clean, fence ].join("\n");
}

function fenceFor(text, least) {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length));
  return "`".repeat(Math.max(least, longest + 1));
}

function clip(text, maxLength) {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}...`;
}

function gantt(report) {
  const lines = [ "```mermaid", "gantt", "  dateFormat x", "  axisFormat %H:%M:%S" ];
  let section;
  for (const bar of report.phases) {
    const {phase, service, started_at, finished_at} = bar;
    const name = service ?? "run";
    if (name !== section) lines.push(`  section ${name}`);
    section = name;
    const startMs = Date.parse(started_at);
    lines.push(`  ${phase} :${hasFailed(bar, report) ? "crit, " : ""}${startMs}, ${Math.max(Date.parse(finished_at), startMs + 250)}`);
  }
  return [ ...lines, "```" ].join("\n");
}

function hasFailed({phase, service}, report) {
  const {status, failure} = service === void 0 ? report : report.deployments.find(one => report_nameOf(one) === service) ?? {};
  if (failure === void 0 || status === "cancelled") return false;
  return phase === failure.phase || phase === "rollback" && status !== "rolled-back";
}

const TOKEN_PAGE = "https://outpost.run/docs/teams/access-tokens";

const MAX_BYTES = 1e6;

const LONGEST_LIFE_DAYS = 90;

const titles = {
  deployed: "✅ Deployed and running",
  accepted: "✅ Accepted, rollout not followed",
  checked: "✅ Checked, nothing was changed",
  skipped: "⏭️ Skipped, nothing was changed",
  failed: "❌ Failed",
  "rolled-back": "↩️ Rolled back",
  superseded: "❌ Superseded by another deploy",
  "timed-out": "⏱️ Timed out",
  unknown: "❓ Outcome unknown",
  cancelled: "🚫 Cancelled"
};

const MAX_UNFOLDED = 5;

function renderSummary(report) {
  const {status, headline, failure, deployments, pre_deploy_job: job, phases, token} = report;
  const [log, ...moreLogs] = logsOf(report);
  const chart = phases.length > 0 ? gantt(report) : void 0;
  const parts = [ `## ${titles[status]}${token?.expires_soon === true ? ` · ⚠️ token expires ${inDays(token)}` : ""}`, failure === void 0 ? headline : codeSpan(headline, 2e3), toDo(report), log, failure && failureCard(failure, deployments), deployments.length > 0 ? deploymentTable(report) : void 0, ...comparisons(report), job && jobLine(job, report), moreLogs.length > 0 ? folded("More log lines", moreLogs.join("\n\n")) : void 0, chart && deployments.length > MAX_UNFOLDED ? folded("Chart of the run", chart) : chart, token && tokenTable(token) ];
  return summary_capped(`${parts.filter(part => part !== void 0).join("\n\n")}\n`);
}

function toDo({failure, token}) {
  if (failure !== void 0) return `**What to do:** ${codeSpan(failure.hint, 2e3)}`;
  if (token?.expires_soon !== true || token.expires_at == null) return;
  return `**What to do:** Regenerate the token in [Settings > Access Tokens](${TOKEN_PAGE}) before ${token.expires_at.slice(0, 10)} and store the new value, or [let a job replace it](${docsUrl("tokens.md")}).`;
}

function folded(title, markdown) {
  return `<details><summary>${title}</summary>\n\n${markdown}\n\n</details>`;
}

function isOfRun(commit, run) {
  return commit.length >= 7 && run.commit?.startsWith(commit) === true;
}

function commitCell({commit, started_at}, run) {
  if (commit === void 0) return started_at === void 0 ? "" : "not shown by Outpost";
  return summary_link(commit.slice(0, 7), isOfRun(commit, run) ? run.commit_url : void 0);
}

function deploymentTable(report) {
  const {deployments} = report;
  const isStaged = deployments.some(({stage}) => stage > 1);
  const failed = deployments.filter(one => one.failure !== void 0);
  const others = deployments.filter(one => one.failure === void 0);
  const rows = [ ...failed, ...others ].map(deployment => {
    const {branch, endpoint, status, stage, reason, duration_seconds} = deployment;
    const [title] = titles[status].split(",");
    const cells = [ ...isStaged ? [ `${stage}` ] : [], codeSpan(report_nameOf(deployment)), codeSpan(branch), commitCell(deployment, report), endpoint === void 0 ? "" : summary_link(endpoint, endpoint), `${title}${reason === void 0 ? "" : `: ${codeSpan(reason, 300)}`}`, duration_seconds === void 0 ? "" : formatDuration(duration_seconds * 1e3) ];
    return `| ${cells.join(" | ")} |`;
  });
  const titlesOfColumns = [ "Service", "Branch", "Commit", "Endpoint", "Status", "Time" ];
  const heads = isStaged ? [ "Stage", ...titlesOfColumns ] : titlesOfColumns;
  return [ `| ${heads.join(" | ")} |`, `|${" --- |".repeat(heads.length)}`, ...rows ].join("\n");
}

function comparisons(report) {
  const page = /^(.+)\/commit\/[0-9a-f]+$/.exec(report.commit_url ?? "")?.[1];
  if (page === void 0) return [];
  const isPushed = report.phases.some(({phase}) => phase === "push") && new Set(report.deployments.map(({branch}) => branch)).size === 1;
  const byUrl = new Map;
  for (const deployment of report.deployments) {
    const {commit = "", previous_commit: before = "", started_at} = deployment;
    if (!isOfRun(commit, report) && !(isPushed && started_at !== void 0)) continue;
    if (!/^[0-9a-f]{7,64}$/.test(before) || isOfRun(before, report)) continue;
    const url = `${page}/compare/${before}...${report.commit}`;
    byUrl.set(url, [ ...byUrl.get(url) ?? [], report_nameOf(deployment) ]);
  }
  return [ ...byUrl ].map(([url, names]) => {
    const of = byUrl.size > 1 ? ` (${names.map(name => codeSpan(name)).join(", ")})` : "";
    return `[What changed since the last deploy](${encoded(url)})${of}`;
  });
}

function jobLine({namespace, name, status, started_at, finished_at}, {deployments}) {
  const time = formatDuration(Date.parse(finished_at) - Date.parse(started_at));
  const isKept = deployments.some(one => one.status === "rolled-back");
  return `${status === "succeeded" ? "✅" : "❌"} Pre-deploy job ${codeSpan(`${namespace}/${name}`)}: ${status} after ${time}.${isKept ? " The rollback did not undo it." : ""}`;
}

function summary_link(text, url) {
  if (url === void 0) return codeSpan(text);
  return `[${codeSpan(text)}](${encoded(url)})`;
}

function encoded(url) {
  return url.replace(/[()<>\\|\s]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function logsOf(report) {
  return logTailsOf(report).map(({name, tail}) => `Last log lines of ${codeSpan(name)}:\n\n${codeBlock(tail)}`);
}

function failureCard(failure, deployments) {
  const {code, phase, happened} = failure;
  const [, ...more] = happened.split("\n").filter(line => line.trim() !== "");
  const items = [ ...more.map(line => codeSpan(line.replace(/^- /, ""), 1e3)), ...othersOf(failure, deployments).map(({failure: other}) => `${codeSpan(`${other.attempted}: ${other.happened}`, 500)}${requestOf(other)}`) ];
  return [ `### Why: [\`${code}\`](${failureUrl(code)})`, "", `Phase: ${phase}.${failure.request_id === void 0 ? "" : ` Request: ${codeSpan(failure.request_id)}.`}`, ...items.length > 0 ? [ "", ...items.map(item => `- ${item}`) ] : [] ].join("\n");
}

function requestOf({request_id}) {
  return request_id === void 0 ? "" : ` (request ${codeSpan(request_id)})`;
}

function tokenTable(token) {
  const list = scopes => scopes.map(scope => codeSpan(scope)).join(" ") || "nothing";
  const rows = [ [ "Needed", list(token.needed) ], [ "Held", token.held === void 0 ? "not known" : list(token.held) ], ...token.missing.length > 0 ? [ [ "Missing", list(token.missing) ] ] : [], ...token.excess.length > 0 ? [ [ "Not needed", list(token.excess) ] ] : [], [ "Expires", expiryOf(token) ] ];
  const name = token.name === void 0 ? "" : ` ${codeSpan(token.name)}`;
  return [ `### Token${name}`, "", "| Scopes | |", "| --- | --- |", ...rows.map(cells => `| ${cells.join(" | ")} |`), "", `Manage it in [Settings > Access Tokens](${TOKEN_PAGE}).` ].join("\n");
}

function expiryOf(token) {
  const {expires_at, days_left: days = 0} = token;
  if (expires_at === null) return "never";
  if (expires_at === void 0) return "not known";
  const filled = Math.max(0, Math.min(10, Math.ceil(days * 10 / LONGEST_LIFE_DAYS)));
  const words = days < 0 ? "expired" : inDays(token);
  return `${"▰".repeat(filled)}${"▱".repeat(10 - filled)} ${words}, ${expires_at.slice(0, 10)}`;
}

function inDays({days_left: days = 0}) {
  return days === 0 ? "within a day" : days === 1 ? "in 1 day" : `in ${days} days`;
}

function summary_capped(markdown) {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= MAX_BYTES) return markdown;
  const head = bytes.subarray(0, MAX_BYTES).toString();
  return `${head.slice(0, head.lastIndexOf("\n"))}\n\nThe rest of this summary was cut off because it is too long. The JSON report has everything.\n`;
}

function publicationOf(report) {
  return {
    outputs: () => outputsOf(report),
    json: () => jsonOf(report),
    markdown: () => renderSummary(report),
    links: () => linksOf(report)
  };
}

function outputsOf(report) {
  return {
    status: report.status,
    endpoint: report.deployments[0]?.endpoint ?? "",
    deployments: JSON.stringify(report.deployments.map(({failure, log_tail, ...deployment}) => deployment), nullForUnknown),
    commit: report.commit ?? "",
    "token-scopes": report.token?.held?.join(",") ?? "",
    "token-expires-at": report.token?.expires_at ?? "",
    "token-days-left": report.token?.days_left?.toString() ?? "",
    "failure-code": report.failure?.code ?? ""
  };
}

function jsonOf(report) {
  return `${JSON.stringify(report, nullForUnknown, 2)}\n`;
}

function nullForUnknown(_, value) {
  return value === void 0 ? null : value;
}

function linksOf(report) {
  const links = report.deployments.flatMap(deployment => deployment.endpoint === void 0 ? [] : [ {
    label: report_nameOf(deployment),
    url: deployment.endpoint
  } ]);
  const code = report.failure?.code;
  if (code !== void 0) links.push({
    label: `What ${code} means`,
    url: failureUrl(code)
  });
  if (links.length === 0) links.push({
    label: "Outpost",
    url: report.origin ?? "https://outpost.run"
  });
  return links;
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
    failure = toFailure(thrown, attempted);
  }
  const report = definition.report(failure, startedWallMs);
  if (publicationOf !== void 0) await host.publish(report, publicationOf);
  const lastWord = definition.lastWord(report);
  if (typeof lastWord === "string") host.conclude(lastWord); else if (lastWord !== void 0) host.fail(lastWord);
  return report.exit_status;
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

function fullName({namespace, service}) {
  return namespace === void 0 ? service : `${namespace}/${service}`;
}

function stageCount(targets) {
  return Math.max(0, ...targets.map(({stage}) => stage));
}

function byNamespace(targets) {
  const groups = new Map;
  for (const target of targets) groups.set(target.namespace, [ ...groups.get(target.namespace) ?? [], target ]);
  return groups;
}

function isSameCommit(one, other) {
  const [left, right] = [ one.toLowerCase(), other.toLowerCase() ];
  return left === right || Math.min(left.length, right.length) >= 7 && (left.startsWith(right) || right.startsWith(left));
}

function withStaleBaselines(plan) {
  return {
    ...plan,
    deploys: plan.deploys.map(planned => ({
      ...planned,
      isStale: true
    }))
  };
}

function stagesOf(plan) {
  const numbers = [ ...new Set(plan.deploys.map(({target}) => target.stage)) ].sort((one, other) => one - other);
  return numbers.map((number, index) => {
    const deploys = plan.deploys.filter(({target}) => target.stage === number);
    const stage = {
      ...plan,
      deploys
    };
    return index === 0 ? stage : withStaleBaselines(stage);
  });
}

function makePlan(ready) {
  const {config, baselines, checkout, job, skewMs, form, provedByHealth} = ready;
  const deploys = config.targets.map(target => {
    const baseline = baselines.get(fullName(target));
    if (baseline === void 0) throw new Error(`${fullName(target)} passed the preflight without having been read`);
    const isProvedByHealth = provedByHealth.has(fullName(target));
    return {
      target,
      baseline,
      commit: void 0,
      wasPushedBefore: false,
      isStale: false,
      callsBefore: 0,
      isProvedByHealth
    };
  });
  if (config.wait && config.proof === "commit") for (const planned of deploys) requireCommitProof(planned, config);
  return {
    config,
    skewMs,
    form,
    checkout,
    job,
    deploys
  };
}

function requireCommitProof({target, baseline, isProvedByHealth}, config) {
  if (baseline.commit !== void 0 || config.push !== void 0 || isProvedByHealth) return;
  throw new Failure({
    code: "config-invalid",
    attempted: `Planning the deploy of ${fullName(target)}`,
    happened: "`proof: commit` cannot be met: Outpost does not show which commit is live",
    hint: 'Make the service report its commit and check it with `health-check: /version` and `health-check-contains: "{commit:7}"`, or use `push`, or remove `proof`.'
  });
}

function proofLine({config, form}, {isProvedByHealth}) {
  const {proof, stableForMs} = config;
  if (form === void 0) return "proof: the health check, which looks for this run and did not find it before the deploy";
  const held = `that lasts for ${formatDuration(stableForMs)}`;
  const health = isProvedByHealth ? ", or the health check, which looks for this run and did not find it before the deploy" : "";
  switch (proof) {
   case "rollout":
    return `proof: this deployment succeeds, or a rollout starts after the call and reaches a \`running\` ${held}${health}`;

   case "updated-at":
    return `proof: a new \`updated_at\` and a \`running\` ${held}${health}`;

   case "commit":
    return `proof: a finished rollout, and this run's commit is live${health}`;
  }
}

function describePlan(plan) {
  const {config, deploys, job} = plan;
  const {healthCheck} = config;
  const [first] = deploys;
  const stages = stagesOf(plan);
  return [ ...pushLines(plan), ...job === void 0 ? [] : [ `run the job ${job.namespace}/${job.job}, and deploy if it succeeds: ${requestLine(routes.createJob, plan, job)}` ], ...stages.flatMap((stage, index) => [ ...stages.length > 1 ? [ `stage ${index + 1} of ${stages.length}` ] : [], ...deployLines(stage, Math.max(...deploys.map(({target}) => fullName(target).length))) ]), ...healthCheck === void 0 ? [] : [ `then check ${healthCheck.startsWith("/") ? `${healthCheck} on each endpoint` : healthCheck}` ], ...config.wait && first !== void 0 ? [ proofLine(plan, first) ] : [], ...rollbackLines(plan), endLine(plan) ];
}

function pushLines({config, checkout}) {
  const {push, pushBranch} = config;
  return push === void 0 || checkout === void 0 ? [] : [ `push ${checkout.commit.slice(0, 7)} to ${pushBranch} of ${push.namespace}/${push.name}` ];
}

function deployLines(plan, width) {
  const route = {
    method: routes.deploy.method,
    path: plan.config.deployPath
  };
  return plan.deploys.map(({target, baseline}) => {
    const now = plan.form === void 0 ? "current status not read" : `now ${baseline.statusWord || "without a status"}`;
    return `${fullName(target).padEnd(width)}  branch ${target.branch}, ${now}: ${requestLine(route, plan, target)}`;
  });
}

function requestLine({method, path}, {config}, {namespace = "", service = ""}) {
  return `${method} ${urlFor(config.origin, path, {
    namespace,
    service
  }).href}`;
}

function rollbackLines({config, job, deploys}) {
  if (config.onFailure !== "rollback") return [];
  const what = deploys.length === 1 ? "it" : "everything that was deployed";
  const kept = job === void 0 ? "" : "; this does not undo the job";
  return [ `on failure, roll back ${what}${kept}` ];
}

function endLine({config, deploys}) {
  if (config.dryRun && config.push !== void 0) return "dry run: nothing is pushed and no deploy call is sent, so whether the token may push, the address of the call and the branch are not tested";
  if (config.dryRun) return "dry run: the deploy call is not sent, so its address and the branch are not tested";
  return config.wait ? `then follow ${deploys.length === 1 ? "it" : "them"} to the end (timeout for the whole run: ${formatDuration(config.timeoutMs)})` : "then stop without waiting for the rollout";
}

async function readCommit(git, commit) {
  const {status, stdout} = await git("cat-file", "commit", commit);
  if (status !== 0) return;
  const border = stdout.indexOf("\n\n");
  const parents = [ ...stdout.slice(0, border).matchAll(/^parent ([0-9a-f]+)$/gm) ];
  return {
    parents: parents.map(([, parent]) => parent ?? ""),
    subject: stdout.slice(border + 2).split("\n", 1)[0] ?? ""
  };
}

async function isAncestor(git, one, other) {
  return (await git("merge-base", "--is-ancestor", one, other)).status === 0;
}

async function countBetween(git, other, one) {
  const {status, stdout} = await git("rev-list", "--count", `${other}..${one}`);
  return status === 0 ? Number(stdout.trim()) : void 0;
}

function objects_short(commit) {
  return commit.slice(0, 7);
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

const $ZodCheckStringFormat = $constructor("$ZodCheckStringFormat", (inst, def) => {
  var _a, _b;
  $ZodCheck.init(inst, def);
  if (def.pattern) (_a = inst._zod).check ?? (_a.check = payload => {
    def.pattern.lastIndex = 0;
    if (def.pattern.test(payload.value)) return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: def.format,
      input: payload.value,
      ...def.pattern ? {
        pattern: def.pattern.toString()
      } : {},
      inst,
      continue: !def.abort
    });
  }); else (_b = inst._zod).check ?? (_b.check = () => {});
});

const $ZodCheckRegex = $constructor("$ZodCheckRegex", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  inst._zod.check = payload => {
    def.pattern.lastIndex = 0;
    if (def.pattern.test(payload.value)) return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "regex",
      input: payload.value,
      pattern: def.pattern.toString(),
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

function _regex(pattern, params) {
  return new $ZodCheckRegex({
    check: "string_format",
    format: "regex",
    ...normalizeParams(params),
    pattern
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

const LenientAddress = lenient(Address);

const FIRST_MS = 1e11;

function parseMoment(written) {
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

function isSameMoment(one, other) {
  const precisionMs = Math.max(one.precisionMs, other.precisionMs);
  return Math.floor(one.ms / precisionMs) === Math.floor(other.ms / precisionMs);
}

const STAMP = /^\[?\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:[Zz]|[+-]\d{2}:?\d{2}))?\]?(?: +|$)/;

const MAX_LENGTH = 64;

function stampLength(line) {
  const first = line.charCodeAt(0);
  if (!(first >= 48 && first <= 57) && first !== 91) return 0;
  return STAMP.exec(line.slice(0, MAX_LENGTH))?.[0].length ?? 0;
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

const LogEntry = object({
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

function unwrap(json) {
  const wrapped = safeParse(object({
    data: record(schemas_string(), unknown())
  }), json);
  return wrapped.success ? wrapped.data.data : json;
}

const RepositoryPage = object({
  data: array(object({
    name: Scalar
  }))
});

function parseRepositoryNames(text) {
  return safeParse(RepositoryPage, parseJson(text)).data?.data.map(({name}) => name);
}

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

function logEntryLines(entry) {
  if (typeof entry === "string") return splitLines(entry);
  const fields = safeParse(LogEntry, entry).data;
  if (fields === void 0) return [];
  const words = fields.message ?? fields.line ?? fields.text ?? "";
  const stamp = stampOf(fields.timestamp);
  return splitLines(stamp === "" ? words : `${stamp} ${words}`);
}

const EARLIEST_STAMP_MS = Date.UTC(2e3, 0);

function stampOf(timestamp) {
  if (typeof timestamp === "string" && stampLength(timestamp) === timestamp.length) return timestamp;
  const ms = parseMoment(timestamp)?.ms ?? 0;
  return ms < EARLIEST_STAMP_MS ? "" : new Date(ms).toISOString();
}

function isHtmlPage(text) {
  return /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
}

function splitLines(text) {
  const whole = text.replace(/\r?\n$/, "");
  return whole === "" ? [] : whole.split(/\r?\n/);
}

const ROLLING = new Set([ "deploying", "building", "pending", "queued", "provisioning", "starting", "updating", "replica_init", "controller_init" ]);

const IDLE = new Set([ "stopped", "no_replica", "idle", "sleeping", "scaled_to_zero" ]);

const SUCCEEDED = new Set([ "succeeded", "success", "deployed", "completed", "live", "active", "running" ]);

const JOB_ENDS = {
  succeeded: "succeeded",
  success: "succeeded",
  completed: "succeeded",
  cancelled: "failed",
  canceled: "failed",
  timed_out: "failed",
  timeout: "failed"
};

const FAILED = /^(?:failed|failure|error|crash|unhealthy$|controller_failed$)/;

function phaseOf(word, told = {}) {
  const plain = plainOf(word);
  const phases = [ "running", "rolling", "failed", "idle" ];
  const toldPhase = phases.find(phase => told[phase]?.some(one => plainOf(one) === plain));
  if (toldPhase !== void 0) return toldPhase;
  if (plain === "running") return "running";
  if (isRolling(plain)) return "rolling";
  if (FAILED.test(plain)) return "failed";
  return IDLE.has(plain) ? "idle" : "unknown";
}

function deploymentPhaseOf(word) {
  const plain = plainOf(word);
  if (SUCCEEDED.has(plain)) return "succeeded";
  if (isRolling(plain)) return "rolling";
  return FAILED.test(plain) ? "failed" : "unknown";
}

function jobPhaseOf(word) {
  const plain = plainOf(word);
  return JOB_ENDS[plain] ?? (FAILED.test(plain) ? "failed" : "open");
}

function isRolling(plain) {
  return ROLLING.has(plain) || plain.startsWith("rolling");
}

function plainOf(word) {
  return word.trim().replace(/([a-z])([A-Z])/g, "$1_$2").replace(/[\s-]+/g, "_").toLowerCase();
}

const Word = union([ Scalar, pipe(object({
  phase: Scalar
}), transform(({phase}) => phase)) ]);

const LenientWord = lenient(Word);

const statusFields = {
  status: LenientWord,
  state: LenientWord,
  phase: LenientScalar
};

const DeploymentBody = object({
  ...statusFields,
  id: LenientScalarOrNumber,
  branch: LenientScalar,
  commit: LenientScalar,
  endpoint: LenientAddress
});

const LenientDeployment = lenient(DeploymentBody);

const LenientCount = lenient(union([ schemas_number(), pipe(schemas_string().check(_regex(/^\d{1,9}$/)), transform(Number)) ]));

const Namespace = union([ Scalar, pipe(object({
  name: Scalar
}), transform(({name}) => name)) ]);

const ServiceBody = object({
  ...statusFields,
  name: LenientScalar,
  full_name: LenientScalar,
  namespace: lenient(Namespace),
  updated_at: lenient(union([ schemas_string(), schemas_number() ])),
  endpoint: LenientAddress,
  ready_replicas: LenientCount,
  min_replicas: LenientCount,
  version: LenientScalarOrNumber,
  active_versions: lenient(shortListOf(ScalarOrNumber)),
  commit: LenientScalar,
  deployment_id: LenientScalarOrNumber,
  current_deployment: LenientDeployment,
  deployment: LenientDeployment,
  latest_deployment: LenientDeployment
});

const Pagination = lenient(object({
  page: LenientCount,
  total_pages: LenientCount
}));

const ServicePage = union([ object({
  data: array(unknown()),
  pagination: Pagination
}), pipe(object({
  services: array(unknown()),
  pagination: Pagination
}), transform(({services, pagination}) => ({
  data: services,
  pagination
}))), pipe(array(unknown()), transform(data => ({
  data,
  pagination: void 0
}))) ]);

function wordOf({status, state, phase}) {
  return status || state || phase || "";
}

function toDeployments(body) {
  if (body == null || !body.id) return [];
  const word = wordOf(body);
  return [ {
    id: body.id,
    phase: word === "" ? void 0 : deploymentPhaseOf(word),
    statusWord: word,
    branch: body.branch || void 0,
    commit: body.commit || void 0
  } ];
}

function toService(name, body, words) {
  const statusWord = wordOf(body);
  const named = body.deployment_id ? [ {
    id: body.deployment_id,
    phase: void 0,
    statusWord: "",
    branch: void 0,
    commit: void 0
  } ] : [];
  const shown = [ body.current_deployment, body.deployment, body.latest_deployment ];
  return {
    name,
    phase: phaseOf(statusWord, words),
    statusWord,
    updatedAt: parseMoment(body.updated_at),
    deployments: [ ...shown.flatMap(toDeployments), ...named ],
    branch: (body.current_deployment ?? body.deployment)?.branch || void 0,
    commit: (body.current_deployment ?? body.deployment)?.commit || body.commit || void 0,
    version: body.version || void 0,
    activeVersions: body.active_versions ?? void 0,
    endpoint: body.endpoint || void 0,
    readyReplicas: body.ready_replicas ?? void 0,
    minReplicas: body.min_replicas ?? void 0
  };
}

const FULL_NAME = /^([A-Za-z0-9][\w.-]{0,99})\/([A-Za-z0-9][\w.-]{0,99})$/;

function nameIn(namespace, body) {
  const own = namespace?.toLowerCase();
  const names = [ body.name, body.full_name ].flatMap(text => {
    if (!text) return [];
    const [, owner, name] = FULL_NAME.exec(text) ?? [];
    return [ name === void 0 ? {
      name: text
    } : {
      namespace: owner,
      name
    } ];
  });
  const namespaces = [ body.namespace, ...names.map(one => one.namespace) ];
  const isOther = namespaces.some(one => one && own !== void 0 && one.toLowerCase() !== own);
  const [first, ...others] = names.map(({name}) => name);
  return isOther || others.some(other => other !== first) ? void 0 : first;
}

const Wrapped = object({
  data: optional(unknown()),
  service: optional(unknown()),
  result: optional(unknown())
});

const MAX_WRAPPERS = 2;

function findBody(json, {namespace, service}, wrappers) {
  const body = safeParse(ServiceBody, json).data;
  if (body !== void 0 && nameIn(namespace, body) === service) return body;
  if (wrappers === 0) return;
  const inner = Array.isArray(json) ? json : Object.values(safeParse(Wrapped, json).data ?? {});
  for (const one of inner) {
    const found = findBody(one, {
      namespace,
      service
    }, wrappers - 1);
    if (found !== void 0) return found;
  }
  return;
}

function parseService(text, name, words = {}) {
  const body = findBody(parseSnakeCase(text), name, MAX_WRAPPERS);
  return body === void 0 ? void 0 : toService(name.service, body, words);
}

const DeploymentAnswer = union([ pipe(object({
  deployment: DeploymentBody
}), transform(({deployment}) => deployment)), DeploymentBody ]);

function parseDeployment(text, id) {
  const body = safeParse(DeploymentAnswer, unwrap(parseSnakeCase(text))).data;
  return toDeployments(body).find(deployment => deployment.id === id);
}

function parseServicePage(text, asked, namespace, words = {}) {
  const result = safeParse(ServicePage, parseSnakeCase(text));
  if (!result.success) return;
  const {data, pagination} = result.data;
  const more = data.length > 0 && (pagination?.page ?? asked) === asked && asked < (pagination?.total_pages ?? 1);
  const bodies = data.flatMap(one => safeParse(ServiceBody, one).data ?? []);
  const named = bodies.filter(({name, full_name}) => Boolean(name || full_name));
  if (data.length > 0 && named.length === 0) return;
  const services = named.flatMap(body => {
    const name = nameIn(namespace, body);
    return name === void 0 ? [] : [ toService(name, body, words) ];
  });
  return {
    services,
    more
  };
}

const NamedService = union([ pipe(Scalar, transform(name => ({
  name,
  namespace: void 0
}))), object({
  name: Scalar,
  namespace: LenientScalar
}) ]);

const DeployBody = object({
  id: LenientScalarOrNumber,
  name: LenientScalar,
  namespace: LenientScalar,
  service: lenient(NamedService),
  deployment_id: LenientScalarOrNumber,
  deployment: LenientDeployment,
  endpoint: LenientAddress,
  updated_at: optional(unknown()),
  ...statusFields
});

const Claims = object({
  error: optional(unknown()),
  errors: optional(unknown()),
  success: optional(unknown()),
  ok: optional(unknown())
});

function saysError(json) {
  const {data} = safeParse(Claims, json);
  if (data === void 0) return false;
  return isSomething(data.error) || isSomething(data.errors) || data.success === false || data.ok === false;
}

function isSomething(value) {
  if (Array.isArray(value)) return value.length > 0;
  return value !== void 0 && value !== null && value !== false && value !== "" && value !== 0;
}

function isServiceId(text) {
  return text?.startsWith("svc_") === true;
}

function deploy_wire_nameOf(text) {
  return isServiceId(text) ? void 0 : text || void 0;
}

function parseDeployAnswer(text) {
  const json = parseJson(text);
  if (saysError(json) || saysError(unwrap(json))) return {
    kind: "refused",
    refusal: parseRefusal(text)
  };
  const body = safeParse(DeployBody, inSnakeCase(unwrap(json))).data ?? {};
  const {id, deployment_id, deployment, endpoint, service} = body;
  const isService = isServiceId(id) || body.updated_at !== void 0;
  const ownId = isService ? void 0 : id;
  const word = wordOf(deployment ?? (isService ? {} : body));
  return {
    kind: "accepted",
    acceptance: {
      deploymentId: deployment?.id || deployment_id || ownId || void 0,
      endpoint: deployment?.endpoint || endpoint || void 0,
      namespace: body.namespace || service?.namespace || void 0,
      service: deploy_wire_nameOf(service?.name) ?? (isService ? deploy_wire_nameOf(body.name) : void 0),
      failedWord: deploymentPhaseOf(word) === "failed" ? word : void 0
    }
  };
}

function textOf(body) {
  return (new TextDecoder).decode(body);
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

function refusedInSuccess(status, refusal) {
  return {
    kind: "refused",
    status,
    refusal,
    html: false,
    retryAfterMs: void 0,
    location: void 0,
    challenge: void 0
  };
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

const JobBody = object({
  ...statusFields,
  name: LenientScalar
});

const job_wire_Wrapped = object({
  data: optional(unknown()),
  job: optional(unknown()),
  result: optional(unknown())
});

const job_wire_MAX_WRAPPERS = 2;

function parseJob(text, name) {
  return findJob(parseSnakeCase(text), name, job_wire_MAX_WRAPPERS);
}

function findJob(json, name, wrappers) {
  const body = safeParse(JobBody, json).data;
  const statusWord = wordOf(body ?? {});
  if (body?.name === name && statusWord !== "") return {
    phase: jobPhaseOf(statusWord),
    statusWord
  };
  if (wrappers === 0) return;
  for (const inner of Object.values(safeParse(job_wire_Wrapped, json).data ?? {})) {
    const found = findJob(inner, name, wrappers - 1);
    if (found !== void 0) return found;
  }
  return;
}

function parseCreation(text) {
  if (isHtml(text)) return;
  return saysError(parseJson(text)) ? {
    refusal: parseRefusal(text)
  } : {};
}

const LIST_KEY = /"(?:data|logs)"\s*:\s*$/;

const KEY_LENGTH = 64;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');

function* listElements(body) {
  let depth = 0;
  let listDepth;
  let from = 0;
  for (const at of marksOf(body)) {
    const mark = body[at];
    depth += stepOf(mark);
    if (listDepth === void 0) {
      if (mark === OPEN_LIST && isListThatCounts(body, at, depth)) listDepth = depth;
      from = at + 1;
    } else if (endsElement(mark, depth, listDepth)) {
      yield* readElement(body, from, at);
      from = at + 1;
      if (mark === CLOSE_LIST) listDepth = 0;
    }
    if (depth <= 0) return requireBlanks(body.subarray(at + 1));
  }
}

function requireBlanks(rest) {
  if (!isBlank(rest)) throw new SyntaxError("more follows the JSON");
}

function* marksOf(body) {
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfString(body, at);
    if (byte === QUOTE || byte === COMMA || stepOf(byte) !== 0) yield at;
  }
}

function stepOf(byte) {
  if (byte === OPEN_LIST || byte === OPEN_OBJECT) return 1;
  return byte === CLOSE_LIST || byte === CLOSE_OBJECT ? -1 : 0;
}

function endsElement(mark, depth, listDepth) {
  return mark === COMMA ? depth === listDepth : mark === CLOSE_LIST && depth === listDepth - 1;
}

function* readElement(body, from, to) {
  if (!isBlank(body.subarray(from, to))) yield JSON.parse(body.toString("utf8", from, to));
}

function isBlank(bytes) {
  return bytes.every(byte => byte === 32 || byte === 10 || byte === 13 || byte === 9);
}

function isListThatCounts(body, open, depth) {
  if (depth !== 2) return depth === 1;
  return LIST_KEY.test(body.toString("utf8", Math.max(0, open - KEY_LENGTH), open));
}

function endOfString(body, open) {
  let at = open + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}

const RETURN = 13;

const PART_LENGTH = 65536;

function* linesIn(lines) {
  for (const line of bytesOfLines(lines)) yield line.toString();
}

function* bytesOfLines(lines) {
  for (let from = 0; from < lines.length; ) {
    const feed = lines.indexOf("\n", from);
    const end = feed < 0 ? lines.length : feed;
    yield lines.subarray(from, lines[feed - 1] === RETURN ? end - 1 : end);
    from = end + 1;
  }
}

function takeFirst(lines, count) {
  return lines.subarray(0, endOfFirst(lines, count));
}

function dropFirst(lines, count) {
  return lines.subarray(endOfFirst(lines, count));
}

function endOfFirst(lines, count) {
  let end = 0;
  for (let left = count; left > 0; left -= 1) {
    if (end === lines.length) break;
    const feed = lines.indexOf("\n", end);
    end = feed < 0 ? lines.length : feed + 1;
  }
  return end;
}

function takeLast(lines, count) {
  let from = lines.length;
  for (let left = count; left > 0; left -= 1) from = from < 2 ? 0 : lines.lastIndexOf("\n", from - 2) + 1;
  return lines.subarray(from);
}

function takeLastBytes(lines, bytes) {
  const from = lines.length - bytes;
  return from <= 0 ? lines : lines.subarray(lines.indexOf("\n", from - 1) + 1);
}

function* piecesOf(lines, bytes) {
  for (let from = 0; from < lines.length; ) {
    const feed = lines.indexOf("\n", from + bytes);
    const end = feed === -1 ? lines.length : feed + 1;
    yield lines.subarray(from, end);
    from = end;
  }
}

function toLogLines(texts) {
  const parts = [];
  let part = "";
  for (const text of texts) {
    part += `${text}\n`;
    if (part.length < PART_LENGTH) continue;
    parts.push(Buffer.from(part));
    part = "";
  }
  return Buffer.concat([ ...parts, Buffer.from(part) ]);
}

function copyOver(earlier, lines) {
  const room = earlier.buffer.byteLength < lines.length ? Buffer.allocUnsafeSlow(lines.length) : Buffer.from(earlier.buffer);
  lines.copy(room);
  return room.subarray(0, lines.length);
}

const KEPT_BYTES = 1048576;

const BYTE_ORDER_MARK = Buffer.from("\ufeff");

const HEAD_LENGTH = 64;

function readLogPage(body, isCut = false) {
  const lines = linesOf(withoutByteOrderMark(body), isCut);
  return {
    lines: isCut ? takeLastBytes(lines, KEPT_BYTES) : lines,
    isCut
  };
}

function linesOf(body, isCut) {
  const begin = body.findIndex(byte => byte > 32);
  const head = body.toString("utf8", Math.max(0, begin), begin + HEAD_LENGTH);
  if (isHtmlPage(head)) return body.subarray(0, 0);
  const lines = /^[[{"]/.test(head) ? linesOfJson(body, isCut) : void 0;
  return lines ?? (isCut ? body.subarray(0, body.lastIndexOf("\n") + 1) : body);
}

function linesOfJson(body, isCut) {
  let isBroken = false;
  function* texts() {
    try {
      for (const entry of listElements(body)) yield* logEntryLines(entry);
    } catch {
      isBroken = true;
    }
  }
  const lines = toLogLines(texts());
  if (lines.length > 0) return lines;
  return isBroken || !isCut && parseJson(body.toString()) === void 0 ? void 0 : lines;
}

function withoutByteOrderMark(body) {
  const {length} = BYTE_ORDER_MARK;
  return body.subarray(0, length).equals(BYTE_ORDER_MARK) ? body.subarray(length) : body;
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

const LOG_DEADLINE_MS = 5e3;

const MAX_LOG_BYTES = 4194304;

const MAX_PAGES = 50;

const MAX_READS_SENT = 5;

const MAX_DEPLOYS_SENT = 4;

const MAX_LOOK_BYTES = 262144;

const LOOK_DEADLINE_MS = 15e3;

const MAX_SENT_TO_FAILING = 3;

function createClient(connection) {
  return clientAt(connection.form, connection, createSender(connection));
}

function clientAt(form, connection, send) {
  const {deployPath, words} = connection;
  const get = path => ({
    method: "GET",
    path
  });
  async function services(namespace, maxSent = MAX_READS_SENT) {
    const found = [];
    for (let page = 1; ;page += 1) {
      const query = `per_page=100&page=${page}`;
      const reply = await send({
        route: get(form.list ?? form.service),
        variables: variablesOf({
          namespace
        }),
        query,
        maxSent,
        parse: text => parseServicePage(text, page, namespace, words)
      });
      if (reply.kind !== "value") return reply;
      found.push(...reply.value.services);
      if (!reply.value.more || page === MAX_PAGES) return {
        ...reply,
        value: {
          services: found,
          requests: page
        }
      };
    }
  }
  function logs(path, variables, into, deadlineMs = LOG_DEADLINE_MS) {
    const maxBytes = MAX_LOG_BYTES;
    const asked = {
      route: get(path),
      variables,
      maxSent: 1,
      maxBytes,
      deadlineMs
    };
    return send({
      ...asked,
      into,
      parseBytes: readLogPage
    });
  }
  return {
    form,
    at: other => clientAt(other, connection, send),
    services,
    user: () => send({
      route: routes.user,
      variables: {},
      maxSent: 2,
      parse: parseJson
    }),
    service: (name, maxSent = MAX_READS_SENT) => send({
      route: get(form.service),
      variables: variablesOf(name),
      maxSent,
      parse: text => parseService(text, name, words)
    }),
    tryService: (name, isLikely) => send({
      route: get(form.service),
      variables: variablesOf(name),
      maxSent: MAX_READS_SENT,
      maxSentToFailing: MAX_SENT_TO_FAILING,
      mayBeMisshapen: !isLikely,
      parse: text => parseService(text, name, words)
    }),
    deployment: (name, id) => send({
      route: get(form.deployment ?? ""),
      variables: {
        ...variablesOf(name),
        id
      },
      maxSent: 1,
      parse: text => parseDeployment(text, id)
    }),
    look: async (path, variables) => {
      const {origin, http, clock, signal} = connection;
      const url = urlFor(origin, path, variables);
      const outcome = await http.send({
        method: "GET",
        url,
        maxBytes: MAX_LOOK_BYTES,
        deadlineMs: LOOK_DEADLINE_MS
      }, signal);
      const names = "headers" in outcome ? Object.keys(outcome.headers) : [];
      return {
        reply: toReply(outcome, body => parseJson(textOf(body)), url, clock),
        text: outcome.kind === "answer" ? textOf(outcome.body) : "",
        limits: names.filter(name => /^(?:x-)?ratelimit-[a-z-]{1,30}$|^retry-after$/.test(name))
      };
    },
    repositories: namespace => send({
      route: routes.repositories,
      variables: {
        namespace
      },
      query: "per_page=100",
      maxSent: 1,
      parse: parseRepositoryNames
    }),
    logs: (name, into, deadlineMs) => logs(form.logs, variablesOf(name), into, deadlineMs),
    createJob: async ({namespace, job}, body) => {
      const reply = await send({
        route: routes.createJob,
        variables: {
          namespace
        },
        body: JSON.stringify({
          ...body,
          name: job
        }),
        maxSent: MAX_DEPLOYS_SENT,
        parse: parseCreation
      });
      return reply.kind === "value" && reply.value.refusal !== void 0 ? refused(reply, reply.value.refusal) : reply;
    },
    job: (name, maxSent = MAX_READS_SENT) => send({
      route: get(form.job ?? ""),
      variables: {
        ...name
      },
      maxSent,
      parse: text => parseJob(text, name.job)
    }),
    jobLogs: (name, into, deadlineMs) => logs(`${form.job?.replace(/\/$/, "")}/logs`, {
      ...name
    }, into, deadlineMs),
    deploy: async ({branch, ...name}, idempotencyKey, onSent) => {
      const reply = await send({
        route: {
          ...routes.deploy,
          path: deployPath
        },
        variables: variablesOf(name),
        body: JSON.stringify({
          branch
        }),
        headers: {
          "idempotency-key": idempotencyKey
        },
        maxSent: MAX_DEPLOYS_SENT,
        ...onSent === void 0 ? {} : {
          onSent
        },
        parse: text => isHtml(text) ? void 0 : parseDeployAnswer(text)
      });
      if (reply.kind !== "value") return reply;
      const {value: answer} = reply;
      return answer.kind === "accepted" ? {
        ...reply,
        value: answer.acceptance
      } : refused(reply, answer.refusal);
    }
  };
}

function refused({status, requestId}, refusal) {
  return refusedInSuccess(status, {
    ...refusal,
    requestId: refusal.requestId ?? requestId
  });
}

function variablesOf(name) {
  const {namespace = "", service = ""} = name;
  return {
    namespace,
    service
  };
}

const servicePaths = [ "/{namespace}/service/{service}", "/auth/v1/{namespace}/service/{service}", "/auth/v1/seed/{namespace}/services/{service}", "/auth/v1/{namespace}/services/{service}", "/auth/v1/service/{namespace}/{service}", "/auth/v1/v1/services/{service}", "/auth/v1/services/{service}" ];

function formOf(service, known = {}) {
  return {
    service,
    list: known.list ?? listBeside(service),
    logs: known.logs ?? `${service.replace(/\/$/, "")}/logs`,
    deployment: known.deployment,
    job: known.job ?? jobBeside(service)
  };
}

function jobBeside(service) {
  const job = service.replace(/\/service(s?)(?=\/)/, "/job$1").replace("{service}", "{job}");
  return /\/jobs?\//.test(job) ? job : void 0;
}

function listBeside(service) {
  const collection = /(.*)\/\{service\}\/?$/.exec(service)?.[1];
  return collection?.replace(/\/service$/, "/services");
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
  return parseMoment(data)?.ms ?? "unread";
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

const token_reader_MAX_PAGES = 100;

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
      if (isLast || brought === 0 || page === token_reader_MAX_PAGES) {
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

function readingAt(form, run) {
  return form === void 0 ? run : {
    ...run,
    client: run.client.at(form)
  };
}

const TOKEN_LOOKUP_MS = 3e4;

const run_MAX_READS_SENT = 4;

function remainingMs(run) {
  return run.deadlineMs - run.clock.nowMs();
}

function assertTimeLeft(run, attempted) {
  if (remainingMs(run) > 0) return;
  throw timedOut(attempted, "the run timed out before it could start, so nothing was deployed");
}

function timedOut(attempted, happened) {
  return new Failure({
    code: "timed-out",
    attempted,
    happened,
    hint: "Raise the input `timeout`, or check the log above for what took so long."
  });
}

async function openRun(host, {origin, deployPath, servicePath, api, timeoutMs, forwardMs}, token, clock, signal) {
  const {createHttp} = await Promise.resolve().then(__nccwpck_require__.bind(__nccwpck_require__, 427));
  const {ports, connect} = openPorts(createHttp, host, token, clock, signal, timeoutMs);
  return {
    ...ports,
    deadlineMs: ports.deadlineMs - timeoutMs + forwardMs,
    client: createClient({
      ...connect(origin, token),
      deployPath,
      form: formOf(servicePath ?? servicePaths[0], api),
      words: api
    }),
    tokens: (maxSent = run_MAX_READS_SENT) => {
      const deadlineMs = Math.min(ports.deadlineMs, clock.nowMs() + TOKEN_LOOKUP_MS);
      const read = api.token === void 0 ? void 0 : {
        method: "GET",
        path: api.token
      };
      const list = tokenRoutes.list;
      return createTokenReader(connect(origin, token, {
        deadlineMs
      }), {
        list,
        read
      }, maxSent);
    },
    probe: connect(origin, void 0).http,
    isRehearsal: isLoopback(origin.hostname)
  };
}

function openBriefRun(host, config, token, clock, timeoutMs) {
  return openRun(host, {
    ...config,
    timeoutMs,
    forwardMs: timeoutMs
  }, token, clock, (new AbortController).signal);
}

const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

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

const MAX_OUTPUT_LENGTH = 1048576;

async function runGit(command) {
  command.signal.throwIfAborted();
  const program = findGit(process.env["PATH"]);
  if (program === void 0) return {
    status: void 0,
    stdout: "",
    stderr: "",
    trouble: "not-installed"
  };
  const hasGroups = process.platform !== "win32";
  const child = (0, external_node_child_process_namespaceObject.spawn)(program, [ ...command.args ], {
    cwd: command.cwd,
    env: command.env,
    stdio: [ "ignore", "pipe", "pipe" ],
    detached: hasGroups
  });
  const endAll = () => {
    if (child.pid === void 0) return;
    try {
      process.kill(hasGroups ? -child.pid : child.pid, "SIGKILL");
    } catch {}
  };
  const end = {
    stdout: "",
    stderr: "",
    trouble: void 0
  };
  for (const stream of [ "stdout", "stderr" ]) child[stream].setEncoding("utf8").on("data", text => {
    if (stream === "stderr") command.onProgress?.(text);
    if (stream === "stdout" && command.onOutput !== void 0) command.onOutput(text); else end[stream] = lastOf(`${end[stream]}${text}`);
  });
  const timer = setTimeout(() => {
    end.trouble = "timed-out";
    endAll();
  }, command.timeoutMs);
  command.signal.addEventListener("abort", endAll, {
    once: true
  });
  try {
    const status = await new Promise(resolve => {
      child.on("error", () => {
        end.trouble = "not-installed";
        resolve(void 0);
      });
      child.on("close", code => resolve(code ?? void 0));
    });
    command.signal.throwIfAborted();
    return {
      ...end,
      status
    };
  } finally {
    clearTimeout(timer);
    command.signal.removeEventListener("abort", endAll);
  }
}

function lastOf(text) {
  return text.length > 2 * MAX_OUTPUT_LENGTH ? text.slice(-MAX_OUTPUT_LENGTH) : text;
}

const PASSED_ON = [ "PATH", "SystemRoot", "TMPDIR", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_DIR", "RUNNER_TRACKING_ID" ];

function isolatedEnvironment(home, config) {
  const passed = Object.fromEntries(PASSED_ON.map(name => [ name, process.env[name] ]));
  return {
    ...passed,
    HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: external_node_os_namespaceObject.devNull,
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    ...configEntries(config)
  };
}

function offlineEnvironment(home) {
  return {
    ...isolatedEnvironment(home, []),
    ...offline
  };
}

function configEntries(config) {
  const entries = config.flatMap(([key, value], index) => [ [ `GIT_CONFIG_KEY_${index}`, key ], [ `GIT_CONFIG_VALUE_${index}`, value ] ]);
  return {
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(entries)
  };
}

async function inSandbox(place, run, task) {
  const folder = (0, external_node_fs_namespaceObject.mkdtempSync)((0, external_node_path_namespaceObject.join)(process.env["RUNNER_TEMP"] || (0, 
  external_node_os_namespaceObject.tmpdir)(), "outpost-push-"));
  const remove = () => (0, external_node_fs_namespaceObject.rmSync)(folder, {
    recursive: true,
    force: true
  });
  process.once("exit", remove);
  try {
    await fill(folder, place, run);
    return await task(folder);
  } finally {
    remove();
    process.removeListener("exit", remove);
  }
}

function reading(folder, run) {
  return (...args) => runGit({
    args,
    cwd: folder,
    env: offlineEnvironment(folder),
    timeoutMs: Math.max(1, remainingMs(run)),
    signal: run.signal
  });
}

async function fill(folder, place, run) {
  const end = await reading(folder, run)("init", "--quiet", "--bare", "--template=", `--object-format=${place.objectFormat}`, ".");
  if (end.status !== 0) throw new Failure({
    code: "push-not-possible",
    attempted: "Reading the checkout",
    happened: `git could not create an empty repository in ${folder}`,
    hint: "Check that the temporary folder of this job is writable and not full."
  });
  (0, external_node_fs_namespaceObject.mkdirSync)((0, external_node_path_namespaceObject.join)(folder, "objects", "info"), {
    recursive: true
  });
  (0, external_node_fs_namespaceObject.writeFileSync)((0, external_node_path_namespaceObject.join)(folder, "objects", "info", "alternates"), `${place.objectsFolder}\n`);
  if (place.shallowFile !== void 0) (0, external_node_fs_namespaceObject.cpSync)(place.shallowFile, (0, 
  external_node_path_namespaceObject.join)(folder, "shallow"));
}

const CERTIFICATE_VARIABLES = [ "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "GIT_SSL_CAINFO" ];

const SYSTEM_BUNDLES = [ "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem" ];

const SYSTEM_SETTINGS = new Set([ "http.sslcapath", "http.sslcert", "http.sslkey", "http.sslversion", "http.sslbackend", "http.schannelcheckrevoke", "http.schannelusesslcainfo", "http.postbuffer", "http.version" ]);

const PROXY_SETTINGS = new Set([ "http.proxy", "http.proxyauthmethod", "http.proxysslcainfo", "http.proxysslcert", "http.proxysslkey" ]);

async function trustSettings(sandbox, url, run) {
  const system = await systemSettings(sandbox, url, run);
  const files = [ ...CERTIFICATE_VARIABLES.map(name => process.env[name]), system.get("http.sslcainfo") ].flatMap(file => file === void 0 || file === "" ? [] : [ file ]);
  const own = [ ...system ].filter(([key]) => SYSTEM_SETTINGS.has(key) || PROXY_SETTINGS.has(key) && url.startsWith("https:"));
  hideProxyPassword(system.get("http.proxy"), run);
  return [ ...own, ...await bundleSettings(sandbox, files, run) ];
}

async function bundleSettings(sandbox, files, run) {
  if (files.length === 0) return [];
  const {rootCertificates} = await Promise.resolve().then(__nccwpck_require__.t.bind(__nccwpck_require__, 311, 19));
  const usual = SYSTEM_BUNDLES.find(file => (0, external_node_fs_namespaceObject.existsSync)(file));
  const texts = [ ...usual === void 0 ? [] : [ usual ], ...new Set(files) ].map(file => readBundle(file, run));
  const bundle = (0, external_node_path_namespaceObject.join)(sandbox, "certificates.pem");
  (0, external_node_fs_namespaceObject.writeFileSync)(bundle, [ ...rootCertificates, ...texts, "" ].join("\n"));
  const backend = process.platform === "win32" ? [ [ "http.sslBackend", "openssl" ] ] : [];
  return [ ...backend, [ "http.sslCAInfo", bundle ] ];
}

function readBundle(file, {host}) {
  try {
    return (0, external_node_fs_namespaceObject.readFileSync)(file, "utf8");
  } catch {
    host.say(`Could not read the certificates in ${file}. git runs without them.`);
    return "";
  }
}

async function systemSettings(sandbox, url, run) {
  const {status, stdout} = await reading(sandbox, run)("config", "--system", "--null", "--get-urlmatch", "http", url);
  if (status !== 0) return new Map;
  return new Map(stdout.split("\0").filter(entry => entry.includes("\n")).map(entry => {
    const [key = "", ...value] = entry.split("\n");
    return [ key.toLowerCase(), value.join("\n") ];
  }));
}

function hideProxyPassword(proxy, {host}) {
  if (proxy === void 0 || !URL.canParse(proxy)) return;
  const {password} = new URL(proxy);
  if (password !== "") host.mask(new Secret(password));
}

function withOutpost(config, checkout, token, run, task) {
  const {push: repository, pushBranch: branch, origin} = config;
  if (repository === void 0 || branch === void 0) throw new Error("there is nothing to push");
  const url = `${origin.origin}/${repository.namespace}/${repository.name}.git`;
  return inSandbox(checkout, run, async sandbox => {
    const trust = await trustSettings(sandbox, url, run);
    const env = isolatedEnvironment(sandbox, [ ...trust, ...settings(config, token, run) ]);
    return await task({
      config,
      repository,
      url,
      branch,
      checkout,
      sandbox,
      env
    });
  });
}

function settings({origin, username, push: repository}, token, {host}) {
  const credentials = Buffer.from(`${username ?? repository?.namespace}:${token.reveal()}`).toString("base64");
  host.mask(new Secret(credentials));
  const scheme = origin.protocol === "https:" ? "https" : "http";
  return [ [ "protocol.allow", "never" ], [ `protocol.${scheme}.allow`, "always" ], [ "http.followRedirects", "false" ], [ "http.sslVerify", "true" ], [ "credential.helper", "" ], [ "core.hooksPath", (0, 
  external_node_path_namespaceObject.join)("/dev", "null") ], [ "transfer.credentialsInUrl", "die" ], [ "push.recurseSubmodules", "no" ], [ "gc.auto", "0" ], [ "http.lowSpeedLimit", "1" ], [ "http.lowSpeedTime", "60" ], [ `http.${origin.origin}/.extraHeader`, "" ], [ `http.${origin.origin}/.extraHeader`, `Authorization: Basic ${credentials}` ] ];
}

function git(context, run, args, onProgress) {
  const {sandbox: cwd, env} = context;
  return runGit({
    args,
    cwd,
    env,
    timeoutMs: Math.max(1, remainingMs(run)),
    signal: run.signal,
    ...onProgress === void 0 ? {} : {
      onProgress
    }
  });
}

function repositoryName({repository}) {
  return `${repository.namespace}/${repository.name}`;
}

function shallowFile({sandbox}) {
  return (0, external_node_path_namespaceObject.join)(sandbox, "shallow");
}

function isShallow(context) {
  return (0, external_node_fs_namespaceObject.existsSync)(shallowFile(context));
}

async function joinHistories(context, formerCommit, run) {
  if (!isShallow(context)) return;
  const has = async object => (await git(context, run, [ "cat-file", "-e", `${object}^{commit}` ])).status === 0;
  if (!await has(formerCommit)) await git(context, run, [ "fetch", "--quiet", "--no-tags", context.url, formerCommit ]);
  const open = [];
  for (const commit of (0, external_node_fs_namespaceObject.readFileSync)(shallowFile(context), "utf8").split("\n").filter(line => line !== "")) {
    const facts = await readCommit((...args) => git(context, run, args), commit);
    const parents = facts?.parents ?? [];
    const known = await Promise.all(parents.map(has));
    if (!known.every(Boolean)) open.push(commit);
  }
  if (open.length === 0) (0, external_node_fs_namespaceObject.rmSync)(shallowFile(context)); else (0, 
  external_node_fs_namespaceObject.writeFileSync)(shallowFile(context), `${open.join("\n")}\n`);
}

async function deepen(context, run) {
  const {checkout, sandbox} = context;
  if (checkout.originUrl === void 0) return false;
  run.host.say("The checkout is shallow; fetching the rest of its history without a token.");
  const env = isolatedEnvironment(sandbox, [ ...await trustSettings(sandbox, checkout.originUrl, run), [ "protocol.allow", "never" ], [ "protocol.https.allow", "always" ], [ "credential.helper", "" ] ]);
  const end = await git({
    ...context,
    env
  }, run, [ "fetch", "--quiet", "--unshallow", "--no-tags", checkout.originUrl, checkout.commit ]);
  return end.status === 0;
}

async function relationTo(tip, context, run) {
  const ask = (...args) => git(context, run, args);
  const {commit} = context.checkout;
  if ((await ask("cat-file", "-e", `${tip}^{commit}`)).status !== 0) await ask("fetch", "--quiet", "--no-tags", context.url, tip);
  if (await isAncestor(ask, commit, tip)) {
    const newerCommits = await countBetween(ask, commit, tip);
    return newerCommits === void 0 ? {
      kind: "unknown"
    } : {
      kind: "ahead",
      newerCommits
    };
  }
  if (await isAncestor(ask, tip, commit)) return {
    kind: "behind"
  };
  const otherCommits = isShallow(context) ? void 0 : await countBetween(ask, commit, tip);
  return otherCommits === void 0 ? {
    kind: "unknown"
  } : {
    kind: "apart",
    otherCommits
  };
}

function commits(count) {
  return `${count} commit${count === 1 ? "" : "s"}`;
}

function warnOfForce(relation, former, context, {host}) {
  const what = lossOf(relation, former);
  if (what === void 0) return;
  const {branch, checkout} = context;
  host.warn({
    title: what.title,
    message: `${repositoryName(context)}: \`non-fast-forward\` is \`force\`: ${branch} ${what.does.replaceAll("{commit}", objects_short(checkout.commit))}.`
  });
}

function lossOf(relation, former) {
  switch (relation.kind) {
   case "behind":
    return;

   case "ahead":
    return {
      title: "The branch moves back",
      does: `moves back ${commits(relation.newerCommits)} to {commit}`
    };

   case "apart":
    return {
      title: "The branch loses commits",
      does: `moves to {commit} and loses ${commits(relation.otherCommits)} that {commit} does not contain`
    };

   case "unknown":
    return {
      title: "The branch may lose commits",
      does: `moves from ${former?.slice(0, 7)} to {commit}; the checkout has too little history to tell which commits it loses`
    };
  }
}

const TOKEN_HINT = "The token needs the scope `repo`, and `username` must be the user who owns the token.";

const BEHIND = {
  pattern: /\[rejected\].*\((?:fetch first|non-fast-forward)\)|\(stale info\)/,
  code: "push-rejected",
  happened: "the branch on Outpost has commits that this one does not contain",
  hint: () => "Someone moved the branch during this run. Run the job again."
};

const SHALLOW = {
  pattern: /shallow update not allowed/,
  code: "push-rejected",
  happened: "the checkout is shallow, and Outpost does not have the commits before it",
  hint: () => 'Check out the full history: `fetch-depth: 0` for actions/checkout, or the variable `GIT_DEPTH: "0"` on GitLab.'
};

const meanings = [ BEHIND, SHALLOW, {
  pattern: /protected branch|is protected/i,
  code: "push-rejected",
  happened: "the branch is protected on Outpost",
  hint: ({namespace, name}) => `Allow the token's owner to push to it in the settings of ${namespace}/${name}, or push to another \`branch\`.`
}, {
  pattern: /error: 413|too large|larger than|exceeds|pack.*size limit/i,
  code: "push-rejected",
  happened: "the push is too large for Outpost",
  hint: () => "Look for large files in the last commits (`git rev-list --objects`), and remove them from the repository."
}, {
  pattern: /\[remote rejected\].*\(non-fast-forward\)/,
  code: "push-rejected",
  happened: "Outpost does not allow force pushes to this repository",
  hint: ({namespace, name}) => `Allow it in the settings of ${namespace}/${name}, or deploy a new commit that reverts the later ones.`
}, {
  pattern: /\[remote rejected\]/,
  code: "push-rejected",
  happened: "Outpost rejected it",
  hint: () => "Check the lines above that start with `remote:` for the reason. If there are none, ask the owner of that repository."
}, {
  pattern: /unable to read [0-9a-f]{40}|missing (?:blob|tree|object)|promisor/,
  code: "push-not-possible",
  happened: "the checkout is a partial clone and does not have all objects of the commit",
  hint: () => 'Check out without `filter`, and with `fetch-depth: 0` (`GIT_DEPTH: "0"` on GitLab).'
}, {
  pattern: /could not read Username|Authentication failed|error: 401/,
  code: "push-refused",
  happened: "the git server does not accept the token with this user name (401)",
  hint: () => TOKEN_HINT
}, {
  pattern: /error: 403/,
  code: "push-refused",
  happened: "the token is not allowed to write to this repository (403)",
  hint: () => TOKEN_HINT
}, {
  pattern: /repository '.*' not found|error: 404/,
  code: "push-refused",
  happened: "Outpost has no such repository, or this token cannot see it",
  hint: ({namespace, name}) => `Check \`push: ${namespace}/${name}\`.`
}, {
  pattern: /error: 30\d/,
  code: "push-refused",
  happened: "the git server redirects to another address, and redirects are never followed with a token",
  hint: () => "Set the input `origin` to the real address of Outpost."
}, {
  pattern: /Could not resolve (?:host|proxy)|Failed to connect|Connection refused/i,
  code: "push-lost",
  happened: "the git server cannot be reached",
  hint: () => "Nothing was deployed. Check the input `origin` and the network of this runner, then run the job again."
}, {
  pattern: /^fatal: unable to access '[^']*': .*(?:certificate|verification failed)/i,
  code: "push-lost",
  happened: "the TLS certificate of the git server could not be verified here",
  hint: () => "Nothing was deployed. If a company proxy inspects TLS traffic, set `NODE_EXTRA_CA_CERTS` to the file with its certificate in this job: the API calls and git will then trust it. Never turn off certificate checks: that would hand the token to anyone in between."
}, {
  pattern: /^fatal: unable to access '[^']*': .*(?:SSL|TLS|schannel)/i,
  code: "push-lost",
  happened: "the TLS connection to the git server failed",
  hint: () => "Nothing was deployed. Run the job again. If it fails the same way, check for a proxy between this runner and Outpost."
} ];

function pushFailure(end, attempted, repository, isShallow = false) {
  if (end.trouble === "timed-out") return new Failure({
    code: "push-lost",
    attempted,
    happened: "the run timed out before the git server answered",
    hint: "Nothing was deployed. If the push is large, raise the input `timeout`. Otherwise, check the status of Outpost."
  });
  const lines = push_failure_linesOf(end);
  const meaning = lacksHistory(end, isShallow) ? SHALLOW : meanings.find(({pattern}) => lines.some(line => pattern.test(line)));
  if (meaning !== void 0) {
    const reason = lines.map(line => REASON.exec(line)).map(match => match?.[1] ?? match?.[2]).find(one => one !== void 0);
    const happened = `${meaning.happened}${reason === void 0 ? "" : ` (${reason})`}`;
    return new Failure({
      code: meaning.code,
      attempted,
      happened,
      hint: meaning.hint(repository)
    });
  }
  const fatal = lines.map(line => /^(?:fatal|error): (.{1,300})/.exec(line)?.[1]).find(one => one !== void 0);
  return new Failure({
    code: "push-lost",
    attempted,
    happened: fatal === void 0 ? "git failed without giving a reason" : `git failed: ${fatal}`,
    hint: "Nothing was deployed. Run the job again; if it happens again, try the same push by hand."
  });
}

const REASON = /\[remote rejected\][^()]*\(([^()]{1,100})\)|^fatal: unable to access '[^']*': (.*(?:certificate|verification|SSL|TLS|schannel).*)$/i;

const MAX_LINES = 400;

const push_failure_MAX_LINE_LENGTH = 500;

function push_failure_linesOf({stdout, stderr}) {
  return [ stdout, stderr ].flatMap(text => text.split(/[\r\n]/).slice(-MAX_LINES).map(line => line.slice(0, push_failure_MAX_LINE_LENGTH)));
}

function isBehind(end) {
  return push_failure_linesOf(end).some(line => BEHIND.pattern.test(line));
}

function lacksHistory(end, isShallow) {
  return push_failure_linesOf(end).some(line => SHALLOW.pattern.test(line)) || isShallow && push_failure_linesOf(end).some(line => /\(fetch first\)|\(non-fast-forward\)/.test(line));
}

function refusesChunks(end) {
  return push_failure_linesOf(end).some(line => /returned error: (?:400|411|501)$/.test(line));
}

function isNotFound(end) {
  return push_failure_linesOf(end).some(line => /not found|error: 404/.test(line));
}

function noSuchRepository({namespace, name}, names) {
  const suggestions = nearest(name, names).map(one => `\`${namespace}/${one}\``);
  return new Failure({
    code: "push-refused",
    attempted: `Reading ${namespace}/${name}`,
    happened: "Outpost has no such repository, or this token cannot see it",
    hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(" or ")}? Change the input \`push\`.` : "Check the input `push`, or create the repository in Outpost first."
  });
}

const ELSEWHERE = "If they were pushed from somewhere else, add them to your repository first, and run the job again.";

const FORCE = "set `non-fast-forward: force` on a branch that is used only for deploys";

function notFastForward(relation, tip, context) {
  const {branch, checkout} = context;
  const at = `${branch} on Outpost is at ${objects_short(tip)}`;
  const ours = objects_short(checkout.commit);
  if (relation.kind === "ahead") return rejected(context, `${at}, ${commits(relation.newerCommits)} ahead of ${ours}`, `To deploy the older commit (a rollback, a promotion), ${FORCE}. To end outdated runs without a deploy, set \`non-fast-forward: skip\`. ${relation.newerCommits === 1 ? ELSEWHERE.replace("they were", "the newer commit was").replace("them", "it") : ELSEWHERE.replace("they", "the newer commits")}`);
  const others = relation.kind === "apart" ? `${commits(relation.otherCommits)} that ${ours} does not contain` : `commits that ${ours} does not contain`;
  return rejected(context, `${at} and has ${others}`, `To replace them (you rewrote history, or promote another branch), ${FORCE}. ${ELSEWHERE}`);
}

function movedMeanwhile(lease, tip, context) {
  return rejected(context, `someone moved ${context.branch} from ${objects_short(lease)} to ${objects_short(tip)} during this run`, "Check what was pushed there. Let only one job at a time push to this branch, and run this one again if its commit is still the one to deploy.");
}

function refusedUpload(context) {
  return new Failure({
    code: "push-refused",
    attempted: `Pushing to ${repositoryName(context)}`,
    happened: "something between this machine and Outpost rejects chunked uploads, and also rejected the upload in one piece",
    hint: "Ask the admin of the proxy or gateway to allow chunked uploads. For a push larger than 500 MiB, increase the buffer on this machine: `git config --system http.postBuffer 2g`."
  });
}

function rejected(context, happened, hint) {
  const doing = context.config.dryRun ? "Checking the push" : "Pushing";
  return new Failure({
    code: "push-rejected",
    attempted: `${doing} to ${repositoryName(context)}`,
    happened,
    hint
  });
}

const PROGRESS_EVERY_MS = 1e4;

const ONE_PIECE_BYTES = 524288e3;

async function sendInAnyWay(context, lease, run) {
  let end = await send(context, lease, [], run);
  if (lacksHistory(end, isShallow(context)) && await deepen(context, run)) end = await send(context, lease, [], run);
  if (!refusesChunks(end)) return end;
  run.host.say("A gateway rejects chunked uploads; sending the push again in one piece.");
  return await send(context, lease, [ "-c", `http.postBuffer=${ONE_PIECE_BYTES}` ], run);
}

function send(context, lease, settings, run) {
  const {url, branch, checkout} = context;
  const args = [ ...settings, "push", "--porcelain", "--no-verify", "--progress", ...lease === void 0 ? [] : [ `--force-with-lease=refs/heads/${branch}:${lease}` ], url, `${checkout.commit}:refs/heads/${branch}` ];
  let saidMs = run.clock.nowMs();
  return git(context, run, args, text => {
    const percent = /Writing objects:\s{1,3}(\d{1,3})%/.exec(text)?.[1];
    if (percent === void 0 || run.clock.nowMs() - saidMs < PROGRESS_EVERY_MS) return;
    saidMs = run.clock.nowMs();
    run.host.say(`Pushing: ${percent}% of objects written.`);
  });
}

function remoteLines(stderr) {
  return stderr.split(/[\r\n]/).filter(line => line.startsWith("remote: ") && !/^remote: (?:Resolving|Compressing|Counting|Enumerating)/.test(line));
}

async function tipOnOutpost(context, run) {
  const {url, branch, repository} = context;
  const end = await git(context, run, [ "ls-remote", "--quiet", url, `refs/heads/${branch}` ]);
  const lines = end.stdout.split("\n").map(line => line.split("\t"));
  if (end.status === 0) return lines.find(([, ref]) => ref === `refs/heads/${branch}`)?.[0];
  const failure = pushFailure(end, `Reading ${repositoryName(context)}`, repository);
  if (failure.code === "push-refused" && isNotFound(end)) throw noSuchRepository(repository, await repositoryNames(repository.namespace, run));
  throw failure;
}

async function repositoryNames(namespace, run) {
  const reply = await run.client.repositories(namespace);
  return reply.kind === "value" ? reply.value : [];
}

async function push({config, checkout}, token, run) {
  if (checkout === void 0) return;
  return await withOutpost(config, checkout, token, run, context => deliver(context, run));
}

function readTip({config}, checkout, token, run) {
  return withOutpost(config, checkout, token, run, context => tipOnOutpost(context, run));
}

function planAfterPush(plan, pushed) {
  if (pushed === void 0) return plan;
  const {branch, commit, outcome} = pushed;
  const deploys = plan.deploys.map(planned => ({
    ...planned,
    commit: planned.target.branch === branch ? commit : void 0,
    wasPushedBefore: planned.target.branch === branch && outcome === "already-there"
  }));
  return withStaleBaselines({
    ...plan,
    deploys
  });
}

async function deliver(context, run) {
  const {branch, checkout, config} = context;
  const {commit} = checkout;
  const name = repositoryName(context);
  const startWallMs = run.clock.wallMs();
  const formerCommit = await tipOnOutpost(context, run);
  const end = (outcome, newerCommits) => ({
    outcome,
    commit,
    branch,
    formerCommit,
    newerCommits,
    startWallMs,
    endWallMs: run.clock.wallMs()
  });
  if (formerCommit === commit) {
    run.host.say(`${name}: ${branch} is already at ${objects_short(commit)}.`);
    return end("already-there", 0);
  }
  if (formerCommit !== void 0) await joinHistories(context, formerCommit, run);
  const relation = formerCommit === void 0 || config.nonFastForward === "fail" ? {
    kind: "behind"
  } : await relationTo(formerCommit, context, run);
  if (config.nonFastForward === "skip" && relation.kind === "ahead") {
    run.host.say(`${name}: ${branch} is already ${commits(relation.newerCommits)} ahead of ${objects_short(commit)}; nothing is pushed.`);
    return end("skipped", relation.newerCommits);
  }
  const isForced = config.nonFastForward === "force";
  if (isForced) warnOfForce(relation, formerCommit, context, run);
  run.host.say(`${name}: pushing ${objects_short(commit)} to ${branch}.`);
  await bring(context, isForced ? formerCommit : void 0, run);
  return end("moved", newerCommitsOf(relation));
}

function newerCommitsOf(relation) {
  switch (relation.kind) {
   case "behind":
    return 0;

   case "ahead":
    return relation.newerCommits;

   case "apart":
   case "unknown":
    return;
  }
}

async function bring(context, lease, run) {
  const {branch, checkout} = context;
  const {commit} = checkout;
  const name = repositoryName(context);
  const end = await sendInAnyWay(context, lease, run);
  run.host.quote(`${name} (git)`, remoteLines(end.stderr));
  let now;
  try {
    now = await tipOnOutpost(context, run);
  } catch (error) {
    if (end.status === 0 || run.signal.aborted) throw error;
    throw failureOf(end, context);
  }
  if (now !== commit) {
    if (end.status === 0) throw notThere(name, branch, commit, now);
    if (refusesChunks(end)) throw refusedUpload(context);
    if (now === void 0 || !isBehind(end) || lacksHistory(end, isShallow(context))) throw failureOf(end, context);
    throw lease === void 0 ? notFastForward(await relationTo(now, context, run), now, context) : movedMeanwhile(lease, now, context);
  }
  const despite = end.status === 0 ? "" : ", although git failed";
  run.host.say(`${name}: ${branch} is at ${objects_short(commit)}${despite}.`);
}

function failureOf(end, context) {
  const {repository} = context;
  return pushFailure(end, `Pushing to ${repositoryName(context)}`, repository, isShallow(context));
}

function notThere(name, branch, commit, now) {
  return new Failure({
    code: "push-lost",
    attempted: `Pushing to ${name}`,
    happened: `git reported that it pushed ${objects_short(commit)}, but ${branch} is ${now === void 0 ? "not there" : `at ${objects_short(now)}`}`,
    hint: "Something else moved the branch at the same time. Let only one job at a time push to it, and run this one again."
  });
}

function claimOf(verdict, tip) {
  const {service, receipt} = verdict;
  if (service?.commit !== void 0) return {
    commit: service.commit,
    source: "outpost"
  };
  const {commit} = receipt.deploy;
  return isLive(verdict) && commit !== void 0 && commit === tip ? {
    commit,
    source: "push"
  } : {
    commit: void 0,
    source: void 0
  };
}

function isLive({status}) {
  return status === "deployed" || status === "rolled-back";
}

async function readTipAfter(verdicts, plan, pushed, token, run) {
  const isNeeded = verdicts.some(verdict => isLive(verdict) && verdict.service?.commit === void 0 && verdict.receipt.deploy.commit !== void 0);
  if (!isNeeded || plan.checkout === void 0 || pushed === void 0 || run.signal.aborted) return;
  try {
    return await readTip(plan, plan.checkout, token, run);
  } catch (thrown) {
    run.host.warn({
      title: "Could not tell which commit is live",
      message: `Outpost does not show it, and the branch ${pushed.branch} could not be read again: ${toFailure(thrown).happened}. This does not change the result of the deploy.`
    });
    return;
  }
}

function warnOfOtherCommits(verdicts, {host}) {
  const {branch, commit} = host.context;
  for (const {service, receipt, status} of verdicts) {
    const {target, commit: pushed} = receipt.deploy;
    const live = service?.commit;
    if (status !== "deployed" || pushed !== void 0 || target.branch !== branch) continue;
    if (live === void 0 || commit === void 0 || isSameCommit(live, commit)) continue;
    host.warn({
      title: "The live commit is not the one this run built",
      message: `${fullName(target)}: Outpost shows ${live.slice(0, 7)}, but this run built ${commit.slice(0, 7)}. Outpost deploys the tip of its branch ${branch}. Use the input \`push\` to push the commit there, or \`proof: commit\` to fail instead.`
    });
  }
}

const PLACEHOLDER = /\{([a-z][a-z-]*)(?::(\d+))?\}/g;

const SHORTEST_COMMIT = 7;

function fillPlaceholders(text, facts, problems) {
  const values = {
    commit: facts.commit,
    branch: facts.branch,
    "branch-slug": facts.branch === void 0 ? void 0 : slugOf(facts.branch),
    tag: facts.tag,
    run: facts.runId
  };
  return text.replace(PLACEHOLDER, (written, name, digits) => {
    const value = Object.hasOwn(values, name) ? values[name] : void 0;
    const problem = placeholders_problemOf(written, name, digits, value, Object.keys(values));
    if (problem !== void 0) problems.push(problem);
    return (value ?? "").slice(0, digits === void 0 ? void 0 : Number(digits));
  });
}

function placeholders_problemOf(written, name, digits, value, names) {
  if (!names.includes(name)) return `\`${written}\` is not a placeholder: use one of ${names.map(one => `\`{${one}}\``).join(", ")}`;
  if (digits !== void 0 && name !== "commit") return `\`${written}\`: only {commit} can be shortened`;
  if (Number(digits) < SHORTEST_COMMIT) return `\`${written}\` is too short to tell commits apart: write \`{commit:${SHORTEST_COMMIT}}\``;
  return value === void 0 || value === "" ? `\`${written}\` has no value here: this run has no ${name === "run" ? "number" : name.replace("-slug", "")}` : void 0;
}

function fillServices(text, facts, problems) {
  for (const [entry] of text.matchAll(/[^\s,]+/g)) {
    const [name = "", ...branch] = entry.split("@");
    for (const [part, allowed] of [ [ name, [ "branch-slug" ] ], [ branch.join("@"), [ "branch", "branch-slug" ] ] ]) for (const [written, placeholder = ""] of part.matchAll(PLACEHOLDER)) if (!allowed.some(one => one === placeholder)) problems.push(`\`${written}\` is not allowed there: names can contain {branch-slug}, and the part after \`@\` can also contain {branch}`);
  }
  if (text.includes("{branch}") && /[\s,]/.test(facts.branch ?? "")) problems.push(`\`{branch}\` cannot stand there: the branch \`${facts.branch}\` would begin another entry; rename it, or write {branch-slug}`);
  return problems.length === 0 ? fillPlaceholders(text, facts, problems) : text;
}

function slugOf(branch) {
  return branch.toLowerCase().replace(/[^a-z0-9]/g, "-").slice(0, 63).replace(/^-+|-+$/g, "");
}

function resolveBranches(written, branch, context, problems) {
  const fallback = branch ?? context.branch;
  const targets = [];
  const branchless = [];
  for (const target of written) {
    const resolved = target.branch ?? fallback;
    if (resolved === void 0) branchless.push(fullName(target)); else targets.push({
      ...target,
      branch: resolved
    });
  }
  if (branchless.length > 0) {
    const built = context.tag === void 0 ? context.branchless ?? "this run does not build a branch" : `this run builds the tag \`${context.tag}\`, not a branch`;
    problems.push(`\`branch\` is missing for ${branchless.join(", ")}: ${built}, so set the branch to deploy`);
  }
  return targets;
}

function onlyBranch([first, ...others]) {
  return others.every(({branch}) => branch === first?.branch) ? first?.branch : void 0;
}

function refuseIdlePush(targets, pushBranch, problems) {
  if (targets.length === 0 || targets.some(({branch}) => branch === pushBranch)) return;
  problems.push(pushBranch === void 0 ? "`push`: the services use different branches, so set `branch` to the one to push to" : `\`push\`: the commit goes to the branch \`${pushBranch}\`, but no service deploys from it, so the commit would not be deployed; set \`branch\` to the branch of a service, or remove \`push\``);
}

function refuseAmbiguousNames(targets, deployPath, problems) {
  if (deployPath.includes("{namespace}")) return;
  const firstByName = new Map;
  for (const target of targets) {
    const first = firstByName.get(target.service);
    if (first === void 0) firstByName.set(target.service, target); else problems.push(`\`service\`: ${fullName(first)} and ${fullName(target)} have the same name, and the deploy call does not include a namespace: deploy them in two steps with a token each, or set \`deploy-path\` to a path with {namespace}`);
  }
}

function refuseBareNames(targets, deployPath, wait, problems) {
  for (const {service} of targets.filter(({namespace}) => namespace === void 0)) if (wait !== false) problems.push(`\`service\`: \`${service}\` is not in the form \`namespace/name\`; the name alone is enough only with \`wait: false\`, which reads nothing`); else if (deployPath.includes("{namespace}")) problems.push(`\`service\`: \`${service}\` has no namespace, but \`deploy-path\` contains {namespace}`);
}

function refuseContradictions(values, problems) {
  const {wait, push} = values;
  if (values["on-failure"] === "rollback" && push === void 0 && values["rollback-branch"] === void 0) problems.push("`on-failure: rollback` needs `push` (to move its branch back) or `rollback-branch` (to deploy that instead)");
  if (values["health-check-contains"] !== void 0 && values["health-check"] === void 0) problems.push("`health-check-contains` needs `health-check`, the address whose response must contain the text");
  if (wait === false && (values["health-check"] !== void 0 || values["on-failure"] === "rollback" || values.proof === "commit")) problems.push("`wait: false` ends the run before there is a rollout to check: remove `health-check`, `on-failure` and `proof`, or remove `wait`");
  const stages = stageCount(values.service ?? []);
  if (wait === false && (values["pre-deploy-job"] !== void 0 || stages > 1)) problems.push("`wait: false` does not wait for anything: remove `pre-deploy-job` and the `then` in `service`, or remove `wait`");
  const absolute = values["health-check"] !== void 0 && !values["health-check"].startsWith("/");
  if (absolute && (values.service ?? []).length > 1) problems.push("`health-check`: one URL cannot check several services: use a path such as `/healthz`, which is requested from each endpoint");
}

function refuseNoWayBack(values, targets, pushBranch, problems) {
  const {push, "rollback-branch": back} = values;
  if (values["on-failure"] !== "rollback") return;
  const same = targets.filter(({branch}) => branch === back);
  if (same.length > 0) problems.push(`\`rollback-branch\` is the branch that is deployed for ${same.map(fullName).join(", ")}: what failed would be deployed again. Name the branch of what ran before`);
  if (back !== void 0) return;
  const stuck = targets.filter(({branch}) => push !== void 0 && branch !== pushBranch);
  if (stuck.length > 0 && stuck.length < targets.length) problems.push(`\`on-failure: rollback\`: there is nothing to roll back to for ${stuck.map(fullName).join(", ")}, which deploys from a branch that is not pushed. Set \`rollback-branch\`, or use separate steps for services that don't need to roll back together`);
}

function readConfig(raw, context) {
  const problems = [];
  const texts = filled(raw, context, problems);
  const readable = inputs.filter(({name}) => raw[name] === void 0 || texts[name] !== void 0);
  const values = readRows(readable, texts, readers, problems);
  const targets = resolveBranches(values.service ?? [], values.branch, context, problems);
  if (values["deploy-path"] !== void 0) {
    refuseAmbiguousNames(targets, values["deploy-path"], problems);
    refuseBareNames(targets, values["deploy-path"], values.wait, problems);
  }
  const pushBranch = values.branch ?? context.branch ?? onlyBranch(targets);
  if (values.push !== void 0) refuseIdlePush(targets, pushBranch, problems);
  refuseContradictions(values, problems);
  refuseNoWayBack(values, targets, pushBranch, problems);
  return toConfig(wholeValues(values, problems), targets, pushBranch, context);
}

function configOfCommit(commit, host) {
  return readConfig(host.inputs(), {
    ...host.context,
    commit
  });
}

function readConfigOfRead(raw, context) {
  const {push: _, ...read} = raw;
  const branch = raw.branch ?? context.branch ?? "any";
  const config = readConfig({
    ...read,
    branch
  }, context);
  return {
    ...config,
    wait: true,
    healthCheckContains: void 0
  };
}

const NAMING_INPUTS = [ "service", "branch", "health-check", "health-check-contains" ];

function filled(raw, context, problems) {
  const texts = NAMING_INPUTS.flatMap(name => {
    const text = raw[name];
    if (text === void 0) return [];
    const own = [];
    const fill = name === "service" ? fillServices : fillPlaceholders;
    const value = fill(text, context, own);
    problems.push(...own.map(problem => `\`${name}\`: ${problem}`));
    return [ [ name, own.length === 0 ? value : void 0 ] ];
  });
  return {
    ...raw,
    ...Object.fromEntries(texts)
  };
}

function toConfig(values, targets, pushBranch, context) {
  const checkoutFolder = (0, external_node_path_namespaceObject.resolve)(context.folder, values["working-directory"] ?? "");
  return {
    targets,
    checkoutFolder,
    nonFastForward: values["non-fast-forward"],
    commit: context.commit,
    tokenName: values["token-name"] ?? context.tokenNameHint,
    ...values["token-name"] === void 0 && context.tokenNameHint !== void 0 ? {
      tokenNameIsHint: true
    } : {},
    tokenExpiresMs: values["token-expires"],
    push: values.push,
    pushBranch,
    username: values.username,
    wait: values.wait,
    timeoutMs: values.timeout,
    proof: values.proof,
    stableForMs: values["stable-for"],
    forwardMs: values["on-failure"] === "rollback" ? values.timeout / 2 : values.timeout,
    logs: values.logs,
    healthCheck: values["health-check"],
    healthCheckContains: values["health-check-contains"],
    onFailure: values["on-failure"],
    rollbackBranch: values["rollback-branch"],
    preDeployJob: values["pre-deploy-job"] === void 0 ? void 0 : (0, external_node_path_namespaceObject.resolve)(checkoutFolder, values["pre-deploy-job"]),
    dryRun: values["dry-run"],
    expiryWarningDays: values["expiry-warning"],
    leastPrivilege: values["least-privilege"],
    leakScan: values["leak-scan"],
    maxParallel: values["max-parallel"],
    origin: values.origin,
    deployPath: values["deploy-path"],
    servicePath: values["service-path"],
    api: values.api ?? {},
    allowUnsafeTrigger: values["allow-unsafe-trigger"],
    allowDebugTrace: values["allow-debug-trace"]
  };
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

function errors_failureOf(reply, context) {
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

function isApiError({refusal, html}) {
  return !html && refusal.code !== void 0 && refusal.message !== void 0;
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

const MAX_ATTEMPTS = 50;

const UNSEEN_MS = 6e4;

const FIX = "Read the last lines of its log, fix the cause, and run the job again.";

const UNREADABLE = "Check in the dashboard if it is running. If your Outpost shows jobs at another address, set it: `api: job=/...{namespace}/...{job}`.";

function fullJobName({namespace, job}) {
  return `${namespace}/${job}`;
}

async function beginJob({body, ...first}, run) {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const name = {
      ...first,
      job: attempt === 1 ? first.job : `${first.job}-${attempt}`
    };
    const earlier = await run.client.job(name);
    if (earlier.kind === "value" && earlier.value.phase === "failed") continue;
    if (earlier.kind === "value") return attached(name, earlier.value, run);
    if (!mayBeAbsent(earlier)) throw refusal(name, earlier);
    const created = await create(name, body, run);
    if (created !== "failed-before") return created;
  }
  throw failedJob(first, `${MAX_ATTEMPTS} jobs of this name failed before`, FIX);
}

function attached(name, {statusWord}, {host}) {
  host.say(`${fullJobName(name)}: an earlier attempt of this run created the job; it is ${statusWord}, so no new job is created.`);
  return name;
}

async function create(name, body, run) {
  if (remainingMs(run) <= 0) throw timedOut(`Creating the job ${fullJobName(name)}`, "the run timed out first");
  const reply = await run.client.createJob(name, body);
  if (reply.kind === "value") {
    run.host.say(`${fullJobName(name)}: job created.`);
    return name;
  }
  const isTaken = reply.kind === "refused" && reply.status === 409;
  if (!isTaken && isUndone(reply)) throw refusal(name, reply);
  if (!isTaken) run.host.say(`${fullJobName(name)}: the call that creates the job got no clear answer: ${describeReply(reply)}. Looking for the job; the call is not sent again.`);
  const seen = await find(name, reply, run);
  if (!isTaken) {
    run.host.say(`${fullJobName(name)}: the job is there; it is ${seen.statusWord}.`);
    return name;
  }
  return seen.phase === "failed" ? "failed-before" : attached(name, seen, run);
}

function mayBeAbsent(reply) {
  if (reply.kind !== "refused") return reply.kind === "misshapen";
  return reply.status === 404 || reply.status >= 300 && reply.status <= 399;
}

function refusal(name, reply) {
  return errors_failureOf(reply, {
    attempted: `Creating the job ${fullJobName(name)}`,
    notFound: "Check that the namespace exists. The address is the documented one; also check that your Outpost has jobs there.",
    undone: "No job was created and nothing was deployed."
  });
}

async function find(name, reply, run) {
  const startMs = run.clock.nowMs();
  let seen;
  do {
    seen = await run.client.job(name, 1);
    if (seen.kind === "value") return seen.value;
    await run.clock.sleep(Math.min(5e3, Math.max(0, remainingMs(run))), run.signal);
  } while (run.clock.nowMs() - startMs < UNSEEN_MS && remainingMs(run) > 0);
  throw failedJob(name, `the call that creates the job ended with "${describeReply(reply)}", and the job cannot be read (${describeReply(seen)})`, UNREADABLE);
}

function failedJob(name, happened, hint) {
  return new Failure({
    code: "pre-deploy-failed",
    attempted: `Running the job ${fullJobName(name)} before the deploy`,
    happened: `${happened}; nothing was deployed`,
    hint
  });
}

const WINDOW_LINES = 100;

const TAIL_LINES = 20;

const log_window_TOLERATED_SKEW_MS = 3e4;

function newLines(previous, page, calledWallMs) {
  const overlap = previous.length === 0 ? 0 : lengthOfOverlap([ ...linesIn(previous) ], page);
  const older = olderLines(page, calledWallMs - log_window_TOLERATED_SKEW_MS);
  const beforeCall = olderLines(page, calledWallMs);
  const skipped = Math.max(older, overlap ?? 0);
  const lines = dropFirst(page, skipped);
  const count = lineCount(lines);
  const sinceCall = dropFirst(page, beforeCall);
  return {
    lines,
    count,
    beforeCall: Math.max(0, beforeCall - skipped),
    gap: overlap === void 0 && count > 0 && older === 0,
    window: toLogLines(Array.from(bytesOfLines(takeLast(page, WINDOW_LINES)), markOf)),
    tail: takeLast(sinceCall.length > 0 ? sinceCall : dropFirst(page, older), TAIL_LINES)
  };
}

function lineCount(lines) {
  let count = 0;
  for (const _ of bytesOfLines(lines)) count += 1;
  return count;
}

function olderLines(lines, fromWallMs) {
  let seen = 0;
  let lastOld = 0;
  let unbroken = 0;
  for (const line of bytesOfLines(lines)) {
    const stampMs = log_window_stampOf(line);
    seen += 1;
    if (stampMs !== void 0 && stampMs >= fromWallMs) return lastOld;
    if (stampMs !== void 0) {
      if (unbroken === seen - 1) unbroken = seen;
      lastOld = seen;
    } else if (seen === 1) return 0;
  }
  return unbroken;
}

const TIME_LENGTH = 64;

const EARLIEST_MS = Date.UTC(2e3, 0);

function log_window_stampOf(line) {
  const [word = ""] = line.toString("latin1", 0, TIME_LENGTH).split(" ", 1);
  const stampMs = parseMomentMs(word);
  return stampMs === void 0 || stampMs < EARLIEST_MS ? void 0 : stampMs;
}

function lengthOfOverlap(previous, page) {
  const first = firstMarks(page, previous.length);
  for (let length = first.length; length > 0; length -= 1) if (endsWith(previous, first.slice(0, length))) return length;
  return lengthToLastPlace(previous, page);
}

function firstMarks(page, most) {
  const marks = [];
  for (const line of bytesOfLines(page)) {
    if (marks.length === most) break;
    marks.push(markOf(line));
  }
  return marks;
}

function lengthToLastPlace(end, page) {
  let length;
  let count = 0;
  const last = [];
  for (const line of bytesOfLines(page)) {
    count += 1;
    last.push(markOf(line));
    if (last.length > end.length) last.shift();
    if (endsWith(last, end)) length = count;
  }
  return length;
}

function endsWith(lines, end) {
  const from = lines.length - end.length;
  return from >= 0 && end.every((line, index) => line === lines[from + index]);
}

const SHORT_LENGTH = 128;

const log_window_PART_LENGTH = 48;

function markOf(line) {
  const {length} = line;
  if (length <= SHORT_LENGTH) return line.toString().replace(/\r+$/, "");
  const middle = length - log_window_PART_LENGTH >> 1;
  const parts = [ 0, middle, length - log_window_PART_LENGTH ].map(from => line.toString("latin1", from, from + log_window_PART_LENGTH));
  return `${length} ${parts.join("")}.`;
}

const MAX_SHOWN_LINES = 1e5;

const PIECE_BYTES = 8192;

function openLog(name, read, calledWallMs) {
  return {
    name,
    read,
    calledWallMs,
    window: Buffer.alloc(0),
    tail: Buffer.alloc(0),
    isMissed: false,
    isCut: false,
    isBorderMarked: false,
    shownLines: 0
  };
}

async function streamLog(one, into, run, deadlineMs) {
  const untilMs = deadlineMs === void 0 ? run.deadlineMs : run.clock.nowMs() + deadlineMs;
  const reply = await one.read(into, deadlineMs);
  if (reply.kind === "value") await show(one, takePage(one, reply.value, run), run, untilMs); else missLog(one, reply, run);
}

function takePage(one, {lines, isCut}, run) {
  const found = newLines(one.window, lines, one.calledWallMs);
  one.window = copyOver(one.window, found.window);
  one.tail = copyOver(one.tail, found.tail);
  if (isCut && !one.isCut) run.host.say(`${one.name}: the log is too large to read in full (over ${MAX_LOG_BYTES} bytes), so some older and newer lines are missing. This does not affect the result of the deploy.`);
  one.isCut ||= isCut;
  return found;
}

function missLog(one, reply, run) {
  if (!one.isMissed) run.host.say(`${one.name}: the log cannot be read (${describeReply(reply)}). This does not affect the result of the deploy.`);
  one.isMissed = true;
}

async function show(one, {lines, count, beforeCall, gap}, run, untilMs) {
  const left = MAX_SHOWN_LINES - one.shownLines;
  if (left <= 0 || count === 0) return;
  if (gap) run.host.say(`${one.name}: some log lines before these are missing.`);
  const waiting = new AbortController;
  endWaiting(waiting, run, untilMs);
  const shown = takeFirst(lines, left);
  for (const part of [ takeFirst(shown, beforeCall), dropFirst(shown, beforeCall) ]) {
    for (const piece of piecesOf(part, PIECE_BYTES)) {
      run.host.quote(one.name, linesIn(piece));
      await run.host.drained(waiting.signal);
    }
    if (beforeCall > 0 && !one.isBorderMarked) {
      one.isBorderMarked = true;
      run.host.say(`${one.name}: the log lines above are from before the deploy call.`);
    }
  }
  waiting.abort();
  one.shownLines += count;
  if (count >= left) run.host.say(`${one.name}: showed ${MAX_SHOWN_LINES} log lines; see the dashboard for the rest.`);
}

function endWaiting(waiting, {clock, signal}, untilMs) {
  const stop = () => waiting.abort();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, {
    once: true,
    signal: waiting.signal
  });
  clock.sleep(Math.max(0, untilMs - clock.nowMs()), waiting.signal).then(stop, () => {});
}

async function showTail(one, into, run, deadlineMs) {
  const reply = await one.read(into, deadlineMs);
  if (reply.kind === "value") run.host.quote(one.name, linesIn(takePage(one, reply.value, run).tail)); else missLog(one, reply, run);
}

function showTailOfCut(one, run) {
  if (one.shownLines >= MAX_SHOWN_LINES) run.host.quote(one.name, linesIn(one.tail));
}

const FIRST_LOOKS_MS = [ 300, 1e3, 2e3 ];

const FIRST_MINUTE_MS = 6e4;

const QUICK_MS = 3e3;

const USUAL_MS = 5e3;

const LONGEST_MS = 3e4;

const MAX_PAUSE_MS = 6e4;

const LOG_MS = 1e4;

function openPace(nowMs) {
  const [firstMs] = FIRST_LOOKS_MS;
  return {
    startMs: nowMs,
    looks: 0,
    halvings: 0,
    nextLookMs: nowMs + firstMs,
    nextLogMs: nowMs + QUICK_MS
  };
}

function afterLook(pace, cost, services, nowMs, heldAtMs = Number.POSITIVE_INFINITY) {
  const looks = pace.looks + 1;
  const halvings = pace.halvings + (cost.isScarce ? 1 : 0);
  const firstMs = FIRST_LOOKS_MS[looks];
  const isQuick = services <= 2 && nowMs - pace.startMs < FIRST_MINUTE_MS;
  const usualMs = (isQuick ? QUICK_MS : USUAL_MS) * 2 ** halvings * Math.max(1, cost.requests);
  const isSlowed = halvings > 0 || cost.requests > 1;
  const turnMs = firstMs === void 0 || isSlowed ? Math.min(usualMs, LONGEST_MS * Math.max(1, cost.requests)) : Math.max(0, pace.startMs + firstMs - nowMs);
  const waitMs = isSlowed || heldAtMs <= nowMs ? turnMs : Math.min(turnMs, heldAtMs - nowMs);
  return {
    ...pace,
    looks,
    halvings,
    nextLookMs: nowMs + Math.max(waitMs, Math.min(cost.pauseMs, MAX_PAUSE_MS)),
    nextLogMs: halvings > 0 ? Number.POSITIVE_INFINITY : pace.nextLogMs
  };
}

function afterLog(pace, nowMs) {
  return {
    ...pace,
    nextLogMs: pace.nextLogMs === Number.POSITIVE_INFINITY ? pace.nextLogMs : nowMs + LOG_MS
  };
}

const LAST_LOG_MS = 2500;

async function runJob({job, config}, run) {
  if (job === void 0) return;
  const startWallMs = run.clock.wallMs();
  let name = job;
  let log;
  const end = (status, failure) => ({
    job: name,
    status,
    failure,
    startWallMs,
    endWallMs: run.clock.wallMs(),
    logTail: failure === void 0 || log === void 0 ? [] : run.host.cleanLog(linesIn(log.tail))
  });
  try {
    name = await beginJob(job, run);
    const begun = name;
    log = openLog(fullJobName(begun), (into, ms) => run.client.jobLogs(begun, into, ms), 0);
    const last = await follow(name, log, config.logs === "stream", run);
    if (config.logs === "on-failure" && last.phase === "failed") await showTail(log, Buffer.allocUnsafeSlow(MAX_LOG_BYTES), run, LAST_LOG_MS);
    return last.phase === "succeeded" ? end("succeeded") : end("failed", failedJob(name, `the job ended as ${last.statusWord}`, FIX));
  } catch (thrown) {
    if (run.signal.aborted) {
      const {code} = cancellationOf(run.signal);
      const attempted = `Following the job ${fullJobName(name)}`;
      const happened = "this run was cancelled before the job finished; nothing was deployed";
      const hint = "If the job had started, Outpost continues it. Check it in the dashboard.";
      return end("cancelled", new Failure({
        code,
        attempted,
        happened,
        hint
      }));
    }
    if (!(thrown instanceof Failure)) throw thrown;
    return end(statusByCode[thrown.code] ?? "failed", thrown);
  }
}

function planAfterJob(plan, end) {
  if (end?.failure !== void 0) throw end.failure;
  return end === void 0 ? plan : withStaleBaselines(plan);
}

const statusByCode = {
  "timed-out": "timed-out",
  "pre-deploy-failed": "unknown"
};

async function follow(name, log, isStreamed, run) {
  const startMs = run.clock.nowMs();
  let pace = openPace(run.clock.nowMs());
  let last;
  let seenMs = run.clock.nowMs();
  const into = Buffer.allocUnsafeSlow(isStreamed ? MAX_LOG_BYTES : 0);
  for (;;) {
    const waitMs = Math.min(pace.nextLookMs - run.clock.nowMs(), remainingMs(run));
    await run.clock.sleep(Math.max(0, waitMs), run.signal);
    if (remainingMs(run) <= 0) throw timeIsUp(name, last);
    const reply = await run.client.job(name, 1);
    const nowMs = run.clock.nowMs();
    const isOver = reply.kind === "value" && reply.value.phase !== "open";
    if (reply.kind === "value") {
      if (reply.value.statusWord !== last?.statusWord) run.host.say(`${fullJobName(name)}: the job is ${reply.value.statusWord} (${formatDuration(nowMs - startMs)})`);
      last = reply.value;
      seenMs = nowMs;
    } else refuseUnreadable(name, reply, nowMs - seenMs);
    if (isStreamed && (isOver || nowMs >= pace.nextLogMs)) {
      await streamLog(log, into, run);
      pace = afterLog(pace, run.clock.nowMs());
    }
    if (isOver) return reply.value;
    pace = afterLook(pace, costOf(reply), 1, run.clock.nowMs());
  }
}

function refuseUnreadable(name, reply, unseenMs) {
  const mayPass = reply.kind !== "refused" || reply.status >= 500 || isRateLimit(reply);
  if (unseenMs < UNSEEN_MS || mayPass && reply.kind !== "misshapen") return;
  throw failedJob(name, `the job cannot be read: ${describeReply(reply)}`, UNREADABLE);
}

function isRateLimit(reply) {
  return reply.kind === "refused" && reply.status === 429;
}

function costOf(reply) {
  if (reply.kind === "value") return {
    requests: 1,
    pauseMs: reply.pauseMs,
    isScarce: reply.isScarce
  };
  const pauseMs = reply.kind === "refused" ? reply.retryAfterMs ?? 0 : 0;
  return {
    requests: 1,
    pauseMs,
    isScarce: isRateLimit(reply)
  };
}

function timeIsUp(name, last) {
  return new Failure({
    code: "timed-out",
    attempted: `Following the job ${fullJobName(name)}`,
    happened: `the run timed out before the job finished (${last === void 0 ? "its status was never seen" : `it was last seen ${last.statusWord}`}); nothing was deployed`,
    hint: "Outpost continues the job. Run this CI job again to follow it. If it just needs more time, raise the input `timeout`."
  });
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

const assess_TOKEN_PAGE = "Settings > Access Tokens";

function assessToken(config, needed, facts, nowMs, untold) {
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
    happened: `it expired on ${formatMoment(expiresMs)} (${formatDistance(nowMs, expiresMs)})`,
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
    message: `The token expires ${formatDistance(nowMs, expiresMs)}, on ${formatMoment(expiresMs)}. Regenerate it in ${assess_TOKEN_PAGE} and store the new value as OUTPOST_TOKEN.`
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
  if (expiresMs === null) lines.push("expires    never"); else if (expiresMs === void 0) lines.push("expires    not known"); else lines.push(`expires    ${formatMoment(expiresMs)} (${formatDistance(nowMs, expiresMs)})`);
  if (facts?.lastUsedMs === null) lines.push("last used  never"); else if (facts?.lastUsedMs !== void 0) lines.push(`last used  ${formatMoment(facts.lastUsedMs)} (${formatDistance(nowMs, facts.lastUsedMs)})`);
  return lines;
}

function checkToken(config, needed, lookup, nowMs) {
  switch (lookup?.kind) {
   case void 0:
    return assessToken(config, needed, void 0, nowMs);

   case "found":
    {
      const {record, expired} = lookup;
      const assessment = assessToken({
        ...config,
        tokenName: record.name
      }, needed, record, nowMs);
      return assessment.stop === void 0 ? withWarnings(assessment, expired.map(one => leftover(one.name, one.expiresMs ?? nowMs, nowMs))) : assessment;
    }

   case "expired":
    {
      const {name, expiresMs} = lookup.record;
      const since = formatDistance(nowMs, expiresMs ?? nowMs);
      const because = `the token "${name}" expired ${since}, but Outpost accepts the token of this run, so \`token-name\` is the name of a different token`;
      return assessToken(config, needed, void 0, nowMs, because);
    }

   case "unread":
    return assessToken(config, needed, void 0, nowMs, lookup.because);

   case "unknown":
    if (config.tokenNameIsHint === true) {
      const because = `the variable OUTPOST_TOKEN_NAME is set to "${lookup.base}", but this Outpost account has no token with that name`;
      const nameless = {
        ...config,
        tokenName: void 0
      };
      return assessToken(nameless, needed, void 0, nowMs, because);
    }
    return {
      ...assessToken(config, needed, void 0, nowMs, ""),
      warnings: [],
      stop: unknownName(lookup)
    };
  }
}

function withWarnings(assessment, more) {
  return {
    ...assessment,
    warnings: [ ...assessment.warnings, ...more ]
  };
}

function leftover(name, expiresMs, nowMs) {
  return {
    title: "An expired Outpost token is still listed",
    message: `The token "${name}" expired ${formatDistance(nowMs, expiresMs)}. This run uses another one. The next rotation removes it, or you can revoke it in ${assess_TOKEN_PAGE}.`
  };
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

const DATED = /^(.+)-(\d{4}-\d{2}-\d{2})-(\d{2})(\d{2})(\d{2})-[a-z0-9]{4}$/;

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

const UNSEEN = {
  name: "",
  phase: "unknown",
  statusWord: "",
  updatedAt: void 0,
  deployments: [],
  branch: void 0,
  commit: void 0,
  version: void 0,
  activeVersions: void 0,
  endpoint: void 0,
  readyReplicas: void 0,
  minReplicas: void 0
};

async function discover(target, config, run) {
  const paths = pathsToTry(config, run);
  const attempts = [];
  for (const path of paths) {
    const form = formOf(path, config.api);
    const client = run.client.at(form);
    const isLikely = attempts.length === 0;
    const reply = await (paths.length === 1 ? client.service(target) : client.tryService(target, isLikely));
    if (reply.kind === "value") {
      sayForm(path, config, run);
      return {
        kind: "found",
        form,
        service: reply.value,
        dateMs: reply.dateMs
      };
    }
    if (isOfEveryForm(reply)) throw errors_failureOf(reply, {
      attempted: `Reading ${fullName(target)}`
    });
    const isFirst = firstQuestionable(attempts) === void 0;
    attempts.push({
      path,
      reply
    });
    const absent = isFirst && isUnknownName(reply) ? await lookForName(target, form, reply, run) : void 0;
    if (absent !== void 0) return absent;
  }
  const first = firstQuestionable(attempts);
  if (first !== void 0 && isUnauthorized(first)) await assertAlive(target, first, run);
  return {
    kind: "blind",
    attempts
  };
}

function pathsToTry({servicePath}, {host}) {
  if (servicePath !== void 0) return [ servicePath ];
  const known = servicePaths[host.keptForm?.() ?? 0];
  return known === void 0 ? servicePaths : [ known, ...servicePaths.filter(path => path !== known) ];
}

function sayForm(path, {servicePath}, {host}) {
  const number = servicePaths.indexOf(path);
  if (servicePath !== void 0 || number <= 0) return;
  host.say(`Outpost shows its services at ${path}. Set \`service-path: ${path}\` to skip trying other addresses first.`);
  host.keepForm?.(number);
}

function isOfEveryForm(reply) {
  if (reply.kind === "refused") return reply.status === 429 || reply.challenge !== void 0;
  return reply.kind !== "misshapen";
}

function isUnknownName(reply) {
  return reply.kind === "refused" && reply.status === 404 && isApiError(reply);
}

function isUnauthorized(reply) {
  return reply.kind === "refused" && reply.status === 401;
}

function firstQuestionable(attempts) {
  return attempts.map(({reply}) => reply).find(reply => isUnknownName(reply) || isUnauthorized(reply));
}

async function lookForName(target, form, reply, run) {
  const names = await namesIn(target, run.client.at(form));
  if (names === void 0 || names.includes(target.service)) return;
  const requestId = reply.kind === "refused" ? reply.refusal.requestId : void 0;
  return {
    kind: "absent",
    form,
    names,
    requestId
  };
}

async function namesIn({namespace}, client) {
  if (client.form.list === void 0) return;
  const reply = await client.services(namespace, 1);
  return reply.kind === "value" ? reply.value.services.map(({name}) => name) : void 0;
}

async function assertAlive(target, refusal, run) {
  const reply = await run.client.user();
  if (reply.kind !== "value" && isUnauthorized(reply)) throw errors_failureOf(refusal, {
    attempted: `Reading ${fullName(target)}`
  });
}

var addresses = __nccwpck_require__(221);

const TRY_DEADLINE_MS = 1e4;

const MAX_BODY_BYTES = 1048576;

const MAX_REDIRECTS = 3;

function healthAddress(check, endpointOf) {
  if (!check.startsWith("/")) return {
    url: new URL(check),
    isPath: false
  };
  const endpoint = publicUrl(endpointOf.endpoint);
  return endpoint === void 0 ? void 0 : {
    url: new URL(check, endpoint),
    isPath: true
  };
}

function refusalOfAddress(address, isPath, run) {
  switch ((0, addresses.I)(address)) {
   case "loopback":
    return run.isRehearsal ? void 0 : `${address} is this machine, not the service`;

   case "metadata":
   case "link-local":
    return `${address} is a link-local or cloud metadata address`;

   case "private":
    return isPath ? `${address} is in a private network, and endpoints that come from Outpost are not requested there` : void 0;

   case "reserved":
    return `${address} cannot be the address of a service`;

   case "public":
    return;
  }
}

function refusalOf({url, isPath}, run) {
  const {hostname} = url;
  const literal = (0, addresses.Z)(hostname);
  if (literal !== void 0) return refusalOfAddress(literal, isPath, run);
  if (isMetadata(hostname)) return `${hostname} is a cloud metadata address`;
  return mayBeThisMachine(hostname) && !run.isRehearsal ? `${hostname} is this machine, not the service` : void 0;
}

async function askHealth({url: start, isPath}, contains, tries, run) {
  const refuses = address => refusalOfAddress(address, isPath, run);
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const deadlineMs = Math.max(1, Math.min(TRY_DEADLINE_MS, remainingMs(run)));
    const outcome = await run.probe.send({
      method: "GET",
      url,
      maxBytes: MAX_BODY_BYTES,
      deadlineMs,
      refuses,
      headers: {
        accept: "*/*"
      }
    }, run.signal);
    if (outcome.kind === "cut" && outcome.isOverCap && contains === void 0 && isGood(outcome.status)) return toAnswer(true, `returns ${outcome.status}`);
    if (outcome.kind === "unsent" && outcome.refused === true) return {
      ...toAnswer(false, `was not requested: ${outcome.reason}`),
      refusal: outcome.reason
    };
    if (outcome.kind !== "answer") return {
      ...toAnswer(false, `does not respond: ${outcome.reason}`),
      cutShort: remainingMs(run) <= 0 && tries > 0
    };
    const next = redirectOf(outcome, url);
    if (next === void 0) return judgeAnswer(outcome, contains);
    if (next.host !== url.host) return toAnswer(false, `redirects to another host, ${next.host}`);
    url = next;
  }
  return toAnswer(false, `redirects more than ${MAX_REDIRECTS} times`);
}

function redirectOf({status, headers}, url) {
  if (status < 300 || status > 399 || headers.location === void 0 || !URL.canParse(headers.location, url.href)) return;
  return new URL(headers.location, url);
}

function judgeAnswer({status, body}, contains) {
  if (!isGood(status)) return toAnswer(false, `returns ${status}`);
  if (contains !== void 0 && !body.includes(contains)) return {
    ...toAnswer(false, `returns ${status} without the text "${contains}"`),
    lacksText: true
  };
  return toAnswer(true, `returns ${status}${contains === void 0 ? "" : " with the expected text"}`);
}

function isGood(status) {
  return status >= 200 && status <= 299;
}

function toAnswer(healthy, words) {
  return {
    healthy,
    lacksText: false,
    words,
    cutShort: false
  };
}

async function provesByHealth(config, service, run) {
  const {healthCheck, healthCheckContains: contains} = config;
  if (healthCheck === void 0 || contains === void 0 || !namesRun(contains, config, run.host.context)) return false;
  const address = healthAddress(healthCheck, service);
  if (address === void 0 || refusalOf(address, run) !== void 0) return false;
  return (await askHealth(address, contains, 0, run)).lacksText;
}

const SHORT_COMMIT = 7;

function namesRun(text, {commit}, {tag, runId}) {
  return [ commit?.slice(0, SHORT_COMMIT), tag, runId ].some(name => name && text.includes(name));
}

function unknownService(target, {names, requestId}) {
  const suggestions = nearest(target.service, names).map(name => `\`${target.namespace}/${name}\``);
  return new Failure({
    code: "not-found",
    attempted: `Reading ${fullName(target)}`,
    happened: "Outpost has no such service, or this token cannot see it",
    hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(" or ")}? Change the input \`service\`.` : `The namespace \`${target.namespace}\` has ${names.length === 0 ? "no services" : `the services ${names.slice(0, 10).join(", ")}`}. Change the input \`service\`, or create the service in Outpost first.`,
    requestId
  });
}

function failureOfBlind(target, attempts) {
  const attempted = `Reading ${fullName(target)}`;
  const replies = attempts.map(({reply}) => reply);
  const [likeliest] = replies;
  if (likeliest !== void 0 && replies.length === 1) return errors_failureOf(likeliest, {
    attempted,
    notFound: CHECK_PATH,
    moved: CHECK_PATH
  });
  const outage = replies.find(isOutage);
  if (outage !== void 0) return errors_failureOf(outage, {
    attempted
  });
  const refusal = replies.find(reply => isDocumented(reply, 403));
  if (refusal !== void 0) return errors_failureOf(refusal, {
    attempted
  });
  const asked = attempts.map(({path, reply}) => `- GET ${unreadable_filled(path, target)}: ${replyInBrief(reply)}`);
  if (likeliest?.kind === "refused" && isDocumented(likeliest, 404)) return new Failure({
    code: "not-found",
    attempted,
    happened: `Outpost has no such service, this token cannot see it, or your Outpost shows it at another address. Tried:\n${asked.join("\n")}`,
    hint: `Check the namespace \`${target.namespace}\` and the name in the input \`service\`. If both are right: ${CHOICES}`,
    requestId: likeliest.refusal.requestId
  });
  return new Failure({
    code: "service-unreadable",
    attempted,
    happened: `none of the known addresses returned it. Tried:\n${asked.join("\n")}`,
    hint: `Nothing was deployed. ${CHOICES[0]?.toUpperCase()}${CHOICES.slice(1)}`
  });
}

const CHECK_PATH = "Check the inputs `service` and `service-path`. Without `service-path`, every known address is tried.";

const CHOICES = 'set the input `service-path` to the path where your Outpost shows a service (`outpost-deploy probe` helps you find it), prove the deploy with a health check (a full URL and `health-check-contains: "{commit:7}"`), or use `wait: false`, which reads nothing and only reports that Outpost accepted the call.';

function isOutage(reply) {
  return reply.kind === "refused" && (reply.status >= 500 || reply.status === 408 || reply.status === 425);
}

function isDocumented(reply, status) {
  return reply.kind === "refused" && reply.status === status && isApiError(reply);
}

function unreadable_filled(path, {namespace = "", service}) {
  return path.replace("{namespace}", namespace).replace("{service}", service);
}

async function readBaselines(config, run) {
  const {targets} = config;
  const [first] = targets;
  if (first === void 0 || !config.wait) return unread(targets, []);
  const discovery = await discover(first, config, run);
  switch (discovery.kind) {
   case "blind":
    {
      const failures = new Map([ [ fullName(first), failureOfBlind(first, discovery.attempts) ] ]);
      const [form] = discovery.attempts.map(({path}) => formOf(path, config.api));
      if (form !== void 0 && discovery.attempts.length === 1 && targets.length > 1) {
        const rest = await readAll(targets.slice(1), new Map, form, config, run);
        return {
          ...rest,
          failures: new Map([ ...failures, ...rest.failures ])
        };
      }
      if (!await canProveBlindly(config, run)) return {
        ...unread([], []),
        failures
      };
      run.host.say(`${fullName(first)}: none of the known addresses returned it. Only the health check can confirm the deploy.`);
      return unread(targets, targets);
    }

   case "absent":
    {
      const rest = await readAll(targets.slice(1), new Map, discovery.form, config, run);
      const failure = unknownService(first, discovery);
      return {
        ...rest,
        failures: new Map([ [ fullName(first), failure ], ...rest.failures ])
      };
    }

   case "found":
    {
      const {form, service, dateMs} = discovery;
      const skewMs = skewOf(run.clock, dateMs);
      const known = new Map([ [ fullName(first), service ] ]);
      return {
        ...await readAll(targets, known, form, config, run),
        skewMs
      };
    }
  }
}

function unread(targets, proved) {
  return {
    form: void 0,
    found: new Map(targets.map(target => [ fullName(target), UNSEEN ])),
    provedByHealth: new Set(proved.map(fullName)),
    failures: new Map,
    skewMs: 0
  };
}

async function canProveBlindly(config, run) {
  const isWhole = config.healthCheck !== void 0 && !config.healthCheck.startsWith("/");
  return isWhole && await provesByHealth(config, UNSEEN, run);
}

async function readAll(targets, known, form, config, run) {
  const client = run.client.at(form);
  const found = new Map(known);
  const failures = new Map;
  let {list} = form;
  await Promise.all([ ...byNamespace(targets) ].map(async ([namespace, group]) => {
    const listed = await readList(namespace, group, known, client);
    for (const [name, service] of listed.found) found.set(name, service);
    for (const target of listed.unlisted) {
      const reply = await client.service(target);
      if (reply.kind === "value") {
        found.set(fullName(target), reply.value);
        if (group.length > 1) list = void 0;
      } else failures.set(fullName(target), await failureOfOne(target, reply, listed.names, client));
    }
  }));
  const proofs = await Promise.all([ ...found ].map(async ([name, service]) => await provesByHealth(config, service, run) ? [ name ] : []));
  const provedByHealth = new Set(proofs.flat());
  return {
    form: {
      ...form,
      list
    },
    found,
    provedByHealth,
    failures,
    skewMs: 0
  };
}

async function readList(namespace, group, known, client) {
  const unknown = group.filter(target => !known.has(fullName(target)));
  const none = {
    found: new Map,
    unlisted: unknown,
    names: void 0
  };
  if (group.length === 1 || client.form.list === void 0) return none;
  const reply = await client.services(namespace);
  if (reply.kind !== "value") return none;
  const byName = new Map(reply.value.services.map(service => [ service.name, service ]));
  const found = group.flatMap(target => {
    const service = byName.get(target.service);
    return service === void 0 ? [] : [ [ fullName(target), service ] ];
  });
  return {
    found: new Map(found),
    unlisted: group.filter(target => !byName.has(target.service)),
    names: [ ...byName.keys() ]
  };
}

async function failureOfOne(target, reply, listed, client) {
  const failure = errors_failureOf(reply, {
    attempted: `Reading ${fullName(target)}`
  });
  if (reply.kind !== "refused" || reply.status !== 404) return failure;
  const names = listed ?? await namesIn(target, client);
  return names === void 0 || names.includes(target.service) ? failure : unknownService(target, {
    names,
    requestId: reply.refusal.requestId
  });
}

const external_node_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

const job_file_MAX_BYTES = 262144;

const job_file_MAX_DEPTH = 100;

const MAX_NAME_LENGTH = 61;

const CONTENT_DIGITS = 4;

const job_file_SHORT_COMMIT = 7;

function readJobFile(config, {host}) {
  const {preDeployJob: path, targets, commit} = config;
  if (path === void 0) return;
  const problems = [];
  const text = job_file_textOf(path);
  const json = fillAll(job_file_parse(text, path), {
    ...host.context,
    commit
  }, problems);
  const {name = (0, external_node_path_namespaceObject.basename)(path).replace(/\.json$/i, ""), namespace = targets[0]?.namespace} = json;
  if (problems.length > 0) throw unusable(path, [ ...new Set(problems) ].join("; "));
  if (typeof namespace !== "string" || !/^[\w][\w.-]{0,99}$/.test(namespace)) throw unusable(path, "its `namespace` is not a valid name");
  const run = host.context.runId ?? shortHash(host.context.runKey);
  const content = shortHash(JSON.stringify(json)).slice(0, CONTENT_DIGITS);
  const job = [ name, commit?.slice(0, job_file_SHORT_COMMIT), run, content ].filter(Boolean).join("-");
  if (typeof name !== "string" || !/^[A-Za-z0-9][\w.-]*$/.test(job)) throw unusable(path, "its `name` can only contain letters, digits, `-`, `_` and `.`");
  if (job.length > MAX_NAME_LENGTH) throw unusable(path, `the job's name \`${job}\` is longer than ${MAX_NAME_LENGTH} characters: shorten \`name\``);
  if (commit === void 0 || !JSON.stringify(json).includes(commit.slice(0, job_file_SHORT_COMMIT))) host.warn({
    title: "Could not tell which commit the job runs",
    message: `${(0, external_node_path_namespaceObject.basename)(path)} does not contain the commit. Use the placeholder {commit} in the part that says what to run.`
  });
  return {
    namespace,
    job,
    body: json
  };
}

function job_file_textOf(path) {
  let file;
  try {
    file = (0, external_node_fs_namespaceObject.openSync)(path, external_node_fs_namespaceObject.constants.O_RDONLY | external_node_fs_namespaceObject.constants.O_NONBLOCK);
    const stats = (0, external_node_fs_namespaceObject.fstatSync)(file);
    if (!stats.isFile()) throw unusable(path, "it is not a file");
    if (stats.size > job_file_MAX_BYTES) throw unusable(path, `it is larger than ${job_file_MAX_BYTES} bytes`);
    return (0, external_node_fs_namespaceObject.readFileSync)(file, "utf8");
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw unusable(path, `it cannot be read (${codeOf(thrown)})`);
  } finally {
    if (file !== void 0) (0, external_node_fs_namespaceObject.closeSync)(file);
  }
}

function codeOf(thrown) {
  return thrown instanceof Error && "code" in thrown ? `${thrown.code}` : "unknown error";
}

function job_file_parse(text, path) {
  let json;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw unusable(path, "it is not valid JSON");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw unusable(path, "it is not a JSON object");
  return {
    ...json
  };
}

function fillAll(body, facts, problems) {
  const fill = (value, depth) => {
    if (typeof value === "string") return fillPlaceholders(value, facts, problems);
    if (typeof value !== "object" || value === null) return value;
    if (depth === job_file_MAX_DEPTH) {
      problems.push(`it is nested deeper than ${job_file_MAX_DEPTH} levels`);
      return value;
    }
    if (Array.isArray(value)) return value.map(one => fill(one, depth + 1));
    return fillFields(value, depth + 1);
  };
  const fillFields = (fields, depth) => Object.fromEntries(Object.entries(fields).map(([name, one]) => [ name, fill(one, depth) ]));
  return fillFields(body, 1);
}

function shortHash(text) {
  return (0, external_node_crypto_namespaceObject.createHash)("sha256").update(text).digest("hex").slice(0, 8);
}

function unusable(path, happened) {
  return new Failure({
    code: "config-invalid",
    attempted: `Reading the job of \`pre-deploy-job\`, ${(0, external_node_path_namespaceObject.basename)(path)}`,
    happened,
    hint: "Nothing was deployed. Fix the file or the input, and run the job again."
  });
}

const locate_READ_DEADLINE_MS = 6e4;

function isInCheckout(folder, {host}) {
  if ((0, external_node_fs_namespaceObject.existsSync)((0, external_node_path_namespaceObject.join)(folder, ".git"))) return true;
  const parent = (0, external_node_path_namespaceObject.dirname)(folder);
  return parent !== folder && folder !== topFolder(host) && isInCheckout(parent, {
    host
  });
}

function topFolder({context}) {
  return context.host === "shell" ? void 0 : context.folder;
}

function revParse(folder, run, ...args) {
  const top = topFolder(run.host);
  const ceiling = top === void 0 ? {} : {
    GIT_CEILING_DIRECTORIES: (0, external_node_path_namespaceObject.dirname)(top)
  };
  return runGit({
    args: [ "rev-parse", ...args ],
    cwd: folder,
    env: {
      ...readingEnvironment(process.env),
      ...ceiling
    },
    timeoutMs: locate_READ_DEADLINE_MS,
    signal: run.signal
  });
}

async function locate(folder, run) {
  const where = await revParse(folder, run, "--git-path", "objects", "--git-path", "shallow", "--git-path", "config", "--is-shallow-repository", "--show-object-format");
  if (where.status !== 0) return where;
  const [objects = "", shallow = "", config = "", isShallow, objectFormat = "sha1"] = where.stdout.trim().split("\n");
  const head = await revParse(folder, run, "--verify", "--quiet", "HEAD");
  return {
    folder,
    head: head.status === 0 ? head.stdout.trim() : void 0,
    objectsFolder: (0, external_node_path_namespaceObject.resolve)(folder, objects),
    shallowFile: isShallow === "true" ? (0, external_node_path_namespaceObject.resolve)(folder, shallow) : void 0,
    configFile: (0, external_node_path_namespaceObject.resolve)(folder, config),
    objectFormat
  };
}

const PATIENCE_MS = {
  warn: 250,
  error: 1e4
};

const MAX_LEAKS = 20;

const MAX_SHOWN = 5;

const NO_CHECKOUT = {
  isNormal: true,
  because: "no checkout in this job"
};

const NO_COMMIT = {
  isNormal: true,
  because: "no commit in the checkout"
};

const CUT_SHORT = {
  isNormal: false,
  because: "it ran out of time"
};

const leak_scan_UNREADABLE = {
  isNormal: false,
  because: "git cannot read the checkout"
};

function startLeakScan({leakScan, checkoutFolder}, run) {
  if (leakScan === "off") return {
    found: () => nothing(void 0),
    stop: () => {}
  };
  if (!isInCheckout(checkoutFolder, run)) return {
    found: () => nothing(NO_CHECKOUT),
    stop: () => {}
  };
  const stopped = new AbortController;
  const leaks = [];
  const done = search(checkoutFolder, leaks, stopped, {
    ...run,
    signal: AbortSignal.any([ run.signal, stopped.signal ])
  });
  done.catch(() => {});
  return {
    found: async patienceMs => {
      let timer;
      const impatient = new Promise(resolve => {
        timer = setTimeout(() => resolve(CUT_SHORT), patienceMs);
      });
      try {
        return {
          leaks,
          lack: await Promise.race([ done, impatient ])
        };
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => stopped.abort()
  };
}

function nothing(lack) {
  return Promise.resolve({
    leaks: [],
    lack
  });
}

async function search(folder, leaks, stopped, run) {
  try {
    const place = await locate(folder, run);
    if ("status" in place) return leak_scan_UNREADABLE;
    const {head} = place;
    if (head === void 0) return NO_COMMIT;
    const below = (0, external_node_path_namespaceObject.relative)(run.host.context.folder, folder);
    let rest = "";
    const read = text => {
      const lines = `${rest}${text}`.split("\n");
      rest = (lines.pop() ?? "").slice(-MAX_RECORD_LENGTH);
      leaks.push(...lines.flatMap(line => readHit(line, head, below)));
      if (leaks.length > MAX_LEAKS) stopped.abort();
    };
    const end = await inSandbox(place, run, sandbox => runGit({
      args: [ ...GREP, head ],
      cwd: sandbox,
      env: offlineEnvironment(sandbox),
      timeoutMs: Math.max(1, remainingMs(run)),
      signal: run.signal,
      onOutput: read
    }));
    return (end.status === 0 || end.status === 1) && end.stderr === "" ? void 0 : leak_scan_UNREADABLE;
  } catch (error) {
    if (leaks.length > MAX_LEAKS) return;
    if (run.signal.aborted) throw error;
    if (error instanceof Failure) return leak_scan_UNREADABLE;
    throw error;
  }
}

const GREP = [ "grep", "--no-color", "--text", "--line-number", "--null", "--only-matching", "--extended-regexp", "op_pat_[A-Za-z0-9]{16,}" ];

const MAX_RECORD_LENGTH = 1e4;

function readHit(record, commit, below) {
  const [path = "", line = "", token = ""] = record.split("\0");
  const file = path.startsWith(`${commit}:`) ? path.slice(commit.length + 1) : path;
  return looksReal(token) ? [ {
    file: (0, external_node_path_namespaceObject.join)(below, file),
    line: Number(line)
  } ] : [];
}

function looksReal(token) {
  const body = token.slice(7);
  const kinds = [ /[a-z]/, /[A-Z]/, /\d/ ].filter(kind => kind.test(body)).length;
  return kinds >= 2 && new Set(body.toLowerCase()).size >= 8;
}

const ADVICE = "Revoke it in Settings > Access Tokens and use a new one. Then remove it from the Git history too: anyone who can read the repository has it.";

async function reportLeaks(scan, {leakScan}, run) {
  if (leakScan === "off") return;
  const {leaks, lack} = await scan.found(PATIENCE_MS[leakScan]);
  if (leakScan === "warn" && lack !== void 0 && !lack.isNormal) run.host.say(`Not every file was searched for Outpost tokens: ${lack.because}.`);
  for (const place of leaks.slice(0, MAX_SHOWN)) run.host.warn({
    title: "An Outpost token is in the repository",
    message: `This line contains what looks like an Outpost token. ${ADVICE}`,
    place
  });
  if (leakScan !== "error") return;
  const [first] = leaks;
  if (first !== void 0) throw leak_scan_refused(`${leaks.length > MAX_LEAKS ? `more than ${MAX_LEAKS}` : leaks.length} found, the first in ${first.file}:${first.line}, and \`leak-scan\` is \`error\``, ADVICE);
  if (lack !== void 0) throw leak_scan_refused(`\`leak-scan\` could not run: ${lack.because}`, "Check out the repository before this step (name the folder in `working-directory` if it is not the workspace), or set `leak-scan: warn`.");
}

function leak_scan_refused(happened, hint) {
  return new Failure({
    code: "token-in-repository",
    attempted: "Searching the checkout for tokens",
    happened,
    hint
  });
}

async function noticeLeftOut(commit, git, {host}) {
  const modules = await git("cat-file", "-e", `${commit}:.gitmodules`);
  if (modules.status === 0) host.notice({
    title: "Submodules are not pushed",
    message: "The repository has submodules. Outpost gets the references to them, not their files."
  });
  const rules = await git("grep", "--quiet", "--extended-regexp", "(^|[[:space:]])filter=lfs([[:space:]]|$)", commit, "--", ":(glob)**/.gitattributes");
  if (rules.status === 0) host.notice({
    title: "LFS files are not pushed",
    message: "The repository stores files in Git LFS. Outpost gets the pointers, not the files."
  });
}

const MAX_STEPS = 50;

const MAX_OWN_COMMITS = 200;

async function commitToPush(place, head, git, run) {
  const {proposedMerge, testedRun, commit} = run.host.context;
  if (testedRun !== void 0) await requireTested(place, head, testedRun, git, run);
  const pushed = proposedMerge === void 0 ? head : await sourceOf(place, head, proposedMerge, git, run);
  if (commit !== void 0 && pushed !== commit) run.host.say(`The checkout is at ${objects_short(pushed)}, but this run was started for ${objects_short(commit)}. Pushing ${objects_short(pushed)}.`);
  return pushed;
}

async function sourceOf(place, head, proposed, git, run) {
  const source = proposed.sourceCommit ?? await tracked(proposed.sourceRef, place, run);
  const merge = await temporaryMerge(head, proposed, source, git);
  if (merge === void 0) return head;
  if (merge !== head) throw onTop(head, merge);
  if (source === void 0) throw unknownSource(merge);
  if (await readCommit(git, source) === void 0) throw missingSource(merge, source);
  return source;
}

async function temporaryMerge(head, proposed, source, git) {
  let commit = head;
  for (let step = 0; step < MAX_STEPS && commit !== void 0 && commit !== source; step += 1) {
    const facts = await readCommit(git, commit);
    if (facts === void 0) return;
    if (isTemporary(commit, facts, proposed, source, commit === head)) return commit;
    [commit] = facts.parents;
  }
  return;
}

async function tracked(ref, {folder}, run) {
  if (ref === void 0) return;
  const end = await revParse(folder, run, "--verify", "--quiet", "--end-of-options", ref);
  return end.status === 0 ? end.stdout.trim() : void 0;
}

function isTemporary(commit, {parents, subject}, {mergeCommit}, source, isHead) {
  if (commit === mergeCommit) return true;
  if (parents.length < 2) return false;
  if (/^Merge [0-9a-f]{40,64} into [0-9a-f]{40,64}$/.test(subject)) return true;
  if (source !== void 0) return parents.includes(source);
  return isHead && mergeCommit === void 0;
}

async function requireTested({folder}, head, {commit: tested, ownCommit}, git, run) {
  if (tested === head) return;
  if (tested === void 0 || !await isAncestor(git, tested, head)) throw notTested(head, tested, "which does not contain it");
  const between = await git("rev-list", `--max-count=${MAX_OWN_COMMITS}`, "--end-of-options", `${tested}..${head}`);
  const own = between.stdout.split("\n").filter(line => line !== "");
  const remotes = await revParse(folder, run, "--remotes");
  const others = new Set([ ownCommit, ...remotes.stdout.split("\n") ]);
  if (between.status !== 0 || own.length >= MAX_OWN_COMMITS || own.some(one => others.has(one))) throw notTested(head, tested, "which contains later commits that were not tested");
}

function notTested(head, tested, because) {
  return notPossible(`the workflow before this one tested ${tested === void 0 ? "an unknown commit" : objects_short(tested)}, and the checkout is at ${objects_short(head)}, ${because}`, "Check out the tested commit with its history: add `ref: ${{ github.event.workflow_run.head_sha }}` and `fetch-depth: 0` to `actions/checkout`.");
}

const CHECK_OUT_SOURCE = 'Check out the head of the source branch instead, with its history: on GitHub `ref: ${{ github.event.pull_request.head.sha }}` and `fetch-depth: 0` for `actions/checkout`, on GitLab a merge request pipeline without merged results, on Jenkins the strategy "The current pull request revision".';

function onTop(head, merge) {
  return notPossible(`the checkout is at ${objects_short(head)}, which contains the temporary merge ${objects_short(merge)} that the CI system made for this run`, CHECK_OUT_SOURCE);
}

function unknownSource(merge) {
  return notPossible(`the checkout is at ${objects_short(merge)}, a temporary merge that the CI system made for this run, and the head of the source branch is not known`, CHECK_OUT_SOURCE);
}

function missingSource(merge, source) {
  return notPossible(`the checkout is at ${objects_short(merge)}, a temporary merge that the CI system made for this run, and the commit ${source}, the head of the source branch, is not in the checkout`, CHECK_OUT_SOURCE);
}

function notPossible(happened, hint) {
  return new Failure({
    code: "push-not-possible",
    attempted: "Preparing the push",
    happened,
    hint
  });
}

const OLDEST_GIT = [ 2, 31 ];

const checkout_READ_DEADLINE_MS = 6e4;

async function examineCheckout({checkoutFolder: folder}, run) {
  await assertVersion(run);
  if (!(0, external_node_fs_namespaceObject.existsSync)(folder)) throw noRepository("", folder, run);
  const place = await locate(folder, run);
  if ("status" in place) throw noRepository(place.stderr, folder, run);
  const {head} = place;
  if (head === void 0) throw noCommit("HEAD");
  return await inSandbox(place, run, async sandbox => {
    const git = reading(sandbox, run);
    if ((await git("cat-file", "-e", `${head}^{commit}`)).status !== 0) throw noCommit(head);
    const commit = await commitToPush(place, head, git, run);
    const origin = await git("config", "--file", place.configFile, "--get", "remote.origin.url");
    await noticeLeftOut(commit, git, run);
    return {
      ...place,
      commit,
      originUrl: checkout_publicUrl(origin.stdout.trim())
    };
  });
}

function checkout_publicUrl(url) {
  if (!URL.canParse(url)) return;
  const {protocol, username, password} = new URL(url);
  return protocol === "https:" && username === "" && password === "" ? url : void 0;
}

async function assertVersion(run) {
  const end = await runGit({
    args: [ "--version" ],
    cwd: ".",
    env: readingEnvironment(process.env),
    timeoutMs: checkout_READ_DEADLINE_MS,
    signal: run.signal
  });
  if (end.trouble === "timed-out") throw notPossible("git did not answer within a minute", "Check what is keeping this machine busy, and run the job again.");
  const [, major, minor] = /^git version (\d{1,4})\.(\d{1,4})/.exec(end.stdout) ?? [];
  if (end.trouble === "not-installed" || major === void 0) throw notPossible("git is not installed here", "Install git in this job (`apk add git` on Alpine images). GitHub-hosted runners already have it.");
  const [oldestMajor, oldestMinor] = OLDEST_GIT;
  if (Number(major) > oldestMajor || Number(major) === oldestMajor && Number(minor) >= oldestMinor) return;
  throw notPossible(`git ${major}.${minor} is too old to be given a token safely`, `Use an image with git ${OLDEST_GIT.join(".")} or later.`);
}

function noRepository(stderr, folder, {host}) {
  const workspace = (0, external_node_path_namespaceObject.resolve)(host.context.folder);
  if (stderr.includes("dubious ownership")) return notPossible("git does not trust the checkout, because it belongs to another user", `Run \`git config --global --add safe.directory ${folder}\` in a step before this one.`);
  return notPossible("there is no checkout of the repository " + (folder === workspace ? "here" : `in ${folder}`), "Add `- uses: actions/checkout` with `fetch-depth: 0` before this step; on GitLab set `GIT_STRATEGY: clone`. If the checkout is in another folder, set `working-directory` to it.");
}

function noCommit(wanted) {
  return notPossible(`the commit ${wanted} is not in the checkout`, 'Check out the commit with its history: `fetch-depth: 0` on GitHub, `GIT_DEPTH: "0"` on GitLab.');
}

async function preflight(given, run, keep) {
  run.host.say(`The token goes to ${given.origin.origin} and nowhere else.`);
  const scan = startLeakScan(given, run);
  try {
    const checkout = given.push === void 0 ? void 0 : await examineCheckout(given, run);
    const config = checkout === void 0 ? given : configOfCommit(checkout.commit, run.host);
    const job = readJobFile(config, run);
    const answers = await askOutpost(config, run, keep);
    if (job !== void 0) requireJobAddress(answers.form?.job ?? config.api.job);
    await reportLeaks(scan, config, run);
    return {
      ...answers,
      checkout,
      job
    };
  } finally {
    scan.stop();
  }
}

async function askOutpost(config, run, keep) {
  const [lookup, read] = await Promise.all([ config.tokenName === void 0 ? void 0 : lookUpToken(config.tokenName, run.tokens(), run.clock), readBaselines(config, run) ]);
  const {form, found, provedByHealth, skewMs} = read;
  keep({
    read
  });
  const failures = [ ...read.failures.values() ];
  const rejected = failures.find(({code}) => code === "token-rejected" || code === "token-expired");
  if (rejected !== void 0) throw rejected;
  if (skewMs !== 0) run.host.say(`This machine's clock is ${Math.round(Math.abs(skewMs) / 6e4)} minutes off from Outpost's. Using Outpost's.`);
  const assessment = checkToken(config, neededScopes(config), lookup, run.clock.wallMs() + skewMs);
  keep({
    token: assessment.report
  });
  sayOfToken(assessment, run.host);
  const [failure] = failures;
  if (failure !== void 0) throw failures.length === 1 ? failure : severalFailures(failures, failure);
  return {
    config,
    atWallMs: run.clock.wallMs(),
    skewMs,
    form,
    baselines: found,
    provedByHealth
  };
}

function neededScopes({push, preDeployJob}) {
  return [ "service", ...push === void 0 ? [] : [ "repo" ], ...preDeployJob === void 0 ? [] : [ "job" ] ];
}

function requireJobAddress(path) {
  if (path !== void 0) return;
  throw new Failure({
    code: "config-invalid",
    attempted: "Planning the job of `pre-deploy-job`",
    happened: "the address for reading jobs is not known, so the run could not follow it",
    hint: "Nothing was deployed. Set the address: `api: job=/...{namespace}/...{job}`."
  });
}

function sayOfToken({report, lines, notices, warnings, stop}, host) {
  host.group("Token" + (report.name === void 0 ? "" : ` "${report.name}"`), lines);
  for (const warning of warnings) host.warn(warning);
  if (stop !== void 0) throw stop;
  for (const notice of notices) host.notice(notice);
}

function severalFailures(failures, first) {
  return new Failure({
    code: first.code,
    attempted: "Reading the services",
    happened: `${failures.length} of them cannot be deployed:\n${failures.map(itemOf).join("\n")}`,
    hint: "Nothing was deployed. Fix the problems in the list and run the job again.",
    requestId: first.requestId
  });
}

function itemOf({message, hint, requestId}) {
  return `- ${message}. ${hint}${requestId === void 0 ? "" : ` (request ${requestId})`}`;
}

async function checkPush({config, checkout}, token, run) {
  if (checkout === void 0) return;
  await withOutpost(config, checkout, token, run, async context => {
    const tip = await tipOnOutpost(context, run);
    run.host.say(`${repositoryName(context)}: ${await outlook(tip, context, run)}`);
  });
}

async function outlook(tip, context, run) {
  const {branch, config} = context;
  const commit = objects_short(context.checkout.commit);
  if (tip === void 0) {
    if (isShallow(context)) warnOfHistory("whether Outpost has what comes before it", context, run);
    return `the push would create ${branch} at ${commit}.`;
  }
  if (tip === context.checkout.commit) return `${branch} is already at ${commit}; there is nothing to push.`;
  await joinHistories(context, tip, run);
  const relation = await relationTo(tip, context, run);
  const move = `the push would move ${branch} from ${objects_short(tip)} to ${commit}.`;
  if (config.nonFastForward === "force") {
    warnOfForce(relation, tip, context, run);
    return move;
  }
  switch (relation.kind) {
   case "behind":
    return move;

   case "ahead":
    if (config.nonFastForward === "skip") return `${branch} is already ${commits(relation.newerCommits)} ahead of ${commit}; nothing would be pushed or deployed.`;
    throw notFastForward(relation, tip, context);

   case "apart":
    throw notFastForward(relation, tip, context);

   case "unknown":
    warnOfHistory(`whether it follows ${objects_short(tip)}, where ${branch} is`, context, run);
    return `the push may move ${branch} from ${objects_short(tip)} to ${commit}.`;
  }
}

function warnOfHistory(question, context, {host}) {
  host.warn({
    title: "The push was not checked",
    message: `${repositoryName(context)}: the checkout has too little history before ${objects_short(context.checkout.commit)} to tell ${question}. If the real push is rejected for that, check out the full history: \`fetch-depth: 0\` for actions/checkout, or the variable \`GIT_DEPTH: "0"\` on GitLab.`
  });
}

const LONGEST_PAUSE_MS = 1e4;

const HOLD_PAUSE_MS = 5e3;

const HURRY = "If it just needs more time, raise the input `timeout`.";

const WITHOUT_ENDPOINT = "The service is deployed. Remove `health-check`, or set it to a full URL (then deploy one service per step).";

function checkHealth(verdicts, config, run) {
  return Promise.all(verdicts.map(verdict => verdict.status === "deployed" ? timed(verdict, config, run) : verdict));
}

async function timed(before, {healthCheck, healthCheckContains: contains, stableForMs}, run) {
  if (healthCheck === void 0) return before;
  const startWallMs = run.clock.wallMs();
  const after = await checkOne(before, {
    healthCheck,
    contains,
    stableForMs
  }, run);
  return {
    ...after,
    later: [ ...before.later, {
      phase: "health check",
      startWallMs,
      endWallMs: run.clock.wallMs()
    } ]
  };
}

async function checkOne(verdict, check, run) {
  const name = fullName(verdict.receipt.deploy.target);
  const {service, receipt} = verdict;
  const address = healthAddress(check.healthCheck, {
    endpoint: service?.endpoint ?? receipt.deploy.baseline.endpoint
  });
  const problem = address === void 0 ? "Outpost does not show an endpoint for it" : refusalOf(address, run);
  if (address === void 0 || problem !== void 0) return failed(verdict, "config-invalid", `${problem}`, WITHOUT_ENDPOINT, run);
  try {
    return await keepAsking(verdict, name, address, check, run);
  } catch (error) {
    if (!run.signal.aborted) throw error;
    const {code, happened} = cancellationOf(run.signal);
    const failure = new Failure({
      code,
      attempted: `Checking the health of ${name}`,
      happened: `${happened}; the service is running, but the health check has not passed yet`,
      hint: "Check the service in the dashboard."
    });
    return {
      ...verdict,
      status: "cancelled",
      failure
    };
  }
}

async function keepAsking(verdict, name, address, {contains, stableForMs}, run) {
  const {url} = address;
  const startMs = run.clock.nowMs();
  let asked = {
    tries: 0,
    last: void 0,
    goodSinceMs: void 0
  };
  while (remainingMs(run) > 0) {
    const answer = await askHealth(address, contains, asked.tries, run);
    const nowMs = run.clock.nowMs();
    const next = afterAnswer(asked, answer, nowMs);
    if (answer.refusal !== void 0) {
      const happened = `${url.hostname} was not requested: ${answer.refusal}`;
      return failed(verdict, "config-invalid", happened, WITHOUT_ENDPOINT, run);
    }
    const heldMs = nowMs - (next.goodSinceMs ?? nowMs);
    if (answer.healthy && heldMs >= stableForMs) {
      run.host.say(`${name}: ${url.href} ${answer.words} for ${formatDuration(heldMs)} (${next.tries} tries, ${formatDuration(nowMs - startMs)}).`);
      return verdict;
    }
    if (next.last !== asked.last) run.host.say(`${name}: ${url.href} ${answer.words}; ${answer.healthy ? `checking that it stays that way for ${formatDuration(stableForMs)}` : "trying again"}.`);
    asked = next;
    const pauseMs = answer.healthy ? Math.min(HOLD_PAUSE_MS, stableForMs - heldMs) : Math.min(1e3 * 2 ** (asked.tries - 1), LONGEST_PAUSE_MS);
    await run.clock.sleep(Math.max(0, Math.min(pauseMs, remainingMs(run))), run.signal);
  }
  return failedInTime(verdict, url, asked, run.clock.nowMs() - startMs, stableForMs, run);
}

function afterAnswer(asked, answer, nowMs) {
  const tries = asked.tries + 1;
  if (answer.cutShort) return {
    ...asked,
    tries
  };
  const goodSinceMs = answer.healthy ? asked.goodSinceMs ?? nowMs : void 0;
  return {
    tries,
    last: answer.words,
    goodSinceMs
  };
}

function failedInTime(verdict, {href}, {last, goodSinceMs}, spentMs, stableForMs, run) {
  if (last === void 0 || goodSinceMs !== void 0) {
    const happened = last === void 0 ? `the run timed out before ${href} responded` : `${href} ${last}, but the run timed out before it had done so for ${formatDuration(stableForMs)}`;
    return failed(verdict, "timed-out", happened, HURRY, run);
  }
  return failed(verdict, "health-check-failed", `${href} ${last} (tried for ${formatDuration(spentMs)})`, `Check what the service returns at that address. ${HURRY}`, run);
}

function failed(verdict, code, happened, hint, run) {
  const name = fullName(verdict.receipt.deploy.target);
  run.host.say(`${name}: health check failed: ${happened}.`);
  const failure = new Failure({
    code,
    attempted: `Checking the health of ${name}`,
    happened,
    hint,
    requestId: verdict.receipt.requestId
  });
  return {
    ...verdict,
    status: code === "timed-out" ? "timed-out" : "failed",
    failure,
    mayRollBack: code === "health-check-failed"
  };
}

function ownDeployment({ownId}, seen) {
  return seen.deployments.find(({id}) => id === ownId);
}

function newId({baseline}, seen) {
  const known = new Set(baseline.deployments.map(({id}) => id));
  return known.size === 0 ? void 0 : seen.deployments.find(({id}) => !known.has(id))?.id;
}

function isForeign(own, seen) {
  if (seen.deployments.length === 0 || ownDeployment(own, seen) !== void 0) return false;
  return own.ownId !== void 0 || own.baseline.deployments.length > 0;
}

function isOwnLive(own, seen) {
  const [live] = seen.deployments;
  return live !== void 0 && live.id === own.ownId || own.pushedCommit !== void 0 && seen.commit !== void 0 && isSameCommit(seen.commit, own.pushedCommit);
}

function isOtherLive(own, seen) {
  const [live] = seen.deployments;
  return own.ownId !== void 0 && live !== void 0 && live.id !== own.ownId || own.pushedCommit !== void 0 && seen.commit !== void 0 && !isSameCommit(seen.commit, own.pushedCommit);
}

function hasStrongSign(own, seen, isCalm, isOtherSeen) {
  return ownDeployment(own, seen)?.phase === "rolling" || seen.phase === "rolling" && isCalm || isNewVersion(own, seen) && seen.activeVersions !== void 0 || isOtherSeen && isOwnLive(own, seen);
}

function isNewVersion({baseline}, {version}) {
  return baseline.version !== void 0 && version !== void 0 && version !== baseline.version;
}

function weakSigns(own, seen, isCalm) {
  const {baseline} = own;
  const before = baseline.updatedAt;
  const moved = before !== void 0 && seen.updatedAt !== void 0 && !isSameMoment(before, seen.updatedAt);
  const dipped = isFewer(seen.readyReplicas, baseline.readyReplicas);
  const changed = newId(own, seen) !== void 0 || isOwnLive(own, seen) && !isOwnLive(own, baseline);
  return [ ...moved ? [ "updated-at" ] : [], ...dipped ? [ "replicas" ] : [], ...isNewVersion(own, seen) ? [ "version" ] : [], ...changed ? [ "changed-with-call" ] : [], ...seen.phase === "rolling" && !isCalm ? [ "earlier-rollout" ] : [] ];
}

function isFewer(one, other) {
  return (one ?? Number.POSITIVE_INFINITY) < (other ?? 0);
}

function isIncomplete(own, seen) {
  const {readyReplicas, minReplicas, version, activeVersions} = seen;
  if (isFewer(readyReplicas, minReplicas)) return true;
  if (ownDeployment(own, seen)?.phase === "rolling") return true;
  return activeVersions !== void 0 && version !== void 0 && activeVersions.some(active => active !== version) || activeVersions?.length === 0 && (minReplicas ?? 1) > 0;
}

const MISSING_GRACE_MS = 3e4;

const RECONCILE_MS = 6e4;

const MAX_RESTARTS = 5;

function judge(judgement, observation) {
  if (judgement.kind === "ended") return judgement;
  if (observation.kind === "health") return judgeHealth(judgement, observation);
  const {atMs, seen, isBeforeAnswer = false} = observation;
  if (seen === "missing") return orLost(judgeMissing(judgement, atMs), atMs);
  const {wasOtherLive} = judgement.memory;
  const looked = remember(judgement, seen, atMs);
  const memory = isBeforeAnswer ? {
    ...looked,
    wasOtherLive
  } : looked;
  const next = {
    ...judgement,
    memory
  };
  const judged = judgeDeployment(next, seen) ?? judgeTakenOver(next, seen) ?? judgePhase(next, seen, atMs);
  return orLost(judged, atMs);
}

function ended(judgement, ending, strength) {
  const {start, memory} = judgement;
  return {
    start,
    memory,
    kind: "ended",
    ending,
    strength
  };
}

function waiting({start, memory}) {
  return {
    start,
    memory,
    kind: "waiting"
  };
}

function orLost(judgement, atMs) {
  const {start, memory} = judgement;
  const isLost = !memory.confirmed && atMs - start.sinceMs >= RECONCILE_MS;
  return isLost && judgement.kind !== "ended" ? ended(judgement, "never-appeared", "weak") : judgement;
}

function judgeHealth(judgement, {atMs, holds}) {
  const sinceMs = judgement.memory.healthySinceMs ?? atMs;
  const healthySinceMs = holds ? sinceMs : void 0;
  const next = {
    ...judgement,
    memory: {
      ...judgement.memory,
      healthySinceMs
    }
  };
  return holds && atMs - sinceMs >= judgement.start.stableForMs ? ended(next, "deployed", "decisive") : next;
}

function judgeMissing(judgement, atMs) {
  const missingSinceMs = judgement.memory.missingSinceMs ?? atMs;
  const next = waiting({
    ...judgement,
    memory: {
      ...judgement.memory,
      missingSinceMs
    }
  });
  return atMs - missingSinceMs >= MISSING_GRACE_MS ? ended(next, "gone", "weak") : next;
}

function remember({start, memory}, seen, atMs) {
  const ownId = memory.ownId ?? newId(ownOf(start, memory), seen);
  const own = ownOf(start, {
    ownId
  });
  const hasSign = hasStrongSign(own, seen, memory.isCalm, memory.wasOtherLive);
  const signMs = memory.signMs ?? (hasSign ? atMs : void 0);
  const isCalm = memory.isCalm || seen.phase !== "rolling";
  return {
    ...memory,
    confirmed: memory.confirmed || signMs !== void 0 || ownId !== void 0,
    ownId,
    wasOwnShown: memory.wasOwnShown || ownDeployment(own, seen) !== void 0,
    wasOtherLive: memory.wasOtherLive || isOtherLive(own, seen),
    isCalm,
    isWell: memory.isWell || seen.phase !== "failed" && isCalm,
    signMs,
    weak: new Set([ ...memory.weak, ...weakSigns(own, seen, memory.isCalm) ]),
    firstRunning: memory.firstRunning ?? (signMs !== void 0 && seen.phase === "running" && !isIncomplete(own, seen) ? seen.updatedAt : void 0),
    missingSinceMs: void 0,
    last: seen
  };
}

function ownOf({baseline, pushedCommit}, {ownId}) {
  return {
    baseline,
    ownId,
    pushedCommit
  };
}

function judgeDeployment(judgement, seen) {
  const own = ownDeployment(ownOf(judgement.start, judgement.memory), seen);
  if (own?.phase === "failed") return ended(judgement, "failed", "decisive");
  if (own?.phase !== "succeeded" || seen.phase === "failed") return;
  return proven(judgement, seen, "deployed", "decisive");
}

function judgeTakenOver(judgement, seen) {
  const {start, memory} = judgement;
  const {ownId, firstRunning} = memory;
  if (isForeign(ownOf(start, memory), seen)) {
    const known = new Set(start.baseline.deployments.map(({id}) => id));
    if (seen.deployments.some(({id}) => !known.has(id))) return ended(judgement, "superseded", "strong");
    return memory.wasOwnShown ? ended(judgement, "rolled-back", "strong") : void 0;
  }
  const movedOn = firstRunning !== void 0 && seen.updatedAt !== void 0 && !isSameMoment(seen.updatedAt, firstRunning);
  return ownId === void 0 && seen.phase === "rolling" && movedOn ? ended(judgement, "superseded", "strong") : void 0;
}

function judgePhase(judgement, seen, atMs) {
  const {start, memory} = judgement;
  if (isForeign(ownOf(start, memory), seen)) return waiting(judgement);
  switch (seen.phase) {
   case "failed":
    if (!memory.isWell) return waiting(judgement);
    if (memory.signMs !== void 0) return ended(judgement, "failed", "strong");
    return memory.confirmed ? ended(judgement, "failed", "weak") : waiting(judgement);

   case "idle":
    return judgeIdle(judgement, seen, atMs);

   case "running":
    return isIncomplete(ownOf(start, memory), seen) ? waiting(judgement) : judgeHolding(judgement, seen, atMs);

   case "rolling":
   case "unknown":
    return waiting(judgement);
  }
}

function judgeIdle(judgement, seen, atMs) {
  const {minReplicas} = seen;
  if (judgement.memory.signMs === void 0 || minReplicas === void 0) return waiting(judgement);
  return minReplicas > 0 ? ended(judgement, "stopped", "weak") : judgeHolding(judgement, seen, atMs);
}

function judgeHolding(judgement, seen, atMs) {
  const {start, memory} = judgement;
  const settling = judgement.kind === "settling" ? judgement : void 0;
  const before = settling?.phase === seen.phase ? settling : void 0;
  const restarts = before?.restarts ?? 0;
  const isSame = before !== void 0 && (isSameStamp(before.stamp, seen.updatedAt) || restarts >= MAX_RESTARTS);
  const sinceMs = isSame ? before.sinceMs : atMs;
  const next = {
    start,
    memory,
    kind: "settling",
    phase: seen.phase,
    sinceMs,
    stamp: seen.updatedAt,
    restarts: restarts + (before === void 0 || isSame ? 0 : 1)
  };
  if (atMs - sinceMs < start.stableForMs) return next;
  const ending = seen.phase === "idle" ? "scaled-to-zero" : "deployed";
  if (memory.signMs !== void 0) return proven(next, seen, ending, "strong") ?? next;
  const isEnough = start.proof === "updated-at" && memory.confirmed && memory.weak.has("updated-at");
  return isEnough ? proven(next, seen, ending, "weak") ?? next : next;
}

function isSameStamp(one, other) {
  return one === void 0 || other === void 0 ? one === other : isSameMoment(one, other);
}

function proven(judgement, seen, ending, strength) {
  const {branch, pushedCommit, runCommit, proof} = judgement.start;
  if (isOther(seen, branch, pushedCommit)) return ended(judgement, "superseded", "strong");
  if (proof !== "commit" || runCommit === void 0) return ended(judgement, ending, strength);
  if (seen.commit === void 0) return pushedCommit === void 0 ? void 0 : ended(judgement, ending, strength);
  return isSameCommit(seen.commit, runCommit) ? ended(judgement, ending, strength) : ended(judgement, "commit-mismatch", "strong");
}

function isOther(seen, branch, pushedCommit) {
  const otherBranch = seen.branch !== void 0 && seen.branch.replace(/^refs\/heads\//, "") !== branch;
  return otherBranch || pushedCommit !== void 0 && seen.commit !== void 0 && !isSameCommit(seen.commit, pushedCommit);
}

const wordsOfWeak = {
  "updated-at": "`updated_at` changed",
  replicas: "fewer replicas were ready for a while",
  version: "its target version changed",
  "changed-with-call": "its deployment or commit changed with the call itself",
  "earlier-rollout": "a rollout from before the call finished"
};

const HEALTH = 'make the service report the commit it was built from, and check it with `health-check: /version` and `health-check-contains: "{commit:7}"`.';

function lackOf({start, memory, kind}) {
  const {last, signMs, weak, ownId} = memory;
  if (start.isBlind) return {
    because: "none of the known addresses returned the service, and the health check did not pass",
    hint: "Outpost accepted the call, so the deploy may have worked. Check the dashboard, and what the health check returns."
  };
  if (last === void 0) return;
  const word = `\`${last.statusWord || "no status"}\``;
  if (isForeign({
    ...start,
    ownId
  }, last)) return {
    because: `Outpost shows the deployment ${last.deployments[0]?.id}, ${ownId === void 0 ? "which is from before the deploy" : `not the one from this run (${ownId})`}`,
    hint: `Check the service in the dashboard. So that the next run can confirm the deploy, ${HEALTH}`
  };
  if (signMs !== void 0) {
    if (start.proof !== "commit" || kind !== "settling") return;
    return {
      because: "the rollout succeeded, but Outpost does not show which commit is live",
      hint: `To prove the commit, ${HEALTH} Or remove \`proof: commit\`.`
    };
  }
  const signs = [ ...weak ].map(one => wordsOfWeak[one]);
  const seen = signs.length === 0 ? `the service shows ${word}, and nothing changed since the call` : `the service shows ${word}, and ${signs.join(" and ")}, but that can have other reasons`;
  const stamp = weak.has("updated-at") ? " If you know that your Outpost changes `updated_at` only when a new revision is running, set `proof: updated-at`." : "";
  return {
    because: `${seen}; neither a rollout nor a new deployment appeared`,
    hint: `Outpost accepted the call, so the deploy may have worked. Check the dashboard. So that the next run can confirm the deploy, ${HEALTH}${stamp}`
  };
}

const HEARTBEAT_MS = 3e4;

function conclude(one, finding, run) {
  one.finding = finding;
  one.endedMs = run.clock.nowMs();
  one.isEndUnsaid = true;
}

function sayEnds(all, run) {
  for (const one of all) {
    if (one.isEndUnsaid && one.finding !== void 0) sayEnd(one, one.finding, run);
    one.isEndUnsaid = false;
  }
}

function sayEnd(one, {failure, status}, run) {
  const words = failure === void 0 ? status : `${status}: ${failure.happened}`;
  const tookMs = (one.endedMs ?? run.clock.nowMs()) - one.receipt.sentMs;
  run.host.say(`${one.name}: ${words} (${formatDuration(tookMs)})`);
  if (one.judgement.kind === "ended" && one.judgement.ending === "scaled-to-zero") run.host.warn({
    title: "No replica was seen running",
    message: `${one.name}: the rollout finished and the service is scaled to zero, so the new revision has not served any requests yet. To wake it up, set the input \`health-check\`.`
  });
}

const LACK_NOTICE_MS = 6e4;

function logLack(one, run) {
  const afterMs = run.clock.nowMs() - one.receipt.sentMs;
  if (one.isLackLogged || afterMs < LACK_NOTICE_MS) return;
  one.isLackLogged = true;
  const lack = lackOf(one.judgement);
  if (lack !== void 0) run.host.say(`${one.name}: no proof yet that the new revision is running: ${lack.because}.`);
}

function logPoll(one, run) {
  const text = wordsOf(one);
  run.host.progress?.(`${one.name}: ${text}`, run.clock.nowMs() - one.receipt.sentMs);
  if (text === one.lastLogged?.text) return;
  const {last} = one.judgement.memory;
  if (last?.phase === "unknown" && last.statusWord !== "degraded") run.host.say(`${one.name}: Outpost shows the status "${last.statusWord}", which is not documented; still waiting.`);
  one.lastLogged = {
    text,
    atMs: run.clock.nowMs()
  };
  run.host.say(`${one.name}: ${text} (${formatDuration(run.clock.nowMs() - one.receipt.sentMs)})`);
}

function wordsOf({judgement}) {
  const {last, signMs, weak, missingSinceMs} = judgement.memory;
  if (missingSinceMs !== void 0) return "not found; this may be temporary";
  if (last === void 0) return "not seen yet";
  const word = tracker_wordOf(last);
  if (signMs !== void 0) return judgement.kind === "settling" ? `${word}; checking that it stays that way for ${formatDuration(judgement.start.stableForMs)}` : word;
  return weak.size === 0 ? `${word}, as before the deploy; waiting for the rollout to start` : `${word}; no rollout seen yet`;
}

function tracker_wordOf(service) {
  const {statusWord, phase, readyReplicas, minReplicas, version, activeVersions} = service;
  const word = statusWord || "without a status";
  if (phase !== "running") return word;
  if (version !== void 0 && activeVersions?.some(active => active !== version) === true) return `${word}, version ${activeVersions.join(", ")} is live, waiting for ${version}`;
  return readyReplicas !== void 0 && minReplicas !== void 0 && readyReplicas < minReplicas ? `${word}, ${readyReplicas} of ${minReplicas} replicas ready` : word;
}

function logHeartbeat(all, run) {
  const nowMs = run.clock.nowMs();
  const pending = all.filter(({finding}) => finding === void 0);
  const lastSpokenMs = Math.max(...all.map(({lastLogged, receipt}) => lastLogged?.atMs ?? receipt.sentMs));
  const [first] = pending;
  if (first === void 0 || nowMs - lastSpokenMs < HEARTBEAT_MS) return;
  const what = pending.length === 1 ? `${first.name}: still ${wordsOf(first)}` : `${pending.length} of ${all.length} services still in progress; ${first.name}: ${wordsOf(first)}`;
  run.host.say(`${what} (${formatDuration(nowMs - first.receipt.sentMs)}; timeout in ${formatDuration(run.deadlineMs - nowMs)})`);
  for (const one of pending) one.lastLogged = {
    text: wordsOf(one),
    atMs: nowMs
  };
}

const BLIND_MS = 6e4;

const statusByEnding = {
  deployed: "deployed",
  "scaled-to-zero": "deployed",
  failed: "failed",
  stopped: "failed",
  gone: "failed",
  superseded: "superseded",
  "rolled-back": "rolled-back",
  "commit-mismatch": "failed",
  "never-appeared": "unknown"
};

function findingOfEnding({ending, strength}, judgement, receipt) {
  return {
    status: statusByEnding[ending],
    failure: failureOfEnding(ending, judgement, receipt),
    mayRollBack: ending === "failed" && strength !== "weak"
  };
}

function failureOfEnding(ending, {start, memory: {last}}, {deploy: {target}, requestId}) {
  const attempted = `Rolling out ${fullName(target)}`;
  const facts = {
    attempted,
    requestId
  };
  switch (ending) {
   case "deployed":
   case "scaled-to-zero":
    return;

   case "failed":
    return new Failure({
      ...facts,
      code: "rollout-failed",
      happened: "Outpost reports that the rollout failed",
      hint: "Check the service's last log lines, fix the cause, and deploy again."
    });

   case "stopped":
    return new Failure({
      ...facts,
      code: "service-stopped",
      happened: "the service was stopped during the rollout",
      hint: "Find out who or what stopped it (the dashboard, a budget, another job), start it, and deploy again."
    });

   case "gone":
    return new Failure({
      ...facts,
      code: "rollout-failed",
      happened: `the service is gone: Outpost has answered 404 for ${formatDuration(MISSING_GRACE_MS)}`,
      hint: "Find out who deleted or renamed it, create it again, and deploy."
    });

   case "superseded":
    return new Failure({
      ...facts,
      code: "superseded",
      happened: `another deploy${last?.deployments[0] === void 0 ? "" : ` (${last.deployments[0].id})`} replaced this one before it was confirmed`,
      hint: "Find the job that started the other deploy. Let only one job at a time deploy a service (`concurrency:` in the workflow)."
    });

   case "rolled-back":
    return new Failure({
      ...facts,
      code: "rolled-back",
      happened: "Outpost rolled back to the previous deployment",
      hint: "The new revision did not stay up. Check the service's last log lines, fix the cause, and deploy again."
    });

   case "commit-mismatch":
    return new Failure({
      ...facts,
      code: "commit-mismatch",
      happened: `the rollout succeeded, but the live commit is ${last?.commit?.slice(0, 7)}, not this run's ${start.runCommit?.slice(0, 7)}`,
      hint: `Outpost deploys the tip of its branch ${target.branch}. Push this commit there first (input \`push\`), or find out who pushed after it.`
    });

   case "never-appeared":
    return unknownOutcome({
      ...facts,
      happened: `the deploy call got no clear answer, and no deploy appeared within ${formatDuration(RECONCILE_MS)}`
    });
  }
}

function unknownOutcome(facts) {
  return new Failure({
    ...facts,
    code: "outcome-unknown",
    hint: "Check the service in the dashboard before you run the job again: it may have been deployed."
  });
}

function findingOfStop(stop, judgement, {deploy: {target}, requestId}) {
  const facts = {
    attempted: `Following ${fullName(target)}`,
    requestId
  };
  const {confirmed, last, signMs} = judgement.memory;
  const seen = last === void 0 ? "its status was never seen" : `it was last seen ${last.statusWord || "without a status"}`;
  if (stop.kind === "cancelled") {
    const going = confirmed ? "Outpost continues the deploy" : "Outpost may or may not have started the deploy";
    const failure = new Failure({
      ...facts,
      code: stop.cause.code,
      happened: `${stop.cause.happened}; ${going}; ${seen}`,
      hint: "Check the service in the dashboard: a rollout continues without this run."
    });
    return {
      status: "cancelled",
      failure,
      mayRollBack: false
    };
  }
  const timeUp = `the run timed out after ${formatDuration(stop.timeoutMs)}`;
  const open = (status, failure) => ({
    status,
    failure,
    mayRollBack: false
  });
  const {isBlind} = judgement.start;
  if (!confirmed || !isBlind && (stop.blindMs > BLIND_MS || last === void 0)) {
    const why = confirmed ? `Outpost could not be reached for ${formatDuration(stop.blindMs)}; before that, ${seen}` : `the deploy call got no clear answer and no deploy appeared; ${seen}`;
    return open("unknown", unknownOutcome({
      ...facts,
      happened: `${timeUp}; ${why}`
    }));
  }
  const lack = lackOf(judgement);
  if (lack !== void 0) return open("unknown", new Failure({
    ...facts,
    code: "rollout-unproven",
    happened: `${timeUp} without proof that the new revision is running: ${lack.because}`,
    hint: lack.hint
  }));
  const {sentMs} = judgement.start;
  const begunMs = signMs ?? sentMs;
  return open("timed-out", new Failure({
    ...facts,
    code: "timed-out",
    happened: `the rollout did not finish within ${formatDuration(stop.timeoutMs)}: ${seen}, ${formatDuration(stop.atMs - begunMs)} after it started (it waited ${formatDuration(begunMs - sentMs)} to start)`,
    hint: last?.phase === "unknown" ? `Outpost does not document the status \`${last.statusWord}\`. Check the service in the dashboard: if the new revision is running, set \`api: running=${last.statusWord}\`. A health check that looks for the commit proves a deploy no matter what the status is: \`health-check: /version\` and \`health-check-contains: "{commit:7}"\`.` : "Outpost continues the rollout. Check the service's last log lines. If it just needs more time, raise the input `timeout`."
  }));
}

const SECOND_OPINION_MS = 2e3;

async function poll(group, run) {
  let looked = await look(group, run);
  if (poll_isUnauthorized(looked)) {
    await run.clock.sleep(SECOND_OPINION_MS, run.signal);
    looked = await look(group, run);
    if (poll_isUnauthorized(looked)) {
      endUnauthorized(group, looked, run);
      return {
        blind: void 0,
        pauseMs: 0,
        requests: 1,
        isScarce: false
      };
    }
  }
  if (!("seen" in looked)) return pollFailure(looked);
  const atMs = run.clock.nowMs();
  for (const [one, seen] of looked.seen) {
    one.lastSeenMs = atMs;
    observe(one, {
      kind: "service",
      atMs,
      seen
    }, run);
  }
  return {
    ...looked,
    blind: void 0
  };
}

function look(group, run) {
  return group.length > 1 && run.client.form.list !== void 0 ? lookAtList(group, run) : lookAtEach(group, run);
}

async function lookAtList(group, run) {
  const reply = await run.client.services(group[0]?.namespace, 1);
  if (reply.kind !== "value" && !poll_isNotFound(reply)) return reply;
  const {services, requests} = reply.kind === "value" ? reply.value : {
    services: [],
    requests: 1
  };
  const byName = new Map(services.map(service => [ service.name, service ]));
  const seen = new Map(group.map(one => [ one, byName.get(one.receipt.deploy.target.service) ?? "missing" ]));
  const {pauseMs, isScarce} = reply.kind === "value" ? reply : NO_LIMIT;
  return {
    seen,
    requests,
    pauseMs,
    isScarce
  };
}

async function lookAtEach(group, run) {
  const seen = new Map;
  const failed = [];
  let {pauseMs, isScarce} = NO_LIMIT;
  await Promise.all(group.map(async one => {
    const reply = await lookAtOne(one, run);
    if (reply.kind === "value") {
      seen.set(one, reply.value);
      pauseMs = Math.max(pauseMs, reply.pauseMs);
      isScarce ||= reply.isScarce;
    } else if (poll_isNotFound(reply)) seen.set(one, "missing"); else failed.push(reply);
  }));
  const [first] = failed;
  if (first !== void 0 && seen.size === 0) return first;
  return {
    seen,
    requests: group.length,
    pauseMs,
    isScarce
  };
}

const NO_LIMIT = {
  pauseMs: 0,
  isScarce: false
};

function poll_isNotFound(reply) {
  return reply.kind === "refused" && reply.status === 404;
}

function poll_isUnauthorized(looked) {
  return "kind" in looked && looked.kind === "refused" && looked.status === 401;
}

async function lookAtOne(one, run) {
  const {target} = one.receipt.deploy;
  const {ownId} = one.judgement.memory;
  const [reply, deployment] = await Promise.all([ run.client.service(target, 1), ownId === void 0 || run.client.form.deployment === void 0 ? void 0 : run.client.deployment(target, ownId) ]);
  if (reply.kind !== "value" || deployment?.kind !== "value") return reply;
  const others = reply.value.deployments.filter(({id}) => id !== ownId);
  const deployments = [ ...others, deployment.value ];
  return {
    ...reply,
    value: {
      ...reply.value,
      deployments
    }
  };
}

function observe(one, observation, run) {
  if (one.finding !== void 0) return;
  const judgement = judge(one.judgement, observation);
  one.judgement = judgement;
  if (judgement.kind === "ended") {
    conclude(one, findingOfEnding(judgement, judgement, one.receipt), run);
    return;
  }
  if (observation.kind === "service") logPoll(one, run);
  logLack(one, run);
}

function pollFailure(reply) {
  const pauseMs = reply.kind === "refused" ? reply.retryAfterMs ?? 0 : 0;
  const isScarce = reply.kind === "refused" && reply.status === 429;
  return {
    blind: {
      because: describeReply(reply)
    },
    pauseMs,
    requests: 1,
    isScarce
  };
}

function endUnauthorized(group, reply, run) {
  for (const one of group) {
    const failure = new Failure({
      code: "outcome-unknown",
      attempted: `Following ${one.name}`,
      happened: `the token was revoked or expired during the deploy: ${describeReply(reply)}`,
      hint: "Outpost continues the deploy: check the service in the dashboard. Then regenerate the token in Settings > Access Tokens and store it as OUTPOST_TOKEN.",
      requestId: reply.refusal.requestId
    });
    conclude(one, {
      status: "unknown",
      failure,
      mayRollBack: false
    }, run);
  }
}

const beside_LAST_LOG_MS = 2e3;

function openBeside({config}, run) {
  let log;
  let into;
  let logsStarted = 0;
  const asked = new Set;
  let failure;
  const settled = work => work.then(() => {}, thrown => {
    if (!run.signal.aborted) failure ??= thrown;
  });
  return {
    startLog: pending => {
      const one = pending[logsStarted % pending.length];
      if (config.logs !== "stream" || log !== void 0 || one === void 0) return false;
      logsStarted += 1;
      into ??= Buffer.allocUnsafeSlow(MAX_LOG_BYTES);
      const read = settled(streamLog(one.log, into, run)).then(() => {
        log = void 0;
      });
      log = {
        of: one,
        read
      };
      return true;
    },
    askHealth: pending => {
      const {healthCheck, healthCheckContains} = config;
      if (healthCheck === void 0 || healthCheckContains === void 0) return;
      for (const one of pending) {
        const address = one.receipt.deploy.isProvedByHealth ? healthAddress(healthCheck, one.judgement.memory.last ?? one.receipt.deploy.baseline) : void 0;
        if (address === void 0 || asked.has(one) || refusalOf(address, run) !== void 0) continue;
        asked.add(one);
        const answer = askHealth(address, healthCheckContains, 0, run).then(({healthy}) => {
          asked.delete(one);
          observe(one, {
            kind: "health",
            atMs: run.clock.nowMs(),
            holds: healthy
          }, run);
        });
        settled(answer);
      }
    },
    end: async () => {
      if (log !== void 0 && !run.signal.aborted) await Promise.race([ log.read, run.clock.sleep(beside_LAST_LOG_MS, run.signal).catch(() => {}) ]);
      if (failure !== void 0) throw failure;
      return log?.of;
    }
  };
}

function heldAtMs(judgements) {
  return Math.max(...judgements.map(({start, memory, ...state}) => state.kind === "settling" && memory.signMs !== void 0 ? state.sinceMs + start.stableForMs : Number.POSITIVE_INFINITY));
}

function openJudgement(start, {confirmed, ownId}, attached = false) {
  const {phase} = start.baseline;
  const memory = {
    confirmed,
    ownId,
    wasOwnShown: false,
    wasOtherLive: false,
    isCalm: attached || phase !== "rolling",
    isWell: attached || phase !== "failed" && phase !== "rolling",
    signMs: void 0,
    weak: new Set,
    firstRunning: void 0,
    healthySinceMs: void 0,
    missingSinceMs: void 0,
    last: void 0
  };
  return {
    start,
    memory,
    kind: "waiting"
  };
}

const DRAIN_MS = 2500;

const MAX_DRAINED = 10;

async function drainLogs(all, plan, run) {
  const {logs, wait} = plan.config;
  if (logs === "off" || !wait || plan.form === void 0) return;
  const sent = all.filter(({receipt}) => receipt.answer.kind !== "refused");
  const failed = sent.filter(({finding}) => finding?.failure !== void 0);
  const due = logs === "stream" ? [ ...failed, ...sent.filter(one => !failed.includes(one)) ] : failed;
  const untilMs = run.clock.nowMs() + DRAIN_MS;
  const into = Buffer.allocUnsafeSlow(due.length > 0 ? MAX_LOG_BYTES : 0);
  for (const one of due.slice(0, MAX_DRAINED)) {
    const leftMs = untilMs - run.clock.nowMs();
    if (leftMs <= 0) break;
    if (logs === "stream") await streamLog(one.log, into, run, leftMs); else await showTail(one.log, into, run, leftMs);
    if (failed.includes(one)) showTailOfCut(one.log, run);
  }
  if (due.length > MAX_DRAINED) run.host.say(`See the dashboard for the last log lines of ${due.length - MAX_DRAINED} more services.`);
}

const BLIND_NOTICE_MS = 6e4;

const NO_LOOK = {
  requests: 1,
  pauseMs: 0,
  isScarce: false
};

async function follow_follow(receipts, plan, run) {
  const all = receipts.map(receipt => follow_open(receipt, plan, run));
  try {
    const stillRead = await followAll(all, plan, run);
    await drainLogs(all.filter(one => one !== stillRead), plan, run);
  } catch (error) {
    if (!run.signal.aborted) throw error;
    for (const one of all.filter(({finding}) => finding === void 0)) conclude(one, findingOfStop({
      kind: "cancelled",
      cause: cancellationOf(run.signal)
    }, one.judgement, one.receipt), run);
  } finally {
    sayEnds(all, run);
  }
  return all.map(one => toVerdict(one, run));
}

function follow_open(receipt, plan, run) {
  const {answer, deploy, earlyLook} = receipt;
  const {commit: runCommit, proof, stableForMs} = plan.config;
  const opened = openJudgement({
    baseline: deploy.isStale ? {
      ...UNSEEN,
      phase: "rolling"
    } : deploy.baseline,
    branch: deploy.target.branch,
    pushedCommit: deploy.commit,
    runCommit,
    proof,
    isBlind: plan.form === void 0,
    stableForMs,
    sentMs: receipt.sentMs,
    sinceMs: run.clock.nowMs()
  }, {
    confirmed: answer.kind === "accepted",
    ownId: ownDeploymentId(receipt)
  }, answer.kind === "accepted" && answer.attached);
  return {
    receipt,
    name: fullName(deploy.target),
    namespace: deploy.target.namespace,
    judgement: earlyLook === void 0 ? opened : judge(opened, {
      kind: "service",
      isBeforeAnswer: true,
      ...earlyLook
    }),
    finding: firstFinding(receipt, plan),
    log: openLog(fullName(deploy.target), (into, deadlineMs) => run.client.logs(deploy.target, into, deadlineMs), receipt.sentWallMs + plan.skewMs),
    isLackLogged: false,
    lastSeenMs: run.clock.nowMs(),
    endedMs: void 0,
    isEndUnsaid: false,
    lastLogged: void 0
  };
}

function ownDeploymentId({answer, deploy}) {
  if (answer.kind !== "accepted") return;
  const {deploymentId} = answer.acceptance;
  return answer.attached || !deploy.baseline.deployments.some(({id}) => id === deploymentId) ? deploymentId : void 0;
}

function firstFinding({answer, deploy, requestId}, plan) {
  if (answer.kind === "refused") {
    const {failure} = answer;
    return {
      status: statusOfRefusal(failure.code),
      failure,
      mayRollBack: failure.code === "rollout-failed"
    };
  }
  if (plan.config.wait) return;
  if (answer.kind === "accepted") return {
    status: "accepted",
    failure: void 0,
    mayRollBack: false
  };
  const failure = unknownOutcome({
    attempted: `Deploying ${fullName(deploy.target)}`,
    happened: `the deploy call got no clear answer (${answer.reason}), and with \`wait: false\` the run does not check further`,
    requestId
  });
  return {
    status: "unknown",
    failure,
    mayRollBack: false
  };
}

function statusOfRefusal(code) {
  if (code === "interrupted" || code === "terminated") return "cancelled";
  return code === "timed-out" ? "timed-out" : "failed";
}

async function followAll(all, plan, run) {
  const beside = openBeside(plan, run);
  try {
    await lookInTurn(all, beside, plan, run);
  } catch (thrown) {
    await beside.end();
    throw thrown;
  }
  return await beside.end();
}

async function lookInTurn(all, beside, plan, run) {
  const sayBlind = blindSayer(run);
  let pace = openPace(run.clock.nowMs());
  for (let turn = 0; ;turn += 1) {
    const pending = all.filter(one => one.finding === void 0);
    if (pending.length === 0) return;
    sayEnds(all, run);
    const waitMs = Math.min(pace.nextLookMs - run.clock.nowMs(), remainingMs(run));
    await run.clock.sleep(Math.max(0, waitMs), run.signal);
    if (remainingMs(run) <= 0) return stopAtDeadline(pending, plan, run);
    beside.askHealth(pending);
    if (plan.form === void 0) {
      pace = afterLook(pace, NO_LOOK, pending.length, run.clock.nowMs());
      continue;
    }
    if (run.clock.nowMs() >= pace.nextLogMs && beside.startLog(pending)) pace = afterLog(pace, run.clock.nowMs());
    const groups = [ ...byNamespace(pending).values() ];
    const result = await poll(groups[turn % groups.length] ?? pending, run);
    pace = afterLook(pace, result, pending.length, run.clock.nowMs(), endOf(groups));
    if (result.blind !== void 0 && remainingMs(run) > 0) sayBlind(result.blind);
    logHeartbeat(all, run);
  }
}

function endOf([group = [], ...others]) {
  return others.length > 0 ? Number.POSITIVE_INFINITY : heldAtMs(group.map(({judgement}) => judgement));
}

function blindSayer(run) {
  let saidMs = Number.NEGATIVE_INFINITY;
  return ({because}) => {
    if (run.clock.nowMs() - saidMs < BLIND_NOTICE_MS) return;
    saidMs = run.clock.nowMs();
    run.host.say(`Cannot see the rollout right now: ${because}. Outpost continues it, and this run keeps checking.`);
  };
}

function stopAtDeadline(pending, plan, run) {
  for (const one of pending) {
    const blindMs = run.clock.nowMs() - one.lastSeenMs;
    conclude(one, findingOfStop({
      kind: "deadline",
      blindMs,
      timeoutMs: plan.config.forwardMs,
      atMs: run.clock.nowMs()
    }, one.judgement, one.receipt), run);
  }
}

function toVerdict(one, run) {
  const {finding, receipt, judgement} = one;
  const endMs = one.endedMs ?? run.clock.nowMs();
  return {
    receipt,
    status: finding?.status ?? "unknown",
    failure: finding?.failure,
    later: [],
    mayRollBack: finding?.mayRollBack ?? false,
    service: judgement.memory.last,
    finishedWallMs: receipt.sentWallMs + (endMs - receipt.sentMs),
    durationMs: endMs - receipt.sentMs,
    logTail: finding?.failure === void 0 ? [] : run.host.cleanLog(linesIn(one.log.tail))
  };
}

function attach(planned, sent, earlyLook, {deployments, endpoint}) {
  return {
    deploy: planned,
    ...sent,
    answeredWallMs: sent.sentWallMs,
    requestId: void 0,
    earlyLook,
    answer: {
      kind: "accepted",
      acceptance: {
        ...NOTHING_TOLD,
        deploymentId: deployments[0]?.id,
        endpoint
      },
      attached: true
    }
  };
}

function toReceipt(planned, reply, call) {
  return {
    deploy: planned,
    ...call,
    requestId: requestIdOf(reply),
    answer: answerOf(planned, reply)
  };
}

function answerOf(planned, reply) {
  if (reply instanceof Failure) return {
    kind: "refused",
    failure: reply
  };
  if (reply.kind === "value" || reply.kind === "cut") {
    const acceptance = reply.kind === "value" ? reply.value : NOTHING_TOLD;
    const requestId = requestIdOf(reply);
    const failure = failureOfOther(planned, acceptance, requestId) ?? failureAtOnce(planned, acceptance, requestId);
    return failure === void 0 ? {
      kind: "accepted",
      acceptance,
      attached: false
    } : {
      kind: "refused",
      failure
    };
  }
  return isUndone(reply) ? {
    kind: "refused",
    failure: receipt_refusal(planned, reply)
  } : {
    kind: "unconfirmed",
    reason: describeReply(reply)
  };
}

const NOTHING_TOLD = {
  deploymentId: void 0,
  endpoint: void 0,
  namespace: void 0,
  service: void 0,
  failedWord: void 0
};

function failureOfOther({target}, {namespace = target.namespace, service = target.service}, requestId) {
  const answered = service.includes("/") ? service : fullName({
    namespace,
    service
  });
  const compared = target.namespace === void 0 ? answered.replace(/.*\//, "") : answered;
  if (compared.toLowerCase() === fullName(target).toLowerCase()) return;
  return new Failure({
    code: "wrong-service",
    attempted: `Deploying ${fullName(target)}`,
    happened: `Outpost answered that it is deploying ${answered}, which is a different service`,
    hint: `Check ${answered} in the dashboard: it may be rolling out now. The deploy call does not include a namespace: use a token of a user whose namespace is \`${target.namespace ?? "the right one"}\`, or set the input \`deploy-path\` to a path with {namespace}.`,
    requestId
  });
}

function failureAtOnce({target, baseline}, {deploymentId, failedWord}, requestId) {
  const isEarlier = baseline.deployments.some(({id}) => id === deploymentId);
  if (failedWord === void 0 || isEarlier) return;
  return new Failure({
    code: "rollout-failed",
    attempted: `Deploying ${fullName(target)}`,
    happened: `Outpost accepted the call and answered that the deployment${deploymentId === void 0 ? "" : ` ${deploymentId}`} is already ${failedWord}`,
    hint: "Check the deployment in the dashboard, fix the cause, and deploy again.",
    requestId
  });
}

function requestIdOf(reply) {
  if ("refusal" in reply) return reply.refusal.requestId;
  return "requestId" in reply ? reply.requestId : void 0;
}

function receipt_refusal(planned, reply) {
  return errors_failureOf(reply, {
    attempted: `Deploying ${fullName(planned.target)}`,
    notFound: "The service exists, so the address of the deploy call may be wrong: check the inputs `deploy-path` and `origin`.",
    moved: "If that is the new address of the deploy call, set the input `deploy-path` to it, with {service} for the name.",
    undone: "It was not deployed."
  });
}

function wasTaken({answer}) {
  if (answer.kind !== "refused") return true;
  return answer.failure.code === "wrong-service" || answer.failure.code === "rollout-failed";
}

function logReceipt(receipt, {host, signal}) {
  const name = fullName(receipt.deploy.target);
  const request = receipt.requestId === void 0 ? "" : ` (request ${receipt.requestId})`;
  switch (receipt.answer.kind) {
   case "accepted":
    host.say(receipt.answer.attached ? `${name}: that rollout deployed this run's commit: an earlier attempt started it, so no new call is sent.` : `${name}: deploy of branch ${receipt.deploy.target.branch} accepted${request}.`);
    break;

   case "unconfirmed":
    if (signal.aborted) return receipt;
    host.say(`${name}: the deploy call got no clear answer: ${receipt.answer.reason}${request}. Checking the service; the call is not sent again.`);
    break;

   case "refused":
    host.say(`${name}: ${receipt.answer.failure.happened}${request}.`);
    break;
  }
  return receipt;
}

async function readStale(deploys, run) {
  const fresh = new Map;
  const stale = deploys.filter(({isStale}) => isStale);
  const named = stale.map(planned => ({
    planned,
    ...planned.target
  }));
  try {
    for (const [namespace, group] of byNamespace(named)) for (const [planned, service] of await readGroup(namespace, group, run)) fresh.set(planned, service);
  } catch (thrown) {
    if (!run.signal.aborted) throw thrown;
  }
  return deploys.map(planned => {
    const baseline = fresh.get(planned);
    return baseline === void 0 ? planned : {
      ...planned,
      baseline,
      isStale: false
    };
  });
}

async function readGroup(namespace, group, {client}) {
  if (group.length > 1 && client.form.list !== void 0) {
    const reply = await client.services(namespace);
    const services = reply.kind === "value" ? reply.value.services : [];
    const byName = new Map(services.map(service => [ service.name, service ]));
    return group.flatMap(({planned, service}) => {
      const found = byName.get(service);
      return found === void 0 ? [] : [ [ planned, found ] ];
    });
  }
  const found = [];
  for (const {planned} of group) {
    const reply = await client.service(planned.target);
    if (reply.kind === "value") found.push([ planned, reply.value ]);
  }
  return found;
}

const BUSY_LOOK_MS = 5e3;

const OUTSTANDING_MS = 2e3;

async function deploy(plan, run) {
  const fresh = plan.form === void 0 ? plan.deploys : await readStale(plan.deploys, run);
  const waiting = [ ...fresh.entries() ];
  const receipts = [];
  const startNext = async () => {
    for (let next = waiting.shift(); next !== void 0; next = waiting.shift()) {
      const [index, planned] = next;
      receipts[index] = await deployOne(planned, plan, run);
    }
  };
  await Promise.all(Array.from({
    length: plan.config.maxParallel
  }, startNext));
  return receipts;
}

async function deployOne(planned, plan, run) {
  const name = fullName(planned.target);
  const ready = plan.form === void 0 ? planned : await followOwnFirst(planned, run);
  if ("answer" in ready) return logReceipt(ready, run);
  const first = await start_send(ready, plan, run);
  if (!isBusy(first.reply) || plan.form === void 0) return logReceipt(toReceipt(ready, first.reply, first.call), run);
  run.host.say(`${name}: another deploy is in progress (409); waiting for it to finish before sending the call once more.`);
  const waited = withLast(ready, await waitWhileBusy(ready, run));
  const calmed = {
    ...waited,
    callsBefore: ready.callsBefore + 1
  };
  const second = await start_send(calmed, plan, run);
  return logReceipt(toReceipt(calmed, second.reply, second.call), run);
}

async function followOwnFirst(planned, run) {
  const {target, baseline, commit = run.host.context.commit, wasPushedBefore} = planned;
  const isOwn = seen => commit !== void 0 && seen.commit !== void 0 && isSameCommit(seen.commit, commit) && (seen.branch ?? target.branch) === target.branch;
  const mayBeOwn = isOwn(baseline) || wasPushedBefore || run.host.context.isRerun;
  if (baseline.phase !== "rolling" || !mayBeOwn) return planned;
  const started = {
    sentWallMs: run.clock.wallMs(),
    sentMs: run.clock.nowMs()
  };
  run.host.say(`${fullName(target)}: a rollout is in progress, which an earlier attempt may have started. Waiting for it to finish before sending anything.`);
  const waited = await waitWhileBusy(planned, run);
  const {last, rolling} = waited;
  return last !== void 0 && isOwn(last) && last.phase === "running" ? attach(planned, started, rolling, last) : withLast(planned, waited);
}

function withLast(planned, {last}) {
  return last === void 0 ? planned : {
    ...planned,
    baseline: last,
    isStale: false
  };
}

async function start_send(planned, {form}, run) {
  let sent = {
    sentWallMs: run.clock.wallMs(),
    sentMs: run.clock.nowMs()
  };
  let early;
  let answered = new AbortController;
  const onSent = () => {
    answered.abort();
    answered = new AbortController;
    sent = {
      sentWallMs: run.clock.wallMs(),
      sentMs: run.clock.nowMs()
    };
    early = form !== void 0 ? lookWhileOutstanding(planned, answered.signal, run) : void 0;
  };
  try {
    const reply = await replyTo(planned, onSent, run);
    const answeredWallMs = run.clock.wallMs();
    const earlyLook = await Promise.race([ early, void 0 ]);
    return {
      reply,
      call: {
        ...sent,
        answeredWallMs,
        earlyLook
      }
    };
  } finally {
    answered.abort();
  }
}

async function replyTo(planned, onSent, run) {
  const attempted = `Deploying ${fullName(planned.target)}`;
  if (run.signal.aborted) {
    const {code, happened, hint} = cancellationOf(run.signal);
    return new Failure({
      code,
      attempted,
      happened: `${happened} before this deploy was started`,
      hint
    });
  }
  if (remainingMs(run) <= 0) return timedOut(attempted, "the run timed out before this deploy was started");
  try {
    return await run.client.deploy(planned.target, idempotencyKey(planned, run), onSent);
  } catch (error) {
    if (run.signal.aborted) return {
      kind: "lost",
      reason: `${cancellationOf(run.signal).happened} before Outpost answered`,
      atOnce: false
    };
    throw error;
  }
}

async function lookWhileOutstanding({target}, answered, run) {
  try {
    await run.clock.sleep(OUTSTANDING_MS, answered);
    const reply = await run.client.service(target, 1);
    const isInTime = reply.kind === "value" && !answered.aborted;
    return isInTime ? {
      atMs: run.clock.nowMs(),
      seen: reply.value
    } : void 0;
  } catch (thrown) {
    if (answered.aborted || run.signal.aborted) return;
    throw thrown;
  }
}

function idempotencyKey({target, callsBefore}, {host}) {
  const {runKey, commit} = host.context;
  return (0, external_node_crypto_namespaceObject.createHash)("sha256").update(JSON.stringify([ runKey, target.namespace, target.service, target.branch, commit, callsBefore ])).digest("hex").slice(0, 32);
}

function isBusy(reply) {
  return !(reply instanceof Failure) && reply.kind === "refused" && reply.status === 409;
}

async function waitWhileBusy({target, baseline}, run) {
  let last;
  let rolling = {
    atMs: run.clock.nowMs(),
    seen: baseline
  };
  try {
    do {
      await run.clock.sleep(Math.min(BUSY_LOOK_MS, Math.max(0, remainingMs(run))), run.signal);
      const reply = await run.client.service(target, 1);
      if (reply.kind === "value") last = reply.value;
      if (last?.phase === "rolling") rolling = {
        atMs: run.clock.nowMs(),
        seen: last
      };
    } while ((last === void 0 || last.phase === "rolling") && remainingMs(run) > BUSY_LOOK_MS);
  } catch (error) {
    if (!run.signal.aborted) throw error;
  }
  return {
    last,
    rolling
  };
}

const severity = [ "skipped", "checked", "accepted", "deployed", "timed-out", "rolled-back", "superseded", "failed", "unknown", "cancelled" ];

function worst(verdicts) {
  return [ ...verdicts ].sort(fromWorst)[0];
}

function fromWorst(left, right) {
  return severity.indexOf(right.status) - severity.indexOf(left.status) || Number(right.mayRollBack) - Number(left.mayRollBack);
}

const MAX_NAMED = 3;

const endings = {
  failed: "failed",
  "rolled-back": "failed and was rolled back",
  superseded: "was superseded",
  "timed-out": "timed out",
  unknown: "has an unknown outcome",
  cancelled: "was cancelled"
};

function endingOf(status) {
  return endings[status] ?? `ended as ${status}`;
}

function tallyOf(verdicts, skipped) {
  const sorted = [ ...verdicts ].sort(fromWorst);
  const named = sorted.filter(({failure}) => failure !== void 0).slice(0, MAX_NAMED);
  const counts = new Map;
  for (const verdict of sorted) if (!named.includes(verdict)) counts.set(verdict.status, (counts.get(verdict.status) ?? 0) + 1);
  if (skipped > 0) counts.set("skipped", skipped);
  const parts = [ named.map(({receipt, status}) => `${fullName(receipt.deploy.target)} ${endingOf(status)}`).join(", "), [ ...counts ].map(([status, count]) => {
    const more = named.some(one => one.status === status) ? " more" : "";
    return `${count}${more} ${status.replace("-", " ")}`;
  }).join(", ") ];
  return parts.filter(part => part !== "").join("; ");
}

const NOTHING_RELEASED = {
  verdicts: [],
  skipped: []
};

async function release(plan, run, keep) {
  assertTimeLeft(run, "Starting the deploy");
  const stages = stagesOf(plan);
  let released = NOTHING_RELEASED;
  keep(released);
  for (const [index, stage] of stages.entries()) {
    const names = stage.deploys.map(({target}) => fullName(target)).join(", ");
    const before = released;
    const because = obstacleIn(before.verdicts);
    if (because !== void 0) {
      run.host.say(`Stage ${index + 1} of ${stages.length} is skipped (${names}): ${because}.`);
      const skipped = stage.deploys.map(planned => ({
        deploy: planned,
        because
      }));
      released = {
        ...before,
        skipped: [ ...before.skipped, ...skipped ]
      };
    } else {
      if (stages.length > 1) run.host.say(`Stage ${index + 1} of ${stages.length}: ${names}.`);
      const followed = await follow_follow(await deploy(stage, run), stage, run);
      keep({
        ...before,
        verdicts: [ ...before.verdicts, ...followed ]
      });
      const checked = await checkHealth(followed, plan.config, run);
      released = {
        ...before,
        verdicts: [ ...before.verdicts, ...checked ]
      };
    }
    keep(released);
  }
  return released;
}

function obstacleIn(verdicts) {
  const bad = verdicts.find(({status}) => status !== "deployed" && status !== "accepted");
  if (bad === void 0) return;
  const {target} = bad.receipt.deploy;
  return `${fullName(target)} in stage ${target.stage} ${endingOf(bad.status)}`;
}

function phaseOfVerdict({receipt, later, failure}) {
  if (receipt.answer.kind === "refused") return "deploy";
  const last = later.at(-1)?.phase ?? "rollout";
  if (last !== "rollback" || failure?.cause === void 0) return last;
  return later.at(-2)?.phase ?? "rollout";
}

function toDeployment(verdict, pushed, tip) {
  const {receipt, service, failure} = verdict;
  const {target, baseline} = receipt.deploy;
  const claim = claimOf(verdict, tip);
  const acceptance = receipt.answer.kind === "accepted" ? receipt.answer.acceptance : void 0;
  return {
    namespace: target.namespace,
    service: target.service,
    branch: target.branch,
    stage: target.stage,
    commit: claim.commit,
    commit_source: claim.source,
    previous_commit: baseline.commit ?? (target.branch === pushed?.branch ? pushed.formerCommit : void 0),
    status: verdict.status,
    reason: verdict.reason,
    endpoint: publicUrl(service?.endpoint ?? acceptance?.endpoint ?? baseline.endpoint),
    started_at: new Date(receipt.sentWallMs).toISOString(),
    finished_at: new Date(verdict.finishedWallMs).toISOString(),
    duration_seconds: Math.round(verdict.durationMs / 1e3),
    request_id: receipt.requestId,
    failure: failure === void 0 ? void 0 : {
      ...factsOf(failure),
      phase: phaseOfVerdict(verdict)
    },
    log_tail: verdict.logTail
  };
}

function toUncalled({namespace, service, branch, stage}, baseline, because, failure) {
  return {
    namespace,
    service,
    branch,
    stage,
    commit: baseline?.commit,
    commit_source: baseline?.commit === void 0 ? void 0 : "outpost",
    previous_commit: baseline?.commit,
    status: failure === void 0 ? because === void 0 ? "checked" : "skipped" : "failed",
    reason: failure === void 0 ? because : void 0,
    endpoint: publicUrl(baseline?.endpoint),
    started_at: void 0,
    finished_at: void 0,
    duration_seconds: void 0,
    request_id: failure?.requestId,
    failure: failure && {
      ...factsOf(failure),
      phase: "check"
    },
    log_tail: []
  };
}

function jobReportOf(job) {
  if (job === void 0) return;
  return {
    namespace: job.job.namespace,
    name: job.job.job,
    status: job.status,
    started_at: new Date(job.startWallMs).toISOString(),
    finished_at: new Date(job.endWallMs).toISOString(),
    log_tail: job.logTail
  };
}

function makeReport(progress, context, startedWallMs, clock, version) {
  const {verdicts, skipped} = progress.released ?? NOTHING_RELEASED;
  const found = progress.failure ?? worstFailure(verdicts);
  const status = statusOf(progress, found);
  const failure = found ?? (goodStatuses.has(status) ? void 0 : toFailure(new Error(`there is no failure for the status ${status}`)));
  const commit = progress.pushed?.commit ?? progress.config?.commit ?? context.commit;
  return {
    version,
    status,
    exit_status: exitStatusOf(failure, verdicts, progress, context),
    headline: headlineOf(progress, status, failure),
    origin: progress.config?.origin.origin,
    commit,
    commit_url: commit === context.commit ? context.commitUrl : void 0,
    started_at: new Date(startedWallMs).toISOString(),
    finished_at: new Date(clock.wallMs()).toISOString(),
    token: progress.token,
    pre_deploy_job: jobReportOf(progress.job),
    deployments: [ ...verdicts.map(verdict => toDeployment(verdict, progress.pushed, progress.tip)), ...skipped.map(({deploy, because}) => toUncalled(deploy.target, deploy.baseline, because)), ...progress.released === void 0 ? uncalledOf(progress) : [] ],
    phases: phasesOf(progress, startedWallMs),
    failure: failure === void 0 ? void 0 : {
      ...factsOf(failure),
      phase: report_phaseOf(failure, progress)
    }
  };
}

function uncalledOf({config, read, pushed, failure}) {
  const because = failure === void 0 ? pushed && "the branch on Outpost is ahead of this commit" : `the run ended before its deploy: ${failure.code}`;
  return (config?.targets ?? []).map(target => {
    const name = fullName(target);
    return toUncalled(target, read?.found.get(name), because, read?.failures.get(name));
  });
}

function exitStatusOf(failure, verdicts, {job}, {runId}) {
  const status = failure?.exitStatus ?? 0;
  const isDone = verdicts.some(({receipt}) => wasTaken(receipt)) || job?.status === "succeeded" && runId === void 0;
  return status === exitStatusByCode.unavailable && isDone ? exitStatusByCode["rollout-failed"] : status;
}

const goodStatuses = new Set([ "deployed", "accepted", "checked", "skipped" ]);

function worstFailure(verdicts) {
  return worst(verdicts.filter(({failure}) => failure !== void 0))?.failure;
}

function statusOf({released, plan, pushed, failure}, worstOfAll) {
  const code = failure?.code ?? worstOfAll?.code;
  if (code === "interrupted" || code === "terminated") return "cancelled";
  if (failure !== void 0) return failure.code === "timed-out" ? "timed-out" : "failed";
  if (plan?.config.dryRun === true) return "checked";
  if (pushed?.outcome === "skipped") return "skipped";
  return worst(released?.verdicts ?? [])?.status ?? "failed";
}

function headlineOf(progress, status, failure) {
  const {verdicts, skipped} = progress.released ?? NOTHING_RELEASED;
  const names = (progress.config?.targets ?? []).map(fullName);
  const what = names.length === 1 ? `${names[0]}` : `${names.length} services`;
  if (failure === void 0) {
    if (status === "checked") return `Checked: ${what} can be deployed. Nothing was changed.`;
    if (status === "skipped" && progress.pushed !== void 0) return skippedHeadline(progress.pushed);
    if (status === "accepted") return `Outpost accepted the deploy of ${what}. This run did not wait for the rollout.`;
    return `${what} ${names.length === 1 ? "is" : "are"} deployed and running.`;
  }
  const message = `${failure.message.split("\n")[0]?.replace(/:$/, "")}.`;
  return verdicts.length + skipped.length > 1 ? `${tallyOf(verdicts, skipped.length)}. ${message}` : message;
}

function skippedHeadline({branch, commit, newerCommits}) {
  const ahead = newerCommits === void 0 ? "" : `${commits(newerCommits)} `;
  return `Skipped: ${branch} on Outpost is already ${ahead}ahead of ${commit.slice(0, 7)}. Nothing was deployed.`;
}

function phasesOf({preflight, pushed, job, released}, startedWallMs) {
  const phases = [];
  const add = (phase, service, startMs, endMs) => {
    phases.push({
      phase,
      service,
      started_at: new Date(startMs).toISOString(),
      finished_at: new Date(Math.max(startMs, endMs)).toISOString()
    });
  };
  if (preflight !== void 0) add("check", void 0, startedWallMs, preflight.atWallMs);
  if (pushed !== void 0) add("push", void 0, pushed.startWallMs, pushed.endWallMs);
  if (job !== void 0) add("pre-deploy job", void 0, job.startWallMs, job.endWallMs);
  for (const {receipt, finishedWallMs, later} of released?.verdicts ?? []) {
    const name = fullName(receipt.deploy.target);
    add("deploy", name, receipt.sentWallMs, receipt.answeredWallMs);
    if (receipt.answer.kind !== "refused") add("rollout", name, receipt.answeredWallMs, finishedWallMs);
    for (const {phase, startWallMs, endWallMs} of later) add(phase, name, startWallMs, endWallMs);
  }
  return phases;
}

function report_phaseOf(failure, {config, preflight, plan, pushed, job, released}) {
  if (job?.failure === failure) return "pre-deploy job";
  const own = released?.verdicts.find(verdict => verdict.failure === failure);
  if (own !== void 0) return phaseOfVerdict(own);
  if (config === void 0) return "configuration";
  if (preflight === void 0) return "check";
  return plan?.checkout !== void 0 && pushed === void 0 ? "push" : "deploy";
}

function restoreBranch(plan, checkout, pushed, token, run) {
  return withOutpost(plan.config, checkout, token, run, context => restoreTip(context, pushed, run));
}

async function restoreTip(context, {branch, commit, formerCommit}, run) {
  const {repository, url} = context;
  const attempted = `Moving ${branch} of ${repositoryName(context)} back`;
  const there = await git(context, run, [ "cat-file", "-e", `${formerCommit}^{commit}` ]);
  if (there.status !== 0) await git(context, run, [ "fetch", "--quiet", "--no-tags", url, `${formerCommit}` ]);
  const end = await git(context, run, [ "push", "--porcelain", "--no-verify", `--force-with-lease=refs/heads/${branch}:${commit}`, url, `${formerCommit}:refs/heads/${branch}` ]);
  if (await tipOnOutpost(context, run) !== formerCommit) throw pushFailure(end, attempted, repository);
  run.host.say(`${repositoryName(context)}: ${branch} is back at ${formerCommit?.slice(0, 7)}.`);
}

function afterRollback(before, end, cause) {
  const after = "receipt" in end ? end : void 0;
  if (after?.status === "deployed") return isBack(before, after, cause);
  const failure = end instanceof Failure ? end : after?.failure;
  const live = after?.service ?? before.service;
  const state = stateOf(before, after);
  const ofCause = toldBefore(before, cause);
  const facts = {
    ...ofCause,
    cause: before.failure
  };
  if (failure?.code === "interrupted" || failure?.code === "terminated") {
    const happened = `${ofCause.happened}; ${failure.happened} during the rollback: ${state}`;
    return {
      ...before,
      service: live,
      status: "cancelled",
      failure: new Failure({
        ...facts,
        code: failure.code,
        happened,
        hint: failure.hint
      })
    };
  }
  const why = "because" in end ? end.because : failure?.message ?? `it ended as ${after?.status}`;
  return {
    ...before,
    service: live,
    status: before.failure === void 0 ? "failed" : before.status,
    logTail: before.logTail.length > 0 ? before.logTail : after?.logTail ?? [],
    failure: new Failure({
      ...facts,
      happened: `${ofCause.happened}; the rollback failed too (${why}): ${state}`,
      hint: `Check the service right away: it was not rolled back. ${ofCause.hint}`
    })
  };
}

function stateOf({service: old}, after) {
  const live = after?.service ?? old;
  if (live === void 0) return "the current state of the service is not known";
  const isUnseen = after?.service === void 0 && after?.receipt.answer.kind === "accepted";
  return `the service ${isUnseen ? "was last seen" : "is now"} ${live.statusWord || "without a status"}`;
}

function isBack(before, after, cause) {
  const {target, commit} = after.receipt.deploy;
  const {failure, mayRollBack, receipt} = before;
  const what = `branch ${target.branch}${commit === void 0 ? "" : ` at ${commit.slice(0, 7)}`}`;
  const back = {
    ...before,
    receipt: {
      ...receipt,
      deploy: {
        ...receipt.deploy,
        commit
      }
    },
    status: "rolled-back",
    service: after.service
  };
  if (failure === void 0 || !mayRollBack) return {
    ...back,
    failure: void 0,
    reason: `rolled back with the rest of the run because ${cause} failed (it was ${before.status}); ${what} is live again`
  };
  const {code, attempted, requestId, hint} = failure;
  const happened = `${failure.happened}; the previous revision (${what}) is live again`;
  return {
    ...back,
    failure: new Failure({
      code,
      attempted,
      requestId,
      hint,
      happened,
      cause: failure
    })
  };
}

function toldBefore({failure, receipt}, cause) {
  const {code, attempted, happened, hint, requestId} = failure ?? {
    code: "rollout-failed",
    attempted: `Rolling back ${fullName(receipt.deploy.target)}`,
    happened: `it came up healthy, but had to be rolled back because ${cause} failed`,
    hint: "Its new revision is running next to old revisions of the other services. Deploy them together again.",
    requestId: receipt.requestId
  };
  return {
    code,
    attempted,
    happened,
    hint,
    requestId
  };
}

async function rollback(verdicts, plan, pushed, token, run) {
  const bad = verdicts.find(isBad);
  const switched = verdicts.filter(maybeSwitched);
  if (plan.config.onFailure !== "rollback" || bad === void 0 || run.signal.aborted) return verdicts;
  if (switched.length === 0) return verdicts;
  const startWallMs = run.clock.wallMs();
  const {timeoutMs, forwardMs} = plan.config;
  const later = {
    ...run,
    deadlineMs: run.deadlineMs + timeoutMs - forwardMs
  };
  const kept = plan.job === void 0 ? "" : " This does not undo the job that ran before the deploy.";
  run.host.say(`Rolling back ${switched.map(rollback_nameOf).join(", ")}.${kept}`);
  const ways = new Map(switched.map(verdict => [ verdict, wayBack(verdict, plan, pushed) ]));
  const ended = await goBack(ways, plan, pushed, token, later);
  const timing = {
    phase: "rollback",
    startWallMs,
    endWallMs: run.clock.wallMs()
  };
  return verdicts.map(verdict => {
    const end = ended.get(verdict);
    if (end === void 0) return verdict;
    return {
      ...afterRollback(verdict, end, rollback_nameOf(bad)),
      later: [ ...verdict.later, timing ]
    };
  });
}

function isBad({failure, mayRollBack, status}) {
  return failure !== void 0 && mayRollBack || status === "rolled-back";
}

function maybeSwitched({receipt, status, mayRollBack}) {
  return (receipt.answer.kind !== "refused" || mayRollBack) && status !== "superseded" && status !== "rolled-back";
}

function rollback_nameOf({receipt}) {
  return fullName(receipt.deploy.target);
}

function wayBack({receipt: {deploy: planned}}, {config}, pushed) {
  const isPushed = pushed !== void 0 && planned.target.branch === pushed.branch;
  const stale = {
    ...planned,
    wasPushedBefore: false,
    isStale: true,
    isProvedByHealth: false,
    callsBefore: planned.callsBefore + 1
  };
  if (isPushed && pushed.formerCommit !== void 0 && pushed.formerCommit !== pushed.commit) return {
    ...stale,
    commit: pushed.formerCommit
  };
  if (config.rollbackBranch !== void 0) return {
    ...stale,
    target: {
      ...planned.target,
      branch: config.rollbackBranch
    },
    commit: void 0
  };
  const why = !isPushed ? `the branch ${planned.target.branch} was not pushed by this run` : pushed.formerCommit === void 0 ? "the branch is new on Outpost, so there is no earlier commit" : "the branch was already at this commit, so the earlier commit is not known";
  return {
    because: `Rolling back ${fullName(planned.target)}: ${why}, and \`rollback-branch\` is not set`
  };
}

async function goBack(ways, plan, pushed, token, run) {
  const deploys = [ ...ways.values() ].filter(way => "target" in way);
  const after = [];
  let trouble;
  try {
    const movesBack = pushed !== void 0 && deploys.some(({commit}) => commit !== void 0);
    if (movesBack && plan.checkout !== void 0) await restoreBranch(plan, plan.checkout, pushed, token, run);
    const healthInputs = {
      ...plan.config,
      healthCheckContains: void 0
    };
    for (const stage of stagesOf({
      ...plan,
      deploys
    }).toReversed()) {
      const followed = await follow_follow(await deploy(stage, run), stage, run);
      after.push(...await checkHealth(followed, healthInputs, run));
    }
  } catch (thrown) {
    trouble = toFailure(thrown);
    run.host.say(`The rollback could not be started: ${trouble.message}.`);
  }
  const endOf = way => "because" in way ? way : after.find(({receipt}) => receipt.deploy.target === way.target) ?? trouble ?? {
    because: "it was not started"
  };
  return new Map([ ...ways ].map(([verdict, way]) => [ verdict, endOf(way) ]));
}

function main(host, clock = systemClock) {
  const progress = {};
  return runToEnd(host, clock, {
    attempted: "Running the deploy",
    afterCancel: "Check the log above to see how far it got: deploys that had not started did not happen.",
    work: signal => walk(progress, host, clock, signal),
    report: (failure, startedWallMs) => makeReport({
      ...progress,
      failure
    }, host.context, startedWallMs, clock, version),
    publicationOf,
    lastWord: report => report.failure === void 0 ? report.headline : failureText(report.failure, report, host.repeatsLog)
  });
}

async function walk(progress, host, clock, signal) {
  refuseProblems(host.strayInputs);
  const given = readConfig(host.inputs(), host.context);
  progress.config = given;
  const token = checkCredential(given, host.token, host.context);
  const run = await openRun(host, given, token, clock, signal);
  try {
    const ready = await preflight(given, run, known => Object.assign(progress, known));
    const {config} = ready;
    progress.preflight = ready;
    progress.config = config;
    const plan = makePlan(ready);
    progress.plan = plan;
    host.group("Plan", describePlan(plan));
    if (config.dryRun) return await checkPush(plan, token, run);
    const pushed = await push(plan, token, run);
    progress.pushed = pushed;
    if (pushed?.outcome === "skipped") return;
    const seeing = readingAt(ready.form, run);
    const planned = planAfterPush(plan, pushed);
    const job = await runJob(planned, seeing);
    progress.job = job;
    const released = await release(planAfterJob(planned, job), seeing, soFar => {
      progress.released = soFar;
    });
    const verdicts = await rollback(released.verdicts, plan, pushed, token, seeing);
    progress.released = {
      ...released,
      verdicts
    };
    warnOfOtherCommits(verdicts, seeing);
    progress.tip = await readTipAfter(verdicts, plan, pushed, token, seeing);
  } catch (thrown) {
    if (signal.aborted) for (const target of given.targets) host.say(`${fullName(target)}: not deployed: ${cancellationOf(signal).happened} first.`);
    throw thrown;
  } finally {
    run.close();
  }
}

const skeleton_MAX_DEPTH = 6;

const skeleton_MAX_KEYS = 40;

const WORD = /^[A-Za-z_]{1,30}$/;

const STATUS_KEYS = new Set([ "status", "state", "phase" ]);

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;

function skeletonOf(json, names, depth = 0) {
  if (typeof json === "string") return MOMENT.test(json) ? "time" : json === "" ? "empty" : "text";
  if (json === null) return "null";
  if (typeof json !== "object") return typeof json;
  if (depth === skeleton_MAX_DEPTH) return "deeper";
  if (Array.isArray(json)) return json.slice(0, 1).map(one => skeletonOf(one, names, depth + 1));
  const isShown = word => WORD.test(word) && !names.has(word.toLowerCase());
  const fields = Object.entries(json).slice(0, skeleton_MAX_KEYS);
  return Object.fromEntries(fields.map(([key, value], index) => [ isShown(key) ? key : `field ${index + 1}`, STATUS_KEYS.has(key) && typeof value === "string" && isShown(value) ? `word ${value}` : skeletonOf(value, names, depth + 1) ]));
}

function settingsOf(rows, config) {
  const shown = rows.find(({what, found}) => what === "service" && found !== void 0);
  if (shown?.found === void 0) return [ "None of the addresses returned the service. You can still use a health check that looks for the commit, or `wait: false`.", "Please report this, with the file that `--report FILE` writes. It contains no token, names or logs." ];
  const settings = [ ...shown.path === servicePaths[0] || config.servicePath !== void 0 ? [] : [ [ "service-path", shown.path ] ], ...shown.found.phase === "unknown" ? [ [ "api", `running=${shown.found.statusWord}` ] ] : [] ];
  if (settings.length === 0) return [ "Nothing to set: the defaults work for this service." ];
  return [ ...shown.found.phase === "unknown" ? [ `Set \`api\` only if "${shown.found.statusWord}" means that the service is running.` ] : [], "On GitHub:", "  with:", ...settings.map(([name, value]) => `    ${name}: ${value}`), "On GitLab:", "  inputs:", ...settings.map(([name, value]) => `    ${name}: '${value}'`), "In a shell:", `  ${settings.map(([name, value]) => `--${name}='${value}'`).join(" ")}` ];
}

function reportOf(rows, names) {
  return {
    version,
    rows: rows.map(row => toReportRow(row, names))
  };
}

function toReportRow({what, path, looked, found}, names) {
  const {reply, text, limits} = looked;
  const json = what === "log" ? void 0 : parseJson(text);
  const location = reply.kind === "refused" ? reply.location : void 0;
  return {
    what,
    path: ownPaths.has(path) ? path : "written by the user",
    status: "status" in reply ? reply.status : void 0,
    body: bodyOf(text, reply.kind),
    redirect: location === void 0 ? void 0 : location.startsWith("/") ? "same host" : "another host",
    shows_service: found !== void 0,
    limits,
    skeleton: json === void 0 ? void 0 : skeletonOf(json, names)
  };
}

const ownPaths = new Set([ ...servicePaths.map(path => formOf(path)).flatMap(({service, list, logs}) => [ service, list, logs ]), routes.user.path, routes.token.path, tokenRoutes.list.path ]);

function bodyOf(text, kind) {
  if (kind === "unsent" || kind === "lost" || kind === "cut") return "none";
  if (text.trim() === "") return "empty";
  if (isHtml(text)) return "HTML";
  return parseJson(text) === void 0 ? "text" : "JSON";
}

const PROBE_DEADLINE_MS = 3e5;

const PAUSE_MS = 1e3;

const MAX_REQUESTS = 25;

async function probe(host, clock = systemClock) {
  host.mask(host.token);
  try {
    const config = readConfigOfRead(host.inputs(), host.context);
    const token = checkCredential(config, host.token, host.context);
    const [target] = config.targets;
    if (target?.namespace === void 0) throw withoutNamespace(target);
    const run = await openBriefRun(host, config, token, clock, PROBE_DEADLINE_MS);
    try {
      const rows = await askAll(target, config, run);
      for (const line of settingsOf(rows, config)) host.conclude(line);
      await (host.document?.(reportOf(rows, namesOf(target, config))));
      return probe_statusOf(rows);
    } finally {
      run.close();
    }
  } catch (thrown) {
    const {code, message, hint, exitStatus} = toFailure(thrown, "Probing Outpost");
    host.fail({
      title: `Outpost probe: ${code} (exit status ${exitStatus})`,
      message: `${message}.\n${hint}`
    });
    await (host.document?.({
      version,
      rows: [],
      failure: code
    }));
    return exitStatus;
  }
}

function withoutNamespace(target) {
  return new Failure({
    code: "config-invalid",
    attempted: "Probing Outpost",
    happened: `\`${target?.service}\` has no namespace, and the addresses need one`,
    hint: "Write the input `service` as `namespace/name`."
  });
}

async function askAll(target, config, run) {
  const rows = [];
  const ask = async (what, path, proves = () => {}) => {
    if (rows.length === MAX_REQUESTS || isLimited(rows.at(-1))) return;
    if (rows.length > 0) await run.clock.sleep(PAUSE_MS, run.signal);
    const variables = {
      namespace: target.namespace ?? "",
      service: target.service,
      name: config.tokenName ?? ""
    };
    const looked = await run.client.look(path, variables);
    const found = looked.reply.kind === "value" ? proves(looked.text) : void 0;
    const row = {
      what,
      path,
      looked,
      found
    };
    rows.push(row);
    run.host.say(`GET ${path}: ${probe_wordsOf(row)}`);
    return row;
  };
  await ask("user", routes.user.path);
  if (config.tokenName !== void 0) {
    await ask("token", config.api.token ?? routes.token.path);
    await ask("tokens", tokenRoutes.list.path);
  }
  const paths = config.servicePath === void 0 ? servicePaths : [ config.servicePath ];
  for (const path of paths) {
    const row = await ask("service", path, text => parseService(text, target, config.api));
    if (row?.found !== void 0) await askBeside(formOf(path, config.api), target, ask);
  }
  return rows;
}

async function askBeside(form, target, ask) {
  if (form.list !== void 0) await ask("list", form.list, text => parseServicePage(text, 1, target.namespace)?.services.find(({name}) => name === target.service));
  await ask("log", form.logs);
}

function isLimited(row) {
  const reply = row?.looked.reply;
  return reply?.kind === "unsent" || reply?.kind === "refused" && reply.status === 429;
}

function probe_wordsOf({looked: {reply}, found, what}) {
  if (reply.kind !== "value") return replyInBrief(reply);
  if (found !== void 0) return `${reply.status}, ${what === "list" ? "lists the service" : "shows the service"}, status ${found.statusWord || "-"}`;
  return `${reply.status} with JSON`;
}

function probe_statusOf(rows) {
  if (rows.some(({what, found}) => what === "service" && found !== void 0)) return 0;
  return isLimited(rows.at(-1)) ? exitStatusByCode.unavailable : exitStatusByCode["service-unreadable"];
}

function namesOf(target, config) {
  const names = config.targets.flatMap(one => [ one.namespace, one.service, one.branch ]);
  return new Set([ ...names, fullName(target), config.tokenName, config.username, config.push?.name ].filter(name => name !== void 0).map(name => name.toLowerCase()));
}

const STATUS_DEADLINE_MS = 1e4;

async function printStatus(host, clock = systemClock) {
  host.mask(host.token);
  try {
    refuseProblems(host.strayInputs);
    const config = readConfigOfRead(host.inputs(), host.context);
    const token = checkCredential(config, host.token, host.context);
    const run = await openBriefRun(host, config, token, clock, STATUS_DEADLINE_MS);
    try {
      const {found, failures} = await readNow(config, run);
      for (const target of config.targets) {
        const service = found.get(fullName(target));
        host.conclude(`${fullName(target)}: ${service === void 0 ? "the current status is not known" : status_wordsOf(service)}`);
      }
      for (const failure of failures) sayFailure(failure, host);
      await (host.document?.({
        version,
        services: config.targets.map(target => rowOf(target, found.get(fullName(target)))),
        failures: failures.map(factsOf)
      }));
      return failures[0]?.exitStatus ?? 0;
    } finally {
      run.close();
    }
  } catch (thrown) {
    const failure = toFailure(thrown, "Reading the current status");
    sayFailure(failure, host);
    await (host.document?.({
      version,
      services: [],
      failures: [ factsOf(failure) ]
    }));
    return failure.exitStatus;
  }
}

async function readNow(config, run) {
  const targets = config.targets.filter(({namespace}) => namespace !== void 0);
  try {
    const {found, failures} = await readBaselines({
      ...config,
      targets
    }, run);
    return {
      found,
      failures: [ ...failures.values() ]
    };
  } catch (thrown) {
    return {
      found: new Map,
      failures: [ toFailure(thrown) ]
    };
  }
}

function rowOf({namespace, service: name}, service) {
  return {
    namespace,
    service: name,
    status: service?.statusWord,
    ready_replicas: service?.readyReplicas,
    min_replicas: service?.minReplicas,
    updated_at: service?.updatedAt && new Date(service.updatedAt.ms).toISOString(),
    endpoint: publicUrl(service?.endpoint)
  };
}

function status_wordsOf(service) {
  const {statusWord, readyReplicas, minReplicas, updatedAt} = service;
  const endpoint = publicUrl(service.endpoint);
  return [ `now ${statusWord || "without a status"}`, ...readyReplicas === void 0 ? [] : [ `${readyReplicas}${minReplicas === void 0 ? "" : ` of ${minReplicas}`} replicas ready` ], ...updatedAt === void 0 ? [] : [ `updated ${new Date(updatedAt.ms).toISOString()}` ], ...endpoint === void 0 ? [] : [ endpoint ] ].join(", ");
}

function sayFailure({message, hint}, host) {
  const advice = hint.replace(/^Nothing was deployed\. /, "");
  if (host.name === "shell") host.fail({
    title: "Could not read the current status",
    message: `${message}.\n${advice}`
  }); else host.say(`Could not read the current status: ${message}.\n${advice}`);
}

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

const CONTEXT_LENGTH = 9;

const MAX_WAITING_LINES = 64;

const quotes_PART_LENGTH = 8192;

function redactLog(redactor, lines, before = "") {
  const messages = lines.map(messageOf);
  return redactor.redactLines([ before, ...messages ]).slice(1).map((message, index) => `${lines[index]?.slice(0, stampLength(lines[index]))}${message}`);
}

function messageOf(line) {
  const length = stampLength(line);
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
        const all = [ ...waiting, ...part.map(withoutControls) ];
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
    if (length < quotes_PART_LENGTH) continue;
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
    this.#pieces ??= redact_piecesOf(this.#forms);
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

function redact_piecesOf(forms) {
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
  const cleanLines = text => redactor.redactLines(text.split(/\r\n|\n|\r/).map(withoutControls)).map(inertLine);
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
    cleanLog: lines => redactLog(redactor, Array.from(lines, withoutControls)).map(inertLine),
    flush: quotes.flush
  };
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
    const text = `${shown.words} (${formatDuration(performance.now() - shown.sinceMs)})`;
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

process.exitCode = 1;

runCommand(process.argv.slice(2), process.env, process.argv[1] ?? "");

async function runCommand(args, env, script) {
  const [first, second, ...rest] = args;
  if (first === "token") return exitWith(await runBeside(script, args.slice(1)));
  if (first === "help" && second === "token") return exitWith(await runBeside(script, [ "help", ...rest ]));
  const stdout = openStdout();
  const command = parseCommand(args, deployProgram);
  switch (command.kind) {
   case "help":
    stdout.write(helpText(deployProgram, command.verb));
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

function run(command, env, stdout) {
  const {verb} = command;
  const {json, quiet, report, ...flags} = command.flags;
  const host = openCommandHost({
    ...command,
    writesFiles: verb === "deploy",
    json: isTrue(json),
    quiet: isTrue(quiet),
    report: report?.trim() || void 0
  }, {
    ...flags,
    ...verb === "check" ? {
      "dry-run": "true"
    } : {}
  }, env, stdout);
  switch (verb) {
   case "deploy":
   case "check":
    return main(host);

   case "status":
    return printStatus(host);

   case "probe":
    return probe(host);
  }
}

function isTrue(text = "") {
  return /^true$/i.test(text);
}

function runBeside(script, args) {
  const own = (0, external_node_path_namespaceObject.dirname)((0, external_node_fs_namespaceObject.realpathSync)(script));
  const program = (0, external_node_path_namespaceObject.join)(own, "..", "token", "index.js");
  if ((0, external_node_path_namespaceObject.basename)(own) !== "cli" || !(0, external_node_fs_namespaceObject.existsSync)(program)) {
    const address = `https://raw.githubusercontent.com/outpost/deploy-action/v${version}/dist/token/index.js`;
    openStderr().write(`The token commands are in a separate file, which isn't here. Download it and run it:\n  curl -fsSLo outpost-token.mjs ${address}\n  node outpost-token.mjs help\n`);
    return Promise.resolve(2);
  }
  return new Promise(resolve => {
    const child = (0, external_node_child_process_namespaceObject.spawn)(process.execPath, [ program, ...args ], {
      stdio: "inherit"
    });
    for (const signal of [ "SIGINT", "SIGTERM", "SIGHUP" ]) process.on(signal, () => child.kill(signal));
    child.on("error", () => resolve(1));
    child.on("exit", status => resolve(status ?? 1));
  });
}