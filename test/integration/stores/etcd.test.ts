import { describe, expect, it } from 'vitest';
import { askEtcd, deleteFromEtcd, etcdClientUrls, putIntoEtcd } from '../../../src/stores/etcd.ts';
import { startEtcd, withoutEtcd } from './servers.ts';

const signal = new AbortController().signal;

const title = withoutEtcd === undefined ? '' : ` (skipped: ${withoutEtcd})`;

describe.skipIf(withoutEtcd !== undefined)(`a real etcd${title}`, () => {
  it('keeps members below a prefix until it is deleted', async () => {
    const server = await startEtcd(true);
    try {
      const { store } = server;
      const put = (prefix: string, node: string) =>
        putIntoEtcd(store, `${prefix}/docker/swarm/nodes/${node}`, node, signal);
      await put('team/demo', '10.0.0.2:2376');
      await put('team/demo', '10.0.0.1:2376');
      await put('team/demo2', '10.0.0.3:2376');
      expect(await askEtcd(store, 'team/demo', signal)).toEqual({
        version: expect.stringMatching(/^3\.\d+\.\d+$/) as string,
        members: ['10.0.0.1:2376', '10.0.0.2:2376'],
      });
      expect(await etcdClientUrls(store, signal)).toEqual([`http://127.0.0.1:${server.port}`]);
      for (let time = 0; time < 2; time++) await deleteFromEtcd(store, 'team/demo', signal);
      expect((await askEtcd(store, 'team/demo', signal)).members).toEqual([]);
      expect((await askEtcd(store, 'team/demo2', signal)).members).toEqual(['10.0.0.3:2376']);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });

  it('is told apart when its v2 API is off', async () => {
    const server = await startEtcd(false);
    try {
      await expect(askEtcd(server.store, 'demo', signal)).rejects.toThrow('its v2 API is off');
      await expect(deleteFromEtcd(server.store, 'demo', signal)).rejects.toThrow('v2 API is off');
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
});
