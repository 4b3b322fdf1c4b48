import sodium from 'libsodium-wrappers';

// The receiving half of https://doc.libsodium.org/public-key_cryptography/sealed_boxes by libsodium
// itself, which is what GitHub's own page tells its users to seal with: what this opens, GitHub can
// open. Ours is sealed by another library.
/** Await this before using anything else here. */
export const ready: Promise<void> = sodium.ready;

export interface BoxKey {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

export function newBoxKey(): BoxKey {
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return { publicKey, secretKey: privateKey };
}

/** The sealed value; undefined if the box is for another key, was changed, or isn't a box. */
export function openSealedBox(
  box: Uint8Array,
  { publicKey, secretKey }: BoxKey,
): Uint8Array | undefined {
  try {
    return sodium.crypto_box_seal_open(box, publicKey, secretKey);
  } catch {
    return undefined;
  }
}
