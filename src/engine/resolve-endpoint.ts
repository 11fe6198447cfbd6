import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SwarmctlError } from '../errors.ts';
import type { EngineEndpoint, TlsClient } from './endpoint.ts';

interface ResolvedEndpoint {
  readonly endpoint: EngineEndpoint;
  /** Which setting chose it, in words. */
  readonly source: string;
}

/**
 * The Docker Engine a docker CLI would talk to: `DOCKER_HOST`, else `DOCKER_CONTEXT`, else the
 * current context of `~/.docker/config.json`, else the default socket.
 * (docker/cli: cli/command/cli.go, cli/context/store)
 */
export async function resolveEndpoint(
  env: NodeJS.ProcessEnv,
  home: string,
): Promise<ResolvedEndpoint> {
  // As in the docker CLI, a variable that is empty counts as not set.
  const config = env.DOCKER_CONFIG || path.join(home, '.docker');
  if (env.DOCKER_HOST) {
    const certificates = env.DOCKER_CERT_PATH || config;
    const tls = env.DOCKER_TLS_VERIFY ? await readTls(certificates, 'DOCKER_CERT_PATH') : undefined;
    return { endpoint: parseEndpoint(env.DOCKER_HOST, tls), source: 'DOCKER_HOST' };
  }
  const context = env.DOCKER_CONTEXT || (await currentContext(config));
  if (context !== undefined && context !== '' && context !== 'default') {
    return { endpoint: await readContext(config, context), source: `docker context ${context}` };
  }
  return {
    endpoint: { kind: 'socket', path: '/var/run/docker.sock' },
    source: 'the default socket',
  };
}

/** Reads `unix:///path` or `tcp://host:port`. */
export function parseEndpoint(url: string, tls?: TlsClient): EngineEndpoint {
  const socket = /^unix:\/\/(\/.*)$/.exec(url);
  if (socket?.[1] !== undefined) return { kind: 'socket', path: socket[1] };
  const tcp = /^(?:tcp|https?):\/\/(?:\[([^\]]+)\]|([^:/]+))(?::(\d+))?\/?$/.exec(url);
  if (tcp) {
    const port = Number(tcp[3] ?? (tls ? 2376 : 2375));
    return { kind: 'tcp', host: tcp[1] ?? tcp[2] ?? '', port, ...(tls && { tls }) };
  }
  throw new SwarmctlError('ENGINE_UNREACHABLE', `cannot use the Docker endpoint ${url}`, {
    suggestions: ['local hosts need an engine at unix:///… or tcp://127.0.0.1:PORT'],
  });
}

async function currentContext(config: string): Promise<string | undefined> {
  try {
    const text = await readFile(path.join(config, 'config.json'), 'utf8');
    return (JSON.parse(text) as { currentContext?: string }).currentContext;
  } catch {
    return undefined;
  }
}

async function readContext(config: string, name: string): Promise<EngineEndpoint> {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = path.join(config, 'contexts');
  let host: string | undefined;
  try {
    const meta = JSON.parse(await readFile(path.join(folder, 'meta', id, 'meta.json'), 'utf8')) as {
      Endpoints?: { docker?: { Host?: string } };
    };
    host = meta.Endpoints?.docker?.Host;
  } catch (error) {
    throw new SwarmctlError('ENGINE_UNREACHABLE', `there is no docker context "${name}"`, {
      cause: error,
      suggestions: ['docker context ls'],
    });
  }
  const tls = await readTls(path.join(folder, 'tls', id, 'docker'), `docker context ${name}`).catch(
    () => undefined,
  );
  return parseEndpoint(host ?? 'unix:///var/run/docker.sock', tls);
}

async function readTls(folder: string, source: string): Promise<TlsClient> {
  try {
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFile(path.join(folder, file), 'utf8')),
    );
    return { ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
  } catch (error) {
    throw new SwarmctlError(
      'ENGINE_UNREACHABLE',
      `the TLS files of ${source} cannot be read from ${folder}`,
      { cause: error },
    );
  }
}
