import type { ClusterSpec } from './spec.ts';

interface Port {
  /** What listens there, for people. */
  readonly of: string;
  readonly port: number;
  /** The flag that chose it; undefined when nobody did. */
  readonly flag: string | undefined;
}

/**
 * What is wrong with the ports of a spec, a sentence each. `usualStorePort` is that of the store when
 * the spec says none; null when no store is deployed.
 */
export function* portProblems(spec: ClusterSpec, usualStorePort: number | null): Generator<string> {
  const { engine, manager, store } = spec.ports;
  for (const [flag, port] of [
    ['engine-port', engine],
    ['manager-port', manager],
    ['store-port', store],
  ] as const) {
    if (port !== null && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
      yield `--${flag} ${port} is not a port; ports are 1 to 65535`;
    }
  }
  if (store !== null && usualStorePort === null) {
    yield '--store-port is for a store that swarmctl deploys, and there is none';
  }
  yield* clashes(onMaster(spec, usualStorePort));
}

/** What listens on the master. */
function onMaster(spec: ClusterSpec, usualStorePort: number | null): Port[] {
  const { engine, manager, store } = spec.ports;
  const url = spec.hosts?.find(({ master }) => master)?.url ?? '';
  const [, listens] = /^tcp:.*:(\d+)$/.exec(url) ?? [];
  const storePort = usualStorePort === null ? null : (store ?? usualStorePort);
  return [
    listens === undefined
      ? { of: 'the engine', port: engine, flag: 'engine-port' }
      : { of: 'the engine', port: Number(listens), flag: undefined },
    { of: 'the manager', port: manager, flag: 'manager-port' },
    ...(storePort === null
      ? []
      : [{ of: 'the store', port: storePort, flag: store === null ? undefined : 'store-port' }]),
  ];
}

function* clashes(ports: readonly Port[]): Generator<string> {
  for (const [index, later] of ports.entries()) {
    const earlier = ports.slice(0, index).find(({ port }) => port === later.port);
    if (!earlier) continue;
    const [one, other] = later.flag === undefined ? [earlier, later] : [later, earlier];
    yield `--${one.flag ?? ''} ${one.port} is the port of ${other.of} on the master as well`;
  }
}
