import { sayPlaced } from '../config/place.ts';
import { readClusterFile, type ClusterFile } from '../config/read.ts';
import { storeImages } from '../discovery/index.ts';
import { SwarmctlError } from '../errors.ts';
import type { ActionContext } from './context.ts';

/** A cluster file with whatever is wrong in it. */
export function openClusterFile(
  file: string,
  { env }: Pick<ActionContext, 'env'>,
): Promise<ClusterFile> {
  return readClusterFile(file, { env, stores: storeImages });
}

/**
 * The cluster that a command is about: NAME, or what the file calls it. Whatever else is wrong in
 * the file stops nobody from looking at the cluster or removing it.
 */
export async function clusterNamed(
  name: string | undefined,
  file: string | undefined,
  context: Pick<ActionContext, 'env'>,
): Promise<string | undefined> {
  if (name !== undefined || file === undefined) return name;
  const { settings, problems } = await openClusterFile(file, context);
  if (settings.name !== undefined) return settings.name;
  throw new SwarmctlError('USAGE', sayPlaced(file, problems).join('\n'));
}
