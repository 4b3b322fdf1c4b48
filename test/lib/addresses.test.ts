import { expect, test } from '@jest/globals';
import { type AddressKind, kindOf, literalOf } from '../../src/lib/addresses.ts';

const kinds: Readonly<Record<AddressKind, readonly string[]>> = {
  loopback: [
    '127.0.0.1',
    '127.255.0.3',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
  ],
  metadata: [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
  ],
  'link-local': ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  private: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    'fd12::1',
    '::ffff:10.0.0.1',
  ],
  reserved: ['224.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.2.1', 'ff02::1', 'web', ''],
  public: [
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '169.253.0.1',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
  ],
};

test.each(
  Object.entries(kinds).flatMap(([kind, all]) => all.map((address) => ({ kind, address }))),
)('$address is $kind', ({ kind, address }) => {
  expect(kindOf(address)).toBe(kind);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]', '::1'],
  ['web.acme.outpost.run', undefined],
  ['[web]', undefined],
])('the literal in the host %s is %s', (host, literal) => {
  expect(literalOf(host)).toBe(literal);
});
