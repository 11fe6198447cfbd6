import { swarmId, type Container } from '../engine/container.ts';

/** By ID, short ID, cluster-wide ID, name, `node/name`, then by a prefix only one has. */
export function findContainer(
  containers: readonly Container[],
  idOrName: string,
): Container | undefined {
  if (idOrName === '') return undefined;
  const isId = (id: string) => id === idOrName || (id !== '' && id.slice(0, 12) === idOrName);
  const exact =
    containers.find(({ id }) => isId(id)) ??
    containers.find((container) => isId(swarmId(container)));
  if (exact) return exact;
  const named = containers.filter((container) => isNamed(container, idOrName));
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  const prefixed = [
    ...containers.filter(({ id }) => id.startsWith(idOrName)),
    ...containers.filter((container) => swarmId(container).startsWith(idOrName)),
  ];
  return prefixed.length === 1 ? prefixed[0] : undefined;
}

function isNamed({ engine, summary }: Container, wanted: string): boolean {
  return (summary.Names ?? []).some((name) =>
    [name, name.replace(/^\//, ''), engine.id + name, engine.name + name].includes(wanted),
  );
}
