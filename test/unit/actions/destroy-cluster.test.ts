import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { destroyCluster } from '../../../src/actions/destroy-cluster.ts';
import type { Routes } from '../support/fake-engine.ts';
import { recordAt, recordOf } from '../support/cluster.ts';
import { machine } from './support.ts';

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);
const options = (name: string | undefined, confirm = yes) => ({
  ...{
    name,
    concurrency: 2,
    confirm,
    keepEntries: false,
    removesEngines: false,
    lockWait: undefined,
    unreachable: 'refuse' as const,
  },
});

describe('destroying a cluster that is not known', () => {
  it('has nothing to do, and does not ask', async () => {
    const { context } = await machine();
    const asked = () => Promise.reject(new Error('asked'));
    expect(await destroyCluster(options('gone', asked), context)).toEqual({
      name: 'gone',
      outcome: 'unknown',
      removed: [],
      imagesKept: [],
      left: [],
    });
  });

  it('removes the folder of a cluster whose state cannot be read', async () => {
    const { home, context, warnings } = await machine();
    await home.cluster('broken').write('cluster.json', '{');
    const { outcome, removed } = await destroyCluster(options('broken'), context);
    expect({ outcome, removed }).toEqual({
      outcome: 'destroyed',
      removed: [`folder ${home.cluster('broken').path}`],
    });
    expect(await home.cluster('broken').exists()).toBe(false);
    expect(warnings.join()).toContain('the state of broken cannot be read');
  });

  it('leaves everything when that is the answer', async () => {
    const { home, context } = await machine();
    await home.cluster('broken').write('cluster.json', '{');
    expect((await destroyCluster(options('broken', no), context)).outcome).toBe('declined');
    expect(await home.cluster('broken').exists()).toBe(true);
  });
});

describe('destroying a cluster', () => {
  it('removes its hosts, its network and its folder, and no other', async () => {
    const ours = { Labels: { 'io.swarmctl.cluster': 'demo' } };
    const present = ['m', '1', '2'].flatMap((id) => [
      [`GET /containers/swarmctl-demo-${id}/json`, { json: { Id: id, Config: ours } }],
      [`GET /volumes/swarmctl-demo-${id}-data`, { json: ours }],
    ]);
    const { home, context, outer } = await machine(Object.fromEntries(present) as Routes);
    const record = recordAt(outer.engine.url);
    await home.cluster('demo').writeRecord(record);
    await home.cluster('other').writeRecord(recordOf({ name: 'other' }));
    const { outcome } = await destroyCluster(options('demo'), context);
    expect(outcome).toBe('destroyed');
    expect(await home.cluster('demo').exists()).toBe(false);
    expect(await home.cluster('other').exists()).toBe(true);
    const removed = outer.paths().filter((each) => each.startsWith('DELETE'));
    expect(removed.sort()).toEqual([
      'DELETE /containers/swarmctl-demo-1',
      'DELETE /containers/swarmctl-demo-2',
      'DELETE /containers/swarmctl-demo-m',
      'DELETE /volumes/swarmctl-demo-1-data',
      'DELETE /volumes/swarmctl-demo-2-data',
      'DELETE /volumes/swarmctl-demo-m-data',
    ]);
  });

  it('fails with what is left when something is', async () => {
    const { home, context, outer } = await machine({
      'GET /volumes': { json: { Volumes: [{ Name: 'stuck' }] } },
    });
    await home.cluster('demo').writeRecord(recordAt(outer.engine.url));
    await expect(destroyCluster(options('demo'), context)).rejects.toMatchObject({
      code: 'LEFTOVERS',
      message: 'still there after destroy: volume stuck',
    });
  });
});

describe('destroying a cluster whose engine is gone', () => {
  const gone = 'unix:///nonexistent/docker.sock';

  it('removes nothing, and says how it is forgotten', async () => {
    const { home, context } = await machine();
    await home.cluster('demo').writeRecord(recordAt(gone));
    await expect(destroyCluster(options('demo'), context)).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringMatching(/no Docker Engine answers.*\nnothing was removed$/s) as string,
      suggestions: expect.arrayContaining([
        expect.stringContaining('swarmctl destroy demo --force'),
      ]) as string[],
    });
    expect(await home.cluster('demo').exists()).toBe(true);
  });

  it('forgets it with --force, and says what is left on the engine', async () => {
    const { home, context } = await machine();
    await home.cluster('demo').writeRecord(recordAt(gone));
    const { outcome, left } = await destroyCluster(
      { ...options('demo'), unreachable: 'forget' },
      context,
    );
    expect(outcome).toBe('destroyed');
    expect(left).toMatchObject([{ host: null }]);
    expect(left[0]?.commands).toEqual(
      expect.arrayContaining([
        'docker rm --force --volumes swarmctl-demo-1',
        'docker volume rm swarmctl-demo-1-data',
        'docker network rm swarmctl-demo',
      ]),
    );
    expect(left[0]?.commands.join()).not.toContain('rm -r');
    expect(await home.cluster('demo').exists()).toBe(false);
  });
});

describe('a name that is none', () => {
  it.each(['', '.', '..', '../..', '../logs', '../../documents', 'demo/client'])(
    '"%s" removes nothing',
    async (name) => {
      const { userHome, home, context } = await machine();
      await home.cluster('demo').writeRecord(recordOf());
      await home.cluster('demo').write('client/key.pem', 'x');
      await mkdir(home.logs, { recursive: true });
      await mkdir(path.join(userHome, 'documents'));
      await writeFile(path.join(userHome, 'documents', 'thesis.txt'), 'years of work');
      await destroyCluster(options(name), context).catch(() => undefined);
      expect(existsSync(path.join(userHome, 'documents', 'thesis.txt'))).toBe(true);
      expect(existsSync(home.logs)).toBe(true);
      expect(await home.cluster('demo').read('client/key.pem')).toBe('x');
    },
  );
});
