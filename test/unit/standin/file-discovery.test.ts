import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDiscovery } from '../../standin/discovery/discovery.ts';
import { settings, soon, watch } from './watching.ts';

let folder: string;
let list: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-file-'));
  list = path.join(folder, 'nodes');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the stand-in with a file', () => {
  it('reads addresses and ranges, and skips comments and blank lines', async () => {
    await writeFile(list, '# ours\n\n10.0.0.[11:13]:2376\n  a:1  # the first\r\n#b:2\n');
    const heard = watch(`file://${list}`);
    await soon(() => heard.entries).toHaveLength(4);
    expect(heard.entries).toEqual(['10.0.0.11:2376', '10.0.0.12:2376', '10.0.0.13:2376', 'a:1']);
  });

  it('takes an empty file for an empty list', async () => {
    await writeFile(list, '');
    const heard = watch(`file://${list}`);
    await soon(() => heard.lists).toBeGreaterThan(0);
    expect(heard).toMatchObject({ entries: [], errors: [] });
  });

  it('reads it again at every heartbeat', async () => {
    await writeFile(list, 'a:1\n');
    const heard = watch(`file://${list}`);
    await soon(() => heard.entries).toEqual(['a:1']);
    await writeFile(list, 'b:2\n');
    await soon(() => heard.entries).toEqual(['b:2']);
  });

  it('keeps the last list while the file is missing or wrong, and says why', async () => {
    await writeFile(list, 'a:1\n');
    const heard = watch(`file://${list}`);
    await soon(() => heard.entries).toEqual(['a:1']);
    await rm(list);
    await soon(() => heard.errors).toContain(
      `failed to read '${list}': open ${list}: no such file or directory`,
    );
    await writeFile(list, 'b:2\nbare\n');
    await soon(() => heard.errors).toContain('address bare: missing port in address');
    expect(heard.entries).toEqual(['a:1']);
  });

  it('lets nobody register', async () => {
    await expect(createDiscovery(`file://${list}`, settings).register('b:2')).rejects.toThrow(
      'not implemented in this discovery service',
    );
  });
});
