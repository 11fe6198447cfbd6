import { rm } from 'node:fs/promises';
import http from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { Transform } from 'node:stream';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { gate } from '../util/concurrency.ts';
import { readTemplate } from '../util/template.ts';
import { collect } from './collect.ts';
import type { SshConnection } from './connection.ts';
import { ownWords } from './words.ts';

/** A Docker API of a host, as a socket on this machine. */
export interface RemoteDocker {
  /** For `Engine`, and for `docker -H unix://…`; gone when the connection is closed. */
  readonly endpoint: { readonly kind: 'socket'; readonly path: string };
  readonly way: 'forwarded socket' | 'dial-stdio' | 'sudo dial-stdio';
}

const SOCKET = '/var/run/docker.sock';
const DIAL = ['docker', 'system', 'dial-stdio'];

/** sshd allows ten sessions per connection, and commands want some (connection.ts). */
const DIALS_AT_A_TIME = 6;
/** How long a connection waits for others to end, in milliseconds. */
const TURN_DEADLINE = 60_000;
const LARGEST_HEAD = 64 * 1024;
const PING_DEADLINE = 10_000;
const WORDS_KEPT = 4096;

/** Makes the Docker API of a host reachable, in the first way that the host allows. */
export async function reachDocker(
  connection: SshConnection,
  signal: AbortSignal,
  socket = SOCKET,
): Promise<RemoteDocker> {
  const { host } = connection;
  const here = await lookAtDocker(connection, socket, signal);
  if (!here.has('socket') && !here.has('cli')) {
    throw new SwarmctlError('ENGINE_UNREACHABLE', `there is no Docker on ${host}`, {
      host,
      suggestions: [`is Docker installed there, and does it listen at ${socket}?`],
    });
  }
  const reasons: string[] = [];
  for (const way of waysFor(here)) {
    const found = await tryWay(connection, way, { socket, here }, signal);
    if (typeof found !== 'string') return { endpoint: { kind: 'socket', path: found.path }, way };
    reasons.push(`${way}: ${found}`);
  }
  const { user } = connection.place;
  const closed = here.has('socket') && !here.has('open');
  throw new SwarmctlError(
    'ENGINE_UNREACHABLE',
    closed
      ? `${user} may not use Docker on ${host} (${reasons.join('; ') || 'no docker command there'})`
      : `Docker does not answer on ${host} (${reasons.join('; ')})`,
    {
      host,
      // An engine that starts does not answer yet.
      transient: !closed,
      suggestions: closed
        ? [
            `on ${host}: sudo usermod --append --groups docker ${user}`,
            `or: echo '${user} ALL=(root) NOPASSWD: /usr/bin/docker system dial-stdio' | sudo tee /etc/sudoers.d/zz-swarmctl`,
            'or connect as root: --ssh-user root',
          ]
        : [`on ${host}: systemctl status docker`],
    },
  );
}

type Way = RemoteDocker['way'];

function waysFor(here: ReadonlySet<string>): Way[] {
  const ways: Way[] = [];
  if (here.has('open')) ways.push('forwarded socket');
  // Also for an engine elsewhere, which the docker command knows of.
  if (here.has('cli') && (here.has('open') || !here.has('socket'))) ways.push('dial-stdio');
  if (here.has('cli') && here.has('sudo') && !here.has('open')) ways.push('sudo dial-stdio');
  return ways;
}

async function lookAtDocker(
  connection: SshConnection,
  socket: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const script = await readTemplate('ssh/look-at-docker.sh');
  const { stdout } = await connection.run(['sh', '-c', script, 'look', socket], { signal });
  return new Set(stdout.toString('utf8').split('\n'));
}

/** The socket here, or the reason why there is none. */
async function tryWay(
  connection: SshConnection,
  way: Way,
  { socket, here }: { readonly socket: string; readonly here: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<{ path: string } | string> {
  const local = path.join(connection.master.folder, way === 'forwarded socket' ? 'd' : 'd2');
  const close =
    way === 'forwarded socket'
      ? await forward(connection, local, socket)
      : await serve(connection, local, dialing(way, here.has('socket') ? socket : undefined));
  if (typeof close === 'string') return close;
  try {
    await ping(local, signal);
  } catch (error) {
    await close();
    signal.throwIfAborted();
    const words = way === 'forwarded socket' ? forwardingWords(connection.master.words) : '';
    return words || reasonOf(error);
  }
  // A forwarded socket ends with the connection, and goes with its folder.
  if (way !== 'forwarded socket') connection.beforeClose(close);
  return { path: local };
}

/** A context of the user's must not lead to another engine where the one that is meant is there. */
function dialing(way: Way, socket: string | undefined): string[] {
  if (way === 'sudo dial-stdio') return asRoot(DIAL);
  const [docker = '', ...rest] = DIAL;
  return socket === undefined ? DIAL : [docker, '-H', `unix://${socket}`, ...rest];
}

async function forward(
  { master }: SshConnection,
  local: string,
  socket: string,
): Promise<(() => Promise<void>) | string> {
  const problem = await master.control('forward', `${local}:${socket}`);
  if (problem !== undefined) return problem;
  return async () => {
    if (master.isOpen) await master.control('cancel', `${local}:${socket}`);
    await rm(local, { force: true });
  };
}

/** The connection alone knows why a channel could not be opened. */
function forwardingWords(words: string): string {
  return /^channel \d+: (open failed: .*)$/m.exec(words)?.[1] ?? '';
}

/** A socket whose every connection is a `docker system dial-stdio` on the host. */
async function serve(
  connection: SshConnection,
  local: string,
  command: readonly string[],
): Promise<() => Promise<void>> {
  const inTurn = gate(DIALS_AT_A_TIME);
  const sockets = new Set<Socket>();
  // Hijacked connections close one direction before the other.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // What fails is said to the client, in `dial`.
    socket.on('error', () => undefined);
    const late = setTimeout(() => {
      refuse(socket, `more than ${DIALS_AT_A_TIME} long requests at a time on ${connection.host}`);
    }, TURN_DEADLINE);
    void inTurn(() => {
      clearTimeout(late);
      return dial(connection, socket, command);
    });
  });
  await listen(server, local);
  server.unref();
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}

async function listen(server: Server, local: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(local, resolve);
  });
}

async function dial(
  connection: SshConnection,
  socket: Socket,
  command: readonly string[],
): Promise<void> {
  if (socket.destroyed) return;
  const state = { answered: false };
  let words: string;
  try {
    const { signal } = new AbortController();
    const remote = await connection.stream(command, { signal });
    const said = collect(remote.stderr, WORDS_KEPT);
    socket.once('close', remote.drop);
    remote.stdout.once('data', () => (state.answered = true));
    remote.stdout.pipe(socket, { end: false });
    socket.pipe(lastRequest()).pipe(remote.stdin);
    const exitCode = await remote.ended;
    words = ownWords(said.text()) || `${DIAL.join(' ')}: exit code ${exitCode}`;
  } catch (error) {
    words = reasonOf(error);
  }
  if (state.answered) socket.end();
  else refuse(socket, words);
}

/**
 * Makes the first request of a connection its last: an idle connection would hold a session that
 * others wait for. One that becomes a raw stream ends by itself.
 */
function lastRequest(): Transform {
  let head: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === undefined) {
        done(null, chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0 && head.length < LARGEST_HEAD) {
        done();
        return;
      }
      const [text, rest] = [head.toString('latin1', 0, Math.max(end, 0)), head.subarray(end)];
      const whole = head;
      head = undefined;
      if (end < 0 || /\r\nupgrade:/i.test(text)) done(null, whole);
      else done(null, Buffer.concat([Buffer.from(closing(text), 'latin1'), rest]));
    },
    flush(done) {
      done(null, head);
    },
  });
}

function closing(head: string): string {
  return `${head.replaceAll(/\r\nconnection:[^\r\n]*/gi, '')}\r\nConnection: close`;
}

/** `sudo -n` and nothing in between, so that a rule for this command alone is enough. */
function asRoot(command: readonly string[]): string[] {
  return ['env', 'LC_ALL=C', 'sudo', '-n', '--', ...command];
}

/** To a client a connection that says nothing is a riddle; this is an answer of the API. */
function refuse(socket: Socket, message: string): void {
  if (socket.destroyed) return;
  const body = JSON.stringify({ message });
  const answer = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
  socket.end(answer, () => socket.destroy());
}

/** Fails with the reason when no Docker API answers. */
async function ping(socketPath: string, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(PING_DEADLINE);
  const { status, text } = await new Promise<{ status: number; text: string }>(
    (resolve, reject) => {
      const request = http.get({ socketPath, path: '/_ping', agent: false, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
      });
      request.once('error', reject);
      limit.addEventListener('abort', () => {
        request.destroy(new Error('no answer'));
      });
    },
  );
  if (status !== 200) throw new Error(messageOf(text) || `HTTP status ${status}`);
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
