/**
 * The order of the tests that look for mutants: tables before properties. A change that a table
 * notices needs no thousand runs.
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
