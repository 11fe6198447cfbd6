import { createHash } from 'node:crypto';

/** A short, stable fingerprint of a text (first 12 hex digits of its SHA-256). */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
