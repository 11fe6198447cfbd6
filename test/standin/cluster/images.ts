import type { ImageSummary } from '../engine/types.ts';

/**
 * The manager's own containers stay out of `ps` unless all are asked for. It goes by the image's
 * exact name: the same image under a registry's name is shown.
 */
export function isSwarmImage(image: string): boolean {
  return image.split(':')[0] === 'swarm';
}

export function splitTag(reference: string): { repository: string; tag: string } {
  const digestAt = reference.indexOf('@');
  if (digestAt >= 0) {
    return { repository: reference.slice(0, digestAt), tag: reference.slice(digestAt + 1) };
  }
  const [, repository = reference, tag = ''] = /^(.*):([^/:]*)$/s.exec(reference) ?? [];
  return { repository, tag };
}

/** `repository` + `tag` of a pull as one reference. */
export function joinTag(repository: string, tag: string): string {
  if (tag === '') return repository;
  return tag.includes(':') ? `${repository}@${tag}` : `${repository}:${tag}`;
}

/** By ID, by a prefix of it, or by name; a name without a tag matches any. */
export function matchesImage(image: ImageSummary, idOrName: string): boolean {
  const ids = [image.Id, image.Id.replace(/^[^:]*:/, '')];
  if (ids.includes(idOrName)) return true;
  if (idOrName.length > 2 && ids.some((id) => id.startsWith(idOrName))) return true;
  const wanted = splitTag(idOrName);
  return [...(image.RepoTags ?? []), ...(image.RepoDigests ?? [])].some((reference) => {
    const { repository, tag } = splitTag(reference);
    return repository === wanted.repository && (wanted.tag === '' || wanted.tag === tag);
  });
}

/** Everything an `affinity:image==` may compare with. */
export function imageNames(images: ImageSummary[]): string[] {
  return images.flatMap((image) => [
    image.Id,
    ...(image.RepoTags ?? []),
    ...(image.RepoTags ?? []).map((tag) => splitTag(tag).repository),
  ]);
}
