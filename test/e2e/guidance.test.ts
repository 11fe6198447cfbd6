import { chmod, chown, cp, mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateJson } from '../helpers/schemas.ts';
import { Workplace } from '../helpers/workplace.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CREATE = ['create', '--discovery', 'etcd', '--nodes', '1'];

/** `nobody`, and `daemon` as a group that somebody could be let into. */
const NOBODY = 65_534;
const DAEMON = 1;

let place: Workplace;

beforeEach(async () => {
  place = await Workplace.open();
});

afterEach(async () => {
  await place.close();
});

describe('explain', () => {
  it('tells all of one, and one line of each', async () => {
    const one = await place.swarmctl(['explain', 'pending']);
    expect(one.exitCode).toBe(0);
    expect(one.stdout).toMatch(/^Pending \(in swarmctl status\): .*\n\n.*\n\nWhat to do:\n/s);
    const all = await place.swarmctl(['explain']);
    for (const word of ['LOCKED', 'foreign-swarm', 'Absent']) expect(all.stdout).toContain(word);
    expect(validateJson('explain', await place.json(['explain']))).toEqual([]);
  });

  it('is what an error points to', async () => {
    const { stderr } = await place.swarmctl(['status', 'nobody-has-this']);
    const [, code = '', hint = ''] = /^Code: (\w+) \(swarmctl (.+)\)$/m.exec(stderr) ?? [];
    expect(code).toBe('NO_CLUSTER');
    expect((await place.swarmctl(hint.split(' '))).stdout).toContain(
      'NO_CLUSTER (error, exit code 1)',
    );
  });

  it('knows what may have been meant', async () => {
    const { exitCode, stderr } = await place.swarmctl(['explain', 'forein-swarm']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean foreign-swarm?');
  });
});

describe('what does not exist', () => {
  it.each([
    [['craete', '--nodes', '3'], 'there is no command craete; did you mean create?'],
    [['rm', 'demo'], 'there is no command rm: here it is destroy'],
    [['lock', 'lss'], 'there is no command lock lss; did you mean lock ls?'],
    [['create', '--node', '3'], 'create has no flag --node; did you mean --nodes?'],
  ])('%j is told with what may have been meant, and not done', async (argv, message) => {
    const { exitCode, stdout, stderr } = await place.swarmctl(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Error: ${message.replace('?', '\\?')}\n\nTry this:\n`));
    const document = await place.json([...argv]);
    expect(validateJson('error', document)).toEqual([]);
    expect(document).toMatchObject({ error: { code: 'USAGE', message } });
  });
});

describe('without a Docker Engine', () => {
  /** Runs it where DOCKER_HOST is as given, or not set. */
  async function createWith(env: NodeJS.ProcessEnv) {
    const { exitCode, stderr } = await place.swarmctl(CREATE, { env });
    expect(exitCode).toBe(3);
    return stderr;
  }

  it('says that DOCKER_HOST leads nowhere', async () => {
    const stderr = await createWith({ DOCKER_HOST: 'tcp://127.0.0.1:9' });
    expect(stderr).toContain('no Docker Engine answers at tcp://127.0.0.1:9 (DOCKER_HOST)');
    expect(stderr).toContain('unset DOCKER_HOST');
  });

  it('says that a server is no engine, and how to use it', async () => {
    const stderr = await createWith({ DOCKER_HOST: 'ssh://root@10.0.0.1' });
    expect(stderr).toContain('make it a host: swarmctl create --host ssh://root@10.0.0.1');
  });

  it('says that a docker context leads nowhere', async () => {
    const env = { ...place.environment(), DOCKER_HOST: '' };
    const docker = (...argv: string[]) => execa('docker', argv, { env, extendEnv: false });
    await docker('context', 'create', 'far', '--docker', 'host=tcp://127.0.0.1:9');
    await docker('context', 'use', 'far');
    const stderr = await createWith({ DOCKER_HOST: '' });
    expect(stderr).toContain('(docker context far)');
    expect(stderr).toContain('docker context use default');
    const chosen = await createWith({ DOCKER_HOST: '', DOCKER_CONTEXT: 'far' });
    expect(chosen).toContain('unset DOCKER_CONTEXT');
  });

  describe('that this user may use', () => {
    let folder: string;
    let socket: string;
    let server: Server;

    beforeEach(async () => {
      // Where others than root can read it.
      folder = path.join('/tmp', path.basename(place.home) + '-nobody');
      for (const part of ['bin', 'dist', 'templates', 'package.json', 'oclif.manifest.json']) {
        await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true });
      }
      await mkdir(path.join(folder, 'home'));
      await chown(path.join(folder, 'home'), NOBODY, NOBODY);
      socket = path.join(folder, 'docker.sock');
      server = createServer().listen(socket);
      await new Promise((resolve) => server.once('listening', resolve));
    });

    afterEach(async () => {
      server.close();
      await execa('rm', ['-r', folder]);
    });

    const asNobody = () =>
      execa(process.execPath, [path.join(folder, 'bin/run.js'), ...CREATE], {
        env: { PATH: process.env.PATH, HOME: `${folder}/home`, DOCKER_HOST: `unix://${socket}` },
        ...{ extendEnv: false, reject: false, stdin: 'ignore', cwd: folder },
        ...{ uid: NOBODY, gid: NOBODY },
      });

    it('names the group whose members may', async () => {
      await chown(socket, 0, DAEMON);
      await chmod(socket, 0o660);
      const { exitCode, stderr } = await asNobody();
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`nobody may not use the Docker Engine at unix://${socket}`);
      expect(stderr).toContain('permission denied');
      expect(stderr).toContain('sudo usermod -aG daemon nobody, then log in again');
    });

    it('sends nobody into a group where none may', async () => {
      await chmod(socket, 0o600);
      const { stderr } = await asNobody();
      expect(stderr).toContain(`who may use it? ls -l ${socket}`);
      expect(stderr).not.toContain('usermod');
    });
  });
});
