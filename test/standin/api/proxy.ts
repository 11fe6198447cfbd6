import type {
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import { readContainerConfig } from '../cluster/config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Call } from './context.ts';

/** For what any engine can answer, such as a search or the check of a registry's password. */
export async function proxyAnywhere(call: Call): Promise<void> {
  await proxy(call, call.api.creator.chooseEngine(readContainerConfig({})));
}

interface ProxyOptions {
  path?: string;
  /** Runs when the engine is done and before the client learns of it. */
  afterwards?: (status: number) => Promise<unknown>;
}

/** Passes a request on as it is, with the client's own API version, and streams the answer. */
export async function proxy(call: Call, engine: Engine, options: ProxyOptions = {}): Promise<void> {
  const { request, response } = call;
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const hasBody = request.headers['content-length'] !== undefined || isChunked(request);
  const answer = await engine.watchHealth(
    engine.client.send(proxyPath(call, options.path ?? call.path), {
      method: request.method ?? 'GET',
      headers: forwardedHeaders(request.headers),
      signal: gone.signal,
      ...(hasBody ? { body: request } : {}),
    }),
  );
  startAnswer(response, answer);
  try {
    if (options.afterwards) await answerAfterwards(response, answer, options.afterwards);
    else await pipeline(answer, response);
  } catch {
    // Either side went away in the middle of a stream: nobody is left to tell.
    response.destroy();
  }
}

async function answerAfterwards(
  response: ServerResponse,
  answer: IncomingMessage,
  afterwards: (status: number) => Promise<unknown>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  await afterwards(answer.statusCode ?? 0).catch(() => {});
  response.end(Buffer.concat(chunks));
}

/** Headers go out at once: a client waiting for a container starts it only when it has them. */
function startAnswer(response: ServerResponse, answer: IncomingMessage): void {
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    if (!values || hopByHop.has(name)) continue;
    const own = response.getHeader(name);
    response.setHeader(name, own === undefined ? values : [String(own), ...values]);
  }
  response.writeHead(answer.statusCode ?? 500);
  response.flushHeaders();
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

function forwardedHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.has(name) && name !== 'host'),
  );
}

export function proxyPath(call: Pick<Call, 'query'>, path: string): string {
  const query = call.query.toString();
  return encodeURI(path) + (query === '' ? '' : `?${query}`);
}

function isChunked(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined;
}
