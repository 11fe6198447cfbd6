import type { Engine } from '../../engine/engine.ts';
import type { StoreAddress } from '../../stores/address.ts';
import { readTemplate } from '../../util/template.ts';

/**
 * Those of the addresses that a container of the engine cannot connect to, seen from a throwaway
 * one. Rejects when that cannot be tried, such as while the image is not there to make it from.
 */
export async function unreachableFromHosts(
  outer: Engine,
  image: string,
  addresses: readonly StoreAddress[],
  signal: AbortSignal,
): Promise<StoreAddress[]> {
  if (!(await outer.findImage(image, signal))) throw new Error(`${image} is not there yet`);
  const script = await readTemplate('local-host/connect.sh');
  const targets = addresses.flatMap(({ host, port }) => [host, String(port)]);
  const { output } = await outer.runOnce(
    { Image: image, Entrypoint: ['/bin/sh', '-c', script, 'connect'], Cmd: targets },
    signal,
  );
  const reached = new Set(output.split('\n'));
  return addresses.filter(({ host, port }) => !reached.has(`reached ${host} ${String(port)}`));
}
