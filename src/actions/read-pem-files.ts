import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClusterSpec } from '../cluster/spec.ts';
import { reasonOf } from '../errors.ts';

/** Paths of the PEM files by which a store that exists is reached. */
export interface PemFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * What the files hold, for the spec, and what is wrong with them, a sentence each. The flags are
 * named with the prefix: `discovery-` of `--discovery-ca`.
 */
export async function readPemFiles(
  files: PemFiles,
  prefix: string,
): Promise<{ tls: ClusterSpec['discoveryTls']; problems: string[] }> {
  const problems: string[] = [];
  const read = async (flag: keyof PemFiles, check: (text: string) => unknown) => {
    const file = files[flag];
    if (file === undefined) return null;
    try {
      const text = await readFile(file, 'utf8');
      check(text);
      return text;
    } catch (error) {
      problems.push(`--${prefix}${flag} ${file}: ${reasonOf(error)}`);
      return null;
    }
  };
  const certificate = (text: string) => new X509Certificate(text);
  const [ca, cert, key] = await Promise.all([
    read('ca', certificate),
    read('cert', certificate),
    read('key', createPrivateKey),
  ]);
  if (problems.length > 0) return { tls: null, problems };
  if ((cert === null) !== (key === null)) {
    problems.push(`--${prefix}cert and --${prefix}key go together`);
  } else if (cert !== null && key !== null && !belongTogether(cert, key)) {
    problems.push(`--${prefix}key is not the key of --${prefix}cert`);
  }
  if (ca === null && cert !== null) problems.push(`--${prefix}cert needs --${prefix}ca as well`);
  return { tls: ca === null ? null : { ca, cert, key }, problems };
}

function belongTogether(cert: string, key: string): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}
