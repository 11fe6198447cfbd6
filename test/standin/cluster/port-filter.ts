import type { PortBinding, PortMap } from '../engine/types.ts';
import type { ContainerConfig } from './config.ts';
import type { PlacementFilter } from './filters.ts';

/** Keeps the nodes whose wanted host ports are free, counting containers still being created. */
export const portFilter: PlacementFilter = {
  keep: (nodes, config) =>
    nodes.filter((node) =>
      config.HostConfig.NetworkMode === 'host'
        ? !node.containers.some(
            ({ networkMode, exposedPorts }) =>
              networkMode === 'host' &&
              exposedPorts.some((port) => Object.hasOwn(config.ExposedPorts ?? {}, port)),
          )
        : !wantedBindings(config).some((wanted) =>
            node.containers.some(({ ports }) => ports.some((map) => clashes(wanted, map))),
          ),
    ),
  describe: (config) =>
    config.HostConfig.NetworkMode === 'host'
      ? Object.keys(config.ExposedPorts ?? {}).map((port) => `port ${port} (Host mode)`)
      : wantedBindings(config).map(({ HostPort }) => `port ${HostPort ?? ''} (Bridge mode)`),
};

function wantedBindings({ HostConfig }: ContainerConfig): PortBinding[] {
  return Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) => bindings ?? []);
}

function clashes(wanted: PortBinding, map: PortMap): boolean {
  return Object.values(map)
    .flatMap((bindings) => bindings ?? [])
    .some(
      (taken) =>
        !!taken.HostPort &&
        taken.HostPort === wanted.HostPort &&
        (taken.HostIp === wanted.HostIp || isAnyAddress(taken) || isAnyAddress(wanted)),
    );
}

function isAnyAddress({ HostIp }: PortBinding): boolean {
  return !HostIp || HostIp === '0.0.0.0' || HostIp === '::';
}
