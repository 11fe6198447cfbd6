import { BlockList, isIP } from 'node:net';
import { isDnsName } from '../util/dns-name.ts';

/** Addresses that every host takes for itself. */
const OWN = new BlockList();
OWN.addSubnet('127.0.0.0', 8, 'ipv4');
OWN.addAddress('0.0.0.0', 'ipv4');
OWN.addAddress('::1', 'ipv6');
OWN.addAddress('::', 'ipv6');

/** Why other hosts cannot reach a host by an address, to follow where it was given. */
export function addressFault(address: string): string | undefined {
  const family = isIP(address);
  if (family === 0 && (address.includes('*') || !isDnsName(address))) {
    return `"${address}" is neither an IP address nor a DNS name`;
  }
  // A zone (`fe80::1%eth0`) means something on one host only.
  if (address.includes('%')) return `"${address}" has a zone, which other hosts do not know`;
  const own =
    family === 0
      ? /(^|\.)localhost$/i.test(address)
      : OWN.check(address, family === 6 ? 'ipv6' : 'ipv4');
  return own ? `"${address}" means the host itself on every host` : undefined;
}
