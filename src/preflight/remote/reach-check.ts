import { createConnection } from 'node:net';
import type { SshConnection } from '../../ssh/connection.ts';
import type { ServerFacts } from '../../hosts/ssh/facts.ts';
import { sayReach, tryReach, type Reach, type Target } from '../../hosts/reach/try-reach.ts';
import type { Finding } from '../check.ts';
import type { Wanted } from './host-checks.ts';
import type { SeenHost } from './seen.ts';

const HERE_DEADLINE = 4000;

/** A way that packets must find. */
interface Way {
  readonly from: SeenHost;
  readonly to: SeenHost;
  readonly target: Target;
  readonly purpose: string;
}

/**
 * Tries every way that matters between the hosts: from the master to the engines, from the nodes to
 * the store. Nothing need listen yet: what is refused has been reached. An engine at `tcp://` cannot
 * be made to try.
 */
export async function reachFindings(
  hosts: readonly SeenHost[],
  wanted: Wanted,
  connectionOf: (host: SeenHost) => Promise<SshConnection>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const ways = waysBetween(hosts, wanted);
  const starts = [...new Set(ways.map(({ from }) => from))];
  const findings = await Promise.all([
    ...starts.map(async (from) => {
      const mine = ways.filter((way) => way.from === from);
      const targets = mine.map(({ target }) => target);
      const tried = await tryReach(await connectionOf(from), targets, signal);
      return mine.flatMap((way, index) => judge(way, tried[index]));
    }),
    managerFromHere(hosts, wanted),
  ]);
  return findings.flat();
}

function waysBetween(hosts: readonly SeenHost[], { storePort }: Wanted): Way[] {
  const master = hosts.find(({ host }) => host.master);
  if (!master) return [];
  const others = hosts.filter((each) => each !== master);
  return [
    ...others.map((to) => ({
      from: master,
      to,
      target: { host: to.reached.advertise, port: to.reached.enginePort },
      purpose: 'the manager to its engine',
    })),
    ...others.flatMap((from) =>
      storePort === undefined
        ? []
        : [
            {
              from,
              to: master,
              target: { host: master.reached.advertise, port: storePort },
              purpose: 'an agent to the store',
            },
          ],
    ),
  ].filter(({ from }) => from.facts !== undefined);
}

function judge({ from, to, target, purpose }: Way, reach: Reach | undefined): Finding[] {
  if (!reach || reach.outcome === 'open' || reach.outcome === 'refused') return [];
  const blocked = reach.outcome === 'blocked';
  return [
    {
      check: 'reach',
      host: to.name,
      level: blocked ? 'error' : 'warning',
      problem: `${sayReach(reach)}, asked from ${from.name}: it is the way of ${purpose}`,
      fix: blocked
        ? openPort(to.facts?.firewall, from.reached.advertise, target.port)
        : 'if nodes stay Pending, look whether a firewall is in between',
    },
  ];
}

/** The command that lets one host in, for the firewall that the other has. */
export function openPort(firewall: ServerFacts['firewall'], from: string, port: number): string {
  const family = from.includes(':') ? 'ipv6' : 'ipv4';
  switch (firewall) {
    case 'ufw':
      return `on it: ufw allow from ${from} to any port ${port} proto tcp`;
    case 'firewalld':
      return `on it: firewall-cmd --permanent --add-rich-rule='rule family=${family} source address=${from} port port=${port} protocol=tcp accept' && firewall-cmd --reload`;
    case 'iptables':
      return `on it: ${family === 'ipv6' ? 'ip6tables' : 'iptables'} -I INPUT -p tcp -s ${from} --dport ${port} -j ACCEPT`;
    case 'nftables':
      return `on it: nft insert rule inet filter input ${family === 'ipv6' ? 'ip6' : 'ip'} saddr ${from} tcp dport ${port} accept`;
    case undefined:
      return `let ${from} reach port ${port}: no firewall was seen on the host itself, so look at the network's (a cloud's security group)`;
  }
}

/** swarmctl goes through ssh; the docker CLI will not. */
async function managerFromHere(hosts: readonly SeenHost[], { spec }: Wanted): Promise<Finding[]> {
  const master = hosts.find(({ host }) => host.master);
  if (!master) return [];
  const target = { host: master.reached.address, port: spec.ports.manager };
  if (await isReached(target)) return [];
  return [
    {
      check: 'reach',
      host: master.name,
      level: 'warning',
      problem: `port ${target.port} of ${target.host} does not answer from this machine, so the docker CLI here will not reach the manager`,
      fix: openPort(master.facts?.firewall, "this machine's address", target.port),
    },
  ];
}

function isReached(target: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(target);
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.setTimeout(HERE_DEADLINE, () => {
      end(false);
    });
    socket.once('connect', () => {
      end(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      end(error.code === 'ECONNREFUSED');
    });
  });
}
