import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askZooKeeper, deleteFromZooKeeper, withZooKeeper } from '../../../src/stores/zookeeper.ts';
import { startZooKeeper, withoutZooKeeper, type RealServer } from './servers.ts';

const signal = new AbortController().signal;
const NODES = '/docker/swarm/nodes';

let server: RealServer;

/** Makes nodes with these values as swarm does, parents first. */
function fill(prefix: string, ...addresses: string[]) {
  return withZooKeeper(server.store, signal, async (session) => {
    let parent = '';
    for (const part of `${prefix}${NODES}`.split('/').slice(1)) {
      parent += `/${part}`;
      await session.create(parent, Buffer.alloc(0)).catch(() => undefined);
    }
    for (const address of addresses) {
      await session.create(`${parent}/${address}`, Buffer.from(address));
    }
  });
}

const members = async (prefix: string) =>
  (await askZooKeeper(server.store, prefix, signal)).members;

const title = withoutZooKeeper === undefined ? '' : ` (skipped: ${withoutZooKeeper})`;

describe.skipIf(withoutZooKeeper !== undefined)(`a real ZooKeeper${title}`, () => {
  beforeAll(async () => {
    server = await startZooKeeper();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('gives a session and tells its version and the timeout it grants', async () => {
    const view = await askZooKeeper(server.store, 'unused', signal);
    expect(view.version).toMatch(/^3\.\d+\.\d+$/);
    expect(view.server).toBe(`127.0.0.1:${server.port}`);
    // With a tick of half a second it grants 1 to 10 s.
    expect(view.sessionTimeout).toBe(10_000);
    expect(view.members).toEqual([]);
  });

  it('lists the members of each prefix, and keeps them over a restart', async () => {
    await fill('/one', '10.0.0.2:2376', '10.0.0.1:2376');
    await fill('/two', '10.0.0.3:2376');
    await server.restart();
    expect(await members('one')).toEqual(['10.0.0.1:2376', '10.0.0.2:2376']);
    expect(await members('/two/')).toEqual(['10.0.0.3:2376']);
  });

  it('lists a thousand members', async () => {
    const many = Array.from(
      { length: 1000 },
      (_, index) => `10.1.${index >> 8}.${index & 255}:2376`,
    );
    await fill('/many', ...many);
    expect(await members('many')).toHaveLength(1000);
    await deleteFromZooKeeper(server.store, 'many', signal);
    expect(await members('many')).toEqual([]);
  });

  it('deletes one prefix and nothing else, twice', async () => {
    await fill('/gone', '10.0.0.1:2376');
    await fill('/gone2', '10.0.0.2:2376');
    for (let time = 0; time < 2; time++) await deleteFromZooKeeper(server.store, 'gone', signal);
    const left = await withZooKeeper(server.store, signal, (session) => session.children('/'));
    expect(left).not.toContain('gone');
    expect(await members('gone2')).toEqual(['10.0.0.2:2376']);
  });

  it('takes away the session of a client that ends it', async () => {
    await withZooKeeper(server.store, signal, async (session) => {
      await expect(session.data('/nowhere')).rejects.toThrow('/nowhere: no such node');
      await session.close();
      await expect(session.children('/')).rejects.toThrow('is closed');
    });
  });

  it('fails when it stops during a session, and afterwards', async () => {
    const broken = withZooKeeper(server.store, signal, async (session) => {
      await server.stop();
      return session.children('/');
    });
    await expect(broken).rejects.toThrow(/ended the connection|hung up/);
    await expect(members('one')).rejects.toThrow('connection refused');
    await server.restart();
    await expect.poll(() => members('two'), { timeout: 20_000 }).toEqual(['10.0.0.3:2376']);
  });
});
