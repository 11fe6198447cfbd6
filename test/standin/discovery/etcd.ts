import { setTimeout as sleep } from 'node:timers/promises';
import type { Discovery, DiscoverySettings, DiscoveryWatcher } from './discovery.ts';
import {
  createEtcdClient,
  type EtcdAnswer,
  type EtcdClient,
  type EtcdNode,
} from './etcd-client.ts';

const defaultPath = 'docker/swarm/nodes';

/** `h:p[,h:p…][/prefix]`; each node is a key whose value is its address and whose TTL expires. */
export function createEtcdDiscovery(rest: string, settings: DiscoverySettings): Discovery {
  const [, hosts = '', prefix = ''] = /^([^/]*)\/?(.*)$/s.exec(rest) ?? [];
  const client = createEtcdClient(hosts.split(','), settings.opts);
  const path = [prefix, settings.opts.get('kv.path') || defaultPath]
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/');
  const keys = `/v2/keys/${path}`;
  return {
    async register(address) {
      const form = { ttl: String(Math.floor(settings.ttlMs / 1000)), value: address };
      const answer = await client.request('PUT', `${keys}/${address}`, { form });
      failOnError(answer);
    },
    watch(watcher, signal) {
      void watchForEver(client, keys, settings.heartbeatMs, watcher, signal);
    },
  };
}

async function watchForEver(
  client: EtcdClient,
  keys: string,
  heartbeatMs: number,
  watcher: DiscoveryWatcher,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await makeDirectory(client, keys);
      await watchOnce(client, keys, watcher, signal);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- aborted may change while it waits
      if (signal.aborted) return;
      watcher.onError(error as Error);
    }
    watcher.onError(new Error('Unexpected watch error'));
    await sleep(heartbeatMs, undefined, { signal }).catch(() => {});
  }
}

async function makeDirectory(client: EtcdClient, keys: string): Promise<void> {
  const answer = await client.request('GET', `${keys}?quorum=true&recursive=false&sorted=false`);
  if (answer.body.errorCode !== 100) {
    failOnError(answer);
    return;
  }
  failOnError(await client.request('PUT', `${keys}?dir=true`));
}

/** Reads the list, then reads it again at every change; returns when the watch is lost. */
async function watchOnce(
  client: EtcdClient,
  keys: string,
  watcher: DiscoveryWatcher,
  signal: AbortSignal,
): Promise<void> {
  let next = await readEntries(client, keys, watcher);
  while (!signal.aborted) {
    const wait = `${keys}?recursive=true&wait=true&waitIndex=${next}`;
    const answer = await client.request('GET', wait, { wait: true, signal });
    failOnError(answer);
    next = await readEntries(client, keys, watcher);
  }
}

/** Answers the index from which to watch on, so that no change between two reads is lost. */
async function readEntries(
  client: EtcdClient,
  keys: string,
  watcher: DiscoveryWatcher,
): Promise<number> {
  const answer = await client.request('GET', `${keys}?quorum=true&recursive=true&sorted=true`);
  failOnError(answer);
  watcher.onEntries(leafValues(answer.body.node ?? {}).filter((value) => value !== ''));
  return answer.index + 1;
}

function leafValues(node: EtcdNode): string[] {
  return node.dir ? (node.nodes ?? []).flatMap(leafValues) : [node.value ?? ''];
}

function failOnError({ status, body }: EtcdAnswer): void {
  if (body.errorCode !== undefined) {
    throw new Error(
      `${body.errorCode}: ${body.message ?? ''} (${body.cause ?? ''}) [${body.index ?? 0}]`,
    );
  }
  if (status >= 400) throw new Error(`etcd answered with status ${status}`);
}
