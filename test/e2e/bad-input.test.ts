import { execa } from 'execa';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateJson } from '../helpers/schemas.ts';
import { sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

describe('bad input', () => {
  let place: Workplace;
  const usage = async (...argv: string[]) => {
    const outcome = await place.swarmctl(argv);
    expect(outcome.exitCode, outcome.stderr).toBe(2);
    expect(outcome.stdout).toBe('');
    return outcome.stderr;
  };

  beforeAll(async () => {
    place = await Workplace.open();
  });

  afterAll(async () => {
    // Whatever was refused must not have touched the engine.
    expect(
      await place.docker('ps', '--all', '--quiet', '--filter', 'label=io.swarmctl.cluster'),
    ).toBe('');
    expect(
      await place.docker('network', 'ls', '--quiet', '--filter', 'label=io.swarmctl.cluster'),
    ).toBe('');
    await place.close();
  });

  it('unknown discovery', async () => {
    expect(await usage('create', '--discovery', 'etdc')).toMatch(
      /"etdc" is unknown; known: .*etcd/,
    );
  });

  it.each(['0', '-1', '101'])('%s nodes: the limit is stated', async (nodes) => {
    expect(await usage('create', '--nodes', nodes)).toMatch(/from 1 to 100/);
  });

  it.each(['abc', '1.5', ''])('"%s" nodes is no number', async (nodes) => {
    expect(await usage('create', `--nodes=${nodes}`)).toMatch(/nodes/);
  });

  it.each(['Etcd', '-etcd', 'etcd_1', '../etcd', 'a b', 'x'.repeat(41), 'ümlaut'])(
    'the name "%s"',
    async (name) => {
      const { exitCode, stderr } = await place.swarmctl(['create', '--', name]);
      expect(exitCode, stderr).toBe(2);
      expect(stderr).toContain(`"${name}"`);
    },
  );

  it('every problem at once', async () => {
    const text = await usage(
      'create',
      'Bad',
      '--nodes',
      '0',
      '--discovery',
      'x',
      '--swarm-strategy',
      'y',
    );
    for (const part of ['"Bad"', '--nodes 0', '"x"', '"y"']) expect(text).toContain(part);
  });

  it.each([
    ['--swarm-opt', 'tlsverify'],
    ['--swarm-join-opt', 'advertise=1.2.3.4:5'],
    ['--engine-opt', 'host=tcp://0.0.0.0:2375'],
    ['--engine-label', 'nolabel'],
    ['--engine-label', 'node=x'],
    ['--engine-env', '1'],
    ['--engine-registry-mirror', 'mirror'],
    ['--tls-san', '10.0.0.300'],
    ['--timeout', '5'],
    ['--timeout', 'soon'],
  ])('%s %s', async (flag, value) => {
    expect(await usage('create', flag, value)).toContain(value);
  });

  it('unknown flags and commands', async () => {
    expect(await usage('create', '--discoverry', 'etcd')).toMatch(/discoverry/);
    expect((await place.swarmctl(['creat'])).exitCode).not.toBe(0);
    const unknown = await place.swarmctl(['creat', '--json']);
    expect(unknown.exitCode).toBe(2);
    expect(validateJson('error', JSON.parse(unknown.stdout))).toEqual([]);
  });

  it('as JSON, in the promised form, with the same exit code', async () => {
    const outcome = await place.swarmctl(['create', '--nodes', '0', '--json']);
    expect(outcome.exitCode).toBe(2);
    const document = JSON.parse(outcome.stdout) as { error: { code: string } };
    expect(validateJson('error', document)).toEqual([]);
    expect(document.error.code).toBe('USAGE');
    const parse = await place.swarmctl(['create', '--nodes', 'x', '--json']);
    expect(parse.exitCode).toBe(2);
    expect(validateJson('error', JSON.parse(parse.stdout))).toEqual([]);
  });

  it('an unreachable engine', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const { exitCode, stderr } = await place.swarmctl(place.createArguments('bad'), { env });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /no Docker Engine answers at unix:\/\/\/nonexistent\/docker\.sock \(DOCKER_HOST\)/,
    );
    expect(stderr).toContain('nothing was changed');
  });

  it('archives that are none, all named together with an image that cannot be had', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-archives-'));
    const text = path.join(folder, 'text.tar');
    await writeFile(text, 'this is no archive');
    try {
      const flags = [
        '--image-archive',
        text,
        '--image-archive',
        `${folder}/missing.tar`,
        '--swarm-image',
        'registry.invalid/swarm:1',
      ];
      const { exitCode, stderr } = await place.swarmctl([
        ...[
          'create',
          'bad',
          '--node-image',
          sandbox.nodeImage(),
          '--etcd-image',
          sandbox.etcdImage(),
        ],
        ...flags,
      ]);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`${text} is not an archive made by docker save`);
      expect(stderr).toContain(`${folder}/missing.tar does not exist`);
      expect(stderr).toContain('registry.invalid/swarm:1');
      expect(stderr).toContain('--image-archive');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('a full disk under the state: said, and the engine untouched', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-full-'));
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder]);
    try {
      await execa('dd', ['if=/dev/zero', `of=${folder}/fill`, 'bs=1k', 'count=64'], {
        reject: false,
      });
      const env = { SWARMCTL_HOME: path.join(folder, 'home') };
      const { exitCode, stderr } = await place.swarmctl(place.createArguments('full'), { env });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/ENOSPC|no space left/);
      expect(await place.labelled('full')).toEqual([]);
    } finally {
      await execa('umount', [folder]);
      await rm(folder, { recursive: true });
    }
  });

  it('a state file that is cut off: told, and other clusters are still listed', async () => {
    const folder = path.join(place.home, '.swarmctl/clusters/broken');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'cluster.json'), '{"version": 1, "clus');
    const status = await place.swarmctl(['status', 'broken']);
    expect(status.exitCode).toBe(1);
    expect(status.stderr).toContain('not valid JSON');
    expect((await place.swarmctl(['ls'])).stdout).toMatch(/broken +unknown.*not valid JSON/);
    const create = await place.swarmctl(place.createArguments('broken'));
    expect(create.exitCode).toBe(1);
    expect((await place.swarmctl(['destroy', 'broken', '--yes'])).exitCode).toBe(0);
    expect(await readdir(path.join(place.home, '.swarmctl/clusters'))).toEqual([]);
  });

  it('no cluster at all', async () => {
    for (const command of ['status', 'env', 'destroy']) {
      const { exitCode, stderr } = await place.swarmctl([command]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('there is no cluster');
    }
    expect((await place.swarmctl(['status', 'nosuch'])).stderr).toContain('no cluster nosuch');
  });
});

describe('ports that are taken', () => {
  it('moves the manager when 3376 is in use, and says where it is', async () => {
    const place = await Workplace.open();
    const server = createServer();
    // When something else has it already, that is just as well.
    await new Promise<void>((resolve) => {
      server
        .once('error', () => {
          resolve();
        })
        .listen(3376, '127.0.0.1', resolve);
    });
    try {
      const { stdout } = await place.create('ports', ['--nodes', '1']);
      const port = /manager .* at tcp:\/\/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1];
      expect(port).not.toBe('3376');
      const info = await place.dockerThrough('ports', ['info', '--format', '{{.ServerVersion}}']);
      expect(info).toMatchObject({ exitCode: 0 });
    } finally {
      server.close();
      await place.close('ports');
    }
  });
});
