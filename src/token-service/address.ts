import { isIPv4, isIPv6 } from 'node:net';

/** Longest `host:port`: a DNS name of 253 characters would make 259; swarm's own limit is none. */
const MAX_LENGTH = 261;
const MAX_NAME_LENGTH = 253;

/** One label of a DNS name. (RFC 1123 §2.1) */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

const DIGITS = /^\d+$/;

export interface HostAndPort {
  /** Name, IPv4 or IPv6 address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `host:port` taken apart, or a sentence that says what is wrong with it; port 0 counts. */
function parseHostAndPort(text: string): HostAndPort | string {
  if (text.length > MAX_LENGTH) return `an address has at most ${MAX_LENGTH} characters`;
  const colon = text.lastIndexOf(':');
  if (colon < 0) return 'an address must look like host:port; the port is missing';
  const [host, port] = [text.slice(0, colon), text.slice(colon + 1)];
  const bare = /^\[(.*)\]$/s.exec(host)?.[1];
  if (bare === undefined ? !isIPv4(host) && !isDnsName(host) : !isPlainIPv6(bare)) {
    return 'an address must begin with an IPv4 address, a DNS name, or an IPv6 address in brackets';
  }
  // Canonical, so that two texts never mean the same engine: 02376 and 2376.
  if (!DIGITS.test(port) || String(Number(port)) !== port || Number(port) > 65_535) {
    return 'the port of an address must be a decimal number from 1 to 65535 without leading zeros';
  }
  return { host: bare ?? host, port: Number(port) };
}

/**
 * What is wrong with an engine's address as a node registers it, as a sentence; undefined for a
 * good one. Good are an IPv4 address, a DNS name or `[IPv6]`, a colon, and a port from 1 to 65535.
 */
export function problemOfAddress(text: string): string | undefined {
  const parsed = parseHostAndPort(text);
  if (typeof parsed === 'string') return parsed;
  return parsed.port === 0 ? 'the port of an address must not be 0' : undefined;
}

/** The address to listen on; undefined when the text is none. Port 0 means any free port. */
export function parseListen(text: string): HostAndPort | undefined {
  const parsed = parseHostAndPort(text);
  return typeof parsed === 'string' ? undefined : parsed;
}

/** `host:port` with an IPv6 address in brackets. */
export function sayAddress({ host, port }: HostAndPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isDnsName(text: string): boolean {
  const labels = text.split('.');
  return (
    text.length <= MAX_NAME_LENGTH &&
    labels.every((label) => LABEL.test(label)) &&
    // A last label of digits makes an IPv4 address, here a malformed one such as 10.0.0.300.
    !DIGITS.test(labels.at(-1) ?? '')
  );
}

/** Without a zone (`fe80::1%eth0`), which means something on one host only. */
function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}
