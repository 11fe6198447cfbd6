import { SwarmctlError, reasonOf, retold } from '../errors.ts';
import { currentContext, dockerConfigFolder, readContext } from './docker-context.ts';
import type { EngineEndpoint, TlsClient } from './endpoint.ts';
import { readTls } from './read-tls.ts';

/** Which setting chose an engine, in words. */
export type EngineSource = 'DOCKER_HOST' | `docker context ${string}` | 'the default socket';

interface ResolvedEndpoint {
  readonly endpoint: EngineEndpoint;
  readonly source: EngineSource;
  /** What takes that setting back; undefined when nothing was set. */
  readonly undoneBy: string | undefined;
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
  const config = dockerConfigFolder(env, home);
  if (env.DOCKER_HOST) {
    const certificates = env.DOCKER_CERT_PATH || config;
    const tls = env.DOCKER_TLS_VERIFY ? await readTls(certificates, 'DOCKER_CERT_PATH') : undefined;
    const undoneBy = 'eval "$(swarmctl env --unset)"';
    return { endpoint: parseEndpoint(env.DOCKER_HOST, tls), source: 'DOCKER_HOST', undoneBy };
  }
  const context = await chosenContext(env, config);
  if (context !== undefined) {
    const undoneBy = env.DOCKER_CONTEXT ? 'unset DOCKER_CONTEXT' : 'docker context use default';
    const endpoint = await contextEndpoint(config, context).catch((error: unknown) => {
      throw retold(error, reasonOf(error), [undoneBy]);
    });
    return { endpoint, source: `docker context ${context}`, undoneBy };
  }
  return {
    endpoint: { kind: 'socket', path: '/var/run/docker.sock' },
    source: 'the default socket',
    undoneBy: undefined,
  };
}

/** The same as it is written there, which need not be one that swarmctl can talk to itself. */
export async function resolveUrl(
  env: NodeJS.ProcessEnv,
  home: string,
): Promise<{ readonly url: string; readonly source: string }> {
  if (env.DOCKER_HOST) return { url: env.DOCKER_HOST, source: 'DOCKER_HOST' };
  const config = dockerConfigFolder(env, home);
  const context = await chosenContext(env, config);
  const { host } = await readContext(config, context ?? 'default');
  const source = context === undefined ? 'the default socket' : `docker context ${context}`;
  return { url: host, source };
}

/** Undefined for the one that is not in the store. */
async function chosenContext(env: NodeJS.ProcessEnv, config: string): Promise<string | undefined> {
  const context = env.DOCKER_CONTEXT || (await currentContext(config));
  return context === '' || context === 'default' ? undefined : context;
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
    suggestions: [
      'local hosts need an engine at unix:///… or tcp://127.0.0.1:PORT',
      ...(url.startsWith('ssh://') ? [`make it a host: swarmctl create --host ${url}`] : []),
    ],
  });
}

async function contextEndpoint(config: string, name: string): Promise<EngineEndpoint> {
  const { host, tls, skipVerify } = await readContext(config, name);
  if (skipVerify && !tls) {
    throw new SwarmctlError(
      'ENGINE_UNREACHABLE',
      `the docker context "${name}" takes any certificate of its engine, which swarmctl does not`,
      {
        suggestions: [
          `docker context update ${name} --docker host=${host},ca=FILE,cert=FILE,key=FILE`,
        ],
      },
    );
  }
  return parseEndpoint(host, tls);
}
