import type { Engine } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/types.ts';
import type { Call } from './context.ts';

/** Streams what happens on all engines until the client leaves or `until` has come. */
export function streamEvents({ api, query, response }: Call): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const write = (event: EngineEvent, engine: Engine) =>
    response.write(JSON.stringify(presentEvent(event, engine)));
  api.cluster.events.on('event', write);
  response.on('close', () => api.cluster.events.off('event', write));
  const until = Number(query.get('until') ?? 0);
  if (until > 0) {
    const timer = setTimeout(() => response.end(), Math.max(0, until * 1000 - Date.now()));
    response.on('close', () => clearTimeout(timer));
  }
}

function presentEvent(event: EngineEvent, engine: Engine): EngineEvent {
  return {
    ...event,
    from: `${event.from ?? ''} node:${engine.name}`,
    Actor: {
      ...event.Actor,
      Attributes: {
        ...event.Actor?.Attributes,
        'node.name': engine.name,
        'node.id': engine.id,
        'node.addr': engine.address,
        'node.ip': engine.ip,
      },
    },
    node: { Name: engine.name, Id: engine.id, Addr: engine.address, Ip: engine.ip },
  };
}
