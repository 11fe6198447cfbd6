import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cluster } from '../cluster/cluster.ts';
import type { ContainerCreator } from '../cluster/create.ts';
import type { Container } from '../engine/container.ts';
import { readText } from '../engine/client.ts';
import { HttpError } from './errors.ts';

export interface ApiContext {
  cluster: Cluster;
  creator: ContainerCreator;
}

/** One request, taken apart. */
export interface Call {
  api: ApiContext;
  request: IncomingMessage;
  response: ServerResponse;
  /** Decoded path with the client's version prefix, as it goes on to an engine. */
  path: string;
  query: URLSearchParams;
  /** What the route's pattern caught: a name, an ID. */
  name: string;
}

export type Handler = (call: Call) => Promise<void> | void;

export function isTrue(query: URLSearchParams, key: string): boolean {
  return !['', '0', 'no', 'false', 'none'].includes((query.get(key) ?? '').trim().toLowerCase());
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

export function sendEmpty(response: ServerResponse): void {
  response.writeHead(204).end();
}

export async function readJsonBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readText(request);
  if (text.trim() === '') throw new HttpError(400, 'EOF');
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new HttpError(400, (error as Error).message);
  }
}

/** The container a request is about, on an engine that answers. */
export function requireContainer(api: ApiContext, name: string): Container {
  const container = api.cluster.findContainer(name);
  if (!container) throw new HttpError(404, `No such container: ${name}`);
  return requireHealthy(container, name);
}

export function requireHealthy(container: Container, name: string): Container {
  if (!container.engine.healthy) {
    throw new HttpError(
      500,
      `Container ${name} running on unhealthy node ${container.engine.name}`,
    );
  }
  return container;
}
