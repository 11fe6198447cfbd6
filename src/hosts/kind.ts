import type { Host } from '../cluster/record.ts';

/** Whether a host is a server that swarmctl prepares over SSH. */
export function isSsh({ url }: Pick<Host, 'url'>): boolean {
  return url.startsWith('ssh://');
}

/** Whether a host is an engine that listens already, and nothing else of it can be reached. */
export function isTcp({ url }: Pick<Host, 'url'>): boolean {
  return url.startsWith('tcp://');
}
