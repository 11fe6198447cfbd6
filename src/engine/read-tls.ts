import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SwarmctlError, reasonOf } from '../errors.ts';
import type { TlsClient } from './endpoint.ts';

const FILES = ['ca.pem', 'cert.pem', 'key.pem'] as const;

/** The TLS files of a folder by their usual names, of which those that are not there are undefined. */
async function readFiles(folder: string, source: string): Promise<(string | undefined)[]> {
  const read = async (file: string) => {
    try {
      return await readFile(path.join(folder, file), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(folder, source, reasonOf(error), error);
    }
  };
  return Promise.all(FILES.map(read));
}

/** The TLS files of a folder; fails when one of them is missing. */
export async function readTls(folder: string, source: string): Promise<TlsClient> {
  const tls = await findTls(folder, source);
  if (!tls) throw unreadable(folder, source, 'there are none');
  return tls;
}

/** The same; undefined when the folder has none of them. */
export async function findTls(folder: string, source: string): Promise<TlsClient | undefined> {
  const texts = await readFiles(folder, source);
  const [ca, cert, key] = texts;
  if (ca !== undefined && cert !== undefined && key !== undefined) return { ca, cert, key };
  if (texts.every((text) => text === undefined)) return undefined;
  const missing = FILES.filter((_, index) => texts[index] === undefined);
  throw unreadable(folder, source, `${missing.join(' and ')} missing`);
}

function unreadable(
  folder: string,
  source: string,
  reason: string,
  cause?: unknown,
): SwarmctlError {
  return new SwarmctlError(
    'ENGINE_UNREACHABLE',
    `the TLS files of ${source} cannot be read from ${folder}: ${reason}`,
    {
      cause,
      suggestions: [
        'an engine is reached with ca.pem, cert.pem and key.pem: its CA, and a client certificate with its key',
      ],
    },
  );
}
