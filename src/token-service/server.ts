import { once } from 'node:events';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { sayAddress, type HostAndPort } from './address.ts';
import { bodyOf, checkAnnouncedSize, type Body } from './body.ts';
import type { Limits } from './limits.ts';
import { sayRequest, sparing } from './log.ts';
import { Refusal, ServiceError, codeOf, reasonOf } from './refusal.ts';
import { answer, type Answer, type Clusters } from './routes.ts';
import type { TlsSettings } from './tls-files.ts';

/**
 * Seconds until an idle connection is closed. No multiple of it is a heartbeat that anybody chooses:
 * a heartbeat sent at the moment of the closing would be lost, because Go repeats no POST.
 */
const KEEP_ALIVE = 7;
const LARGEST_HEAD = 8 * 1024;
/** Connections that the kernel holds while the agents of a large cluster start all at once. */
const BACKLOG = 4096;
const CHECK_INTERVAL = 1000;

interface ServerOptions {
  readonly listen: HostAndPort;
  readonly tls: TlsSettings;
  readonly limits: Pick<Limits, 'connections' | 'headerSeconds' | 'requestSeconds'>;
  readonly clusters: Clusters;
  readonly version: string;
  readonly log: (message: string) => void;
}

interface RunningServer {
  /** Where it listens, with the real port. */
  readonly address: HostAndPort;
  /** Uses another certificate for connections that begin from now on. */
  readonly setTls: (tls: TlsSettings) => void;
  /** Takes no more connections, answers what is under way within so many milliseconds, and ends. */
  readonly stop: (grace: number) => Promise<void>;
}

/** What is known of a request that has no answer yet. */
interface UnderWay {
  readonly body: Body;
  readonly response: ServerResponse;
}

/**
 * Serves the clusters by HTTPS.
 * @throws {ServiceError} when the address cannot be listened on
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { tls, limits, log } = options;
  const server = https.createServer({
    ...tls,
    // Swarm's agents and manager show no certificate; routes.ts says who must.
    requestCert: tls.ca !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: limits.headerSeconds * 1000,
    headersTimeout: limits.headerSeconds * 1000,
    requestTimeout: limits.requestSeconds * 1000,
    connectionsCheckingInterval: CHECK_INTERVAL,
    keepAliveTimeout: KEEP_ALIVE * 1000,
    maxHeaderSize: LARGEST_HEAD,
    // Refused in `refuseEarly`, with a line in the log.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connections;
  // For a client that does not read its answer; one that does not send is timed out before.
  server.timeout = (limits.requestSeconds + KEEP_ALIVE) * 1000;

  const underWay = new WeakMap<Duplex, UnderWay>();
  const serve = (request: IncomingMessage, response: ServerResponse, refusal?: Refusal) => {
    const body = bodyOf(request);
    underWay.set(request.socket, { body, response });
    const finish = logWhenDone(request, response, log);
    response.on('close', () => {
      if (underWay.get(request.socket)?.response === response) underWay.delete(request.socket);
    });
    void answerTo(request, body, options, refusal).then((reply) => {
      finish(reply);
      send(response, reply);
    });
  };
  server.on('request', serve);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response, new Refusal(417, 'the only expectation that is met is 100-continue'));
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    const reason = 'this is no proxy';
    log(sayRequest({ ...sightOf(request), status: 405, milliseconds: 0, note: reason }));
    endWith(socket, 405, reason);
  });
  handleBadConnections(server, underWay, log);
  // Node's own list of connections lacks those that are still in the TLS handshake.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  const address = await listen(server, options.listen);
  return {
    address,
    setTls(next) {
      server.setSecureContext(next);
    },
    async stop(grace) {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, grace);
      await closed;
      clearTimeout(timer);
    },
  };
}

async function listen(server: https.Server, { host, port }: HostAndPort): Promise<HostAndPort> {
  try {
    server.listen({ host, port, backlog: BACKLOG });
    await once(server, 'listening');
  } catch (error) {
    const where = sayAddress({ host, port });
    throw new ServiceError(
      codeOf(error) === 'EADDRINUSE'
        ? `cannot listen on ${where}: another process does already`
        : `cannot listen on ${where}: ${reasonOf(error)}`,
      error,
    );
  }
  const bound = server.address() as AddressInfo;
  return { host: bound.address, port: bound.port };
}

/** Never fails: whatever goes wrong becomes an answer. */
async function answerTo(
  request: IncomingMessage,
  body: Body,
  { clusters, version, tls }: ServerOptions,
  refusal: Refusal | undefined,
): Promise<Answer> {
  try {
    if (refusal !== undefined) throw refusal;
    refuseEarly(request);
    return await answer(clusters, version, {
      method: request.method ?? '',
      url: request.url ?? '',
      body: body.text,
      mayManage: tls.ca === undefined || isTrusted(request),
    });
  } catch (error) {
    if (error instanceof Refusal) {
      return { status: error.status, body: `${error.message}\n`, note: error.message };
    }
    return {
      status: 500,
      body: 'the service has a bug; its log says more\n',
      note: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** @throws {Refusal} for what HTTP asks a server to refuse */
function refuseEarly(request: IncomingMessage): void {
  if (request.httpVersion === '1.1' && request.headers.host === undefined) {
    throw new Refusal(400, 'the Host header is missing');
  }
  checkAnnouncedSize(request);
}

/**
 * Whether the client showed a certificate of the client CA. `authorized` alone is not enough: Node
 * sets it for every resumed session of TLS 1.3, one that began without a certificate included.
 */
function isTrusted(request: IncomingMessage): boolean {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the sockets of an https server are TLS sockets
  const socket = request.socket as TLSSocket;
  return socket.authorized && socket.getPeerX509Certificate() !== undefined;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const isText = body === undefined || typeof body === 'string';
  const content = Buffer.from(isText ? (body ?? '') : JSON.stringify(body));
  // The rest of what is too large or too late is not waited for.
  if (status === 408 || status === 413) response.setHeader('Connection', 'close');
  response.writeHead(status, {
    ...(status === 204
      ? {}
      : {
          'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json',
          'Content-Length': content.length,
        }),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(status === 204 ? undefined : content);
}

function sightOf(request: IncomingMessage) {
  return {
    client: clientOf(request.socket),
    method: request.method ?? '-',
    url: request.url ?? '-',
  };
}

function clientOf(socket: Duplex): string {
  const { remoteAddress = '-' } = socket as { readonly remoteAddress?: string };
  return remoteAddress.replace(/^::ffff:/, '');
}

const LEFT: Answer = { status: 0, note: 'the client left before it was answered' };

/** Writes the request's line when it is answered or its client has left; returns how to say with what. */
function logWhenDone(
  request: IncomingMessage,
  response: ServerResponse,
  log: (message: string) => void,
): (reply: Answer) => void {
  const start = performance.now();
  // The socket forgets its peer when it closes.
  const sight = sightOf(request);
  let reply: Answer | undefined;
  response.on('close', () => {
    const milliseconds = performance.now() - start;
    const { status, note } = response.writableFinished && reply !== undefined ? reply : LEFT;
    log(sayRequest({ ...sight, status, milliseconds, note }));
  });
  return (given) => {
    reply = given;
  };
}

/** Connections that bring no request: no TLS, no HTTP, too slow, too many. */
function handleBadConnections(
  server: https.Server,
  underWay: WeakMap<Duplex, UnderWay>,
  log: (message: string) => void,
): void {
  const broken = new WeakSet<Duplex>();
  server.on('clientError', (error: Error, socket: Duplex) => {
    if (codeOf(error) === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    // What follows on the connection brings the same event again.
    if (broken.has(socket)) return;
    broken.add(socket);
    const [status, reason] = complaintOf(error);
    const current = underWay.get(socket);
    if (current?.body.abort(new Refusal(status, reason)) === true) return;
    log(
      sayRequest({
        ...{ client: clientOf(socket), method: '-', url: '-' },
        ...{ status, milliseconds: 0, note: reason },
      }),
    );
    if (current === undefined) endWith(socket, status, reason);
    else if (current.response.headersSent) socket.destroy();
    else current.response.setHeader('Connection', 'close');
  });

  const logHandshake = sparing(log);
  server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    // A probe whether the port is open, for one.
    if (codeOf(error) === 'ECONNRESET') return;
    logHandshake(`${clientOf(socket)} no connection: ${sayHandshakeError(error)}`);
  });

  const logDrop = sparing(log);
  server.on('drop', (dropped?: { readonly remoteAddress?: string }) => {
    logDrop(`${dropped?.remoteAddress ?? '-'} no connection: there are too many already`);
    server.closeIdleConnections();
  });
}

function complaintOf(error: Error): readonly [status: number, reason: string] {
  switch (codeOf(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, `the head of a request has at most ${LARGEST_HEAD} bytes`];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'the request did not arrive in time'];
    default:
      return [400, 'this is not HTTP'];
  }
}

function sayHandshakeError(error: Error): string {
  switch (codeOf(error)) {
    case 'ERR_SSL_HTTP_REQUEST':
      return 'the client speaks HTTP without TLS';
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
      return "the client does not trust the CA of the service's certificate";
    default:
      return reasonOf(error);
  }
}

/** Answers on a connection for which Node makes no response, and closes it. */
function endWith(socket: Duplex, status: number, reason: string): void {
  const text = `${reason}\n`;
  socket.on('error', () => undefined);
  socket.write(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      '',
      text,
    ].join('\r\n'),
    () => {
      socket.destroy();
    },
  );
}
