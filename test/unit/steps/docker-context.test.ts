import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../../src/engine/docker-context.ts';
import { makeContext } from '../../../src/engine/own-context.ts';
import {
  contextOf,
  contextOfFolder,
  dropDockerContext,
  hasDockerContext,
  makeDockerContext,
} from '../../../src/steps/docker-context.ts';
import { calm, type SpecChanges } from '../support/cluster.ts';
import { quiet, worldOf } from '../support/world.ts';

const NAME = 'swarmctl-demo';

/** The step of a cluster that has its certificates, and what it tells. */
async function making(changes: SpecChanges = {}) {
  const told: string[] = [];
  const opened = await worldOf(changes);
  const tell = (sentence: string) => void told.push(sentence);
  const world = { ...opened.world, warn: tell, note: tell };
  for (const [file, text] of [
    ['ca.pem', 'CA'],
    ['cert.pem', 'CERT'],
    ['key.pem', 'KEY'],
  ] as const) {
    await world.folder.write(`client/${file}`, text);
  }
  return { world, told, step: makeDockerContext(world), config: world.dockerConfig };
}

const foreign = {
  ...{ name: NAME, host: 'tcp://10.0.0.1:1', tls: undefined, description: 'mine', marks: {} },
};

describe('the docker context', () => {
  it('is made, is known again, and goes', async () => {
    const { world, step, told, config } = await making();
    expect(await step.isDone?.(calm)).toBe(false);
    await step.run(quiet);
    expect(await step.isDone?.(calm)).toBe(true);
    expect(await readContext(config, NAME)).toEqual({
      host: 'tcp://127.0.0.1:3376',
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
      skipVerify: false,
    });
    expect(await hasDockerContext(contextOf(world.record), world)).toBe(true);
    await step.undo?.(calm);
    expect(await step.isDone?.(calm)).toBe(false);
    expect(await hasDockerContext(contextOf(world.record), world)).toBe(false);
    expect(await readdir(path.join(config, 'contexts/meta'))).toEqual([]);
    expect(await readdir(path.join(config, 'contexts/tls'))).toEqual([]);
    expect(told).toEqual([]);
  });

  it('has no TLS where the cluster has none', async () => {
    const { step, config } = await making({ insecure: true });
    await step.run(quiet);
    expect(await step.isDone?.(calm)).toBe(true);
    expect(await readContext(config, NAME)).not.toHaveProperty('tls');
  });

  it('follows what the cluster has become', async () => {
    const { world, step, config } = await making();
    await step.run(quiet);
    await world.folder.write('client/cert.pem', 'NEW');
    expect(await step.isDone?.(calm)).toBe(false);
    await step.run(quiet);
    expect((await readContext(config, NAME)).tls?.cert).toBe('NEW');
  });

  it('is left alone when it is foreign', async () => {
    const { step, told, config } = await making();
    await makeContext(config, foreign);
    await writeFile(path.join(config, 'config.json'), JSON.stringify({ currentContext: NAME }));
    expect(await step.isDone?.(calm)).toBe(true);
    expect(told.join()).toContain(`after docker context rm ${NAME}`);
    await step.undo?.(calm);
    expect((await readContext(config, NAME)).host).toBe('tcp://10.0.0.1:1');
    expect(await readFile(path.join(config, 'config.json'), 'utf8')).toContain(NAME);
  });

  it('is foreign when it is that of another cluster of the same name', async () => {
    const { world, step, config } = await making();
    await step.run(quiet);
    const record = { ...world.record, createdAt: '2020-01-01T00:00:00.000Z' };
    const other = makeDockerContext({ ...world, record });
    expect(await other.isDone?.(calm)).toBe(true);
    await other.undo?.(calm);
    expect((await readContext(config, NAME)).host).toBe('tcp://127.0.0.1:3376');
  });

  it('leaves the default one as the current, and says so', async () => {
    const { step, told, config } = await making();
    await step.run(quiet);
    expect(await readdir(config)).toEqual(['contexts']);
    await writeFile(path.join(config, 'config.json'), JSON.stringify({ currentContext: NAME }));
    await step.undo?.(calm);
    expect(JSON.parse(await readFile(path.join(config, 'config.json'), 'utf8'))).toEqual({});
    expect(told.join()).toContain('it is the default one again');
  });

  it('is known by its folder when the record is lost', async () => {
    const { world, step } = await making();
    await step.run(quiet);
    const elsewhere = contextOfFolder({ name: 'demo', path: '/another/demo' });
    expect(await hasDockerContext(elsewhere, world)).toBe(false);
    const lost = contextOfFolder(world.folder);
    expect(await hasDockerContext(lost, world)).toBe(true);
    await dropDockerContext(lost, world);
    expect(await hasDockerContext(lost, world)).toBe(false);
  });

  it('is not due where it cannot be, which is told once', async () => {
    const { world, told, config } = await making();
    await writeFile(config, 'in the way');
    const step = makeDockerContext(world);
    expect(await step.isDone?.(calm)).toBe(true);
    expect(told.join()).toMatch(/^there is no docker context swarmctl-demo: ENOTDIR/);
    await step.undo?.(calm);
    expect(told).toHaveLength(1);
  });

  it('fails nothing when it cannot be made after all', async () => {
    const { step, told, config } = await making();
    await mkdir(path.join(config, 'contexts'), { recursive: true });
    await writeFile(path.join(config, 'contexts/meta'), 'in the way');
    expect(await step.isDone?.(calm)).toBe(false);
    await step.run(quiet);
    expect(told.join()).toMatch(/^there is no docker context swarmctl-demo: E/);
    await step.undo?.(calm);
  });
});
