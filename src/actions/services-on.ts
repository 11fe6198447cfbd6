import type { Host } from '../cluster/record.ts';
import type { World } from '../steps/world.ts';
import { AGENT, MANAGER } from '../swarm/services.ts';

/** Names of our containers on a host, those that others build on first. */
export function servicesOn(host: Host, { record, discovery }: World): string[] {
  const { deployed, agents } = discovery;
  return [
    ...(host.master && deployed ? [deployed.service(record).name] : []),
    ...(host.master ? [MANAGER] : []),
    ...(host.node && agents ? [AGENT] : []),
  ];
}
