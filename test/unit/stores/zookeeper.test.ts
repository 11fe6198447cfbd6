import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { buffer } from '../../../src/stores/jute.ts';
import { askZooKeeper, deleteFromZooKeeper } from '../../../src/stores/zookeeper.ts';
import { calm } from '../support/cluster.ts';
import { children, fakeZooKeeper, OPERATION } from './fake-zookeeper.ts';
import { at, closedPort, tcpServer } from './support.ts';

const NO_NODE = -101;
const NOT_EMPTY = -111;

const NODES = '/team/demo/docker/swarm/nodes';

const twoNodes = (operation: number, path: string) => {
  if (operation === OPERATION.getChildren) return children('10.0.0.4:2376', '10.0.0.3:2376', 'new');
  if (operation !== OPERATION.getData) return [];
  // Swarm makes a node first and writes its value afterwards.
  return [buffer(Buffer.from(path.endsWith('new') ? '' : path.slice(NODES.length + 1)))];
};

describe('asking ZooKeeper', () => {
  it.each([4096, 1])('tells its version and members, in packets of %d bytes', async (pieces) => {
    const { port, seen } = await fakeZooKeeper({ answer: twoNodes, timeout: 6000, pieces });
    expect(await askZooKeeper(at(port), '/team/demo', calm)).toEqual({
      version: '3.8.0',
      server: `127.0.0.1:${port}`,
      sessionTimeout: 6000,
      members: ['10.0.0.3:2376', '10.0.0.4:2376'],
    });
    // A follower is brought up to date first, and the session ended.
    expect(seen[0]).toEqual({ operation: OPERATION.sync, path: NODES });
    expect(seen.at(-1)?.operation).toBe(OPERATION.close);
  });

  it('finds no members below an unused prefix, and none that left meanwhile', async () => {
    const unused = await fakeZooKeeper({
      answer: (operation) => (operation === OPERATION.getChildren ? NO_NODE : []),
    });
    expect((await askZooKeeper(at(unused.port), 'demo', calm)).members).toEqual([]);
    const leaving = await fakeZooKeeper({
      answer: (operation, path) =>
        operation === OPERATION.getData ? NO_NODE : twoNodes(operation, path),
    });
    expect((await askZooKeeper(at(leaving.port), 'demo', calm)).members).toEqual([]);
  });

  it('goes on to the next server, and names all that fail', async () => {
    const [closed, other] = [await closedPort(), await closedPort()];
    const { port } = await fakeZooKeeper({ answer: twoNodes });
    expect((await askZooKeeper(at(closed, port), 'team/demo', calm)).server).toBe(
      `127.0.0.1:${port}`,
    );
    await expect(askZooKeeper(at(closed, other), 'demo', calm)).rejects.toThrow(
      `127.0.0.1:${closed}: connection refused: nothing listens there; 127.0.0.1:${other}: `,
    );
  });

  it.each([
    ['hangs up', (socket: { end: () => void }) => socket.end(), 'gives no session: no quorum'],
    [
      'speaks another protocol',
      (socket: { end: (text: string) => void }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      "does not speak ZooKeeper's protocol",
    ],
  ])('says so when a server %s', async (_, serve, words) => {
    const port = await tcpServer(serve);
    await expect(askZooKeeper(at(port), 'demo', calm)).rejects.toThrow(words);
  });

  it('says so when a server has no quorum', async () => {
    const port = await tcpServer((socket) => {
      socket.once('data', (data) => {
        const known = data.toString() === 'srvr';
        socket.end(known ? 'This ZooKeeper instance is not currently serving requests\n' : '');
      });
    });
    await expect(askZooKeeper(at(port), 'demo', calm)).rejects.toThrow(
      `127.0.0.1:${port}: ZooKeeper has no quorum of its servers`,
    );
  });

  it('says so when a server refuses the session, or a path', async () => {
    const refusing = await fakeZooKeeper({ timeout: 0 });
    await expect(askZooKeeper(at(refusing.port), 'demo', calm)).rejects.toThrow(
      'refuses the session',
    );
    const guarded = await fakeZooKeeper({
      answer: (operation) => (operation === OPERATION.getChildren ? -102 : []),
    });
    await expect(askZooKeeper(at(guarded.port), 'demo', calm)).rejects.toThrow(
      '/demo/docker/swarm/nodes: not allowed (the node has an ACL',
    );
  });

  it('ends with the reason of the signal while a server is mute, and holds nothing', async () => {
    const mute = await tcpServer(() => undefined);
    const reason = new Error('enough');
    const controller = new AbortController();
    const asking = askZooKeeper(at(mute), 'demo', controller.signal);
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    await expect(asking).rejects.toBe(reason);
    await sleep(10);
    expect(process.getActiveResourcesInfo()).not.toContain('TCPConnectWrap');
  });

  it('refuses credentials, which swarm could not use', async () => {
    const tls = { ca: '', cert: '', key: '' };
    await expect(askZooKeeper({ ...at(1), tls }, 'demo', calm)).rejects.toThrow('without TLS');
  });
});

describe('deleting from ZooKeeper', () => {
  it('takes children first, again when one appeared, and minds nothing that is gone', async () => {
    let tries = 0;
    const { port, seen } = await fakeZooKeeper({
      answer: (operation, path) => {
        if (operation === OPERATION.getChildren)
          return children(...(path === '/demo' ? ['a'] : []));
        if (operation !== OPERATION.delete) return [];
        if (path === '/demo/a') return NO_NODE;
        return tries++ === 0 ? NOT_EMPTY : [];
      },
    });
    await deleteFromZooKeeper(at(port), 'demo/', calm);
    const deleted = seen.filter(({ operation }) => operation === OPERATION.delete);
    expect(deleted.map(({ path }) => path)).toEqual(['/demo/a', '/demo', '/demo/a', '/demo']);
  });

  it('gives up when children keep coming', async () => {
    const { port } = await fakeZooKeeper({
      answer: (operation) => {
        if (operation === OPERATION.getChildren) return children();
        return operation === OPERATION.delete ? NOT_EMPTY : [];
      },
    });
    await expect(deleteFromZooKeeper(at(port), 'demo', calm)).rejects.toThrow(
      '/demo: it has children',
    );
  });

  it.each(['', '/', 'zookeeper', '/zookeeper/quota'])('refuses %j', async (path) => {
    await expect(deleteFromZooKeeper(at(1), path, calm)).rejects.toThrow('refusing');
  });
});
