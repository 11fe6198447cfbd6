import { SwarmctlError } from '../errors.ts';

/** Upper bound of commonName and organizationName in characters (RFC 5280 appendix A.1). */
const MAX_LENGTH = 64;

/** Fails unless the text can be the common name or organization of a certificate. */
export function checkSubject(what: string, text: string): void {
  if (text.trim() === '') throw new SwarmctlError('USAGE', `a certificate's ${what} is empty`);
  const { length } = Array.from(text);
  if (length > MAX_LENGTH) {
    throw new SwarmctlError(
      'USAGE',
      `a certificate's ${what} "${text}" has ${String(length)} characters; at most ${String(MAX_LENGTH)} are allowed`,
    );
  }
}
