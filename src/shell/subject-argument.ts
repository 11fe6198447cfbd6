import * as Args from '@oclif/core/args';

/** A cluster, by which its manager is meant, or one host. */
export const subjectArgument = Args.string({
  description: 'cluster or host; may be left out when there is exactly one cluster',
});

/** Any number of them. */
export const subjectsArgument = Args.string({
  multiple: true,
  description: 'clusters or hosts; may be left out when there is exactly one cluster',
});
