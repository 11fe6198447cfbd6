/** Labels on everything swarmctl makes: they are the database when the local state is lost. */
export const LABEL = {
  cluster: 'io.swarmctl.cluster',
  /** Version of this set of labels. */
  schema: 'io.swarmctl.schema',
  /** Name of the host an object belongs to. */
  host: 'io.swarmctl.host',
  /** The cluster's record as JSON, without anything secret. */
  record: 'io.swarmctl.record',
  /** Fingerprint of what a container was made from. */
  config: 'io.swarmctl.config',
  /** Names of images that were brought to an engine, one a line. */
  images: 'io.swarmctl.images',
  /** When a cluster was laid out, and its folder: in the docker CLI's contexts, which have no labels. */
  created: 'io.swarmctl.created',
  folder: 'io.swarmctl.folder',
  /** Set on images that stand in for the real swarm. */
  standIn: 'io.swarmctl.stand-in',
} as const;

export const LABEL_SCHEMA = '1';

/** The volume on a host that was there before by which a cluster says that the host is its own. */
export const CLAIM = 'swarmctl';

/** The filter that selects one cluster's objects. */
export function ofCluster(name: string): string {
  return `${LABEL.cluster}=${name}`;
}

/** The cluster that an object belongs to; undefined of anything else. */
export function clusterOf(labels: Readonly<Record<string, string>> | null): string | undefined {
  return labels?.[LABEL.cluster];
}
