import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../src/actions/cluster-request.ts';
import { initConfig } from '../../../src/actions/init-config.ts';
import { clusterNamed } from '../../../src/actions/open-cluster-file.ts';
import { validateConfig } from '../../../src/actions/validate-config.ts';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const context = { env: {} };

async function fileWith(...lines: string[]): Promise<string> {
  const file = path.join(await temporaryFolder(), 'swarmctl.yaml');
  await writeFile(file, lines.join('\n'));
  return file;
}

describe('init', () => {
  it('writes what create takes, and asks for the same cluster as without a file', async () => {
    const file = path.join(await temporaryFolder(), 'x.yaml');
    expect(await initConfig(file, false, {})).toEqual({ file, name: 'etcd' });
    const nothing = { values: DEFAULTS, origin: () => 'default' as const };
    const { spec, discoveryFiles, imageArchives } = await readRequest(nothing, undefined, context);
    expect(await readRequest(nothing, file, context)).toMatchObject({
      spec,
      discoveryFiles,
      imageArchives,
    });
  });

  it('writes what it is told', async () => {
    const file = path.join(await temporaryFolder(), 'x.yaml');
    const answers = {
      name: 'true',
      discovery: 'etcd://10.0.0.5:2379/team',
      nodes: 7,
      'swarm-strategy': 'random',
    };
    await initConfig(file, false, answers);
    const text = await readFile(file, 'utf8');
    for (const line of [
      'name: "true"',
      'discovery: etcd://10.0.0.5:2379/team',
      'nodes: 7',
      'strategy: random',
    ]) {
      expect(text).toContain(line);
    }
    expect(await validateConfig(file, context)).toEqual({ file, name: 'true' });
  });

  it('refuses what create would refuse, and writes nothing', async () => {
    const file = path.join(await temporaryFolder(), 'x.yaml');
    await expect(initConfig(file, false, { name: 'Bad', nodes: 0 })).rejects.toThrow(
      /name "Bad" .*\n--nodes 0 /,
    );
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('writes over a file only by force', async () => {
    const file = await fileWith('mine');
    await expect(initConfig(file, false, {})).rejects.toMatchObject({
      code: 'USAGE',
      message: `${file} is there already; nothing was written`,
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
    await initConfig(file, true, {});
    expect(await readFile(file, 'utf8')).toContain('version: 1');
  });

  it('says why it cannot write', async () => {
    const file = path.join(await temporaryFolder(), 'missing/x.yaml');
    await expect(initConfig(file, false, {})).rejects.toThrow('cannot be written: ENOENT');
  });
});

describe('config validate', () => {
  it('tells what the file is wrong in itself and what is wrong for a cluster, in its order', async () => {
    const file = await fileWith(
      'version: 1',
      'name: Demo',
      'nodes: 101',
      'fo: 1',
      'discovery: {kind: etcd, ca: missing.pem}',
      'images: {etcd: "a b", zk: "c d"}',
      'swarm:',
      '  strategy: best',
      '  managerOptions: {heartbeat: 5s, tlsverify: }',
      'engine: {labels: [a=b, c]}',
    );
    const error = await validateConfig(file, context).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    const missing = path.join(path.dirname(file), 'missing.pem');
    expect((error as Error).message.replaceAll(`${file}:`, '').split('\n')).toEqual([
      '2:1: name "Demo" must consist of a-z, 0-9 and "-", and neither begin nor end with "-"',
      '3:1: nodes 101 must be a whole number from 1 to 100',
      expect.stringMatching(/^4:1: fo is unknown/),
      expect.stringMatching(`^5:25: discovery.ca ${missing}: ENOENT`),
      '6:10: images.etcd "a b" is not an image name such as registry.example.org/name:tag',
      '8:3: swarm.strategy "best" is unknown; known: spread, binpack, random',
      '9:35: swarm.managerOptions "tlsverify": swarmctl sets --tlsverify itself',
      expect.stringMatching(/^10:24: engine.labels "c" must look like name=value/),
    ]);
  });

  it('names discovery by its key', async () => {
    const file = await fileWith('version: 1', 'name: demo', 'discovery:', '  url: ectd://a:1');
    await expect(validateConfig(file, context)).rejects.toThrow(
      `${file}:4:3: discovery "ectd://a:1" is unknown; known: `,
    );
  });
});

describe('the cluster that a command is about', () => {
  it('is NAME, or what the file calls it', async () => {
    const file = await fileWith('version: 1', 'name: demo');
    expect(await clusterNamed('other', file, context)).toBe('other');
    expect(await clusterNamed(undefined, file, context)).toBe('demo');
    expect(await clusterNamed(undefined, undefined, context)).toBeUndefined();
  });

  it('can be named by a file that create would refuse', async () => {
    const file = await fileWith('version: 1', 'name: demo', 'nodes: ${NODES}', 'fo: 1');
    expect(await clusterNamed(undefined, file, context)).toBe('demo');
  });

  it('is not guessed', async () => {
    const file = await fileWith('version: 1', 'nam: demo');
    await expect(clusterNamed(undefined, file, context)).rejects.toThrow(
      /1:1: name is missing\n.*2:1: nam is unknown; did you mean name\?/,
    );
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'x.yaml'));
    await expect(clusterNamed(undefined, folder, context)).rejects.toThrow('cannot be read');
  });
});
