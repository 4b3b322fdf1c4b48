import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import sodium from 'libsodium-wrappers';
import { newBoxKey, openSealedBox } from '../support/stores/sealed-box.ts';

test.each([0, 1, 31, 32, 33, 63, 64, 65, 1_000, 49_152])(
  '%d bytes that libsodium has sealed are opened, by the right key alone',
  async (length) => {
    await sodium.ready;
    const key = newBoxKey();
    const message = new Uint8Array(randomBytes(length));
    const box = sodium.crypto_box_seal(message, key.publicKey);
    expect(openSealedBox(box, key)).toEqual(message);
    expect(openSealedBox(box, newBoxKey())).toBeUndefined();
    expect(openSealedBox(box, { ...key, publicKey: newBoxKey().publicKey })).toBeUndefined();
  },
);

test('what is no box is not opened', () => {
  for (const length of [0, 31, 47, 48, 80]) expect(openSealedBox(new Uint8Array(length), newBoxKey())).toBeUndefined();
});
