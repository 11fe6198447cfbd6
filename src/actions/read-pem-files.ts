import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClusterSpec } from '../cluster/spec.ts';
import { reasonOf } from '../errors.ts';

/** Paths of the PEM files by which a store or an engine that exists is reached. */
export interface PemFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * What the files hold, for the spec, and what is wrong with them, a sentence each. They are named
 * as `names` has it, or by flags with a prefix: `discovery-` of `--discovery-ca`.
 */
export async function readPemFiles(
  files: PemFiles,
  names: string | Readonly<Record<keyof PemFiles, string>>,
): Promise<{ tls: ClusterSpec['discoveryTls']; problems: string[] }> {
  const problems: string[] = [];
  const name = (part: keyof PemFiles) =>
    typeof names === 'string' ? `--${names}${part}` : names[part];
  const read = async (part: keyof PemFiles, check: (text: string) => unknown) => {
    const file = files[part];
    if (file === undefined) return null;
    try {
      const text = await readFile(file, 'utf8');
      check(text);
      return text;
    } catch (error) {
      problems.push(`${name(part)} ${file}: ${reasonOf(error)}`);
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
    problems.push(`${name('cert')} and ${name('key')} go together`);
  } else if (cert !== null && key !== null && !belongTogether(cert, key)) {
    problems.push(`${name('key')} is not the key of ${name('cert')}`);
  }
  if (ca === null && cert !== null) problems.push(`${name('cert')} needs ${name('ca')} as well`);
  return { tls: ca === null ? null : { ca, cert, key }, problems };
}

function belongTogether(cert: string, key: string): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}
