import { shortToken } from './token.ts';

/** Takes one line without its line feed. */
export type LogSink = (line: string) => void;

const LONGEST_PATH = 200;
/** Milliseconds in which messages of one kind are summed up. */
const SPARING_INTERVAL = 1000;

/** Puts the time before a message and writes what could forge a line or move a terminal's cursor as `\u{…}`. */
export function logger(sink: LogSink): (message: string) => void {
  return (message) => {
    sink(`${new Date().toISOString()} ${printable(message)}`);
  };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x5b\x5d-\x7e…]/gu, (character) =>
    character === '\\' ? '\\\\' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A request's path with all that is or may be a token shortened, a mistyped one included. */
export function shortPath(url: string): string {
  const short = url
    .replace(/(\/clusters\/)([^/?#]{7,})/gi, (_all, before: string, token: string) =>
      before.concat(shortToken(token)),
    )
    .replace(/[0-9a-z%]{16,}/gi, shortToken);
  return short.length > LONGEST_PATH ? `${short.slice(0, LONGEST_PATH)}…` : short;
}

/** One line of a request: `10.0.0.3 GET /v1/clusters/14f2d1… 200 0.4 ms`, and a reason or a note. */
export function sayRequest(request: {
  readonly client: string;
  readonly method: string;
  readonly url: string;
  /** 0 when the client left before it was answered. */
  readonly status: number;
  readonly milliseconds: number;
  readonly note?: string | undefined;
}): string {
  const { client, method, url, status, milliseconds, note } = request;
  const outcome = status === 0 ? '-' : String(status);
  const line = `${client} ${method} ${shortPath(url)} ${outcome} ${milliseconds.toFixed(1)} ms`;
  return note === undefined ? line : `${line}: ${note}`;
}

/**
 * A log for what strangers can cause as often as they like: the first message of a second is
 * written, and with the first one after it how many were left out.
 */
export function sparing(
  log: (message: string) => void,
  now = () => performance.now(),
): (message: string) => void {
  let until = -Infinity;
  let skipped = 0;
  return (message) => {
    if (now() < until) {
      skipped += 1;
      return;
    }
    until = now() + SPARING_INTERVAL;
    log(skipped > 0 ? `${message} (and ${skipped} more before that)` : message);
    skipped = 0;
  };
}
