import type { X509Certificate } from 'node:crypto';
import { DAY } from './validity.ts';

/** Soon enough to be told. */
const SOON = 7 * DAY;

/** What is wrong with a certificate's time, in words that go on after its name. */
export function validityProblem(
  certificate: X509Certificate,
  now: Date,
): { level: 'error' | 'warning'; words: string } | undefined {
  const notBefore = new Date(certificate.validFrom);
  const notAfter = new Date(certificate.validTo);
  if (notAfter <= now) return { level: 'error', words: `expired on ${sayTime(notAfter)}` };
  if (notBefore > now) {
    return {
      level: 'error',
      words: `is not valid before ${sayTime(notBefore)}, and it is ${sayTime(now)} here`,
    };
  }
  if (notAfter.getTime() - now.getTime() < SOON) {
    return { level: 'warning', words: `expires on ${sayTime(notAfter)}` };
  }
  return undefined;
}

/** `2026-11-23 07:30:00 UTC`. */
export function sayTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
