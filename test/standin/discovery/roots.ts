import { readFileSync } from 'node:fs';

/** The one place where the published image has the CAs it trusts. */
const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * The CAs that are trusted: the bundle, which may have been mounted over, and what SSL_CERT_FILE
 * names, which later builds of the imitated program know. Without either nobody is trusted.
 */
export function readRoots(env: NodeJS.ProcessEnv, bundle = BUNDLE): string[] {
  return [bundle, env['SSL_CERT_FILE'] ?? ''].flatMap((file) => {
    try {
      return file === '' ? [] : [readFileSync(file, 'utf8')];
    } catch {
      return [];
    }
  });
}
