import type { EngineConfig } from './engine-config.ts';
import type { Problem } from './setup.ts';
import { SOCKET } from './paths.ts';

export interface Listening {
  /** The address at which it listens with TLS, as dockerd writes it. */
  readonly address: string;
  /** Addresses of the person's that give way to it, for as long as the cluster is there. */
  readonly replaced: readonly string[];
  /** Addresses of the person's that had no TLS and get it. */
  readonly plain: readonly string[];
  readonly problems: readonly Problem[];
}

const EVERYWHERE = ['0.0.0.0', '[::]'];
/** What dockerd takes for the port of `tcp://ADDRESS` when it has TLS. */
const TLS_PORT = 2376;

/** Makes dockerd listen at a port of all addresses, besides where it listens already. */
export function listenAt(
  config: EngineConfig,
  port: number,
  addresses: readonly string[],
): Listening {
  const onlySix = addresses.length > 0 && addresses.every((address) => address.includes(':'));
  const here = config.list('host');
  const had = here.map((host) => ({ host, ...tcp(host) }));
  const atPort = had.filter((each) => each.port === port);
  const suits = atPort.find(({ address }) =>
    address === undefined ? false : (onlySix ? ['[::]'] : EVERYWHERE).includes(address),
  );
  const problems: Problem[] = [];
  const replaced = suits ? [] : atPort.map(({ host }) => host);
  for (const host of replaced) {
    if (config.drop('host', host)) continue;
    problems.push({
      problem: `dockerd listens at ${host} by a variable of its unit, which leaves no room for the same port of all addresses`,
      fix: `drop it (often in /etc/default/docker), or choose another port: --engine-port`,
    });
  }
  const address = suits?.host ?? `tcp://${onlySix ? '[::]' : '0.0.0.0'}:${port}`;
  // Left to itself dockerd opens its socket, but not when it is told to listen elsewhere.
  if (!here.some((host) => /^(unix|fd):\/\//.test(host))) config.append('host', SOCKET);
  config.append('host', address);

  const hadTls = ['tls', 'tlsverify'].some((flag) => config.value(flag) === 'true');
  const tcps = had.filter((each) => each.port !== undefined);
  return { address, replaced, plain: hadTls ? [] : tcps.map(({ host }) => host), problems };
}

function tcp(host: string): { address?: string; port?: number } {
  const [, address, port] = /^tcp:\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?\/?$/.exec(host) ?? [];
  return address === undefined ? {} : { address, port: Number(port ?? TLS_PORT) };
}
