import type { ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { validateSpec } from '../cluster/validate.ts';
import { mergeSettings, type Given, type Merged } from '../config/merge.ts';
import type { Settings } from '../config/settings.ts';
import { discoveryProblems, imageFlagOf, kindIn, splitToken } from '../discovery/index.ts';
import { SwarmctlError } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { openClusterFile } from './open-cluster-file.ts';
import { hostsOf } from './requested-hosts.ts';
import { dockerConfigFolder, resolveHosts } from './resolve-hosts.ts';
import { readPemFiles, type PemFiles } from './read-pem-files.ts';

/** The cluster that a person asks for; not looked at yet. */
export interface ClusterRequest {
  readonly spec: Omit<ClusterSpec, 'discoveryTls'>;
  readonly discoveryFiles: PemFiles;
  readonly imageArchives: readonly string[];
  readonly ssh: ClusterRecord['ssh'];
  /** What is wrong with the hosts, a sentence each that begins with its flag. */
  readonly hostProblems: readonly string[];
  /** By which engines at `tcp://` are reached. */
  readonly tlsFiles: PemFiles;
  /** The key of their CA. */
  readonly caKeyFile: string | undefined;
  /** The docker CLI's folder, for contexts. */
  readonly dockerConfig: string;
  /** Says problems in the words of where the values are from; otherwise in those of flags. */
  readonly tell?: Merged['tell'];
}

/** What flags, environment and the cluster file, if there is one, ask for together. */
export async function readRequest(
  given: Given,
  file: string | undefined,
  context: Pick<ActionContext, 'env'>,
): Promise<ClusterRequest> {
  const read = file === undefined ? undefined : await openClusterFile(file, context);
  const { settings, tell } = mergeSettings(given, read);
  const request = requested(settings);
  const dockerConfig = dockerConfigFolder(context.env);
  const nodes = given.origin('nodes') === 'default' ? read?.settings.nodes : settings.nodes;
  return {
    ...request,
    hostProblems: [...request.hostProblems, ...nodesProblem(request, nodes)],
    dockerConfig,
    tell,
  };
}

/** The number of nodes follows from the hosts. */
function nodesProblem({ spec }: ClusterRequest, said: unknown): string[] {
  if (!spec.hosts || said === undefined || said === spec.nodes) return [];
  return [
    `--nodes ${String(said)} contradicts the hosts: one is the master, so there are ${String(spec.nodes)}`,
  ];
}

/** The spec of a request; fails with everything that is wrong with it. */
export async function checkedSpec(request: ClusterRequest): Promise<ClusterSpec> {
  const [store, hosts] = await Promise.all([
    readPemFiles(request.discoveryFiles, 'discovery-'),
    request.spec.hosts && resolveHosts(request.spec.hosts, request.tlsFiles, request.dockerConfig),
  ]);
  const spec = { ...request.spec, discoveryTls: store.tls, hosts: hosts?.hosts ?? null };
  const rules = { problems: discoveryProblems, imageFlag: imageFlagOf(spec) };
  const problems = [...store.problems, ...request.hostProblems, ...(hosts?.problems ?? [])];
  validateSpec(spec, rules, problems, request.tell);
  return spec;
}

/** The cluster of settings that are complete. */
export function requested(settings: Settings): ClusterRequest {
  const { url: discovery, token: discoveryToken } = splitToken(atService(settings));
  const kind = kindIn(discovery);
  const { hosts, problems: hostProblems } = hostsOf(settings);
  return {
    spec: {
      name: settings.name ?? kind,
      discovery,
      discoveryToken,
      nodes: hosts.length > 0 ? hosts.length - 1 : settings.nodes,
      hosts: hosts.length > 0 ? hosts : null,
      insecure: false,
      localAddress: settings['local-address'] ?? null,
      ports: {
        engine: settings['engine-port'],
        manager: settings['manager-port'],
        store: settings['store-port'] ?? null,
      },
      scheduleOnMaster: settings['schedule-on-master'],
      images: {
        node: settings['node-image'],
        swarm: settings['swarm-image'],
        store: discovery === kind ? (settings[`${kind}-image`] ?? null) : null,
      },
      swarm: {
        strategy: settings['swarm-strategy'],
        managerOptions: [...settings['swarm-opt']],
        agentOptions: [...settings['swarm-join-opt']],
      },
      engine: {
        labels: [...settings['engine-label']],
        options: [...settings['engine-opt']],
        environment: [...settings['engine-env']],
        registryMirrors: [...settings['engine-registry-mirror']],
        insecureRegistries: [...settings['engine-insecure-registry']],
        install:
          settings['engine-install-url'] ?? (settings['engine-install'] ? 'packages' : 'never'),
      },
      tlsSans: [...settings['tls-san']],
    },
    discoveryFiles: {
      ca: settings['discovery-ca'],
      cert: settings['discovery-cert'],
      key: settings['discovery-key'],
    },
    imageArchives: settings['image-archive'],
    ssh: {
      keyFile: settings['ssh-key'] ?? null,
      strict: settings['ssh-strict'] === 'yes' ? 'yes' : 'accept-new',
    },
    hostProblems,
    tlsFiles: {
      ca: settings['tls-ca-cert'],
      cert: settings['tls-cert'],
      key: settings['tls-key'],
    },
    caKeyFile: settings['tls-ca-key'],
    dockerConfig: '',
  };
}

/** `--discovery token --token-service https://host:3380/v1` as the URL that it stands for. */
function atService({ discovery, 'token-service': service }: Settings): string {
  if (service === undefined) return discovery;
  if (discovery !== 'token' || !service.startsWith('https://')) {
    throw new SwarmctlError(
      'USAGE',
      '--token-service takes an https:// URL and goes with --discovery token',
      { suggestions: ['--discovery token --token-service https://host:3380/v1'] },
    );
  }
  return service.replace('https://', 'token://');
}
