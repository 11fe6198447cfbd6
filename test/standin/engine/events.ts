import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import type { Engine } from './engine.ts';
import { readJsonLines } from './lines.ts';
import type { EngineEvent } from './types.ts';

interface EventHooks {
  onEvent(event: EngineEvent): void;
  onReload(): Promise<void>;
  retryMs(): number;
}

const silent =
  /^(top|resize|export|exec_create|exec_start|exec_detach|exec_die|attach|detach|extract-to-dir|copy|archive-path)\b/;
const changing = /^(die|kill|oom|pause|start|restart|stop|unpause|rename|update|health_status)\b/;

/** Follows the engine's events, keeps its inventory up to date and passes them on. */
export async function watchEngineEvents(
  engine: Engine,
  signal: AbortSignal,
  hooks: EventHooks,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await engine.client.call('/events', { signal });
      for await (const event of readJsonLines<EngineEvent>(response)) {
        await followEvent(engine, event, hooks).catch((error: unknown) => {
          log.debug(`could not follow an event: ${(error as Error).message}`, {
            name: engine.name,
          });
        });
        hooks.onEvent(event);
      }
      throw new Error('EOF');
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- aborted may change while it waits
      if (signal.aborted) return;
      log.error('error monitoring events, will restart', {
        name: engine.name,
        id: engine.id,
        error: (error as Error).message.replace(/^aborted$/, 'unexpected EOF'),
      });
      await sleep(hooks.retryMs(), undefined, { signal }).catch(() => {});
    }
  }
}

async function followEvent(engine: Engine, event: EngineEvent, hooks: EventHooks): Promise<void> {
  const { inventory } = engine;
  const action = event.Action ?? event.status ?? '';
  switch (event.Type) {
    case 'network':
      return engine.watchHealth(inventory.readNetworks());
    case 'volume':
      return engine.watchHealth(inventory.readVolumes());
    case 'image':
      return engine.watchHealth(inventory.readImages());
    case 'daemon':
      return action === 'reload' ? hooks.onReload() : undefined;
    case 'container': {
      if (action === 'commit') return engine.watchHealth(inventory.readImages());
      const id = event.Actor?.ID ?? event.id;
      if (silent.test(action) || !id) return undefined;
      await engine.watchHealth(inventory.readContainer(id, changing.test(action)));
      return undefined;
    }
    default:
      return undefined;
  }
}
