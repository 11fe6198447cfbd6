import { credentialFolder, type CredentialSet } from '../cluster/credentials.ts';
import type { ContainerOptions } from '../engine/engine.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import { digest } from '../util/digest.ts';
import { LABEL } from './labels.ts';

/** A long-running container of ours on a host: store, agent or manager. */
export interface Service {
  /** Container name on its host. */
  readonly name: string;
  readonly image: string;
  /** Set where images disagree on their entrypoint. */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  /** Credential sets it is given, read-only, at the paths they have on the host. */
  readonly credentials: readonly CredentialSet[];
  /** Further files and folders of the host that it is given, read-only: `from:to`, or a path. */
  readonly mounts?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Further names in the certificate that it shows: with others it is made anew. */
  readonly names?: readonly string[];
  /** Of the files that it holds itself, likewise. */
  readonly revision?: string;
  /** Where it keeps data that outlives the container. */
  readonly volume?: { readonly name: string; readonly path: string };
}

/**
 * How a service runs: on the host's own network, so that what the host can reach the service can
 * reach (docs/decisions/0005-host-network.md), and started again by its engine whenever it ends. Its
 * files are those of its host, or held by the container (`filesInside`).
 */
export function serviceOptions(
  service: Service,
  cluster: string,
  files: 'mounted' | 'held' = 'mounted',
): ContainerOptions {
  return {
    name: service.name,
    Image: service.image,
    ...(service.entrypoint && { Entrypoint: [...service.entrypoint] }),
    Cmd: [...service.command],
    Env: Object.entries(service.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: { [LABEL.cluster]: cluster, [LABEL.config]: digest(JSON.stringify(service)) },
    HostConfig: {
      Binds: [
        ...(files === 'mounted'
          ? [...sources(service)].map(([from, to]) => `${from}:${to}:ro`)
          : []),
        ...(service.volume ? [`${service.volume.name}:${service.volume.path}`] : []),
      ],
      NetworkMode: 'host',
      // With the engine, unless `swarmctl stop` has stopped it.
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
}

/** Where a service has its files from, and where it finds them. */
function sources({ credentials, mounts = [] }: Service): [string, string][] {
  return [...credentials.map(credentialFolder), ...mounts].map((mount) => {
    const [from = '', to = from] = mount.split(':');
    return [from, to];
  });
}

/** The files that a service holds itself, at the paths where it would find those of its host. */
export function filesInside(
  service: Service,
  ...given: readonly (readonly FileToPut[])[]
): FileToPut[] {
  return sources(service).flatMap(([from, to]) =>
    given.flat().flatMap((file) => {
      if (file.path === from) return [{ ...file, path: to }];
      return file.path.startsWith(`${from}/`)
        ? [{ ...file, path: to + file.path.slice(from.length) }]
        : [];
    }),
  );
}
