import type { HostSpec } from '../../../../src/cluster/spec.ts';
import type { DockerFacts, ServerFacts } from '../../../../src/hosts/ssh/facts.ts';
import { engineOf } from '../../hosts/ssh/support.ts';
import type { SeenEngine, SeenHost } from '../../../../src/preflight/remote/seen.ts';

const ofEngine = engineOf({ id: 'ID-1', version: '20.10.24' });

export const docker: DockerFacts = {
  command: ['/usr/sbin/dockerd', '-H', 'fd://'],
  arguments: ['/usr/sbin/dockerd', '-H', 'fd://'],
  active: true,
  enabled: true,
  later: [],
  ownDropIn: false,
  cli: true,
  engine: ofEngine,
  daemonJson: undefined,
  running: [],
};

const facts: ServerFacts = {
  machineId: 'm1',
  hostname: 'web1',
  os: { id: 'debian', version: '12', like: [] },
  architecture: 'x86_64',
  root: 'user',
  systemd: true,
  apt: true,
  clock: 1_700_000_000,
  sshAddress: '10.0.0.1',
  addresses: ['10.0.0.1'],
  listening: [{ port: 22, program: 'sshd' }],
  free: 10 ** 10,
  firewall: undefined,
  docker,
};

const engine: SeenEngine = { ...ofEngine, claim: undefined };

interface Changes {
  readonly name?: string;
  readonly host?: Partial<HostSpec>;
  readonly facts?: Partial<ServerFacts>;
  readonly engine?: Partial<SeenEngine>;
  readonly ahead?: number;
}

/** A server that has nothing against it, with changes. */
export function server(changes: Changes = {}): SeenHost {
  const { name = 'demo-m', host, ahead = 0 } = changes;
  return {
    name,
    host: {
      ...{ url: 'ssh://root@10.0.0.1', master: name === 'demo-m', address: null, advertise: null },
      ...{ labels: [], options: [], tls: null, ...host },
    },
    reached: { advertise: '10.0.0.1', address: '10.0.0.1', enginePort: 2376 },
    facts: { ...facts, ...changes.facts },
    engine: { ...engine, ...changes.engine },
    ahead,
  };
}

/** The same without anything but an engine. */
export function listening(changes: Changes = {}): SeenHost {
  return {
    ...server({ ...changes, host: { url: 'tcp://10.0.0.1:2376', ...changes.host } }),
    facts: undefined,
  };
}
