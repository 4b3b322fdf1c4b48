import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

// Creates certificates for the TLS tests at run time, so that the repository contains no key and
// the tests need no openssl.

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateFields {
  /** The host that the certificate is for. */
  readonly host: string;
  readonly notAfter: Date;
}

/**
 * A certificate authority that a client can be told to trust (NODE_EXTRA_CA_CERTS), and the
 * certificates it issues.
 */
export function createAuthority(): {
  readonly cert: string;
  issue(fields: CertificateFields): Certificate;
} {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = 'Test authority';
  const year = new Date(Date.now() + 365 * 86_400_000);
  const cert = certificate({
    subject: name,
    issuer: name,
    key: keys.publicKey,
    signer: keys.privateKey,
    notAfter: year,
  });
  return {
    cert,
    issue: ({ host, notAfter }) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        cert: certificate({
          subject: host,
          issuer: name,
          key: own.publicKey,
          signer: keys.privateKey,
          notAfter,
          host,
        }),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface Fields {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly notAfter: Date;
  /** Absent = the authority's own certificate. */
  readonly host?: string;
}

const ECDSA_WITH_SHA256 = der(0x30, oid('2a8648ce3d040302'));

/** X.509 version 3 in DER (RFC 5280, 4.1), then PEM. */
function certificate({ subject, issuer, key, signer, notAfter, host }: Fields): string {
  const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
    der(
      0x30,
      Buffer.concat([
        oid(id),
        critical ? der(0x01, Buffer.from([0xff])) : Buffer.alloc(0),
        der(0x04, value),
      ]),
    );
  const extensions =
    host === undefined
      ? extension('551d13', true, der(0x30, der(0x01, Buffer.from([0xff]))))
      : extension('551d11', false, der(0x30, der(0x82, Buffer.from(host))));
  const toBeSigned = der(
    0x30,
    Buffer.concat([
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
      ECDSA_WITH_SHA256,
      nameOf(issuer),
      der(0x30, Buffer.concat([time(new Date('2020-01-01T00:00:00Z')), time(notAfter)])),
      nameOf(subject),
      key.export({ type: 'spki', format: 'der' }),
      der(0xa3, der(0x30, extensions)),
    ]),
  );
  const signature = sign('sha256', toBeSigned, signer);
  const whole = der(
    0x30,
    Buffer.concat([
      toBeSigned,
      ECDSA_WITH_SHA256,
      der(0x03, Buffer.concat([Buffer.from([0]), signature])),
    ]),
  );
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(text: string): Buffer {
  return der(
    0x30,
    der(0x31, der(0x30, Buffer.concat([oid('550403'), der(0x0c, Buffer.from(text))]))),
  );
}

function time(at: Date): Buffer {
  return der(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, '')));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
