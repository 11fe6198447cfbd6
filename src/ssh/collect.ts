import type { Readable } from 'node:stream';

/** What a stream has brought, up to a limit; the rest is read and forgotten. */
export interface Collected {
  readonly bytes: () => Buffer;
  readonly text: () => string;
  readonly truncated: () => boolean;
}

/** Reads a stream as it comes and keeps its beginning. */
export function collect(stream: Readable, limit: number): Collected {
  const chunks: Buffer[] = [];
  let kept = 0;
  let all = 0;
  stream.on('data', (chunk: Buffer) => {
    all += chunk.length;
    const part = chunk.subarray(0, limit - kept);
    kept += part.length;
    if (part.length > 0) chunks.push(part);
  });
  // How the process ended says more.
  stream.on('error', () => undefined);
  const bytes = () => Buffer.concat(chunks);
  return { bytes, text: () => bytes().toString('utf8'), truncated: () => all > limit };
}
