import type { ServerFacts } from './facts.ts';
import type { Report } from './report.ts';

const LISTENING = '0A';
const INTERNAL = /^(lo|docker\d+|docker_gwbridge|br-[0-9a-f]+|veth.*)$/;

/** From /proc/net/tcp and tcp6, with the programs that ss, where there is one, may see. */
export function listeningOf(report: Report): ServerFacts['listening'] {
  const programs = new Map<number, string>();
  for (const line of (report.text('ss') ?? '').split('\n')) {
    const port = /^LISTEN\s+\d+\s+\d+\s+\S+:(\d+)\s/.exec(line)?.[1];
    const program = /users:\(\("([^"]*)"/.exec(line)?.[1];
    if (port !== undefined && program !== undefined) programs.set(Number(port), program);
  }
  const ports = (report.text('tcp') ?? '').split('\n').flatMap((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return state === LISTENING ? [parseInt(local?.split(':')[1] ?? '', 16)] : [];
  });
  return [...new Set(ports)]
    .sort((a, b) => a - b)
    .map((port) => ({ port, program: programs.get(port) ?? '' }));
}

export function addressesOf(report: Report): string[] {
  const ways = [ofInterfaces(report), ofHostname(report), ofKernel(report)];
  const found = ways.find((addresses) => addresses.length > 0) ?? [];
  return [...new Set(found)].filter((address) => !/^(127\.|::1$|fe80:)/i.test(address));
}

/** Of `ip -o addr show`. */
function ofInterfaces(report: Report): string[] {
  return (report.text('interfaces') ?? '').split('\n').flatMap((line) => {
    const [, name = '', address] = /^\d+:\s+([^\s@]+)\S*\s+inet6?\s+([^\s/]+)/.exec(line) ?? [];
    return address === undefined || INTERNAL.test(name) ? [] : [address];
  });
}

/** Of `hostname -I`, which names no interfaces: what Docker takes for its bridges is left out. */
function ofHostname(report: Report): string[] {
  return report
    .line('addresses')
    .split(/\s+/)
    .filter((address) => address !== '' && !/^172\.17\.0\.1$/.test(address));
}

/** Of /proc/net/fib_trie and /proc/net/if_inet6. */
function ofKernel(report: Report): string[] {
  const four = [...(report.text('trie') ?? '').matchAll(/(\S+)\n\s+\/32 host LOCAL/g)];
  const six = (report.text('inet6') ?? '').split('\n').flatMap((line) => {
    const [digits = '', , , , , name = ''] = line.trim().split(/\s+/);
    const groups = digits.match(/.{4}/g)?.map((group) => group.replace(/^0{1,3}/, ''));
    return groups === undefined || INTERNAL.test(name) ? [] : [compress(groups)];
  });
  return [...four.map(([, address = '']) => address), ...six].filter(
    (address) => address !== '172.17.0.1',
  );
}

/** The longest row of zeros as `::`, as addresses are written (RFC 5952). */
function compress(groups: readonly string[]): string {
  const text = groups.join(':');
  const rows = [...text.matchAll(/(?<=^|:)0(?::0)+(?=$|:)/g)].map(([row]) => row);
  const longest = rows.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  return text.replace(new RegExp(`(^|:)${longest}(:|$)`), '::');
}
