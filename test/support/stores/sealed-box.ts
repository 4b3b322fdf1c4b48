import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';

// The receiving half of https://doc.libsodium.org/public-key_cryptography/sealed_boxes, by other hands than libsodium's:
// a box that both agree on is a box that GitHub can open.

const KEY_BYTES = 32;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;

export interface BoxKey {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

export function newBoxKey(): BoxKey {
  return x25519.keygen();
}

/** What was sealed, or nothing if the box was made for another key, was changed, or is no box. */
export function openSealedBox(box: Uint8Array, { publicKey, secretKey }: BoxKey): Uint8Array | undefined {
  if (box.length < KEY_BYTES + TAG_BYTES) return undefined;
  const ephemeral = box.subarray(0, KEY_BYTES);
  const nonce = blake2b(Buffer.concat([ephemeral, publicKey]), { dkLen: NONCE_BYTES });
  try {
    return xsalsa20poly1305(sharedKey(ephemeral, secretKey), nonce).decrypt(box.subarray(KEY_BYTES));
  } catch {
    return undefined;
  }
}

/** The key of crypto_box: the Diffie-Hellman secret through HSalsa20 with a nonce of zeros. */
function sharedKey(ephemeral: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const key = new Uint32Array(KEY_BYTES / 4);
  hsalsa(words(Buffer.from('expand 32-byte k')), words(x25519.getSharedSecret(secretKey, ephemeral)), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

/** Bytes as 32-bit words, in a buffer of their own. */
function words(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes).buffer);
}
