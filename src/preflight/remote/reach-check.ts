import { openPort } from '../../hosts/reach/open-port.ts';
import { reachFromHere } from '../../hosts/reach/reach-from-here.ts';
import { HERE, reachPairs, type ReachPair } from '../../hosts/reach/reach-pairs.ts';
import { missing, sayReach, type Reach } from '../../hosts/reach/target.ts';
import { tryReach } from '../../hosts/reach/try-reach.ts';
import type { SshConnection } from '../../ssh/connection.ts';
import type { Finding } from '../check.ts';
import type { Wanted } from './host-checks.ts';
import type { SeenHost } from './seen.ts';

/**
 * Tries every way that matters between the hosts: from the master to the engines, from the nodes to
 * the store, from this machine to the manager. Nothing need listen yet: what is refused has been
 * reached. An engine at `tcp://` cannot be made to try.
 */
export async function reachFindings(
  hosts: readonly SeenHost[],
  wanted: Wanted,
  connectionOf: (host: SeenHost) => Promise<SshConnection>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const pairs = reachPairs({ hosts: hosts.map((seen) => inRecord(seen, wanted)) });
  const places = [...new Set(pairs.map(({ from }) => from))];
  const findings = await Promise.all(
    places.map(async (place) => {
      const mine = pairs.filter(({ from }) => from === place);
      const from = hosts.find(({ name }) => name === place);
      if (place !== HERE && !from?.facts) return [];
      const tried = from
        ? await tryFrom(await connectionOf(from), mine, signal)
        : await reachFromHere(mine, signal);
      return mine.flatMap((pair, index) => judge(pair, tried[index], hosts));
    }),
  );
  return findings.flat();
}

function tryFrom(
  connection: SshConnection,
  targets: readonly ReachPair[],
  signal: AbortSignal,
): Promise<Reach[]> {
  return tryReach(
    (command, stdin, limit) => connection.run(command, { stdin, signal: limit }),
    targets,
    signal,
  );
}

/** A host as the record will have it. */
function inRecord({ name, host: { master }, reached }: SeenHost, { spec, storePort }: Wanted) {
  return {
    ...{ name, master, node: spec.scheduleOnMaster || !master, address: reached.advertise },
    ports: {
      engine: reached.enginePort,
      ...(master && { manager: spec.ports.manager, store: storePort }),
    },
    reach: { host: reached.address },
  };
}

function judge(
  { from, fromAddress, to, port, purpose }: ReachPair,
  reach: Reach | undefined,
  hosts: readonly SeenHost[],
): Finding[] {
  if (!reach || reach.outcome === 'open' || reach.outcome === 'refused') return [];
  const found = { check: 'reach', host: to };
  if (from === HERE) {
    // swarmctl goes through ssh; others will not.
    const problem = `${sayReach(reach)}, so the docker CLI on this machine will not reach ${purpose}`;
    return [{ ...found, level: 'warning', problem, fix: letIn(to, port, [fromAddress], hosts) }];
  }
  const problem = `${sayReach(reach)}, asked from ${from}, which has to reach ${purpose}`;
  if (reach.outcome === 'unknown') {
    const fix = 'if nodes stay Pending, look whether a firewall is in between';
    return [{ ...found, level: 'warning', problem, fix }];
  }
  const fix =
    missing(reach.words) === undefined
      ? letIn(to, port, [fromAddress], hosts)
      : 'give it an address that the others know: advertise in the cluster file';
  return [{ ...found, level: 'error', problem, fix }];
}

function letIn(
  to: string,
  port: number,
  from: readonly (string | undefined)[],
  hosts: readonly SeenHost[],
): string {
  const firewall = hosts.find(({ name }) => name === to)?.facts?.firewall;
  return firewall
    ? `on it: ${openPort(firewall, port, from)}`
    : `let port ${port} through: no firewall was seen on the host itself, so look at the network's (a cloud's security group)`;
}
