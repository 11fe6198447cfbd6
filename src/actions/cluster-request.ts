import { ENGINE_PORT, MANAGER_PORT } from '../cluster/limits.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { validateSpec } from '../cluster/validate.ts';
import { mergeSettings, type Given, type Merged } from '../config/merge.ts';
import type { Settings } from '../config/settings.ts';
import { discoveryProblems, imageFlagOf, kindIn, splitToken } from '../discovery/index.ts';
import { SwarmctlError } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { openClusterFile } from './open-cluster-file.ts';
import { readPemFiles, type PemFiles } from './read-pem-files.ts';

/** The cluster that a person asks for; not looked at yet. */
export interface ClusterRequest {
  readonly spec: Omit<ClusterSpec, 'discoveryTls'>;
  readonly discoveryFiles: PemFiles;
  readonly imageArchives: readonly string[];
  readonly ssh: ClusterRecord['ssh'];
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
  return { ...requested(settings), tell };
}

/** The spec of a request; fails with everything that is wrong with it. */
export async function checkedSpec(request: ClusterRequest): Promise<ClusterSpec> {
  const { tls, problems } = await readPemFiles(request.discoveryFiles, 'discovery-');
  const spec = { ...request.spec, discoveryTls: tls };
  const rules = { problems: discoveryProblems, imageFlag: imageFlagOf(spec) };
  validateSpec(spec, rules, problems, request.tell);
  return spec;
}

/** The cluster of settings that are complete. */
export function requested(settings: Settings): ClusterRequest {
  const { url: discovery, token: discoveryToken } = splitToken(atService(settings));
  const kind = kindIn(discovery);
  return {
    spec: {
      name: settings.name ?? kind,
      discovery,
      discoveryToken,
      nodes: settings.nodes,
      hosts: null,
      localAddress: null,
      ports: { engine: ENGINE_PORT, manager: MANAGER_PORT, store: null },
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
        install: 'packages',
      },
      tlsSans: [...settings['tls-san']],
    },
    discoveryFiles: {
      ca: settings['discovery-ca'],
      cert: settings['discovery-cert'],
      key: settings['discovery-key'],
    },
    imageArchives: settings['image-archive'],
    ssh: { keyFile: null, strict: 'accept-new' },
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
