import { log } from '../log.ts';
import type { EngineInfo } from './types.ts';

/** Labels the manager makes up from what the engine says of itself, then the engine's own. */
export function readLabels(info: EngineInfo, id: string, address: string): Map<string, string> {
  const labels = new Map<string, string>();
  const builtIn = {
    storagedriver: info.Driver,
    kernelversion: info.KernelVersion,
    operatingsystem: info.OperatingSystem,
    ostype: info.OSType,
  };
  for (const [key, value] of Object.entries(builtIn)) if (value) labels.set(key, value);
  for (const label of info.Labels ?? []) {
    const equals = label.indexOf('=');
    const who = `Engine (ID: ${id}, Addr: ${address})`;
    if (equals < 0) {
      throw new Error(`${who} contains an invalid label (${label}) not formatted as "key=value".`);
    }
    const key = label.slice(0, equals);
    if (key === 'node') {
      log.warn(
        `${who} contains a label (${label}) with key of "node" which cannot be used in Swarm.`,
      );
    } else if (!labels.has(key)) {
      labels.set(key, label.slice(equals + 1));
    }
  }
  return labels;
}
