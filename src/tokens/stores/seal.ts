import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { blake2b } from '@noble/hashes/blake2.js';

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
/**
 * The bytes before the 32 bytes of an X25519 key in DER.
 * https://www.rfc-editor.org/rfc/rfc8410#section-4
 */
const DER_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
/** The first words of Salsa20's state, "expand 32-byte k". https://cr.yp.to/snuffle/spec.pdf */
const SIGMA = Buffer.from('expand 32-byte k');

/**
 * Seals a value so that only the owner of the key can open it, the way GitHub wants it: libsodium's
 * crypto_box_seal. https://doc.libsodium.org/public-key_cryptography/sealed_boxes: the public
 * half of a key made for this message, then a box under the secret that both keys share (X25519,
 * then HSalsa20), with a nonce derived from both public keys (BLAKE2b). The curve is Node's own;
 * cipher and hash come from @noble. simulators/test/stores proves that libsodium can open it.
 *
 * @param publicKey 32 bytes.
 * @throws Error if it isn't an X25519 key.
 */
export function seal(value: string, publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== KEY_BYTES) throw new Error(`a key of ${publicKey.length} bytes`);
  const ours = generateKeyPairSync('x25519');
  const theirs = createPublicKey({
    key: Buffer.concat([DER_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  });
  const ourPublic = ours.publicKey
    .export({ format: 'der', type: 'spki' })
    .subarray(DER_PREFIX.length);
  const nonce = blake2b(Buffer.concat([ourPublic, publicKey]), { dkLen: NONCE_BYTES });
  const shared = diffieHellman({ privateKey: ours.privateKey, publicKey: theirs });
  const box = xsalsa20poly1305(boxKey(shared), nonce).encrypt(Buffer.from(value, 'utf8'));
  return Buffer.concat([ourPublic, box]);
}

/** crypto_box_beforenm: HSalsa20 of the shared secret and a nonce of zeros. */
function boxKey(shared: Uint8Array): Uint8Array {
  const key = new Uint32Array(KEY_BYTES / 4);
  hsalsa(words(SIGMA), words(shared), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

/** The bytes as 32-bit words in this machine's order, copied so that they're aligned. */
function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
