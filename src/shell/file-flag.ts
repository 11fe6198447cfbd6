import * as Flags from '@oclif/core/flags';

export const CLUSTER_FILE = 'swarmctl.yaml';

/** The cluster file, of a command that needs its name alone. */
export const fileFlag = Flags.string({
  char: 'f',
  description: `cluster file, such as ${CLUSTER_FILE}, that names the cluster`,
  helpValue: 'FILE',
});
