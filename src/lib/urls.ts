/**
 * An endpoint is untrusted, and is used in links and requests: only http and https without a user
 * name are allowed.
 */
export function publicUrl(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  const url = new URL(endpoint);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
    ? url.href.replace(/\/$/, '')
    : undefined;
}

/**
 * Whether a host name (as the URL standard spells it) certainly means this machine: the token may
 * go there over http.
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a host name (not an IP address) means this machine. */
export function mayBeThisMachine(hostname: string): boolean {
  return /(?:^|\.)localhost\.?$/.test(hostname);
}

/** Whether a host name means where a cloud machine reads its own secrets. */
export function isMetadata(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  return /^(?:169\.254\.\d+\.\d+|100\.100\.100\.200|\[fd00:ec2::254\]|\[fe80:.*\]|\[::ffff:a9fe:.*\]|metadata\.google\.internal)$/i.test(
    name,
  );
}
