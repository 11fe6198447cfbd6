import type { ContainerFacts, Engine } from '../../engine/engine.ts';
import { EngineError } from '../../engine/engine-error.ts';
import { bounded, isTimeout } from '../../util/abort.ts';
import { gate } from '../../util/concurrency.ts';
import { engineFacts, type EngineFacts } from '../engine-facts.ts';
import type { RunningContainer } from './facts.ts';

type Listed = Awaited<ReturnType<Engine['listContainers']>>[number];

/** A forwarded socket has a queue, and sessions of ssh are few. */
const AT_A_TIME = 6;

/** Whether a container that was listed runs, as `docker ps` has it. */
export function isRunning({ State }: { readonly State: string }): boolean {
  return ['running', 'paused', 'restarting'].includes(State);
}

/** What the engine of a server says of itself, and the containers that it has. */
export async function askEngine(
  engine: Engine,
  signal: AbortSignal,
): Promise<{ engine: EngineFacts; containers: readonly Listed[] }> {
  const [version, info, containers] = await Promise.all([
    engine.version(signal),
    engine.info(signal),
    engine.listContainers(undefined, signal),
  ]);
  return { engine: engineFacts(version, info, containers), containers };
}

/**
 * Which of these containers run, and what becomes of them when the engine stops; of those that have
 * not told within so many milliseconds no more than their names.
 */
export async function runningOf(
  containers: readonly Listed[],
  engine: Engine,
  milliseconds: number,
  signal: AbortSignal,
): Promise<RunningContainer[]> {
  const running = containers.filter(isRunning);
  const told = new Map<string, ContainerFacts | undefined>();
  const inTurn = gate(AT_A_TIME);
  try {
    await bounded(milliseconds, signal, (limit) =>
      Promise.all(
        running.map(({ Id }) =>
          inTurn(async () => {
            limit.throwIfAborted();
            const found = await engine.findContainer(Id, limit).catch(unlessRefused);
            if (found !== 'refused') told.set(Id, found);
          }),
        ),
      ),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!isTimeout(error)) throw error;
  }
  // What is not there any more is left out.
  return running.flatMap(({ Id, Names }) =>
    told.has(Id) && !told.get(Id) ? [] : [fateOf(Names[0] ?? Id, told.get(Id))],
  );
}

function unlessRefused(error: unknown): 'refused' {
  if (error instanceof EngineError && error.status !== undefined) return 'refused';
  throw error;
}

function fateOf(name: string, container: ContainerFacts | undefined): RunningContainer {
  const policy = container?.HostConfig.RestartPolicy?.Name ?? '';
  return {
    name: name.replace(/^\//, ''),
    restarts:
      'com.docker.swarm.task.id' in { ...container?.Config.Labels } ||
      ['always', 'unless-stopped', 'on-failure'].includes(policy),
    temporary: container?.HostConfig.AutoRemove === true,
  };
}
