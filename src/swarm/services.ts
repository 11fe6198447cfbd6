import { CREDENTIAL_FILES, credentialFolder, type CredentialSet } from '../cluster/credentials.ts';
import { AGENT_HEARTBEAT, AGENT_TTL, MANAGER_PORT } from '../cluster/limits.ts';
import {
  engineAddress,
  listenAddress,
  masterOf,
  type ClusterRecord,
  type Host,
} from '../cluster/record.ts';
import { optionName } from '../cluster/validate.ts';
import type { Wiring } from '../discovery/discovery.ts';
import type { Service } from '../hosts/service.ts';

export const MANAGER = 'swarm-manager';
export const AGENT = 'swarm-agent';

/**
 * Intervals that find a lost node in about half a minute without needless rescheduling: refreshes
 * well below the defaults of 30 to 60 s.
 */
const MANAGER_DEFAULTS = [
  'engine-refresh-min-interval=5s',
  'engine-refresh-max-interval=10s',
  'engine-failure-retry=3',
];

/** `swarm manage`, listening with TLS and verifying clients and engines alike. */
export function managerService(record: ClusterRecord, wiring: Wiring): Service {
  const folder = credentialFolder('manager');
  const { swarm, images } = record.spec;
  return {
    name: MANAGER,
    image: images.swarm,
    command: [
      'manage',
      '--host',
      `tcp://${listenAddress(masterOf(record), 'manager', MANAGER_PORT)}`,
      // Without them it speaks plain HTTP, to engines as well as to clients.
      ...(record.spec.insecure
        ? []
        : [
            '--tlsverify',
            `--tlscacert=${folder}/${CREDENTIAL_FILES.ca}`,
            `--tlscert=${folder}/${CREDENTIAL_FILES.certificate}`,
            `--tlskey=${folder}/${CREDENTIAL_FILES.key}`,
          ]),
      '--strategy',
      swarm.strategy,
      ...flags(
        [`heartbeat=${String(wiring.managerHeartbeat)}s`, ...MANAGER_DEFAULTS],
        swarm.managerOptions,
      ),
      ...discoveryFlags(wiring),
      wiring.url,
    ],
    ...(record.spec.tlsSans.length > 0 && { names: record.spec.tlsSans }),
    ...held(wiring, ...(record.spec.insecure ? [] : (['manager'] as const))),
  };
}

/** `swarm join`, registering one host's engine. */
export function agentService(record: ClusterRecord, host: Host, wiring: Wiring): Service {
  const { swarm, images } = record.spec;
  const { agentHeartbeat: heartbeat = AGENT_HEARTBEAT } = wiring;
  return {
    name: AGENT,
    image: images.swarm,
    command: [
      'join',
      '--advertise',
      engineAddress(host),
      ...flags(
        [`heartbeat=${String(heartbeat)}s`, `ttl=${String(AGENT_TTL)}s`],
        swarm.agentOptions,
      ),
      ...discoveryFlags(wiring),
      wiring.url,
    ],
    ...held(wiring),
  };
}

/** What a container is given of its host for the discovery, and the sets it needs besides. */
function held({ credentials, mounts, environment, revision }: Wiring, ...own: CredentialSet[]) {
  return {
    credentials: [...own, ...credentials],
    ...(mounts && { mounts }),
    ...(environment && { environment }),
    ...(revision !== undefined && { revision }),
  };
}

/** Defaults that swarm checks against another option: they go when the person sets that one. */
const FOLLOWS: Readonly<Record<string, string>> = {
  ttl: 'heartbeat',
  'engine-refresh-max-interval': 'engine-refresh-min-interval',
};

/** Our defaults without those the person set, then the person's own. */
function flags(defaults: readonly string[], chosen: readonly string[]): string[] {
  const names = new Set(chosen.map(optionName));
  const kept = defaults.map(optionName).filter((name) => {
    const leader = FOLLOWS[name];
    return !names.has(name) && !(leader !== undefined && names.has(leader));
  });
  return [...defaults.filter((option) => kept.includes(optionName(option))), ...chosen].map(
    (option) => `--${option.replace(/^--?/, '')}`,
  );
}

function discoveryFlags(wiring: Wiring): string[] {
  return wiring.options.map((option) => `--discovery-opt=${option}`);
}
