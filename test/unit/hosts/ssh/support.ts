import type { EngineFacts } from '../../../../src/hosts/engine-facts.ts';
import type { DockerFacts, ServerFacts } from '../../../../src/hosts/ssh/facts.ts';
import { expand } from '../../../../src/hosts/ssh/unit.ts';
import type { WantedEngine } from '../../../../src/hosts/ssh/setup.ts';

export const DEBIAN = [
  ...['/usr/sbin/dockerd', '-H', 'fd://', '--containerd=/run/containerd/containerd.sock'],
  '$DOCKER_OPTS',
];

export function engineOf(overrides: Partial<EngineFacts> = {}): EngineFacts {
  return {
    ...{ id: 'ID', version: '20.10.24+dfsg1', api: '1.41', minApi: '1.12', liveRestore: false },
    ...{ os: 'linux', architecture: 'x86_64', driver: 'overlay2', swarm: [], ...overrides },
  };
}

export function dockerOf(
  overrides: Partial<DockerFacts> = {},
  variables: Record<string, string> = {},
): DockerFacts {
  const command = overrides.command ?? DEBIAN;
  return {
    command,
    arguments: expand(command, new Map(Object.entries(variables))),
    active: true,
    enabled: true,
    ownDropIn: false,
    later: [],
    cli: true,
    engine: engineOf(),
    daemonJson: undefined,
    running: [],
    ...overrides,
  };
}

export function factsOf(
  docker: DockerFacts | undefined,
  overrides: Partial<ServerFacts> = {},
): ServerFacts {
  return {
    machineId: '',
    hostname: 'a',
    os: { id: 'debian', version: '12', like: [] },
    architecture: 'x86_64',
    root: 'user',
    systemd: true,
    apt: true,
    clock: 0,
    sshAddress: '10.0.0.5',
    addresses: ['10.0.0.5', 'fd00::5'],
    listening: [],
    free: 1e10,
    firewall: undefined,
    docker,
    ...overrides,
  };
}

export function wantedOf(overrides: Partial<WantedEngine> = {}): WantedEngine {
  return {
    cluster: 'demo',
    port: 2376,
    labels: [],
    options: [],
    environment: [],
    registryMirrors: [],
    insecureRegistries: [],
    names: [],
    ...overrides,
  };
}
