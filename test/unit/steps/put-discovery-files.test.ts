import { describe, expect, it } from 'vitest';
import { putDiscoveryFiles } from '../../../src/steps/put-discovery-files.ts';
import { startHost } from '../../../src/steps/start-host.ts';
import { calm, hostOf, TOKEN, type SpecChanges } from '../support/cluster.ts';
import type { Routes } from '../support/fake-engine.ts';
import { tarOf, untar } from '../support/image-archive.ts';
import { quiet, worldOf } from '../support/world.ts';

const MASTER = '/containers/swarmctl-demo-m/archive';

/** A master whose folders hold these files, by folder; others are missing. */
async function masterWith(folders: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const archives = new Map(
    await Promise.all(
      Object.entries(folders).map(async ([folder, files]) => {
        const name = folder.split('/').at(-1) ?? '';
        const entries = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text]);
        return [
          folder,
          await tarOf(Object.fromEntries(entries) as Record<string, string>),
        ] as const;
      }),
    ),
  );
  const routes: Routes = {
    [`GET ${MASTER}`]: ({ query }) => {
      const body = archives.get(query.get('path') ?? '');
      return body ? { body } : { status: 404, json: { message: 'no such file' } };
    },
    [`PUT ${MASTER}`]: { body: '' },
  };
  return routes;
}

async function stepOn(changes: SpecChanges, folders: Parameters<typeof masterWith>[0] = {}) {
  const { world, record, outer } = await worldOf(changes, await masterWith(folders));
  const step = putDiscoveryFiles(world);
  /** What has been put, by path. */
  const put = async () => {
    const sent = outer.requests.filter(({ method }) => method === 'PUT');
    const files = await Promise.all(sent.map(({ body }) => untar(body)));
    return files.map((each) =>
      Object.fromEntries(
        [...each].map(([name, { content, mode }]) => [name, [content.toString(), mode]]),
      ),
    );
  };
  return { step, world, record, outer, put };
}

const FILE = '/etc/swarmctl/discovery';
const LIST = '10.117.0.3:2376\n10.117.0.4:2376\n';

describe('the files of a discovery', () => {
  it('are done when they are on the master as they must be', async () => {
    const { step, outer } = await stepOn({ discovery: 'file' }, { [FILE]: { nodes: LIST } });
    expect(await step.isDone?.(calm)).toBe(true);
    expect(outer.paths().filter((each) => !each.startsWith('GET'))).toEqual([]);
  });

  it.each<[string, Parameters<typeof masterWith>[0]]>([
    ['the folder is missing', {}],
    ['the file is missing', { [FILE]: { other: LIST } }],
    ['a node is missing in it', { [FILE]: { nodes: '10.117.0.3:2376\n' } }],
    ['somebody has changed it', { [FILE]: { nodes: `${LIST}10.0.0.9:2376\n` } }],
    ['it is empty', { [FILE]: { nodes: '' } }],
  ])('are not when %s', async (_, folders) => {
    const { step } = await stepOn({ discovery: 'file' }, folders);
    expect(await step.isDone?.(calm)).toBe(false);
  });

  it('are put in place of what is there, by one request', async () => {
    const { step, put } = await stepOn({ discovery: 'file' }, { [FILE]: { nodes: 'x' } });
    await step.run(quiet);
    expect(await put()).toEqual([{ 'etc/swarmctl/discovery/nodes': [LIST, 0o644] }]);
  });

  it('hold a token for its owner only', async () => {
    const folder = '/etc/swarmctl/token-service';
    const spec = { discovery: 'token://10.0.0.5:3380/v1' };
    const { step, put } = await stepOn(spec);
    expect(await step.isDone?.(calm)).toBe(false);
    await step.run(quiet);
    expect(await put()).toEqual([{ 'etc/swarmctl/token-service/tokens': [`${TOKEN}\n`, 0o600] }]);
    const again = await stepOn(spec, { [folder]: { tokens: `${TOKEN}\n` } });
    expect(await again.step.isDone?.(calm)).toBe(true);
  });

  it('are nothing to do where there are none', async () => {
    const { step, outer } = await stepOn({ discovery: 'etcd' });
    expect(await step.isDone?.(calm)).toBe(true);
    expect(outer.requests).toEqual([]);
  });

  it('go with the master, and are about it', async () => {
    const { step, world, record } = await stepOn({ discovery: 'file' });
    const master = hostOf(record, 'demo-m');
    expect(step.within).toBe(startHost(world, master).id);
    expect(step.host).toBe('demo-m');
    expect(step.undo).toBeUndefined();
  });
});
