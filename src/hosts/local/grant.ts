import { readdir, readFile } from 'node:fs/promises';
import type { EngineEndpoint } from '../../engine/endpoint.ts';

/** How the outer engine lets a container run an engine of its own. */
export type Grant = 'privileged' | 'capabilities';

/** Bit of CAP_SYS_RESOURCE in a capability set. (linux/capability.h) */
const SYS_RESOURCE = 24n;

/**
 * What an engine will grant, as far as can be seen beforehand: `capabilities` where every dockerd
 * that this machine shows lacks CAP_SYS_RESOURCE, and so cannot hand it on. Anywhere else the answer
 * comes from trying `privileged`, at the price of one refused start.
 */
export async function likelyGrant(endpoint: EngineEndpoint, proc = '/proc'): Promise<Grant> {
  if (endpoint.kind !== 'socket') return 'privileged';
  const processes = await readdir(proc).catch(() => []);
  const holds = await Promise.all(
    processes.filter((name) => /^\d+$/.test(name)).map((id) => holdsIt(`${proc}/${id}`)),
  );
  const engines = holds.filter((held) => held !== undefined);
  return engines.length > 0 && !engines.includes(true) ? 'capabilities' : 'privileged';
}

/** Whether a dockerd may hold the capability; undefined for any other process. */
async function holdsIt(process: string): Promise<boolean | undefined> {
  try {
    if ((await readFile(`${process}/comm`, 'utf8')).trim() !== 'dockerd') return undefined;
    const status = await readFile(`${process}/status`, 'utf8');
    const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1];
    return bounding === undefined || ((BigInt(`0x${bounding}`) >> SYS_RESOURCE) & 1n) === 1n;
  } catch {
    // It has ended meanwhile, or hides itself.
    return undefined;
  }
}

/** Whether an error is the outer engine saying that it cannot grant `privileged`. */
export function isRefusedGrant(error: unknown): boolean {
  return String(error).includes('unable to apply caps');
}
