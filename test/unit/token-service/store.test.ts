import { readdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Journal } from '../../../src/token-service/journal.ts';
import { Store } from '../../../src/token-service/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { OTHER, TOKEN, manualClock } from './support.ts';

const LIMITS = { clusters: 3, nodesPerCluster: 5, nodes: 8 };

async function opened(folder?: string) {
  const clock = manualClock();
  const said: string[] = [];
  const store = await Store.open({
    ...{ folder: folder ?? (await temporaryFolder()), limits: LIMITS, now: clock.now },
    fixedTokens: [TOKEN],
    log: (sentence) => said.push(sentence),
  });
  onTestFinished(() => store.close());
  return { store, clock, said };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the disk says no`), { code });
}

/** Makes every write fail until it is called. */
function breakDisk(code: string): () => void {
  const spy = vi.spyOn(Journal.prototype, 'write').mockRejectedValue(systemError(code));
  onTestFinished(() => spy.mockRestore());
  return () => {
    spy.mockRestore();
  };
}

describe('requests that meet', () => {
  it('are written together', async () => {
    const { store } = await opened();
    const write = vi.spyOn(Journal.prototype, 'write');
    onTestFinished(() => write.mockRestore());
    await Promise.all(['a:1', 'b:1', 'c:1'].map((node) => store.register(TOKEN, node, 60)));
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('are neither answered nor visible before they are on disk', async () => {
    const { store } = await opened();
    let finish: () => void = () => {};
    const onDisk = new Promise<void>((resolve) => (finish = resolve));
    const write = vi.spyOn(Journal.prototype, 'write').mockReturnValue(onDisk);
    onTestFinished(() => write.mockRestore());
    const answered: string[] = [];
    const requests = [
      store.register(TOKEN, 'a:1', 60).then(() => answered.push('first')),
      store.register(TOKEN, 'a:1', 60).then(() => answered.push('the same again')),
      store.create().then(() => answered.push('token')),
    ];
    await vi.waitFor(() => expect(write).toHaveBeenCalled());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([answered, store.list(TOKEN), store.clusterCount]).toEqual([[], [], 1]);
    finish();
    await Promise.all(requests);
    expect(store.list(TOKEN)).toEqual(['a:1']);
  });

  it('for the same node count once', async () => {
    const { store } = await opened();
    await Promise.all(Array.from({ length: 20 }, () => store.register(TOKEN, 'a:1', 60)));
    expect(store.nodeCount).toBe(1);
  });

  it('keep to the limits together', async () => {
    const { store } = await opened();
    const nodes = Array.from({ length: 9 }, (_, index) => store.register(TOKEN, `n${index}:1`, 60));
    const outcomes = await Promise.allSettled(nodes);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
      ...[true, true, true, true, true, false, false, false, false],
    ]);
    const made = await Promise.allSettled([store.create(), store.create(), store.create()]);
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(store.clusterCount).toBe(3);
  });

  it('end with the TTL that was asked for last', async () => {
    const { store, clock } = await opened();
    await store.register(TOKEN, 'a:1', 10);
    await Promise.all([store.register(TOKEN, 'a:1', 99), store.register(TOKEN, 'a:1', 10)]);
    clock.advance(10_000);
    expect(store.list(TOKEN)).toEqual([]);
  });

  it('register nobody in a cluster that is deleted first', async () => {
    const { store } = await opened();
    const token = await store.create();
    const outcomes = await Promise.allSettled([
      ...[store.delete(token), store.delete(token), store.register(token, 'a:1', 60)],
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { status: 404 } },
      { status: 'rejected', reason: { status: 404 } },
    ]);
    expect(store.nodeCount).toBe(0);
  });

  it('keep a node that registers at the moment it expires, in memory as on disk', async () => {
    const folder = await temporaryFolder();
    const { store, clock } = await opened(folder);
    await store.register(TOKEN, 'a:1', 1);
    clock.advance(1000);
    const late = store.register(TOKEN, 'a:1', 2);
    clock.advance(1000);
    store.tick();
    await late;
    expect(store.list(TOKEN)).toEqual(['a:1']);
    await store.close();
    expect((await opened(folder)).store.list(TOKEN)).toEqual(['a:1']);
  });
});

describe('unknown and fixed tokens', () => {
  it('are refused with 404 and 409', async () => {
    const { store } = await opened();
    await expect(store.register(OTHER, 'a:1', 60)).rejects.toMatchObject({ status: 404 });
    await expect(store.delete(OTHER)).rejects.toMatchObject({ status: 404 });
    expect(() => store.list(OTHER)).toThrow('there is no cluster with this token');
    await expect(store.delete(TOKEN)).rejects.toMatchObject({ status: 409 });
  });

  it('stay when they are no longer in the file, but can be deleted then', async () => {
    const folder = await temporaryFolder();
    const { store } = await opened(folder);
    await store.register(TOKEN, 'a:1', 60);
    await store.close();
    const later = await Store.open({
      ...{ folder, limits: LIMITS, now: () => 0, fixedTokens: [], log: () => {} },
    });
    expect(later.list(TOKEN)).toEqual(['a:1']);
    await later.delete(TOKEN);
    await later.close();
  });
});

describe('a disk in trouble', () => {
  it.each([
    ['ENOSPC', 507, 'is full'],
    ['EDQUOT', 507, 'is full'],
    ['EIO', 503, 'cannot be written'],
  ])('%s answers %i, tells once, and keeps known nodes alive', async (code, status, sentence) => {
    const { store, clock, said } = await opened();
    await store.register(TOKEN, 'a:1', 10);
    const repair = breakDisk(code);
    for (let round = 0; round < 3; round++) {
      clock.advance(9000);
      await store.register(TOKEN, 'a:1', 10);
      await expect(store.register(TOKEN, 'a:1', 20)).rejects.toMatchObject({ status });
      await expect(store.register(TOKEN, 'b:1', 10)).rejects.toMatchObject({ status });
      await expect(store.create()).rejects.toMatchObject({ status });
    }
    expect(store.list(TOKEN)).toEqual(['a:1']);
    expect(store.trouble).toContain(sentence);
    expect(said).toEqual([expect.stringMatching(`${sentence}.*: ${code}: the disk says no`)]);
    repair();
    store.tick();
    await expect.poll(() => store.trouble).toBeUndefined();
    expect(said.at(-1)).toBe('the disk can be written again');
    await store.register(TOKEN, 'b:1', 10);
    expect(store.list(TOKEN)).toEqual(['a:1', 'b:1']);
  });

  it('is rid of what expired meanwhile as soon as it can be written', async () => {
    const folder = await temporaryFolder();
    const { store, clock } = await opened(folder);
    await store.register(TOKEN, 'a:1', 1);
    await store.register(TOKEN, 'b:1', 60);
    const repair = breakDisk('ENOSPC');
    clock.advance(1000);
    store.tick();
    await expect.poll(() => store.trouble).toContain('full');
    repair();
    clock.advance(6000);
    store.tick();
    await expect.poll(() => readdir(folder)).toContain('journal.2');
    await store.close();
    const { store: again } = await opened(folder);
    expect(again.list(TOKEN)).toEqual(['b:1']);
  });

  it('without room for a snapshot lets the journal grow, and tells once', async () => {
    const { store, said } = await opened();
    vi.spyOn(Journal.prototype, 'compact').mockRejectedValue(systemError('ENOSPC'));
    vi.spyOn(Journal.prototype, 'length', 'get').mockReturnValue(10_000_000);
    onTestFinished(() => void vi.restoreAllMocks());
    for (let node = 0; node < 3; node++) await store.register(TOKEN, `n${node}:1`, 60);
    expect(said).toEqual([
      'cannot write a new snapshot, so the journal grows on: ENOSPC: the disk says no',
    ]);
    expect(store.trouble).toBeUndefined();
  });
});
