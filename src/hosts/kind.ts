import type { Host } from '../cluster/record.ts';

/** Whether a host is a server that swarmctl prepares over SSH. */
export function isSsh({ url }: Pick<Host, 'url'>): boolean {
  return url.startsWith('ssh://');
}
