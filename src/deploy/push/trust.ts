import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../lib/secret.ts';
import type { Run } from '../run.ts';
import { reading } from './sandbox.ts';

type Setting = readonly [key: string, value: string];

/** Variables with a certificate file; the first is Node's, which the API calls use too. */
const CERTIFICATE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'GIT_SSL_CAINFO'] as const;

/** Where systems keep their trusted certificates; the first existing file is used. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
] as const;

/**
 * The settings that are taken from the system's git configuration: what an administrator sets for
 * TLS and proxies. All other settings, and those of the user and the checkout, are ignored: they
 * could send the token elsewhere.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpproxy
 */
const SYSTEM_SETTINGS: ReadonlySet<string> = new Set([
  'http.sslcapath',
  'http.sslcert',
  'http.sslkey',
  'http.sslversion',
  'http.sslbackend',
  'http.schannelcheckrevoke',
  'http.schannelusesslcainfo',
  'http.postbuffer',
  'http.version',
]);
const PROXY_SETTINGS: ReadonlySet<string> = new Set([
  'http.proxy',
  'http.proxyauthmethod',
  'http.proxysslcainfo',
  'http.proxysslcert',
  'http.proxysslkey',
]);

/**
 * git settings that make it trust the same certificates as Node: Node's own and the system's, those
 * of NODE_EXTRA_CA_CERTS and SSL_CERT_FILE, and `http.sslCAInfo` of the system's git configuration.
 * If none of these three is set, git's own default applies.
 *
 * @param sandbox gets the bundle.
 */
export async function trustSettings(
  sandbox: string,
  url: string,
  run: Run,
): Promise<readonly Setting[]> {
  const system = await systemSettings(sandbox, url, run);
  const files = [
    ...CERTIFICATE_VARIABLES.map((name) => process.env[name]),
    system.get('http.sslcainfo'),
  ].flatMap((file) => (file === undefined || file === '' ? [] : [file]));
  const own = [...system].filter(
    ([key]) =>
      SYSTEM_SETTINGS.has(key) ||
      // Loopback needs no proxy, and over http a proxy would see the token.
      (PROXY_SETTINGS.has(key) && url.startsWith('https:')),
  );
  hideProxyPassword(system.get('http.proxy'), run);
  return [...own, ...(await bundleSettings(sandbox, files, run))];
}

async function bundleSettings(
  sandbox: string,
  files: readonly string[],
  run: Run,
): Promise<readonly Setting[]> {
  if (files.length === 0) return [];
  const { rootCertificates } = await import('node:tls');
  const usual = SYSTEM_BUNDLES.find((file) => existsSync(file));
  const texts = [...(usual === undefined ? [] : [usual]), ...new Set(files)].map((file) =>
    readBundle(file, run),
  );
  const bundle = join(sandbox, 'certificates.pem');
  writeFileSync(bundle, [...rootCertificates, ...texts, ''].join('\n'));
  // Windows' own TLS ignores the bundle.
  const backend: readonly Setting[] =
    process.platform === 'win32' ? [['http.sslBackend', 'openssl']] : [];
  return [...backend, ['http.sslCAInfo', bundle]];
}

function readBundle(file: string, { host }: Run): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    host.say(`Could not read the certificates in ${file}. git runs without them.`);
    return '';
  }
}

/** The settings below `http` for an address, by their names in lower case. */
async function systemSettings(
  sandbox: string,
  url: string,
  run: Run,
): Promise<ReadonlyMap<string, string>> {
  const { status, stdout } = await reading(sandbox, run)(
    'config',
    '--system',
    '--null',
    '--get-urlmatch',
    'http',
    url,
  );
  // Without a system configuration, or without a setting below `http`, it ends with 1.
  if (status !== 0) return new Map();
  return new Map(
    stdout
      .split('\0')
      .filter((entry) => entry.includes('\n'))
      .map((entry) => {
        const [key = '', ...value] = entry.split('\n');
        return [key.toLowerCase(), value.join('\n')] as const;
      }),
  );
}

/** git prints the address of a proxy that it cannot reach. */
function hideProxyPassword(proxy: string | undefined, { host }: Run): void {
  if (proxy === undefined || !URL.canParse(proxy)) return;
  const { password } = new URL(proxy);
  if (password !== '') host.mask(new Secret(password));
}
