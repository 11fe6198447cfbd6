import { BlockList, isIP } from 'node:net';
import { joinPath, type StoreAddress } from '../stores/address.ts';
import { isDnsName } from '../util/dns-name.ts';

/** The URL of a store that exists, as swarm's discovery takes it. */
export interface StoreUrl {
  /** The kind of discovery. */
  readonly scheme: string;
  readonly addresses: readonly StoreAddress[];
  /** The addresses as they were written: `a:2379,b:2379`. */
  readonly servers: string;
  /** Without outer slashes; empty when there is none. */
  readonly path: string;
}

/** Reads a URL such as `etcd://a:2379,b:2379/team`, or says in a sentence what is wrong with it. */
export function parseStoreUrl(text: string): StoreUrl | string {
  const match = /^([a-z]+):\/\/([^/]*)(?:\/(.*))?$/.exec(text);
  if (!match) return `"${text}" does not look like kind://host:port/path`;
  const [, scheme = '', servers = '', path = ''] = match;
  // Not repeated: there may be a password in it.
  if (servers.includes('@')) return 'a URL with a user: swarm cannot give one to a store';
  const addresses = servers.split(',').map((text) => parseAddress(text, DEFAULT_PORTS[scheme]));
  const bad = addresses.find((address) => typeof address === 'string');
  if (bad !== undefined) return `"${text}": ${bad}`;
  if (/[^\w./~-]/.test(path) || path.split('/').some((part) => part === '.' || part === '..')) {
    return `"${text}": the path may consist of letters, digits, "-", "_", "." and "/"`;
  }
  return {
    scheme,
    addresses: addresses.filter((address) => typeof address !== 'string'),
    servers,
    path: joinPath(path),
  };
}

/** Where swarm knows one itself: a token service is spoken to over HTTPS. */
const DEFAULT_PORTS: Readonly<Record<string, string>> = { token: '443' };

function parseAddress(text: string, defaultPort = ''): StoreAddress | string {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text);
  const [, inBrackets, plain, digits = defaultPort] = match ?? [];
  const host = inBrackets ?? plain ?? '';
  const port = Number(digits);
  if (!match || port < 1 || port > 65_535) return `"${text}" must be HOST:PORT`;
  const valid =
    inBrackets === undefined
      ? isIP(host) === 4 || (isDnsName(host) && !host.includes('*'))
      : isIP(host) === 6 && !host.includes('%');
  if (!valid) return `"${host}" is neither an IP address nor a DNS name`;
  return { host, port };
}

const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8, 'ipv4');
OWN.addAddress('0.0.0.0', 'ipv4');
OWN.addAddress('::1', 'ipv6');
OWN.addAddress('::', 'ipv6');

/** Whether a store is addressed by what means another machine on every host. */
export function isLoopback({ host }: StoreAddress): boolean {
  if (isIP(host) === 0) return /(^|\.)localhost$/i.test(host);
  return OWN.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
