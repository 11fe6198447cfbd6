import { ImageSupply, type SupplyOptions } from '../../../src/images/supply.ts';
import { calm } from './cluster.ts';

/** A supply of somebody without archives and credentials. */
export function supplyWith(options: Partial<SupplyOptions>): ImageSupply {
  const auth = () => Promise.resolve(undefined);
  return new ImageSupply({ outer: undefined, archives: [], auth, signal: calm, ...options });
}
