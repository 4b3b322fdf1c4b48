// Stands in for undici, which would add 937 kB and 22 ms of start-up to each bundle (docs/dev/decisions/0002-undici-stand-in.md).
// @actions/http-client names ProxyAgent in getAgentDispatcher() alone, which serves fetch users; we are none.
exports.ProxyAgent = class ProxyAgent {
  constructor() {
    throw new Error(
      'undici is not bundled: this program sends its requests through node:http and node:https',
    );
  }
};
