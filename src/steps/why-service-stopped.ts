import type { Host } from '../cluster/record.ts';
import type { World } from './world.ts';

/** Why a service of ours does not run, in its own last words; undefined while it does. */
export async function whyServiceStopped(
  { access }: World,
  host: Host,
  service: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const engine = await access.engine(host);
  const found = await engine.findContainer(service, signal);
  if (!found) return `container ${service} is gone`;
  if (found.State.Running && !found.State.Restarting) return undefined;
  const log = await engine.logTail(service, 3, signal).catch(() => '');
  return `${service} ended with exit code ${String(found.State.ExitCode)}: ${log.trim()}`;
}
