import * as Args from '@oclif/core/args';

/** NAME of a cluster, or of one of its hosts. */
export const subjectArgument = Args.string({
  description: 'cluster, or a host of one; may be left out when there is exactly one cluster',
});
