import { statfs } from 'node:fs/promises';
import { compareApi } from '../cluster/limits.ts';
import { isOnThisMachine } from '../engine/endpoint.ts';
import { reasonOf } from '../errors.ts';
import { leftoversOf } from '../hosts/local/leftovers.ts';
import { containerName, volumeName } from '../hosts/local/names.ts';
import { runsOurNode } from '../images/runtime.ts';
import { limited } from '../util/abort.ts';
import { sayDuration } from '../util/duration.ts';
import type { Check, Surroundings } from './check.ts';
import { CLOCK_ERROR, CLOCK_WARNING } from './clock.ts';
import { isPortFree } from './choose.ts';
import { hasSubstitute } from './store-image.ts';
import { store } from './store-check.ts';

const MIB = 1024 * 1024;
/** Room for what a host writes besides its images, and for the first images. */
const DISK_PER_HOST = 200 * MIB;
const DISK_AT_ALL = 300 * MIB;

/** `CgroupnsMode`, without which an engine in a container does not find its cgroup. */
const OLDEST_OUTER_API = '1.41';

const REGISTRY_DEADLINE = 15_000;

const engine: Check = {
  name: 'engine',
  run({ outer, info, spec }) {
    const error = (problem: string, fix: string) => ({ level: 'error' as const, problem, fix });
    const findings = [];
    if (!isOnThisMachine(outer.endpoint) && spec.localAddress === null) {
      findings.push(
        error(
          `the engine at ${outer.url} is on another machine, and local hosts listen on its loopback address only`,
          'say at which of its addresses they should listen (--local-address), or use an engine of this machine: unset DOCKER_HOST, or docker context use default',
        ),
      );
    }
    if (info.OSType !== 'linux') {
      findings.push(
        error(`the engine runs ${info.OSType} containers`, 'switch it to Linux containers'),
      );
    }
    return Promise.resolve(findings);
  },
};

const api: Check = {
  name: 'api',
  run: ({ version }) =>
    Promise.resolve(
      compareApi(version.ApiVersion, OLDEST_OUTER_API) < 0
        ? [
            {
              level: 'error' as const,
              problem: `engine ${version.Version} speaks API ${version.ApiVersion}; local hosts need ${OLDEST_OUTER_API}`,
              fix: 'upgrade Docker Engine to 20.10 or later',
            },
          ]
        : [],
    ),
};

const ports: Check = {
  name: 'ports',
  run: async ({ further, spec: { ports } }) =>
    further || (await isPortFree(ports.manager))
      ? []
      : [
          {
            level: 'warning',
            problem: `port ${ports.manager} of this machine is in use, so the manager gets another one`,
            fix: 'swarmctl env finds it; to have that one, free it and create the cluster anew',
          },
        ],
};

const storage: Check = {
  name: 'storage',
  run: ({ info }) =>
    Promise.resolve(
      info.Driver === 'vfs'
        ? [
            {
              level: 'warning' as const,
              problem: 'the engine uses the storage driver vfs, which copies every layer',
              fix: 'use overlay2: see docker info and the storage-driver setting in daemon.json',
            },
          ]
        : [],
    ),
};

const disk: Check = {
  name: 'disk',
  async run({ info, hosts }) {
    const needed = DISK_AT_ALL + hosts.length * DISK_PER_HOST;
    // Unknown where the engine's folder is not this machine's, as with Docker Desktop.
    const { bavail, bsize } = await statfs(info.DockerRootDir).catch(() => ({
      bavail: Infinity,
      bsize: 1,
    }));
    const free = bavail * bsize;
    if (free >= needed) return [];
    return [
      {
        level: 'error',
        problem: `${info.DockerRootDir} has ${mib(free)} free; ${String(hosts.length)} hosts need about ${mib(needed)}`,
        fix: 'free disk space (docker system df shows what Docker holds), or create fewer nodes',
      },
    ];
  },
};

function mib(bytes: number): string {
  return `${String(Math.floor(bytes / MIB))} MiB`;
}

const images: Check = {
  name: 'images',
  async run({ outer, supply, spec, discovery: { kind, deployed }, info, signal }) {
    const { node, swarm, store } = spec.images;
    const replaceable =
      deployed && store !== null && hasSubstitute(store, deployed) && runsOurNode(info);
    const needed: [string, string][] = [
      ['node-image', node],
      ['swarm-image', swarm],
      ...(store === null || replaceable ? [] : [[`${kind}-image`, store] as [string, string]]),
    ];
    const findings = await Promise.all(
      needed.map(async ([flag, image]) => {
        if (await supply.localSource(image, signal)) return [];
        try {
          const deadline = limited(signal, REGISTRY_DEADLINE);
          const { auth } = await supply.credentials(image);
          await outer.findInRegistry(image, deadline, auth);
          return [];
        } catch (error) {
          signal.throwIfAborted();
          return [
            {
              level: 'error' as const,
              problem: `image ${image} is neither on the engine nor in an archive, and its registry says: ${reasonOf(error)}`,
              fix: `docker pull ${image}, or --image-archive FILE made by docker save, or another --${flag}`,
            },
          ];
        }
      }),
    );
    return findings.flat();
  },
};

const name: Check = {
  name: 'name',
  async run(surroundings) {
    const { outer, spec, further, signal } = surroundings;
    const left = further ? [] : await leftoversOf(outer, spec.name, signal);
    if (left.length > 0) {
      return [
        {
          level: 'error',
          problem: `the engine holds a cluster ${spec.name} that this machine's state does not know: ${left.join(', ')}`,
          fix: `swarmctl destroy ${spec.name}, or choose another name`,
        },
      ];
    }
    const foreign = await namesTaken(surroundings);
    if (foreign.length === 0) return [];
    return [
      {
        level: 'error',
        problem: `${foreign.join(', ')} ${foreign.length === 1 ? 'exists' : 'exist'}, and swarmctl did not make ${foreign.length === 1 ? 'it' : 'them'}`,
        fix: 'choose another name',
      },
    ];
  },
};

/** What bears a name that the cluster's hosts or network would have. */
async function namesTaken({
  outer,
  spec,
  hosts: names,
  further,
  signal,
}: Surroundings): Promise<string[]> {
  const network = `swarmctl-${spec.name}`;
  const [networks, ...hosts] = await Promise.all([
    further ? [] : outer.listNetworks(signal),
    ...names.map(async (host) => [
      ...((await outer.findContainer(containerName(host), signal))
        ? [`container ${containerName(host)}`]
        : []),
      ...((await outer.findVolume(volumeName(host), signal)) ? [`volume ${volumeName(host)}`] : []),
    ]),
  ]);
  const taken = networks.some(({ Name }) => Name === network) ? [`network ${network}`] : [];
  return [...hosts.flat(), ...taken];
}

const clock: Check = {
  name: 'clock',
  run({ info }) {
    const skew = Math.abs(Date.parse(info.SystemTime) - Date.now());
    if (!(skew > CLOCK_WARNING)) return Promise.resolve([]);
    return Promise.resolve([
      {
        level: skew > CLOCK_ERROR ? ('error' as const) : ('warning' as const),
        problem: `the engine's clock and this machine's differ by ${sayDuration(skew)}`,
        fix: 'set both clocks by NTP: certificates and the discovery TTL depend on them',
      },
    ]);
  },
};

/** Every check of local hosts, in the order in which they are reported. */
export const localChecks: readonly Check[] = [
  engine,
  api,
  name,
  images,
  store,
  ports,
  disk,
  storage,
  clock,
];
