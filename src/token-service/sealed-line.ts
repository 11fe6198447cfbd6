import { createHash } from 'node:crypto';

const DIGITS = 16;

/** A value as one line of JSON behind its checksum, by which a damaged line is told from a whole one. */
export function seal(value: unknown): string {
  const json = JSON.stringify(value);
  return `${checksumOf(json)} ${json}\n`;
}

/** The value of a line without its line feed; undefined when the line is not as it was written. */
export function unseal(line: Buffer): unknown {
  const text = line.toString('utf8');
  const json = text.slice(DIGITS + 1);
  if (text[DIGITS] !== ' ' || checksumOf(json) !== text.slice(0, DIGITS)) return undefined;
  return JSON.parse(json);
}

function checksumOf(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, DIGITS);
}
