import { credentialFolder } from '../../cluster/credentials.ts';
import { ENGINE_PORT, MANAGER_PORT } from '../../cluster/limits.ts';
import { localOf, type ClusterRecord, type Host } from '../../cluster/record.ts';
import { engineOf } from '../../cluster/lay-out.ts';
import { publicSpec } from '../../cluster/spec.ts';
import type { ContainerOptions, Labels } from '../../engine/engine.ts';
import type { FileToPut } from '../../engine/pack-files.ts';
import { digest } from '../../util/digest.ts';
import { readTemplate } from '../../util/template.ts';
import { LABEL, LABEL_SCHEMA } from '../labels.ts';
import type { Grant } from './grant.ts';
import { containerName, volumeName } from './names.ts';

const SCRIPTS = '/etc/swarmctl';

const RIGHTS: Record<Grant, ContainerOptions['HostConfig']> = {
  privileged: { Privileged: true },
  // What --privileged means, less CAP_SYS_RESOURCE, for engines that do not hold that themselves.
  capabilities: {
    CapAdd: ['ALL'],
    CapDrop: ['SYS_RESOURCE'],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
    // What the docker CLI makes of --security-opt systempaths=unconfined.
    MaskedPaths: [],
    ReadonlyPaths: [],
    DeviceCgroupRules: ['a *:* rwm'],
  },
};

export function hostLabels(record: ClusterRecord, host: Host): Labels {
  return {
    [LABEL.cluster]: record.spec.name,
    [LABEL.schema]: LABEL_SCHEMA,
    [LABEL.host]: host.name,
  };
}

/**
 * Fingerprint of the settings that a host is started with: with others it is made anew. It is of what
 * the person can say, so that another version of swarmctl does not replace hosts.
 */
export function hostConfig({ spec, hosts }: ClusterRecord, host: Host): string {
  const { labels, options, registryMirrors, insecureRegistries, environment } = engineOf(
    { spec: publicSpec(spec), hosts },
    host,
  );
  const engine = [labels, options, registryMirrors, insecureRegistries, environment];
  const { engine: port, manager, store } = host.reach;
  return digest(JSON.stringify([engine, [port, manager, store], spec.tlsSans]));
}

/** The container that is a host, to be created on the outer engine. */
export function hostContainer(
  record: ClusterRecord,
  host: Host,
  storePort: number | undefined,
  grant: Grant,
): ContainerOptions {
  const published: [number | undefined, number | undefined][] = [
    [ENGINE_PORT, host.reach.engine],
    [MANAGER_PORT, host.reach.manager],
    [storePort, host.reach.store],
  ];
  const { network } = localOf(record);
  const isPublished = host.address === host.reach.host;
  const bindings = published.flatMap(([inside, outside]) =>
    inside === undefined || outside === undefined
      ? []
      : [
          [
            `${String(inside)}/tcp`,
            [{ HostIp: host.reach.host, HostPort: String(outside) }],
          ] as const,
        ],
  );
  return {
    name: containerName(host.name),
    Hostname: host.name,
    Image: record.spec.images.node,
    Entrypoint: ['/bin/sh', `${SCRIPTS}/entrypoint.sh`],
    Cmd: engineArguments(record, host),
    Labels: { ...hostLabels(record, host), [LABEL.config]: hostConfig(record, host) },
    ExposedPorts: Object.fromEntries(bindings.map(([port]) => [port, {}])),
    HostConfig: {
      ...RIGHTS[grant],
      CgroupnsMode: 'private',
      RestartPolicy: { Name: 'unless-stopped' },
      Binds: [`${volumeName(host.name)}:/var/lib/docker`],
      Tmpfs: { '/run': '', '/tmp': '' },
      PortBindings: Object.fromEntries(bindings.map(([port, to]) => [port, [...to]])),
      NetworkMode: network.name,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
    NetworkingConfig: {
      EndpointsConfig: {
        // Known by the port that is published, a host may get any address.
        [network.name]: isPublished ? {} : { IPAMConfig: { IPv4Address: host.address } },
      },
    },
  };
}

function engineArguments(record: ClusterRecord, host: Host): string[] {
  const engine = engineOf(record, host);
  const folder = credentialFolder('engine');
  return [
    '--host=unix:///var/run/docker.sock',
    `--host=tcp://0.0.0.0:${String(ENGINE_PORT)}`,
    '--tlsverify',
    `--tlscacert=${folder}/ca.pem`,
    `--tlscert=${folder}/cert.pem`,
    `--tlskey=${folder}/key.pem`,
    '--label=provider=local',
    ...engine.labels.map((label) => `--label=${label}`),
    ...engine.registryMirrors.map((mirror) => `--registry-mirror=${mirror}`),
    ...engine.insecureRegistries.map((registry) => `--insecure-registry=${registry}`),
    ...engine.options.map((option) => `--${option.replace(/^--?/, '')}`),
  ];
}

/** What is put into the container before it starts, besides its credentials. */
export async function hostFiles(environment: readonly string[]): Promise<FileToPut[]> {
  const [entrypoint, reach] = await Promise.all([
    readTemplate('local-host/entrypoint.sh'),
    readTemplate('local-host/reach.sh'),
  ]);
  return [
    { path: `${SCRIPTS}/entrypoint.sh`, text: entrypoint, mode: 0o755 },
    { path: `${SCRIPTS}/reach.sh`, text: reach, mode: 0o755 },
    ...(environment.length === 0
      ? []
      : [
          {
            path: `${SCRIPTS}/engine.env`,
            text: environment.map((entry) => `${entry}\n`).join(''),
            mode: 0o600,
          },
        ]),
  ];
}

/** The command that asks, on the master, whether another host's engine can be reached. */
export function reachCommand(host: Host): string[] {
  return [
    '/bin/sh',
    `${SCRIPTS}/reach.sh`,
    host.address,
    String(host.ports.engine),
    credentialFolder('manager'),
  ];
}
