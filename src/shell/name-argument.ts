import * as Args from '@oclif/core/args';

/** NAME of an existing cluster. */
export const nameArgument = Args.string({
  description: 'cluster; may be left out when there is exactly one',
});
