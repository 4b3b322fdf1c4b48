import type { Exchange, Outcome } from './exchange.ts';

/**
 * Errors of a connection that was never made, and whether trying again may help.
 * https://nodejs.org/api/errors.html#common-system-errors
 */
const unsentErrors: Readonly<Record<string, { reason: string; passing: boolean }>> = {
  ECONNREFUSED: { reason: 'the connection was refused', passing: true },
  ENOTFOUND: { reason: 'the host name cannot be resolved', passing: true },
  EAI_AGAIN: { reason: 'the name server did not answer', passing: true },
  EHOSTUNREACH: { reason: 'there is no route to the host', passing: true },
  ENETUNREACH: { reason: 'the network is unreachable', passing: true },
  EHOSTDOWN: { reason: 'the host is down', passing: true },
  CERT_HAS_EXPIRED: { reason: 'its TLS certificate has expired', passing: false },
  CERT_NOT_YET_VALID: {
    reason: "its TLS certificate is not valid yet (check this machine's clock)",
    passing: false,
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: { reason: 'its TLS certificate is self-signed', passing: false },
  SELF_SIGNED_CERT_IN_CHAIN: { reason: 'its TLS certificate chain is self-signed', passing: false },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: 'its TLS certificate cannot be verified',
    passing: false,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: 'the issuer of its TLS certificate is not trusted here',
    passing: false,
  },
  EPROTO: { reason: 'the server does not speak TLS on this port (check the port)', passing: false },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    reason: 'the server does not speak TLS on this port (check the port)',
    passing: false,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'its TLS certificate is for another host',
    passing: false,
  },
};

/** The ones that can also occur later, after the request was sent. */
const maybeLater: ReadonlySet<string> = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

/** Reads only the error's code: its message may contain a URL with a password, or a header. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : 'no code';
}

export function outcomeOfError(error: unknown, method: Exchange['method']): Outcome {
  const code = codeOf(error);
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  const connecting =
    typeof error === 'object' &&
    error !== null &&
    'syscall' in error &&
    error.syscall === 'connect';
  const known = unsentErrors[code];
  if (known !== undefined && (connecting || !(method === 'POST' && maybeLater.has(code))))
    return { kind: 'unsent', ...known };
  if (connecting) return { kind: 'unsent', reason: `could not connect (${code})`, passing: true };
  // The text is that of the package `tunnel`, which http-client uses for proxies; it says when
  // CONNECT failed.
  const proxy = /^tunneling socket could not be established, (?:statusCode=(\d+)|cause=)/.exec(
    message,
  );
  if (proxy !== null)
    return {
      kind: 'unsent',
      reason: `the proxy refused the connection${proxy[1] ? ` (${proxy[1]})` : ''}`,
      passing: proxy[1] !== '407',
    };
  if (message.startsWith('Client network socket disconnected before secure TLS')) {
    return {
      kind: 'unsent',
      reason: 'the connection closed during the TLS handshake',
      passing: true,
    };
  }
  if (code === 'HPE_HEADER_OVERFLOW')
    return { kind: 'lost', reason: 'the response headers are too large', atOnce: false };
  return {
    kind: 'lost',
    reason: `the connection broke (${code})`,
    atOnce: code === 'ECONNRESET' || code === 'EPIPE',
  };
}
