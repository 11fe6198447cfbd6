import { isUp, wasStopped } from '../engine/engine.ts';
import type { Host } from '../cluster/record.ts';
import type { World } from './world.ts';

/** Why a service of ours does not run, in its own last words; undefined while it does. */
export async function whyServiceStopped(
  { access }: Pick<World, 'access'>,
  host: Host,
  service: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const engine = await access.engine(host);
  const found = await engine.findContainer(service, signal);
  if (!found) return `container ${service} is gone`;
  if (isUp(found)) return undefined;
  const log = await engine.logTail(service, 60, signal).catch(() => '');
  const stopped = wasStopped(found) ? ` (stopped; swarmctl start ${host.name} starts it)` : '';
  return `${service} ended with exit code ${found.State.ExitCode}${stopped}: ${lastWords(log)}`;
}

/**
 * The lines that say why: swarm 1.2.9 follows a wrong flag with a panic of its own, and the reason
 * stands above the stack.
 */
function lastWords(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) =>
    /level=(fatal|error)|flag provided|Incorrect Usage/.test(line),
  );
  const stack = lines.findIndex((line) => /^(panic:|goroutine )/.test(line));
  const said = telling.length > 0 ? telling : stack > 0 ? lines.slice(0, stack) : lines;
  return said.slice(-3).join('; ');
}
