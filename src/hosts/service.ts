import { credentialFolder, type CredentialSet } from '../cluster/credentials.ts';
import type { ContainerOptions } from '../engine/engine.ts';
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
  /** Where it keeps data that outlives the container. */
  readonly volume?: { readonly name: string; readonly path: string };
}

/**
 * How a service runs: on the host's own network, so that what the host can reach the service can
 * reach (docs/decisions/0005-host-network.md), and started again by its engine whenever it ends.
 */
export function serviceOptions(service: Service, cluster: string): ContainerOptions {
  const binds = service.credentials.map(credentialFolder).map((path) => `${path}:${path}:ro`);
  for (const mount of service.mounts ?? []) {
    binds.push(mount.includes(':') ? `${mount}:ro` : `${mount}:${mount}:ro`);
  }
  if (service.volume) binds.push(`${service.volume.name}:${service.volume.path}`);
  return {
    name: service.name,
    Image: service.image,
    ...(service.entrypoint && { Entrypoint: [...service.entrypoint] }),
    Cmd: [...service.command],
    Env: Object.entries(service.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: { [LABEL.cluster]: cluster, [LABEL.config]: digest(JSON.stringify(service)) },
    HostConfig: {
      Binds: binds,
      NetworkMode: 'host',
      RestartPolicy: { Name: 'always' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
}
