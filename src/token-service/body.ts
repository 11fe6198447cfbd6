import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** Bytes; the longest address has 261. */
const LARGEST_BODY = 1024;
/** Bytes that are read and forgotten, so that the client comes to read why it is refused. */
const LARGEST_WASTE = 64 * 1024;

export interface Body {
  readonly text: () => Promise<string>;
  /** Ends the wait for the rest, if there is one; false when the request was complete. */
  readonly abort: (reason: Refusal) => boolean;
}

/** The body of a request, to be read at most once. */
export function bodyOf(request: IncomingMessage): Body {
  let fail: ((reason: Refusal) => void) | undefined;
  return {
    text: () =>
      new Promise((resolve, reject) => {
        const parts: Buffer[] = [];
        let size = 0;
        fail = reject;
        request.on('data', (part: Buffer) => {
          size += part.length;
          if (size <= LARGEST_BODY) parts.push(part);
          else if (size > LARGEST_WASTE) reject(tooLarge());
        });
        request.on('end', () => {
          fail = undefined;
          if (size > LARGEST_BODY) reject(tooLarge());
          else resolve(Buffer.concat(parts).toString('utf8'));
        });
        // Without effect after "end".
        request.on('close', () => {
          reject(new Refusal(400, 'the client left before it had sent its request'));
        });
      }),
    abort(reason) {
      fail?.(reason);
      return fail !== undefined;
    },
  };
}

/** @throws {Refusal} 413 when the request announces more than is read at all */
export function checkAnnouncedSize(request: IncomingMessage): void {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_WASTE) throw tooLarge();
}

function tooLarge(): Refusal {
  return new Refusal(413, `the body of a request has at most ${LARGEST_BODY} bytes`);
}
