import sodium from 'libsodium-wrappers';

// The receiving half of https://doc.libsodium.org/public-key_cryptography/sealed_boxes, from
// libsodium itself. GitHub's own page tells users to seal with libsodium, so GitHub can open what
// this opens. Our program seals with another library.
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
