import * as Flags from '@oclif/core/flags';

/** Where to look for a cluster that this machine knows nothing of. */
export const hostFlags = {
  host: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    description: 'server of a cluster whose local state is lost, such as ssh://root@10.0.0.5',
    helpValue: 'URL',
    helpGroup: 'LOST STATE',
  }),
  'ssh-key': Flags.string({
    description: 'private key for it',
    helpValue: 'FILE',
    helpGroup: 'LOST STATE',
  }),
};
