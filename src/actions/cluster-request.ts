import { homedir } from 'node:os';
import path from 'node:path';
import type { ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { readTtl } from '../cluster/expiry.ts';
import { asProblem, type SpecProblem } from '../cluster/problem.ts';
import { validateSpec } from '../cluster/validate.ts';
import { mergeSettings, type Given, type Merged } from '../config/merge.ts';
import { STRICTNESS, type Settings } from '../config/settings.ts';
import {
  deployableKinds,
  discoveryProblems,
  imageFlagOf,
  kindIn,
  splitToken,
} from '../discovery/index.ts';
import { dockerConfigFolder } from '../engine/docker-context.ts';
import { SwarmctlError } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { openClusterFile } from './open-cluster-file.ts';
import { hostsOf } from './requested-hosts.ts';
import { resolveHosts } from './resolve-hosts.ts';
import { readPemFiles, type PemFiles } from './read-pem-files.ts';
import type { SshDefaults } from '../hosts/host-url.ts';

/** The cluster that a person asks for; not looked at yet. */
export interface ClusterRequest {
  readonly spec: Omit<ClusterSpec, 'discoveryTls'>;
  readonly discoveryFiles: PemFiles;
  readonly imageArchives: readonly string[];
  readonly ssh: ClusterRecord['ssh'];
  /** What is wrong with the hosts, as far as can be told without looking at files. */
  readonly hostProblems: readonly SpecProblem[];
  /** Of each host, by which its engine at `tcp://` is reached. */
  readonly hostFiles: readonly PemFiles[];
  /** The same for hosts without files of their own. */
  readonly tlsFiles: PemFiles;
  readonly sshDefaults: SshDefaults;
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
  const { settings, isSaid, tell } = mergeSettings(given, read);
  const request = requested(settings);
  const nodes = isSaid('nodes') ? nodesProblems(request, settings.nodes) : [];
  return {
    ...request,
    hostProblems: [...request.hostProblems, ...nodes],
    dockerConfig: dockerConfigFolder(context.env, homedir()),
    tell,
  };
}

/** The number of nodes follows from the hosts; one that was said has to be that. */
export function nodesProblems({ spec }: Pick<ClusterRequest, 'spec'>, said: number): SpecProblem[] {
  if (!spec.hosts || said === spec.nodes) return [];
  const there = `one host is the master, which leaves ${spec.nodes} of them`;
  return [asProblem(`--nodes ${said} contradicts --host: ${there}`)];
}

/** The spec of a request; fails with everything that is wrong with it. */
export async function checkedSpec(request: ClusterRequest): Promise<ClusterSpec> {
  const { hosts: asked } = request.spec;
  const [store, resolved] = await Promise.all([
    readPemFiles(request.discoveryFiles, 'discovery-'),
    asked &&
      resolveHosts({
        hosts: asked,
        files: request.hostFiles,
        commonFiles: request.tlsFiles,
        sshDefaults: request.sshDefaults,
        dockerConfig: request.dockerConfig,
        insecure: request.spec.insecure,
      }),
  ]);
  const spec = { ...request.spec, discoveryTls: store.tls, hosts: resolved?.hosts ?? null };
  const deployed = deployableKinds.find(({ kind }) => kind === spec.discovery)?.deploy.deployed;
  const rules = {
    problems: discoveryProblems,
    imageFlag: imageFlagOf(spec),
    storePort: deployed?.port ?? null,
  };
  const problems = [
    ...store.problems.map(asProblem),
    ...request.hostProblems,
    ...(resolved?.problems ?? []),
  ];
  validateSpec(spec, rules, problems, request.tell);
  return spec;
}

/** The cluster of settings that are complete. */
export function requested(settings: Settings): ClusterRequest {
  const { url: discovery, token: discoveryToken } = splitToken(atService(settings));
  const kind = kindIn(discovery);
  const { hosts, files: hostFiles, sshDefaults, problems } = hostsOf(settings);
  return {
    spec: {
      name: settings.name ?? kind,
      discovery,
      discoveryToken,
      nodes: hosts.length > 0 ? hosts.length - 1 : settings.nodes,
      hosts: hosts.length > 0 ? hosts : null,
      insecure: settings.insecure,
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
      ttl: settings.ttl === undefined ? null : (readTtl(settings.ttl) ?? null),
    },
    discoveryFiles: {
      ca: settings['discovery-ca'],
      cert: settings['discovery-cert'],
      key: settings['discovery-key'],
    },
    imageArchives: settings['image-archive'],
    ssh: {
      // Later commands may run in another folder.
      keyFile: settings['ssh-key'] === undefined ? null : path.resolve(settings['ssh-key']),
      strict: settings['ssh-strict'] === 'yes' ? 'yes' : 'accept-new',
    },
    hostProblems: [...problems, ...settingsProblems(settings).map(asProblem)],
    hostFiles,
    sshDefaults,
    tlsFiles: {
      ca: settings['tls-ca-cert'],
      cert: settings['tls-cert'],
      key: settings['tls-key'],
    },
    caKeyFile: settings['tls-ca-key'],
    dockerConfig: '',
  };
}

/** What is wrong in a way that the spec cannot show. */
function settingsProblems(settings: Settings): string[] {
  const strict = settings['ssh-strict'];
  return [
    ...(STRICTNESS.includes(strict)
      ? []
      : [`--ssh-strict "${strict}" is unknown; known: ${STRICTNESS.join(', ')}`]),
    ...(settings['engine-install-url'] === undefined || settings['engine-install']
      ? []
      : ['--engine-install-url says how Docker is installed, and --engine-install that it is not']),
    ...(settings.ttl === undefined || readTtl(settings.ttl) !== undefined
      ? []
      : [`--ttl "${settings.ttl}" must be a duration such as 2h or 1h30m, from 1s to 87600h`]),
  ];
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
