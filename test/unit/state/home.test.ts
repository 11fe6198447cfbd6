import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import { StateHome } from '../../../src/state/home.ts';
import { recordOf } from '../support/cluster.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function emptyHome(): Promise<StateHome> {
  return new StateHome(path.join(await temporaryFolder(), 'home'));
}

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

/** What `load` says of a state file with this text. */
async function problemOf(text: string): Promise<string> {
  const home = await emptyHome();
  await home.cluster('demo').write('cluster.json', text);
  const loaded = await home.load('demo');
  return 'problem' in loaded ? loaded.problem : 'no problem';
}

describe('the record of a cluster', () => {
  it('is read as it was written', async () => {
    const home = await emptyHome();
    const record = recordOf();
    await home.cluster('demo').writeRecord(record);
    expect(await home.cluster('demo').readRecord()).toEqual(record);
    expect(await home.load('demo')).toEqual({ name: 'demo', record });
  });

  it('is for its owner only, as are all folders on the way', async () => {
    const home = await emptyHome();
    const folder = home.cluster('demo');
    await folder.writeRecord(recordOf());
    await folder.write('client/key.pem', 'secret');
    expect(await modeOf(path.join(folder.path, 'cluster.json'))).toBe(0o600);
    expect(await modeOf(path.join(folder.clientCertificates, 'key.pem'))).toBe(0o600);
    for (const each of [
      home.path,
      path.dirname(folder.path),
      folder.path,
      folder.clientCertificates,
    ]) {
      expect(await modeOf(each), each).toBe(0o700);
    }
  });

  it('holds no path, so that the folder can be moved', async () => {
    const home = await emptyHome();
    await home.cluster('demo').writeRecord(recordOf());
    const text = await readFile(path.join(home.cluster('demo').path, 'cluster.json'), 'utf8');
    expect(text).not.toContain(home.path);
  });

  it('is undefined when there is none', async () => {
    const home = await emptyHome();
    expect(await home.cluster('demo').readRecord()).toBeUndefined();
    expect(await home.load('demo')).toEqual({ name: 'demo', problem: 'its state file is missing' });
  });

  it('of a newer swarmctl is refused, with what to do', async () => {
    const home = await emptyHome();
    const content = { version: 2, cluster: { something: 'else' } };
    await home.cluster('demo').write('cluster.json', JSON.stringify(content));
    const error: unknown = await home
      .cluster('demo')
      .readRecord()
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SwarmctlError);
    expect(error).toMatchObject({
      code: 'STATE',
      suggestions: ['npm install --global swarmctl@latest'],
    });
    expect((error as Error).message).toContain('was written by a newer swarmctl (version 2)');
  });

  it.each([
    ['', 'is not valid JSON'],
    ['{', 'is not valid JSON'],
    ['null', 'the file:'],
    ['[]', 'version:'],
    ['{}', 'version:'],
    ['{"version":"1"}', 'version:'],
    ['{"version":0}', 'version:'],
    ['{"version":1}', 'cluster:'],
  ])('"%s" is told with its file and place', async (text, place) => {
    const problem = await problemOf(text);
    expect(problem).toContain(path.join('clusters', 'demo', 'cluster.json'));
    expect(problem).toContain(place);
  });

  it('with an unknown key, at whatever depth, is refused by its path', async () => {
    const record = recordOf();
    expect(await problemOf(JSON.stringify({ version: 1, cluster: record, more: 1 }))).toMatch(
      /cluster\.json: more: /,
    );
    const cluster = {
      ...record,
      spec: { ...record.spec, images: { ...record.spec.images, x: '' } },
    };
    expect(await problemOf(JSON.stringify({ version: 1, cluster }))).toMatch(
      /: cluster\.spec\.images\.x: /,
    );
  });

  it('with a wrong type is refused by its path', async () => {
    const record = recordOf();
    const cluster = { ...record, hosts: [{ ...record.hosts[0], ports: { engine: 'x' } }] };
    expect(await problemOf(JSON.stringify({ version: 1, cluster }))).toMatch(
      /: cluster\.hosts\.0\.ports\.engine: /,
    );
  });

  it('can be a folder instead of a file without harm', async () => {
    const home = await emptyHome();
    await mkdir(path.join(home.cluster('demo').path, 'cluster.json'), { recursive: true });
    expect(await home.load('demo')).toMatchObject({ name: 'demo' });
    expect(await home.list()).toHaveLength(1);
  });
});

describe('list', () => {
  it('is empty without a home', async () => {
    expect(await (await emptyHome()).list()).toEqual([]);
  });

  it('names every cluster, sorted, and no file beside them', async () => {
    const home = await emptyHome();
    await home.cluster('b').writeRecord(recordOf({ name: 'b' }));
    await home.cluster('a').writeRecord(recordOf({ name: 'a' }));
    await writeFile(path.join(home.path, 'clusters', 'notes.txt'), 'x');
    expect((await home.list()).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('survives a state file cut off at every length, and never hides the others', async () => {
    const home = await emptyHome();
    const record = recordOf({ name: 'whole' });
    await home.cluster('whole').writeRecord(record);
    const broken = home.cluster('broken');
    await broken.writeRecord(recordOf({ name: 'broken' }));
    const file = path.join(broken.path, 'cluster.json');
    const text = (await readFile(file, 'utf8')).trimEnd();
    for (let length = 0; length < text.length; length++) {
      await writeFile(file, text.slice(0, length));
      const [first, second] = await home.list();
      expect(first, String(length)).toMatchObject({ name: 'broken' });
      expect(first, String(length)).toHaveProperty('problem');
      expect(second).toEqual({ name: 'whole', record });
    }
  });
});

describe('a file of a cluster', () => {
  it('is replaced as a whole and leaves no other file behind', async () => {
    const folder = (await emptyHome()).cluster('demo');
    await folder.write('note', 'a long old text');
    await folder.write('note', 'new');
    expect(await folder.read('note')).toBe('new');
    expect(await readdir(folder.path)).toEqual(['note']);
  });

  it('is undefined when it is missing', async () => {
    expect(await (await emptyHome()).cluster('demo').read('note')).toBeUndefined();
  });

  it('that cannot be written is told with SWARMCTL_HOME as the way out', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await chmod(file, 0o400);
    const error: unknown = await new StateHome(path.join(file, 'home'))
      .cluster('demo')
      .write('note', 'x')
      .catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'STATE',
      suggestions: ['set SWARMCTL_HOME to a folder with room that you own'],
    });
    expect((error as Error).message).toMatch(/^cannot write .*note: ENOTDIR/);
  });
});

it('a folder exists until it is removed, whatever is in it; twice does no harm', async () => {
  const folder = (await emptyHome()).cluster('demo');
  expect(await folder.exists()).toBe(false);
  await folder.write('client/key.pem', 'x');
  expect(await folder.exists()).toBe(true);
  await folder.remove();
  expect(await folder.exists()).toBe(false);
  await folder.remove();
});

it('keeps logs and client certificates below the home', async () => {
  const home = await emptyHome();
  expect(home.logs).toBe(path.join(home.path, 'logs'));
  expect(path.isAbsolute(new StateHome('relative').path)).toBe(true);
});
