import type { Discovery } from './discovery.ts';
import { etcd } from './etcd.ts';

/** Every kind of discovery; adding one is one file and one line here. */
export const discoveries: Readonly<Record<string, Discovery>> = { etcd };

export const discoveryKinds = Object.keys(discoveries);

/** The discovery of a spec that passed validation. */
export function discoveryOf(kind: string): Discovery {
  const discovery = discoveries[kind];
  if (!discovery) throw new Error(`unknown discovery ${kind}`);
  return discovery;
}
