import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * What an IP address is for, to decide whether a request to it is allowed.
 *
 * - `loopback`: this machine.
 * - `metadata`: where machines of a cloud read their own secrets.
 * - `link-local`: only this network link; clouds have their metadata there too.
 * - `private`: a private network.
 * - `reserved`: not a single machine on the internet.
 */
export type AddressKind =
  | 'loopback'
  | 'metadata'
  | 'link-local'
  | 'private'
  | 'reserved'
  | 'public';

/**
 * https://www.iana.org/assignments/iana-ipv4-special-registry,
 * https://www.iana.org/assignments/iana-ipv6-special-registry, and the metadata addresses in the
 * documents of AWS, Azure, Alibaba, Google and Oracle. The first kind that holds an address counts.
 */
const networks: readonly (readonly [Exclude<AddressKind, 'public'>, readonly string[]])[] = [
  ['loopback', ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128']],
  [
    'metadata',
    [
      '169.254.169.254/32',
      '169.254.170.0/24',
      '100.100.100.200/32',
      '168.63.129.16/32',
      '192.0.0.192/32',
      'fd00:ec2::/32',
      'fd20:ce::254/128',
    ],
  ],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']],
  [
    'reserved',
    [
      '192.0.0.0/24',
      '192.0.2.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/3',
      '100::/64',
      '2001:db8::/32',
      '64:ff9b:1::/48',
      'fec0::/10',
      'ff00::/8',
    ],
  ],
];

/** Made when the first address is asked about, since most runs ask about none. */
let lists: readonly (readonly [AddressKind, BlockList])[] | undefined;

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', length] = range.split('/');
    list.addSubnet(network, Number(length), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** @param address an IP address, with or without a zone. Anything else counts as reserved. */
export function kindOf(address: string): AddressKind {
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) === 0) return 'reserved';
  const inside = embeddedIn(bare);
  if (inside !== undefined) return kindOf(inside);
  const family = isIPv4(bare) ? 'ipv4' : 'ipv6';
  lists ??= networks.map(([kind, ranges]) => [kind, listOf(ranges)]);
  return lists.find(([, list]) => list.check(bare, family))?.[0] ?? 'public';
}

/** The IP address that a URL's host is, if it is one. */
export function literalOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}

/**
 * The IPv4 address that a gateway or the machine itself takes out of an IPv6 address: mapped
 * (::ffff:), compatible (::), NAT64 (64:ff9b::) and 6to4 (2002:).
 */
function embeddedIn(address: string): string | undefined {
  if (isIPv4(address)) return undefined;
  const words = wordsOf(address);
  const start = words.slice(0, 6).join(':');
  const isTail = ['0:0:0:0:0:ffff', '0:0:0:0:ffff:0', '64:ff9b:0:0:0:0'].includes(start);
  const isCompatible = start === '0:0:0:0:0:0' && parseInt(words[6] ?? '', 16) !== 0;
  if (isTail || isCompatible) return dotted(words[6], words[7]);
  return words[0] === '2002' ? dotted(words[1], words[2]) : undefined;
}

/** The eight words of an IPv6 address, in hexadecimal without leading zeros. */
function wordsOf(address: string): readonly string[] {
  // The URL standard writes a dotted tail as two words.
  const [left = '', right] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  return [...before, ...Array(8 - before.length - after.length).fill('0'), ...after];
}

function dotted(high = '0', low = '0'): string {
  return [high, low]
    .map((word) => parseInt(word, 16))
    .flatMap((word) => [word >> 8, word & 0xff])
    .join('.');
}
