import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { FatalError } from './cli/fatal.ts';
import type { TlsFiles } from './cli/options.ts';

export interface ManagerTls {
  context: SecureContextOptions;
  verify: boolean;
}

/** One certificate serves clients and speaks to engines; one CA checks both directions. */
export function loadManagerTls(files: TlsFiles): ManagerTls {
  const pair = `(${files.cert}, ${files.key})`;
  const cert = readOr(
    files.cert,
    (why) => `Couldn't load X509 key pair ${pair}: ${why}. Key encrypted?`,
  );
  const key = readOr(
    files.key,
    (why) => `Couldn't load X509 key pair ${pair}: ${why}. Key encrypted?`,
  );
  const context: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
  if (files.verify) {
    context.ca = readOr(files.ca, (why) => `Couldn't read CA certificate: ${why}`);
  }
  try {
    createSecureContext(context);
  } catch (error) {
    throw new FatalError(
      `Couldn't load X509 key pair ${pair}: ${(error as Error).message}. Key encrypted?`,
    );
  }
  return { context, verify: files.verify };
}

function readOr(file: string, describe: (why: string) => string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'no such file or directory'
        : (error as Error).message;
    throw new FatalError(describe(`open ${file}: ${why}`));
  }
}
