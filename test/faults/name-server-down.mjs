// Loaded with `node --import` before a bundle. The name server doesn't answer the first two queries
// (EAI_AGAIN).
import dns from 'node:dns';

const { lookup } = dns;
let asked = 0;
/** @param {unknown[]} values */
function unreliableLookup(...values) {
  asked += 1;
  const callback = values.at(-1);
  if (asked > 2 || typeof callback !== 'function') return Reflect.apply(lookup, dns, values);
  const error = Object.assign(new Error('getaddrinfo EAI_AGAIN'), {
    code: 'EAI_AGAIN',
    errno: -3001,
    syscall: 'getaddrinfo',
  });
  return process.nextTick(callback, error);
}
dns.lookup = /** @type {typeof dns.lookup} */ (unreliableLookup);
