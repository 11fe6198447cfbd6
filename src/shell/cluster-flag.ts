import * as Flags from '@oclif/core/flags';

/** Which cluster, of a command whose argument is a host. */
export const clusterFlag = Flags.string({
  char: 'c',
  description: 'cluster; may be left out when that is clear',
  helpValue: 'CLUSTER',
});
