import { compareApi, SWARM_ENGINE_API } from '../../cluster/limits.ts';
import { engineWith } from '../../cluster/lay-out.ts';
import type { ClusterSpec } from '../../cluster/spec.ts';
import { engineSetup } from '../../hosts/ssh/engine-setup.ts';
import { installProblem } from '../../hosts/ssh/install-problem.ts';
import type { Finding } from '../check.ts';
import type { SeenHost } from './seen.ts';

/** What the checks of one host are told besides what was seen of it. */
export interface Wanted {
  readonly spec: ClusterSpec;
  /** The port of the store on the master; undefined when none is deployed. */
  readonly storePort: number | undefined;
}

type HostCheck = (seen: SeenHost, wanted: Wanted) => Omit<Finding, 'check' | 'host'>[];

const MIB = 1024 * 1024;
/** Room for the images of swarm and a store, and for what they write. */
const NEEDED_DISK = 200 * MIB;

const error = (problem: string, fix: string) => [{ level: 'error' as const, problem, fix }];
const warning = (problem: string, fix: string) => [{ level: 'warning' as const, problem, fix }];

/** Questions about a host by itself, by their names. */
export const hostChecks: Readonly<Record<string, HostCheck>> = {
  root: ({ facts }) =>
    typeof facts?.root === 'object'
      ? error(
          `commands cannot be run as root: ${facts.root.refused}`,
          "connect as root (--ssh-user root), or allow it: echo 'USER ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/zz-swarmctl",
        )
      : [],

  packages({ facts }, { spec }) {
    const found = facts && installProblem(facts, spec.engine.install);
    return found ? error(found.problem, found.fix) : [];
  },

  systemd: ({ facts }) =>
    facts && !facts.systemd && facts.docker
      ? error(
          'it does not run systemd, by which swarmctl configures Docker',
          'let its engine listen with TLS and name it tcp://HOST:2376',
        )
      : [],

  'engine-config'({ host, facts }, { spec }) {
    if (!facts) return [];
    const own = { cluster: spec.name, port: spec.ports.engine, names: spec.tlsSans };
    const wanted = { ...own, ...engineWith(spec, host) };
    return engineSetup(facts, wanted).problems.flatMap(({ problem, fix }) => error(problem, fix));
  },

  'engine-version'({ engine, facts }) {
    if (!engine) return [];
    const { version, api, minApi } = engine;
    if (compareApi(api, SWARM_ENGINE_API) < 0) {
      return error(
        `engine ${version} speaks API ${api} at most, and swarm speaks ${SWARM_ENGINE_API}`,
        'upgrade Docker Engine to 17.09 or later',
      );
    }
    // On a server it is lowered with the rest of the configuration.
    if (!facts && compareApi(minApi, SWARM_ENGINE_API) > 0) {
      return error(
        `engine ${version} wants API ${minApi} at least, and swarm speaks ${SWARM_ENGINE_API}`,
        'start dockerd with DOCKER_MIN_API_VERSION=1.24 in its environment',
      );
    }
    return [];
  },

  'foreign-swarm'({ engine, host }, { spec }) {
    if (!engine) return [];
    if (engine.claim !== undefined) {
      return engine.claim === spec.name
        ? error(
            `it belongs to a cluster ${spec.name} that this machine's state does not know`,
            `look at it with swarmctl status --host ${host.url}, remove it with swarmctl destroy --host ${host.url}, or choose another name`,
          )
        : error(
            `it belongs to cluster ${engine.claim}`,
            `swarmctl destroy ${engine.claim}, or leave the host out`,
          );
    }
    const names = engine.swarm.map(({ name }) => name);
    return names.length === 0
      ? []
      : error(
          `it is part of another swarm: container ${names.join(', ')}`,
          'remove these containers, or leave the host out',
        );
  },

  ports({ facts, host }, { spec, storePort }) {
    if (!facts) return [];
    const wanted: [number | undefined, string, RegExp | undefined][] = [
      // Not every host says who listens, and systemd does for an engine that it starts.
      [spec.ports.engine, 'its engine', /^(dockerd|systemd)?$/],
      ...(host.master
        ? ([
            [spec.ports.manager, 'the manager', undefined],
            [storePort, 'the store', undefined],
          ] as [number | undefined, string, undefined][])
        : []),
    ];
    return wanted.flatMap(([port, what, mayBe]) => {
      const taken = facts.listening.find((each) => each.port === port);
      if (!taken || mayBe?.test(taken.program)) return [];
      const by = taken.program === '' ? '' : ` by ${taken.program}`;
      return error(
        `port ${String(port)}, for ${what}, is taken${by}`,
        'free it, or choose another: --engine-port, --manager-port, --store-port',
      );
    });
  },

  disk: ({ facts }) =>
    facts && facts.free < NEEDED_DISK
      ? error(
          `Docker's disk has ${mib(facts.free)} free, and about ${mib(NEEDED_DISK)} are needed`,
          'free disk space: docker system df shows what Docker holds',
        )
      : [],

  'storage-driver': ({ engine }) =>
    engine?.driver === 'vfs'
      ? warning(
          'its engine uses the storage driver vfs, which copies every layer',
          'use overlay2: see the storage-driver setting in daemon.json',
        )
      : [],

  os: ({ engine }) =>
    engine && engine.os !== 'linux'
      ? error(`its engine runs ${engine.os} containers`, 'use a Linux host')
      : [],
};

function mib(bytes: number): string {
  return `${String(Math.floor(bytes / MIB))} MiB`;
}
