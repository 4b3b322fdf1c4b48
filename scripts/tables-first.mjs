/**
 * Orders the tests in a mutation run: tables before properties. If a table notices a change, the
 * thousand runs of a property aren't needed.
 */
export default class {
  /** @param {readonly { readonly path: string }[]} tests */
  sort(tests) {
    return [...tests].sort((one, other) => lateness(one) - lateness(other));
  }

  cacheResults() {}
}

/** @param {{ readonly path: string }} test */
function lateness({ path }) {
  return path.includes('-property.') ? 1 : 0;
}
