import { sayDuration } from '../../util/duration.ts';
import { CLOCK_ERROR, CLOCK_WARNING } from '../clock.ts';
import type { Finding } from '../check.ts';
import type { SeenHost } from './seen.ts';

type ClusterCheck = (hosts: readonly SeenHost[]) => Omit<Finding, 'check'>[];

/** Questions that take all hosts to answer, by their names. */
export const clusterChecks: Readonly<Record<string, ClusterCheck>> = {
  'same-host': (hosts) =>
    hosts.flatMap((seen, index) => {
      const twin = hosts.slice(0, index).find((other) => isSame(seen, other));
      return twin
        ? [
            {
              host: seen.name,
              level: 'error' as const,
              problem: `${seen.host.url} and ${twin.host.url} are the same host (or copies of one: the same ${isSameEngine(seen, twin) ? 'engine ID' : 'machine ID'})`,
              fix: 'leave one out; a copied machine needs an /etc/machine-id and an /var/lib/docker/engine-id (before 25: /etc/docker/key.json) of its own',
            },
          ]
        : [];
    }),

  architecture(hosts) {
    const known = hosts.flatMap(({ name, engine, facts }) => {
      const architecture = engine?.architecture ?? facts?.architecture;
      return architecture === undefined ? [] : [{ name, architecture: common(architecture) }];
    });
    const [first] = known;
    return known
      .filter(({ architecture }) => architecture !== first?.architecture)
      .map(({ name, architecture }) => ({
        host: name,
        level: 'error' as const,
        problem: `it is ${architecture}, and ${first?.name ?? ''} is ${first?.architecture ?? ''}: one swarm image serves all hosts`,
        fix: 'make a cluster of the hosts of each architecture',
      }));
  },

  clock: (hosts) =>
    hosts.flatMap(({ name, ahead }) => {
      const skew = Math.abs(ahead);
      if (!(skew > CLOCK_WARNING)) return [];
      return [
        {
          host: name,
          level: skew > CLOCK_ERROR ? ('error' as const) : ('warning' as const),
          problem: `its clock is ${sayDuration(skew)} ${ahead > 0 ? 'ahead of' : 'behind'} this machine's`,
          fix: 'set both clocks by NTP: certificates and the discovery TTL depend on them',
        },
      ];
    }),
};

function isSame(a: SeenHost, b: SeenHost): boolean {
  const id = a.facts?.machineId ?? '';
  return isSameEngine(a, b) || (id !== '' && id === b.facts?.machineId);
}

function isSameEngine(a: SeenHost, b: SeenHost): boolean {
  return a.engine !== undefined && a.engine.id === b.engine?.id;
}

/** `x86_64` as Docker calls it. */
function common(architecture: string): string {
  return { amd64: 'x86_64', arm64: 'aarch64' }[architecture] ?? architecture;
}
