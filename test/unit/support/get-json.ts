import http from 'node:http';
import https from 'node:https';
import { json } from 'node:stream/consumers';
import { agentFor } from '../../../src/engine/agents.ts';
import type { EngineEndpoint } from '../../../src/engine/endpoint.ts';
import { EngineError } from '../../../src/engine/engine-error.ts';

/**
 * `GET path` of an HTTP API, with the client certificate of the endpoint (the built-in `fetch`
 * takes none). `body` is undefined when the answer is not JSON.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows what the path answers
export async function getJson<T>(
  endpoint: EngineEndpoint,
  path: string,
  signal: AbortSignal,
): Promise<{ status: number; body: T | undefined }> {
  const agent = sharedAgent(endpoint);
  const address =
    endpoint.kind === 'socket'
      ? { socketPath: endpoint.path }
      : { host: endpoint.host, port: endpoint.port };
  const { request } = endpoint.kind === 'tcp' && endpoint.tls ? https : http;
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request({ ...address, path, agent, signal }, resolve)
        .on('error', reject)
        .end();
    });
    const body = (await json(response).catch(() => undefined)) as T | undefined;
    signal.throwIfAborted();
    return { status: response.statusCode ?? 0, body };
  } catch (error) {
    signal.throwIfAborted();
    throw new EngineError(error);
  }
}

const agents = new WeakMap<EngineEndpoint, http.Agent>();

/** One agent per endpoint: a handshake costs more than an answer. */
function sharedAgent(endpoint: EngineEndpoint): http.Agent {
  const agent = agents.get(endpoint) ?? agentFor(endpoint);
  agents.set(endpoint, agent);
  return agent;
}
