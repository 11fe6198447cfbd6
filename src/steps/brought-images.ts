import type { Engine } from '../engine/engine.ts';
import { LABEL, LABEL_SCHEMA, ofCluster } from '../hosts/labels.ts';
import { digest } from '../util/digest.ts';

/** Of which step the images of one host are: those of a service, or of the store. */
interface Group {
  readonly cluster: string;
  readonly what: string;
}

/**
 * Notes on an engine which of its images were brought, so that they go again also when the local
 * state is lost. The labels of a volume cannot be changed: what is noted later is a further volume.
 */
export async function noteImages(
  engine: Engine,
  { cluster, what }: Group,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (names.length === 0) return;
  const text = [...new Set(names)].sort().join('\n');
  await engine.createVolume(
    `${prefixOf(what)}${digest(text)}`,
    {
      [LABEL.cluster]: cluster,
      [LABEL.schema]: LABEL_SCHEMA,
      [LABEL.images]: text,
    },
    signal,
  );
}

/** Removes the images that were noted, as far as nothing else uses them, and the notes. */
export async function removeNotedImages(
  engine: Engine,
  { cluster, what }: Group,
  signal: AbortSignal,
): Promise<void> {
  const volumes = await engine.listVolumes(ofCluster(cluster), signal);
  const notes = volumes.filter(({ Name }) => Name.startsWith(prefixOf(what)));
  const names = notes.flatMap(({ Labels }) => (Labels[LABEL.images] ?? '').split('\n'));
  for (const name of new Set(names.filter(Boolean))) await engine.removeImage(name, signal);
  for (const { Name } of notes) await engine.removeVolume(Name, signal);
}

function prefixOf(what: string): string {
  return `swarmctl-${what.replaceAll(' ', '-')}-`;
}
