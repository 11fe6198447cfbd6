import type { Routes } from './fake-engine.ts';
import { specOf } from './cluster.ts';

/** What a container writes, as an engine frames its log. */
function logOf(text: string): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return text === '' ? Buffer.alloc(0) : Buffer.concat([header, Buffer.from(text)]);
}

/** An engine with the image of hosts, on which a container that is run once writes this. */
export function saying(text: string): Routes {
  return {
    [`GET /images/${specOf().images.node}/json`]: { json: { Id: 'sha256:1' } },
    'POST /containers/create': { status: 201, json: { Id: 'once' } },
    'POST /containers/once/wait': { json: { StatusCode: 0 } },
    'POST /containers/once/start': { status: 204, body: '' },
    'GET /containers/once/logs': { body: logOf(text) },
    'DELETE /containers/once': { status: 204, body: '' },
  };
}
