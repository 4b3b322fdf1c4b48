import { createHash } from 'node:crypto';

/** In hexadecimal, as `sha256sum` writes it. */
export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The value of GitLab's `include:integrity` for a file of this text. */
export function integrity(data: Buffer | string): string {
  return `sha256-${createHash('sha256').update(data).digest('base64')}`;
}
