import {
  appendFile,
  cp,
  readFile,
  readdir,
  rename,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Store } from '../../../src/token-service/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LIMITS = { clusters: 1000, nodesPerCluster: 100_000, nodes: 100_000 };

interface Opened {
  readonly store: Store;
  readonly said: string[];
  readonly time: { now: number };
}

async function openStore(folder: string): Promise<Opened> {
  const said: string[] = [];
  const time = { now: 0 };
  const store = await Store.open({
    ...{ folder, limits: LIMITS, fixedTokens: [], now: () => time.now },
    log: (sentence) => said.push(sentence),
  });
  return { store, said, time };
}

/** What a start finds in a folder. */
async function contentOf(folder: string, token: string): Promise<readonly string[] | undefined> {
  const { store } = await openStore(folder);
  try {
    return store.clusterCount === 0 ? undefined : store.list(token);
  } finally {
    await store.close();
  }
}

async function journalOf(folder: string): Promise<string> {
  const [name = '', ...more] = (await readdir(folder)).filter((file) => file.startsWith('journal'));
  expect(more).toEqual([]);
  return path.join(folder, name);
}

describe('after a restart', () => {
  it('everything is there, and every node has its whole TTL before it', async () => {
    const folder = await temporaryFolder();
    const { store, time } = await openStore(folder);
    const token = await store.create();
    await store.register(token, 'a:1', 10);
    await store.register(token, 'b:1', 10);
    await store.register(token, 'b:1', 20);
    const gone = await store.create();
    await store.delete(gone);
    time.now = 9999;
    await store.close();

    const again = await openStore(folder);
    expect(() => again.store.list(gone)).toThrow('no cluster');
    again.time.now = 9999;
    expect(again.store.list(token)).toEqual(['a:1', 'b:1']);
    again.time.now = 10_000;
    expect(again.store.list(token)).toEqual(['b:1']);
    again.store.tick();
    expect(again.said).toEqual([`expired a:1 of ${token.slice(0, 6)}…`]);
    await again.store.close();
    expect(await contentOf(folder, token)).toEqual(['b:1']);
  });

  it('nothing was written for nodes that were merely heard of again', async () => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    const token = await store.create();
    await store.register(token, 'a:1', 10);
    const { size } = await stat(await journalOf(folder));
    for (let count = 0; count < 100; count++) await store.register(token, 'a:1', 10);
    expect((await stat(await journalOf(folder))).size).toBe(size);
    await store.close();
  });

  it('files are for their owner alone', async () => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    await store.create();
    await store.close();
    for (const name of await readdir(folder)) {
      expect([name, (await stat(path.join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
    }
  });
});

describe('after a power cut', () => {
  it('a journal that ends at any byte of its last line loses that line alone, and says so', async () => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    const token = await store.create();
    await store.register(token, 'a:1', 10);
    const before = (await stat(await journalOf(folder))).size;
    await store.register(token, 'b:1', 10);
    await store.close();
    const { size } = await stat(await journalOf(folder));

    for (let length = before; length <= size; length++) {
      const copy = path.join(await temporaryFolder(), 'copy');
      await cp(folder, copy, { recursive: true });
      await truncate(await journalOf(copy), length);
      const { store: cut, said } = await openStore(copy);
      const [all, partial] = [length === size, length > before && length < size];
      expect(cut.list(token)).toEqual(all ? ['a:1', 'b:1'] : ['a:1']);
      expect(said).toHaveLength(partial ? 1 : 0);
      if (partial) expect(said[0]).toContain(`cut ${length - before} bytes off`);
      // And what comes next is not lost behind the damage.
      await cut.register(token, 'c:1', 10);
      await cut.close();
      expect(await contentOf(copy, token)).toContain('c:1');
    }
  });

  it('zeros in place of the last line are cut off', async () => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    const token = await store.create();
    await store.close();
    await appendFile(await journalOf(folder), Buffer.alloc(4096));
    expect(await contentOf(folder, token)).toEqual([]);
  });

  it.each([0, 30])('damage at byte %i of a line that has successors is refused', async (offset) => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    const token = await store.create();
    await store.register(token, 'a:1', 10);
    await store.close();
    const bytes = await readFile(await journalOf(folder));
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
    await writeFile(await journalOf(folder), bytes);
    await expect(openStore(folder)).rejects.toThrow(/line 1 of .*journal.* is damaged/);
  });

  it('a damaged or missing snapshot is refused', async () => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    await store.create();
    await store.close();
    const snapshot = path.join(folder, 'snapshot');
    await rename(snapshot, `${snapshot}.away`);
    await expect(openStore(folder)).rejects.toThrow('but no snapshot');
    await rename(`${snapshot}.away`, snapshot);
    const { size } = await stat(snapshot);
    await truncate(snapshot, size - 1);
    await expect(openStore(folder)).rejects.toThrow('is damaged');
  });

  it('what a new snapshot left half done is cleared away', async () => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    const token = await store.create();
    await store.close();
    await writeFile(path.join(folder, 'snapshot.new'), 'half');
    await writeFile(path.join(folder, 'journal.2'), '');
    expect(await contentOf(folder, token)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(['journal.1', 'snapshot']);
  });
});

describe('a long journal', () => {
  it('becomes a snapshot', async () => {
    const folder = await temporaryFolder();
    const { store } = await openStore(folder);
    const token = await store.create();
    const addresses = Array.from({ length: 15_000 }, (_, index) => `node-${index}.example:2376`);
    for (let start = 0; start < addresses.length; start += 1000) {
      const some = addresses.slice(start, start + 1000);
      await Promise.all(some.map((address) => store.register(token, address, 60)));
    }
    await store.close();
    const { size } = await stat(await journalOf(folder));
    expect(size).toBeLessThan(1_200_000);
    expect(path.basename(await journalOf(folder))).not.toBe('journal.1');
    expect(await contentOf(folder, token)).toEqual(addresses.sort());
  });
});
