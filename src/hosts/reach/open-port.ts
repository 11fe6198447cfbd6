import { isIP } from 'node:net';
import type { ServerFacts } from '../ssh/facts.ts';

/**
 * The commands, for a shell of the host, that open a TCP port in its firewall: for the given
 * addresses, or for everybody when one of them is unknown or a name, which firewalls do not take.
 * Chains of nftables have any name; those of the commands are the ones of distributions.
 */
export function openPort(
  firewall: NonNullable<ServerFacts['firewall']>,
  port: number,
  from: readonly (string | undefined)[],
): string {
  const sources = sourcesOf(from);
  switch (firewall) {
    case 'ufw':
      return sources
        .map(
          ({ address }) => `sudo ufw allow from ${address ?? 'any'} to any port ${port} proto tcp`,
        )
        .join(' && ');
    case 'firewalld': {
      const rules = sources.map(({ family, address }) =>
        address === undefined
          ? `--add-port=${port}/tcp`
          : `--add-rich-rule='rule family="ipv${family}" source address="${address}" port port="${port}" protocol="tcp" accept'`,
      );
      return `sudo firewall-cmd --permanent ${rules.join(' ')} && sudo firewall-cmd --reload`;
    }
    case 'iptables':
      return sources
        .map(({ family, address }) => {
          const source = address === undefined ? '' : ` -s ${address}`;
          return `sudo ${family === 6 ? 'ip6tables' : 'iptables'} -I INPUT -p tcp${source} --dport ${port} -j ACCEPT`;
        })
        .join(' && ');
    case 'nftables':
      return sources
        .map(({ family, address }) => {
          const source =
            address === undefined ? '' : `${family === 6 ? 'ip6' : 'ip'} saddr ${address} `;
          return `sudo nft insert rule inet filter input ${source}tcp dport ${port} accept`;
        })
        .join(' && ');
  }
}

interface Source {
  readonly family: 4 | 6;
  /** Undefined: everybody. */
  readonly address: string | undefined;
}

function sourcesOf(from: readonly (string | undefined)[]): Source[] {
  const sources = [...new Set(from)].map((address): Source | undefined => {
    const family = isIP(address ?? '');
    return family === 4 || family === 6 ? { family, address } : undefined;
  });
  const known = sources.filter((source) => source !== undefined);
  return known.length < sources.length ? [{ family: 4, address: undefined }] : known;
}
