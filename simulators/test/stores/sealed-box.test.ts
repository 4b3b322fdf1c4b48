import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seal } from '../../../src/tokens/stores/seal.ts';
import { newBoxKey, openSealedBox, ready } from '../../stores/sealed-box.ts';

beforeAll(() => ready);

const opened = (box: Uint8Array, key: ReturnType<typeof newBoxKey>): string | undefined => {
  const bytes = openSealedBox(box, key);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
};

test.each([0, 1, 31, 32, 33, 63, 64, 65, 1_000, 49_152])(
  'libsodium opens %d characters that we seal, but only with the right key',
  (length) => {
    const key = newBoxKey();
    const message = 'x'.repeat(length);
    const box = seal(message, key.publicKey);
    expect(box).toHaveLength(length + 48);
    expect(opened(box, key)).toBe(message);
    expect(opened(box, newBoxKey())).toBeUndefined();
  },
);

test('any text is unchanged after sealing and opening', () => {
  const key = newBoxKey();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (message) => {
      expect(opened(seal(message, key.publicKey), key)).toBe(message);
    }),
  );
});

test('two boxes of the same message differ', () => {
  const key = newBoxKey();
  const [one, two] = [seal('op_pat_x', key.publicKey), seal('op_pat_x', key.publicKey)];
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false);
});

test('a changed box cannot be opened', () => {
  const key = newBoxKey();
  const box = seal('a message', key.publicKey);
  for (let at = 0; at < box.length; at += 1) {
    const changed = Uint8Array.from(box);
    // Flips the lowest bit, because the highest bit of a public key is ignored.
    // https://www.rfc-editor.org/rfc/rfc7748#section-5
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openSealedBox(changed, key)).toBeUndefined();
  }
});

test.each([0, 31, 33])('a key of %d bytes is rejected', (length) => {
  expect(() => seal('x', new Uint8Array(length))).toThrow(`a key of ${length} bytes`);
});

test('bytes that are not a box cannot be opened', () => {
  for (const length of [0, 31, 47, 48, 80])
    expect(openSealedBox(new Uint8Array(length), newBoxKey())).toBeUndefined();
});
