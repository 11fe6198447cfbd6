import { isIP, isIPv4 } from 'node:net';
import { SwarmctlError } from '../errors.ts';
import { isDnsName } from '../util/dns-name.ts';

/** A subject alternative name; `address` is what 4 or 16 bytes it has if it is an IP address. */
export interface SubjectName {
  readonly text: string;
  readonly address?: Buffer;
}

/** The distinct names, in the order of their first mention; fails on the first that is none. */
export function readSubjectNames(texts: readonly string[]): SubjectName[] {
  const names = texts.map(readSubjectName);
  return [...new Map(names.map((name) => [name.text, name])).values()];
}

/** The one spelling of an IP address that equal addresses share; any other text as it is. */
export function canonicalAddress(text: string): string {
  // A zone such as %eth0 means something on one host only and has no place in a certificate.
  if (isIP(text) !== 6 || text.includes('%')) return text;
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function readSubjectName(given: string): SubjectName {
  const text = canonicalAddress(given.toLowerCase());
  if (isIPv4(text)) return { text, address: Buffer.from(text.split('.').map(Number)) };
  if (isIP(text) === 6 && !text.includes('%')) return { text, address: bytesOfIPv6(text) };
  if (isDnsName(text)) return { text };
  throw new SwarmctlError(
    'USAGE',
    `cannot make a certificate for "${given}": it is neither an IP address nor a DNS name`,
  );
}

/** The bytes of an address in canonical spelling: hexadecimal groups with at most one `::`. */
function bytesOfIPv6(canonical: string): Buffer {
  const [head = [], tail = []] = canonical
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')));
  const zeros = new Array<string>(8 - head.length - tail.length).fill('0');
  const groups = [...head, ...zeros, ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
